"""Whole crawls of the newsroom over real sockets: what reaches the database, the archive, and the paper's access log."""

from __future__ import annotations

import shutil
from datetime import datetime, timedelta

import pytest

from tests.conftest import Workplace
from tests.newsroom.misbehaviour import TROUBLES, Exchange, cut_off, status
from tests.newsroom.server import Newsroom
from tests.newsroom.stock import ZONE, articles

TUESDAY = datetime(2026, 3, 3, 20, 0, tzinfo=ZONE)


def path_of(key: int) -> str:
    return articles()[key].url.partition("example")[2]


def test_a_crawl_stores_every_listed_story_once(newsroom: Newsroom, workplace: Workplace) -> None:
    newsroom.at = TUESDAY
    result = workplace.crawl(newsroom)
    assert result.returncode == 0, result.stderr
    stored = workplace.rows("SELECT key FROM stories")
    listed = {path for path in newsroom.paths() if path.startswith("/news/")}
    assert len(stored) == len(listed) > 20
    assert workplace.rows("SELECT DISTINCT outcome FROM fetches WHERE outcome = 'failed'") == []
    assert "stories" in result.stdout
    assert str(workplace.database) in result.stdout


def test_a_robots_rule_is_never_broken_and_leaves_a_row(newsroom: Newsroom, workplace: Workplace) -> None:
    newsroom.at = TUESDAY
    workplace.crawl(newsroom, "-a", "since=2026-03-02")
    assert newsroom.paths()[0] == "/robots.txt"
    assert not [path for path in newsroom.paths() if "/print" in path or path.startswith(("/archive", "/search"))]
    agents = {access.agent for access in newsroom.log}
    assert len(agents) == 1
    assert "news-morgue" in (agents.pop() or "")


def test_dated_indexes_are_gone_through_when_asked_for(newsroom: Newsroom, workplace: Workplace) -> None:
    newsroom.at = TUESDAY
    workplace.crawl(newsroom, "-a", "since=2026-03-02", "-a", "until=2026-03-02")
    assert "/latest-news/2026-03-02" in newsroom.paths()
    assert "/latest-news/2026-03-03" not in newsroom.paths()
    days = {day for (day,) in workplace.rows("SELECT published_on FROM stories")}
    assert "2026-03-02" in days


def test_a_changed_sidebar_makes_no_new_version_and_a_changed_story_does(
    newsroom: Newsroom, workplace: Workplace
) -> None:
    newsroom.at = TUESDAY.replace(hour=6)
    workplace.crawl(newsroom)
    newsroom.at = TUESDAY + timedelta(days=2)
    workplace.crawl(newsroom)
    same, changed = workplace.rows(
        "SELECT sum(versions = 1), sum(versions > 1) FROM stories WHERE first_seen_at < last_seen_at"
    )[0]
    assert isinstance(same, int) and isinstance(changed, int)
    assert same > changed > 0
    boxes = "SELECT count(DISTINCT sidebar_id) FROM sightings JOIN stories ON stories.id = story_id WHERE versions = 1"
    assert workplace.value(boxes + " GROUP BY story_id ORDER BY 1 DESC") != 1
    assert {2} == {number for (number,) in workplace.rows("SELECT versions FROM stories WHERE versions > 1")}


def test_any_site_is_read_from_its_front_page(newsroom: Newsroom, workplace: Workplace) -> None:
    newsroom.at = TUESDAY
    hurried = {"DOWNLOAD_DELAY": 0.01, "AUTOTHROTTLE_ENABLED": False, "ALLOWED_PRIVATE": "127.0.0.1"}
    result = workplace.scrapy("crawl", "site", "-a", f"url={newsroom.base}/", **hurried)
    assert result.returncode == 0, result.stderr
    assert workplace.rows("SELECT outcome, reason FROM fetches WHERE url = ?", f"{newsroom.base}/") == [
        ("not-a-story", "a list of stories, no story")
    ]
    assert workplace.rows("SELECT DISTINCT publisher FROM stories") == [("127.0.0.1",)]
    stories = workplace.rows("SELECT headline, published_on, body FROM stories")
    assert len(stories) > 10
    assert all(headline and day and len(str(body)) > 200 for headline, day, body in stories)


def test_a_crawl_that_could_read_nothing_says_so(newsroom: Newsroom, workplace: Workplace) -> None:
    for path in ("/robots.txt", "/feeds/home", "/feeds/latest-news", "/feeds/sitemap"):
        newsroom.misbehave(path, status(500))
    result = workplace.crawl(newsroom, RETRY_TIMES=0)
    assert result.returncode == 1
    assert "Nothing could be read" in result.stderr
    assert workplace.rows("SELECT DISTINCT outcome FROM fetches") != []


FAILURES = {
    "404": ("gone", "HTTP 404"),
    "410": ("gone", "HTTP 410"),
    "403": ("refused", "HTTP 403"),
    "500": ("failed", "HTTP 500"),
    "503": ("failed", "HTTP 503"),
    "429-bare": ("failed", "HTTP 429"),
    "redirect-loop": ("failed", "redirect"),
    "redirect-chain": ("failed", "redirect"),
    "redirect-away": ("failed", ""),
    "redirect-file": ("failed", ""),
    "silence": ("failed", "imeout"),
    "cut-off": ("failed", ""),
    "reset": ("failed", ""),
    "reset-in-body": ("failed", ""),
    "type-wrong": ("not-a-story", "image/png"),
    "binary": ("not-a-story", ""),
    "empty": ("not-a-story", "empty"),
    "gzip-bomb": ("failed", ""),
    "huge-page": ("failed", ""),
    "no-http": ("failed", ""),
    "nested": ("not-a-story", "no text"),
}
READABLE = (
    "charset-wrong", "charset-none", "charset-unknown", "type-none", "gzipped", "429-seconds", "charset-utf16",
)  # fmt: skip


