"""`scrapy plan`: the policy tried on the recorded week, and what the database knows to be due."""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from crawler.archive.reader import records
from crawler.simulation import Recording, simulate
from crawler.spiders.sample import SampleSpider
from tests.conftest import Workplace
from tests.newsroom.server import Newsroom
from tests.newsroom.stock import ZONE
from tests.newsroom.truth import ExpectedCapture


@pytest.fixture(scope="module")
def recording(sample: Path) -> Recording:
    return Recording(SampleSpider(), records([str(sample)]))


def test_the_changes_told_are_those_of_the_recorded_versions(
    recording: Recording, truth: list[ExpectedCapture]
) -> None:
    turns: set[tuple[str, datetime]] = set()
    texts: dict[str, tuple[str, str]] = {}
    for capture in sorted((c for c in truth if c.story), key=lambda capture: capture.at):
        assert capture.story
        story, text = capture.story, (capture.story.headline, capture.story.body)
        if texts.get(story.key, text) != text:
            turns.add((story.key, capture.at.astimezone(UTC)))
        texts[story.key] = text
    told = {(change.key, change.at) for change in simulate(recording).changes if not change.first}
    assert told == turns
    assert len(told) >= 9


def test_the_policy_sees_every_story_and_most_changes_for_an_eighth_of_all_requests(recording: Recording) -> None:
    plan = simulate(recording)
    stories = [change for change in plan.changes if change.first]
    changes = [change for change in plan.changes if not change.first]
    assert len(stories) > 90
    assert all(change.seen_at for change in stories)
    assert sum(change.seen_at is not None for change in changes) >= 8
    assert len(plan.asked) * 7 < plan.everything


def test_a_budget_is_never_exceeded_and_takes_news_first(recording: Recording) -> None:
    free, plan = simulate(recording), simulate(recording, budget_run=8, budget_day=60)
    runs: dict[datetime, int] = {}
    days: dict[str, int] = {}
    for at, _ in plan.asked:
        runs[at] = runs.get(at, 0) + 1
        days[f"{at:%Y-%m-%d}"] = days.get(f"{at:%Y-%m-%d}", 0) + 1
    assert max(runs.values()) <= 8
    assert max(days.values()) <= 60
    assert plan.left > 0
    kinds = [[kind for _, kind in each.asked] for each in (plan, free)]
    shares = [asked.count("look again") / len(asked) for asked in kinds]
    assert shares[0] < shares[1]


def test_the_command_prints_a_table_by_day_and_what_would_be_seen(workplace: Workplace, sample: Path) -> None:
    result = workplace.scrapy("plan", "sample", "--recorded", sample)
    assert result.returncode == 0, result.stderr
    rows = re.findall(r"^(2026-03-0\d|all)((?: +[\d,]+){8})$", result.stdout, re.MULTILINE)
    assert [day for day, _ in rows] == [f"2026-03-0{day}" for day in range(2, 9)] + ["all"]
    for _, numbers in rows:
        counts = [int(number.replace(",", "")) for number in numbers.split()]
        assert sum(counts[:4]) == sum(counts[4:7]) == counts[7]
    assert re.search(
        r"changes: 8 of 9 seen \(89%\), half of them within [\d.]+ hours, the last after [\d.]+", result.stdout
    )
    assert not workplace.database.exists()


def test_without_a_recording_the_database_says_what_comes_due(newsroom: Newsroom, workplace: Workplace) -> None:
    newsroom.at = datetime(2026, 3, 3, 20, 0, tzinfo=ZONE)
    workplace.crawl(newsroom, BUDGET_RUN=10)
    modules = {"SPIDER_MODULES": "crawler.spiders,tests.newsroom.spider"}
    result = workplace.scrapy("plan", "newsroom", "--days", "2", **modules)
    assert result.returncode == 0, result.stderr
    header, *days = result.stdout.splitlines()[2:]
    assert header.split() == ["day", "listings", "news", "looks", "again", "backlog"]
    waiting = workplace.value("SELECT count(*) FROM urls WHERE state = 'due'")
    assert sum(map(int, days[0].split()[1:])) == waiting
    newsroom.at += timedelta(days=1)
    later = workplace.scrapy("plan", "newsroom", **modules).stdout.splitlines()[3]
    assert sum(map(int, later.split()[1:])) > int(str(waiting))


@pytest.mark.parametrize(
    ("arguments", "line"),
    [
        ((), "scrapy plan: name one paper: list them with 'scrapy list'"),
        (("dwan",), "scrapy plan: unknown spider 'dwan': did you mean 'dawn'? list them with 'scrapy list'"),
        (("dawn", "--days", "-1"), "scrapy plan: --days -1 is no number of days: write 1 to 366"),
        (("dawn", "--recorded", "nowhere"), "scrapy plan: nowhere: no such file or folder"),
        (
            ("dawn", "--recorded", "data/sample"),
            "scrapy plan: no page of dawn in data/sample: name recordings of this paper",
        ),
        (("dawn",), "does not exist: crawl something first, or name it with -s DATABASE=PATH"),
    ],
)
def test_bad_input_gets_one_line(arguments: tuple[str, ...], line: str, workplace: Workplace) -> None:
    result = workplace.scrapy("plan", *arguments)
    assert result.returncode == 2
    assert result.stderr.count("\n") == 1
    assert line in result.stderr
