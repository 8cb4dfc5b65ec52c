"""A crawl goes on where the last one ended, however it ended; it asks for nothing before its time; one runs at a time."""

from __future__ import annotations

import random
import signal
import sqlite3
import time
from collections import Counter
from contextlib import closing
from datetime import datetime, timedelta

import pytest

from crawler.frontier import AT_ONCE
from pipelines.revisit import BACKLOG, NEWS_FIRST
from tests.conftest import Workplace
from tests.newsroom.misbehaviour import Exchange, drip, status
from tests.newsroom.paper import Answer
from tests.newsroom.server import Newsroom
from tests.newsroom.stock import ZONE, articles

TUESDAY = datetime(2026, 3, 3, 20, 0, tzinfo=ZONE)
SUNDAY = datetime(2026, 3, 8, 20, 0, tzinfo=ZONE)
WAIT = timedelta(minutes=11)  # longer than a request without an answer holds its URL, shorter than any story's interval


def stories_asked(newsroom: Newsroom) -> Counter[str]:
    return Counter(path for path in newsroom.paths() if path.startswith("/news/"))


def wait_for(newsroom: Newsroom, requests: int) -> None:
    deadline = time.monotonic() + 60
    while len(newsroom.log) < requests and time.monotonic() < deadline:
        time.sleep(0.01)
    assert len(newsroom.log) >= requests


def test_a_second_crawl_asks_for_nothing_before_its_time_and_says_when_that_is(
    newsroom: Newsroom, workplace: Workplace
) -> None:
    newsroom.at = TUESDAY
    workplace.crawl(newsroom)
    asked = len(newsroom.log)
    result = workplace.crawl(newsroom)
    assert result.returncode == 0
    assert len(newsroom.log) == asked
    assert "Nothing more is due before 2026-03-03T15:1" in result.stdout


def test_killed_at_random_moments_a_crawl_loses_nothing_and_asks_for_nothing_twice(
    newsroom: Newsroom, workplace: Workplace
) -> None:
    newsroom.at = TUESDAY
    moments = random.Random(5)
    killed = 0
    for _ in range(4):
        before = len(newsroom.log)
        process = workplace.start_crawl(newsroom, DOWNLOAD_DELAY=0.2)
        wait_for(newsroom, before + 3)
        time.sleep(moments.uniform(0, 0.4))
        process.kill()
        process.communicate(timeout=60)
        killed += process.returncode == -signal.SIGKILL  # the last may have come to its end before
        assert workplace.value("pragma integrity_check") == "ok"
        assert workplace.rows("pragma foreign_key_check") == []
    assert workplace.crawl(newsroom).returncode == 0
    assert max(stories_asked(newsroom).values()) == 1
    newsroom.at += WAIT  # what was under way when a crawl was killed may be asked for again now
    assert workplace.crawl(newsroom).returncode == 0
    listed = [a for a in articles().values() if a.listed and a.has_page and a.published <= newsroom.at]
    stored = workplace.rows("SELECT key FROM urls WHERE kind = 'story' AND state = 'fetched'")
    assert len(stored) >= len([a for a in listed if not a.live])
    assert workplace.value("SELECT count(*) FROM urls WHERE state IN ('due', 'failed')") == 0
    assert workplace.value("SELECT count(*) FROM crawls WHERE reason = 'killed'") == killed >= 2
    answered = dict(workplace.rows("SELECT url, count(*) FROM fetches WHERE version_id IS NOT NULL GROUP BY url"))
    for path, times in stories_asked(newsroom).items():
        assert times - int(str(answered[newsroom.url(path)])) in (0, 1), path  # one more only where a kill cut it off


def test_every_request_is_noted_for_good_before_the_paper_hears_of_it(newsroom: Newsroom, workplace: Workplace) -> None:
    noted: dict[str, object] = {}

    def look(exchange: Exchange) -> None:
        noted[exchange.path] = workplace.rows("SELECT asked_at FROM urls WHERE url = ?", newsroom.url(exchange.path))
        exchange.send(exchange.answer)

    newsroom.at = TUESDAY
    for article in articles().values():
        newsroom.misbehave(article.url.partition("example")[2], look)
    assert workplace.crawl(newsroom, CONCURRENT_REQUESTS_PER_DOMAIN=8, DOWNLOAD_DELAY=0).returncode == 0
    assert len(noted) == len(stories_asked(newsroom)) > 20
    assert [path for path, rows in noted.items() if rows in ([], [(None,)])] == []


