"""What the archive has of a paper's days, for telling whether all is well with it.

In: the connection of an open archive, a paper's name, a span of instants. Out: plain rows, one a fetch.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from pipelines.database.values import instant


@dataclass(slots=True)
class FetchRow:
    """A fetch and what was read in it. page: something was read as a story's page, whether it held a story or not. story:
    it held one; what follows is of it. dated: how certain the date that the page showed. layout_seen_at: when the
    story's layout was first seen."""

    crawl_id: int | None
    outcome: str
    status: int | None
    reason: str | None
    page: bool
    story: bool
    words: int
    headline: bool
    authors: int
    dated: str | None
    sidebars: int
    entries: int
    layout_id: int | None
    layout_seen_at: datetime | None


def papers(connection: sqlite3.Connection) -> list[str]:
    """The papers that anything was fetched of."""
    rows = connection.execute(
        "with recursive found (publisher) as (select min(publisher) from fetches union all"
        " select (select min(publisher) from fetches where publisher > found.publisher) from found"
        " where found.publisher is not null) select publisher from found where publisher is not null"
    )
    return [name for (name,) in rows]


def last_fetch(connection: sqlite3.Connection, paper: str, until: datetime) -> datetime | None:
    """When anything of the paper was last fetched, up to an instant."""
    (last,) = connection.execute(
        "select max(fetched_at) from fetches where publisher = ? and fetched_at <= ?", (paper, instant(until))
    ).fetchone()
    return datetime.fromisoformat(last) if last else None


def fetches(connection: sqlite3.Connection, paper: str, start: datetime, end: datetime) -> Iterator[FetchRow]:
    """The paper's fetches from start up to, and without, end."""
    rows = connection.execute(
        "select f.crawl_id, f.outcome, f.status, f.reason, f.extraction is not null, r.fetch_id is not null,"
        " r.word_count, r.headline, r.authors, r.dated, r.sidebars, r.entries, r.layout_id, l.first_seen_at"
        " from fetches f left join readings r on r.fetch_id = f.id left join layouts l on l.id = r.layout_id"
        " where f.publisher = ? and f.fetched_at >= ? and f.fetched_at < ? order by f.fetched_at",
        (paper, instant(start), instant(end)),
    )
    yield from map(_row, rows)


def _row(row: tuple[Any, ...]) -> FetchRow:
    (
        crawl_id,
        outcome,
        status,
        reason,
        page,
        story,
        words,
        headline,
        authors,
        dated,
        sidebars,
        entries,
        layout_id,
        seen,
    ) = row
    return FetchRow(
        crawl_id,
        outcome,
        status,
        reason,
        bool(page),
        bool(story),
        words or 0,
        bool(headline),
        authors or 0,
        dated,
        sidebars or 0,
        entries or 0,
        layout_id,
        datetime.fromisoformat(seen) if seen else None,
    )


def listed(connection: sqlite3.Connection, paper: str, start: datetime, end: datetime) -> tuple[int, int]:
    """How many stories the paper's feeds, sitemaps and pages listed first from start up to end, and how many of them
    were asked for since."""
    (found, asked) = connection.execute(
        "select count(*), coalesce(sum(state <> 'due'), 0) from urls where publisher = ? and first_found_at >= ?"
        " and first_found_at < ? and kind = 'story' and how in ('feed', 'sitemap', 'section', 'index')",
        (paper, instant(start), instant(end)),
    ).fetchone()
    return found, asked


def newest_story(
    connection: sqlite3.Connection, paper: str, day: date, until: datetime
) -> tuple[date, datetime | None] | None:
    """The day, and the moment where it is known, of the paper's newest story up to a day, of those seen before an
    instant."""
    row = connection.execute(
        "select published_on, published_at from stories where publisher = ? and published_on <= ?"
        " and first_seen_at < ? order by published_on desc, published_at desc limit 1",
        (paper, day.isoformat(), instant(until)),
    ).fetchone()
    return (date.fromisoformat(row[0]), datetime.fromisoformat(row[1]) if row[1] else None) if row else None


def frames(connection: sqlite3.Connection, paper: str) -> dict[int, frozenset[str]]:
    """The frames of the paper's layouts, by the layout's id."""
    rows = connection.execute("select id, frame from layouts where publisher = ?", (paper,))
    return {layout_id: frozenset(frame.split("\n")) for layout_id, frame in rows}
