"""The archive's SQLite file: checked, opened, migrated, written in batches. The only package that holds SQL.

In: a path. Out: an Archive, or an ArchiveError of one line that says what to do. A refused file is left as it was.
"""

from __future__ import annotations

import os
import sqlite3
import time
from collections import Counter
from collections.abc import Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from urllib.parse import quote

from sqlite_utils import Database

from pipelines.database.events import agent_row, record
from pipelines.database.pending import Pending
from pipelines.database.schema import APPLICATION_ID, SCHEMA_VERSION, migrations
from pipelines.database.search import index_changes

MAGIC = b"SQLite format 3\x00"  # https://www.sqlite.org/fileformat.html, 1.3
VERSION_OFFSET, APPLICATION_OFFSET, HEADER_LENGTH = 60, 68, 100  # the same page: user_version, application_id
OLDEST_SQLITE = (3, 37, 0)  # strict tables
BUSY_TIMEOUT_MS = 30_000  # a second crawl's batch is over in seconds: wait for it
ANALYSED_ROWS = 400  # of each index, for the planner's statistics: as SQLite's documentation of PRAGMA optimize advises
POLL_MS = 50  # SQLite's own waiting slows down to one try in 100 ms, which a busy crawl's pauses would never meet

# The files that this process has open for writing. To open and close such a file by other means would give up SQLite's
# locks on it (https://www.sqlite.org/howtocorrupt.html, 2.2), and what is written after that could be lost.
_written: Counter[Path] = Counter()


class ArchiveError(Exception):
    """The database cannot be used. The message is one line: the file, what is wrong, what to do."""


@dataclass(slots=True)
class Archive:
    """An open database file. Writing goes through begin() and savepoint(); what is written stays when commit() is
    called, at the latest by close()."""

    path: Path
    db: Database
    pending: Pending = field(default_factory=Pending)

    @property
    def connection(self) -> sqlite3.Connection:
        return self.db.conn

    def begin(self) -> None:
        """Start the batch if none is open. The write lock is taken at once, so that what is read here still holds
        when it is written upon."""
        if self.connection.in_transaction:
            return
        latest = time.monotonic() + BUSY_TIMEOUT_MS / 1000
        self.connection.execute(f"pragma busy_timeout = {POLL_MS}")
        try:
            while not self._begun(time.monotonic() < latest):
                pass
        finally:
            self.connection.execute(f"pragma busy_timeout = {BUSY_TIMEOUT_MS}")

    def _begun(self, patient: bool) -> bool:
        try:
            self.connection.execute("begin immediate")
        except sqlite3.OperationalError as error:
            if not patient or error.sqlite_errorcode != sqlite3.SQLITE_BUSY:
                raise
            return False
        return True

    @contextmanager
    def savepoint(self) -> Iterator[sqlite3.Connection]:
        """All of what is written inside, or, where an exception leaves it, nothing of it."""
        self.begin()
        self.pending.settle(self.connection)
        try:
            with self.db.atomic():
                yield self.connection
                self.pending.settle(self.connection)
        except BaseException:
            self.pending.clear()
            raise

    def rollback(self) -> None:
        """Undo all that was written since the last commit, and start anew."""
        self.pending.clear()
        if self.connection.in_transaction:
            self.connection.execute("rollback")
        self.begin()

    def commit(self, flush: bool = True) -> None:
        """Make what was written stay, also when the process is killed. flush: also when the power is cut, and have the
        search index agree with it."""
        if self.connection.in_transaction:
            self.pending.settle(self.connection)
            if flush:
                index_changes(self.connection)
            self.connection.execute("commit")
            if flush:
                self._flush()

    def _flush(self) -> None:
        try:
            wal = os.open(f"{self.path}-wal", os.O_RDONLY)
        except FileNotFoundError:
            return  # folded into the file, and flushed, by SQLite itself
        try:
            os.fsync(wal)
        finally:
            os.close(wal)

    def close(self) -> None:
        """Commit what is open, let the query planner learn the sizes, fold the WAL into the file."""
        self.begin()  # optimize reads, then writes: without the lock from the start another crawl's commit would fail it
        self.connection.execute(f"pragma analysis_limit = {ANALYSED_ROWS}")
        self.connection.execute("pragma optimize")
        self.commit()
        self.abandon()

    def abandon(self) -> None:
        """Close without what is not committed: for a file that no longer takes writes."""
        self.connection.close()
        _written[self.path.resolve()] -= 1


