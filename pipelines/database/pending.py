"""What a transaction keeps in memory until it ends: rows that nothing reads before, and the sidebars it has met.

In: rows with their statement. Out: the same rows, written by one executemany a statement: a batch of a thousand pages
needs a few calls instead of thousands.
"""

from __future__ import annotations

import sqlite3
from dataclasses import dataclass, field

Row = tuple[str | int | None, ...]


@dataclass(slots=True)
class Snapshot:
    """A sidebar's row, and when it was first and last seen; due where the row does not say so yet."""

    id: int
    first_seen_at: str
    last_seen_at: str
    due: bool = False

    def see(self, at: str) -> None:
        if at < self.first_seen_at:
            self.first_seen_at, self.due = at, True
        if at > self.last_seen_at:
            self.last_seen_at, self.due = at, True


@dataclass(slots=True)
class Pending:
    """The rows that are due, by statement; sidebars by digest; entries' rows by what they say. It holds for one
    transaction: settle() it before the end and before anything reads what is due, clear() it after a rollback."""

    rows: dict[str, list[Row]] = field(default_factory=dict)
    sidebars: dict[str, Snapshot] = field(default_factory=dict)
    entries: dict[tuple[str | None, ...], int] = field(default_factory=dict)

    def add(self, statement: str, rows: list[Row]) -> None:
        """Have the rows written by the statement when the transaction settles."""
        self.rows.setdefault(statement, []).extend(rows)

    def settle(self, connection: sqlite3.Connection) -> None:
        """Write what is due, and forget all."""
        for statement, rows in self.rows.items():
            connection.executemany(statement, rows)
        due = [(one.first_seen_at, one.last_seen_at, one.id) for one in self.sidebars.values() if one.due]
        if due:
            connection.executemany("update sidebars set first_seen_at = ?, last_seen_at = ? where id = ?", due)
        self.clear()

    def clear(self) -> None:
        self.rows.clear()
        self.sidebars.clear()
        self.entries.clear()
