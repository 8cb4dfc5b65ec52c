"""What a transaction keeps in memory for a while: rows that nothing has to read yet, and the sidebars it has met.

In: rows, with marks of what is asked of them. Out: the same rows, written table by table, many by one statement, at the
end or before something reads what has such a mark: a batch of a thousand pages needs a few calls instead of thousands.
"""

from __future__ import annotations

import re
import sqlite3
from dataclasses import dataclass, field
from functools import lru_cache
from itertools import chain

from pipelines.database.layouts import Layouts

Row = tuple[str | int | None, ...]
# What is asked of a row: ("story", publisher, key), ("fetch", url, instant), ("text", digest of a body), ("url", url) or
# ("texts", id of a story).
Mark = tuple[str | int | None, ...]

STORY_COLUMNS = (
    "publisher, key, first_seen_at, last_seen_at, versions, version_id, word_count, headline, body, url, authors,"
    " section, language, credit_line, dateline, published_on, published_at, published_source, published_certainty,"
    " modified_at"
)
VERSION_COLUMNS = (
    "story_id, seen_from, seen_to, digest, headline_digest, body_digest, word_count, extraction, headline,"
    " unaided_digest"
)
FETCH_COLUMNS = (
    "crawl_id, publisher, url, final_url, status, fetched_at, outcome, reason, story_id, version_id, capture_file,"
    " capture_offset, capture_digest, extraction, robots_id, robots_decision, alternate_digest"
)

# Opening a table's indexes and marking where to go back to costs as much as a row, and is done once a statement: by so
# many fetches one takes half the time, and little less by more.
ROWS_A_STATEMENT = 25
VALUES = re.compile(r"(?<= values )\([?,]+\)(?!.*\?)")  # of a statement that names no other value of its row

# A failure that was stored before the capture that it came after: archives are replayed in any order. The plus signs have
# it found by its URL: in a file without statistics SQLite would look through all failures since.
CAME_AFTER = (
    "update fetches set story_id = ?1 where url = ?2 and fetched_at > ?3 and +story_id is null and +version_id is null"
)
LAST_WITHOUT_STORY = "select max(fetched_at) from fetches where story_id is null"


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
class NewRows:
    """Rows of one table that are due, under the ids that SQLite would give them: the transaction has the write lock,
    so nobody else gives them to other rows."""

    table: str
    columns: str
    rows: list[Row] = field(default_factory=list)
    next_id: int = 0

    def coming_id(self, connection: sqlite3.Connection) -> int:
        """The id of the row that is added next."""
        if not self.rows:
            (self.next_id,) = connection.execute(f"select coalesce(max(id), 0) + 1 from {self.table}").fetchone()
        return self.next_id

    def add(self, connection: sqlite3.Connection, row: Row) -> int:
        """Have the row written when the transaction settles. Gives its id."""
        row_id = self.coming_id(connection)
        self.rows.append((row_id, *row))
        self.next_id = row_id + 1
        return row_id

    def write(self, connection: sqlite3.Connection) -> None:
        """Write the rows. "or ignore" saves SQLite the copies of pages by which it would undo what a row's triggers have
        done (of stories, a third of the time); that a row was ignored is seen by their number."""
        if not self.rows:
            return
        marks = ",".join("?" * len(self.rows[0]))
        statement = f"insert or ignore into {self.table} (id, {self.columns}) values ({marks})"
        if write_rows(connection, statement, self.rows) != len(self.rows):
            raise sqlite3.IntegrityError(f"a row breaks a rule of the table {self.table}")
        self.rows.clear()


@dataclass(slots=True)
class Pending:
    """What is due: new stories, versions and fetches, then others by statement; story, URL and instant of first sights;
    sidebars by digest; entries' rows by what they say. It holds for one transaction, but for the layouts: write() it
    before anything reads what is due, settle() it at the end and before rows go, clear() it after a rollback."""

    stories: NewRows = field(default_factory=lambda: NewRows("stories", STORY_COLUMNS))
    versions: NewRows = field(default_factory=lambda: NewRows("version_records", VERSION_COLUMNS))
    fetches: NewRows = field(default_factory=lambda: NewRows("fetches", FETCH_COLUMNS))
    rows: dict[str, list[Row]] = field(default_factory=dict)
    seen: list[Row] = field(default_factory=list)
    marks: set[Mark] = field(default_factory=set)
    sidebars: dict[str, Snapshot] = field(default_factory=dict)
    entries: dict[tuple[str | None, ...], int] = field(default_factory=dict)
    layouts: Layouts = field(default_factory=Layouts)

    def add(self, statement: str, rows: list[Row]) -> None:
        """Have the rows written by the statement when the transaction settles, after the new ones that they name."""
        self.rows.setdefault(statement, []).extend(rows)

    def holds(self, *marks: Mark) -> bool:
        """Whether a row is due that has one of the marks: write() before you ask the database for it."""
        return not self.marks.isdisjoint(marks)

    def write_texts(self, connection: sqlite3.Connection) -> None:
        """Write the stories and versions that are due, so that their texts can be read, and nothing else."""
        self.stories.write(connection)
        self.versions.write(connection)

    def write(self, connection: sqlite3.Connection) -> None:
        """Write the rows that are due, so that they can be read."""
        self.write_texts(connection)
        self.fetches.write(connection)
        for statement, rows in self.rows.items():
            write_rows(connection, statement, rows)
        self._tie_failures(connection)
        self.rows.clear()
        self.seen.clear()
        self.marks.clear()

    def _tie_failures(self, connection: sqlite3.Connection) -> None:
        """Let failures of the URLs since the story was first seen there be part of its history. Mostly there are none."""
        if self.seen:
            (last,) = connection.execute(LAST_WITHOUT_STORY).fetchone()
            connection.executemany(CAME_AFTER, [row for row in self.seen if str(row[2]) < (last or "")])

    def settle(self, connection: sqlite3.Connection) -> None:
        """Write all that is due, and forget what was met."""
        self.write(connection)
        due = [(one.first_seen_at, one.last_seen_at, one.id) for one in self.sidebars.values() if one.due]
        if due:
            connection.executemany("update sidebars set first_seen_at = ?, last_seen_at = ? where id = ?", due)
        self._forget()

    def clear(self) -> None:
        """Forget all, as the database does."""
        self._forget()
        self.layouts.forget()

    def _forget(self) -> None:
        for new in (self.stories, self.versions, self.fetches):
            new.rows.clear()
        self.rows.clear()
        self.seen.clear()
        self.marks.clear()
        self.sidebars.clear()
        self.entries.clear()


def write_rows(connection: sqlite3.Connection, statement: str, rows: list[Row]) -> int:
    """Have the statement, which is written for one row, write them all. Gives how many it wrote."""
    several, written = _for_several(statement), 0
    whole = len(rows) // ROWS_A_STATEMENT * ROWS_A_STATEMENT if several else 0
    if several and whole:
        groups = (rows[start : start + ROWS_A_STATEMENT] for start in range(0, whole, ROWS_A_STATEMENT))
        written = connection.executemany(several, [tuple(chain.from_iterable(group)) for group in groups]).rowcount
    if whole < len(rows):
        written += connection.executemany(statement, rows[whole:]).rowcount
    return written


@lru_cache
def _for_several(statement: str) -> str | None:
    """The same statement for ROWS_A_STATEMENT rows; None where it is no such insert."""
    marks = VALUES.search(statement)
    return marks and VALUES.sub(",".join([marks[0]] * ROWS_A_STATEMENT), statement)
