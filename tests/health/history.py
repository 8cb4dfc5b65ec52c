"""Long histories straight into a database: what `scrapy health` would find after weeks of crawls."""

from __future__ import annotations

import random
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, time, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

from pipelines.database import open_archive
from pipelines.database.values import instant

ZONE = ZoneInfo("Asia/Karachi")
MONDAY = date(2026, 1, 12)
WEEK = (40, 42, 38, 41, 40, 30, 8)  # new stories on each weekday: Sundays are quiet
FRAME = "div header\ndiv story\ndiv story-content\ndiv footer"


@dataclass(frozen=True, slots=True)
class Entry:
    """One fetch as it is stored; the fields from word_count on are the reading's."""

    outcome: str = "new"
    status: int = 200
    reason: str | None = None
    word_count: int = 400
    authors: int = 1
    dated: str | None = "certain"
    sidebars: int = 1
    entries: int = 12
    frame: str = FRAME


Edit = Callable[[date, list[Entry]], list[Entry]]


def write_history(
    database: Path, days: int, paper: str = "dawn", week: Sequence[int] = WEEK, edit: Edit | None = None, seed: int = 1
) -> None:
    """Days of crawls from MONDAY on, by chance but always the same. edit: what a day brings instead of what is usual."""
    chance = random.Random(seed)
    archive = open_archive(database)
    archive.begin()
    for number in range(days):
        day = MONDAY + timedelta(days=number)
        brought = _usual_day(chance, week[day.weekday()])
        _write_day(archive.connection, paper, day, edit(day, brought) if edit else brought)
    archive.close()


def write_listed(database: Path, day: date, due: int, asked: int, paper: str = "dawn") -> None:
    """Stories that the paper listed on a day: some still due, the others asked for."""
    archive = open_archive(database)
    archive.begin()
    at = instant(datetime.combine(day, time(0, 4), ZONE).astimezone(UTC))
    for number in range(due + asked):
        url = f"https://{paper}/{day}/{number}"
        archive.connection.execute(
            "insert into urls (publisher, key, url, kind, how, depth, state, priority, tries, changes, unchanged,"
            " first_found_at) values (?1, ?2, ?2, 'story', 'feed', 0, ?3, 1, 0, 0, 0, ?4)",
            (paper, url, "due" if number < due else "fetched", at),
        )
    archive.close()


def _usual_day(chance: random.Random, new: int) -> list[Entry]:
    stories = max(0, round(chance.gauss(new, 3)))
    day = []
    for place in range(stories + 20):
        outcome = "new" if place < stories else "changed" if chance.random() < 0.05 else "unchanged"
        entry = Entry(
            outcome,
            word_count=round(chance.lognormvariate(6, 0.7)) + 20,
            authors=int(chance.random() < 0.7),
            dated="certain" if chance.random() < 0.9 else "likely",
            sidebars=int(chance.random() < 0.95),
        )
        failed = replace(entry, outcome="failed", status=503, reason="HTTP 503")
        day.append(failed if chance.random() < 0.02 else entry)
    return day


def _write_day(connection, paper: str, day: date, brought: list[Entry]) -> None:  # type: ignore[no-untyped-def]
    start = datetime.combine(day, time(0, 5), ZONE).astimezone(UTC)
    crawl = connection.execute(
        "insert into crawls (spider, arguments, software, started_at, reason) values (?, '{}', 'history', ?, 'finished')",
        (paper, instant(start)),
    ).lastrowid
    for place, entry in enumerate(brought):
        at = instant(start + timedelta(seconds=place))
        read = entry.outcome in ("new", "changed", "unchanged")
        fetch = connection.execute(
            "insert into fetches (crawl_id, publisher, url, fetched_at, outcome, status, reason, extraction)"
            " values (?,?,?,?,?,?,?,?)",
            (
                crawl,
                paper,
                f"https://{paper}/{place}",
                at,
                entry.outcome,
                entry.status,
                entry.reason,
                "e" if read or entry.outcome == "not-a-story" else None,
            ),
        ).lastrowid
        if read:
            connection.execute(
                "insert into readings (fetch_id, layout_id, word_count, headline, authors, dated, sidebars, entries)"
                " values (?,?,?,1,?,?,?,?)",
                (fetch, _layout(connection, paper, entry.frame, at), entry.word_count, entry.authors, entry.dated,
                 entry.sidebars, entry.entries * entry.sidebars),
            )  # fmt: skip


def _layout(connection, paper: str, frame: str, at: str) -> int:  # type: ignore[no-untyped-def]
    row = connection.execute("select id from layouts where publisher = ? and frame = ?", (paper, frame)).fetchone()
    row = row or connection.execute(
        "insert into layouts (publisher, frame, first_seen_at, last_seen_at) values (?1, ?2, ?3, ?3) returning id",
        (paper, frame, at),
    ).fetchone()  # fmt: skip
    return int(row[0])
