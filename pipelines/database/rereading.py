"""A capture that the archive has, read again by another extraction: what it gave before is replaced, nothing is added.

A parser that got better is no edit by the paper. The captures of one version showed the same text; when one of them is
read otherwise by another extraction, the whole version reads so. Only where one extraction reads two captures
differently did the paper change its text.

An archive that has learned more of a site reads its pages better too (crawler.extraction.memory), and that is no edit
either: a text is the same if it is the same without what other pages tell.
"""

from __future__ import annotations

import sqlite3
from dataclasses import dataclass
from datetime import UTC, datetime

from crawler.items import Dating, Fetch, Page
from pipelines.database.crawls import Crawl
from pipelines.database.duplicates import tie, turn, untie
from pipelines.database.events import record
from pipelines.database.pending import Pending
from pipelines.database.queries import find_place
from pipelines.database.readings import forget_reading
from pipelines.database.sidebars import Written
from pipelines.database.values import clean, instant, rules_of
from pipelines.database.writing import dates_of, forget_body, rewrite_fetch, write_page


@dataclass(slots=True)
class Before:
    """What a capture gave when it was read before."""

    story_id: int | None
    version_id: int | None
    extraction: str | None
    digest: str | None
    alternate: bool = False


def reread_page(connection: sqlite3.Connection, page: Page, fetch_id: int, crawl: Crawl, pending: Pending) -> Written:
    """Write what the capture gives now in place of what it gave before, with an event that says so."""
    before = _before(connection, fetch_id)
    sidebars = _forget_sightings(connection, fetch_id)
    connection.execute("delete from story_dates where fetch_id = ?", (fetch_id,))
    page.place = None  # where it belonged before what follows
    same = before.version_id is not None and before.story_id == _same_story(connection, page)
    if same:
        _reread_version(connection, page, before, fetch_id, pending)
    written = write_page(connection, page, crawl, pending)
    if not same:
        _release(connection, before, pending)
        _redate(connection, before, page.left)
    pending.settle(connection)
    _forget_sidebars(connection, sidebars)
    _note(connection, page, before, fetch_id, crawl)
    return written


def reread_as_no_story(
    connection: sqlite3.Connection, page: Page, fetch: Fetch, fetch_id: int, crawl: Crawl, pending: Pending
) -> Written:
    """The same for a page in which the extraction now finds no story."""
    before = _before(connection, fetch_id)
    sidebars = _forget_sightings(connection, fetch_id)
    connection.execute("delete from story_dates where fetch_id = ?", (fetch_id,))
    rewrite_fetch(connection, fetch_id, fetch, None, None, page.extraction)
    forget_reading(connection, fetch_id)
    _release(connection, before, pending)
    _redate(connection, before, page.left)
    _forget_sidebars(connection, sidebars)
    _note(connection, page, before, fetch_id, crawl)
    return Written()


def reread_text(connection: sqlite3.Connection, page: Page, crawl: Crawl, pending: Pending) -> None:
    """The page shows the text of a version that was read when less was known of the site: the version reads as it does."""
    assert page.digests is not None and page.fetch is not None
    at = instant(page.fetch.fetched_at)
    place = find_place(connection, page, at)
    if place.version_id is None or not place.rereads:
        return
    (row,) = connection.execute(
        "select extraction, digest from version_records where id = ?", (place.version_id,)
    ).fetchall()
    before = Before(place.story_id, place.version_id, *row)
    _change_text(connection, page, before, pending)
    page.place = None  # where it belonged before
    _note(connection, page, before, None, crawl)


def _before(connection: sqlite3.Connection, fetch_id: int) -> Before:
    row = connection.execute(
        "select f.story_id, f.version_id, f.extraction, coalesce(f.alternate_digest, v.digest),"
        " f.alternate_digest is not null from fetches f"
        " left join version_records v on v.id = f.version_id where f.id = ?",
        (fetch_id,),
    ).fetchone()
    return Before(*row)


def _same_story(connection: sqlite3.Connection, page: Page) -> int | None:
    row = connection.execute(
        "select id from stories where publisher = ? and key = ?", (page.publisher, page.key)
    ).fetchone()
    return int(row[0]) if row else None


def _note(connection: sqlite3.Connection, page: Page, before: Before, fetch_id: int | None, crawl: Crawl) -> None:
    now = page.digests.story if page.digests else None
    detail = (
        f"extraction {before.extraction or 'unnamed'} to {page.extraction or 'unnamed'}:"
        f" {'the same text' if now == before.digest else f'text {before.digest} to {now}'}"
    )
    record(connection, "re-extracted", datetime.now(UTC), crawl.agent_id, crawl_id=crawl.id, fetch_id=fetch_id,
           story_id=before.story_id, detail=detail)  # fmt: skip


