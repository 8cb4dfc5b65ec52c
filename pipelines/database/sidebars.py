"""Sidebar snapshots and their entries, each written once, and the sightings of them beside stories.

In: a page's sidebars with their digests. Out: rows in sidebars, sidebar_lines, entry_texts and sightings. The same few
sidebars stand beside story after story: what a transaction has met of them, its Pending keeps.
"""

from __future__ import annotations

import sqlite3
from dataclasses import dataclass
from datetime import UTC, datetime

from crawler.items import Page, Sidebar, SidebarEntry
from pipelines.database.pending import Pending, Snapshot
from pipelines.database.values import clean, row_id, text_digest, zone_of

NEW_SIGHTING = (
    "insert into sightings (fetch_id, story_id, version_id, sidebar_id, seen_at, seen_on) values (?,?,?,?,?,?)"
)


@dataclass(slots=True)
class Written:
    """What a page added: sidebar snapshots not seen before, and sightings."""

    sidebars: int = 0
    sightings: int = 0


def write_sightings(
    connection: sqlite3.Connection,
    page: Page,
    digests: list[str],
    rows: tuple[int, int, int],
    at: str,
    pending: Pending,
) -> Written:
    """A sighting for each of the page's sidebars. digests: theirs; rows: of the fetch, the story and its version."""
    written = Written()
    seen: dict[int, None] = {}
    for sidebar, digest in zip(page.sidebars, digests, strict=True):
        snapshot = pending.sidebars.get(digest) or _known(connection, digest, pending)
        if snapshot is None:
            snapshot = _insert(connection, sidebar, digest, page.publisher or "", at, pending)
            written.sidebars += 1
        snapshot.see(at)
        seen[snapshot.id] = None
    if seen:
        seen_on = _local_day(at, page.timezone)
        pending.add(NEW_SIGHTING, [(*rows, sidebar_id, at, seen_on) for sidebar_id in seen])
    written.sightings = len(seen)
    return written


def _local_day(at: str, timezone: str | None) -> str:
    return datetime.fromisoformat(at).astimezone(zone_of(timezone) or UTC).date().isoformat()


def _known(connection: sqlite3.Connection, digest: str, pending: Pending) -> Snapshot | None:
    row = connection.execute(
        "select id, first_seen_at, last_seen_at from sidebars where digest = ?", (digest,)
    ).fetchone()
    if row is None:
        return None
    snapshot = pending.sidebars[digest] = Snapshot(*row)
    return snapshot


def _insert(
    connection: sqlite3.Connection, sidebar: Sidebar, digest: str, publisher: str, at: str, pending: Pending
) -> Snapshot:
    cursor = connection.execute(
        "insert into sidebars (digest, publisher, heading, role, entries, first_seen_at, last_seen_at)"
        " values (?,?,?,?,?,?,?)",
        (digest, clean(publisher), clean(sidebar.heading), sidebar.role, len(sidebar.entries), at, at),
    )
    sidebar_id = row_id(cursor)
    connection.executemany(
        "insert into sidebar_lines (sidebar_id, position, entry_id) values (?,?,?)",
        [(sidebar_id, entry.position, _entry_row(connection, entry, publisher, pending)) for entry in sidebar.entries],
    )
    snapshot = pending.sidebars[digest] = Snapshot(sidebar_id, at, at)
    return snapshot


def _entry_row(connection: sqlite3.Connection, entry: SidebarEntry, publisher: str, pending: Pending) -> int:
    """The id of the entry's text, which is written once however many snapshots hold it."""
    said = (publisher, entry.headline, entry.url, entry.teaser, entry.dated, "1" if entry.updated else "0")
    known = pending.entries.get(said)
    if known is not None:
        return known
    digest = text_digest(*said)
    row = connection.execute("select id from entry_texts where digest = ?", (digest,)).fetchone()
    if row is None:
        cursor = connection.execute(
            "insert into entry_texts (digest, publisher, headline, url, story_key, teaser, dated, updated)"
            " values (?,?,?,?,?,?,?,?)",
            (
                digest,
                clean(publisher),
                clean(entry.headline),
                clean(entry.url),
                clean(entry.key),
                clean(entry.teaser),
                entry.dated,
                entry.updated,
            ),
        )
        row = (row_id(cursor),)
    pending.entries[said] = row[0]
    return int(row[0])