def note_verified(path: str | Path, detail: str) -> None:
    """Record that the captures were checked and what came of it, where there is a database to record it in."""
    if not Path(path).exists():
        return
    archive = open_archive(path)
    archive.begin()
    record(archive.connection, "verified", datetime.now(UTC), agent_row(archive.connection), detail=detail)
    archive.close()


def check(path: str | Path) -> None:
    """Raise ArchiveError where path cannot be used as the database. Creates and changes nothing."""
    path = Path(path)
    try:
        if _written[path.resolve()] > 0:
            return  # it was looked at when it was opened
        _check_path(path)
    except OSError as error:
        raise ArchiveError(f"database {path} cannot be used: {error.strerror or error}") from error


def _check_path(path: Path) -> None:
    if sqlite3.sqlite_version_info < OLDEST_SQLITE:
        raise ArchiveError(f"SQLite {sqlite3.sqlite_version} is too old: use a Python built with 3.37 or newer")
    if path.is_dir():
        raise ArchiveError(f"database {path} is a folder: name a file in it, such as {path / 'news.db'}")
    if path.exists() and path.stat().st_size > 0:
        _check_file(path)
        return
    folder = path.parent
    while not folder.exists():
        folder = folder.parent
    if not folder.is_dir():
        raise ArchiveError(f"database {path} cannot be made: {folder} is a file, not a folder")
    if not os.access(folder, os.W_OK):
        raise ArchiveError(f"database {path} cannot be made: no permission to write in {folder}")


def _check_file(path: Path) -> None:
    try:
        with path.open("rb") as file:
            header = file.read(HEADER_LENGTH)
    except OSError as error:
        raise ArchiveError(f"database {path} cannot be read: {error.strerror}") from error
    if not header.startswith(MAGIC):
        raise ArchiveError(f"database {path} is not a SQLite file: name another with -s DATABASE=PATH")
    # Read from the header, not through SQLite: opening a file in WAL mode makes files beside it.
    if int.from_bytes(header[APPLICATION_OFFSET : APPLICATION_OFFSET + 4], "big") != APPLICATION_ID:
        raise ArchiveError(f"database {path} is a SQLite file of something else: name another with -s DATABASE=PATH")
    version = int.from_bytes(header[VERSION_OFFSET : VERSION_OFFSET + 4], "big")
    if version > SCHEMA_VERSION:
        raise _too_new(path, version)
    if not os.access(path, os.W_OK) or not os.access(path.parent, os.W_OK):
        raise ArchiveError(f"database {path} is read-only: allow writing to it and to its folder, or name another")


def open_archive(path: str | Path) -> Archive:
    """Open the database at path for writing, making or migrating it as needed. Raises ArchiveError."""
    path = Path(path)
    check(path)
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        connection = sqlite3.connect(path, isolation_level=None)
    except (OSError, sqlite3.Error) as error:
        raise ArchiveError(f"database {path} cannot be opened: {error}") from error
    archive = Archive(path, Database(connection))
    _written[path.resolve()] += 1
    try:
        _prepare(archive)
    except ArchiveError:
        archive.abandon()
        raise
    except (OSError, sqlite3.Error) as error:
        archive.abandon()
        raise ArchiveError(f"database {path} cannot be used: {error}") from error
    return archive