def test_leads_of_a_crawl_that_was_killed_are_followed_without_asking_for_the_listing_again(
    newsroom: Newsroom, workplace: Workplace
) -> None:
    newsroom.at = TUESDAY
    process = workplace.start_crawl(newsroom, DOWNLOAD_DELAY=0.3)
    wait_for(newsroom, 6)  # robots.txt, three listings, two stories
    process.kill()
    process.communicate(timeout=60)
    newsroom.log.clear()
    assert workplace.crawl(newsroom).returncode == 0
    assert not [path for path in newsroom.paths() if path.startswith("/feeds")]
    assert len(stories_asked(newsroom)) > 20
    evidence = "SELECT count(DISTINCT story_id) FROM story_dates WHERE source IN ('feed', 'sitemap')"
    assert workplace.value(evidence) == workplace.value("SELECT count(*) FROM stories")


def test_a_crawl_that_goes_on_for_long_reads_its_listings_again(newsroom: Newsroom, workplace: Workplace) -> None:
    process = workplace.start_crawl(newsroom, "-a", "since=2026-03-02", DOWNLOAD_DELAY=0.05)
    wait_for(newsroom, 10)
    with closing(sqlite3.connect(workplace.database, timeout=30)) as connection, connection:
        # As if ten minutes had gone by.
        connection.execute("UPDATE urls SET next_check_at = first_found_at WHERE url LIKE '%/feeds/home'")
    process.communicate(timeout=100)
    assert process.returncode == 0
    assert newsroom.paths().count("/feeds/home") == 2
    assert len(set(newsroom.paths())) == len(newsroom.paths()) - 1


def test_one_slow_answer_holds_up_no_other_however_many_are_due(newsroom: Newsroom, workplace: Workplace) -> None:
    newsroom.at = SUNDAY
    overtaken: list[int] = []

    def slow_once(exchange: Exchange) -> None:
        if not overtaken:
            overtaken.append(0)
            deadline = time.monotonic() + 30
            while len(stories_asked(newsroom)) <= AT_ONCE and time.monotonic() < deadline:
                time.sleep(0.01)
            overtaken[0] = len(stories_asked(newsroom)) - 1
        exchange.send(exchange.answer)

    for article in articles().values():
        newsroom.misbehave(article.url.partition("example")[2], slow_once)
    dated = ("-a", "since=2026-03-02", "-a", "until=2026-03-08")
    assert workplace.crawl(newsroom, *dated, CONCURRENT_REQUESTS_PER_DOMAIN=2).returncode == 0
    assert overtaken[0] >= AT_ONCE
    assert max(stories_asked(newsroom).values()) == 1


def test_a_sitemap_that_names_ever_new_sitemaps_is_not_followed_for_ever(
    newsroom: Newsroom, workplace: Workplace
) -> None:
    def ever_new(exchange: Exchange) -> None:
        number = int(exchange.path.partition("=")[2] or 0)
        address = f"{newsroom.base}/feeds/sitemap?n={number + 1}"
        body = f"<sitemapindex><sitemap><loc>{address}</loc></sitemap></sitemapindex>"
        exchange.send(Answer(200, (("Content-Type", "text/xml"),), body.encode()))

    newsroom.at = TUESDAY
    newsroom.misbehave("/feeds/sitemap", ever_new)
    assert workplace.crawl(newsroom).returncode == 0
    asked = [path for path in newsroom.paths() if path.startswith("/feeds/sitemap")]
    assert asked == ["/feeds/sitemap", *(f"/feeds/sitemap?n={number}" for number in (1, 2, 3))]


def test_a_small_budget_is_spent_on_news_before_what_is_older(newsroom: Newsroom, workplace: Workplace) -> None:
    newsroom.at = SUNDAY
    workplace.crawl(newsroom, BUDGET_RUN=4)  # robots.txt, three listings
    waiting = "SELECT count(*) FROM urls WHERE state = 'due' AND priority = ?"
    news, older = (int(str(workplace.value(waiting, priority))) for priority in (NEWS_FIRST, BACKLOG))
    assert min(news, older) > 10
    workplace.crawl(newsroom, BUDGET_RUN=1 + news)
    assert workplace.value(waiting, NEWS_FIRST) == 0
    assert int(str(workplace.value(waiting, BACKLOG))) >= older  # and what the news link to


