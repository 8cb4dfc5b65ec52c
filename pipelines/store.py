"""Pages and fetches into the archive, a batch a transaction, a page whole or not at all.

In: what dedupe and timestamp have completed. Out: rows; the stats news/... that the summary of a crawl is made of.
"""

from __future__ import annotations

import logging
import sqlite3
import time
from collections import Counter
from contextlib import suppress
from typing import Self

from scrapy import signals
from scrapy.crawler import Crawler
from scrapy.exceptions import DropItem
from scrapy.utils.asyncio import create_looping_call

from crawler.items import Fetch, Page
from pipelines.database.memory import BlockWriter
from pipelines.database.queries import known_fetch
from pipelines.database.rereading import reread_as_no_story, reread_page, reread_text
from pipelines.database.urls import note_found, note_visit
from pipelines.database.values import instant
from pipelines.database.writing import write_fetch, write_page
from pipelines.revisit import priority_after, priority_of
from pipelines.session import REFUSED, Session

logger = logging.getLogger(__name__)

BATCH_ITEMS = 1000  # one fsync, and one merge of the full-text index, for so many pages
PAUSE_SECONDS = 0.005  # between two batches of a fast replay, so that another crawl comes to write
BATCH_SECONDS = 2.0  # what a kill can cost of work, and the longest that another crawl waits for the file


class StorePipeline:
    """Writes everything that came through; commits by number, by time, and at the end."""

    def __init__(self, crawler: Crawler) -> None:
        self.crawler = crawler
        self.session = Session.of(crawler)
        self.blocks = BlockWriter()
        self.batch: list[Page | Fetch] = []
        self.counts: Counter[str] = Counter()  # of the open batch: what is counted is what is committed
        self.session.committed.append(self._committed)
        self.session.refused.append(lambda: self._write_again(self.batch))

    @classmethod
    def from_crawler(cls, crawler: Crawler) -> Self:
        pipeline = cls(crawler)
        # Pipelines are closed before the reason of a crawl's end is known: this signal comes last and tells it.
        crawler.signals.connect(pipeline.spider_closed, signal=signals.spider_closed)
        return pipeline

    def open_spider(self) -> None:
        self.timer = create_looping_call(self._commit_in_time)
        self.timer.start(BATCH_SECONDS, now=False)

    def close_spider(self) -> None:
        if self.timer.running:
            self.timer.stop()
        with suppress(DropItem), self.session.guard():
            self.session.archive.begin()
            self.blocks.close(self.session.archive.connection)
        self._commit_in_time()

    def spider_closed(self, reason: str) -> None:
        self.session.close(reason)

    def process_item(self, item: object) -> object:
        if not isinstance(item, Page | Fetch):
            return item
        with self.session.guard():
            self.session.archive.begin()
            try:
                self._write(item)
                self.batch.append(item)
            except REFUSED:
                self._write_again([*self.batch, item])
            except sqlite3.Error:
                raise
            except BaseException:
                self._write_again(self.batch)  # the half of the item that was written goes, what came before it stays
                raise
            if len(self.batch) >= BATCH_ITEMS:
                self.session.commit()
                time.sleep(PAUSE_SECONDS)
        return item

    def _write(self, item: Page | Fetch) -> None:
        archive, crawl = self.session.archive, self.session.crawl
        connection, pending, fetch = archive.connection, archive.pending, _fetch_of(item)
        if isinstance(item, Page):
            self.blocks.write(connection, item, instant(fetch.fetched_at)[:10])
        if isinstance(item, Fetch) or (item.digests is None and item.replaces is None):
            write_fetch(connection, fetch, crawl, pending, extraction=getattr(item, "extraction", None))
            self.counts[fetch.outcome or ""] += 1
            self._note(fetch)
            return
        if item.replaces is not None or item.rereads:
            pending.settle(connection)  # what is read again may take rows away
        if item.replaces is None:
            if item.rereads:
                reread_text(connection, item, crawl, pending)
            written = write_page(connection, item, crawl, pending)
        elif item.digests is None:
            written = reread_as_no_story(connection, item, fetch, item.replaces, crawl, pending)
        else:
            written = reread_page(connection, item, item.replaces, crawl, pending)
        self.counts["sidebars"] += written.sidebars
        if item.replaces is not None:
            self.counts["re-extracted"] += 1
            return
        self.counts[fetch.outcome or ""] += 1
        self.counts["sightings"] += written.sightings
        self._note(fetch, item.key)

    def _note(self, fetch: Fetch, key: str | None = None) -> None:
        """How the URL stands now, and the URLs that it names."""
        if fetch.lead is None:
            return
        connection, pending = self.session.archive.connection, self.session.archive.pending
        for attempt in fetch.attempts:
            attempt.publisher = fetch.publisher
            asked = (attempt.url, instant(attempt.fetched_at))
            if not (pending.holds(("fetch", *asked)) or known_fetch(connection, *asked)):
                write_fetch(connection, attempt, self.session.crawl, pending)
        note_visit(connection, fetch, priority_after(fetch.lead, fetch.fetched_at), key)
        found = ((lead, priority_of(lead, fetch.fetched_at)) for lead in fetch.found)
        on = fetch.final_url or fetch.url
        self.counts["found"] += note_found(connection, fetch.publisher or "", found, on, fetch.fetched_at)

    def _write_again(self, items: list[Page | Fetch]) -> None:
        """The whole batch anew, each item in a savepoint of its own, because one of them cannot be stored. A savepoint
        for every page always would be simpler, but each makes the full-text index write a segment of its own."""
        self.session.archive.rollback()
        self.counts.clear()
        for item in list(items):
            if isinstance(item, Page):
                item.place = None  # another crawl may have written since
            counted = self.counts.copy()
            try:
                with self.session.archive.savepoint():
                    self._write(item)
            except REFUSED as error:
                self.counts = counted
                self._write_failure(item, error)
        self.session.commit()

    def _write_failure(self, item: Page | Fetch, error: Exception) -> None:
        logger.error("%s could not be stored: %s", item.url, error)
        fetch = _fetch_of(item)
        if known_fetch(self.session.archive.connection, fetch.url, instant(fetch.fetched_at)):
            return
        fetch.outcome, fetch.reason = "failed", f"could not be stored: {error}"
        with self.session.archive.savepoint():
            self._write(fetch)

    def _committed(self) -> None:
        for name, number in self.counts.items():
            if self.crawler.stats:
                self.crawler.stats.inc_value(f"news/{name}", number)
        self.counts.clear()
        self.batch.clear()

    def _commit_in_time(self) -> None:
        with suppress(DropItem), self.session.guard():
            self.session.commit()


def _fetch_of(item: Page | Fetch) -> Fetch:
    fetch = item if isinstance(item, Fetch) else item.fetch
    if fetch is None:
        raise RuntimeError(f"{item.url} has not passed dedupe: put it before store")
    return fetch
