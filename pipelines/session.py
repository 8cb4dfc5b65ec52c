"""One crawl's open archive, shared by the pipelines: the database is opened once, written by one connection.

In: a Crawler with the setting DATABASE. Out: its Session. A database that cannot be used raises ArchiveError before
anything is fetched; one that fails later stops the crawl with the reason DATABASE_FAILED.
"""

from __future__ import annotations

import json
import logging
import sqlite3
from asyncio import Future, get_running_loop
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Self
from weakref import WeakKeyDictionary

from scrapy import Spider, signals
from scrapy.crawler import Crawler
from scrapy.exceptions import CloseSpider, DropItem
from scrapy.settings import BaseSettings
from scrapy.utils.defer import _schedule_coro

from pipelines.database import Archive, check, open_archive
from pipelines.database.crawls import Crawl, end_crawl, start_crawl
from pipelines.database.pending import Mark
from pipelines.database.values import text_digest

logger = logging.getLogger(__name__)

DATABASE_FAILED = "database-failed"
# What is wrong with one page, not with the file.
REFUSED = (sqlite3.IntegrityError, sqlite3.DataError, OverflowError, ValueError, TypeError)
# Settings that differ from crawl to crawl and change nothing in its results: where things lie, and what is said of it.
NO_PART = ("DATABASE", "ARCHIVE", "RECORDED", "CONTRACT_PAGES", "PROGRESS_LABEL")
LOGGING = "LOG_"  # scrapyd, for one, gives each crawl a log file of its own


class Session:
    """The archive of a crawl and the crawl's row in it. archive is there between open() and close(); crawl too, unless the
    database takes none."""

    _of: WeakKeyDictionary[Crawler, Session] = WeakKeyDictionary()

    archive: Archive
    crawl: Crawl

    def __init__(self, crawler: Crawler) -> None:
        self.crawler = crawler
        self.path = Path(crawler.settings.get("DATABASE") or "data/news.db")
        self.begun = False  # the crawl has its row
        self.failure: sqlite3.Error | None = None
        self.flushing: list[Callable[[], None]] = []  # called before what is committed is written through to the disk
        self.committed: list[Callable[[], None]] = []  # called after each commit
        self.refused: list[Callable[[], None]] = []  # called where a row that is due cannot be written: write all again
        self.waiting: list[Future[None]] = []  # for the next commit
        check(self.path)

    @classmethod
    def of(cls, crawler: Crawler) -> Self:
        """The crawler's one session. Raises ArchiveError where its database cannot be used."""
        session = cls._of.get(crawler)
        if session is None:
            session = cls._of[crawler] = cls(crawler)
        assert isinstance(session, cls)
        return session

    def open(self) -> None:
        """Open the database, bring its schema up to date, and note that a crawl has started."""
        self.archive = open_archive(self.path)
        try:
            self._start()
        except sqlite3.Error as error:
            self._fail(error)
            # Raised here, it would leave the crawl half open.
            self.crawler.signals.connect(self._leave, signals.spider_opened)

    def _start(self) -> None:
        spider = self.crawler.spider
        name = spider.name if spider else "none"
        arguments = arguments_of(spider) if spider else {}
        self.archive.begin()
        self.crawl = start_crawl(
            self.archive.connection,
            name,
            getattr(spider, "publisher", None) or None,
            arguments,
            settings_digest(self.crawler.settings),
            datetime.now(UTC),
        )
        self.archive.commit()
        self.begun = True

    def _leave(self) -> None:
        raise CloseSpider(DATABASE_FAILED)

    def ready(self, *marks: Mark) -> None:
        """Have what is due and has one of the marks written, so that the database can be asked for it."""
        if self.archive.pending.holds(*marks):
            self.write_due()

    def write_due(self) -> None:
        """Have all rows that are due written, so that the database can be asked for anything."""
        try:
            self.archive.pending.write(self.archive.connection)
        except REFUSED:
            for call in self.refused:
                call()
            self.archive.begin()

    def commit(self, flush: bool = True) -> None:
        """Make all that was written so far stay: the open batch, and whatever else. flush: as in Archive.commit()."""
        self.write_due()
        if flush:
            for call in self.flushing:
                call()
        self.archive.commit(flush)
        for call in self.committed:
            call()

    def commit_soon(self) -> Future[None]:
        """Have what was written so far stay, together with what others write in this turn of the event loop: a commit
        writes every page of the file that was touched, for one request as for eight. The future is done then, or when
        the database has failed."""
        loop = get_running_loop()
        if not self.waiting:
            loop.call_soon(self._commit_for_all)
        self.waiting.append(loop.create_future())
        return self.waiting[-1]

    def _commit_for_all(self) -> None:
        waiting, self.waiting = self.waiting, []
        try:
            with suppress(DropItem), self.guard():
                self.commit(flush=False)
        finally:
            for future in waiting:
                if not future.done():  # whoever waited was stopped
                    future.set_result(None)

    @contextmanager
    def guard(self) -> Iterator[None]:
        """Database errors inside stop the crawl, once and with one line, and drop the item at hand."""
        try:
            if self.failure is not None:
                raise DropItem("the database has failed", log_level="DEBUG")
            yield
        except sqlite3.Error as error:
            self._fail(error)
            _schedule_coro(self.crawler.engine.close_spider_async(reason=DATABASE_FAILED))
            raise DropItem(f"not stored: {error}", log_level="DEBUG") from error

    def _fail(self, error: sqlite3.Error) -> None:
        self.failure = error
        self.archive.pending.clear()
        with suppress(sqlite3.Error):
            self.archive.connection.rollback()  # with half of a page in it, the batch must not be committed at the end
        logger.critical(
            "database %s failed: %s. The crawl stops; what was committed is safe. Mend the cause and run it again.",
            self.path,
            error,
        )

    def close(self, reason: str) -> None:
        """Note how the crawl ended, commit, close the file."""
        if self.failure is not None:
            self._tell(DATABASE_FAILED)
            reason = DATABASE_FAILED
        try:
            self.archive.begin()
            if self.begun:
                end_crawl(self.archive.connection, self.crawl, reason, datetime.now(UTC))
            self.archive.close()
        except sqlite3.Error as error:
            if self.failure is None:
                logger.critical("database %s failed at the end: %s. Mend the cause and run it again.", self.path, error)
                self._tell(DATABASE_FAILED)
            self.archive.abandon()

    def _tell(self, reason: str) -> None:
        """A failure while the crawl is closing comes too late for the engine's own reason: put it right."""
        if self.crawler.stats:
            self.crawler.stats.set_value("finish_reason", reason)


def arguments_of(spider: Spider) -> dict[str, str]:
    """What the spider was started with: its own plain attributes, as text."""
    own = {name: value for name, value in vars(spider).items() if name != "name" and not name.startswith("_")}
    return {name: str(value) for name, value in own.items() if isinstance(value, str | int | float | date)}


def settings_digest(settings: BaseSettings) -> str:
    """A digest of all settings but those that have no part in the results: equal digests, equal behaviour."""
    named = {
        name: str(value)
        for name, value in settings.copy_to_dict().items()
        if name not in NO_PART and not name.startswith(LOGGING)
    }
    return text_digest(json.dumps(named, sort_keys=True))
