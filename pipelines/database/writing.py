"""A Page or a Fetch into rows, inside the savepoint of the caller.

In: items that dedupe and timestamp have completed. Out: rows, and Written, which says what was new. A story's versions
stand in the order of capture, in whatever order the captures arrive.
"""

from __future__ import annotations

import json
import sqlite3
from dataclasses import dataclass
from datetime import UTC, datetime
from zoneinfo import ZoneInfo

from crawler.items import Dating, Digests, Fetch, Page, Sidebar, SidebarEntry, Story
from pipelines.database.crawls import Crawl
from pipelines.database.duplicates import write_duplicates
from pipelines.database.events import record
from pipelines.database.queries import Place, find_place, story_at
from pipelines.database.readings import write_reading
from pipelines.database.values import clean, instant, text_digest


@dataclass(slots=True)
class Written:
    """What a page added: sidebar snapshots not seen before, and sightings."""

    sidebars: int = 0
    sightings: int = 0


def write_fetch(
    connection: sqlite3.Connection,
    fetch: Fetch,
    crawl: Crawl,
    story_id: int | None = None,
    version_id: int | None = None,
    extraction: str | None = None,
) -> int:
    """One row in fetches, of a page or of a failure. Gives its id. A failed URL that once gave a story is tied to
    it, so that the story's going is part of its history."""
    capture = fetch.capture
    cursor = connection.execute(
        "insert into fetches (crawl_id, publisher, url, final_url, status, fetched_at, outcome, reason, story_id,"
        " version_id, capture_file, capture_offset, capture_digest, extraction)"
        " values (?,?,?,?,?,?,?,?,?,?,?,?,?,?)",
        (
            crawl.id,
            clean(fetch.publisher),
            clean(fetch.url),
            clean(fetch.final_url),
            fetch.status,
            instant(fetch.fetched_at),
            fetch.outcome,
            clean(fetch.reason),
            story_id or story_at(connection, clean(fetch.url), clean(fetch.final_url)),
            version_id,
            clean(capture.file) if capture else None,
            capture.offset if capture else None,
            capture.digest if capture else None,
            extraction,
        ),
    )
    fetch_id = row_id(cursor)
    if capture is not None:
        record(connection, "captured", fetch.fetched_at, crawl.agent_id, crawl_id=crawl.id, fetch_id=fetch_id)
    if version_id is not None:
        record(connection, "extracted", datetime.now(UTC), crawl.agent_id, crawl_id=crawl.id, fetch_id=fetch_id,
               story_id=story_id, detail=extraction)  # fmt: skip
    return fetch_id


def write_page(connection: sqlite3.Connection, page: Page, crawl: Crawl) -> Written:
    """A page with a story, whole: its story, version, fetch, URLs, dates, duplicate, sidebars and sightings."""
    story, digests, dating, fetch = page.story, page.digests, page.dating, page.fetch
    if not (story and digests and dating and fetch and page.publisher and page.key):
        raise RuntimeError(f"page {page.url} has not passed dedupe and timestamp: put them before store")
    at = instant(fetch.fetched_at)
    place = find_place(connection, page.publisher, page.key, digests.story, at)
    if place.story_id is None:
        story_id, version_id = _insert_story(connection, page, story, digests, dating, at)
    else:
        story_id = place.story_id
        version_id = _write_version(connection, page, story, digests, place, story_id, at)
        _update_story(connection, page, story, dating, place, at)
    if page.replaces is None:
        fetch_id = write_fetch(connection, fetch, crawl, story_id, version_id, page.extraction)
    else:
        fetch_id = page.replaces
        rewrite_fetch(connection, fetch_id, fetch, story_id, version_id, page.extraction)
    write_reading(connection, page, fetch_id, at)
    _write_urls(connection, page, fetch, story_id, at)
    _write_dates(connection, dating, story_id, fetch_id, at)
    if place.version_id is None and at >= place.last_seen_at:
        # "new" says that dedupe, in this same transaction, found the body nowhere.
        write_duplicates(
            connection,
            story_id,
            None if fetch.outcome == "new" and page.replaces is None else digests.body,
            story.body,
            at,
        )
    return _write_sightings(connection, page, digests, (fetch_id, story_id, version_id), at)


