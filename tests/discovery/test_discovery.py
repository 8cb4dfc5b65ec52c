"""Feeds, sitemaps and index pages to leads."""

from __future__ import annotations

import gzip
from datetime import date
from pathlib import Path

import pytest
from scrapy.http import HtmlResponse, Response, XmlResponse

from crawler.discovery import feeds, indexes, sitemaps

FEED = """<?xml version="1.0" encoding="UTF-8"?>
<rss xmlns:content="http://purl.org/rss/1.0/modules/content/" version="2.0"><channel><title>The Courier</title>
<item><title>Harbour dredged at last
</title><link>https://www.example.org/news/1000001/harbour-dredged-at-last</link><category/>
<guid>https://www.example.org/news/1000001</guid><pubDate>Tue, 03 Mar 2026 19:46:42 +0500</pubDate>
<author>none@none.com (A. Reporter)</author></item>
<item><title>Undated</title><link>https://www.example.org/news/1000002</link><category>Sport</category></item>
<item><title>No address</title><link>javascript:alert(1)</link></item>
</channel></rss>"""

NEWS_SITEMAP = """<?xml version="1.0" encoding="UTF-8"?>
<urlset xmlns="http://www.sitemaps.org/schemas/sitemap/0.9" xmlns:news="http://www.google.com/schemas/sitemap-news/0.9">
<url><loc> https://www.example.org/news/1000001 </loc><lastmod>2026-03-09</lastmod><news:news>
<news:publication_date>2026-03-03T19:46:42+05:00</news:publication_date><news:title>Harbour dredged at last</news:title>
</news:news></url>
<url><loc>https://www.example.org/about</loc><lastmod>2026-03-09</lastmod></url>
</urlset>"""

SITEMAP_INDEX = """<sitemapindex xmlns="http://www.sitemaps.org/schemas/sitemap/0.9">
<sitemap><loc>https://www.example.org/sitemap-1.xml</loc></sitemap>
<sitemap><loc>https://www.example.org/sitemap-2.xml.gz</loc></sitemap></sitemapindex>"""


def xml(text: str) -> XmlResponse:
    return XmlResponse("https://www.example.org/listing", body=text.encode(), encoding="utf-8")


def test_a_feeds_entry_says_where_when_and_in_which_section() -> None:
    first, second = feeds.leads(xml(FEED))
    assert (first.url, first.headline) == (
        "https://www.example.org/news/1000001/harbour-dredged-at-last",
        "Harbour dredged at last",
    )
    (moment,) = first.dates
    assert moment.value.isoformat() == "2026-03-03T19:46:42+05:00"
    assert (moment.source, moment.precision, moment.text) == ("feed", "second", "Tue, 03 Mar 2026 19:46:42 +0500")
    assert (second.section, second.dates) == ("Sport", [])


def test_what_is_no_feed_says_so() -> None:
    with pytest.raises(feeds.NotAFeed, match=r"no RSS or Atom feed at https://www.example.org/listing"):
        list(feeds.leads(xml("<html><body>Forbidden</body></html>")))


def test_an_empty_feed_says_so() -> None:
    with pytest.raises(feeds.NotAFeed, match="no RSS or Atom feed"):
        list(feeds.leads(XmlResponse("https://www.example.org/feed", body=b"")))


def test_a_feed_cannot_name_a_file_of_this_machine(tmp_path: Path) -> None:
    (tmp_path / "feed").write_text(FEED, encoding="utf-8")
    with pytest.raises(feeds.NotAFeed):
        list(feeds.leads(XmlResponse("https://www.example.org/feed", body=bytes(tmp_path / "feed"))))


def test_a_news_sitemap_gives_publication_dates_and_no_lastmod() -> None:
    (story, page), nested = sitemaps.read(xml(NEWS_SITEMAP))
    assert nested == []
    assert (story.url, story.headline) == ("https://www.example.org/news/1000001", "Harbour dredged at last")
    assert [(m.value.isoformat(), m.source) for m in story.dates] == [("2026-03-03T19:46:42+05:00", "sitemap")]
    assert page.dates == []


def test_a_gzipped_sitemap_is_read() -> None:
    packed = Response("https://www.example.org/sitemap.xml.gz", body=gzip.compress(NEWS_SITEMAP.encode()))
    assert len(sitemaps.read(packed)[0]) == 2


def test_a_sitemap_index_names_its_sitemaps() -> None:
    leads, nested = sitemaps.read(xml(SITEMAP_INDEX))
    assert leads == []
    assert [lead.url for lead in nested] == [
        "https://www.example.org/sitemap-1.xml",
        "https://www.example.org/sitemap-2.xml.gz",
    ]


def test_a_sitemap_index_may_name_a_path_and_what_is_no_web_address_is_left_out() -> None:
    addresses = ("/sitemap-3.xml", "javascript:alert(1)", "ftp://www.example.org/s.xml", "http://[::1/s.xml", "")
    named = "".join(f"<sitemap><loc>{address}</loc></sitemap>" for address in addresses)
    _, nested = sitemaps.read(xml(SITEMAP_INDEX.replace("</sitemapindex>", f"{named}</sitemapindex>")))
    assert [lead.url for lead in nested[2:]] == ["https://www.example.org/sitemap-3.xml"]


