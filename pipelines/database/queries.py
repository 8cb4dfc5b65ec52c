"""Questions that the crawler asks the archive: what is known of a URL, a capture, a text.

In: the connection of an open Archive. Out: plain values and dataclasses.
"""

from __future__ import annotations

import sqlite3
from dataclasses import dataclass
from datetime import date, datetime
from typing import Literal

from crawler.items import Evidence, Moment, Outcome, Page, Place, Precision
from pipelines.database.values import clean

MomentOf = Literal["published", "modified"]
MAX_EVIDENCE = 100  # of a story's earlier captures: pages that print 'two hours ago' give another date each time
MIN_DUPLICATE_WORDS = 20  # shorter bodies ("Watch the video", a picture's line) are the same without being copies

# Questions that a crawl's summary proposes, each with its SQL.
SUGGESTED = (
    (
        "which editorials stood beside which story",
        "SELECT story_headline, entry_headline, first_seen_at, last_seen_at FROM sidebar_beside_story"
        " WHERE role = 'editorial' LIMIT 10",
    ),
    (
        "from when to when each editorial was shown, and at which place",
        "SELECT headline, first_seen_at, last_seen_at, best_position FROM entry_runs WHERE role = 'editorial' LIMIT 10",
    ),
)
WHY_FAILED = ("why pages failed", "SELECT url, outcome, reason FROM fetches WHERE reason IS NOT NULL LIMIT 20")


@dataclass(slots=True)
class KnownFetch:
    """A capture that the archive has: its row, the extraction that read it, and what it gave."""

    id: int
    extraction: str | None
    version_id: int | None
    outcome: Outcome


def is_unheard(connection: sqlite3.Connection, page: Page, url: str, at: str) -> bool:
    """Whether the archive has nothing of a page: neither the response of url at this instant, nor its story, nor its
    text. One question for what most pages of a crawl are."""
    body_digest = page.digests.body if page.digests else None
    (known,) = connection.execute(
        "select exists (select 1 from stories where publisher = ? and key = ?)"
        " or exists (select 1 from version_records where body_digest = ?)"
        " or exists (select 1 from fetches where url = ? and fetched_at = ?)",
        (page.publisher, page.key, body_digest, url, at),
    ).fetchone()
    return not known


def find_place(connection: sqlite3.Connection, page: Page, at: str) -> Place:
    """Where the page, captured at the instant `at`, belongs; its key and digests are set. A text that is the same as
    it reads, or as it reads without the site's other pages, is the same text: what the archive has learned of the site
    meanwhile is no edit by the paper."""
    if page.digests is None:
        raise RuntimeError(f"page {page.url} has no digests: put dedupe before what asks for its place")
    digest, unaided = page.digests.story, page.digests.unaided or page.digests.story
    story = connection.execute(
        "select id, version_id, first_seen_at, last_seen_at, exists (select 1 from duplicates where story_id = s.id)"
        " or exists (select 1 from duplicates where of_story_id = s.id) from stories s where publisher = ? and key = ?",
        (page.publisher, page.key),
    ).fetchone()
    if story is None:
        return Place()
    place = Place(story[0], current_id=story[1], first_seen_at=story[2], last_seen_at=story[3], tied=bool(story[4]))
    columns = "select id, digest, coalesce(unaided_digest, digest) = ? as alike, seen_to from version_records"
    before = connection.execute(
        f"{columns} where story_id = ? and seen_from <= ? order by seen_from desc, id desc limit 1",
        (unaided, place.story_id, at),
    ).fetchone()
    if before and before[1] == digest:
        place.version_id = before[0]
        return place
    alike, between = bool(before and before[2]), bool(before and before[3] > at)
    if alike or not between:
        after = connection.execute(
            f"{columns} where story_id = ? and seen_from > ? order by seen_from, id limit 1",
            (unaided, place.story_id, at),
        ).fetchone()
        if after and after[1] == digest and not between:
            place.version_id = after[0]
            return place
        if alike or (after and after[2]):
            place.version_id, place.rereads = (before if alike else after)[0], True
            return place
    if before and _is_alternate(connection, place, page, at):
        place.version_id, place.alternate = before[0], True
    elif between:
        place.splits = before[0]
    return place


