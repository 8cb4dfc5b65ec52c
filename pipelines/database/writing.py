"""A Page or a Fetch into rows, inside the savepoint of the caller.

In: items that dedupe and timestamp have completed. Out: rows, and Written, which says what was new. A story's versions
stand in the order of capture, in whatever order the captures arrive.
"""

from __future__ import annotations

import sqlite3
from datetime import UTC, datetime
from json.encoder import encode_basestring

from crawler.items import Dating, Digests, Fetch, Page, Place, Story
from pipelines.database.crawls import Crawl
from pipelines.database.duplicates import turn, write_duplicates
from pipelines.database.events import NEW_EVENT
from pipelines.database.hosts import robots_row
from pipelines.database.pending import Pending, Row
from pipelines.database.queries import find_place, story_at
from pipelines.database.readings import write_reading
from pipelines.database.sidebars import Written, write_sightings
from pipelines.database.values import clean, instant, row_id

SEEN_URL = (
    "insert into story_urls (url, story_id, first_seen_at, last_seen_at) values (?,?,?,?)"
    " on conflict do update set first_seen_at = min(first_seen_at, excluded.first_seen_at),"
    " last_seen_at = max(last_seen_at, excluded.last_seen_at)"
)
NEW_DATE = (
    "insert into story_dates (story_id, of, source, text, value, precision, zoned, local_day, instant, rank,"
    " refused, chosen, stale, first_seen_at, fetch_id) values (?,?,?,?,?,?,?,?,?,?,?,?,?,?,?) on conflict do"
)
FIRST_DATE = f"{NEW_DATE} nothing"  # of a story that is not known yet
SEEN_DATE = (
    f"{NEW_DATE} update set instant = excluded.instant, rank = excluded.rank, refused = excluded.refused,"
    " chosen = excluded.chosen, stale = excluded.stale,"
    " first_seen_at = iif(?16, min(first_seen_at, excluded.first_seen_at), first_seen_at)"
    " where (instant, rank, refused, chosen, stale) is not"
    " (excluded.instant, excluded.rank, excluded.refused, excluded.chosen, excluded.stale)"
    " or (?16 and excluded.first_seen_at < first_seen_at)"
)


def write_fetch(
    connection: sqlite3.Connection,
    fetch: Fetch,
    crawl: Crawl,
    pending: Pending,
    story_id: int | None = None,
    version_id: int | None = None,
    extraction: str | None = None,
    alternate_digest: str | None = None,
) -> int:
    """One row in fetches, of a page or of a failure. Gives its id. A failed URL that once gave a story is tied to
    it, so that the story's going is part of its history."""
    at, capture = instant(fetch.fetched_at), fetch.capture
    url, final_url = clean(fetch.url), clean(fetch.final_url)
    if story_id is None:
        if pending.holds(("url", url), ("url", final_url)):
            pending.write(connection)
        story_id = story_at(connection, url, final_url)
    pending.marks.add(("fetch", url, at))
    fetch_id = pending.fetches.add(
        connection,
        (
            crawl.id,
            clean(fetch.publisher),
            url,
            final_url,
            fetch.status,
            at,
            fetch.outcome,
            clean(fetch.reason),
            story_id,
            version_id,
            clean(capture.file) if capture else None,
            capture.offset if capture else None,
            capture.digest if capture else None,
            extraction,
            robots_row(connection, fetch.publisher, fetch.robots, fetch.fetched_at) if fetch.robots else None,
            fetch.robots.decision if fetch.robots else None,
            alternate_digest,
        ),
    )
    events: list[Row] = []
    if capture is not None:
        events.append((at, "captured", crawl.agent_id, crawl.id, fetch_id, None, None))
    if version_id is not None:
        now = instant(datetime.now(UTC))
        events.append((now, "extracted", crawl.agent_id, crawl.id, fetch_id, story_id, clean(extraction)))
    pending.add(NEW_EVENT, events)
    return fetch_id