@pytest.mark.parametrize("told", [True, False], ids=["with lastmod", "without"])
def test_news_and_stories_are_read_before_all_sitemaps_of_a_huge_index(
    told: bool, newsroom: Newsroom, workplace: Workplace
) -> None:
    parts = 120
    newsroom.at = TUESDAY
    listed = [a for a in articles().values() if a.listed and a.has_page and a.published <= TUESDAY]

    def address(part: int) -> str:
        lastmod = f"<lastmod>{TUESDAY - timedelta(days=7 * (parts - 1 - part)):%Y-%m-%d}</lastmod>" if told else ""
        return f"<sitemap><loc>{newsroom.base}/feeds/part?n={part}</loc>{lastmod}</sitemap>"

    def index(exchange: Exchange) -> None:
        body = f"<sitemapindex>{''.join(map(address, range(parts)))}</sitemapindex>"
        exchange.send(Answer(200, (("Content-Type", "text/xml"),), body.encode()))

    def part(exchange: Exchange) -> None:
        number = int(exchange.path.partition("=")[2])
        stories = [newsroom.url(article.url) for article in listed[number % 2 :: 2]]
        body = f"<urlset>{''.join(f'<url><loc>{url}</loc></url>' for url in stories)}</urlset>"
        exchange.send(Answer(200, (("Content-Type", "text/xml"),), body.encode()))

    newsroom.misbehave("/feeds/sitemap", index)
    newsroom.misbehave("/feeds/part", part)
    assert workplace.crawl(newsroom, BUDGET_RUN=50).returncode == 0
    sitemaps = [path for path in newsroom.paths() if path.startswith("/feeds/part")]
    assert len(stories_asked(newsroom)) >= 25
    assert len(sitemaps) <= 20
    if told:
        assert sitemaps[0] == f"/feeds/part?n={parts - 1}"
        assert workplace.value("SELECT count(*) FROM urls WHERE kind = 'sitemap' AND priority = 0") == 1
    newsroom.log.clear()
    assert workplace.crawl(newsroom).returncode == 0
    assert len([path for path in newsroom.paths() if path.startswith("/feeds/part")]) == parts - len(sitemaps)
    asked = workplace.value("SELECT count(*) FROM urls WHERE kind = 'story' AND how <> 'link' AND state = 'due'")
    assert asked == 0


def test_an_address_that_nobody_can_ask_for_holds_up_no_other(newsroom: Newsroom, workplace: Workplace) -> None:
    newsroom.at = TUESDAY
    workplace.crawl(newsroom, BUDGET_RUN=6)  # robots.txt, three listings, two stories
    with closing(sqlite3.connect(workplace.database)) as connection, connection:
        connection.execute(
            "UPDATE urls SET url = 'javascript:1' WHERE id = (SELECT min(id) FROM urls WHERE state = 'due')"
        )
    result = workplace.crawl(newsroom)
    assert "javascript:1 can never be asked for: Missing scheme" in result.stderr
    assert "Traceback" not in result.stderr
    assert workplace.rows("SELECT url, next_check_at FROM urls WHERE state = 'due'") == [("javascript:1", None)]
    assert len(stories_asked(newsroom)) > 20


def test_a_second_crawl_of_a_paper_at_the_same_time_says_so_and_leaves(
    newsroom: Newsroom, workplace: Workplace
) -> None:
    newsroom.at = TUESDAY
    for article in articles().values():
        newsroom.misbehave(article.url.partition("example")[2], drip(0.5, pieces=2))
    first = workplace.start_crawl(newsroom)
    wait_for(newsroom, 5)
    second = workplace.crawl(newsroom)
    assert second.returncode == 2
    (line,) = second.stderr.splitlines()
    assert f"newsroom is being crawled by process {first.pid} on " in line
    first.kill()
    first.communicate(timeout=60)
    newsroom.behave()
    assert workplace.crawl(newsroom).returncode == 0
    assert workplace.value("SELECT count(*) FROM crawls") == 2


def test_a_story_that_failed_is_tried_again_after_a_pause_and_one_that_is_gone_seldom(
    newsroom: Newsroom, workplace: Workplace
) -> None:
    newsroom.at = TUESDAY
    failing, gone = (articles()[key].url.partition("example")[2] for key in (1981201, 1981202))
    newsroom.misbehave(failing, status(500))
    newsroom.misbehave(gone, status(404))
    workplace.crawl(newsroom, RETRY_TIMES=0)
    states = "SELECT state, tries, interval FROM urls WHERE url = ?"
    assert workplace.rows(states, newsroom.url(failing)) == [("failed", 1, 600)]
    assert workplace.rows(states, newsroom.url(gone)) == [("gone", 1, 86400)]
    newsroom.log.clear()
    newsroom.at += timedelta(minutes=15)
    workplace.crawl(newsroom, RETRY_TIMES=0)
    assert stories_asked(newsroom)[failing] == 1
    assert stories_asked(newsroom)[gone] == 0
    assert workplace.rows(states, newsroom.url(failing)) == [("failed", 2, 1200)]
