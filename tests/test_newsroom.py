"""The local newspaper itself: its recording and truth are what its stock says, and its server misbehaves as told."""

from __future__ import annotations

import gzip
import http.client
import json
import re
import socket
import time
import zlib
from collections import Counter
from contextlib import suppress
from datetime import datetime, timedelta
from email.utils import parsedate_to_datetime
from pathlib import Path
from urllib.parse import urlsplit

import lxml.etree
import lxml.html
import pytest
from warcio.archiveiterator import ArchiveIterator

from tests.newsroom import misbehaviour, stock
from tests.newsroom.fixtures import newsroom, sample, truth
from tests.newsroom.paper import answer
from tests.newsroom.record import crawls, record
from tests.newsroom.server import BEFALLEN, Newsroom
from tests.newsroom.stock import HOME, ZONE
from tests.newsroom.truth import TRUTH, ExpectedCapture, write_truth

__all__ = ["newsroom", "sample", "truth"]

EVENING = datetime(2026, 3, 8, 20, tzinfo=ZONE)
MAX_SAMPLE = 3_000_000  # bytes: the sample stands in every clone


def get(
    newsroom: Newsroom, path: str, method: str = "GET", timeout: float = 10, **headers: str
) -> tuple[http.client.HTTPResponse, bytes]:
    """One request over a socket of its own, redirects not followed."""
    connection = http.client.HTTPConnection("127.0.0.1", urlsplit(newsroom.base).port, timeout=timeout)
    try:
        connection.request(method, path, headers=headers)
        response = connection.getresponse()
        return response, response.read()
    finally:
        connection.close()


def unpacked(path: Path) -> bytes:
    """A WARC's records without their compression, whose bytes depend on the machine's zlib."""
    return gzip.decompress(path.read_bytes())


# The recording.


def test_the_recorded_sample_is_what_the_generator_writes(sample: Path, tmp_path: Path) -> None:
    written = record(tmp_path)
    assert [path.name for path in written] == sorted(path.name for path in sample.glob("*.warc.gz"))
    for path in written:
        assert unpacked(path) == unpacked(sample / path.name), f"{path.name}: run python -m tests.newsroom.record"


def test_two_recordings_are_the_same_to_the_byte(tmp_path: Path) -> None:
    first, second = record(tmp_path / "first"), record(tmp_path / "second")
    assert [path.read_bytes() for path in first] == [path.read_bytes() for path in second]


def test_the_truth_on_file_is_what_the_generator_writes(tmp_path: Path) -> None:
    write_truth(tmp_path / "truth.json", crawls())
    assert (tmp_path / "truth.json").read_text("utf-8") == TRUTH.read_text("utf-8"), (
        "run python -m tests.newsroom.record"
    )


def test_the_sample_is_small(sample: Path) -> None:
    assert sum(path.stat().st_size for path in sample.iterdir()) < MAX_SAMPLE


def test_every_recorded_response_has_its_truth(sample: Path, truth: list[ExpectedCapture]) -> None:
    recorded = []
    for path in sorted(sample.glob("*.warc.gz")):
        with path.open("rb") as stream:
            for entry in ArchiveIterator(stream, check_digests="raise"):
                if entry.rec_type == "response":
                    at = datetime.fromisoformat(entry.rec_headers.get_header("WARC-Date"))
                    status = int(entry.http_headers.get_statuscode())
                    recorded.append((path.name, entry.rec_headers.get_header("WARC-Target-URI"), at, status))
                    entry.content_stream().read()
    assert recorded == [(capture.file, capture.url, capture.at, capture.status) for capture in truth]


def test_the_week_holds_what_a_crawl_must_cope_with(truth: list[ExpectedCapture]) -> None:
    stories = [capture for capture in truth if capture.story]
    keys = {capture.story.key for capture in stories}
    versions = {(capture.story.key, capture.story.version) for capture in stories}
    assert len(keys) >= 70
    assert len(versions) - len(keys) >= 8, "stories changed between two captures"
    assert {"amp", "print", "redirect", "missing", "refused", "not-html"} <= {capture.kind for capture in truth}
    assert {404, 410, 503} <= {capture.status for capture in truth}
    assert {capture.story.language for capture in stories} == {"en", "ur"}
    assert any("Opinion" in capture.empty_headings for capture in stories)
    assert any(capture.story.credit_line is None for capture in stories)