def _is_alternate(connection: sqlite3.Connection, place: Place, page: Page, at: str) -> bool:
    """Whether a page that reads otherwise than its story is the AMP or print page of one that has not changed: it names
    another address as its own, the archive has the story from that address, and what this address showed before was not
    the story's text either."""
    urls = [page.url, *((page.fetch.url, page.fetch.final_url) if page.fetch else ())]
    if page.canonical_url is None or page.canonical_url in urls:
        return False
    main = connection.execute(
        "select 1 from fetches where story_id = ?1 and ?2 in (url, final_url) and version_id is not null"
        " and alternate_digest is null limit 1",
        (place.story_id, clean(page.canonical_url)),
    ).fetchone()
    if main is None:
        return False
    last = connection.execute(
        "select alternate_digest from fetches where story_id = ? and url = ? and fetched_at < ?"
        " and version_id is not null order by fetched_at desc limit 1",
        (place.story_id, clean(urls[-2] if page.fetch else page.url), at),
    ).fetchone()
    return last is None or last[0] is not None


def find_same_text(connection: sqlite3.Connection, body_digest: str, not_story_id: int | None = None) -> int | None:
    """The story first seen with this body, other than the one given; None where there is none."""
    row = connection.execute(
        "select s.id from version_records v join stories s on s.id = v.story_id"
        " where v.body_digest = ? and v.story_id is not ? and v.word_count >= ?"
        " order by s.first_seen_at, s.id limit 1",
        (body_digest, not_story_id, MIN_DUPLICATE_WORDS),
    ).fetchone()
    return int(row[0]) if row else None


def known_fetch(connection: sqlite3.Connection, url: str, fetched_at: str) -> KnownFetch | None:
    """The row of the response of url at this instant, None where the archive does not have it."""
    row = connection.execute(
        "select id, extraction, version_id, outcome from fetches where url = ? and fetched_at = ?", (url, fetched_at)
    ).fetchone()
    return KnownFetch(*row) if row else None


def story_at(connection: sqlite3.Connection, *urls: str | None) -> int | None:
    """The story last seen under one of the URLs, None where there is none."""
    for url in urls:
        row = connection.execute(
            "select story_id from story_urls where url = ? order by last_seen_at desc limit 1", (url,)
        ).fetchone()
        if row:
            return int(row[0])
    return None


@dataclass(slots=True)
class KnownDates:
    """What the archive has of a story's dates: when the story was first and last seen, and the evidence, the best
    first, without that of the capture that is being read again. Of updates that the story no longer shows only the best
    ones, since some pages print another each time."""

    first_seen_at: datetime
    last_seen_at: datetime
    evidence: list[Evidence]


def known_dates(connection: sqlite3.Connection, place: Place, not_fetch_id: int | None = None) -> KnownDates | None:
    """The dates of the story at that place; None for a story that is not known."""
    if place.story_id is None:
        return None
    rows = connection.execute(
        "select value, precision, source, text, of, zoned, local_day, stale from story_dates"
        " where story_id = ? and (fetch_id is not ? or fetch_id is null)"
        " order by of = 'modified' and stale and not chosen, rank limit ?",
        (place.story_id, not_fetch_id, MAX_EVIDENCE),
    ).fetchall()
    return KnownDates(
        datetime.fromisoformat(place.first_seen_at),
        datetime.fromisoformat(place.last_seen_at),
        [_evidence(*row) for row in rows],
    )


def left_behind(connection: sqlite3.Connection, fetch_id: int, story_id: int | None) -> Place | None:
    """The story that a capture gave when it was read before, as the other captures have it. story_id: the one that it
    gives now. None where that is the same, or where no other capture shows the story."""
    row = connection.execute(
        "select o.story_id, min(o.fetched_at), max(o.fetched_at) from fetches f join fetches o on o.story_id = f.story_id"
        " where f.id = ?1 and f.story_id is not ?2 and o.id <> f.id and o.version_id is not null group by o.story_id",
        (fetch_id, story_id),
    ).fetchone()
    return Place(row[0], first_seen_at=row[1], last_seen_at=row[2]) if row else None


def _evidence(
    value: str, precision: Precision, source: str, text: str, of: MomentOf, zoned: int, local_day: str, stale: int
) -> Evidence:
    moment = Moment(datetime.fromisoformat(value), precision, source, text, of, bool(zoned))
    instant = None if precision == "day" else moment.value
    return Evidence(moment, date.fromisoformat(local_day), instant, shown=False, stale=bool(stale))
