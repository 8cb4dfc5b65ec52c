"""What a capture of a story gave, field by field, and the layout in which the story stood.

In: a page that dedupe and timestamp have completed. Out: a row of readings, and of layouts where the page stands in
none that its paper is known to have. A paper's layouts are those frames of its pages that are unlike each other.
"""

from __future__ import annotations

import sqlite3
from functools import lru_cache

from crawler.items import Dating, Page
from pipelines.database.pending import Pending
from pipelines.database.values import clean

# Share of shapes that two frames of one layout have in common, at least. Of 126 pairs of pages of one site and year, 6 in
# 100 have less; of 3,000 pairs of two sites, fewer than 1 in 1,000 have more.
ALIKE = 0.4
MAX_LAYOUTS = 200  # of one paper: one that names its boxes anew on every page has no layout that could be told
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
        _layout(connection, page.publisher or "", page.frame, at),
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


def _layout(connection: sqlite3.Connection, publisher: str, frame: list[str], at: str) -> int | None:
    """The first of the paper's layouts that the frame is like, made where there is none; None where nothing can be told.
    The first, not the likest: a page of an old layout must not go over to one that was made yesterday."""
    if not frame:
        return None
    shapes = frozenset(clean(shape) or "" for shape in frame)
    known = connection.execute(
        "select id, frame, first_seen_at, last_seen_at from layouts where publisher = ? order by id",
        (clean(publisher),),
    ).fetchall()
    for layout_id, its_frame, first, last in known:
        if likeness(shapes, _shapes(its_frame)) >= ALIKE:
            if not first <= at <= last:
                connection.execute(
                    "update layouts set first_seen_at = min(first_seen_at, ?1), last_seen_at = max(last_seen_at, ?1)"
                    " where id = ?2",
                    (at, layout_id),
                )
            return int(layout_id)
    return _new_layout(connection, publisher, shapes, at) if len(known) < MAX_LAYOUTS else None


def _new_layout(connection: sqlite3.Connection, publisher: str, shapes: frozenset[str], at: str) -> int:
    cursor = connection.execute(
        "insert into layouts (publisher, frame, first_seen_at, last_seen_at) values (?1, ?2, ?3, ?3)",
        (clean(publisher), "\n".join(sorted(shapes)), at),
    )
    assert cursor.lastrowid is not None
    return cursor.lastrowid


@lru_cache(maxsize=2_000)
def _shapes(frame: str) -> frozenset[str]:
    return frozenset(frame.split("\n"))


def likeness(one: frozenset[str], other: frozenset[str]) -> float:
    """The share of both frames' shapes that both have."""
    both = len(one & other)
    return both / (len(one) + len(other) - both)
