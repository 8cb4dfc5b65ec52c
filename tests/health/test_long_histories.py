"""Weeks of a paper's history: what is an alarm, what is not, and how it is told in text, to Prometheus and as a page."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, datetime, time, timedelta
from pathlib import Path

import lxml.html
import pytest
from prometheus_client.parser import text_string_to_metric_families

from crawler.health import Health, examine
from crawler.health.prometheus import metrics
from crawler.health.report import report
from crawler.health.text import alarm_lines, figures
from crawler.health.usual import Usual, usual
from pipelines.database import open_archive, open_for_reading
from tests.conftest import Workplace
from tests.health.history import MONDAY, WEEK, ZONE, Edit, Entry, write_history, write_listed

WEEKS = 6
LAST = MONDAY + timedelta(days=7 * WEEKS - 1)  # a Sunday
FRIDAY = LAST - timedelta(days=2)
HOSTILE = '<script src="https://evil.example/x.js">"\\\n</script>'


def health_after(database: Path, day: date, edit: Edit | None = None, **given: object) -> Health:
    """The paper's health in the evening after a day that was edited, and no other."""

    def once(on: date, brought: list[Entry]) -> list[Entry]:
        return edit(on, brought) if edit and on == day else brought

    write_history(database, (day - MONDAY).days + 1, edit=once, **given)  # type: ignore[arg-type]
    return examine(open_for_reading(database), "dawn", ZONE, datetime.combine(day + timedelta(days=1), time(7), ZONE))


def alarmed(health: Health) -> set[str]:
    return {check.what for _, check in health.alarms}


@pytest.mark.parametrize("seed", range(8))
def test_usual_weeks_raise_no_alarm_on_any_day(seed: int, tmp_path: Path) -> None:
    write_history(tmp_path / "news.db", 7 * WEEKS, seed=seed)
    connection = open_for_reading(tmp_path / "news.db")
    for number in range(7 * WEEKS):
        evening = datetime.combine(MONDAY + timedelta(days=number), time(23, 59, 50), ZONE)
        assert list(alarm_lines(examine(connection, "dawn", ZONE, evening))) == []


def test_a_quiet_sunday_is_usual_and_the_same_on_a_friday_is_not(tmp_path: Path) -> None:
    few = lambda day, brought: [entry for entry in brought if entry.outcome != "new"] + [Entry()] * 4  # noqa: E731
    assert alarmed(health_after(tmp_path / "sunday.db", LAST, few)) == set()
    friday = health_after(tmp_path / "friday.db", FRIDAY, few)
    assert alarmed(friday) == {"received"}
    assert list(alarm_lines(friday)) == ["ALARM dawn 2026-02-20 received: 4 new stories, usual on a Friday: 38"]


def test_counts_are_judged_only_once_the_day_is_over(tmp_path: Path) -> None:
    none = lambda day, brought: [entry for entry in brought if entry.outcome != "new"]  # noqa: E731
    health_after(tmp_path / "news.db", FRIDAY, none)
    connection = open_for_reading(tmp_path / "news.db")
    assert alarmed(examine(connection, "dawn", ZONE, datetime.combine(FRIDAY, time(9), ZONE))) == set()


@pytest.mark.parametrize(
    ("change", "what"),
    [
        ({"authors": 0}, {"authors"}),
        ({"dated": None}, {"date", "certain date"}),
        ({"dated": "likely"}, {"certain date"}),
        ({"sidebars": 0}, {"sidebar"}),
        ({"entries": 3}, {"sidebar length"}),
        ({"word_count": 90}, {"story length"}),
        ({"word_count": 2_000}, {"story length"}),
        ({"outcome": "not-a-story"}, {"body", "received"}),
        ({"outcome": "failed", "status": None, "reason": "TimeoutError: too late"}, {"failed", "received"}),
        ({"frame": "main\nsection prose\ndiv rail\nfooter colophon"}, {"unseen layouts"}),
    ],
)
def test_each_thing_that_goes_wrong_is_told(change: dict[str, object], what: set[str], tmp_path: Path) -> None:
    edit = lambda day, brought: [replace(entry, **change) for entry in brought]  # noqa: E731
    assert alarmed(health_after(tmp_path / "news.db", FRIDAY, edit)) == what


