"""What a crawl leaves in the file: crawls, batches, pages whole or not at all, sidebars once, search."""

from __future__ import annotations

import asyncio
import json
import sqlite3
from contextlib import closing
from datetime import date, timedelta
from pathlib import Path

import pytest
from scrapy import Spider
from scrapy.utils.test import get_crawler

from crawler.items import Moment, Sidebar, SidebarEntry
from pipelines.database import open_archive
from pipelines.database.queries import known_fetch, story_at
from pipelines.dedupe import DedupePipeline
from pipelines.session import arguments_of
from pipelines.store import StorePipeline
from pipelines.timestamp import TimestampPipeline
from tests.pipelines.newsdesk import NOON, PARAGRAPH, crawl, editorial, harbour_story, page, rows, value

DAY = timedelta(days=1)


@pytest.fixture
def database(tmp_path: Path) -> Path:
    return tmp_path / "news.db"


def test_a_crawl_has_a_row_with_its_end(database: Path) -> None:
    crawl(database, [page()])
    ((spider, arguments, software, ended_at, reason),) = rows(
        database, "select spider, arguments, software, ended_at, reason from crawls"
    )
    assert (spider, json.loads(arguments), reason) == ("harbour", {}, "finished")
    assert "Scrapy" in software
    assert "SQLite" in software
    assert ended_at.endswith("Z")


def test_a_crawl_remembers_what_its_spider_was_started_with() -> None:
    spider = Spider("harbour", since=date(2016, 7, 1), section="letters")
    spider._seen, spider.requested = "no argument", {"none either"}  # type: ignore[attr-defined]
    assert arguments_of(spider) == {"since": "2016-07-01", "section": "letters"}


def test_a_story_is_stored_with_all_its_fields(database: Path) -> None:
    crawl(database, [page()])
    assert rows(
        database,
        "select publisher, key, url, headline, authors, section, language, word_count, credit_line, dateline, versions"
        " from stories",
    ) == [
        (
            "harbour",
            "100",
            "https://harbour.example/news/100",
            "Two more gates opened",
            '["Amna Rahim"]',
            "Pakistan",
            "en",
            len(harbour_story().body.split()),
            "Published in The Harbour, March 18th, 2024",
            "LAHORE",
            1,
        )
    ]


def test_a_sidebar_seen_beside_many_stories_is_stored_once(database: Path) -> None:
    crawl(database, [page(None, editorial("On water", "On fire"), key=str(n)) for n in range(5)])
    assert rows(database, "select role, heading, entries from sidebars") == [("editorial", "Editorial", 2)]
    assert value(database, "select count(*) from sightings") == 5


def test_an_entry_that_stays_while_others_change_is_stored_once(database: Path) -> None:
    later = page(None, editorial("On fire", "On earth and air"), at=NOON + DAY)
    crawl(database, [page(None, editorial("On water", "On fire")), later])
    assert value(database, "select count(*) from entry_texts") == 3
    assert rows(database, "select position, headline from sidebar_entries order by sidebar_id, position") == [
        (1, "On water"),
        (2, "On fire"),
        (1, "On fire"),
        (2, "On earth and air"),
    ]


def test_an_empty_sidebar_is_a_sighting_too(database: Path) -> None:
    crawl(database, [page(None, Sidebar("Opinion", "opinion", []))])
    assert rows(database, "select b.heading, b.entries from sightings g join sidebars b on b.id = g.sidebar_id") == [
        ("Opinion", 0)
    ]


def test_the_agenda_tells_positions_and_times_of_a_day(database: Path) -> None:
    crawl(
        database,
        [
            page(None, editorial("On water", "On fire")),
            page(None, editorial("On fire", "On water"), at=NOON + timedelta(hours=3)),
        ],
    )
    assert rows(
        database,
        "select position, headline, first_seen_at, last_seen_at from agenda where day = '2024-03-18'"
        " and role = 'editorial' order by first_seen_at, position",
    ) == [
        (1, "On water", "2024-03-18T12:00:00Z", "2024-03-18T12:00:00Z"),
        (2, "On fire", "2024-03-18T12:00:00Z", "2024-03-18T12:00:00Z"),
        (1, "On fire", "2024-03-18T15:00:00Z", "2024-03-18T15:00:00Z"),
        (2, "On water", "2024-03-18T15:00:00Z", "2024-03-18T15:00:00Z"),
    ]


