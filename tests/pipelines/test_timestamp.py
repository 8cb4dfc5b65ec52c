"""Which date is chosen, how sure it is, and how it is written."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta, timezone
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest

from crawler.items import Dating, Fetch, Moment, Story
from pipelines.database.queries import MAX_EVIDENCE
from pipelines.database.values import instant
from pipelines.timestamp import date_story
from tests.pipelines.newsdesk import KARACHI, NOON, crawl, harbour_story, page, rows


def dated(*moments: Moment, at: datetime = NOON, timezone: str | None = "Asia/Karachi") -> Dating:
    story = Story(headline="A", body="B", published=moments[0] if moments else None, dates=list(moments))
    return date_story(story, Fetch("https://harbour.example/1", at), timezone)


def day(text: str, source: str = "credit-line") -> Moment:
    return Moment(datetime.fromisoformat(text).replace(tzinfo=KARACHI), "day", source, text, zoned=False)


def minute(text: str, source: str = "meta") -> Moment:
    return Moment(datetime.fromisoformat(text), "minute", source, text)


def test_an_instant_gives_the_papers_day_and_the_utc_moment() -> None:
    dating = dated(minute("2024-03-17T21:30+00:00"))
    assert (dating.published_on, dating.published_at) == (
        date(2024, 3, 18),
        datetime(2024, 3, 17, 21, 30, tzinfo=UTC),
    )


def test_the_hour_that_a_zone_has_twice_is_written_as_two_instants() -> None:
    first = datetime(2024, 11, 3, 1, 30, tzinfo=ZoneInfo("America/New_York"))
    written = [instant(moment) for moment in (first, first.replace(fold=1), first)]
    assert written == ["2024-11-03T05:30:00Z", "2024-11-03T06:30:00Z", "2024-11-03T05:30:00Z"]


def test_a_day_gives_no_moment() -> None:
    dating = dated(day("2024-03-18"))
    assert (dating.published_on, dating.published_at, dating.source) == (date(2024, 3, 18), None, "credit-line")


def test_a_day_is_the_papers_day_whatever_offset_it_carries() -> None:
    west = Moment(datetime(2024, 3, 17, tzinfo=timezone(timedelta(hours=-8))), "day", "url", "2024/03/17")
    assert dated(west).published_on == date(2024, 3, 17)


def test_a_date_after_the_capture_gives_way_to_the_next_evidence() -> None:
    dating = dated(minute("2024-03-20T09:00+05:00"), day("2024-03-16"))
    assert (dating.published_on, dating.source) == (date(2024, 3, 16), "credit-line")
    assert [evidence.refused for evidence in dating.evidence] == ["after the capture", None]


def test_with_nothing_but_dates_after_the_capture_there_is_no_date() -> None:
    dating = dated(minute("2024-03-20T09:00+05:00"))
    assert (dating.published_on, dating.source, dating.certainty) == (None, None, None)


def test_an_hour_after_the_capture_on_the_same_day_leaves_the_day() -> None:
    dating = dated(minute("2024-03-18T14:00+00:00"))
    assert (dating.published_on, dating.published_at, dating.certainty) == (date(2024, 3, 18), None, "doubtful")


def test_a_day_in_the_papers_zone_is_not_after_the_capture_though_utc_says_so() -> None:
    dating = dated(day("2024-03-19"), at=datetime(2024, 3, 18, 20, 0, tzinfo=UTC))
    assert dating.published_on == date(2024, 3, 19)


@pytest.mark.parametrize(
    ("moments", "certainty"),
    [
        ([minute("2024-03-18T09:00+05:00"), day("2024-03-18")], "certain"),
        ([minute("2024-03-18T09:00+05:00")], "likely"),
        ([minute("2024-03-17T23:00+05:00"), day("2024-03-18")], "likely"),
        ([minute("2024-03-18T09:00+05:00"), day("2024-01-02")], "doubtful"),
        ([day("2024-03-18", "url")], "doubtful"),
    ],
)
def test_certainty_comes_from_agreement(moments: list[Moment], certainty: str) -> None:
    assert dated(*moments).certainty == certainty


def test_modified_is_kept_apart_from_published() -> None:
    changed = Moment(datetime(2024, 3, 18, 11, 0, tzinfo=KARACHI), "minute", "json-ld", "11:00", of="modified")
    dating = dated(minute("2024-03-18T09:00+05:00"), changed)
    assert dating.modified_at == datetime(2024, 3, 18, 6, 0, tzinfo=UTC)
    assert dating.published_at == datetime(2024, 3, 18, 4, 0, tzinfo=UTC)


def test_with_no_date_but_an_updates_its_day_is_taken_with_doubt() -> None:
    changed = Moment(datetime(2024, 3, 18, 11, 0, tzinfo=KARACHI), "minute", "text", "Updated 11:00", of="modified")
    dating = dated(changed)
    assert (dating.published_on, dating.published_at) == (date(2024, 3, 18), None)
    assert (dating.source, dating.certainty) == ("text", "doubtful")


@pytest.mark.parametrize("value", [datetime.min.replace(tzinfo=KARACHI), datetime.max.replace(tzinfo=KARACHI)])
def test_a_date_at_the_end_of_the_calendar_is_refused(value: datetime) -> None:
    west = value.replace(tzinfo=timezone(timedelta(hours=-14 if value.year == 9999 else 14)))
    dating = dated(Moment(west, "second", "meta", "?"), day("2024-03-18"))
    assert dating.published_on == date(2024, 3, 18)


def test_a_moment_without_an_offset_is_in_the_papers_zone() -> None:
    dating = dated(Moment(datetime(2024, 3, 18, 9, 30), "minute", "meta", "9:30"))
    assert dating.published_at == datetime(2024, 3, 18, 4, 30, tzinfo=UTC)
    assert not dating.evidence[0].moment.zoned


def test_an_unknown_zone_is_told_and_does_not_lose_the_page(caplog: pytest.LogCaptureFixture) -> None:
    assert dated(minute("2024-03-18T09:00+05:00"), timezone="Asia/Karachee").published_on == date(2024, 3, 18)
    assert "Asia/Karachee" in caplog.text


def test_all_evidence_is_stored_with_the_chosen_marked(tmp_path: Path) -> None:
    database = tmp_path / "news.db"
    crawl(database, [page()])
    assert rows(
        database, "select source, local_day, instant, precision, rank, chosen from story_dates order by rank"
    ) == [
        ("meta", "2024-03-18", "2024-03-18T04:30:00Z", "minute", 1, 1),
        ("credit-line", "2024-03-18", None, "day", 2, 0),
    ]
    assert rows(database, "select published_on, published_at, published_source, published_certainty from stories") == [
        ("2024-03-18", "2024-03-18T04:30:00Z", "meta", "certain")
    ]


def test_a_later_capture_moves_the_choice_and_one_without_dates_takes_none_away(tmp_path: Path) -> None:
    database = tmp_path / "news.db"
    better = harbour_story(published=minute("2024-03-18T09:31+05:00", "json-ld"), dates=[])
    dateless = harbour_story(published=None, dates=[])
    hours = [NOON + timedelta(hours=hour) for hour in range(3)]
    crawl(database, [page(at=hours[0]), page(better, at=hours[1]), page(dateless, at=hours[2])])
    assert rows(database, "select source from story_dates where chosen") == [("json-ld",)]
    assert rows(database, "select published_source, published_at from stories") == [("json-ld", "2024-03-18T04:31:00Z")]


def updated(text: str) -> Moment:
    return replace(minute(text), of="modified")


def test_of_each_kind_of_date_one_is_chosen_whatever_earlier_captures_showed(tmp_path: Path) -> None:
    database = tmp_path / "news.db"
    # In the second capture a clock gone wrong has the first one's update chosen again, which the third then outdoes.
    shown = [updated("2024-03-18T10:00+05:00"), updated("2024-03-25T10:00+05:00"), updated("2024-03-18T19:00+05:00")]
    crawl(
        database,
        [page(harbour_story(modified=at), at=NOON + timedelta(hours=hour)) for hour, at in enumerate(shown, 1)],
    )
    assert rows(database, "select of, text from story_dates where chosen order by of") == [
        ("modified", "2024-03-18T19:00+05:00"),
        ("published", "2024-03-18T09:30+05:00"),
    ]
    assert rows(database, "select rank from story_dates order by rank") == [(rank,) for rank in range(1, 6)]


def test_updates_that_differ_each_time_do_not_crowd_out_what_speaks_of_publication(tmp_path: Path) -> None:
    database = tmp_path / "news.db"
    hours = [NOON + timedelta(hours=hour) for hour in range(MAX_EVIDENCE + 20)]
    stories = [harbour_story()] + [
        harbour_story(published=None, dates=[], modified=updated(hour.isoformat())) for hour in hours[1:]
    ]
    crawl(database, [page(story, at=hour) for story, hour in zip(stories, hours, strict=True)])
    assert rows(database, "select of, count(*) from story_dates where chosen group by of order by of") == [
        ("modified", 1),
        ("published", 1),
    ]
    assert rows(database, "select published_certainty, modified_at from stories") == [
        ("certain", f"{hours[-1]:%Y-%m-%dT%H:%M:%SZ}")
    ]
