"""A story's versions stand in the order of capture, in whatever order the captures arrive."""

from __future__ import annotations

import itertools
from datetime import timedelta
from pathlib import Path

import pytest

from crawler.items import Page
from tests.pipelines.newsdesk import NOON, PARAGRAPH, crawl, editorial, harbour_story, page, rows, value

BODIES = {"A": PARAGRAPH, "B": PARAGRAPH + "\nCorrected on Tuesday.", "C": PARAGRAPH + "\nCorrected again."}


def captures(texts: str) -> list[Page]:
    """One capture an hour, each with the text of its letter and a sidebar of its own."""
    return [
        page(harbour_story(body=BODIES[letter]), editorial(f"Hour {hour}"), at=NOON + timedelta(hours=hour))
        for hour, letter in enumerate(texts)
    ]


def history(database: Path) -> list[tuple[str, str, str]]:
    letters = {body: letter for letter, body in BODIES.items()}
    found = rows(database, "select body, seen_from, seen_to from story_versions order by seen_from")
    return [(letters[body], start[11:13], end[11:13]) for body, start, end in found]


ORDERS = list(itertools.permutations(range(5)))[::5]  # 24 of the 120: each capture comes first, and last, in some


@pytest.mark.parametrize("order", ORDERS, ids=lambda order: "".join(map(str, order)))
def test_any_order_of_arrival_gives_the_same_history(order: tuple[int, ...], tmp_path: Path) -> None:
    database = tmp_path / "news.db"
    pages = captures("AABAC")
    crawl(database, [pages[number] for number in order])
    assert history(database) == [("A", "12", "13"), ("B", "14", "14"), ("A", "15", "15"), ("C", "16", "16")]
    assert rows(database, "select body, versions, first_seen_at, last_seen_at from stories") == [
        (BODIES["C"], 4, "2024-03-18T12:00:00Z", "2024-03-18T16:00:00Z")
    ]
    misplaced = (
        "select count(*) from sightings g join fetches f on f.id = g.fetch_id"
        " join story_versions v on v.id = g.version_id"
        " where g.version_id <> f.version_id or not f.fetched_at between v.seen_from and v.seen_to"
    )
    assert value(database, misplaced) == 0
    assert rows(database, "pragma foreign_key_check") == []


def test_each_past_text_is_kept_once(tmp_path: Path) -> None:
    database = tmp_path / "news.db"
    crawl(database, captures("ABABAC"))
    assert [letter for letter, _, _ in history(database)] == list("ABABAC")
    assert value(database, "select count(*) from past_bodies") == 2


def test_a_changed_headline_keeps_no_second_copy_of_the_body(tmp_path: Path) -> None:
    database = tmp_path / "news.db"
    crawl(database, [page(), page(harbour_story(headline="Gates shut"), at=NOON + timedelta(hours=1))])
    assert rows(database, "select headline, body from story_versions order by seen_from") == [
        ("Two more gates opened", harbour_story().body),
        ("Gates shut", harbour_story().body),
    ]
    assert value(database, "select count(*) from past_bodies") == 0


def test_an_older_capture_does_not_undo_what_a_later_one_says(tmp_path: Path) -> None:
    database = tmp_path / "news.db"
    later = page(harbour_story(section="Front Page"), at=NOON + timedelta(hours=1))
    crawl(database, [later, page(harbour_story(section="Wire"))])
    assert value(database, "select section from stories") == "Front Page"


def test_search_finds_the_current_version_only(tmp_path: Path) -> None:
    database = tmp_path / "news.db"
    crawl(database, captures("BC"))
    search = "select count(*) from stories_fts where stories_fts match ?"
    assert value(database, search, "Tuesday") == 0
    assert value(database, search, "again") == 1
