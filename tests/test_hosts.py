"""What a crawl minds of a server, also after a restart: budgets, back-off, the robots.txt by which each page was asked for."""

from __future__ import annotations

import time
from datetime import datetime, timedelta

import pytest

from tests.conftest import Workplace
from tests.newsroom.misbehaviour import Trouble, gzip_bomb, huge_page, redirect_loop, status
from tests.newsroom.paper import Answer
from tests.newsroom.server import Newsroom
from tests.newsroom.stock import ZONE, articles

TUESDAY = datetime(2026, 3, 3, 20, 0, tzinfo=ZONE)


def robots(text: str) -> Trouble:
    return lambda exchange: exchange.send(Answer(200, (("Content-Type", "text/plain"),), text.encode()))


def path_of(key: int) -> str:
    return articles()[key].url.partition("example")[2]


def test_a_crawl_ends_when_its_budget_is_used_up_and_the_next_one_goes_on(
    newsroom: Newsroom, workplace: Workplace
) -> None:
    newsroom.at = TUESDAY
    result = workplace.crawl(newsroom, BUDGET_RUN=10)
    assert result.returncode == 0
    assert len(newsroom.log) == 10
    assert "the budget of this run is used up: 10 requests (setting BUDGET_RUN)" in result.stderr
    assert workplace.rows("SELECT reason FROM crawls") == [("budget-run",)]
    assert workplace.value("SELECT count(*) FROM fetches WHERE outcome = 'failed'") == 0
    waiting = workplace.value("SELECT count(*) FROM urls WHERE state = 'due'")
    assert isinstance(waiting, int) and waiting > 10
    workplace.crawl(newsroom)
    assert len(newsroom.paths()) == len(set(newsroom.paths())) + 1  # robots.txt, once a crawl


def test_a_days_budget_of_a_host_holds_over_several_crawls(newsroom: Newsroom, workplace: Workplace) -> None:
    newsroom.at = TUESDAY
    workplace.crawl(newsroom, BUDGET_DAY=8)
    result = workplace.crawl(newsroom, BUDGET_DAY=8)
    assert len(newsroom.log) == 8
    assert "the budget of 2026-03-03 for 127.0.0.1 is used up: 8 requests (setting BUDGET_DAY)" in result.stderr
    assert workplace.rows("SELECT host, counted_on, requests FROM hosts") == [("127.0.0.1", "2026-03-03", 8)]
    newsroom.at += timedelta(days=1)
    workplace.crawl(newsroom, BUDGET_DAY=8)
    assert len(newsroom.log) == 16


@pytest.mark.parametrize("name", ["BUDGET_RUN", "BUDGET_DAY"])
def test_a_budget_that_is_no_number_is_refused_in_one_line(name: str, newsroom: Newsroom, workplace: Workplace) -> None:
    result = workplace.crawl(newsroom, **{name: -5})
    assert result.returncode == 2
    (line,) = result.stderr.splitlines()
    assert line == f"scrapy crawl: setting {name}: -5 is no number of requests: write 500, or 0 for no limit"
    assert not workplace.database.exists()
    assert newsroom.log == []


def test_a_storm_of_refusals_stops_the_crawl_and_the_next_one_does_not_begin(
    newsroom: Newsroom, workplace: Workplace
) -> None:
    newsroom.at = TUESDAY
    for key in articles():
        newsroom.misbehave(path_of(key), status(403))
    result = workplace.crawl(newsroom)
    assert result.returncode == 1
    assert "127.0.0.1 answered 403 to the last of 10 requests that it all refused: left alone" in result.stderr
    asked = len(newsroom.log)
    assert asked == 14  # robots.txt, three listings, ten stories
    assert workplace.value("SELECT count(*) FROM fetches WHERE outcome = 'refused'") == 10
    assert workplace.value("SELECT reason FROM crawls") == "host-left-alone"

    result = workplace.crawl(newsroom)
    assert result.returncode == 1
    assert len(newsroom.log) == asked
    assert "left alone until 2026-03-03T16:0" in result.stderr

    newsroom.at += timedelta(minutes=70)
    newsroom.behave()
    assert workplace.crawl(newsroom).returncode == 0
    assert len(newsroom.log) > asked
    assert workplace.rows("SELECT failures FROM hosts") == [(0,)]


def test_a_host_that_goes_on_refusing_is_left_alone_for_longer_each_time(
    newsroom: Newsroom, workplace: Workplace
) -> None:
    newsroom.at = TUESDAY
    for path in ("/feeds/home", "/feeds/latest-news", "/feeds/sitemap", *map(path_of, articles())):
        newsroom.misbehave(path, status(429, "86400"))
    workplace.crawl(newsroom)
    assert len(newsroom.log) == 2
    assert str(workplace.value("SELECT paused_until FROM hosts")).startswith("2026-03-04T15:0")


