"""Dates: every notation, the credit line, the evidence of a page and the choice among it."""

from __future__ import annotations

import re
import time
from datetime import UTC, datetime, timedelta, timezone
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from crawler.extraction import dates, extract
from crawler.extraction.document import Document, parse
from crawler.items import Moment

KARACHI = ZoneInfo("Asia/Karachi")


def page(head: str = "", body: str = "", url: str = "https://paper.example/news/1") -> Document:
    return parse(f"<html><head>{head}</head><body><h1>A headline</h1>{body}</body></html>", url)


@pytest.mark.parametrize(
    ("text", "expected", "precision"),
    [
        ("18 Mar, 2024", "2024-03-18T00:00:00+00:00", "day"),
        ("July 26th, 2016", "2016-07-26T00:00:00+00:00", "day"),
        ("December 22th, 2015", "2015-12-22T00:00:00+00:00", "day"),
        ("January 8th , 2014", "2014-01-08T00:00:00+00:00", "day"),
        ("2024-03-18T10:05Z", "2024-03-18T10:05:00+00:00", "minute"),
        ("2024-03-18T10:05:09.123+0500", "2024-03-18T10:05:09+05:00", "second"),
        ("Mon, 18 Mar 2024 10:00:00 +0500", "2024-03-18T10:00:00+05:00", "second"),
        ("Tue Mar 18 2024 10:00:00 GMT+0500 (PKT)", "2024-03-18T10:00:00+05:00", "second"),
        ("1710756300", "2024-03-18T10:05:00+00:00", "second"),
        ("1710756300000", "2024-03-18T10:05:00+00:00", "second"),
        ("20240318", "2024-03-18T00:00:00+00:00", "day"),
        ("20240318T101112Z", "2024-03-18T10:11:12+00:00", "second"),
        ("18. März 2024, 10.05 Uhr", "2024-03-18T10:05:00+00:00", "minute"),
        ("Publié le 18 mars 2024 à 10h05", "2024-03-18T10:05:00+00:00", "minute"),
        ("Dec. 22, 2023 at 8:30 p.m. ET", "2023-12-22T20:30:00-05:00", "minute"),
        ("12:30 22 Dec 2023", "2023-12-22T12:30:00+00:00", "minute"),
        ("Mon 18 Mar 2024 17.30 GMT", "2024-03-18T17:30:00+00:00", "minute"),
        ("2024-03-18 17.30", "2024-03-18T17:30:00+00:00", "minute"),
        ("Mar 18 '24", "2024-03-18T00:00:00+00:00", "day"),
        ("03/18/2024", "2024-03-18T00:00:00+00:00", "day"),
        ("2024-03-18T00:00:00Z", "2024-03-18T00:00:00+00:00", "day"),
        ("2024-03-18T00:00:00+08:00", "2024-03-18T00:00:00+08:00", "second"),
        ("2024 m. kovo 18 d.", "2024-03-18T00:00:00+00:00", "day"),
        ("18 KASIM 2024", "2024-11-18T00:00:00+00:00", "day"),
        ("utorak, 5. listopada 2024.", "2024-10-05T00:00:00+00:00", "day"),
        ("5 listopada 2024", "2024-11-05T00:00:00+00:00", "day"),
        ("18. mar. 2024 16.05.30", "2024-03-18T16:05:00+00:00", "minute"),
        ("18 Maret 2024 04.07.00", "2024-03-18T04:07:00+00:00", "minute"),
        ("18/3/24, 4:05 p. m.", "2024-03-18T16:05:00+00:00", "minute"),
        ("18 maart 2024 om 14.05 uur", "2024-03-18T14:05:00+00:00", "minute"),
        ("18. Dez. 2023, 23:59 Uhr MEZ", "2023-12-18T23:59:00+01:00", "minute"),
        ("18 марта 2024, 14:05 (МСК)", "2024-03-18T14:05:00+03:00", "minute"),
        ("2024年3月18日午後2時5分", "2024-03-18T14:05:00+00:00", "minute"),
        ("2024年3月18日下午2:05", "2024-03-18T14:05:00+00:00", "minute"),
        ("18 de marzo de 2024, 12:25\u202fa.\u202fm.", "2024-03-18T00:25:00+00:00", "minute"),
    ],
)
def test_a_date_is_read_in_the_notations_of_papers_and_machines(text: str, expected: str, precision: str) -> None:
    parsed = dates.parse_date(text)
    assert parsed is not None
    assert (parsed.value.isoformat(), parsed.precision) == (expected, precision)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("۱۸ مارچ ۲۰۲۴", "2024-03-18T00:00:00"),
        ("۲۸ اسفند ۱۴۰۲", "2024-03-18T00:00:00"),
        ("1402/12/28", "2024-03-18T00:00:00"),
        ("28 كانون الثاني 2024", "2024-01-28T00:00:00"),
        ("١٨ مارس ٢٠٢٤ ٠٥:٣٠ م", "2024-03-18T17:30:00"),
        ("18 मार्च 2024, 5:30 PM", "2024-03-18T17:30:00"),
        ("2024年3月18日 午後5時30分", "2024-03-18T17:30:00"),
        ("令和6年3月18日", "2024-03-18T00:00:00"),
        ("১৮ মার্চ ২০২৪, ১৭:৩০", "2024-03-18T17:30:00"),
        ("سوموار 18 مارچ 2024 شام 05:30", "2024-03-18T17:30:00"),
        ("१८ मार्च २०२४ 05:30 अपराह्न", "2024-03-18T17:30:00"),
        ("ngày 18 tháng 3 năm 2024", "2024-03-18T00:00:00"),
        ("2024년 3월 18일 오후 5:30", "2024-03-18T17:30:00"),
        ("18 มีนาคม 2567", "2024-03-18T00:00:00"),
        ("18 במרץ 2024", "2024-03-18T00:00:00"),
        ("18 thg 3, 2024", "2024-03-18T00:00:00"),
        ("2 غشت 2024", "2024-08-02T00:00:00"),
        ("د 2024 د جنوري 5", "2024-01-05T00:00:00"),
        ("2024 کانوونی دووەم 5", "2024-01-05T00:00:00"),
        ("5 ਅਗਸਤ 2024", "2024-08-05T00:00:00"),
        ("ಜನವರಿ 5, 2024", "2024-01-05T00:00:00"),
        ("2024 ජනවාරි 5", "2024-01-05T00:00:00"),
        ("5 មករា 2024", "2024-01-05T00:00:00"),
        ("5 ມັງກອນ 2024", "2024-01-05T00:00:00"),
        ("2024 ဇန်နဝါရီ 5", "2024-01-05T00:00:00"),
        ("5 ጃንዩወሪ 2024", "2024-01-05T00:00:00"),
        ("Janaayo 5, 2024", "2024-01-05T00:00:00"),
        ("5 Awst 2024", "2024-08-05T00:00:00"),
    ],
)
def test_a_date_is_read_in_other_scripts_digits_and_calendars(text: str, expected: str) -> None:
    parsed = dates.parse_date(text)
    assert parsed is not None
    assert parsed.value == datetime.fromisoformat(expected).replace(tzinfo=UTC)