def test_a_story_vanishes_and_comes_back(truth: list[ExpectedCapture]) -> None:
    found = [capture.status for capture in truth if "/news/1981504/" in capture.url]
    assert found == [200, 404, 200]


def test_the_wire_story_stands_in_two_sections_word_for_word() -> None:
    national, business = stock.articles()[1981203], stock.articles()[1981213]
    assert stock.text(national.versions[0].blocks) == stock.text(business.versions[0].blocks)
    assert (national.section, business.section) == ("National", "Business")


def test_the_editorials_beside_a_story_change_from_day_to_day(truth: list[ExpectedCapture]) -> None:
    beside = {
        capture.at.date(): [
            entry.headline for bar in capture.sidebars if bar.role == "editorial" for entry in bar.entries
        ]
        for capture in truth
        if capture.kind == "story" and "/news/1981201/" in capture.url and "utm" not in capture.url
    }
    assert len(beside) == 7
    assert len({tuple(headlines) for headlines in beside.values()}) == 7
    assert all(len(headlines) == 6 for headlines in beside.values())


def test_some_editorials_are_shown_and_never_listed(truth: list[ExpectedCapture]) -> None:
    shown = {
        entry.url for capture in truth for bar in capture.sidebars if bar.role == "editorial" for entry in bar.entries
    }
    fetched = {capture.url for capture in truth}
    assert len(shown - fetched) == 5
    assert all(answer(url, EVENING).status == 404 for url in shown - fetched)


@pytest.mark.parametrize("layout", ["usual", "redesign"])
def test_every_expected_paragraph_stands_on_its_page(truth: list[ExpectedCapture], layout: str) -> None:
    for capture in truth:
        if capture.story and (layout == "usual" or capture.kind == "story"):
            page = lxml.html.document_fromstring(answer(capture.url, capture.at, layout).body)
            for line_break in page.iter("br"):
                line_break.tail = "\n" + (line_break.tail or "")
            lines = {" ".join(line.split()) for line in page.text_content().split("\n")}
            missing = [line for line in capture.story.body.split("\n") if not any(line in found for found in lines)]
            assert not missing, capture.url


def test_no_word_of_a_sidebar_stands_in_an_expected_body(truth: list[ExpectedCapture]) -> None:
    for capture in truth:
        for bar in capture.sidebars:
            for entry in bar.entries:
                if entry.teaser and capture.story.key not in entry.url:
                    assert entry.teaser.rstrip(".") not in capture.story.body, capture.url


# The paper.


@pytest.mark.parametrize("form", ["", "/any-slug", "/fonts.example.css", "?utm_source=x"])
def test_any_slug_serves_the_story(form: str) -> None:
    plain = answer(f"{HOME}/news/1981201", EVENING)
    assert answer(f"{HOME}/news/1981201{form}", EVENING).body == plain.body


@pytest.mark.parametrize("prefix", ["http://www.samplecourier.example", "https://samplecourier.example"])
def test_http_and_the_bare_host_move_to_the_paper(prefix: str) -> None:
    moved = answer(f"{prefix}/news/1981201?page=1", EVENING)
    assert (moved.status, moved.header("Location")) == (301, f"{HOME}/news/1981201?page=1")


def test_a_story_is_not_there_before_it_is_published() -> None:
    published = stock.articles()[1981601].published
    assert answer(f"{HOME}/news/1981601", published - timedelta(seconds=1)).status == 404
    assert answer(f"{HOME}/news/1981601", published).status == 200


