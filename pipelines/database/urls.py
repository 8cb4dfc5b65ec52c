"""Every URL that is known, and how it stands: what the frontier feeds a crawl from.

In: leads and visits. Out: rows of urls; the leads that are due. A URL is one key of one publisher, as a story is.
"""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import starmap
from typing import Any

from crawler.items import Fetch, How, Lead, Moment, Visit
from pipelines.database.values import clean, instant

MAX_DATES = 10  # that listings may say of one story: a few feeds and sitemaps, each once
SURENESS: tuple[How, ...] = ("spider", "feed", "sitemap", "section", "index", "sidebar", "link")  # the surest way first
LEAD = "url, said, key, kind, how, depth"
SITEMAPS_AT_ONCE = 8  # of the 64 URLs that a crawl takes at a time: most requests are for stories


@dataclass(slots=True, frozen=True)
class Backlog:
    """What waits: URLs due now, and the instant from which one more will be; None where none ever will."""

    due: int
    next_at: str | None


@dataclass(slots=True, frozen=True)
class Waiting:
    """How many URLs of one priority come due on a day; day is '' for those that are due already."""

    day: str
    priority: int
    urls: int


def known_visit(connection: sqlite3.Connection, publisher: str, key: str) -> Visit | None:
    """How a URL stands, its tries counting the request that is under way or has just ended; None where it is not known."""
    row = connection.execute(
        "select state, tries + (asked_at is null), changes, unchanged, interval, born_at, next_check_at, last_digest"
        " from urls where publisher = ? and key = ?",
        (clean(publisher), clean(key)),
    ).fetchone()
    if row is None:
        return None
    state, tries, changes, unchanged, interval, born_at, next_check_at, digest = row
    return Visit(state, tries, changes, unchanged, interval, _moment(born_at), _moment(next_check_at), digest)


def _moment(text: str | None) -> datetime | None:
    return datetime.fromisoformat(text) if text else None


def due(connection: sqlite3.Connection, publisher: str, at: datetime, most: int) -> list[Lead]:
    """The leads to follow next, at most so many: by priority, then what has been due for longest. Few of them are
    sitemaps: of an index that names thousands, those read have their stories fetched before the next are read."""
    leads: list[Lead] = []
    sitemaps = 0
    for priority in range(4):
        rows = connection.execute(
            f"select {LEAD} from urls where publisher = ? and priority = ? and next_check_at <= ? and kind <> 'listing'"
            " order by next_check_at, id",
            (clean(publisher), priority, instant(at)),
        )
        for lead in starmap(_lead, rows):
            if lead.kind == "sitemap":
                sitemaps += 1
                if sitemaps > SITEMAPS_AT_ONCE:
                    continue
            leads.append(lead)
            if len(leads) >= most:
                return leads
    return leads


def backlog(connection: sqlite3.Connection, publisher: str, at: datetime) -> Backlog:
    """How much of a paper waits to be fetched."""
    now = instant(at)
    counts = connection.execute(
        "select count(*) from urls where publisher = ? and next_check_at <= ? and kind <> 'listing'", (publisher, now)
    ).fetchone()
    soonest = connection.execute(
        "select min(next_check_at) from urls where publisher = ? and next_check_at > ?", (publisher, now)
    ).fetchone()
    return Backlog(counts[0], soonest[0])


def waiting(connection: sqlite3.Connection, publisher: str, now: datetime, until: datetime) -> list[Waiting]:
    """How many URLs come due on each day (UTC) until a moment, those that are due already first."""
    rows = connection.execute(
        "select iif(next_check_at <= ?2, '', substr(next_check_at, 1, 10)) as day, priority, count(*) from urls"
        " where publisher = ?1 and next_check_at <= ?3 group by day, priority order by day, priority",
        (clean(publisher), instant(now), instant(until)),
    )
    return [Waiting(*row) for row in rows]


def _lead(url: str, said: str | None, key: str, kind: Any, how: Any, depth: int) -> Lead:
    told = json.loads(said) if said else {}
    dates = [
        Moment(datetime.fromisoformat(value), precision, source, text, "published", zoned)
        for value, precision, source, text, zoned in told.get("dates", ())
    ]
    return Lead(url, told.get("headline"), told.get("section"), dates, key, kind, how, depth)


def _said(lead: Lead) -> str | None:
    if lead.how not in ("feed", "sitemap", "spider"):  # what a link reads is no headline
        return None
    dates = [[m.value.isoformat(), m.precision, m.source, m.text, m.zoned] for m in lead.dates]
    told = {"headline": lead.headline, "section": lead.section, "dates": dates}
    told = {name: value for name, value in told.items() if value}
    return json.dumps(told, ensure_ascii=False) if told else None


def merged(known: Lead, more: Lead) -> Lead:
    """What two listings say of one story, the surer way of finding it, and the fewer links to it."""
    told = more.dates or known.dates if known.kind == "sitemap" else (*known.dates, *more.dates)  # a sitemap's change
    dates = {(m.source, m.value, m.text): m for m in told}
    return Lead(
        known.url,
        known.headline or more.headline,
        known.section or more.section,
        list(dates.values())[:MAX_DATES],
        known.key,
        known.kind,
        min(known.how, more.how, key=SURENESS.index),
        min(known.depth, more.depth),
    )