def test_what_changed_last_comes_first_and_a_sitemap_for_news_before_all_others() -> None:
    changes = {"old": "2019-01-02", "now": "2026-03-09T08:00:00+05:00", "google-news": "", "unknown": "", "odd": "soon"}

    def named(tag: str) -> str:
        return "".join(
            f"<{tag}><loc>https://www.example.org/{name}.xml</loc>{f'<lastmod>{text}</lastmod>' if text else ''}</{tag}>"
            for name, text in changes.items()
        )

    _, nested = sitemaps.read(xml(f"<sitemapindex>{named('sitemap')}</sitemapindex>"))
    assert [lead.url[24:-4] for lead in nested] == ["google-news", "odd", "now", "old", "unknown"]
    assert [lead.earliest and lead.earliest.isoformat() for lead in nested] == [
        None, None, "2026-03-09T08:00:00+05:00", "2019-01-02T00:00:00+00:00", None,
    ]  # fmt: skip
    stories, _ = sitemaps.read(xml(f"<urlset>{named('url')}</urlset>"))
    assert [lead.url[24:-4] for lead in stories] == ["odd", "now", "old", "google-news", "unknown"]
    assert [lead.dates for lead in stories] == [[]] * 5


def test_a_news_sitemap_that_forgot_to_declare_its_prefix_is_read() -> None:
    declaration = ' xmlns:news="http://www.google.com/schemas/sitemap-news/0.9"'
    (story, _), _ = sitemaps.read(xml(NEWS_SITEMAP.replace(declaration, "")))
    assert (story.headline, len(story.dates)) == ("Harbour dredged at last", 1)


@pytest.mark.parametrize("number", ["55357", "xD83D", "99999999999", "x110000", "0"])
def test_a_number_that_is_no_characters_costs_no_feed_and_no_sitemap(number: str) -> None:
    for odd in (f"at last &#{number};", f"at last &amp;#{number};"):
        first, second = feeds.leads(xml(FEED.replace("at last", odd, 1)))
        assert (first.headline or "").startswith("Harbour dredged at last")
        assert second.section == "Sport"
        assert len(sitemaps.read(xml(NEWS_SITEMAP.replace("at last", odd)))[0]) == 2


@pytest.mark.parametrize("length", [3, 15])
def test_a_sitemap_that_cannot_be_unpacked_says_so(length: int) -> None:
    packed = gzip.compress(NEWS_SITEMAP.encode())[:length]
    with pytest.raises(sitemaps.NotASitemap, match=r"no sitemap at https://www.example.org/sitemap.xml.gz"):
        sitemaps.read(Response("https://www.example.org/sitemap.xml.gz", body=packed))


@pytest.mark.parametrize("body", ["", "<html><body>404</body></html>", "not xml at all"])
def test_what_is_no_sitemap_says_so(body: str) -> None:
    with pytest.raises(sitemaps.NotASitemap, match=r"no sitemap at https://www.example.org/listing"):
        sitemaps.read(xml(body))


def test_an_external_entity_in_a_sitemap_is_not_read() -> None:
    hostile = NEWS_SITEMAP.replace(
        "<urlset", '<!DOCTYPE urlset [<!ENTITY x SYSTEM "file:///etc/passwd">]><urlset', 1
    ).replace("Harbour dredged at last", "&x;")
    assert all("root:" not in (lead.headline or "") for lead in sitemaps.read(xml(hostile))[0])


def test_an_index_page_gives_each_link_once() -> None:
    page = HtmlResponse(
        "https://www.example.org/latest",
        body=b"<a href='/news/1'>One</a><a href='/news/1'><img></a><a href='mailto:a@b'>M</a><a href='http://[bad'>B</a>",
        encoding="utf-8",
    )
    assert [(lead.url, lead.headline) for lead in indexes.leads(page)] == [("https://www.example.org/news/1", "One")]


def test_a_dated_index_is_gone_through_from_the_newest_day() -> None:
    assert list(indexes.dated("/latest/{date}", date(2026, 2, 27), date(2026, 3, 1))) == [
        "/latest/2026-03-01",
        "/latest/2026-02-28",
        "/latest/2026-02-27",
    ]


def test_a_date_is_written_as_the_paper_writes_it_and_a_month_is_asked_for_once() -> None:
    since, until = date(2024, 2, 28), date(2024, 3, 1)
    assert list(indexes.dated("/sitemaps/{date:%Y/%m}.xml", since, until)) == [
        "/sitemaps/2024/03.xml",
        "/sitemaps/2024/02.xml",
    ]
    assert next(indexes.dated("/archive/{date:%d-%m-%Y}/", since, until)) == "/archive/01-03-2024/"
    assert next(indexes.dated("/s-{date:%Y%m%d}.xml", since, until)) == "/s-20240301.xml"


@pytest.mark.parametrize(
    ("pattern", "url", "day"),
    [
        ("https://a.example/latest/{date}", "https://a.example/latest/2024-03-01", date(2024, 3, 1)),
        ("https://a.example/latest/{date}", "https://a.example/latest/2024-3-1", None),
        ("https://a.example/latest/{date}", "https://a.example/latest/2024-02-31", None),
        ("https://a.example/latest/{date}", "https://a.example/latest/2024-03-01/more", None),
        ("https://a.example/s.xml?d={date:%Y%m}", "https://a.example/s.xml?d=202402", date(2024, 2, 29)),
        ("https://a.example/s.xml?d={date:%Y%m}", "https://a.example/sxxml?d=202403", None),
        ("https://a.example/{date:%Y/%m.}/{date:%d}", "https://a.example/2024/03./01", date(2024, 3, 1)),
        ("https://a.example/{date:%Y/%m.}/{date:%d}", "https://a.example/2024/03x/01", None),
        ("https://a.example/{date:%Y}/{date}", "https://a.example/2024/2024-03-01", date(2024, 3, 1)),
        ("https://a.example/{date:%Y}/{date}", "https://a.example/2023/2024-03-01", None),
    ],
)  # fmt: skip
def test_the_day_of_an_address_is_known_by_its_pattern(pattern: str, url: str, day: date | None) -> None:
    assert indexes.day_of(pattern, url) == day
