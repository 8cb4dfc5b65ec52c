"""What repeats over a site's pages, as the archive remembers it: the table site_blocks, bounded for each publisher.

In: the fingerprints of pages, as crawler.extraction.memory makes them. Out: the same, with the bits of all pages that
hold them. Furniture is seen every day and stays; a paragraph of one story goes when it is old, or its publisher has many.
"""

from __future__ import annotations

import sqlite3
from collections import Counter

from crawler.items import Page

MOST_BLOCKS = 20_000  # rows a publisher: all of its template, and what its last few hundred pages said
OLD = 60  # days before the publisher's latest page: what was seen on one page only and not since then is forgotten


def load_blocks(connection: sqlite3.Connection, publisher: str) -> dict[int, int]:
    """By fingerprint, the bits of the pages of the publisher that hold the block."""
    rows = connection.execute("select fingerprint, page_bits from site_blocks where publisher = ?", (publisher,))
    return dict(rows.fetchall())


class BlockWriter:
    """Writes the blocks of a crawl's pages, in the pages' own transactions, and forgets the oldest as it goes."""

    def __init__(self) -> None:
        self.written: Counter[str] = Counter()  # rows by publisher since the last forgetting

    def write(self, connection: sqlite3.Connection, page: Page, day: str) -> None:
        """Remember that the page holds its blocks, and that they were seen on that day. A page read twice counts once."""
        publisher, bit = page.publisher or "", page.page_bit
        if not (bit and page.fingerprints):
            return
        self.written[publisher] += connection.executemany(
            "insert into site_blocks (publisher, fingerprint, page_bits, seen_on) values (?1, ?2, ?3, ?4)"
            " on conflict do update set page_bits = page_bits | ?3, seen_on = max(seen_on, ?4)"
            " where page_bits & ?3 = 0 or seen_on < ?4",
            [(publisher, mark, bit, day) for mark in page.fingerprints],
        ).rowcount
        if self.written[publisher] > MOST_BLOCKS:
            self._forget(connection, publisher)

    def close(self, connection: sqlite3.Connection) -> None:
        """At the end of a crawl: bring the publishers written to back inside their bounds."""
        for publisher in list(self.written):
            self._forget(connection, publisher)

    def _forget(self, connection: sqlite3.Connection, publisher: str) -> None:
        connection.execute(
            "delete from site_blocks where publisher = ?1 and page_bits & (page_bits - 1) = 0 and seen_on <"
            " (select date(max(seen_on), ?2) from site_blocks where publisher = ?1)",
            (publisher, f"-{OLD} days"),
        )
        connection.execute(
            "delete from site_blocks where publisher = ?1 and fingerprint in (select fingerprint from site_blocks"
            " where publisher = ?1 order by page_bits & (page_bits - 1) = 0, seen_on desc, fingerprint limit -1 offset ?2)",
            (publisher, MOST_BLOCKS),
        )
        del self.written[publisher]
