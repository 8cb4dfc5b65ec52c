"""Which URLs a crawl asks for: those that the database knows and that are due, by priority, a few at a time.

A spider middleware. In: the listings that a spider's start() asks for, and, through the database, the leads that came of
them or of earlier crawls. Out: requests. What is asked for is noted before it leaves, so that a crawl that is killed loses
nothing and the next one asks nothing twice within its time. Recorded papers are read whole, each listed story once: nobody
is asked for anything, and no time is saved.
"""

from __future__ import annotations

import logging
from asyncio import Future
from collections.abc import AsyncIterator, Collection, Iterable
from contextlib import suppress
from datetime import UTC, datetime, timedelta
from typing import Any, Protocol, Self, cast

from scrapy import Request, signals
from scrapy.crawler import Crawler
from scrapy.exceptions import DontCloseSpider, DropItem
from scrapy.http import Response

from crawler.hosts import Hosts
from crawler.items import Fetch, Lead, Page
from crawler.middlewares import host_of
from crawler.sending import request_leaves
from pipelines.database.urls import backlog, due, known_visit, merged, note_asked, note_found, note_put_off
from pipelines.revisit import NESTED, unanswered
from pipelines.session import Session

logger = logging.getLogger(__name__)

PUT_OFF = timedelta(hours=1)  # of a URL whose host, not the paper's own, is left alone
AT_ONCE = 64  # URLs taken from the database at a time: what waits in memory is a few, however many are known


class Frontier:
    """Feeds a NewsSpider. Spiders whose requests follow no lead are left alone."""

    def __init__(self, crawler: Crawler) -> None:
        self.crawler = crawler
        self.source: Known | Recorded = Recorded() if crawler.settings.getlist("RECORDED") else Known(crawler)
        self.feeds = False
        self.begun = False  # all that start() asks for is in line
        crawler.signals.connect(self.idle, signals.spider_idle)
        if isinstance(self.source, Known):
            crawler.signals.connect(self.run_dry, signals.scheduler_empty)
        crawler.signals.connect(self.leaves, request_leaves)

    @classmethod
    def from_crawler(cls, crawler: Crawler) -> Self:
        return cls(crawler)

    async def process_start(self, start: AsyncIterator[Any]) -> AsyncIterator[Any]:
        async for request in start:
            lead = request.meta.get("lead") if isinstance(request, Request) else None
            self.feeds = self.feeds or lead is not None
            if lead is None or self.source.wants(lead):
                yield request
        self.begun = True

    async def process_spider_output(self, response: Response, result: AsyncIterator[Any]) -> AsyncIterator[Any]:
        async for item in result:
            if self.feeds:
                self.source.add(item)
            yield item

    def run_dry(self) -> None:
        """Nothing waits in line, though some requests are under way: ask for what is due next, so that one slow answer
        holds up no other. Listings hold up all: what they say of a story is to be known when it is read."""
        engine = self.crawler.engine
        assert engine.scheduler is not None
        if not (self.feeds and self.begun) or engine.scheduler.has_pending_requests():
            return
        assert engine._slot is not None
        leads = [request.meta["lead"] for request in engine._slot.inprogress if "lead" in request.meta]
        if leads and all(lead.kind == "story" for lead in leads):
            self.follow(self.source.take({lead.key for lead in leads}))

    def idle(self) -> None:
        """Nothing is under way: ask for what is due next, or let the crawl end."""
        leads = self.source.take() if self.feeds else []
        if leads:
            self.follow(leads)
            raise DontCloseSpider
        if self.feeds:
            self.source.end()

    def follow(self, leads: Iterable[Lead]) -> None:
        """Put requests in line, but for those that cannot be made, now or ever."""
        spider = cast("Follower", self.crawler.spider)
        hosts = self.crawler.get_downloader_middleware(Hosts)
        for lead in leads:
            try:
                request = spider.request_for(lead)
            except ValueError as error:
                # Left in line, it would be taken again for ever, and all else would wait behind it.
                logger.warning("%s can never be asked for: %s", lead.url, error)
                self.source.drop(lead)
                continue
            if hosts is not None and hosts.closed_to(host_of(request)):
                self.source.put_off(lead)
            else:
                self.crawler.engine.crawl(request)

    def leaves(self, request: Request) -> Future[None] | None:
        lead = request.meta.get("lead")
        if lead is None or request.meta.get("asked"):
            return None
        request.meta["asked"] = True  # redirects and further attempts are copies of it
        return self.source.asked(lead)