def test_a_day_of_the_agenda_is_the_papers_day(database: Path) -> None:
    crawl(database, [page(None, editorial("On water"), at=NOON + timedelta(hours=8))])
    assert rows(database, "select distinct day from agenda") == [("2024-03-19",)]


def test_a_paper_of_an_unknown_zone_keeps_its_sidebars_by_utc(database: Path) -> None:
    crawl(database, [page(None, editorial("On water"), at=NOON + timedelta(hours=8), timezone="Asia/Lahore")])
    assert rows(database, "select distinct day from agenda") == [("2024-03-18",)]


def test_an_entrys_run_goes_from_its_first_to_its_last_sighting(database: Path) -> None:
    crawl(database, [page(None, editorial("On water", updated=day > 0), at=NOON + day * DAY) for day in range(3)])
    assert rows(database, "select headline, first_seen_at, last_seen_at, hours_shown, snapshots from entry_runs") == [
        ("On water", "2024-03-18T12:00:00Z", "2024-03-20T12:00:00Z", 48.0, 2)
    ]


def test_editorials_whose_story_is_not_in_the_archive_are_listed(database: Path) -> None:
    crawled = editorial("On water").entries[0]
    assert crawled.key
    assert crawled.url
    pages = [page(None, editorial("On water", "On fire")), page(key=crawled.key, url=crawled.url)]
    crawl(database, pages)
    assert rows(database, "select headline from editorials_not_crawled") == [("On fire",)]
    assert rows(database, "select entry_headline, story_id from entry_stories order by entry_id") == [
        ("On water", 2),
        ("On fire", None),
    ]


def test_a_page_that_cannot_be_stored_leaves_its_fetch_and_nothing_else(database: Path) -> None:
    twice = Sidebar("Editorial", "editorial", [SidebarEntry(1, "On water"), SidebarEntry(1, "On fire")])
    stats = crawl(database, [page(None, twice), page(key="200")])
    assert (stats["news/failed"], stats["news/new"]) == (1, 1)
    ((outcome, reason, story_id),) = rows(
        database, "select outcome, reason, story_id from fetches where url like '%/100/%'"
    )
    assert (outcome, story_id) == ("failed", None)
    assert "could not be stored" in reason
    assert rows(database, "select key from stories") == [("200",)]
    assert value(database, "select count(*) from sidebars") == 0


@pytest.mark.parametrize("then", ["200", "100"])
def test_a_row_that_is_refused_only_at_the_end_of_its_batch_loses_its_page_and_no_other(
    database: Path, then: str
) -> None:
    refused = page(harbour_story(dates=[Moment(NOON, "hour", "time", "noon")]))  # type: ignore[arg-type]
    stats = crawl(database, [refused, page(key=then, at=NOON + timedelta(hours=1))])
    assert (stats["news/failed"], stats["news/new"]) == (1, 1)
    assert rows(database, "select outcome, version_id is null from fetches order by id") == [("failed", 1), ("new", 0)]
    assert rows(database, "select key, versions from stories") == [(then, 1)]


def test_one_page_of_a_large_batch_that_cannot_be_stored_costs_no_other(database: Path) -> None:
    refused = page(harbour_story(dates=[Moment(NOON, "hour", "time", "noon")]))  # type: ignore[arg-type]
    pages = [page(harbour_story(body=f"Gate {number} was opened."), key=f"2{number:02}") for number in range(60)]
    stats = crawl(database, [*pages[:40], refused, *pages[40:]])
    assert (stats["news/failed"], stats["news/new"]) == (1, 60)
    assert value(database, "select count(*) from fetches f join stories s on s.id = f.story_id") == 60
    assert value(database, "select count(distinct story_id) from story_dates where chosen") == 60


def test_a_mistake_in_the_order_of_the_pipelines_is_told_and_keeps_what_came_before(database: Path) -> None:
    with pytest.raises(RuntimeError, match="has not passed dedupe"):
        asyncio.run(store_undated(database))
    assert rows(database, "select key from stories") == [("100",)]


async def store_undated(database: Path) -> None:
    """Store one page rightly and one that timestamp has not seen."""
    crawler = get_crawler(settings_dict={"DATABASE": str(database)})
    crawler.spider = Spider("harbour")
    dedupe, timestamp, store = (
        kind.from_crawler(crawler) for kind in (DedupePipeline, TimestampPipeline, StorePipeline)
    )
    dedupe.open_spider()
    store.open_spider()
    store.process_item(timestamp.process_item(dedupe.process_item(page(key="100"))))
    try:
        store.process_item(dedupe.process_item(page(key="200")))
    finally:
        store.close_spider()
        store.spider_closed("finished")