def test_the_kind_of_a_failure_is_told_without_details_and_advice(tmp_path: Path) -> None:
    reason = "10.0.0.1 is an address inside a private network (setting ALLOWED_PRIVATE names those that may be asked)"
    edit = lambda day, brought: [replace(e, outcome="refused", status=None, reason=reason) for e in brought]  # noqa: E731
    failed = [line for line in alarm_lines(health_after(tmp_path / "news.db", FRIDAY, edit)) if " failed: " in line]
    assert failed[0].endswith(" 10.0.0.1 is an address inside a private network), usual 2%")


def test_a_page_that_changes_all_old_stories_is_told(tmp_path: Path) -> None:
    def changed(day: date, brought: list[Entry]) -> list[Entry]:
        return [replace(entry, outcome="changed") if entry.outcome == "unchanged" else entry for entry in brought]

    assert alarmed(health_after(tmp_path / "news.db", FRIDAY, changed)) == {"changed"}


def test_a_layout_of_a_few_pages_is_none_and_one_of_yesterday_evening_still_is(tmp_path: Path) -> None:
    new = "main\nsection prose\ndiv rail\nfooter colophon"

    def some(number: int) -> Edit:
        return lambda day, brought: [*brought[number:], *(replace(entry, frame=new) for entry in brought[:number])]

    assert alarmed(health_after(tmp_path / "few.db", FRIDAY, some(4))) == set()
    write_history(
        tmp_path / "late.db",
        (FRIDAY - MONDAY).days + 2,
        edit=lambda day, brought: some({FRIDAY: 4}.get(day, 0 if day < FRIDAY else len(brought)))(day, brought),
    )
    late = examine(open_for_reading(tmp_path / "late.db"), "dawn", ZONE, datetime.combine(LAST, time(7), ZONE))
    assert {(day, check.what) for day, check in late.alarms} == {(FRIDAY + timedelta(days=1), "unseen layouts")}


def rolled_out(shares: list[float]) -> Edit:
    """A redesign that reaches so much of the pages of the days before and up to FRIDAY, and all of them after that."""
    new = "main\nsection prose\ndiv rail\nfooter colophon"

    def edit(day: date, brought: list[Entry]) -> list[Entry]:
        step = (day - FRIDAY).days + len(shares) - 1
        number = round(len(brought) * (0 if step < 0 else shares[step] if step < len(shares) else 1))
        return [*(replace(entry, frame=new) for entry in brought[:number]), *brought[number:]]

    return edit


@pytest.mark.parametrize(
    "shares",
    [[0.2, 0.6, 1.0], [0.05, 0.1, 0.2, 0.4, 0.8], [0.02] * 7 + [0.1] * 4 + [0.55]],
    ids=["in three days", "in five days", "in two weeks"],
)
def test_a_redesign_that_is_rolled_out_over_days_is_told_when_most_pages_have_it(
    shares: list[float], tmp_path: Path
) -> None:
    write_history(tmp_path / "news.db", 7 * WEEKS, edit=rolled_out(shares))
    connection = open_for_reading(tmp_path / "news.db")
    told = set()
    for number in range(7 * WEEKS):
        evening = datetime.combine(MONDAY + timedelta(days=number), time(23, 59, 50), ZONE)
        health = examine(connection, "dawn", ZONE, evening)
        assert alarmed(health) <= {"unseen layouts"}
        told |= {day for day, _ in health.alarms}
    first = FRIDAY if max(shares[:-1]) < 0.5 else FRIDAY - timedelta(days=1)
    assert told == {first, first + timedelta(days=1)}


