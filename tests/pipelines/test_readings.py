"""What each capture gave is kept, and in which of its paper's layouts it stood."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta
from pathlib import Path

from crawler.items import Moment, Page
from pipelines.database import open_archive
from pipelines.database.layouts import MAX_LAYOUTS
from tests.pipelines.newsdesk import KARACHI, NOON, PARAGRAPH, crawl, editorial, harbour_story, page, rows, value

USUAL = ["div col", "div header", "div row", "div story", "footer colophon"]
LIVE = ["div col", "div header", "div live", "div row", "footer colophon"]
OTHER = ["div rail", "main", "section lead", "section prose"]
DAY = timedelta(days=1)
CHOSEN = "select l.frame from readings r join layouts l on l.id = r.layout_id order by r.fetch_id"


def framed(frame: list[str], day: int = 0, **given: object) -> Page:
    return page(at=NOON + day * DAY, frame=frame, **{"key": str(day), **given})  # type: ignore[arg-type]


def test_a_capture_s_reading_says_what_it_gave(tmp_path: Path) -> None:
    bare = harbour_story(headline=None, authors=[], published=None, dates=[], credit_line=None)
    crawl(tmp_path / "news.db", [page(None, editorial("On water", "On fire")), page(bare, key="2")])
    found = rows(
        tmp_path / "news.db",
        "select fetch_id, layout_id, word_count, headline, authors, dated, sidebars, entries from readings",
    )
    words = len(harbour_story().body.split())
    assert found == [(1, None, words, 1, 1, "certain", 1, 2), (2, None, words, 0, 0, None, 0, 0)]


def test_a_date_that_only_the_feed_gives_is_none_that_the_page_shows(tmp_path: Path) -> None:
    feed = Moment(datetime(2024, 3, 18, 9, tzinfo=KARACHI), "minute", "feed", "Mon, 18 Mar 2024 09:00")
    told = harbour_story(published=feed, dates=[feed], credit_line=None)
    crawl(tmp_path / "news.db", [page(told)])
    assert value(tmp_path / "news.db", "select published_on from stories") == "2024-03-18"
    assert value(tmp_path / "news.db", "select dated from readings") is None


def test_a_date_that_an_earlier_capture_showed_is_none_that_this_one_shows(tmp_path: Path) -> None:
    undated = harbour_story(published=None, dates=[], credit_line=None)
    crawl(tmp_path / "news.db", [page(), page(undated, at=NOON + DAY)])
    assert rows(tmp_path / "news.db", "select dated from readings order by fetch_id") == [("certain",), (None,)]


def test_pages_alike_are_of_one_layout_and_pages_unlike_of_another(tmp_path: Path) -> None:
    database = tmp_path / "news.db"
    crawl(database, [framed(USUAL), framed(LIVE, 1), framed(OTHER, 2), framed([*USUAL, "div advert"], 3)])
    usual, other = "\n".join(USUAL), "\n".join(OTHER)
    assert [frame for (frame,) in rows(database, CHOSEN)] == [usual, usual, other, usual]
    assert rows(database, "select publisher, first_seen_at, last_seen_at from layouts") == [
        ("harbour", "2024-03-18T12:00:00Z", "2024-03-21T12:00:00Z"),
        ("harbour", "2024-03-20T12:00:00Z", "2024-03-20T12:00:00Z"),
    ]


def test_a_layout_is_as_old_as_its_earliest_capture_in_whatever_order_they_come(tmp_path: Path) -> None:
    crawl(tmp_path / "news.db", [framed(USUAL, 3), framed(USUAL, 1), framed(USUAL, 2)])
    assert value(tmp_path / "news.db", "select first_seen_at from layouts") == "2024-03-19T12:00:00Z"


def test_each_paper_has_its_own_layouts(tmp_path: Path) -> None:
    crawl(tmp_path / "news.db", [framed(USUAL), framed(USUAL, 1, publisher="quay")])
    assert rows(tmp_path / "news.db", "select publisher from layouts order by id") == [("harbour",), ("quay",)]


def test_a_paper_that_names_its_boxes_anew_each_time_has_no_more_than_so_many_layouts(tmp_path: Path) -> None:
    pages = [framed([f"{tag} n{number}" for tag in "abcd"], number) for number in range(MAX_LAYOUTS + 5)]
    crawl(tmp_path / "news.db", pages)
    assert value(tmp_path / "news.db", "select count(*) from layouts") == MAX_LAYOUTS
    assert value(tmp_path / "news.db", "select count(*) from readings where layout_id is null") == 5


def test_a_layout_that_another_crawl_found_meanwhile_is_not_made_twice(tmp_path: Path) -> None:
    ours, its = (open_archive(tmp_path / "news.db") for _ in range(2))
    given = []
    for archive, frame in ((ours, OTHER), (its, USUAL), (ours, USUAL), (its, OTHER)):
        archive.begin()
        given.append(archive.pending.layouts.of(archive.connection, "harbour", frame, "2024-03-18T12:00:00Z"))
        archive.commit()
    ours.close()
    its.close()
    assert given == [1, 2, 2, 1]


def test_a_layout_that_was_taken_back_is_made_anew(tmp_path: Path) -> None:
    archive = open_archive(tmp_path / "news.db")
    archive.begin()
    layouts, at = archive.pending.layouts, "2024-03-18T12:00:00Z"
    assert layouts.of(archive.connection, "harbour", USUAL, at) == 1
    archive.rollback()
    assert layouts.of(archive.connection, "harbour", OTHER, at) == 1
    assert layouts.of(archive.connection, "harbour", USUAL, at) == 2
    archive.close()
    assert [frame for (frame,) in rows(tmp_path / "news.db", "select frame from layouts order by id")] == [
        "\n".join(OTHER),
        "\n".join(USUAL),
    ]


def test_another_extraction_replaces_a_reading_and_one_that_finds_no_story_takes_it_away(tmp_path: Path) -> None:
    database = tmp_path / "news.db"
    crawl(database, [framed(USUAL, extraction="one")])
    crawl(database, [framed(OTHER, story=harbour_story(body=PARAGRAPH, authors=[]), extraction="two")])
    assert rows(database, "select fetch_id, word_count, authors from readings") == [(1, len(PARAGRAPH.split()), 0)]
    nothing = replace(framed([], extraction="three"), story=None, reason="no story")
    crawl(database, [nothing])
    assert rows(database, "select * from readings") == []
    assert rows(database, "pragma foreign_key_check") == []