def note_found(
    connection: sqlite3.Connection, publisher: str, found: Iterable[tuple[Lead, int]], on: str | None, at: datetime
) -> int:
    """Make leads known, each with its priority: those that were not are due at once. on: the URL that names them.
    Gives how many are new."""
    new = 0
    for lead, priority in found:
        row = connection.execute(
            f"select {LEAD}, id, priority, state, last_fetched_at from urls where publisher = ? and key = ?",
            (clean(publisher), clean(lead.key)),
        ).fetchone()
        if row is None:
            new += 1
            _insert(connection, publisher, lead, priority, on, at)
        else:
            _add(connection, row, lead, priority, at)
    return new


def _insert(
    connection: sqlite3.Connection, publisher: str, lead: Lead, priority: int, on: str | None, at: datetime
) -> None:
    born = lead.earliest or at
    connection.execute(
        "insert into urls (publisher, key, url, kind, how, found_on, depth, said, state, priority, tries, changes,"
        " unchanged, born_at, first_found_at, next_check_at) values (?,?,?,?,?,?,?,?,'due',?,0,0,0,?,?,?)",
        (
            clean(publisher),
            clean(lead.key),
            clean(lead.url),
            lead.kind,
            lead.how,
            clean(on),
            lead.depth,
            clean(_said(lead)),
            priority,
            instant(min(born, at)),
            instant(at),
            instant(at),
        ),
    )


def _add(connection: sqlite3.Connection, row: tuple[Any, ...], lead: Lead, priority: int, at: datetime) -> None:
    """What another listing says of a URL that is known. An address by which nothing was ever had is replaced by the one
    that a listing gives, and tried at once: it may have been a broken link's."""
    known, (row_id, rank, state, last_fetched_at) = _lead(*row[:6]), row[6:]
    both = merged(known, lead)
    listed = SURENESS.index(lead.how) < SURENESS.index("sidebar")
    if listed and lead.url != known.url and state != "due" and last_fetched_at is None:
        connection.execute(
            "update urls set url = ?, state = 'due', tries = 0, next_check_at = ? where id = ?",
            (clean(lead.url), instant(at), row_id),
        )
    said = clean(_said(both))
    rank = min(rank, priority) if last_fetched_at is None else rank
    if (said, both.how, both.depth, rank) != (row[1], known.how, known.depth, row[7]):
        connection.execute(
            "update urls set said = ?, how = ?, depth = ?, priority = ? where id = ?",
            (said, both.how, both.depth, rank, row_id),
        )


def note_asked(
    connection: sqlite3.Connection, publisher: str, key: str, at: datetime, waits: Callable[[int], timedelta]
) -> None:
    """A request leaves: until its answer is stored, the URL counts as asked, and is not due for waits(tries)."""
    row = connection.execute(
        "select id, tries + 1 from urls where publisher = ? and key = ?", (clean(publisher), clean(key))
    ).fetchone()
    if row is None:
        return
    wait = waits(row[1])
    connection.execute(
        "update urls set asked_at = ?, tries = ?, next_check_at = ? where id = ?",
        (instant(at), row[1], instant(at + wait), row[0]),
    )


def note_put_off(connection: sqlite3.Connection, publisher: str, key: str, until: datetime | None) -> None:
    """Have a URL wait until later, though it is due; with None for ever."""
    connection.execute(
        "update urls set next_check_at = ? where publisher = ? and key = ?",
        (instant(until) if until else None, clean(publisher), clean(key)),
    )


def note_visit(connection: sqlite3.Connection, fetch: Fetch, priority: int, page_key: str | None = None) -> None:
    """How a URL stands after a fetch, unless a later one is known; and the same of the story that was found there, where
    that is known under another URL."""
    lead, visit = fetch.lead, fetch.visit
    if lead is None or visit is None:
        return
    at, publisher = instant(fetch.fetched_at), clean(fetch.publisher or "")
    gave = visit.state == "fetched"
    standing = (
        visit.state,
        visit.tries,
        visit.changes,
        visit.unchanged,
        visit.interval,
        instant(visit.born_at) if visit.born_at else None,
        instant(visit.next_check_at) if visit.next_check_at else None,
        visit.digest,
        priority,
        at if gave else None,
    )
    connection.execute(
        "insert into urls (publisher, key, url, kind, how, depth, said, first_found_at, state, tries, changes, unchanged,"
        " interval, born_at, next_check_at, last_digest, priority, last_fetched_at)"
        " values (?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?) on conflict (publisher, key) do nothing",
        (
            publisher,
            clean(lead.key),
            clean(lead.url),
            lead.kind,
            lead.how,
            lead.depth,
            clean(_said(lead)),
            at,
            *standing,
        ),
    )
    for key in {lead.key, page_key or lead.key} if gave else {lead.key}:
        connection.execute(
            "update urls set state = ?, tries = ?, changes = ?, unchanged = ?, interval = ?, born_at = ?,"
            " next_check_at = ?, last_digest = ?, priority = ?, last_fetched_at = coalesce(?, last_fetched_at),"
            " asked_at = null where publisher = ? and key = ? and coalesce(last_fetched_at, '') <= ?",
            (*standing, publisher, clean(key), at),
        )