def test_feeds_and_sitemap_are_well_formed_and_list_only_pages_of_the_paper() -> None:
    feed = lxml.etree.fromstring(answer(f"{HOME}/feeds/home", EVENING).body)
    assert [re.sub(r"/news/\d+$", "", guid) for guid in feed.xpath("//item/guid/text()")] == [HOME] * 10
    sitemap = lxml.etree.fromstring(answer(f"{HOME}/feeds/sitemap", EVENING).body)
    urls = sitemap.xpath("//*[local-name()='loc']/text()")
    assert len(urls) == len(set(urls)) >= 80
    assert {answer(url, EVENING).status for url in urls} == {200, 410}


def test_every_link_of_an_index_leads_somewhere() -> None:
    page = lxml.html.document_fromstring(answer(f"{HOME}/newspaper/sport/2026-03-05", EVENING).body)
    stories = page.xpath("//article[contains(@class, 'story')]//h2/a/@href")
    assert len(stories) >= 2
    assert {answer(url, EVENING).status for url in stories if url.startswith(HOME)} == {200}


def test_a_moment_without_a_zone_is_refused() -> None:
    with pytest.raises(ValueError, match="no time zone"):
        answer(f"{HOME}/", datetime(2026, 3, 5))


# The server.


def test_the_server_shows_the_paper_at_its_moment_with_links_to_itself(newsroom: Newsroom) -> None:
    newsroom.at = datetime(2026, 3, 4, 8, tzinfo=ZONE)
    before = get(newsroom, "/news/1981401")[1].decode()
    newsroom.at = datetime(2026, 3, 4, 12, tzinfo=ZONE)
    after = get(newsroom, "/news/1981401")[1].decode()
    assert "Four villages emptied as river nears" in before
    assert "Four villages emptied before river breaks" in after
    assert f'<link rel="canonical" href="{newsroom.base}/news/1981401">' in after
    assert HOME not in after


def test_asked_by_the_papers_own_name_the_server_leaves_links_alone(newsroom: Newsroom) -> None:
    body = get(newsroom, "/news/1981401", Host="www.samplecourier.example")[1]
    assert body == answer(f"{HOME}/news/1981401", newsroom.at).body


def test_the_log_tells_who_asked_for_what_in_order(newsroom: Newsroom) -> None:
    get(newsroom, "/robots.txt", **{"User-Agent": "reader/1"})
    get(newsroom, "/news/1981201?utm_source=x", method="HEAD")
    assert [(access.method, access.path, access.agent) for access in newsroom.log] == [
        ("GET", "/robots.txt", "reader/1"),
        ("HEAD", "/news/1981201?utm_source=x", None),
    ]
    assert newsroom.log[0].at <= newsroom.log[1].at <= time.monotonic()


def test_a_page_that_did_not_change_is_not_sent_again(newsroom: Newsroom) -> None:
    first, _ = get(newsroom, "/news/1981201")
    again, body = get(newsroom, "/news/1981201", **{"If-None-Match": first.headers["ETag"]})
    assert (again.status, body) == (304, b"")


def test_the_redesign_holds_the_same_story_and_none_of_the_usual_classes(newsroom: Newsroom) -> None:
    newsroom.layout = "redesign"
    body = get(newsroom, "/news/1981401")[1].decode()
    assert "Some 3,200 people left four villages" in body
    assert "story__" not in body
    assert "When the siren sounds" in body or "The captain's name" in lxml.html.document_fromstring(body).text_content()


@pytest.mark.parametrize("code", ["403", "404", "410", "429-seconds", "500", "503"])
def test_errors_come_as_told(newsroom: Newsroom, code: str) -> None:
    response, body = get(newsroom, f"/trouble/{code}")
    assert response.status == int(code[:3])
    assert code[:3].encode() in body


def test_retry_after_comes_in_seconds_and_as_a_date(newsroom: Newsroom) -> None:
    assert get(newsroom, "/trouble/429-seconds")[0].headers["Retry-After"] == "1"
    told = parsedate_to_datetime(get(newsroom, "/trouble/429-date")[0].headers["Retry-After"])
    assert abs((told - datetime.now(told.tzinfo)).total_seconds()) < 5


def test_a_trouble_can_pass_after_some_requests(newsroom: Newsroom) -> None:
    newsroom.misbehave("/news/1981201", misbehaviour.status(429, "0"), times=2)
    assert [get(newsroom, "/news/1981201?n=1")[0].status for _ in range(4)] == [429, 429, 200, 200]