@pytest.mark.parametrize("asked", ["999999999", "9" * 400, "Fri, 31 Dec 9999 23:59:59 GMT"])
def test_a_host_that_asks_to_be_left_alone_for_years_is_for_a_week(
    asked: str, newsroom: Newsroom, workplace: Workplace
) -> None:
    newsroom.at = TUESDAY
    newsroom.misbehave("/feeds/home", status(429, asked))
    assert "Traceback" not in workplace.crawl(newsroom).stderr
    assert str(workplace.value("SELECT paused_until FROM hosts")).startswith("2026-03-10T15:0")


def test_a_pause_that_was_cut_short_by_a_kill_is_kept_by_the_next_crawl(
    newsroom: Newsroom, workplace: Workplace
) -> None:
    newsroom.at = TUESDAY
    newsroom.misbehave("/feeds/home", status(503, "300"), times=1)
    process = workplace.start_crawl(newsroom)
    deadline = time.monotonic() + 60
    while "/feeds/home" not in newsroom.paths() or not workplace.rows("SELECT 1 FROM hosts WHERE why IS NOT NULL"):
        assert time.monotonic() < deadline
        time.sleep(0.1)
    process.kill()
    process.communicate(timeout=60)
    asked = len(newsroom.log)
    result = workplace.crawl(newsroom, RETRY_AFTER_MAX=5)
    assert result.returncode == 1
    assert "127.0.0.1 answered 503 and asked to wait 300 seconds: left alone until 2026-03-03T15:0" in result.stderr
    assert len(newsroom.log) == asked


def test_each_fetch_knows_the_robots_txt_in_force_and_its_decision(newsroom: Newsroom, workplace: Workplace) -> None:
    newsroom.at = TUESDAY
    forbidden = path_of(1981201)
    newsroom.misbehave("/robots.txt", robots(f"User-agent: *\nDisallow: {forbidden}"))
    workplace.crawl(newsroom)
    rows = workplace.rows(
        "SELECT f.robots_decision, count(*), min(r.text LIKE '%' || ? || '%') FROM fetches f"
        " JOIN robots r ON r.id = f.robots_id GROUP BY 1 ORDER BY 1", forbidden,
    )  # fmt: skip
    assert [(row[0], row[2]) for row in rows] == [("allowed", 1), ("refused", 1)]
    assert rows[1][1] == 1
    assert workplace.value("SELECT count(*) FROM fetches WHERE robots_id IS NULL") == 0
    assert forbidden not in newsroom.paths()

    newsroom.at += timedelta(minutes=15)
    newsroom.misbehave("/robots.txt", robots("User-agent: *\nDisallow: /search"))
    workplace.crawl(newsroom)
    assert forbidden in newsroom.paths()  # another robots.txt: what the first refused is asked about again
    assert workplace.value("SELECT count(*) FROM robots") == 2


@pytest.mark.parametrize("trouble", [status(500), redirect_loop, gzip_bomb, huge_page])
def test_a_host_without_robots_txt_and_one_that_cannot_give_it_are_told_apart(
    trouble: Trouble, newsroom: Newsroom, workplace: Workplace
) -> None:
    newsroom.at = TUESDAY
    newsroom.misbehave("/robots.txt", trouble)
    workplace.crawl(newsroom, RETRY_TIMES=0)
    decisions = "SELECT DISTINCT robots_decision FROM fetches ORDER BY id DESC"
    assert workplace.rows(decisions) == [("unreachable",)]
    newsroom.at += timedelta(minutes=15)  # an outage as any other: it costs no day
    newsroom.misbehave("/robots.txt", status(404))
    workplace.crawl(newsroom)
    assert ("none",) in workplace.rows(decisions)


def test_every_attempt_has_a_row_of_its_own(newsroom: Newsroom, workplace: Workplace) -> None:
    newsroom.at = TUESDAY
    newsroom.misbehave(path_of(1981201), status(503, "1"), times=2)
    workplace.crawl(newsroom)
    rows = workplace.rows(
        "SELECT outcome, status, reason, capture_file IS NOT NULL FROM fetches WHERE url = ? ORDER BY fetched_at, id",
        newsroom.url(path_of(1981201)),
    )
    assert rows == [
        ("failed", 503, "HTTP 503; tried again", 1),
        ("failed", 503, "HTTP 503; tried again", 1),
        ("new", 200, None, 1),
    ]
    assert workplace.rows("SELECT tries, state FROM urls WHERE url = ?", newsroom.url(path_of(1981201))) == [
        (0, "fetched")
    ]
