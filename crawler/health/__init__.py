"""Whether all is well with a paper: its days as the archive has them, against what is usual for it.

In: an open archive, a paper and its time zone, a moment. Out: Health: the paper's days, the checks of the last two, and
which of them are alarms. What is usual is told by the paper's own days of the last eight weeks (usual.py); where there
are too few, nothing is judged. Start at examine().
"""

from __future__ import annotations

import sqlite3
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta, tzinfo

from crawler.health.checks import Check, judge
from crawler.health.days import Day, read_day
from pipelines.database.health import fetches, frames, last_fetch, listed, newest_story

__all__ = ["Check", "Day", "Health", "examine"]

HISTORY = 56  # days: eight of each weekday


@dataclass(slots=True)
class Health:
    """days: oldest first, the last one today in the paper's zone. checks: of yesterday and today, by day. last: when
    anything was last fetched. A paper that was not crawled in all its days has no days and no checks."""

    paper: str
    at: datetime
    last: datetime | None
    days: list[Day] = field(default_factory=list)
    checks: dict[date, list[Check]] = field(default_factory=dict)

    @property
    def alarms(self) -> list[tuple[date, Check]]:
        """The checks that are alarms, with their day."""
        return [(day, check) for day, checks in self.checks.items() for check in checks if check.alarm]


def examine(connection: sqlite3.Connection, paper: str, zone: tzinfo, at: datetime) -> Health:
    """The paper's health at a moment (aware)."""
    today = at.astimezone(zone).date()
    health = Health(paper, at, last_fetch(connection, paper, at))
    if health.last is None or health.last < _midnight(today - timedelta(days=HISTORY), zone):
        return health
    for back in range(HISTORY, -1, -1):
        health.days.append(_day(connection, paper, zone, today - timedelta(days=back), at))
    known = frames(connection, paper)
    for day in health.days[-2:]:
        past = [earlier for earlier in health.days if earlier.on < day.on]
        health.checks[day.on] = judge(day, past, known)
    return health


def _day(connection: sqlite3.Connection, paper: str, zone: tzinfo, day: date, at: datetime) -> Day:
    start, end = _midnight(day, zone), _midnight(day + timedelta(days=1), zone)
    until = min(end, at + timedelta(seconds=1))  # what was fetched at that very second counts
    found = read_day(day, end <= at, fetches(connection, paper, start, until), start)
    found.listed, found.asked = listed(connection, paper, start, until)
    newest = newest_story(connection, paper, day, until)
    if newest is not None:
        found.newest, found.newest_at = newest
    return found


def _midnight(day: date, zone: tzinfo) -> datetime:
    return datetime.combine(day, time(), zone)
