"""`scrapy plan PAPER`: what a crawl would ask for, and when.

From the database: what is due now and in the days to come. With --recorded, the policy tried on recorded pages: the
requests of runs an hour apart by day and hour, and what share of the changes that the recording shows they would have seen,
and how late. Nothing is asked for and nothing is stored.
"""

from __future__ import annotations

import argparse
from collections import Counter
from contextlib import closing
from datetime import UTC, datetime, timedelta
from statistics import median
from typing import Any

from crawler.archive.reader import ArchiveError as UnreadableError
from crawler.archive.reader import records
from crawler.project_command import ProjectCommand, Refused
from crawler.simulation import Change, Plan, Recording, simulate
from pipelines.database import open_for_reading
from pipelines.database.urls import Waiting, waiting

MOST_DAYS = 366
QUARTERS = ("00-06", "06-12", "12-18", "18-24")
LINES = {0: "listings", 1: "news", 2: "looks again", 3: "backlog"}  # by priority


class Command(ProjectCommand):
    def syntax(self) -> str:
        return "[options] PAPER"

    def short_desc(self) -> str:
        return "Show what would be asked for when, from the database or over recorded pages"

    def add_options(self, parser: argparse.ArgumentParser) -> None:
        super().add_options(parser)
        parser.add_argument(
            "--days", metavar="N", default="7", help="how far ahead to look in the database (default 7)"
        )
        parser.add_argument(
            "--recorded", metavar="PATH", action="append", help="try the policy on these recorded pages"
        )

    def work(self, args: list[str], opts: argparse.Namespace) -> None:
        if len(args) != 1:
            raise Refused("name one paper: list them with 'scrapy list'")
        if not opts.days.isdecimal() or not 1 <= int(opts.days) <= MOST_DAYS:
            raise Refused(f"--days {opts.days} is no number of days: write 1 to {MOST_DAYS}")
        self.check_budgets()
        paper = self.paper(args[0], opts.spargs)
        if opts.recorded:
            self._try(paper, opts.recorded)
        else:
            self._ahead(paper, int(opts.days))

    def _try(self, paper: Any, paths: list[str]) -> None:
        assert self.settings is not None
        try:
            recording = Recording(paper, records(paths))
        except UnreadableError as error:
            raise Refused(str(error)) from error
        if not recording.captures:
            raise Refused(f"no page of {paper.name} in {', '.join(paths)}: name recordings of this paper")
        plan = simulate(recording, self.settings.getint("BUDGET_RUN"), self.settings.getint("BUDGET_DAY"))
        print(f"{paper.name}: runs an hour apart over what was recorded from {plan.begins:%Y-%m-%d %H:%M} to"
              f" {plan.ends:%Y-%m-%d %H:%M} UTC\n")  # fmt: skip
        print("\n".join(table(plan)))
        print("\n".join(seen(plan)))

    def _ahead(self, paper: Any, days: int) -> None:
        now = datetime.now(UTC)
        with closing(open_for_reading(self.database)) as connection:
            found = waiting(connection, paper.publisher, now, now + timedelta(days=days))
        if not found:
            raise Refused(f"no URL of {paper.name} is known: crawl it first, or try --recorded PATH")
        print(f"{paper.name}: what the archive knows to be due, beside what the listings will bring\n")
        print("\n".join(due_table(found)))


def due_table(found: list[Waiting]) -> list[str]:
    """A line a day: how many URLs come due, by their place in the line."""
    lines = [f"{'day':<12}" + "".join(f"{name:>14}" for name in LINES.values())]
    for day in dict.fromkeys(each.day for each in found):
        numbers = {each.priority: each.urls for each in found if each.day == day}
        lines.append(f"{day or 'now':<12}" + "".join(f"{numbers.get(priority, 0):>14,}" for priority in LINES))
    return lines


def table(plan: Plan) -> list[str]:
    """A line a day: requests by the quarter of the day, and by what they ask for."""
    kinds = ("listing", "first look", "look again")
    columns = (*QUARTERS, *kinds, "requests")
    counts: dict[str, Counter[str]] = {}
    for at, kind in plan.asked:
        counts.setdefault(f"{at:%Y-%m-%d}", Counter()).update((QUARTERS[at.hour // 6], kind, "requests"))
    counts["all"] = sum(counts.values(), Counter())
    lines = [f"{'day':<12}" + "".join(f"{name:>12}" for name in columns)]
    return lines + [f"{day:<12}" + "".join(f"{row[name]:>12,}" for name in columns) for day, row in counts.items()]


def seen(plan: Plan) -> list[str]:
    """What the looks would have seen of what happened."""
    lines = [""]
    for name, first in (("stories", True), ("changes", False)):
        happened = [change for change in plan.changes if change.first is first]
        lines.append(f"{name}: {share(happened)}")
    lines.append(
        f"requests: {len(plan.asked):,}, where asking for everything in every run would take {plan.everything:,}"
    )
    if plan.left:
        lines.append(f"a budget was used up: at the worst {plan.left:,} URLs that were due had to wait")
    return lines


def share(happened: list[Change]) -> str:
    late = sorted(change.late for change in happened if change.late is not None)
    if not late:
        return f"0 of {len(happened)} seen"
    hours = [wait.total_seconds() / 3600 for wait in late]
    return (f"{len(late)} of {len(happened)} seen ({len(late) / len(happened):.0%}), half of them within"
            f" {median(hours):.1f} hours, the last after {hours[-1]:.1f}")  # fmt: skip