class Follower(Protocol):
    """A spider that can follow a lead."""

    publisher: str

    def request_for(self, lead: Lead) -> Request: ...


class Known:
    """The URLs that the database knows. What is found reaches it with the fetch that found it, through the pipelines."""

    def __init__(self, crawler: Crawler) -> None:
        self.crawler = crawler
        self.session = Session.of(crawler)
        self.listings: list[Lead] = []

    @property
    def publisher(self) -> str:
        return cast("Follower", self.crawler.spider).publisher

    def wants(self, lead: Lead) -> bool:
        """Whether a listing that the spider names is due; one that was not known is known from now on."""
        self.listings.append(lead)
        return self._is_due(lead)

    def _is_due(self, lead: Lead) -> bool:
        now = datetime.now(UTC)
        with suppress(DropItem), self.session.guard():
            connection = self.session.archive.connection
            visit = known_visit(connection, self.publisher, lead.key)
            if visit is None:
                self.session.archive.begin()
                note_found(connection, self.publisher, [(lead, NESTED)], None, now)
                return True
            return visit.next_check_at is not None and visit.next_check_at <= now
        return False

    def add(self, item: Page | Fetch) -> None:
        pass

    def take(self, under_way: Collection[str] = ()) -> list[Lead]:
        """What to ask for next, besides the keys that are under way. A crawl that goes on for long, as through a backlog
        of years, reads the listings again meanwhile: what is news now stands there no longer when it ends."""
        with suppress(DropItem), self.session.guard():
            most = AT_ONCE + len(under_way)
            leads = due(self.session.archive.connection, self.publisher, datetime.now(UTC), most)
            leads = [lead for lead in leads if lead.key not in under_way]
            return [*filter(self._is_due, self.listings), *leads] if leads else []
        return []

    def end(self) -> None:
        """Nothing is due any more: tell from when on something will be."""
        with suppress(DropItem), self.session.guard():
            waits = backlog(self.session.archive.connection, self.publisher, datetime.now(UTC))
            if self.crawler.stats and waits.next_at:
                self.crawler.stats.set_value("frontier/next_at", waits.next_at)

    def put_off(self, lead: Lead) -> None:
        """Leave a URL for a later crawl: its host is to be left alone."""
        with suppress(DropItem), self.session.guard():
            self.session.archive.begin()
            note_put_off(self.session.archive.connection, self.publisher, lead.key, datetime.now(UTC) + PUT_OFF)

    def drop(self, lead: Lead) -> None:
        """Never take a URL again: no request can be made of it."""
        with suppress(DropItem), self.session.guard():
            self.session.archive.begin()
            note_put_off(self.session.archive.connection, self.publisher, lead.key, None)

    def asked(self, lead: Lead) -> Future[None] | None:
        """Note that a request leaves. It may when the future is done: then it is noted for good."""
        with suppress(DropItem), self.session.guard():
            self.session.archive.begin()
            note_asked(self.session.archive.connection, self.publisher, lead.key, datetime.now(UTC), unanswered)
            return self.session.commit_soon()
        return None


class Recorded:
    """The stories that the recorded listings of this crawl name."""

    def __init__(self) -> None:
        self.waiting: dict[str, Lead] = {}
        self.met: set[str] = set()

    def wants(self, lead: Lead) -> bool:
        new = lead.key not in self.met
        self.met.add(lead.key)
        return new

    def add(self, item: Page | Fetch) -> None:
        fetch = item.fetch if isinstance(item, Page) else item
        if isinstance(item, Page) and item.key:
            self.met.add(item.key)
        for lead in listed(fetch.found if fetch else ()):
            if lead.key not in self.met:
                self.waiting[lead.key] = merged(self.waiting.get(lead.key, lead), lead)

    def take(self, under_way: Collection[str] = ()) -> list[Lead]:
        leads = [lead for lead in self.waiting.values() if lead.key not in self.met]
        self.met.update(self.waiting)
        self.waiting.clear()
        return leads

    def end(self) -> None:
        pass

    def put_off(self, lead: Lead) -> None:
        pass

    def drop(self, lead: Lead) -> None:
        pass

    def asked(self, lead: Lead) -> None:
        return None


def listed(leads: Iterable[Lead]) -> Iterable[Lead]:
    """Those that a listing names: what else a recorded page links to was not recorded with it."""
    return (lead for lead in leads if lead.how not in ("link", "sidebar"))