def test_a_layout_that_is_never_that_of_most_pages_is_none(tmp_path: Path) -> None:
    write_history(
        tmp_path / "news.db", 7 * WEEKS, edit=lambda day, brought: rolled_out([0.1])(min(day, FRIDAY), brought)
    )
    assert (
        alarmed(
            examine(open_for_reading(tmp_path / "news.db"), "dawn", ZONE, datetime.combine(LAST, time(23, 59), ZONE))
        )
        == set()
    )


def test_listed_stories_that_nobody_asked_for_are_told(tmp_path: Path) -> None:
    database = tmp_path / "news.db"
    for number in range(7 * WEEKS - 2):
        write_listed(database, MONDAY + timedelta(days=number), 1, 29) if number % 3 else None
    write_listed(database, FRIDAY, 19, 10)
    health = health_after(database, FRIDAY)
    assert list(alarm_lines(health)) == [
        "ALARM dawn 2026-02-20 listed: 10 of 29 listed stories were asked for, usual 97%"
    ]
    assert "10 of 29 listed" in figures(health.days[-2])


def test_an_outage_of_ours_is_told_the_next_morning(tmp_path: Path) -> None:
    health = health_after(tmp_path / "news.db", FRIDAY, lambda day, brought: [])
    assert list(alarm_lines(health)) == ["ALARM dawn 2026-02-20 crawled: nothing was fetched since 2026-02-19"]


def test_a_paper_crawled_once_a_week_is_not_missed_between(tmp_path: Path) -> None:
    weekly = lambda day, brought: brought if day.weekday() == 0 else []  # noqa: E731
    write_history(tmp_path / "news.db", 7 * WEEKS, edit=weekly)
    connection = open_for_reading(tmp_path / "news.db")
    assert alarmed(examine(connection, "dawn", ZONE, datetime.combine(LAST, time(7), ZONE))) == set()
    later = datetime.combine(LAST + timedelta(days=2), time(7), ZONE)
    assert alarmed(examine(connection, "dawn", ZONE, later)) == {"crawled"}


def test_little_history_raises_no_alarm_but_is_said(tmp_path: Path) -> None:
    health = health_after(tmp_path / "news.db", MONDAY + timedelta(days=1), lambda day, brought: brought[:6])
    checks = [check for checks in health.checks.values() for check in checks]
    assert alarmed(health) == set()
    assert {"received", "body", "story length"} <= {check.what for check in checks if check.unknown}


def test_what_is_usual_does_not_move_with_a_few_bad_days() -> None:
    assert usual([1.0, None, 2.0]) is None
    assert usual([10, 10, 12, 11, 10, 0, 500]) == Usual(10, pytest.approx(1.4826), 0)


def test_prometheus_reads_the_figures(tmp_path: Path) -> None:
    database = tmp_path / "news.db"
    write_history(database, 7 * WEEKS, edit=lambda day, brought: [*brought, Entry("failed", 503, HOSTILE)])
    write_history(database, 7 * WEEKS, paper=HOSTILE, week=WEEK[::-1], seed=2)
    connection = open_for_reading(database)
    at = datetime.combine(FRIDAY + timedelta(days=1), time(7), ZONE)
    papers = [examine(connection, name, ZONE, at) for name in ("dawn", HOSTILE)]
    samples = [sample for family in text_string_to_metric_families(metrics(papers)) for sample in family.samples]
    assert {sample.labels["paper"] for sample in samples} == {"dawn", HOSTILE}
    found = {
        (
            sample.name.removeprefix("news_morgue_"),
            *(value for name, value in sample.labels.items() if name != "paper"),
        ): sample.value
        for sample in samples
        if sample.labels["paper"] == "dawn"
    }
    yesterday = papers[0].days[-2]
    assert found["stories_received", "yesterday"] == yesterday.new
    assert found["stories_expected", "yesterday"] == pytest.approx(40, abs=3)
    assert found["field_share", "yesterday", "authors"] == pytest.approx(yesterday.authors / yesterday.stories)
    assert found["failures", "yesterday", "HTTP 503"] == yesterday.failed > 0
    assert found["fetches", "yesterday", "read"] + found["fetches", "yesterday", "failed"] == yesterday.fetches
    assert found["unseen_layout_pages", "yesterday"] == 0
    assert found["alarms",] == 0