def write_page(connection: sqlite3.Connection, page: Page, crawl: Crawl, pending: Pending) -> Written:
    """A page with a story, whole: its story, version, fetch, URLs, dates, duplicate, sidebars and sightings."""
    story, digests, dating, fetch = page.story, page.digests, page.dating, page.fetch
    if not (story and digests and dating and fetch and page.publisher and page.key):
        raise RuntimeError(f"page {page.url} has not passed dedupe and timestamp: put them before store")
    at = instant(fetch.fetched_at)
    place = page.place or find_place(connection, page, at)
    if place.story_id is None:
        story_id, version_id = _insert_story(connection, page, story, digests, dating, at, pending)
    else:
        story_id = place.story_id
        version_id = _write_version(connection, page, story, digests, place, story_id, at, pending)
        _update_story(connection, page, story, dating, place, at)
    pending.marks.add(("story", page.publisher, page.key))
    alternate = digests.story if place.alternate else None
    if page.replaces is None:
        fetch_id = write_fetch(connection, fetch, crawl, pending, story_id, version_id, page.extraction, alternate)
    else:
        fetch_id = page.replaces
        pending.write(connection)
        rewrite_fetch(connection, fetch_id, fetch, story_id, version_id, page.extraction, alternate)
    write_reading(connection, page, fetch_id, at, pending)
    dates = _date_rows(dating, story_id, fetch_id, at)
    if place.story_id is None:
        pending.add(FIRST_DATE, dates)
    else:
        pending.add(SEEN_DATE, [(*row, item.shown) for row, item in zip(dates, dating.evidence, strict=True)])
    if place.version_id is None:
        # "new" says that dedupe, in this same transaction, found the body nowhere.
        write_duplicates(
            connection,
            story_id,
            None if fetch.outcome == "new" and page.replaces is None else digests.body,
            story.body,
            at,
            pending,
        )
    if place.tied:
        turn(connection, story_id)
    # After what may have had the page's other rows written: failures are tied once a re-reading has let go of them.
    _see_urls(page, fetch, place, story_id, at, pending)
    return write_sightings(connection, page, digests.sidebars, (fetch_id, story_id, version_id), at, pending)


def _see_urls(page: Page, fetch: Fetch, place: Place, story_id: int, at: str, pending: Pending) -> None:
    """The URLs under which the capture shows the story."""
    urls = [clean(url) for url in dict.fromkeys((page.url, page.canonical_url, fetch.url, fetch.final_url)) if url]
    pending.marks.update([("url", url) for url in urls])
    pending.add(SEEN_URL, [(url, story_id, at, at) for url in urls])
    if place.story_id is None or at < place.first_seen_at:
        pending.seen.extend([(story_id, url, at) for url in urls])


def rewrite_fetch(
    connection: sqlite3.Connection,
    fetch_id: int,
    fetch: Fetch,
    story_id: int | None,
    version_id: int | None,
    extraction: str | None,
    alternate_digest: str | None = None,
) -> None:
    """What another extraction has read in a capture that the archive has."""
    connection.execute(
        "update fetches set outcome = ?, reason = ?, story_id = ?, version_id = ?, extraction = ?,"
        " alternate_digest = ? where id = ?",
        (fetch.outcome, clean(fetch.reason), story_id, version_id, extraction, alternate_digest, fetch_id),
    )


def _insert_story(
    connection: sqlite3.Connection,
    page: Page,
    story: Story,
    digests: Digests,
    dating: Dating,
    at: str,
    pending: Pending,
) -> tuple[int, int]:
    """A story seen for the first time, and its first version: each names the other."""
    story_id = pending.stories.add(
        connection,
        (
            clean(page.publisher),
            clean(page.key),
            at,
            at,
            1,
            pending.versions.coming_id(connection),
            digests.words,
            clean(story.headline),
            clean(story.body),
            clean(page.canonical_url or page.url),
            *_said(story),
            *dates_of(dating),
        ),
    )
    return story_id, _insert_version(connection, page, story, digests, story_id, at, pending)


