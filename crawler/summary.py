"""What a crawl came to, in words a person likes to read. In: the counts of one or more crawls, and the database's path."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, fields
from pathlib import Path

from scrapy.crawler import Crawler
from scrapy.statscollectors import StatsCollector

from pipelines.database.queries import SUGGESTED, WHY_FAILED


@dataclass(slots=True)
class Counts:
    """How many pages came to what; sidebars and sightings are those that the archive did not have."""

    new: int = 0
    changed: int = 0
    unchanged: int = 0
    duplicate: int = 0
    not_a_story: int = 0
    gone: int = 0
    refused: int = 0
    failed: int = 0
    known: int = 0
    re_extracted: int = 0
    sidebars: int = 0
    sightings: int = 0

    @classmethod
    def of(cls, crawler: Crawler) -> Counts:
        """The counts that the pipelines keep in a crawl's stats."""
        stats = stats_of(crawler)
        if stats is None:
            return cls()
        return cls(**{field.name: stats.get_value(f"news/{field.name.replace('_', '-')}", 0) for field in fields(cls)})

    @classmethod
    def total(cls, counts: Iterable[Counts]) -> Counts:
        rows = list(counts)
        return cls(**{field.name: sum(getattr(row, field.name) for row in rows) for field in fields(cls)})

    @property
    def stories(self) -> int:
        """Pages that were read as stories, stored before or not."""
        return self.new + self.changed + self.unchanged + self.duplicate

    @property
    def read(self) -> int:
        """Pages that gave anything to read, listings too."""
        return self.stories + self.not_a_story + self.known + self.re_extracted

    @property
    def failures(self) -> int:
        return self.gone + self.refused + self.failed


def stats_of(crawler: Crawler) -> StatsCollector | None:
    """A crawl's stats; None where it never began."""
    try:
        return crawler.stats
    except RuntimeError:
        return None


def summary(counts: Counts, database: Path) -> str:
    """The report that ends a crawl: what was stored, where it is, and two queries to try."""
    shown = _shown(database)
    lines = [""]
    before = counts.known + counts.re_extracted
    if before and not (counts.new or counts.changed or counts.duplicate or counts.sightings or counts.sidebars):
        lines.append(f"Nothing new: all {before:,} pages are in the archive already, and nothing was stored twice.")
    lines += [
        f"  stories       {counts.new:>7,} new",
        f"  new versions  {counts.changed:>7,}",
        f"  unchanged     {counts.unchanged:>7,}",
        f"  duplicates    {counts.duplicate:>7,} (the same text under another identity)",
        f"  sidebars      {counts.sidebars:>7,} new",
        f"  sightings     {counts.sightings:>7,} (a sidebar beside a story)",
        f"  failures      {counts.failures:>7,} ({counts.gone:,} gone, {counts.refused:,} refused, {counts.failed:,} failed)",
        f"  known already {counts.known:>7,}",
        *(
            [f"  read again    {counts.re_extracted:>7,} (by another extraction than before)"]
            if counts.re_extracted
            else []
        ),
        "",
        f"The archive is {shown}. Try:",
    ]
    for question, sql in (*SUGGESTED, *((WHY_FAILED,) if counts.failures else ())):
        lines += [f"  -- {question}", f'  sqlite3 -box {shown} "{sql}"']
    return "\n".join(lines)


def _shown(database: Path) -> Path:
    """The path as a person would type it from here."""
    try:
        return database.resolve().relative_to(Path.cwd())
    except ValueError:
        return database