def _prepare(archive: Archive) -> None:
    connection = archive.connection
    connection.execute(f"pragma busy_timeout = {BUSY_TIMEOUT_MS}")
    if _pragma(connection, "application_id") != APPLICATION_ID:
        # Before WAL, so that the mark stands in the file itself, where check() looks for it.
        connection.execute(f"pragma application_id = {APPLICATION_ID}")
    connection.execute("pragma journal_mode = wal")
    # Archive.commit() flushes the WAL itself, as FULL would: for a batch every second or two, so that a power cut takes
    # nothing of it, and not for each request that leaves.
    connection.execute("pragma synchronous = normal")
    connection.execute("pragma foreign_keys = on")
    connection.execute("pragma cache_size = -65536")  # 64 MiB: the inner pages of the indexes of a large archive
    connection.execute("pragma wal_autocheckpoint = 16384")  # 64 MiB: pages that every batch changes are folded in once
    connection.execute("pragma journal_size_limit = 67108864")
    _migrate(archive)
    if connection.execute("select 1 from search_changes limit 1").fetchone():
        archive.begin()  # of a crawl that was killed
        archive.commit()


def _migrate(archive: Archive) -> None:
    """Bring the schema to SCHEMA_VERSION in one transaction, with a copy of an older file made beside it first."""
    if _pragma(archive.connection, "user_version") == SCHEMA_VERSION:
        return
    with archive.savepoint() as connection:
        # Only with the write lock is it sure: another crawl may have brought the file forward meanwhile, and what a kill
        # left in the WAL the file's header does not say.
        version = _pragma(connection, "user_version")
        if version > SCHEMA_VERSION:
            raise _too_new(archive.path, version)
        if version < SCHEMA_VERSION:
            _bring_forward(archive, version)
    archive.commit()


def _bring_forward(archive: Archive, version: int) -> None:
    if version > 0:
        _back_up(archive.path, version)
    migrations.apply(archive.db)
    archive.connection.execute(f"pragma user_version = {SCHEMA_VERSION}")
    detail = f"schema {version} to {SCHEMA_VERSION}" if version else f"made with schema {SCHEMA_VERSION}"
    record(archive.connection, "migrated", datetime.now(UTC), agent_row(archive.connection), detail=detail)


def _back_up(path: Path, version: int) -> None:
    target = path.with_name(f"{path.name}.schema-{version}.backup")
    partial = target.with_name(target.name + ".partial")
    try:
        # By another connection: SQLite copies none that has the write lock.
        with closing(sqlite3.connect(path)) as source, closing(sqlite3.connect(partial)) as copy:
            source.backup(copy)
    except BaseException:
        partial.unlink(missing_ok=True)
        raise
    partial.replace(target)


def _too_new(path: Path, version: int) -> ArchiveError:
    return ArchiveError(
        f"database {path} is newer than this program (schema {version}, known to {SCHEMA_VERSION}): update it"
    )


def _pragma(connection: sqlite3.Connection, name: str) -> int:
    return int(connection.execute(f"pragma {name}").fetchone()[0])


def open_for_reading(path: str | Path) -> sqlite3.Connection:
    """A connection to an existing database for queries only. Raises ArchiveError, also where there is no file."""
    path = Path(path)
    check(path)
    if not path.exists():
        raise ArchiveError(f"database {path} does not exist: crawl something first, or name it with -s DATABASE=PATH")
    try:
        # Not mode=ro: such a connection leaves the -wal and -shm files behind that SQLite makes even for reading.
        connection = sqlite3.connect(f"file:{quote(str(path.resolve()))}?mode=rw", uri=True, isolation_level=None)
        connection.execute(f"pragma busy_timeout = {BUSY_TIMEOUT_MS}")
        connection.execute("pragma query_only = on")
        version = _pragma(connection, "user_version")
    except sqlite3.Error as error:
        raise ArchiveError(f"database {path} cannot be read: {error}") from error
    if version != SCHEMA_VERSION:
        connection.close()
        if version > SCHEMA_VERSION:
            raise _too_new(path, version)
        raise ArchiveError(
            f"database {path} has the older schema {version}, not {SCHEMA_VERSION}: the next crawl into it brings it up"
        )
    return connection