def rewrite_fetch(
    connection: sqlite3.Connection,
    fetch_id: int,
    fetch: Fetch,
    story_id: int | None,
    version_id: int | None,
    extraction: str | None,
) -> None:
    """What another extraction has read in a capture that the archive has."""
    connection.execute(
        "update fetches set outcome = ?, reason = ?, story_id = ?, version_id = ?, extraction = ? where id = ?",
        (fetch.outcome, clean(fetch.reason), story_id, version_id, extraction, fetch_id),
    )


def row_id(cursor: sqlite3.Cursor) -> int:
    if cursor.lastrowid is None:
        raise sqlite3.DatabaseError("an insert gave no row")
    return cursor.lastrowid


def _words(story: Story) -> int:
    return len(story.body.split())


def _insert_story(
    connection: sqlite3.Connection, page: Page, story: Story, digests: Digests, dating: Dating, at: str
) -> tuple[int, int]:
    """A story seen for the first time, and its first version."""
    # The id that the version is going to have: the story names it, the version names the story.
    (version_id,) = connection.execute("select coalesce(max(id), 0) + 1 from version_records").fetchone()
    cursor = connection.execute(
        "insert into stories (publisher, key, first_seen_at, last_seen_at, versions, version_id, word_count, headline,"
        " body, url, authors, section, language, credit_line, dateline, published_on, published_at, published_source,"
        " published_certainty, modified_at) values (?,?,?,?,1,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?)",
        (
            clean(page.publisher),
            clean(page.key),
            at,
            at,
            version_id,
            _words(story),
            clean(story.headline),
            clean(story.body),
            *_said(page, story),
            *_dates(dating),
        ),
    )
    story_id = row_id(cursor)
    _insert_version(connection, page, story, digests, story_id, at)
    return story_id, version_id


def _said(page: Page, story: Story) -> tuple[str | None, ...]:
    """What a capture says of its story besides text and dates: url, authors, section, language, credit line, dateline."""
    return (
        clean(page.canonical_url or page.url),
        json.dumps([clean(author) for author in story.authors], ensure_ascii=False),
        clean(story.section),
        clean(story.language),
        clean(story.credit_line),
        clean(story.dateline),
    )


def _dates(dating: Dating) -> tuple[str | None, ...]:
    """published_on, published_at, published_source, published_certainty, modified_at."""
    return (
        dating.published_on.isoformat() if dating.published_on else None,
        instant(dating.published_at) if dating.published_at else None,
        dating.source,
        dating.certainty,
        instant(dating.modified_at) if dating.modified_at else None,
    )


def _write_version(
    connection: sqlite3.Connection, page: Page, story: Story, digests: Digests, place: Place, story_id: int, at: str
) -> int:
    """The version the capture belongs to: an existing one whose run grows, or a new one."""
    if place.version_id is not None:
        connection.execute(
            "update version_records set seen_from = min(seen_from, ?1), seen_to = max(seen_to, ?1),"
            " unaided_digest = iif(?1 >= seen_to, ?4, unaided_digest), extraction = coalesce(?2, extraction) where id = ?3",
            (at, page.extraction, place.version_id, digests.unaided),
        )
        return place.version_id
    if place.splits is not None:
        _split_version(connection, place.splits, at)
    version_id = _insert_version(connection, page, story, digests, story_id, at)
    connection.execute("update stories set versions = versions + 1 where id = ?", (story_id,))
    if at >= place.last_seen_at:
        _replace_text(connection, story, digests, place, story_id, version_id)
    else:
        _keep_past_body(connection, digests.body, clean(story.body), place.current_id)
    return version_id


def _insert_version(
    connection: sqlite3.Connection, page: Page, story: Story, digests: Digests, story_id: int, at: str
) -> int:
    cursor = connection.execute(
        "insert into version_records (story_id, seen_from, seen_to, digest, headline_digest, body_digest, word_count,"
        " extraction, headline, unaided_digest) values (?,?,?,?,?,?,?,?,?,?)",
        (
            story_id,
            at,
            at,
            digests.story,
            digests.headline,
            digests.body,
            _words(story),
            page.extraction,
            clean(story.headline),
            digests.unaided,
        ),
    )
    return row_id(cursor)


