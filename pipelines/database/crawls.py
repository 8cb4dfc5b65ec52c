"""The crawls themselves: one row for each, from its start to its end. A row without an end is running or was killed."""

from __future__ import annotations

import json
import sqlite3
from datetime import datetime

from pipelines.database.values import clean, instant


def start_crawl(
    connection: sqlite3.Connection,
    spider: str,
    publisher: str | None,
    arguments: dict[str, str],
    software: str,
    at: datetime,
) -> int:
    """Note a crawl's start. Gives the id of its row."""
    cursor = connection.execute(
        "insert into crawls (spider, publisher, arguments, software, started_at) values (?,?,?,?,?)",
        (spider, publisher, clean(json.dumps(arguments, ensure_ascii=False, sort_keys=True)), software, instant(at)),
    )
    if cursor.lastrowid is None:
        raise sqlite3.DatabaseError("an insert gave no row")
    return cursor.lastrowid


def end_crawl(connection: sqlite3.Connection, crawl_id: int, reason: str, at: datetime) -> None:
    """Note a crawl's end and why it ended."""
    connection.execute("update crawls set ended_at = ?, reason = ? where id = ?", (instant(at), reason, crawl_id))