def test_a_trouble_can_be_ended(newsroom: Newsroom) -> None:
    newsroom.misbehave("/news/1981201", misbehaviour.status(503))
    assert get(newsroom, "/news/1981201")[0].status == 503
    newsroom.behave("/news/1981201")
    assert get(newsroom, "/news/1981201")[0].status == 200


def test_a_redirect_loop_never_arrives(newsroom: Newsroom) -> None:
    path, seen = "/trouble/redirect-loop", []
    for _ in range(6):
        response, _body = get(newsroom, path)
        assert response.status == 302
        path = response.headers["Location"]
        seen.append(path)
    assert len(set(seen)) == 2


def test_a_redirect_chain_arrives_in_the_end(newsroom: Newsroom) -> None:
    path, hops = "/trouble/redirect-chain", 0
    while (response := get(newsroom, path)[0]).status == 302:
        path, hops = response.headers["Location"], hops + 1
    assert (response.status, hops) == (200, 30)


@pytest.mark.parametrize("name, scheme", [("redirect-away", "https"), ("redirect-file", "file")])
def test_a_redirect_can_lead_away(newsroom: Newsroom, name: str, scheme: str) -> None:
    location = get(newsroom, f"/trouble/{name}")[0].headers["Location"]
    assert urlsplit(location).scheme == scheme
    assert not location.startswith(newsroom.base)


def test_a_dripping_page_takes_its_time_and_is_whole(newsroom: Newsroom) -> None:
    newsroom.misbehave("/news/1981201", misbehaviour.drip(0.4, pieces=4))
    start = time.monotonic()
    _, body = get(newsroom, "/news/1981201")
    assert time.monotonic() - start >= 0.3
    assert body.rstrip().endswith(b"</html>")


def test_a_silent_server_ends_with_the_newsroom() -> None:
    with Newsroom() as newsroom:
        with pytest.raises(TimeoutError):
            get(newsroom, "/trouble/silence", timeout=0.2)
        start = time.monotonic()
    assert time.monotonic() - start < 2


def test_a_page_is_cut_off_before_the_length_it_promised(newsroom: Newsroom) -> None:
    with pytest.raises(http.client.IncompleteRead) as caught:
        get(newsroom, "/trouble/cut-off")
    assert caught.value.partial
    assert caught.value.expected


@pytest.mark.parametrize("name", ["reset", "reset-in-body"])
def test_a_connection_is_reset(newsroom: Newsroom, name: str) -> None:
    with pytest.raises((ConnectionResetError, http.client.IncompleteRead, http.client.RemoteDisconnected)):
        get(newsroom, f"/trouble/{name}")


@pytest.mark.parametrize(
    "name, header, encoding",
    [
        ("charset-wrong", "text/html; charset=iso-8859-1", "utf-8"),
        ("charset-legacy", "text/html; charset=utf-8", "cp1256"),
        ("charset-none", "text/html", "utf-8"),
        ("charset-utf16", "text/html", "utf-16"),
        ("charset-unknown", "text/html; charset=x-courier", "utf-8"),
    ],
)
def test_a_charset_is_declared_that_the_page_is_not_in(
    newsroom: Newsroom, name: str, header: str, encoding: str
) -> None:
    response, body = get(newsroom, f"/trouble/{name}")
    assert response.headers["Content-Type"] == header
    assert "“We keep a notebook" in body.decode(encoding)


def test_a_gzip_bomb_unpacks_to_half_a_gigabyte(newsroom: Newsroom) -> None:
    response, body = get(newsroom, "/trouble/gzip-bomb")
    assert response.headers["Content-Encoding"] == "gzip"
    assert len(body) < 1_000_000
    unpacker, size = zlib.decompressobj(zlib.MAX_WBITS | 16), 0
    left = body
    while left and not unpacker.eof:
        size += len(unpacker.decompress(left, misbehaviour.MIB))
        left = unpacker.unconsumed_tail
    assert (size, unpacker.eof) == (misbehaviour.BOMB, True)