def test_the_crawl_survives_every_misbehaviour_and_says_what_each_page_came_to(
    newsroom: Newsroom, workplace: Workplace
) -> None:
    newsroom.at = TUESDAY + timedelta(days=1)
    keys = [key for key, a in sorted(articles().items()) if a.listed and a.has_page and not a.pdf and not a.live]
    keys = [key for key in keys if articles()[key].published < newsroom.at]
    befallen = dict(zip((*FAILURES, *READABLE), keys, strict=False))
    assert len(befallen) == len(FAILURES) + len(READABLE)
    for name, key in befallen.items():
        newsroom.misbehave(path_of(key), TROUBLES[name], times=1 if name == "429-seconds" else None)
    result = workplace.crawl(newsroom, DOWNLOAD_TIMEOUT=3, RETRY_TIMES=1)
    assert result.returncode == 0, result.stderr
    assert "Traceback" not in result.stderr
    for name, (outcome, words) in FAILURES.items():
        rows = workplace.rows(
            "SELECT outcome, reason FROM fetches WHERE url = ? AND coalesce(reason, '') NOT LIKE '%; tried again'",
            newsroom.url(path_of(befallen[name])),
        )
        assert [row[0] for row in rows] == [outcome], (name, rows)
        assert rows[0][1] and words in str(rows[0][1]), (name, rows)
    for name in READABLE:
        sql = "SELECT outcome, reason FROM fetches WHERE url = ? AND outcome <> 'failed'"
        assert workplace.rows(sql, newsroom.url(path_of(befallen[name]))) == [("new", None)], name
    whole = workplace.value("SELECT count(*) FROM fetches WHERE outcome = 'new'")
    assert whole == workplace.value("SELECT count(*) FROM stories")


def test_what_was_archived_replays_to_the_same_rows(
    newsroom: Newsroom, workplace: Workplace, tmp_path_factory: pytest.TempPathFactory
) -> None:
    newsroom.at = TUESDAY
    newsroom.misbehave(path_of(1981204), status(404))
    newsroom.misbehave(path_of(1981202), cut_off())
    workplace.crawl(newsroom, RETRY_TIMES=0)
    again = Workplace(tmp_path_factory.mktemp("replay"))
    result = again.replay(workplace)
    assert result.returncode == 0, result.stderr
    for table in TABLES:
        assert again.rows(TABLES[table]) == workplace.rows(TABLES[table]), table
    assert again.value("SELECT count(*) FROM stories") != 0


TABLES = {
    "stories": "SELECT publisher, key, url, headline, body, authors, section, language, word_count, published_on, published_at,"
    " published_source, modified_at, first_seen_at, last_seen_at, versions FROM stories ORDER BY publisher, key",
    "story_versions": "SELECT s.key, v.seen_from, v.seen_to, v.digest, v.headline, v.body FROM story_versions v"
    " JOIN stories s ON s.id = v.story_id ORDER BY s.key, v.seen_from",
    "story_dates": "SELECT s.key, d.of, d.source, d.text, d.value, d.chosen FROM story_dates d"
    " JOIN stories s ON s.id = d.story_id ORDER BY 1, 2, 3, 4, 5",
    "sidebars": "SELECT digest, heading, role, entries, first_seen_at, last_seen_at FROM sidebars ORDER BY digest",
    "sidebar_entries": "SELECT b.digest, e.position, e.headline, e.url, e.teaser, e.dated, e.updated"
    " FROM sidebar_entries e JOIN sidebars b ON b.id = e.sidebar_id ORDER BY 1, 2",
    "sightings": "SELECT s.key, b.digest, g.seen_at FROM sightings g JOIN stories s ON s.id = g.story_id"
    " JOIN sidebars b ON b.id = g.sidebar_id ORDER BY 1, 2, 3",
    "fetches": "SELECT url, final_url, status, fetched_at, outcome, reason, capture_file, capture_offset, capture_digest"
    " FROM fetches WHERE capture_file IS NOT NULL ORDER BY url, fetched_at",
}


def test_what_could_not_be_archived_is_not_read_and_stays_due(newsroom: Newsroom, workplace: Workplace) -> None:
    def as_the_disk_is_taken_away(exchange: Exchange) -> None:
        shutil.rmtree(workplace.archive)
        workplace.archive.write_text("no folder any more", "utf-8")
        exchange.send(exchange.answer)

    newsroom.at = TUESDAY
    newsroom.misbehave("/robots.txt", as_the_disk_is_taken_away, times=1)
    result = workplace.crawl(newsroom)
    assert result.returncode == 1
    (line,) = [line for line in result.stderr.splitlines() if "ERROR" in line]
    assert f"cannot archive to {workplace.archive}" in line
    assert workplace.rows("SELECT url FROM fetches") == []
    assert workplace.rows("SELECT DISTINCT state FROM urls") == [("due",)]
    newsroom.behave()
    newsroom.at += timedelta(minutes=11)
    workplace.archive.unlink()
    assert workplace.crawl(newsroom).returncode == 0
    assert workplace.value("SELECT count(*) FROM fetches WHERE capture_file IS NULL") == 0
    assert int(str(workplace.value("SELECT count(*) FROM stories"))) > 20
