"""A simulated month of three papers, crawled twice a day: kills, outages, a storm of refusals, a new robots.txt, a redesign.

The papers are servers, the crawls processes of their own that live at the papers' time; what is asked of a paper is counted
by its own log. `make soak` runs it.
"""

from __future__ import annotations

import os
import random
import re
import subprocess
import sys
import time
from collections import defaultdict
from collections.abc import Iterator
from contextlib import ExitStack
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from tests.conftest import HURRIED, ROOT, Workplace
from tests.newsroom.misbehaviour import Trouble, status
from tests.newsroom.paper import ROBOTS, Answer
from tests.newsroom.server import Newsroom
from tests.newsroom.stock import FIRST_DAY, ZONE, articles, print_weeks

DAYS = 28
RUNS = timedelta(hours=12)
BUDGET_DAY = 400
KILLED = 0.2  # share of crawls that are killed; the next one follows at once
WITHIN = timedelta(minutes=10)  # no address is asked for twice within it, unless the paper itself failed
HOSTS = {"north": "127.0.0.2", "east": "127.0.0.3", "south": "127.0.0.4"}
OUTAGE, STORM, RULE, REDESIGN = 6, 10, 14, 20  # days: the north is down, the east refuses, the east forbids, the south
FORBIDDEN = "/news/2001"  # by the east's new robots.txt: stories of the third week


@dataclass
class Month:
    """The papers, the place of the archive, and what was done to them."""

    papers: dict[str, Newsroom]
    workplace: Workplace
    kills: int = 0
    troubled: dict[str, list[tuple[datetime, datetime]]] = field(default_factory=lambda: defaultdict(list))
    health: dict[int, str] = field(default_factory=dict)  # by day: what scrapy health said of the south


