"""The main job on the recorded sample paper, as `make crawl` runs it, and what an analyst finds afterwards."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.conftest import Workplace
from tests.newsroom.compare import differences, read
from tests.newsroom.truth import ExpectedCapture


@pytest.fixture(scope="module")
def crawled(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Workplace]:
    """A workplace in which the sample paper was crawled once."""
    workplace = Workplace(tmp_path_factory.mktemp("sample"))
    result = workplace.scrapy("sample")
    assert result.returncode == 0, result.stderr
    yield workplace


def test_every_recorded_story_page_is_read_as_the_truth_says(truth: list[ExpectedCapture]) -> None:
    pages = [capture for capture in truth if capture.story is not None]
    assert len(pages) > 400
    wrong = {(capture.url, capture.at): found for capture in pages if (found := differences(read(capture), capture))}
    assert wrong == {}


def test_no_word_of_a_sidebar_is_in_a_story(crawled: Workplace) -> None:
    leaked = crawled.rows(
        "SELECT s.url, e.entry_headline FROM stories s JOIN sidebar_beside_story e ON e.story_id = s.id"
        " WHERE e.entry_headline <> s.headline AND instr(s.body, char(10) || e.entry_headline || char(10)) > 0"
    )
    assert leaked == []


def test_the_database_says_which_editorials_stood_beside_which_story(crawled: Workplace) -> None:
    rows = crawled.rows(
        "SELECT entry_headline, first_seen_at, last_seen_at FROM sidebar_beside_story"
        " WHERE role = 'editorial' AND story_url LIKE '%/1981201%'"
    )
    assert len({headline for headline, _, _ in rows}) > 10
    assert all(str(first) <= str(last) for _, first, last in rows)


def test_the_database_says_from_when_to_when_each_editorial_was_shown(crawled: Workplace) -> None:
    rows = crawled.rows("SELECT headline, first_seen_at, last_seen_at FROM entry_runs WHERE role = 'editorial'")
    assert any(str(first)[:10] < str(last)[:10] for _, first, last in rows)


def test_a_story_under_several_urls_is_one_story(crawled: Workplace) -> None:
    assert crawled.value("SELECT count(*) FROM stories WHERE url LIKE '%/1981301%'") == 1


def test_a_wire_story_in_two_sections_is_marked_as_a_duplicate(crawled: Workplace) -> None:
    pairs = crawled.rows(
        "SELECT a.key, b.key FROM duplicates d JOIN stories a ON a.id = d.story_id JOIN stories b ON b.id = d.of_story_id"
        " WHERE d.kind = 'exact'"
    )
    assert {frozenset(pair) for pair in pairs} == {frozenset(("1981203", "1981213"))}


def test_a_second_crawl_stores_nothing_twice_and_says_so(crawled: Workplace) -> None:
    tables = ("stories", "story_versions", "sidebars", "sidebar_entries", "sightings", "fetches", "story_dates")
    before = [crawled.value(f"SELECT count(*) FROM {table}") for table in tables]
    result = crawled.scrapy("sample")
    assert result.returncode == 0, result.stderr
    assert "nothing was stored twice" in result.stdout
    assert [crawled.value(f"SELECT count(*) FROM {table}") for table in tables] == before


def test_a_replay_of_the_recorded_week_gives_the_same_stories(crawled: Workplace, sample: Path, tmp_path: Path) -> None:
    again = Workplace(tmp_path)
    result = again.scrapy("replay", sample)
    assert result.returncode == 0, result.stderr
    sql = "SELECT key, headline, body, published_on, published_at FROM stories WHERE key = ?"
    for (key,) in crawled.rows("SELECT key FROM stories"):
        assert again.rows(sql, key) == crawled.rows(sql, key)
