"""What a capture of a story gave, field by field, and the layout in which the story stood.

In: a page that dedupe and timestamp have completed. Out: a row of readings, and of layouts where the page stands in
none that its paper is known to have.
"""

from __future__ import annotations

import sqlite3

from crawler.items import Dating, Page
from pipelines.database.pending import Pending

NEW_READING = (
    "insert into readings (fetch_id, layout_id, word_count, headline, authors, dated, sidebars, entries)"
    " values (?,?,?,?,?,?,?,?) on conflict do update set layout_id = excluded.layout_id,"
    " word_count = excluded.word_count, headline = excluded.headline, authors = excluded.authors,"
    " dated = excluded.dated, sidebars = excluded.sidebars, entries = excluded.entries"
)
FROM_LISTINGS = frozenset(("feed", "sitemap"))  # evidence of a date that the page itself does not show


def write_reading(connection: sqlite3.Connection, page: Page, fetch_id: int, at: str, pending: Pending) -> None:
    """Note what the capture gave, in place of what another extraction may have read in it."""
    story, dating, digests = page.story, page.dating, page.digests
    assert story is not None
    assert dating is not None
    assert digests is not None
    reading = (
        fetch_id,
        pending.layouts.of(connection, page.publisher or "", page.frame, at),
        digests.words,
        bool(story.headline),
        len(story.authors),
        dated(dating),
        len(page.sidebars),
        sum(len(sidebar.entries) for sidebar in page.sidebars),
    )
    pending.add(NEW_READING, [reading])


def forget_reading(connection: sqlite3.Connection, fetch_id: int) -> None:
    """Delete what was read in a capture that holds no story for another extraction."""
    connection.execute("delete from readings where fetch_id = ?", (fetch_id,))


def dated(dating: Dating) -> str | None:
    """How certain the story's date is; None where this capture itself shows no date of publication."""
    shown = any(
        item.shown
        and item.moment.of == "published"
        and item.refused is None
        and item.moment.source not in FROM_LISTINGS
        for item in dating.evidence
    )
    return dating.certainty if shown else None
