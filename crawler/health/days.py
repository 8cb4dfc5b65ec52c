"""A paper's day in figures: what was fetched, how much of it was read, and how.

In: the day's fetches as the archive has them. Out: a Day.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from datetime import date, datetime
from statistics import median

from pipelines.database.health import FetchRow

FAILED = ("gone", "refused", "failed")
MAX_KIND = 60  # characters of a failure's kind


@dataclass(slots=True)
class Day:
    """whole: the day is over. pages: that were read as stories' pages, of which `stories` held one; what follows is
    counted over those. new: stories not known before; known, changed: those known, and how many of them read otherwise.
    framed: pages by crawl and layout. first_sights: layouts first seen on this day, with the crawl that saw them.
    listed: stories that the paper listed first on this day; asked: how many of them were asked for since.
    newest: the day of the newest story known by then, and its moment where that is known."""

    on: date
    whole: bool
    fetches: int = 0
    failures: Counter[str] = field(default_factory=Counter)
    pages: int = 0
    stories: int = 0
    new: int = 0
    known: int = 0
    changed: int = 0
    headline: int = 0
    dated: int = 0
    certain: int = 0
    authors: int = 0
    sidebar: int = 0
    words: list[int] = field(default_factory=list)
    entries: list[int] = field(default_factory=list)
    framed: Counter[tuple[int, int]] = field(default_factory=Counter)
    first_sights: dict[int, int] = field(default_factory=dict)
    listed: int = 0
    asked: int = 0
    newest: date | None = None
    newest_at: datetime | None = None

    @property
    def failed(self) -> int:
        return self.failures.total()

    @property
    def story_length(self) -> float | None:
        """Words of the story in the middle; None without stories."""
        return median(self.words) if self.words else None

    @property
    def sidebar_length(self) -> float | None:
        """Entries of the page in the middle, of those with a sidebar; None without such."""
        return median(self.entries) if self.entries else None


# The share of pages that have each of these: how many have it, of how many.
SHARES: dict[str, Callable[[Day], tuple[int, int]]] = {
    "body": lambda day: (day.stories, day.pages),
    "headline": lambda day: (day.headline, day.stories),
    "date": lambda day: (day.dated, day.stories),
    "certain date": lambda day: (day.certain, day.stories),
    "authors": lambda day: (day.authors, day.stories),
    "sidebar": lambda day: (day.sidebar, day.stories),
}


def share(day: Day, name: str) -> float | None:
    """The share of the day's pages that have a field; None where there were no pages."""
    having, of = SHARES[name](day)
    return having / of if of else None


def read_day(day: date, whole: bool, rows: Iterable[FetchRow], start: datetime) -> Day:
    """The day's figures. start: of the day; a layout first seen since then was first seen on it."""
    found = Day(day, whole)
    for row in rows:
        found.fetches += 1
        found.pages += row.page
        if row.outcome in FAILED:
            found.failures[kind_of(row)] += 1
        if row.story:
            _count_story(found, row, start)
    return found


def _count_story(day: Day, row: FetchRow, start: datetime) -> None:
    day.stories += 1
    day.new += row.outcome in ("new", "duplicate")
    day.known += row.outcome in ("changed", "unchanged")
    day.changed += row.outcome == "changed"
    day.headline += row.headline
    day.dated += row.dated is not None
    day.certain += row.dated == "certain"
    day.authors += row.authors > 0
    day.sidebar += row.sidebars > 0
    day.words.append(row.words)
    if row.sidebars:
        day.entries.append(row.entries)
    if row.layout_id is None or row.layout_seen_at is None:
        return
    crawl = row.crawl_id or 0
    day.framed[crawl, row.layout_id] += 1
    if row.layout_seen_at >= start:
        day.first_sights.setdefault(row.layout_id, crawl)


def kind_of(row: FetchRow) -> str:
    """The kind of a failure: its HTTP status, the error's name, or what is said before any detail or advice."""
    if row.status is not None and row.status >= 400:
        return f"HTTP {row.status}"
    kind = (row.reason or row.outcome).partition(":")[0].partition(" (")[0][:MAX_KIND]
    return "".join(character if character.isprintable() else "?" for character in kind)