def _reread_version(
    connection: sqlite3.Connection, page: Page, before: Before, fetch_id: int, pending: Pending
) -> None:
    """Make the capture's version ready for what the capture gives now."""
    if page.digests is None or page.digests.story == before.digest:
        return
    version_extraction, unaided = connection.execute(
        "select extraction, coalesce(unaided_digest, digest) from version_records where id = ?", (before.version_id,)
    ).fetchone()
    same = unaided == (page.digests.unaided or page.digests.story)
    if before.alternate or (rules_of(version_extraction) == rules_of(page.extraction) and not same):
        # Another capture of the version was read by this same extraction, and otherwise: the two are two texts. And
        # what reads otherwise than its version says nothing of the version.
        connection.execute("update fetches set version_id = null where id = ?", (fetch_id,))
        _release(connection, before, pending)
        return
    _change_text(connection, page, before, pending)


def _change_text(connection: sqlite3.Connection, page: Page, before: Before, pending: Pending) -> None:
    """Let the whole version read as the page does."""
    assert before.story_id is not None
    tied = untie(connection, before.story_id)
    _replace_version(connection, page, before)
    merge_version(connection, before.version_id or 0)
    tie(connection, [before.story_id, *tied], pending)


def _replace_version(connection: sqlite3.Connection, page: Page, before: Before) -> None:
    story, digests = page.story, page.digests
    assert story is not None
    assert digests is not None
    body, headline, words = clean(story.body), clean(story.headline), digests.words
    old_body_digest, current = connection.execute(
        "select body_digest, current from story_versions where id = ?", (before.version_id,)
    ).fetchone()
    if current:
        keep_current_body(connection, before.story_id or 0)
        connection.execute(
            "update stories set headline = ?, body = ?, word_count = ? where id = ?",
            (headline, body, words, before.story_id),
        )
    else:
        connection.execute("insert or ignore into past_bodies (body_digest, body) values (?, ?)", (digests.body, body))
    connection.execute(
        "update version_records set digest = ?, headline_digest = ?, body_digest = ?, word_count = ?, headline = ?,"
        " extraction = ?, unaided_digest = ? where id = ?",
        (
            *(digests.story, digests.headline, digests.body, words, headline, page.extraction, digests.unaided),
            before.version_id,
        ),
    )
    forget_body(connection, old_body_digest)
    forget_body(connection, digests.body)


def keep_current_body(connection: sqlite3.Connection, story_id: int) -> None:
    """Put a story's current body among the past ones, before it is replaced."""
    connection.execute(
        "insert or ignore into past_bodies (body_digest, body) select v.body_digest, s.body from stories s"
        " join version_records v on v.id = s.version_id where s.id = ?",
        (story_id,),
    )


def merge_version(connection: sqlite3.Connection, version_id: int) -> None:
    """Join a version with the one before it and the one after it, where they read the same."""
    (version,) = connection.execute(
        "select story_id, seen_from, digest from version_records where id = ?", (version_id,)
    ).fetchall()
    before = connection.execute(
        "select id, digest from version_records where story_id = ?1 and (seen_from, id) < (?2, ?3)"
        " order by seen_from desc, id desc limit 1",
        (version[0], version[1], version_id),
    ).fetchone()
    after = connection.execute(
        "select id, digest from version_records where story_id = ?1 and (seen_from, id) > (?2, ?3)"
        " order by seen_from, id limit 1",
        (version[0], version[1], version_id),
    ).fetchone()
    if before and before[1] == version[2]:
        _absorb(connection, before[0], version_id)
    if after and after[1] == version[2]:
        _absorb(connection, version_id, after[0])


def _absorb(connection: sqlite3.Connection, earlier: int, later: int) -> None:
    connection.execute("update fetches set version_id = ? where version_id = ?", (later, earlier))
    connection.execute("update sightings set version_id = ? where version_id = ?", (later, earlier))
    connection.execute(
        "update version_records set seen_from = (select seen_from from version_records where id = ?) where id = ?",
        (earlier, later),
    )
    _delete_version(connection, earlier)


def _delete_version(connection: sqlite3.Connection, version_id: int) -> None:
    (row,) = connection.execute(
        "select story_id, body_digest from version_records where id = ?", (version_id,)
    ).fetchall()
    connection.execute("delete from version_records where id = ?", (version_id,))
    connection.execute("update stories set versions = versions - 1 where id = ?", (row[0],))
    forget_body(connection, row[1])


