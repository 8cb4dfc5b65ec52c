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
from pipelines.database.rereading import reread_as_no_story, reread_page
from pipelines.database.writing import Written, write_fetch, write_page
from pipelines.session import Session

logger = logging.getLogger(__name__)

BATCH_ITEMS = 200  # one fsync for so many pages
PAUSE_SECONDS = 0.005  # between two batches of a fast replay, so that another crawl comes to write
BATCH_SECONDS = 2.0  # what a kill can cost of work, and the longest that another crawl waits for the file


class StorePipeline:
    """Writes everything that came through; commits by number, by time, and at the end."""

    def __init__(self, crawler: Crawler) -> None:
        self.crawler = crawler
        self.session = Session.of(crawler)
        self.pending = 0
        self.counts: Counter[str] = Counter()  # of the open batch: what is counted is what is committed

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
        self._commit_in_time()

    def spider_closed(self, reason: str) -> None:
        self.session.close(reason)

    def process_item(self, item: object) -> object:
        with self.session.guard():
            if isinstance(item, Page):
                self._store_page(item)
            elif isinstance(item, Fetch):
                self._store_fetch(item)
            if self.pending >= BATCH_ITEMS:
                self._commit()
                time.sleep(PAUSE_SECONDS)
        return item

    def _store_page(self, page: Page) -> None:
        if page.fetch is None:
            raise ValueError(f"page {page.url} has not passed dedupe: put it before store")
        if page.digests is None and page.replaces is None:
            self._store_fetch(page.fetch, page.extraction)
            return
        try:
            with self.session.archive.savepoint() as connection:
                written = self._write(connection, page, page.fetch)
        except (sqlite3.IntegrityError, sqlite3.DataError, OverflowError) as error:
            logger.error("page %s could not be stored: %s", page.url, error)
            page.fetch.outcome, page.fetch.reason = "failed", f"could not be stored: {error}"
            if page.replaces is None:
                self._store_fetch(page.fetch)
            return
        self.counts["re-extracted" if page.replaces is not None else page.fetch.outcome or ""] += 1
        self.counts["sidebars"] += written.sidebars
        self.counts["sightings"] += written.sightings
        self.pending += 1

    def _write(self, connection: sqlite3.Connection, page: Page, fetch: Fetch) -> Written:
        if page.replaces is None:
            return write_page(connection, page, self.session.crawl)
        if page.digests is None:
            return reread_as_no_story(connection, page, fetch, page.replaces, self.session.crawl)
        return reread_page(connection, page, page.replaces, self.session.crawl)

    def _store_fetch(self, fetch: Fetch, extraction: str | None = None) -> None:
        with self.session.archive.savepoint() as connection:
            write_fetch(connection, fetch, self.session.crawl, extraction=extraction)
        self.counts[fetch.outcome or ""] += 1
        self.pending += 1

    def _commit(self) -> None:
        self.session.archive.commit()
        for name, number in self.counts.items():
            if self.crawler.stats:
                self.crawler.stats.inc_value(f"news/{name}", number)
        self.counts.clear()
        self.pending = 0

    def _commit_in_time(self) -> None:
        with suppress(DropItem), self.session.guard():
            self._commit()
