"""The crawls themselves: one row for each, from its start to its end. A row without an end is running or was killed."""

from __future__ import annotations

import json
import os
import socket
import sqlite3
from dataclasses import dataclass
from datetime import datetime

from pipelines.database.events import agent_row, record
from pipelines.database.values import clean, instant

_running: set[int] = set()  # crawls of this very process


@dataclass(slots=True, frozen=True)
class Crawl:
    """A crawl that runs: its row, and the software and settings it runs by."""

    id: int
    agent_id: int


def start_crawl(
    connection: sqlite3.Connection,
    spider: str,
    publisher: str | None,
    arguments: dict[str, str],
    settings_digest: str,
    at: datetime,
) -> Crawl:
    """Note a crawl's start, and, first, those crawls of this machine that ended without a word."""
    agent_id = agent_row(connection, settings_digest)
    _note_killed(connection, agent_id, at)
    software = connection.execute("select software from agents where id = ?", (agent_id,)).fetchone()[0]
    cursor = connection.execute(
        "insert into crawls (spider, publisher, arguments, software, started_at, host, process) values (?,?,?,?,?,?,?)",
        (
            spider,
            publisher,
            clean(json.dumps(arguments, ensure_ascii=False, sort_keys=True)),
            software,
            instant(at),
            socket.gethostname(),
            os.getpid(),
        ),
    )
    if cursor.lastrowid is None:
        raise sqlite3.DatabaseError("an insert gave no row")
    crawl = Crawl(cursor.lastrowid, agent_id)
    _running.add(crawl.id)
    record(connection, "crawl-started", at, agent_id, crawl_id=crawl.id, detail=spider)
    return crawl


def end_crawl(connection: sqlite3.Connection, crawl: Crawl, reason: str, at: datetime) -> None:
    """Note a crawl's end and why it ended."""
    connection.execute("update crawls set ended_at = ?, reason = ? where id = ?", (instant(at), reason, crawl.id))
    record(connection, "crawl-ended", at, crawl.agent_id, crawl_id=crawl.id, detail=reason)
    _running.discard(crawl.id)


def _note_killed(connection: sqlite3.Connection, agent_id: int, at: datetime) -> None:
    """Crawls of this machine that have no end and whose process is gone were killed."""
    unended = connection.execute(
        "select id, process from crawls where ended_at is null and reason is null and host = ?", (socket.gethostname(),)
    ).fetchall()
    for crawl_id, process in unended:
        if crawl_id not in _running and (process == os.getpid() or not _is_alive(process)):
            connection.execute("update crawls set reason = 'killed' where id = ?", (crawl_id,))
            record(connection, "crawl-killed", at, agent_id, crawl_id=crawl_id, detail="found without an end")


def _is_alive(process: int) -> bool:
    try:
        os.kill(process, 0)
    except ProcessLookupError:
        return False
    except PermissionError:
        return True
    return True
