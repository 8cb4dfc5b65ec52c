"""A story under several addresses: an AMP or print page that reads otherwise makes no version of it."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest

from crawler.items import Page
from tests.pipelines.newsdesk import NOON, PARAGRAPH, crawl, editorial, harbour_story, page, rows, value

MAIN = "https://harbour.example/news/100/gates"
AMP = "https://harbour.example/amp/news/100"
BODIES = {
    "A": PARAGRAPH + "\nThe level fell by a foot in the evening.",
    "a": PARAGRAPH,  # the AMP page of A leaves the last paragraph out
    "C": PARAGRAPH + "\nThe level rose again at night.",
    "c": PARAGRAPH + "\nThe level rose.",
}


@pytest.fixture
def database(tmp_path: Path) -> Path:
    return tmp_path / "news.db"


def captures(*texts: tuple[str, str], canonical: str | None = MAIN) -> list[Page]:
    """One capture an hour, each of a URL with the text of a letter, under a sidebar of its own."""
    return [
        page(
            harbour_story(body=BODIES[letter], authors=[f"By {url[-5:]}"]),
            editorial(f"Hour {hour}"),
            at=NOON + timedelta(hours=hour),
            url=url,
            canonical_url=canonical,
        )
        for hour, (url, letter) in enumerate(texts)
    ]


def history(database: Path) -> str:
    letters = {body: letter for letter, body in BODIES.items()}
    return "".join(letters[body] for (body,) in rows(database, "select body from story_versions order by seen_from"))


def test_an_amp_page_that_reads_otherwise_makes_no_version(database: Path) -> None:
    crawl(database, captures((MAIN, "A"), (AMP, "a"), (MAIN, "A"), (AMP, "a")))
    assert history(database) == "A"
    assert [outcome for (outcome,) in rows(database, "select outcome from fetches order by fetched_at")] == [
        *("new", "unchanged", "unchanged", "unchanged")
    ]
    assert rows(database, "select body, versions, url, authors from stories") == [
        (BODIES["A"], 1, MAIN, '["By gates"]')
    ]
    assert value(database, "select count(*) from sightings") == 4


def test_which_captures_read_otherwise_is_told(database: Path) -> None:
    crawl(database, captures((MAIN, "A"), (AMP, "a"), (MAIN, "A")))
    assert rows(database, "select url from fetches where alternate_digest is not null") == [(AMP,)]


def test_a_text_that_the_paper_takes_back_at_the_same_address_is_history(database: Path) -> None:
    crawl(database, captures((MAIN, "A"), (MAIN, "C"), (MAIN, "A")))
    assert history(database) == "ACA"


def test_an_edit_seen_between_amp_pages_is_one_version(database: Path) -> None:
    crawl(database, captures((MAIN, "A"), (AMP, "a"), (MAIN, "C"), (AMP, "c"), (MAIN, "C"), (AMP, "c")))
    assert history(database) == "AC"


def test_an_edit_seen_at_an_address_that_showed_the_storys_text_before_is_a_version(database: Path) -> None:
    tracked = MAIN + "?from=feed"
    crawl(database, captures((MAIN, "A"), (tracked, "A"), (tracked, "C")))
    assert history(database) == "AC"


def test_where_only_the_amp_page_is_crawled_its_edits_are_versions(database: Path) -> None:
    crawl(database, captures((AMP, "a"), (AMP, "c")))
    assert history(database) == "ac"


def test_a_page_that_names_no_other_address_makes_versions_as_ever(database: Path) -> None:
    crawl(database, captures((MAIN, "A"), (AMP, "a"), canonical=None))
    assert history(database) == "Aa"


def test_an_amp_page_read_again_by_another_extraction_changes_no_version(database: Path) -> None:
    pages = captures((MAIN, "A"), (AMP, "a"), (MAIN, "A"))
    crawl(database, [replace(one, extraction="1") for one in pages])
    again = [replace(one, extraction="2") for one in captures((MAIN, "A"), (AMP, "c"), (MAIN, "A"))]
    crawl(database, again)
    assert history(database) == "A"
    assert value(database, "select count(*) from fetches where alternate_digest is not null") == 1
    assert rows(database, "pragma foreign_key_check") == []


def test_an_older_capture_of_an_amp_page_makes_no_version_either(database: Path) -> None:
    first, amp, last = captures((MAIN, "A"), (AMP, "a"), (MAIN, "A"))
    crawl(database, [last, first, amp])
    assert history(database) == "A"
    astray = (
        "select count(*) from fetches f join version_records v on v.id = f.version_id"
        " where not f.fetched_at between v.seen_from and v.seen_to"
    )
    assert value(database, astray) == 0


def test_a_story_keeps_the_address_it_was_first_found_at_where_its_pages_name_none(database: Path) -> None:
    crawl(database, captures((MAIN, "A"), (MAIN + "?page=1", "A"), canonical=None))
    assert value(database, "select url from stories") == MAIN


def test_the_address_that_a_page_names_goes_before_the_one_it_was_found_at(database: Path) -> None:
    crawl(database, [*captures((AMP, "A"), canonical=None), *captures((AMP, "A"), (AMP, "A"))[1:]])
    assert value(database, "select url from stories") == MAIN


def test_a_front_page_named_as_every_storys_address_is_not_believed(database: Path) -> None:
    crawl(database, captures((MAIN, "A"), canonical="https://harbour.example/"))
    assert value(database, "select url from stories") == MAIN
    assert rows(database, "select url from story_urls") == [(MAIN,)]