def test_half_surrogates_in_a_page_do_not_lose_it(database: Path) -> None:
    crawl(database, [page(harbour_story(headline="Gates \ud83d opened", authors=["A\udc00"]), editorial("On \ud800"))])
    assert value(database, "select headline from stories") == "Gates ? opened"


@pytest.mark.parametrize(
    ("text", "word", "found"),
    [
        ("مُلک بھر میں بارش، شہر میں پانی", "مُلک", 1),
        ("مُلک بھر میں بارش، شہر میں پانی", "ملک", 1),
        ("وزیرِ اعظم نے کہا", "وزیر اعظم", 1),
        ("شہرِ قائد میں بارش", "شہر", 1),
        ("ملک بھر میں بارش", "بارش", 1),
        ("آم کے باغات", "ام", 0),
        ("हिन्दी के अख़बार", "हिन्दी", 1),
        ("हिन्दी के अख़बार", "ह", 0),
        ("A café in Zürich", "zurich", 1),
        ("The governors governed", "governor", 0),
    ],
)
def test_search_finds_whole_words_of_any_script(database: Path, text: str, word: str, found: int) -> None:
    crawl(database, [page(harbour_story(body=text))])
    assert value(database, "select count(*) from stories_fts where stories_fts match ?", f'"{word}"') == found


def test_the_crawler_can_ask_what_is_known(database: Path) -> None:
    crawl(database, [page(None, editorial("On water"))])
    archive = open_archive(database)
    url = "https://harbour.example/news/100/a-slug"
    assert known_fetch(archive.connection, url, "2024-03-18T12:00:00Z")
    assert not known_fetch(archive.connection, url, "2024-03-18T12:00:01Z")
    assert story_at(archive.connection, None, url) == 1
    assert story_at(archive.connection, "https://harbour.example/other") is None
    tables = ("stories", "version_records", "sidebars", "sightings")
    counted = [value(database, f"select count(*) from {table}") for table in tables]
    failures = value(database, "select count(*) from fetches where outcome in ('gone', 'refused', 'failed')")
    assert (*counted, failures) == (1, 1, 1, 1, 0)
    archive.close()


def test_many_pages_are_committed_in_batches_and_all_arrive(database: Path) -> None:
    stories = [page(harbour_story(body=f"{n} {PARAGRAPH}"), editorial("On water"), key=str(n)) for n in range(450)]
    stats = crawl(database, stories)
    assert stats["news/new"] == 450
    assert value(database, "select count(*) from fetches where outcome = 'new'") == 450
    assert value(database, "pragma integrity_check") == "ok"


def test_search_forgets_a_marked_text_that_has_changed(database: Path) -> None:
    rain, sun = "شہرِ قائد میں بارش", "بندرگاہ میں دھوپ"
    crawl(database, [page(harbour_story(body=rain)), page(harbour_story(body=sun), at=NOON + DAY)])
    found = "select count(*) from stories_fts where stories_fts match ?"
    assert [value(database, found, word) for word in ("شہر", "شہرِ", "دھوپ")] == [0, 0, 1]
    with closing(sqlite3.connect(database)) as connection:  # raises where the index and the texts do not agree
        connection.execute("insert into stories_fts (stories_fts, rank) values ('integrity-check', 1)")


def test_search_agrees_with_the_stories_after_a_batch_of_changes(database: Path) -> None:
    pages = [page(harbour_story(body=f"{PARAGRAPH} Gate {n}."), key=str(n % 7), at=NOON + n * DAY) for n in range(40)]
    crawl(database, pages)
    assert value(database, "select count(*) from search_changes") == 0
    with closing(sqlite3.connect(database)) as connection:
        connection.execute("insert into stories_fts (stories_fts, rank) values ('integrity-check', 1)")


def test_a_search_index_left_behind_by_a_kill_is_brought_up_to_date_by_the_next_crawl(database: Path) -> None:
    open_archive(database).close()
    crawl(database, [page()])
    with closing(sqlite3.connect(database, isolation_level=None)) as connection:
        connection.execute("update stories set body = 'A pilot boat came in.'")  # committed, and not yet indexed
    assert value(database, "select count(*) from stories_fts where stories_fts match 'pilot'") == 0
    open_archive(database).close()
    assert value(database, "select count(*) from stories_fts where stories_fts match 'pilot'") == 1
    assert value(database, "select count(*) from stories_fts where stories_fts match 'gates'") == 1  # the headline's
