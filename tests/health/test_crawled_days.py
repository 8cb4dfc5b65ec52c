"""`scrapy health` on real crawls of the newsroom's paper: six usual days, and a seventh that is not always so."""

from __future__ import annotations

import re
import shutil
from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import datetime, timedelta
from pathlib import Path

import pytest
from warcio.warcwriter import WARCWriter

from tests.conftest import Workplace
from tests.newsroom.paper import Answer, answer, asked
from tests.newsroom.record import crawls, write_exchange
from tests.newsroom.server import Newsroom
from tests.newsroom.stock import ZONE

SUNDAY_EVENING = "2026-03-08T21:00:00+05:00"
ADVERT = '<div class="promo-spring slot-7"><iframe title="advert" src="about:blank"></iframe></div>'
Serve = Callable[[str, datetime], Answer]


@pytest.fixture(scope="module")
def six_days(tmp_path_factory: pytest.TempPathFactory, sample: Path) -> Iterator[Path]:
    """A database in which Monday to Saturday of the sample paper were read."""
    workplace = Workplace(tmp_path_factory.mktemp("six"))
    result = workplace.scrapy("replay", *sorted(sample.glob("*-0[2-7].warc.gz")))
    assert result.returncode == 0, result.stderr
    yield workplace.database


@pytest.fixture
def week(six_days: Path, workplace: Workplace) -> Workplace:
    shutil.copy(six_days, workplace.database)
    return workplace


def crawl_sunday(workplace: Workplace, serve: Serve) -> None:
    """Crawl the seventh day as the paper serves it."""
    _, requests = list(crawls())[-1]
    recorded = workplace.folder / "sunday.warc.gz"
    with recorded.open("wb") as stream:
        writer = WARCWriter(stream, gzip=True, warc_version="1.1")
        for url, at in requests:
            write_exchange(writer, url, at, serve(url, at))
    result = workplace.scrapy("crawl", "sample", RECORDED=recorded)
    assert "Traceback" not in result.stderr, result.stderr


def edited(change: Callable[[str], str], which: Callable[[int], bool] = lambda key: True) -> Serve:
    """The paper with its story pages changed, or only those of some keys."""

    def serve(url: str, at: datetime) -> Answer:
        given = answer(url, at)
        article, form = asked(url)
        if article is None or form != "story" or article.pdf or given.status != 200 or not which(article.id):
            return given
        return replace(given, body=change(given.body.decode()).encode())

    return serve


def alarms(workplace: Workplace, at: str = SUNDAY_EVENING) -> list[str]:
    """What cron would mail, after a look at the exit code."""
    result = workplace.scrapy("health", "--quiet", "--at", at)
    assert result.stderr == ""
    lines = result.stdout.splitlines()
    assert result.returncode == (1 if lines else 0)
    assert all(re.match(r"ALARM sample 2026-03-\d\d [a-z ]+: ", line) for line in lines), lines
    return [line.removeprefix("ALARM sample ") for line in lines]


def test_a_usual_week_raises_no_alarm_and_the_figures_are_told(week: Workplace) -> None:
    crawl_sunday(week, answer)
    assert alarms(week) == []
    result = week.scrapy("health", "sample", "--at", SUNDAY_EVENING)
    assert result.returncode == 0
    assert "sample 2026-03-08 so far: 12 new stories, " in result.stdout
    assert ", 93 stories in 94 pages, body 99%, headline 100%, date 100%, certain date 99%" in result.stdout
    assert "not enough history to judge: received" in result.stdout
    assert "sample: nothing unusual" in result.stdout


def test_a_redesign_is_caught_at_the_first_crawl(week: Workplace) -> None:
    crawl_sunday(week, lambda url, at: answer(url, at, "redesign"))
    found = alarms(week)
    (layout,) = (line for line in found if "unseen layouts" in line)
    assert re.match(r"2026-03-08 unseen layouts: (\d+) of \1 pages stand in boxes not seen before: .*div rail", layout)
    figures = week.scrapy("health", "--at", SUNDAY_EVENING).stdout
    assert ", 93 stories in 94 pages, body 99%, headline 100%, date 100%, certain date 98%" in figures