def _split_version(connection: sqlite3.Connection, version_id: int, at: str) -> None:
    """Cut a version's run at a moment when the story read otherwise: what was captured up to then becomes a version
    of its own, and the later part keeps its id."""
    cursor = connection.execute(
        "insert into version_records (story_id, seen_from, seen_to, digest, headline_digest, body_digest, word_count,"
        " extraction, headline, unaided_digest) select story_id, seen_from, (select max(fetched_at) from fetches"
        " where version_id = v.id and fetched_at <= ?), digest, headline_digest, body_digest, word_count,"
        " extraction, headline, unaided_digest from version_records v where id = ?",
        (at, version_id),
    )
    earlier = row_id(cursor)
    connection.execute(
        "update fetches set version_id = ? where version_id = ? and fetched_at <= ?", (earlier, version_id, at)
    )
    connection.execute(
        "update sightings set version_id = ? where version_id = ? and seen_at <= ?", (earlier, version_id, at)
    )
    connection.execute(
        "update version_records set seen_from = (select min(fetched_at) from fetches where version_id = ?1)"
        " where id = ?1",
        (version_id,),
    )
    connection.execute(
        "update stories set versions = versions + 1 where id = (select story_id from version_records where id = ?)",
        (version_id,),
    )


def _replace_text(
    connection: sqlite3.Connection, story: Story, digests: Digests, place: Place, story_id: int, version_id: int
) -> None:
    """Make the new version the story's current one; the body it replaces is kept among the past ones."""
    connection.execute(
        "insert or ignore into past_bodies (body_digest, body) select v.body_digest, s.body from version_records v"
        " join stories s on s.id = v.story_id where v.id = ? and v.body_digest <> ?",
        (place.current_id, digests.body),
    )
    connection.execute(
        "update stories set headline = ?, body = ?, word_count = ?, version_id = ? where id = ?",
        (clean(story.headline), clean(story.body), _words(story), version_id, story_id),
    )
    forget_body(connection, digests.body)


def forget_body(connection: sqlite3.Connection, body_digest: str) -> None:
    """Delete a past body that no version needs: none has it, or only such as read like their story's current one."""
    connection.execute(
        "delete from past_bodies where body_digest = ?1 and not exists (select 1 from version_records v"
        " join stories s on s.id = v.story_id join version_records c on c.id = s.version_id"
        " where v.body_digest = ?1 and c.body_digest <> ?1)",
        (body_digest,),
    )


def _keep_past_body(connection: sqlite3.Connection, body_digest: str, body: str | None, current_id: int | None) -> None:
    connection.execute(
        "insert or ignore into past_bodies (body_digest, body) select ?, ?"
        " where not exists (select 1 from version_records where id = ? and body_digest = ?)",
        (body_digest, body, current_id, body_digest),
    )


def _update_story(
    connection: sqlite3.Connection, page: Page, story: Story, dating: Dating, place: Place, at: str
) -> None:
    """What a capture adds to a story that is known: the latest one says how it is, any one may better its dates."""
    if at >= place.last_seen_at:
        connection.execute(
            "update stories set url = ?, authors = ?, section = ?, language = ?, credit_line = ?, dateline = ?,"
            " published_on = ?, published_at = ?, published_source = ?, published_certainty = ?, modified_at = ?,"
            " last_seen_at = ? where id = ?",
            (*_said(page, story), *_dates(dating), at, place.story_id),
        )
    else:
        connection.execute(
            "update stories set published_on = ?, published_at = ?, published_source = ?, published_certainty = ?,"
            " modified_at = ?, first_seen_at = min(first_seen_at, ?) where id = ?",
            (*_dates(dating), at, place.story_id),
        )


def _write_urls(connection: sqlite3.Connection, page: Page, fetch: Fetch, story_id: int, at: str) -> None:
    urls = dict.fromkeys((page.url, page.canonical_url, fetch.url, fetch.final_url))
    connection.executemany(
        "insert into story_urls (url, story_id, first_seen_at, last_seen_at) values (?1, ?2, ?3, ?3)"
        " on conflict do update set first_seen_at = min(first_seen_at, ?3), last_seen_at = max(last_seen_at, ?3)",
        [(clean(url), story_id, at) for url in urls if url],
    )