@pytest.mark.parametrize(
    "text",
    ["", "12 hours ago", "10 Stars out of 10", "May 2024", "2023-12", "31 February 2024", "0000-00-00", "Page 7"],
)
def test_a_text_without_a_whole_date_gives_none(text: str) -> None:
    assert dates.parse_date(text) is None


def test_midnight_in_utc_is_a_day_of_the_papers() -> None:
    parsed = dates.parse_date("2016-07-26T00:00:00Z", ZoneInfo("America/New_York"))
    assert parsed is not None
    assert (parsed.value.isoformat(), parsed.precision, parsed.zoned) == ("2016-07-26T00:00:00-04:00", "day", False)


def test_a_date_without_an_offset_stands_in_the_papers_zone() -> None:
    parsed = dates.parse_date("26 July 2016, 10:05", KARACHI)
    assert parsed is not None
    assert parsed.value == datetime(2016, 7, 26, 10, 5, tzinfo=timezone(timedelta(hours=5)))
    assert not parsed.zoned


@pytest.mark.parametrize(
    ("text", "day"),
    [
        ("Published in Dawn, July 26th, 2016", "2016-07-26"),
        ("Published in Dawn, The Business and Finance Weekly, April 14th, 2025", "2025-04-14"),
        ("Published in Dawn January 8th , 2014", "2014-01-08"),
        ("Published in The Harbour Post, December 22th, 2015", "2015-12-22"),
        ("Published in Harbour 24, Monday Magazine, September 18th, 2017.", "2017-09-18"),
        ("The last sentence.\nPublished in The Harbour Post on 3 May 2021.", "2021-05-03"),
    ],
)
def test_a_credit_line_gives_the_day_of_the_print_edition(text: str, day: str) -> None:
    moment = dates.credit_line(text, KARACHI)
    assert moment is not None
    assert (moment.value.date().isoformat(), moment.precision, moment.source) == (day, "day", "credit-line")
    assert moment.text.startswith("Published in")