def test_a_quiet_sunday_raises_no_alarm(week: Workplace) -> None:
    saturday = datetime(2026, 3, 7, 20, tzinfo=ZONE)
    crawl_sunday(week, lambda url, at: answer(url, saturday))
    assert week.value("SELECT count(*) FROM fetches WHERE outcome = 'new' AND fetched_at > '2026-03-07T19:00:00Z'") == 0
    assert week.value("SELECT count(*) FROM readings r JOIN fetches f ON f.id = r.fetch_id"
                      " WHERE fetched_at > '2026-03-07T19:00:00Z'") != 0  # fmt: skip
    assert alarms(week) == []
    assert alarms(week, "2026-03-09T04:00:00+05:00") == []


def test_a_few_live_blogs_and_a_new_advert_raise_no_alarm(week: Workplace) -> None:
    live = {1981201, 1981202, 1981203}

    def serve(url: str, at: datetime) -> Answer:
        article, _ = asked(url)
        if article is not None and article.id in live:
            return answer(url, at, "redesign")
        return edited(lambda html: html.replace("<p>", ADVERT + "<p>", 2))(url, at)

    crawl_sunday(week, serve)
    assert week.value("SELECT count(*) FROM layouts WHERE first_seen_at > '2026-03-07T19:00:00Z'") != 0
    assert alarms(week) == []


def test_an_outage_is_told_with_its_kind(week: Workplace) -> None:
    down = Answer(503, (("Content-Type", "text/html"),), b"<h1>Down</h1>")
    crawl_sunday(week, lambda url, at: answer(url, at) if url.endswith("/robots.txt") else down)
    (failed,) = alarms(week)
    assert re.match(r"2026-03-08 failed: (\d+) of \1 fetches \(\1 HTTP 503\)", failed)


def test_a_day_on_which_half_the_stories_are_cut_short_is_told(week: Workplace) -> None:
    def cut(html: str) -> str:
        start = html.index("</p>", html.index("story__content"))
        return html[:start] + "</p></div></article></div>" + html[html.index('<div class="col-12 col-sm-4">') :]

    crawl_sunday(week, edited(cut, lambda key: key % 2 == 0))
    assert [line for line in alarms(week) if line.startswith("2026-03-08 changed: ")]


def test_a_paper_whose_pages_show_no_date_any_more_is_told(week: Workplace) -> None:
    def undate(html: str) -> str:
        html = re.sub(
            r"<script type=\"application/ld\+json\">.*?</script>|<meta [^>]*time[^>]*>", "", html, flags=re.DOTALL
        )
        html = re.sub(r"<(?:span|time)[^>]*timestamp.*?</span>", "", html, flags=re.DOTALL)
        return re.sub(r"Published in [^<]*|\b\d{1,2} Mar, 2026|March \d+, 2026|Mar \d+, 2026", "", html)

    crawl_sunday(week, edited(undate))
    assert [line for line in alarms(week) if "certain date: " in line]


def test_a_day_without_any_crawl_is_told_once_it_is_over(week: Workplace) -> None:
    assert alarms(week, "2026-03-08T23:00:00+05:00") == []
    assert alarms(week, "2026-03-09T07:00:00+05:00") == ["2026-03-08 crawled: nothing was fetched since 2026-03-07"]


def test_a_paper_long_left_alone_is_not_judged(week: Workplace) -> None:
    result = week.scrapy("health")
    assert (result.returncode, result.stdout) == (0, "sample: not crawled since 2026-03-07: nothing to judge\n")


@pytest.mark.parametrize("later", [timedelta(hours=3), timedelta(days=1)], ids=["the same day", "the next day"])
def test_a_redesign_between_two_live_crawls_is_caught(
    later: timedelta, newsroom: Newsroom, workplace: Workplace
) -> None:
    newsroom.at = datetime(2026, 3, 5, 12, tzinfo=ZONE)
    first = workplace.crawl(newsroom)
    assert (first.returncode, first.stderr) == (0, "")
    usual = workplace.scrapy("health", "--quiet", "--at", newsroom.now.isoformat())
    assert (usual.returncode, usual.stdout, usual.stderr) == (0, "", "")
    newsroom.at, newsroom.layout = newsroom.at + later, "redesign"
    second = workplace.crawl(newsroom)
    assert "ALARM newsroom 2026-03-0" in second.stderr
    result = workplace.scrapy("health", "--quiet", "--at", newsroom.now.isoformat())
    assert result.returncode == 1, workplace.rows("SELECT crawl_id, outcome, count(*) FROM fetches GROUP BY 1, 2")
    assert "unseen layouts: " in result.stdout