def test_the_page_is_whole_in_itself_and_shows_hostile_names_as_they_are(tmp_path: Path) -> None:
    database = tmp_path / "news.db"

    def hostile(day: date, brought: list[Entry]) -> list[Entry]:
        if day != FRIDAY:
            return brought
        return [*(replace(entry, frame=f"div {HOSTILE}\nmain\na\nb") for entry in brought), Entry("failed", 0, HOSTILE)]

    write_history(database, (FRIDAY - MONDAY).days + 1, paper=HOSTILE, edit=hostile)
    at = datetime.combine(FRIDAY + timedelta(days=1), time(7), ZONE)
    page = report([examine(open_for_reading(database), HOSTILE, ZONE, at)])
    tree = lxml.html.document_fromstring(page)
    assert HOSTILE in [heading.text for heading in tree.iter("h2")]
    assert [alarm for alarm in tree.find_class("alarm") if "unseen layouts" in alarm.text_content()]
    assert {element.tag for element in tree.iter()} == {
        *("html", "head", "meta", "title", "style", "body", "h1", "h2", "p", "div", "figure", "figcaption", "svg"),
        *("line", "text", "tspan", "rect", "polyline", "circle", "table", "tr", "th", "td"),
    } - ({"circle"} - {element.tag for element in tree.iter()})
    assert [
        name for element in tree.iter() for name in element.attrib if name in ("src", "href") or name[:2] == "on"
    ] == []
    assert len(list(tree.iter("svg"))) == 6
    assert [row[0].text for row in list(tree.iter("tr"))[1:3]] == ["Sat 2026-02-21 so far", "Fri 2026-02-20"]


def test_an_empty_database_has_nothing_to_judge(workplace: Workplace) -> None:
    open_archive(workplace.database).close()
    result = workplace.scrapy("health")
    assert (result.returncode, result.stderr) == (0, "")
    assert result.stdout == f"Nothing has been crawled into {workplace.database} yet.\n"


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["dwan"], "no paper 'dwan' in {database}: did you mean 'dawn'? it has dawn"),
        (["--at", "yesterday"], "--at 'yesterday' is not an instant; write it as 2026-03-02T06:00:00Z"),
        (["--html", "/nowhere/health.html"], "/nowhere/health.html cannot be written: No such file or directory"),
        (["--prometheus", "/nowhere/news.prom"], "/nowhere/news.prom cannot be written: No such file or directory"),
    ],
)
def test_bad_input_gets_one_line_and_exit_code_2(arguments: list[str], said: str, workplace: Workplace) -> None:
    write_history(workplace.database, 2)
    result = workplace.scrapy("health", *arguments)
    assert (result.returncode, result.stdout) == (2, "")
    assert result.stderr == f"scrapy health: {said.format(database=workplace.database)}\n"


def test_files_are_written_whole_and_nothing_is_left_beside_them(workplace: Workplace) -> None:
    write_history(workplace.database, 7 * WEEKS)
    files = [workplace.folder / "out" / name for name in ("news.prom", "health.html")]
    files[0].parent.mkdir()
    files[0].write_text("the one before")
    at = f"{LAST}T23:00:00+05:00"
    result = workplace.scrapy("health", "--at", at, "--prometheus", files[0], "--html", files[1])
    assert (result.returncode, result.stderr) == (0, "")
    assert sorted(files[0].parent.iterdir()) == sorted(files)
    assert files[0].read_text().startswith("# HELP news_morgue_")
    assert files[1].read_text().endswith("</html>\n")
    assert {file.stat().st_mode & 0o777 for file in files} == {0o644}