@pytest.mark.parametrize(
    "text", ["Published in Dawn", "Originally published in Quarto, July 26th, 2016", "He published in 2016 a book."]
)
def test_a_line_that_is_no_credit_line_gives_none(text: str) -> None:
    assert dates.credit_line(text, KARACHI) is None


def test_linked_data_of_other_stories_is_no_evidence() -> None:
    document = page(
        '<script type="application/ld+json">{"@type": "ItemList", "itemListElement": [{"item": {"@type": "NewsArticle",'
        '"headline": "Another", "datePublished": "2024-01-01T00:00:01Z"}}]}</script>'
        '<meta property="article:published_time" content="2016-07-26T06:30:00+05:00">'
    )
    chosen = dates.choose(dates.evidence(document))
    assert chosen is not None
    assert (chosen.value.isoformat(), chosen.source) == ("2016-07-26T06:30:00+05:00", "meta")


def test_a_day_after_the_capture_is_not_chosen() -> None:
    document = page('<meta name="date" content="2031-01-01">', url="https://paper.example/2016/07/26/a-story")
    chosen = dates.choose(dates.evidence(document), captured_at=datetime(2024, 3, 18, tzinfo=UTC))
    assert chosen is not None
    assert (chosen.value.date().isoformat(), chosen.source) == ("2016-07-26", "url")


@pytest.mark.parametrize(
    ("path", "day"),
    [
        ("news/29-10-2021", "2021-10-29"),
        ("news/10-11-2021", None),
        ("news/29-13-2021", None),
        ("29.1.2021.html", "2021-01-29"),
    ],
)
def test_a_url_with_the_day_first_is_read_where_the_day_can_be_no_month(path: str, day: str | None) -> None:
    found = [moment for moment in dates.evidence(page(url=f"https://paper.example/{path}")) if moment.source == "url"]
    assert [moment.value.date().isoformat() for moment in found] == ([day] if day else [])


def test_modification_is_told_from_publication() -> None:
    document = page(body="<p>Published 3 May 2021, 10:00</p><p>Updated: 4 May 2021, 11:00</p>")
    moments = dates.evidence(document, KARACHI)
    published, modified = dates.choose(moments), dates.choose(moments, "modified")
    assert published is not None and published.value.isoformat() == "2021-05-03T10:00:00+05:00"
    assert modified is not None and modified.value.isoformat() == "2021-05-04T11:00:00+05:00"


def moment(day: str, source: str = "json-ld", of: str = "published", precision: str = "second") -> Moment:
    value = datetime.fromisoformat(day)
    return Moment(value if value.tzinfo else value.replace(tzinfo=KARACHI), precision, source, day, of)  # type: ignore[arg-type]


def credit(day: str) -> Moment:
    return Moment(datetime.fromisoformat(day).replace(tzinfo=KARACHI), "day", "credit-line", day, zoned=False)


def test_an_instant_on_the_credit_lines_day_is_finer_and_chosen() -> None:
    online = moment("2016-07-25T22:30:00+00:00")  # 03:30 of the 26th in Karachi
    assert dates.choose([credit("2016-07-26"), online]) is online


def test_a_story_online_the_evening_before_is_published_on_the_credit_lines_day() -> None:
    printed = credit("2016-07-26")
    assert dates.choose([moment("2016-07-25T21:30:00+05:00"), printed]) is printed


@pytest.mark.parametrize("misprint", ["2014-01-08", "2015-02-08"])
def test_a_credit_line_that_differs_in_year_or_month_alone_is_a_misprint(misprint: str) -> None:
    online = moment("2015-01-08T06:00:00+05:00", "meta")
    assert dates.choose([credit(misprint), online]) is online