def _said(story: Story) -> tuple[str | None, ...]:
    """What a capture says of its story besides text and dates: authors, section, language, credit line, dateline."""
    return (
        "[" + ", ".join([encode_basestring(clean(author) or "") for author in story.authors]) + "]",  # as JSON
        clean(story.section),
        clean(story.language),
        clean(story.credit_line),
        clean(story.dateline),
    )


def dates_of(dating: Dating) -> tuple[str | None, ...]:
    """published_on, published_at, published_source, published_certainty, modified_at."""
    return (
        dating.published_on.isoformat() if dating.published_on else None,
        instant(dating.published_at) if dating.published_at else None,
        dating.source,
        dating.certainty,
        instant(dating.modified_at) if dating.modified_at else None,
    )


def _write_version(
    connection: sqlite3.Connection,
    page: Page,
    story: Story,
    digests: Digests,
    place: Place,
    story_id: int,
    at: str,
    pending: Pending,
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
        pending.write(connection)  # the sightings of the version that is cut in two among it
        _split_version(connection, place.splits, at)
    version_id = _insert_version(connection, page, story, digests, story_id, at, pending)
    connection.execute("update stories set versions = versions + 1 where id = ?", (story_id,))
    if at >= place.last_seen_at:
        _replace_text(connection, story, digests, place, story_id, version_id, pending)
    else:
        _keep_past_body(connection, digests.body, clean(story.body), place.current_id)
    return version_id


def _insert_version(
    connection: sqlite3.Connection,
    page: Page,
    story: Story,
    digests: Digests,
    story_id: int,
    at: str,
    pending: Pending,
) -> int:
    if pending.holds(("text", digests.body)):
        pending.write_texts(connection)  # of which this one is a copy
    pending.marks.update((("text", digests.body), ("texts", story_id)))
    return pending.versions.add(
        connection,
        (
            story_id,
            at,
            at,
            digests.story,
            digests.headline,
            digests.body,
            digests.words,
            page.extraction,
            clean(story.headline),
            digests.unaided,
        ),
    )


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
    connection: sqlite3.Connection,
    story: Story,
    digests: Digests,
    place: Place,
    story_id: int,
    version_id: int,
    pending: Pending,
) -> None:
    """Make the new version the story's current one; the body it replaces is kept among the past ones."""
    connection.execute(
        "insert or ignore into past_bodies (body_digest, body) select v.body_digest, s.body from version_records v"
        " join stories s on s.id = v.story_id where v.id = ? and v.body_digest <> ?",
        (place.current_id, digests.body),
    )
    connection.execute(
        "update stories set headline = ?, body = ?, word_count = ?, version_id = ? where id = ?",
        (clean(story.headline), clean(story.body), digests.words, version_id, story_id),
    )
    if connection.execute("select 1 from past_bodies where body_digest = ?", (digests.body,)).fetchone():
        pending.write_texts(connection)  # whether it is needed depends on all versions
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
    if at >= place.last_seen_at and not place.alternate:
        connection.execute(
            "update stories set url = coalesce(?, url), authors = ?, section = ?, language = ?, credit_line = ?, dateline = ?,"
            " published_on = ?, published_at = ?, published_source = ?, published_certainty = ?, modified_at = ?,"
            " last_seen_at = ? where id = ?",
            (clean(page.canonical_url), *_said(story), *dates_of(dating), at, place.story_id),
        )
    else:
        connection.execute(
            "update stories set published_on = ?, published_at = ?, published_source = ?, published_certainty = ?,"
            " modified_at = ?, first_seen_at = min(first_seen_at, ?6), last_seen_at = max(last_seen_at, ?6) where id = ?",
            (*dates_of(dating), at, place.story_id),
        )


def _date_rows(dating: Dating, story_id: int, fetch_id: int, at: str) -> list[Row]:
    """All evidence of the story, each piece once, with what was chosen and what refused."""
    return [
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
        )
        for rank, evidence in enumerate(dating.evidence, 1)
    ]
