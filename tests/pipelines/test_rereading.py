"""A capture read again by another extraction: its result replaces the first, and the history tells no edit of it."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta
from pathlib import Path

import pytest

from crawler.items import Moment, Page, Sidebar, Story
from pipelines.likeness import KEYS
from tests.pipelines.newsdesk import NOON, PARAGRAPH, crawl, editorial, harbour_story, page, rows, value

HOUR = timedelta(hours=1)
DIRTY = PARAGRAPH + "\nAdvertisement"


@pytest.fixture
def database(tmp_path: Path) -> Path:
    return tmp_path / "news.db"


def capture(hour: int, body: str, extraction: str, *sidebars: Sidebar, **changes: object) -> Page:
    made = page(harbour_story(body=body), *sidebars, at=NOON + hour * HOUR)
    return replace(made, extraction=extraction, **changes)


def meta(text: str) -> Moment:
    return Moment(datetime.fromisoformat(text), "minute", "meta", text)


def history(database: Path) -> list[tuple[str, str, str, str]]:
    found = rows(database, "select body, extraction, seen_from, seen_to from story_versions order by seen_from")
    return [(body, extraction, start[11:13], end[11:13]) for body, extraction, start, end in found]


def sound(database: Path) -> None:
    assert rows(database, "pragma foreign_key_check") == []
    assert value(database, "pragma integrity_check") == "ok"
    assert value(database, "select count(*) from stories where versions <>"
                 " (select count(*) from version_records v where v.story_id = stories.id)") == 0  # fmt: skip
    assert value(database, "select count(*) from story_versions where body is null") == 0
    assert value(database, "select count(*) from stories s join story_versions v on v.id = s.version_id"
                 " where s.body <> v.body or s.headline is not v.headline") == 0  # fmt: skip
    assert value(database, "select count(*) from stories_fts where stories_fts match 'Advertisement'") == value(
        database, "select count(*) from stories where body like '%Advertisement%'"
    )


def test_the_text_is_replaced_and_no_version_added(database: Path) -> None:
    crawl(database, [capture(hour, DIRTY, "1") for hour in range(3)])
    stats = crawl(database, [capture(hour, PARAGRAPH, "2") for hour in range(3)])
    assert stats["news/re-extracted"] == 3
    assert history(database) == [(PARAGRAPH, "2", "12", "14")]
    assert rows(database, "select body, versions from stories") == [(PARAGRAPH, 1)]
    assert value(database, "select count(*) from past_bodies") == 0
    assert rows(database, "select distinct extraction, outcome from fetches order by 2") == [
        ("2", "new"),
        ("2", "unchanged"),
    ]
    sound(database)


def test_one_capture_of_a_version_read_again_stands_for_all_of_it(database: Path) -> None:
    crawl(database, [capture(hour, DIRTY, "1") for hour in range(3)])
    crawl(database, [capture(1, PARAGRAPH, "2")])
    assert history(database) == [(PARAGRAPH, "2", "12", "14")]
    sound(database)


def test_a_past_version_is_replaced_too(database: Path) -> None:
    crawl(database, [capture(0, DIRTY, "1"), capture(1, DIRTY + "\nCorrected.", "1")])
    crawl(database, [capture(0, PARAGRAPH, "2")])
    assert history(database) == [(PARAGRAPH, "2", "12", "12"), (DIRTY + "\nCorrected.", "1", "13", "13")]
    sound(database)


def test_versions_that_now_read_the_same_become_one(database: Path) -> None:
    crawl(database, [capture(0, DIRTY, "1"), capture(1, DIRTY + " 2", "1"), capture(2, DIRTY + " 3", "1")])
    crawl(database, [capture(hour, PARAGRAPH, "2") for hour in (1, 0, 2)])
    assert history(database) == [(PARAGRAPH, "2", "12", "14")]
    assert value(database, "select count(*) from past_bodies") == 0
    sound(database)


def test_two_captures_that_one_extraction_reads_differently_are_two_versions(database: Path) -> None:
    crawl(database, [capture(hour, PARAGRAPH, "1") for hour in range(3)])
    crawl(database, [capture(hour, PARAGRAPH + tail, "2") for hour, tail in enumerate(["", "\nA box.", ""])])
    assert history(database) == [
        (PARAGRAPH, "2", "12", "12"),
        (PARAGRAPH + "\nA box.", "2", "13", "13"),
        (PARAGRAPH, "2", "14", "14"),
    ]
    sound(database)


def test_the_same_extraction_again_changes_nothing(database: Path) -> None:
    crawl(database, [capture(0, DIRTY, "1")])
    assert crawl(database, [capture(0, DIRTY, "1")])["news/known"] == 1


def test_the_replacement_is_an_event(database: Path) -> None:
    crawl(database, [capture(0, DIRTY, "1")])
    crawl(database, [capture(0, PARAGRAPH, "2")])
    ((fetch_id, detail),) = rows(database, "select fetch_id, detail from events where type = 're-extracted'")
    assert fetch_id == 1
    assert detail.startswith("extraction 1 to 2: text ")


def test_sidebars_and_dates_of_the_first_reading_go(database: Path) -> None:
    wrong = capture(0, DIRTY, "1", editorial("Subscribe now"), editorial("On water"))
    assert wrong.story
    wrong.story.dates = [replace(wrong.story.dates[0], text="18 March 2014", value=NOON.replace(year=2014))]
    crawl(database, [wrong])
    crawl(database, [capture(0, PARAGRAPH, "2", editorial("On water"))])
    assert rows(database, "select headline from entry_texts") == [("On water",)]
    assert value(database, "select count(*) from sidebars") == 1
    assert value(database, "select count(*) from sightings") == 1
    assert value(database, "select min(local_day) from story_dates") == "2024-03-18"
    sound(database)


def test_a_story_that_is_none_after_all_goes(database: Path) -> None:
    crawl(database, [capture(0, DIRTY, "1", editorial("On water"))])
    index = capture(0, DIRTY, "2", reason="a list of links")
    index.story = None
    crawl(database, [index])
    assert rows(database, "select outcome, reason, story_id from fetches") == [("not-a-story", "a list of links", None)]
    for table in ("stories", "story_versions", "story_urls", "story_dates", "sidebars", "entry_texts", "sightings"):
        assert value(database, f"select count(*) from {table}") == 0, table
    sound(database)


def test_a_page_that_is_a_story_after_all_comes(database: Path) -> None:
    index = capture(0, DIRTY, "1", reason="too short")
    index.story = None
    crawl(database, [index])
    crawl(database, [capture(0, PARAGRAPH, "2", editorial("On water"))])
    assert rows(database, "select outcome, reason, version_id from fetches") == [("new", None, 1)]
    assert value(database, "select count(*) from sightings") == 1
    sound(database)


def test_a_capture_that_belongs_to_another_story_moves_there(database: Path) -> None:
    crawl(database, [capture(0, DIRTY, "1"), capture(1, DIRTY + " 2", "1"), capture(2, DIRTY, "1")])
    crawl(database, [capture(1, PARAGRAPH, "2", key="200")])
    assert rows(database, "select key, versions, first_seen_at, last_seen_at from stories order by id") == [
        ("100", 1, "2024-03-18T12:00:00Z", "2024-03-18T14:00:00Z"),
        ("200", 1, "2024-03-18T13:00:00Z", "2024-03-18T13:00:00Z"),
    ]
    sound(database)


def test_the_current_version_gone_leaves_the_one_before(database: Path) -> None:
    crawl(database, [capture(0, PARAGRAPH, "1"), capture(1, DIRTY, "1")])
    page_two = capture(1, DIRTY, "2", key="200")
    crawl(database, [page_two])
    assert rows(database, "select key, body from stories order by id") == [("100", PARAGRAPH), ("200", DIRTY)]
    sound(database)


def test_whatever_is_read_again_in_whatever_order_the_archive_is_as_if_read_once(tmp_path: Path) -> None:
    texts = [DIRTY, DIRTY, DIRTY + " 2", DIRTY + " 2", DIRTY]
    better = [PARAGRAPH, PARAGRAPH, PARAGRAPH + "\nCorrected.", PARAGRAPH + "\nCorrected.", PARAGRAPH]
    expected = tmp_path / "once.db"
    crawl(expected, [capture(hour, body, "2") for hour, body in enumerate(better)])
    for number, order in enumerate([(0, 1, 2, 3, 4), (4, 3, 2, 1, 0), (2, 0, 4, 1, 3), (3, 1, 0, 4, 2)]):
        database = tmp_path / f"again-{number}.db"
        crawl(database, [capture(hour, body, "1") for hour, body in enumerate(texts)])
        crawl(database, [capture(hour, better[hour], "2") for hour in order])
        assert history(database) == history(expected)
        sound(database)


@pytest.mark.parametrize("moved", [False, True], ids=["no story after all", "another story's"])
def test_a_story_that_loses_a_capture_keeps_no_date_that_only_this_one_showed(database: Path, moved: bool) -> None:
    dated = {"published": meta("2024-03-18T09:30+05:00"), "dates": [], "modified": None}
    wrong = {"published": meta("2014-03-18T09:30+05:00"), "dates": [], "modified": None}
    crawl(
        database,
        [
            replace(page(harbour_story(**dated), at=NOON), extraction="1"),
            replace(page(harbour_story(**wrong), at=NOON + HOUR), extraction="1"),
        ],
    )
    assert value(database, "select published_on from stories") == "2014-03-18"
    again = replace(page(harbour_story(**wrong), at=NOON + HOUR), extraction="2", key="200" if moved else "100")
    again.story = again.story if moved else None
    crawl(database, [again])
    assert rows(database, "select published_on, published_at, published_certainty from stories where key = '100'") == [
        ("2024-03-18", "2024-03-18T04:30:00Z", "likely")
    ]
    assert rows(database, "select local_day, rank, chosen from story_dates where story_id = 1") == [
        ("2024-03-18", 1, 1)
    ]


def test_what_was_refused_as_later_than_the_first_capture_is_right_once_that_is_gone(database: Path) -> None:
    late = {"published": meta("2024-03-19T09:30+05:00"), "dates": [], "modified": None}
    crawl(
        database,
        [
            replace(page(harbour_story(published=None, dates=[]), at=NOON), extraction="1"),
            replace(page(harbour_story(**late), at=NOON + 24 * HOUR), extraction="1"),
        ],
    )
    assert value(database, "select published_on from stories") is None
    none = replace(page(harbour_story(published=None, dates=[]), at=NOON), extraction="2")
    none.story = None
    crawl(database, [none])
    assert rows(database, "select published_on, first_seen_at from stories") == [("2024-03-19", "2024-03-19T12:00:00Z")]


SPEECH = "\n".join(
    f"Clause {number} of the speech speaks of tariff {number} and of harbour dues." for number in range(9)
)
REPORT = "\n".join(f"School {number} in the hills had no teacher of science in year {number}." for number in range(9))
TIES = (
    "select a.key, b.key, d.kind from duplicates d join stories a on a.id = d.story_id"
    " join stories b on b.id = d.of_story_id order by 1, 2"
)


def text_of(key: str, hour: int, body: str, extraction: str) -> Page:
    made = page(harbour_story(body=body), at=NOON + hour * HOUR, key=key)
    return replace(made, extraction=extraction)


def test_a_copy_stays_one_when_another_version_of_it_is_read_again(database: Path) -> None:
    crawl(database, [text_of("1", 0, SPEECH, "1"), text_of("2", 1, SPEECH, "1"), text_of("2", 2, REPORT, "1")])
    crawl(database, [text_of("2", 2, REPORT + " Ends.", "2")])
    assert rows(database, TIES) == [("2", "1", "exact")]


def test_what_only_looked_like_a_copy_of_a_story_is_none_once_the_story_is_read_rightly(database: Path) -> None:
    crawl(database, [text_of("1", 0, SPEECH, "1"), text_of("2", 1, SPEECH, "1")])
    crawl(database, [text_of("1", 0, REPORT, "2")])
    assert rows(database, TIES) == []


@pytest.mark.parametrize("anew", [None, REPORT], ids=["no story after all", "another text"])
def test_copies_of_a_story_that_loses_its_text_are_copies_of_one_another(database: Path, anew: str | None) -> None:
    crawl(database, [text_of(key, hour, SPEECH, "1") for hour, key in enumerate("123")])
    again = text_of("1", 0, anew or SPEECH, "2")
    again.story = again.story if anew else None
    crawl(database, [again])
    assert rows(database, TIES) == [("3", "2", "exact")]


def test_a_version_that_goes_takes_its_ties_and_keys_along(database: Path) -> None:
    crawl(database, [text_of("1", 0, SPEECH, "1"), text_of("2", 1, REPORT, "1"), text_of("2", 2, SPEECH, "1")])
    assert rows(database, TIES) == [("2", "1", "exact")]
    gone = text_of("2", 2, SPEECH, "2")
    gone.story = None
    crawl(database, [gone])
    assert rows(database, TIES) == []
    assert rows(database, "select story_id, count(*) from near_keys group by 1") == [(1, KEYS), (2, KEYS)]


def test_a_text_that_was_read_wrongly_leaves_no_keys(database: Path) -> None:
    crawl(database, [text_of("1", 0, SPEECH, "1")])
    crawl(database, [text_of("1", 0, REPORT, "2")])
    assert value(database, "select count(*) from near_keys") == KEYS
    none = text_of("1", 0, REPORT, "3")
    none.story = None
    crawl(database, [none])
    assert value(database, "select count(*) from near_keys") == 0


def test_a_body_that_is_current_again_is_no_past_one(database: Path) -> None:
    crawl(database, [text_of("1", hour, body, "1") for hour, body in enumerate([SPEECH, REPORT])])
    gone = text_of("1", 1, REPORT, "2")
    gone.story = None
    crawl(database, [gone])
    assert value(database, "select body from stories") == SPEECH
    assert value(database, "select count(*) from past_bodies") == 0


def test_an_unchanged_story_that_a_newer_extraction_reads_the_same_knows_it(database: Path) -> None:
    crawl(database, [capture(0, PARAGRAPH, "1"), capture(1, PARAGRAPH, "2")])
    assert history(database) == [(PARAGRAPH, "2", "12", "13")]


def test_empty_story_objects_are_no_stories(database: Path) -> None:
    crawl(database, [page(Story())])
    assert rows(database, "select outcome, reason from fetches") == [("not-a-story", "no headline and no text")]