def test_a_page_dated_anew_years_later_is_published_on_the_credit_lines_day() -> None:
    printed = credit("2014-03-11")
    assert (
        dates.choose([moment("2018-09-02T12:00:00+05:00"), moment("2018-09-02T12:00:00+05:00", "meta"), printed])
        is printed
    )


def test_two_sources_overrule_a_credit_line_some_days_off() -> None:
    online = moment("2015-12-27T06:00:00+05:00")
    assert dates.choose([online, moment("2015-12-27", "url", precision="day"), credit("2015-12-22")]) is online


def test_linked_data_alone_yields_to_a_day_that_a_meta_and_readers_are_told() -> None:
    linked = moment("2023-12-06T10:55:00+00:00")
    told, shown = moment("2023-12-22T09:42:00+00:00", "meta"), moment("2023-12-22", "text", precision="day")
    assert dates.choose([linked, told, shown]) is told
    assert dates.choose([linked, told]) is linked
    assert dates.choose([linked, moment("2023-12-06", "url", precision="day"), told, shown]) is linked


def test_lines_yield_to_the_day_of_the_address_where_none_of_them_names_it() -> None:
    address = moment("2023-12-21", "url", precision="day")
    others = [moment(day, "text", precision="day") for day in ("2023-09-15", "2023-12-17")]
    assert dates.choose([*others, address]) is address
    eve = moment("2023-12-20", "text", precision="day")
    assert dates.choose([eve, *others, address]) is eve


def test_the_day_of_print_does_not_overrule_the_evening_before_it() -> None:
    linked = moment("2024-04-25T20:00:00+05:00")
    day = [moment("2024-04-26", source, precision="day") for source in ("meta", "text")]
    assert dates.choose([linked, *day]) is linked


def test_evidence_that_agrees_on_the_day_gives_its_finest_moment() -> None:
    fine = moment("2021-05-03T10:00:00+05:00", "time")
    assert dates.choose([moment("2021-05-03", "meta", precision="day"), fine]) is fine


def test_a_page_with_only_an_update_is_dated_by_it_and_says_so() -> None:
    chosen = dates.choose([moment("2021-05-03T10:00:00+05:00", "text", of="modified")])
    assert chosen is not None and chosen.of == "modified"


def test_no_instant_before_the_web_or_after_the_capture_is_chosen() -> None:
    impossible = [moment("1970-01-01T00:00:00+00:00"), moment("2031-01-01T00:00:00+00:00")]
    assert dates.choose(impossible, captured_at=datetime(2024, 3, 18, tzinfo=UTC)) is None


def test_the_order_starts_with_the_chosen_and_keeps_everything() -> None:
    printed, online, update = (
        credit("2016-07-26"),
        moment("2016-07-25T21:30:00+05:00"),
        moment("2016-07-27", of="modified"),
    )
    assert dates.order([update, online, printed]) == [printed, online, update]


def test_the_date_of_a_sidebar_is_no_evidence() -> None:
    document = page(
        body="<div><span>26 Jul, 2016</span></div><p>" + "The ferry sailed at last. " * 12 + "</p>"
        "<aside><h2>Editorial</h2><span>18 Mar, 2024</span></aside><div><span>17 Mar, 2024</span></div>"
    )
    assert {found.value.date().isoformat() for found in dates.evidence(document, KARACHI)} == {"2016-07-26"}


def test_an_update_beside_a_publication_in_one_line_is_told_apart() -> None:
    document = page(body="<p>Posted 3 May 2021 10:00 | Updated 4 May 2021 11:00</p>")
    assert [(found.of, found.value.date().isoformat()) for found in dates.evidence(document, KARACHI)] == [
        ("published", "2021-05-03"),
        ("modified", "2021-05-04"),
    ]


def test_an_update_is_told_in_urdu_too() -> None:
    document = page(
        body="<div><span>شائع 3 مئی 2021 صبح 10:00</span><br><span>اپ ڈیٹ 4 مئی 2021 شام 05:00</span></div>"
    )
    moments = dates.evidence(document, KARACHI)
    assert [(found.of, found.value.isoformat()) for found in moments] == [
        ("published", "2021-05-03T10:00:00+05:00"),
        ("modified", "2021-05-04T17:00:00+05:00"),
    ]


