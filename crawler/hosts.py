"""What a crawl must mind of the servers it asks: those that an earlier crawl had to leave alone, and the budgets.

A downloader middleware, the last before the network. In: requests, and the signals of pauses. Out: nothing, or the end of
the crawl with one line that says why; all of it is kept in the database, so that a restart changes nothing.
Settings: BUDGET_RUN, requests of one crawl; BUDGET_DAY, requests to one host in one UTC day; 0 for no limit.
"""

from __future__ import annotations

import logging
from collections import Counter
from contextlib import suppress
from datetime import UTC, datetime, timedelta
from typing import Self

from scrapy import Request, signals
from scrapy.crawler import Crawler
from scrapy.exceptions import CloseSpider, DropItem, NotConfigured
from scrapy.http import Response
from scrapy.utils.defer import _schedule_coro

from crawler.archive.writer import UNARCHIVED
from crawler.middlewares import HeldBackError, RetryAfterMiddleware, host_of
from crawler.sending import NotSentError, host_rests, request_leaves
from crawler.urls import host as host_without_www
from pipelines.database.hosts import Rest, failures, note_request, note_rest, note_well, requests_on, resting
from pipelines.session import Session

logger = logging.getLogger(__name__)

# Of a host that failed or refused to the end of a crawl: the first rest, doubled each time, and the longest.
REST = (timedelta(hours=1), timedelta(days=1))
# The longest rest that a Retry-After is granted: one of years is a mistake, or meant to harm.
REST_ASKED = timedelta(days=7)
BUDGET_RUN, BUDGET_DAY, HOST_RESTS = "budget-run", "budget-day", "host-left-alone"  # reasons of a crawl's end


class Hosts:
    """Keeps count of what is asked of whom, and ends the crawl where no more may be asked."""

    def __init__(self, crawler: Crawler) -> None:
        self.crawler = crawler
        self.session = Session.of(crawler)
        self.run_limit = crawler.settings.getint("BUDGET_RUN")
        self.day_limit = crawler.settings.getint("BUDGET_DAY")
        self.of_run = 0
        self.of_day: Counter[tuple[str, str]] = Counter()
        self.ended: str | None = None
        connect = crawler.signals.connect
        connect(self.opened, signals.spider_opened)
        connect(self.leaves, request_leaves)
        connect(self.rests, host_rests)
        connect(self.answered, signals.response_downloaded)

    @classmethod
    def from_crawler(cls, crawler: Crawler) -> Self:
        # Recorded pages come from no host, and where nothing is tried again nobody is left alone.
        if crawler.settings.getlist("RECORDED") or not crawler.settings.getbool("RETRY_ENABLED"):
            raise NotConfigured
        return cls(crawler)

    def opened(self) -> None:
        """Go on as the last crawl ended: hosts that rest still do, and today's requests count."""
        now = datetime.now(UTC)
        manners = self.crawler.get_downloader_middleware(RetryAfterMiddleware)
        with suppress(DropItem), self.session.guard():
            connection = self.session.archive.connection
            day = _day(now)
            self.of_day.update({(day, host): number for host, number in requests_on(connection, day).items()})
            for rest in resting(connection, now):
                assert manners is not None
                manners.pauses.resume(rest.host, rest.until, rest.why)
                if self._is_home(rest.host):
                    self.ended = self.ended or manners.pauses.why_given_up(rest.host)
        if self.ended:
            logger.warning("%s. Nothing is asked of it before.", self.ended)
            raise CloseSpider(HOST_RESTS)

    def process_request(self, request: Request) -> None:
        if self.ended:
            raise NotSentError(self.ended)
        if request.meta.get("counted"):  # it was let through before, and taken back to wait
            return
        host, day = host_of(request), _day(datetime.now(UTC))
        if self.run_limit and self.of_run >= self.run_limit:
            self._end(BUDGET_RUN, f"the budget of this run is used up: {self.of_run} requests (setting BUDGET_RUN)")
            raise NotSentError(BUDGET_RUN)
        if self.day_limit and self.of_day[day, host] >= self.day_limit:
            told = f"the budget of {day} for {host} is used up: {self.day_limit} requests (setting BUDGET_DAY)"
            if self._is_home(host):
                self._end(BUDGET_DAY, told)
            raise NotSentError(told)
        request.meta["counted"] = True
        self.of_run += 1
        self.of_day[day, host] += 1

    def process_response(self, request: Request, response: Response) -> Response:
        request.meta.pop("counted", None)  # redirects and further attempts are copies of it, and count again
        if why := request.meta.get(UNARCHIVED):  # nothing is read that could not be proved: its URL stays due
            raise NotSentError(why)
        return response

    def process_exception(self, request: Request, exception: Exception) -> None:
        if not isinstance(exception, HeldBackError | NotSentError):
            request.meta.pop("counted", None)

    def leaves(self, request: Request) -> None:
        with suppress(DropItem), self.session.guard():
            self.session.archive.begin()
            note_request(self.session.archive.connection, host_of(request), _day(datetime.now(UTC)))

    def closed_to(self, host: str) -> bool:
        """Whether nothing more may be sent to a host in this run, though the crawl goes on: it is not the paper's own."""
        if self._is_home(host):
            return False
        manners = self.crawler.get_downloader_middleware(RetryAfterMiddleware)
        if manners is not None and manners.pauses.why_given_up(host):
            return True
        return bool(self.day_limit) and self.of_day[_day(datetime.now(UTC)), host] >= self.day_limit

    def rests(self, host: str, seconds: float | None, why: str, status: int | None) -> None:
        """A host is left alone: for so many seconds, or, with None, for the rest of this run and longer each time."""
        now = datetime.now(UTC)
        with suppress(DropItem), self.session.guard():
            self.session.archive.begin()
            connection = self.session.archive.connection
            asked = None if seconds is None else timedelta(seconds=min(seconds, REST_ASKED.total_seconds()))
            rest = _longer(failures(connection, host)) if asked is None else asked
            note_rest(connection, Rest(host, now + rest, why), now, status, more_failures=seconds is None)
            self.session.commit(flush=False)
        manners = self.crawler.get_downloader_middleware(RetryAfterMiddleware)
        if self._is_home(host) and manners is not None and (told := manners.pauses.why_given_up(host)):
            self._end(HOST_RESTS, told)

    def answered(self, response: Response, request: Request) -> None:
        if response.status == 200 and request.meta.get("lead"):  # many a server gives its robots.txt and nothing else
            with suppress(DropItem), self.session.guard():
                self.session.archive.begin()
                note_well(self.session.archive.connection, host_of(request))

    def _is_home(self, host: str) -> bool:
        home = getattr(self.crawler.spider, "home", "")
        return bool(home) and host.removeprefix("www.") == host_without_www(home)

    def _end(self, reason: str, told: str) -> None:
        if self.ended is None:
            self.ended = told
            logger.warning("%s. The crawl ends; what was not asked for stays due.", told)
            _schedule_coro(self.crawler.engine.close_spider_async(reason=reason))


def _longer(times: int) -> timedelta:
    first, longest = REST
    return min(first * (1 << min(times, 10)), longest)


def _day(moment: datetime) -> str:
    return moment.date().isoformat()