def test_a_gzipped_page_is_the_page(newsroom: Newsroom) -> None:
    assert gzip.decompress(get(newsroom, "/trouble/gzipped")[1]) == get(newsroom, f"/news/{BEFALLEN}")[1]


def test_a_body_called_gzip_need_not_be(newsroom: Newsroom) -> None:
    response, body = get(newsroom, "/trouble/gzip-broken")
    assert response.headers["Content-Encoding"] == "gzip"
    with pytest.raises(gzip.BadGzipFile):
        gzip.decompress(body)


def test_a_huge_page_is_as_long_as_it_says(newsroom: Newsroom) -> None:
    response, body = get(newsroom, "/trouble/huge-page")
    assert len(body) == int(response.headers["Content-Length"]) == misbehaviour.HUGE_PAGE
    assert body.rstrip().endswith(b"</html>")


def test_a_page_lies_under_a_hundred_thousand_tags(newsroom: Newsroom) -> None:
    assert get(newsroom, "/trouble/nested")[1].count(b"<div>") >= misbehaviour.NESTED_TAGS


def test_bytes_that_are_no_text_are_called_html(newsroom: Newsroom) -> None:
    response, body = get(newsroom, "/trouble/binary")
    assert response.headers["Content-Type"].startswith("text/html")
    with pytest.raises(UnicodeDecodeError):
        body.decode()


def test_a_body_can_be_empty(newsroom: Newsroom) -> None:
    response, body = get(newsroom, "/trouble/empty")
    assert (response.status, body, response.headers["Content-Length"]) == (200, b"", "0")


@pytest.mark.parametrize("name, header", [("type-wrong", "image/png"), ("type-none", None)])
def test_a_content_type_is_wrong_or_missing(newsroom: Newsroom, name: str, header: str | None) -> None:
    response, body = get(newsroom, f"/trouble/{name}")
    assert response.headers["Content-Type"] == header
    assert b"<!DOCTYPE html>" in body


def test_headers_are_longer_than_a_reader_should_take(newsroom: Newsroom) -> None:
    with socket.create_connection(("127.0.0.1", urlsplit(newsroom.base).port), timeout=5) as connection:
        connection.sendall(b"GET /trouble/huge-headers HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n")
        received = b"".join(iter(lambda: connection.recv(65536), b""))
    head = received.split(b"\r\n\r\n", 1)[0]
    assert len(head) > 200_000
    assert max(map(len, head.split(b"\r\n"))) > 100_000


def test_an_answer_is_in_no_known_protocol(newsroom: Newsroom) -> None:
    with pytest.raises(http.client.BadStatusLine):
        get(newsroom, "/trouble/no-http")


def test_the_server_stands_after_every_trouble(newsroom: Newsroom) -> None:
    names = sorted(misbehaviour.TROUBLES.keys() - {"drip", "silence"})
    for name in names:
        with socket.create_connection(("127.0.0.1", urlsplit(newsroom.base).port), timeout=10) as connection:
            connection.sendall(f"HEAD /trouble/{name} HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n".encode())
            with suppress(ConnectionResetError):
                while connection.recv(65536):
                    continue
    assert newsroom.paths() == [f"/trouble/{name}" for name in names]
    assert get(newsroom, "/news/1981201")[0].status == 200


def test_the_stock_names_no_story_twice_and_keeps_to_its_week() -> None:
    headlines = Counter(article.versions[-1].headline for article in stock.articles().values())
    assert [headline for headline, times in headlines.items() if times > 1] == []
    days = {article.day for article in stock.articles().values()}
    assert (min(days), max(days)) == (stock.FIRST_DAY - timedelta(days=1), stock.LAST_DAY)


def test_the_truth_is_a_file_that_a_person_can_read() -> None:
    data = json.loads(TRUTH.read_text("utf-8"))
    assert set(data) == {"versions", "sidebars", "captures"}
    assert {capture["story"] for capture in data["captures"]} - {None} == set(data["versions"])
    assert {name for capture in data["captures"] for name in capture["sidebars"]} == set(data["sidebars"])