def test_a_label_before_a_time_element_tells_what_it_dates() -> None:
    document = page(
        body='<p><span>Updated</span> <time datetime="2021-05-04T11:00:00+05:00">4 May</time></p>'
        '<p><span>Published</span> <time datetime="2021-05-03T10:00:00+05:00">3 May</time></p>'
    )
    chosen = dates.choose(dates.evidence(document))
    assert chosen is not None and chosen.value.isoformat() == "2021-05-03T10:00:00+05:00"


def test_where_the_zone_is_unknown_the_shown_local_time_gives_the_offset_of_the_instant() -> None:
    document = page(
        '<meta property="article:published_time" content="2023-12-23T03:00:46Z">',
        "<div>December 22, 2023 10:00 PM</div>",
    )
    chosen = dates.choose(dates.evidence(document))
    assert chosen is not None and chosen.value.isoformat() == "2023-12-22T22:00:46-05:00"


@pytest.mark.parametrize(
    ("scripts", "expected"),
    [
        ('{"timezone":{"short":"ET","long":"America/New_York"}}', "2020-05-01T22:54:29-04:00"),
        ('{"timeZone":"America\\/New_York"}', "2020-05-01T22:54:29-04:00"),
        ('{"timezone":"America/New_York"},{"timezone":"Europe/London"}', "2020-05-02T02:54:29+00:00"),
        ('{"timezone":"America/Carribean"}', "2020-05-02T02:54:29+00:00"),
        ('{"station":"America/New_York"}', "2020-05-02T02:54:29+00:00"),
    ],
)
def test_an_instant_that_only_machines_are_told_is_put_in_the_one_zone_the_scripts_name(
    scripts: str, expected: str
) -> None:
    meta = '<meta property="article:published_time" content="2020-05-02T02:54:29.000Z">'
    chosen = dates.choose(dates.evidence(page(f"{meta}<script>window.site={scripts}</script>")))
    assert chosen is not None and chosen.value.isoformat() == expected


@pytest.mark.parametrize(
    ("url", "body"),
    [
        ("https://paper.example/news/2023/dec/21/1", ""),  # of a page of which the URL tells a day that no offset gives
        ("https://paper.example/news/1", "<div>December 22, 2023 6:53 AM</div>"),  # ten hours and a quarter, as nowhere
        ("https://paper.example/news/1", "<div>December 22, 2023 5:08: h</div>"),  # a half of the day that is not told
        ("https://paper.example/news/1", "<div>Posted: December 22, 2023 5:08 pm</div>"),  # the instant itself, in UTC
    ],
)
def test_no_offset_is_made_up_that_no_clock_keeps_or_that_the_page_contradicts(url: str, body: str) -> None:
    metas = (
        '<meta property="article:published_time" content="2023-12-22T17:08:49Z">'
        '<meta property="article:modified_time" content="2023-12-22T20:08:03Z">'
    )
    chosen = dates.choose(dates.evidence(page(metas, body, url)))
    assert chosen is not None and chosen.value.isoformat() == "2023-12-22T17:08:49+00:00"


def test_a_date_line_that_the_markup_indents_is_found() -> None:
    indented = "\n" + " " * 120 + "Posted on September 21, 2020" + "\n" + " " * 120
    near = dates.evidence(page(body=f"<div>{indented}</div>"))
    elsewhere = dates.evidence(page(body=f"<p>{'The ferry sails again. ' * 20}</p><div class=date>{indented}</div>"))
    assert [found.value.date().isoformat() for found in (*near, *elsewhere)] == ["2020-09-21", "2020-09-21"]


def test_midnight_to_the_millisecond_is_an_instant() -> None:
    parsed = dates.parse_date("2024-02-13T00:00:00.408Z", ZoneInfo("America/New_York"))
    assert parsed is not None
    assert (parsed.value.isoformat(), parsed.precision, parsed.zoned) == ("2024-02-13T00:00:00+00:00", "second", True)


def test_a_date_line_with_a_month_of_two_words_is_found() -> None:
    document = page(body="<div>الثلاثاء، 5 كانون الثاني 2021</div>")
    assert [found.value.date().isoformat() for found in dates.evidence(document)] == ["2021-01-05"]


