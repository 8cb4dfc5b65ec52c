"""What counts as the same story, the same text, the same sidebar."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest

from crawler.items import Fetch, Page
from pipelines.database.values import text_digest
from tests.pipelines.newsdesk import NOON, PARAGRAPH, crawl, editorial, harbour_story, page, rows, value

HOUR = timedelta(hours=1)


@pytest.fixture
def database(tmp_path: Path) -> Path:
    return tmp_path / "news.db"


def test_the_digest_of_a_text_is_the_same_for_ever() -> None:
    """The digests of millions of texts are kept: another one would make a new version of every story."""
    assert text_digest("Gates opened", None, "مُلک") == "fcf66dc9057c0fa651cbd8bc8a60d110"
    assert len({text_digest("ab", "c"), text_digest("a", "bc"), text_digest("abc"), text_digest("abc", None)}) == 4


def test_a_first_sight_of_a_story_is_new(database: Path) -> None:
    stats = crawl(database, [page()])
    assert stats["news/new"] == 1
    assert rows(database, "select outcome, reason from fetches") == [("new", None)]


def test_a_story_under_another_url_is_the_same_story(database: Path) -> None:
    other = page(url="https://harbour.example/news/amp/100", at=NOON + HOUR)
    stats = crawl(database, [page(), other])
    assert stats["news/unchanged"] == 1
    assert rows(database, "select url from story_urls order by url") == [
        ("https://harbour.example/news/100",),
        ("https://harbour.example/news/100/a-slug",),
        ("https://harbour.example/news/amp/100",),
    ]


def test_without_a_key_the_canonical_url_identifies_a_story(database: Path) -> None:
    first = page(key="")
    first.canonical_url = "https://harbour.example/gates"
    second = replace(page(key="", url="https://harbour.example/gates?page=1", at=NOON + HOUR))
    second.canonical_url = "https://harbour.example/gates"
    crawl(database, [first, second])
    assert value(database, "select key from stories") == "https://harbour.example/gates"


def test_a_canonical_link_to_the_front_page_identifies_no_story(database: Path) -> None:
    pages = [page(key="", url=f"https://harbour.example/gates-{n}") for n in range(2)]
    for made in pages:
        made.canonical_url = "https://harbour.example/"
    crawl(database, pages)
    assert value(database, "select count(*) from stories") == 2


def test_a_page_of_no_known_paper_is_published_by_its_host(database: Path) -> None:
    crawl(database, [page(publisher=None, url="https://www.gazette.example/a")])
    assert rows(database, "select publisher from stories union select publisher from fetches") == [("gazette.example",)]


def test_a_sidebar_that_changes_makes_no_new_version(database: Path) -> None:
    pages = [page(None, editorial(f"On day {day}"), at=NOON + day * timedelta(days=1)) for day in range(3)]
    stats = crawl(database, pages)
    assert (stats["news/unchanged"], stats["news/sidebars"], stats["news/sightings"]) == (2, 3, 3)
    assert value(database, "select count(*) from story_versions") == 1


@pytest.mark.parametrize(
    ("before", "after"),
    [(" ", "  "), (" ", "\u00a0"), ("\n", " \n "), ("villages", "vil\u00adlages"), ("ed", "ed\u200b")],
)
def test_white_space_and_invisible_characters_make_no_new_version(database: Path, before: str, after: str) -> None:
    story = harbour_story()
    again = harbour_story(headline=story.headline.replace(before, after), body=story.body.replace(before, after))
    assert again != story
    stats = crawl(database, [page(), page(again, at=NOON + HOUR)])
    assert stats["news/unchanged"] == 1


def test_composed_and_decomposed_letters_are_the_same_text(database: Path) -> None:
    composed, decomposed = harbour_story(headline="Caf\u00e9 opens"), harbour_story(headline="Cafe\u0301 opens")
    stats = crawl(database, [page(composed), page(decomposed, at=NOON + HOUR)])
    assert stats["news/unchanged"] == 1


@pytest.mark.parametrize(
    ("changes", "headline_changed", "body_changed"),
    [({"headline": "Three more gates opened"}, 1, 0), ({"body": PARAGRAPH}, 0, 1)],
)
def test_changes_of_headline_and_body_are_told_apart(
    database: Path, changes: dict[str, str], headline_changed: int, body_changed: int
) -> None:
    stats = crawl(database, [page(), page(harbour_story(**changes), at=NOON + HOUR)])
    assert stats["news/changed"] == 1
    assert rows(
        database,
        "select count(distinct headline_digest) - 1, count(distinct body_digest) - 1 from story_versions",
    ) == [(headline_changed, body_changed)]


def test_the_same_text_under_another_key_is_kept_and_tied_to_the_first(database: Path) -> None:
    stats = crawl(database, [page(), page(harbour_story(headline="Wire: gates"), key="200", at=NOON + HOUR)])
    assert stats["news/duplicate"] == 1
    assert rows(database, "select story_id, of_story_id, kind, similarity from duplicates") == [(2, 1, "exact", 1.0)]
    assert value(database, "select count(*) from stories") == 2


def test_the_same_short_line_under_another_key_is_no_duplicate(database: Path) -> None:
    line = harbour_story(body="Watch the video.")
    stats = crawl(database, [page(line), page(line, key="200", at=NOON + HOUR)])
    assert stats["news/new"] == 2
    assert value(database, "select count(*) from duplicates") == 0


def test_the_same_capture_again_changes_nothing(database: Path) -> None:
    items: list[Page | Fetch] = [
        page(None, editorial("On water")),
        Fetch("https://harbour.example/gone", NOON, status=404, outcome="gone", reason="404 Not Found"),
    ]
    crawl(database, items)
    everything = (
        "select (select count(*) from fetches), (select count(*) from sightings), (select count(*) from sidebars),"
        " (select count(*) from story_dates), (select count(*) from story_urls),"
        " (select max(last_seen_at) from stories)"
    )
    before = rows(database, everything)
    stats = crawl(database, [page(None, editorial("On water")), items[1]])
    assert stats["news/known"] == 2
    assert rows(database, everything) == before


def test_a_page_that_is_no_story_is_a_fetch_with_a_reason(database: Path) -> None:
    index = page(reason="a list of links")
    index.story = None
    stats = crawl(database, [index, Fetch("https://harbour.example/feed", NOON)])
    assert stats["news/not-a-story"] == 2
    assert rows(database, "select outcome, reason, story_id from fetches order by id") == [
        ("not-a-story", "a list of links", None),
        ("not-a-story", None, None),
    ]


def test_a_failed_url_that_once_gave_a_story_is_part_of_its_history(database: Path) -> None:
    gone = Fetch("https://harbour.example/news/100", NOON + HOUR, status=404, outcome="gone", reason="404 Not Found")
    crawl(database, [page(), gone])
    assert rows(database, "select outcome from fetches where story_id = 1 order by fetched_at") == [("new",), ("gone",)]


def test_a_page_read_outside_a_crawl_is_stored_by_its_moment(database: Path) -> None:
    crawl(database, [page(fetch=None)])
    assert rows(database, "select url, fetched_at from fetches") == [
        ("https://harbour.example/news/100/a-slug", "2024-03-18T12:00:00Z")
    ]