@pytest.fixture
def papers() -> Iterator[dict[str, Newsroom]]:
    print_weeks(DAYS // 7)
    with ExitStack() as stack:
        yield {name: stack.enter_context(Newsroom(host=host)) for name, host in HOSTS.items()}
    print_weeks(1)


def forbidding(path: str) -> Trouble:
    text = ROBOTS.replace("Disallow:", f"Disallow: {path}\nDisallow:", 1)
    return lambda exchange: exchange.send(Answer(200, (("Content-Type", "text/plain"),), text.encode()))


def set_scene(month: Month, day: int, at: datetime) -> None:
    """What befalls the papers on a day."""
    for name, paper in month.papers.items():
        paper.behave()
        paper.at = at
        trouble = {("north", OUTAGE): status(503), ("east", STORM): status(403)}.get((name, day))
        if trouble:
            paper.misbehave_everywhere(trouble)
            month.troubled[name].append((at, at + RUNS))
        if name == "east" and day >= RULE and not trouble:
            paper.misbehave("/robots.txt", forbidding(FORBIDDEN))
        if name == "south":
            paper.layout = "redesign" if day >= REDESIGN else "usual"


def start(month: Month, name: str) -> subprocess.Popen[str]:
    paper = month.papers[name]
    settings = {
        **HURRIED,
        "DATABASE": month.workplace.database,
        "ARCHIVE": month.workplace.archive,
        "ALLOWED_PRIVATE": ",".join(HOSTS.values()),
        "BUDGET_DAY": BUDGET_DAY,
        "BACK_OFF": 0.05,
        "RETRY_AFTER_MAX": 2,
    }
    command = [sys.executable, "-m", "scrapy", "crawl", name]
    for setting, value in settings.items():
        command += ["-s", f"{setting}={value}"]
    environment = {**os.environ, f"NEWSROOM_{name.upper()}": f"{paper.base}/", "NEWSROOM_NOW": paper.now.isoformat()}
    pipe = subprocess.PIPE
    return subprocess.Popen(command, cwd=ROOT, env=environment, stdout=pipe, stderr=pipe, text=True)


def crawl_all(month: Month, chance: random.Random) -> None:
    """One crawl of each paper, all at the same time; some are killed somewhere on their way, and started again at once."""
    running = {name: start(month, name) for name in month.papers}
    for name, process in running.items():
        if chance.random() < KILLED:
            asked = len(month.papers[name].log)
            target, deadline = asked + chance.randrange(1, 30), time.monotonic() + 20
            while process.poll() is None and len(month.papers[name].log) < target and time.monotonic() < deadline:
                time.sleep(0.01)
            month.kills += process.poll() is None
            process.kill()
            process.communicate(timeout=120)
            running[name] = start(month, name)
    for process in running.values():
        _, errors = process.communicate(timeout=300)
        assert "Traceback" not in errors, errors


def live_through(month: Month, days: int) -> None:
    chance = random.Random(28)
    begin = datetime(FIRST_DAY.year, FIRST_DAY.month, FIRST_DAY.day, 9, tzinfo=ZONE)
    for step in range(days * 2):
        at = begin + step * RUNS
        set_scene(month, step // 2, at)
        crawl_all(month, chance)
        if step % 2 and step // 2 in (REDESIGN - 1, REDESIGN):
            month.health[step // 2] = said_of_health(month, at)


def said_of_health(month: Month, at: datetime) -> str:
    result = month.workplace.scrapy(
        "health", "south", "--at", (at + timedelta(hours=1)).isoformat(), SPIDER_MODULES=HURRIED["SPIDER_MODULES"]
    )
    assert result.returncode in (0, 1), result.stderr
    return result.stdout


@pytest.mark.soak
@pytest.mark.timeout(3600)
def test_a_month_of_three_papers_loses_nothing_and_asks_for_nothing_twice(
    papers: dict[str, Newsroom], tmp_path: Path
) -> None:
    month = Month(papers, Workplace(tmp_path))
    begun = time.monotonic()
    live_through(month, DAYS)
    minutes = (time.monotonic() - begun) / 60
    requests = sum(len(paper.log) for paper in papers.values())
    print(f"{DAYS} days of three papers in {minutes:.1f} minutes: {requests} requests, {month.kills} crawls killed")
    assert month.kills >= 10
    assert_nothing_lost(month)
    for name in papers:
        assert_nothing_asked_twice(month, name)
        assert_rules_kept(month, name)
    assert not unseen_layouts(month.health[REDESIGN - 1])
    assert unseen_layouts(month.health[REDESIGN])
    assert month.workplace.value("pragma integrity_check") == "ok"
    assert month.workplace.rows("pragma foreign_key_check") == []
    assert minutes < 30


def unseen_layouts(told: str) -> bool:
    return bool(re.search(r"ALARM.*layout", told, re.IGNORECASE))


def assert_nothing_lost(month: Month) -> None:
    """Every story that a paper listed long enough to be met is in the archive, unless its robots.txt forbids it."""
    last = next(iter(month.papers.values())).at - RUNS
    for name in month.papers:
        stored = {str(key) for (key,) in month.workplace.rows("SELECT key FROM stories WHERE publisher = ?", name)}
        due = {
            str(article.id)
            for article in articles().values()
            if article.listed and article.has_page and not (article.pdf or article.live or article.absences)
            if article.published < last and not (name == "east" and f"/news/{article.id}".startswith(FORBIDDEN))
        }
        assert due - stored == set(), name
        assert len(due) > 200
        open_ = month.workplace.value(
            "SELECT count(*) FROM urls WHERE publisher = ? AND kind = 'story' AND state = 'due'", name
        )
        assert open_ == 0, name


def assert_nothing_asked_twice(month: Month, name: str) -> None:
    """By the paper's own log. A request that the paper itself failed may be made again."""
    latest: dict[str, datetime] = {}
    for access in month.papers[name].log:
        moment = access.moment
        assert moment
        if access.path == "/robots.txt" or any(since <= moment < until for since, until in month.troubled[name]):
            continue
        found = re.match(r"/news/(\d+)", access.path)
        what = found[1] if found else access.path
        before = latest.get(what)
        assert before is None or moment - before >= WITHIN, (name, access.path, before, moment)
        latest[what] = moment


def assert_rules_kept(month: Month, name: str) -> None:
    """No path that robots.txt forbids at that time, and no more requests in a day than the budget allows."""
    days: dict[str, int] = defaultdict(int)
    begin = datetime(FIRST_DAY.year, FIRST_DAY.month, FIRST_DAY.day, tzinfo=ZONE)
    for access in month.papers[name].log:
        assert access.moment
        days[access.moment.astimezone(UTC).date().isoformat()] += 1
        forbidden = access.path.startswith(("/archive/", "/search")) or access.path.endswith("/print")
        if name == "east" and (access.moment - begin).days >= RULE:
            forbidden = forbidden or access.path.startswith(FORBIDDEN)
        assert not forbidden, (name, access.path)
    assert max(days.values()) <= BUDGET_DAY
