"""What must be minded of each server, also after a restart: until when it is left alone, how much was asked of it today,
and the robots.txt files it gave.

In: a host and what happened. Out: rows of hosts and robots.
"""

from __future__ import annotations

import sqlite3
from dataclasses import dataclass
from datetime import datetime

from crawler.items import Robots
from pipelines.database.values import clean, instant, text_digest


@dataclass(slots=True, frozen=True)
class Rest:
    """A host that is left alone until a moment, and why."""

    host: str
    until: datetime
    why: str


def resting(connection: sqlite3.Connection, at: datetime) -> list[Rest]:
    """The hosts that are to be left alone still."""
    rows = connection.execute("select host, paused_until, why from hosts where paused_until > ?", (instant(at),))
    return [Rest(host, datetime.fromisoformat(until), why) for host, until, why in rows]


def failures(connection: sqlite3.Connection, host: str) -> int:
    """How often in a row a host had to be left alone for the rest of a crawl."""
    row = connection.execute("select failures from hosts where host = ?", (clean(host),)).fetchone()
    return int(row[0]) if row else 0


def note_rest(
    connection: sqlite3.Connection, rest: Rest, at: datetime, status: int | None, more_failures: int = 0
) -> None:
    """A host is left alone from now on."""
    connection.execute(
        "insert into hosts (host, paused_until, why, failures, last_status, last_at) values (?1, ?2, ?3, ?4, ?5, ?6)"
        " on conflict do update set paused_until = ?2, why = ?3, failures = failures + ?4, last_status = ?5, last_at = ?6",
        (clean(rest.host), instant(rest.until), clean(rest.why), more_failures, status, instant(at)),
    )


def note_well(connection: sqlite3.Connection, host: str) -> None:
    """A host gives pages again."""
    connection.execute("update hosts set failures = 0 where host = ? and failures > 0", (clean(host),))


def requests_on(connection: sqlite3.Connection, day: str) -> dict[str, int]:
    """How many requests were sent to each host on a day."""
    return dict(connection.execute("select host, requests from hosts where counted_on = ?", (day,)).fetchall())


def note_request(connection: sqlite3.Connection, host: str, day: str) -> None:
    """One more request is sent to a host."""
    connection.execute(
        "insert into hosts (host, counted_on, requests) values (?1, ?2, 1)"
        " on conflict do update set requests = iif(counted_on is ?2, requests, 0) + 1, counted_on = ?2",
        (clean(host), day),
    )


def robots_row(connection: sqlite3.Connection, publisher: str | None, robots: Robots, at: datetime) -> int:
    """The id of a robots.txt, written if it is not known; then what the host's earlier one refused is due again."""
    status = str(robots.status) if robots.status is not None else None
    digest, host, fetched_at = text_digest(status, robots.text), clean(robots.host), instant(robots.fetched_at)
    row = connection.execute(
        "select id, last_fetched_at from robots where host = ? and digest = ?", (host, digest)
    ).fetchone()
    if row is None:
        connection.execute(
            "update urls set next_check_at = ?2 where publisher = ?1 and state = 'refused'"
            " and next_check_at > ?2 and exists (select 1 from robots where host = ?3)",
            (clean(publisher), instant(at), host),
        )
        cursor = connection.execute(
            "insert into robots (host, digest, status, text, first_fetched_at, last_fetched_at) values (?,?,?,?,?,?)",
            (host, digest, robots.status, clean(robots.text), fetched_at, fetched_at),
        )
        assert cursor.lastrowid is not None
        return cursor.lastrowid
    if row[1] < fetched_at:
        connection.execute("update robots set last_fetched_at = ? where id = ?", (fetched_at, row[0]))
    return int(row[0])