def _write_dates(connection: sqlite3.Connection, dating: Dating, story_id: int, fetch_id: int, at: str) -> None:
    """All evidence of the story, each piece once, with what was chosen and what refused."""
    connection.executemany(
        "insert into story_dates (story_id, of, source, text, value, precision, zoned, local_day, instant, rank,"
        " refused, chosen, stale, first_seen_at, fetch_id) values (?,?,?,?,?,?,?,?,?,?,?,?,?,?,?)"
        " on conflict do update set instant = excluded.instant, rank = excluded.rank, refused = excluded.refused,"
        " chosen = excluded.chosen, stale = excluded.stale,"
        " first_seen_at = iif(?16, min(first_seen_at, excluded.first_seen_at), first_seen_at)"
        " where (instant, rank, refused, chosen, stale) is not"
        " (excluded.instant, excluded.rank, excluded.refused, excluded.chosen, excluded.stale)"
        " or (?16 and excluded.first_seen_at < first_seen_at)",
        [
            (
                story_id,
                evidence.moment.of,
                evidence.moment.source,
                clean(evidence.moment.text),
                evidence.moment.value.isoformat(),
                evidence.moment.precision,
                evidence.moment.zoned,
                evidence.local_day.isoformat(),
                instant(evidence.instant) if evidence.instant else None,
                rank,
                evidence.refused,
                evidence.chosen,
                evidence.stale,
                at,
                fetch_id,
                evidence.shown,
            )
            for rank, evidence in enumerate(dating.evidence, 1)
        ],
    )


def _write_sightings(
    connection: sqlite3.Connection, page: Page, digests: Digests, rows: tuple[int, int, int], at: str
) -> Written:
    written = Written()
    seen_on = _local_day(at, page.timezone)
    seen: dict[int, None] = {}
    for sidebar, digest in zip(page.sidebars, digests.sidebars, strict=True):
        sidebar_id, new = _sidebar_row(connection, sidebar, digest, page.publisher or "", at)
        written.sidebars += new
        seen[sidebar_id] = None
    written.sightings = connection.executemany(
        "insert into sightings (fetch_id, story_id, version_id, sidebar_id, seen_at, seen_on) values (?,?,?,?,?,?)",
        [(*rows, sidebar_id, at, seen_on) for sidebar_id in seen],
    ).rowcount
    return written


def _local_day(at: str, timezone: str | None) -> str:
    zone = ZoneInfo(timezone) if timezone else UTC
    return datetime.fromisoformat(at).astimezone(zone).date().isoformat()


def _sidebar_row(
    connection: sqlite3.Connection, sidebar: Sidebar, digest: str, publisher: str, at: str
) -> tuple[int, bool]:
    """The id of the snapshot with this digest, written with its entries if it is new; and whether it was."""
    row = connection.execute("select id from sidebars where digest = ?", (digest,)).fetchone()
    if row:
        connection.execute(
            "update sidebars set first_seen_at = min(first_seen_at, ?1), last_seen_at = max(last_seen_at, ?1)"
            " where id = ?2 and not ?1 between first_seen_at and last_seen_at",
            (at, row[0]),
        )
        return int(row[0]), False
    cursor = connection.execute(
        "insert into sidebars (digest, publisher, heading, role, entries, first_seen_at, last_seen_at)"
        " values (?,?,?,?,?,?,?)",
        (digest, clean(publisher), clean(sidebar.heading), sidebar.role, len(sidebar.entries), at, at),
    )
    sidebar_id = row_id(cursor)
    for entry in sidebar.entries:
        connection.execute(
            "insert into sidebar_lines (sidebar_id, position, entry_id) values (?,?,?)",
            (sidebar_id, entry.position, _entry_row(connection, entry, publisher)),
        )
    return sidebar_id, True


def _entry_row(connection: sqlite3.Connection, entry: SidebarEntry, publisher: str) -> int:
    """The id of the entry's text, which is written once however many snapshots hold it."""
    updated = "1" if entry.updated else "0"
    digest = text_digest(publisher, entry.headline, entry.url, entry.teaser, entry.dated, updated)
    row = connection.execute("select id from entry_texts where digest = ?", (digest,)).fetchone()
    if row:
        return int(row[0])
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
    return row_id(cursor)
