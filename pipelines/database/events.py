"""What was done to the archive, by which software, in the manner of PREMIS: an event has a type, a moment, an agent,
and the objects it touched. Rows are only ever added; the database itself refuses to change or delete one.
"""

from __future__ import annotations

import platform
import sqlite3
from datetime import datetime
from importlib.metadata import version
from typing import Literal

from pipelines.database.values import clean, instant

EventType = Literal[
    "crawl-started", "crawl-ended", "crawl-killed", "captured", "extracted", "re-extracted", "verified", "migrated"
]
PROJECT = "news-morgue 0.1.0"  # as pyproject.toml has it, which a deployed egg does not hold


def software() -> str:
    """What works on the archive, with versions: the project, Scrapy, Python, SQLite."""
    return (
        f"{PROJECT} (Scrapy {version('scrapy')}, Python {platform.python_version()}, SQLite {sqlite3.sqlite_version})"
    )


def agent_row(connection: sqlite3.Connection, settings_digest: str = "") -> int:
    """The id of this software under these settings ('' where settings play no part)."""
    agent = (software(), settings_digest)
    connection.execute("insert or ignore into agents (software, settings_digest) values (?, ?)", agent)
    row = connection.execute("select id from agents where software = ? and settings_digest = ?", agent).fetchone()
    return int(row[0])


NEW_EVENT = "insert into events (at, type, agent_id, crawl_id, fetch_id, story_id, detail) values (?,?,?,?,?,?,?)"


def record(
    connection: sqlite3.Connection,
    kind: EventType,
    at: datetime,
    agent_id: int,
    *,
    crawl_id: int | None = None,
    fetch_id: int | None = None,
    story_id: int | None = None,
    detail: str | None = None,
) -> None:
    """Add one event."""
    connection.execute(
        NEW_EVENT,
        (instant(at), kind, agent_id, crawl_id, fetch_id, story_id, clean(detail)),
    )