def test_an_ambiguous_day_and_month_is_read_as_the_rest_of_the_page_has_it() -> None:
    document = page('<meta name="date" content="11/01/2023 12:43">', "<p>Erstellt am: 01.11.2023</p>")
    assert {found.value.date().isoformat() for found in dates.evidence(document)} == {"2023-11-01"}


@pytest.mark.parametrize(
    ("text", "day"),
    [
        ("Watu kumi na wanane wamekamatwa kwa makosa mbalimbali mkoani baada ya msako wa polisi. " * 6, "2024-04-03"),
        ("The harbour board voted on Tuesday to close the pier and to build a new one of stone. " * 6, "2024-03-04"),
    ],
)
def test_a_page_that_only_declares_english_puts_the_day_first(text: str, day: str) -> None:
    html = f'<html lang="en"><body><h1>A headline</h1><div>3/4/2024</div><p>{text}</p></body></html>'
    story = extract(html, "https://paper.example/1").story
    assert story is not None and [str(found.value.date()) for found in story.dates] == [day]


def test_a_page_that_keeps_its_date_for_scripts_alone_is_dated_by_it() -> None:
    document = page('<script>var story = {"publishedAt": "2026-01-29 18:40", "id": 7}</script>')
    chosen = dates.choose(dates.evidence(document, KARACHI))
    assert chosen is not None and chosen.value.isoformat() == "2026-01-29T18:40:00+05:00"


def test_a_meta_of_a_name_never_seen_is_evidence_where_the_name_tells() -> None:
    document = page(
        '<meta name="cms:story_published_at" content="2021-05-03T10:00:00+05:00">'
        '<meta name="cms:last_update" content="2021-05-04T10:00:00+05:00">'
        '<meta name="cms:publisher_since" content="1999-05-03"><meta name="event:published_until" content="2021-06-01">'
    )
    found = [(moment.of, moment.value.date().isoformat()) for moment in dates.evidence(document)]
    assert found == [("published", "2021-05-03"), ("modified", "2021-05-04")]


def test_the_copyright_line_is_no_evidence() -> None:
    assert dates.evidence(page(body="<div>© 3 May 2021 The Harbour Post</div>")) == []


def test_the_credit_line_of_the_story_is_found_in_it() -> None:
    document = page(
        body="<article><p>Words.</p><p><em>Published in The Harbour Post, July 26th, 2016</em></p></article>"
    )
    moments = dates.evidence(document, KARACHI, story_element=next(document.root.iter("article")))
    assert [(found.source, found.text) for found in moments] == [
        ("credit-line", "Published in The Harbour Post, July 26th, 2016")
    ]


def test_a_page_of_nothing_but_dated_elements_is_read_in_time() -> None:
    document = page(body="<i itemprop=datePublished>3 May 2020</i>" * 29_000)
    started = time.process_time()
    assert dates.choose(dates.evidence(document))
    assert time.process_time() - started < 0.5


PIECES = r"""
<h1>|</h1>|<time datetime='|'>|<p class=byline>By |</p>|<meta name=date content='|©|<!--|Published in X, |Updated |32/13/99999
99999999999999999999999999999999|²٣۴|2020-02-30T25:61|-99:99|<script>|{|<script type='application/ld+json'>|[{"@id":1}]
{"@type":"NewsArticle","datePublished":|}|May|12:30|2024|م|1402|آذر|31|T|Z|+05:00|<div itemprop=datePublished>|</script>
"""
# Too many characters that no page prints make a page of binary data, which is not read.
WORDS = st.text(st.characters(exclude_categories=("Cc", "Cs"), exclude_characters="\ufffd"), max_size=12)
MARKUP = st.lists(st.sampled_from(re.split(r"[|\n]", PIECES)) | WORDS, max_size=40).map("".join)


@given(st.text(max_size=60) | MARKUP)
def test_no_text_makes_the_reading_of_dates_fail(text: str) -> None:
    for read in (dates.parse_date, dates.credit_line):
        found = read(text, KARACHI)
        assert found is None or found.value.tzinfo is not None


@given(MARKUP)
def test_no_page_makes_the_reading_of_evidence_fail(html: str) -> None:
    moments = dates.evidence(parse(f"<html><body>{html}</body></html>", "https://paper.example/2020/02/30/x"))
    assert sorted(map(id, dates.order(moments))) == sorted(map(id, moments))
    assert all(found.value.tzinfo is not None for found in moments)
