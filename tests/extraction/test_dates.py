"""Dates: every notation, the credit line, the evidence of a page and the choice among it."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta, timezone
from zoneinfo import ZoneInfo

import pytest

from crawler.extraction import dates
from crawler.extraction.document import Document, parse

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
        ("03/18/2024", "2024-03-18T00:00:00+00:00", "day"),
        ("2024 m. kovo 18 d.", "2024-03-18T00:00:00+00:00", "day"),
        ("18 KASIM 2024", "2024-11-18T00:00:00+00:00", "day"),
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
        ("2024년 3월 18일 오후 5:30", "2024-03-18T17:30:00"),
        ("18 มีนาคม 2567", "2024-03-18T00:00:00"),
        ("18 במרץ 2024", "2024-03-18T00:00:00"),
    ],
)
def test_a_date_is_read_in_other_scripts_digits_and_calendars(text: str, expected: str) -> None:
    parsed = dates.parse_date(text)
    assert parsed is not None
    assert parsed.value == datetime.fromisoformat(expected).replace(tzinfo=UTC)


@pytest.mark.parametrize(
    "text", ["", "12 hours ago", "May 2024", "2023-12", "31 February 2024", "0000-00-00", "Page 7"]
)
def test_a_text_without_a_whole_date_gives_none(text: str) -> None:
    assert dates.parse_date(text) is None


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


def test_modification_is_told_from_publication() -> None:
    document = page(body="<p>Published 3 May 2021, 10:00</p><p>Updated: 4 May 2021, 11:00</p>")
    moments = dates.evidence(document, KARACHI)
    published, modified = dates.choose(moments), dates.choose(moments, "modified")
    assert published is not None and published.value.isoformat() == "2021-05-03T10:00:00+05:00"
    assert modified is not None and modified.value.isoformat() == "2021-05-04T11:00:00+05:00"