def _release(connection: sqlite3.Connection, before: Before, pending: Pending) -> None:
    """Let go of a version that has lost a capture: its run shrinks; without any capture left it goes, and so does a
    story without any version."""
    if before.version_id is None or before.story_id is None:
        return
    first, last = connection.execute(
        "select min(fetched_at), max(fetched_at) from fetches where version_id = ?", (before.version_id,)
    ).fetchone()
    if first is not None:
        connection.execute(
            "update version_records set seen_from = ?, seen_to = ? where id = ?", (first, last, before.version_id)
        )
        _note_sights(connection, before.story_id)
        turn(connection, before.story_id)
        return
    tied = untie(connection, before.story_id)
    _remove_version(connection, before.story_id, before.version_id)
    _note_sights(connection, before.story_id)
    tie(connection, [before.story_id, *tied], pending)


def _redate(connection: sqlite3.Connection, before: Before, left: Dating | None) -> None:
    """Let the story that has lost the capture have the dates that the others show."""
    if left is None:
        return
    connection.executemany(
        "update story_dates set instant = ?, rank = ?, refused = ?, chosen = ?, stale = ?"
        " where story_id = ? and of = ? and source = ? and value = ? and text = ?",
        [
            (
                instant(evidence.instant) if evidence.instant else None,
                *(rank, evidence.refused, evidence.chosen, evidence.stale, before.story_id, evidence.moment.of),
                *(evidence.moment.source, evidence.moment.value.isoformat(), clean(evidence.moment.text)),
            )
            for rank, evidence in enumerate(left.evidence, 1)
        ],
    )
    connection.execute(
        "update stories set published_on = ?, published_at = ?, published_source = ?, published_certainty = ?,"
        " modified_at = ? where id = ?",
        (*dates_of(left), before.story_id),
    )


def _note_sights(connection: sqlite3.Connection, story_id: int) -> None:
    """Let a story that has lost a capture say when it was first and last seen."""
    connection.execute(
        "update stories set (first_seen_at, last_seen_at) = (select min(fetched_at), max(fetched_at) from fetches"
        " where story_id = ?1 and version_id is not null) where id = ?1",
        (story_id,),
    )


def _remove_version(connection: sqlite3.Connection, story_id: int, version_id: int) -> None:
    others = connection.execute(
        "select id from version_records where story_id = ? and id <> ? order by seen_from desc, id desc",
        (story_id, version_id),
    ).fetchall()
    if not others:
        _remove_story(connection, story_id)
        return
    (current,) = connection.execute("select version_id from stories where id = ?", (story_id,)).fetchone()
    if current == version_id:
        headline, body, words, body_digest = connection.execute(
            "select headline, body, word_count, body_digest from story_versions where id = ?", others[0]
        ).fetchone()
        keep_current_body(connection, story_id)
        connection.execute(
            "update stories set version_id = ?, headline = ?, body = ?, word_count = ? where id = ?",
            (others[0][0], headline, body, words, story_id),
        )
        forget_body(connection, body_digest)
    _delete_version(connection, version_id)
    for (other,) in others:
        if connection.execute("select 1 from version_records where id = ?", (other,)).fetchone():
            merge_version(connection, other)


def _remove_story(connection: sqlite3.Connection, story_id: int) -> None:
    connection.execute("update fetches set story_id = null where story_id = ?", (story_id,))
    for table in ("story_urls", "story_dates"):
        connection.execute(f"delete from {table} where story_id = ?", (story_id,))
    bodies = connection.execute(
        "delete from version_records where story_id = ? returning body_digest", (story_id,)
    ).fetchall()
    connection.execute("delete from stories where id = ?", (story_id,))
    for (body_digest,) in bodies:
        forget_body(connection, body_digest)


def _forget_sightings(connection: sqlite3.Connection, fetch_id: int) -> list[int]:
    """Delete a capture's sightings. Gives the sidebars they were of."""
    rows = connection.execute("delete from sightings where fetch_id = ? returning sidebar_id", (fetch_id,)).fetchall()
    return [row[0] for row in rows]


def _forget_sidebars(connection: sqlite3.Connection, sidebars: list[int]) -> None:
    """Delete those of the sidebars that nothing shows any more; the others' first and last sightings are looked up."""
    for sidebar_id in sidebars:
        first, last = connection.execute(
            "select min(seen_at), max(seen_at) from sightings where sidebar_id = ?", (sidebar_id,)
        ).fetchone()
        if first is not None:
            connection.execute(
                "update sidebars set first_seen_at = ?, last_seen_at = ? where id = ?", (first, last, sidebar_id)
            )
            continue
        entries = connection.execute(
            "delete from sidebar_lines where sidebar_id = ? returning entry_id", (sidebar_id,)
        ).fetchall()
        connection.execute("delete from sidebars where id = ?", (sidebar_id,))
        for (entry_id,) in entries:
            connection.execute(
                "delete from entry_texts where id = ?1 and not exists (select 1 from sidebar_lines where entry_id = ?1)",
                (entry_id,),
            )
