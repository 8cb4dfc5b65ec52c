"""Manners towards a paper's server: robots.txt with no leak and with its crawl-delay, Retry-After, and distance.

Scrapy downloader middlewares; HoldingQueue is the scheduler's queue, which leaves a host that needs a pause alone while
other hosts go on. Rules: RFC 9309 (robots.txt), RFC 9110 section 10.2.3 (Retry-After).
"""

from __future__ import annotations

import asyncio
import logging
from collections import Counter
from collections.abc import Iterable
from dataclasses import replace
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from time import monotonic
from typing import Any, Self

from scrapy import Request, signals
from scrapy.core.downloader import Downloader
from scrapy.crawler import Crawler
from scrapy.downloadermiddlewares.offsite import OffsiteMiddleware
from scrapy.downloadermiddlewares.redirect import MetaRefreshMiddleware
from scrapy.downloadermiddlewares.retry import RetryMiddleware, get_retry_request
from scrapy.downloadermiddlewares.robotstxt import RobotsTxtMiddleware
from scrapy.exceptions import (
    CannotResolveHostError,
    DownloadCancelledError,
    DownloadConnectionRefusedError,
    DownloadFailedError,
    DownloadTimeoutError,
    IgnoreRequest,
    NotConfigured,
    ResponseDataLossError,
)
from scrapy.http import Response
from scrapy.http.request import NO_CALLBACK
from scrapy.pqueues import DownloaderAwarePriorityQueue, DownloaderInterface
from scrapy.robotstxt import RobotParser
from scrapy.utils.httpobj import urlparse_cached
from scrapy.utils.misc import build_from_crawler, load_object

from crawler.items import Fetch, Robots, RobotsDecision
from crawler.sending import NotSentError, host_rests

logger = logging.getLogger(__name__)

CRAWL_DELAY_MAX = 60.0  # seconds: 1,440 pages a day; larger values shut crawlers out rather than slow them down
RETRY_AFTER_MAX = 600.0  # seconds a host may keep a crawl waiting; beyond it the next run is the better time
BACK_OFF = 5.0  # seconds of a host's first pause; by doubling, nine of them come to half an hour
PATIENCE = 3  # failures in a row that may be the pages' own: two broken ones beside each other are common
ROBOTS_KEPT = 512_000  # bytes of a robots.txt: RFC 9309 section 2.5 has readers take at least 500 kibibytes
REFRESH_WITHIN = 16_384  # bytes: Scrapy looks for the tag among a page's first 4,096 characters
LOOK_UP = 0.5  # seconds, after which a request that waits for the end of a pause sees that the crawl was stopped
IN_A_ROW = 10  # failures or refusals one after another, after which a host is taken to mean it
OVERLOADED = (429, 503)  # RFC 6585 section 4, RFC 9110 section 15.6.4
REFUSED = (401, 403, 451)
FAILURES = (
    CannotResolveHostError,
    DownloadConnectionRefusedError,
    DownloadFailedError,
    DownloadTimeoutError,
    ResponseDataLossError,
)


class RobotsMiddleware(RobotsTxtMiddleware):
    """Obeys robots.txt: each host's file is fetched once, before any other page of it, and its crawl-delay is kept.

    Where there is no such file all is allowed. Where the server cannot give it (429, 5xx) nothing is, for this run; where
    it cannot be reached a page fails as the file did, and the next one tries again: RFC 9309 section 2.3.1.
    Settings: ROBOTSTXT_OBEY and the others of Scrapy's own middleware; CRAWL_DELAY_MAX, seconds.
    """

    def __init__(self, crawler: Crawler):
        super().__init__(crawler)
        self._locks: dict[str, asyncio.Lock] = {}
        self._read: dict[str, RobotParser] = {}
        self._files: dict[str, Robots] = {}
        self._unreadable: dict[str, int] = {}
        self._delays: dict[str, float] = {}
        self._longest = crawler.settings.getfloat("CRAWL_DELAY_MAX", CRAWL_DELAY_MAX)
        # Connected after AutoThrottle, which may have lowered the delay when this is called.
        crawler.signals.connect(self._keep_delay, signal=signals.response_downloaded)

    async def robot_parser(self, request: Request) -> RobotParser:
        """The host's parser. One request at a time asks: in Scrapy's own all others get none, and are allowed."""
        netloc = urlparse_cached(request).netloc
        async with self._locks.setdefault(netloc, asyncio.Lock()):
            if netloc not in self._read:
                self._read[netloc] = await self._fetch(request, netloc)
        return self._read[netloc]

    async def _fetch(self, request: Request, netloc: str) -> RobotParser:
        question = Request(
            f"{urlparse_cached(request).scheme}://{netloc}/robots.txt",
            priority=self.DOWNLOAD_PRIORITY,
            meta={"dont_obey_robotstxt": True, "allow_offsite": True},  # the page itself may be asked for already
            callback=NO_CALLBACK,
        )
        self._stats.inc_value("robotstxt/request_count")
        try:
            response = await self.crawler.engine.download_async(question)
        except (*FAILURES, DownloadCancelledError, IgnoreRequest) as error:
            if isinstance(error, NotSentError):
                raise
            request.meta["dont_retry"] = True  # the file has been tried often enough
            request.meta["robots"] = Robots(netloc, _captured_at(question), decision="unreachable")
            raise
        self._stats.inc_value(f"robotstxt/response_status_count/{response.status}")
        if response.status in OVERLOADED or response.status >= 500:
            self._unreadable[netloc] = response.status
        # An error page says nothing, though it may look like rules.
        body = response.body if response.status == 200 else b""
        text = body[:ROBOTS_KEPT].decode("utf-8", "replace") if response.status == 200 else None
        self._files[netloc] = Robots(netloc, _captured_at(question), response.status, text)
        parser: RobotParser = build_from_crawler(self._parserimpl, self.crawler, body)
        signal = signals.robots_parsed
        await self.crawler.signals.send_catch_log_async(signal=signal, robotparser=parser, request=request)
        return parser

    def process_request_2(self, rp: RobotParser | None, request: Request) -> None:
        netloc = urlparse_cached(request).netloc
        if status := self._unreadable.get(netloc):
            self._stats.inc_value("robotstxt/forbidden")
            self._note(request, netloc, "unreachable")
            raise IgnoreRequest(f"Forbidden by robots.txt: it answered {status}, which allows nothing")
        self._note(request, netloc, "refused")
        super().process_request_2(rp, request)
        if rp is None:
            return
        found = netloc in self._files and self._files[netloc].status == 200
        self._note(request, netloc, "allowed" if found else "none")
        agent = self._robotstxt_useragent or request.headers.get(b"User-Agent", self._default_useragent)
        delay = rp.crawl_delay(agent or "")
        if delay and delay > 0:
            self._slow_down(request, delay)

    def _note(self, request: Request, netloc: str, decision: RobotsDecision) -> None:
        if netloc in self._files:
            request.meta["robots"] = replace(self._files[netloc], decision=decision)

    def _slow_down(self, request: Request, delay: float) -> None:
        downloader, key = self.crawler.engine.downloader, host_of(request)
        if key not in self._delays and delay > self._longest:
            logger.warning("%s asks for %s seconds between requests; waiting %s", key, delay, self._longest)
        self._delays[key] = min(delay, self._longest)
        own = downloader.per_slot_settings.get(key, {})
        if self._delays[key] > own.get("delay", self.crawler.settings.getfloat("DOWNLOAD_DELAY")):
            # Slots are dropped when idle and made again from these. Jitter would go below the delay that was asked for.
            downloader.per_slot_settings[key] = {**own, "delay": self._delays[key], "jitter": 0.0}
            self._keep_delay(request)

    def _keep_delay(self, request: Request) -> None:
        key = host_of(request)
        slot = self.crawler.engine.downloader.slots.get(key)
        if slot is not None and slot.delay < self._delays.get(key, 0.0):
            slot.delay, slot.jitter = self._delays[key], 0.0


def _captured_at(request: Request) -> datetime:
    return request.meta.get("captured_at") or datetime.now(UTC).replace(microsecond=0)


class OnSiteMiddleware(OffsiteMiddleware):
    """Refuses requests that lead off the paper's domains, redirects above all, when they are due to be sent: Scrapy's own
    drops them when they are scheduled, and no errback hears of it."""

    @classmethod
    def from_crawler(cls, crawler: Crawler) -> Self:
        middleware = super().from_crawler(crawler)
        crawler.signals.disconnect(middleware.request_scheduled, signal=signals.request_scheduled)
        return middleware

    def process_request(self, request: Request) -> None:  # type: ignore[override]  # its spider argument is deprecated
        if request.callback is not NO_CALLBACK:  # the robots.txt of a host is asked for by whom may ask for its pages
            super().process_request(request)


class MetaRedirectMiddleware(MetaRefreshMiddleware):
    """Scrapy's own, which follows <meta http-equiv=refresh>, but for pages that only load themselves again, as live blogs
    do: it would ask for them until the redirects are used up, and lose the page. A page that has no such tag is not
    decoded to find out."""

    def process_response(self, request: Request, response: Response) -> Request | Response:  # type: ignore[override]
        if b"refresh" not in response.body[:REFRESH_WITHIN].lower():
            return response
        given = super().process_response(request, response)
        return response if isinstance(given, Request) and given.url == request.url else given


class HeldBackError(Exception):
    """A request that was waiting in the downloader when its host asked for a pause."""


class Pauses:
    """Which hosts of a crawl are to be left alone, for a while or for the rest of the run."""

    def __init__(self, crawler: Crawler):
        self._crawler = crawler
        self._longest = crawler.settings.getfloat("RETRY_AFTER_MAX", RETRY_AFTER_MAX)
        self._until: dict[str, float] = {}
        self._given_up: dict[str, str] = {}

    def remaining(self, host: str) -> float:
        """Seconds for which nothing may be sent to a host; 0 where it may."""
        return max(self._until.get(host, 0.0) - monotonic(), 0.0)

    def why_given_up(self, host: str) -> str | None:
        """Why nothing more is sent to a host in this run; None where it is."""
        return self._given_up.get(host)

    def pause(self, host: str, seconds: float, why: str, status: int | None = None) -> None:
        """Send nothing to a host for a while."""
        logger.info("%s %s: left alone for %.0f seconds", host, why, seconds)
        self._hold(host, seconds)
        self._crawler.stats.inc_value("politeness/pauses")
        self._tell(host, seconds, why, status)

    def _hold(self, host: str, seconds: float) -> None:
        self._until[host] = max(self._until.get(host, 0.0), monotonic() + seconds)
        self._recall(host)
        asyncio.get_running_loop().call_later(seconds, self._wake)

    def give_up(self, host: str, why: str, status: int | None = None, seconds: float | None = None) -> None:
        """Send nothing to a host for the rest of the run. seconds: how long it asked to be left alone, if it did."""
        if host in self._given_up:
            return
        self._given_up[host] = f"{host} {why}: left alone for this run"
        self._crawler.stats.inc_value("politeness/given_up")
        logger.warning("%s", self._given_up[host])
        self._recall(host)
        self._tell(host, seconds, why, status)

    def resume(self, host: str, until: datetime, why: str) -> None:
        """Go on leaving a host alone, as an earlier run had begun to."""
        left = (until - datetime.now(UTC)).total_seconds()
        if left <= self._longest:
            self._hold(host, left)
        else:
            self._given_up[host] = f"{host} {why}: left alone until {until:%Y-%m-%dT%H:%M:%SZ}"

    def _tell(self, host: str, seconds: float | None, why: str, status: int | None) -> None:
        self._crawler.signals.send_catch_log(host_rests, host=host, seconds=seconds, why=why, status=status)

    def _recall(self, host: str) -> None:
        """Take back what waits for a host in the downloader: it is handed to the scheduler again."""
        slot = self._crawler.engine.downloader.slots.get(host)
        while slot and slot.queue:
            _, waiting = slot.queue.popleft()
            waiting.errback(HeldBackError(host))

    def _wake(self) -> None:
        """Have the engine look at its queue now, not only at its next heartbeat."""
        if (slot := self._crawler.engine._slot) is not None:
            slot.nextcall.schedule()


class RetryAfterMiddleware:
    """Gives a host that answers 429 or 503 with Retry-After the pause it asks for, then tries again.

    A request is tried again RETRY_TIMES at most; after the last try the response goes on as it is. A host that asks for
    more than RETRY_AFTER_MAX seconds is left alone for the rest of the run: its requests end with IgnoreRequest, which
    says so. Needs HoldingQueue as SCHEDULER_PRIORITY_QUEUE, so that nothing of the host is sent meanwhile and other
    hosts go on. All other pauses are kept here too. Off where RETRY_ENABLED is.
    """

    def __init__(self, crawler: Crawler):
        self.crawler = crawler
        self.pauses = Pauses(crawler)
        self._longest = crawler.settings.getfloat("RETRY_AFTER_MAX", RETRY_AFTER_MAX)
        crawler.signals.connect(self.heed, signal=signals.response_downloaded)

    @classmethod
    def from_crawler(cls, crawler: Crawler) -> Self:
        if not crawler.settings.getbool("RETRY_ENABLED"):  # nothing is tried again, so there is nothing to wait for
            raise NotConfigured
        queue = load_object(crawler.settings["SCHEDULER_PRIORITY_QUEUE"])
        if not issubclass(queue, HoldingQueue):
            needed = f"{HoldingQueue.__module__}.{HoldingQueue.__name__}"
            raise ValueError(f"SCHEDULER_PRIORITY_QUEUE is {queue.__name__}: RetryAfterMiddleware needs {needed!r}")
        return cls(crawler)

    async def process_request(self, request: Request) -> Request | None:
        # A redirect is a copy of its request, and would wait in the line of the host it came from.
        request.meta.pop(Downloader.DOWNLOAD_SLOT, None)
        host = host_of(request)
        if reason := self.pauses.why_given_up(host):
            raise NotSentError(reason)
        if request.callback is NO_CALLBACK:  # a request of Scrapy's own, such as robots.txt: it is in no queue
            while left := self.pauses.remaining(host):
                if not self.crawler.crawling:  # Ctrl-C: nobody is to wait for the end of the pause
                    raise NotSentError("the crawl was stopped")
                await asyncio.sleep(min(left, LOOK_UP))
        return request.replace(dont_filter=True) if self.pauses.remaining(host) else None

    def heed(self, response: Response, request: Request) -> None:
        """Act on a response before the downloader takes the next request of the host from its queue."""
        wait = retry_after(response) if response.status in OVERLOADED else None
        if wait is None:
            return
        why = f"answered {response.status} and asked to wait {wait:.0f} seconds"
        if wait > self._longest:
            limit = f"more than {self._longest:.0f} (setting RETRY_AFTER_MAX)"
            self.pauses.give_up(host_of(request), f"{why}, {limit}", response.status, wait)
        else:
            self.pauses.pause(host_of(request), wait, why, response.status)

    def process_response(self, request: Request, response: Response) -> Request | Response:
        if response.status in OVERLOADED and self.pauses.why_given_up(host_of(request)):
            request.meta["dont_retry"] = True  # Scrapy's own middleware would, and the answer would be lost
        asks = response.status in OVERLOADED and retry_after(response) is not None
        if not asks or request.meta.get("dont_retry"):
            return response
        assert self.crawler.spider is not None
        reason = f"{response.status} with Retry-After"
        again = get_retry_request(request, spider=self.crawler.spider, reason=reason)
        return remembering(again, request, f"HTTP {response.status}", response) if again else response

    def process_exception(self, request: Request, exception: Exception) -> Request | None:
        return request.replace(dont_filter=True) if isinstance(exception, HeldBackError) else None


class RememberingRetryMiddleware(RetryMiddleware):
    """Scrapy's own, with every attempt that is tried again kept in request.meta["attempts"], as a Fetch each."""

    def process_response(self, request: Request, response: Response) -> Request | Response:  # type: ignore[override]
        given = super().process_response(request, response)
        if isinstance(given, Request):
            return remembering(given, request, f"HTTP {response.status}", response)
        return given

    def process_exception(self, request: Request, exception: Exception) -> Request | None:  # type: ignore[override]
        given = super().process_exception(request, exception)
        return remembering(given, request, exception) if isinstance(given, Request) else None


def remembering(again: Request, request: Request, reason: object, response: Response | None = None) -> Request:
    """A further attempt that carries what came of the one before."""
    said = f"{type(reason).__name__}: {reason}" if isinstance(reason, Exception) else str(reason)
    attempt = Fetch(
        url=request.meta.get("redirect_urls", [request.url])[0],
        fetched_at=request.meta.get("captured_at") or datetime.now(UTC).replace(microsecond=0),
        final_url=response.url if response is not None else request.url,
        status=response.status if response is not None else None,
        outcome="failed",
        reason=f"{said}; tried again",
        capture=request.meta.get("capture"),
        robots=request.meta.get("robots"),
    )
    again.meta["attempts"] = [*request.meta.get("attempts", ()), attempt]
    return again


class BackOffMiddleware:
    """Leaves a host that is failing or that refuses us alone: longer each time, and in the end for the rest of the run.

    A host that is overloaded and names no time, or that fails three times in a row, gets BACK_OFF seconds (setting), and
    twice as many each further time, up to RETRY_AFTER_MAX. One that fails or refuses IN_A_ROW requests one after another
    is given up. Any page it does give sets its counts back to nothing. Needs RetryAfterMiddleware, which keeps the pauses.
    """

    def __init__(self, crawler: Crawler):
        self._crawler = crawler
        self._first = crawler.settings.getfloat("BACK_OFF", BACK_OFF)
        self._longest = crawler.settings.getfloat("RETRY_AFTER_MAX", RETRY_AFTER_MAX)
        self._failures: Counter[str] = Counter()
        self._refusals: Counter[str] = Counter()
        crawler.signals.connect(self.heed, signal=signals.response_downloaded)

    @classmethod
    def from_crawler(cls, crawler: Crawler) -> Self:
        if not crawler.settings.getbool("RETRY_ENABLED"):
            raise NotConfigured
        return cls(crawler)

    def heed(self, response: Response, request: Request) -> None:
        host, status = host_of(request), response.status
        if status in REFUSED:
            self._refusals[host] += 1
            if self._refusals[host] >= IN_A_ROW:
                why = f"answered {status} to the last of {IN_A_ROW} requests that it all refused"
                self._pauses.give_up(host, why, status)
        elif status in OVERLOADED or status >= 500:
            told = status in OVERLOADED and retry_after(response) is not None
            self._failed(host, f"answered {status}", 0 if told else 1 if status in OVERLOADED else PATIENCE, status)
        else:
            del self._failures[host], self._refusals[host]

    def process_exception(self, request: Request, exception: Exception) -> None:
        if isinstance(exception, FAILURES):
            self._failed(host_of(request), f"failed ({type(exception).__name__})", PATIENCE)

    @property
    def _pauses(self) -> Pauses:
        manners = self._crawler.get_downloader_middleware(RetryAfterMiddleware)
        if manners is None:
            raise ValueError("BackOffMiddleware needs RetryAfterMiddleware among DOWNLOADER_MIDDLEWARES")
        return manners.pauses

    def _failed(self, host: str, why: str, patience: int, status: int | None = None) -> None:
        """Count a failure; the patience-th in a row and each after it earns a pause, with no patience none does."""
        if patience and self._pauses.remaining(host):
            return  # it was on its way already when the pause began
        self._failures[host] += 1
        count = self._failures[host]
        if count >= IN_A_ROW:
            self._pauses.give_up(host, f"{why}, as {IN_A_ROW} requests in a row", status)
        elif 0 < patience <= count:
            self._pauses.pause(host, min(self._first * 2 ** (count - patience), self._longest), why, status)


class HoldingQueue(DownloaderAwarePriorityQueue):
    """Scrapy's own queue, from which the requests of a host that is left alone for a while are not taken."""

    def __init__(self, crawler: Crawler, *args: Any, **kwargs: Any):
        super().__init__(crawler, *args, **kwargs)
        self._downloader_interface = _FreeHosts(crawler)


class _FreeHosts(DownloaderInterface):
    def __init__(self, crawler: Crawler):
        super().__init__(crawler)
        manners = crawler.get_downloader_middleware(RetryAfterMiddleware)
        self._pauses = manners.pauses if manners else Pauses(crawler)

    def stats(self, possible_slots: Iterable[str]) -> list[tuple[int, str]]:
        return super().stats(slot for slot in possible_slots if not self._pauses.remaining(slot))


def host_of(request: Request) -> str:
    """The host of a request, by which the downloader keeps its slots."""
    return urlparse_cached(request).hostname or ""


def retry_after(response: Response) -> float | None:
    """Seconds a response asks to wait, given as a number or as a date; None where it says nothing readable."""
    text = (response.headers.get(b"Retry-After") or b"").decode("latin-1").strip()
    if text.isascii() and text.isdigit():
        return float(text)
    until = http_date(text)
    if until is None:
        return None
    # The server's own clock, where it tells it: ours may differ.
    now = http_date((response.headers.get(b"Date") or b"").decode("latin-1")) or datetime.now(UTC)
    return max((until - now).total_seconds(), 0.0)


def http_date(text: str) -> datetime | None:
    """An HTTP date as an aware datetime, or None where it is none."""
    try:
        value = parsedate_to_datetime(text)
    except (ValueError, TypeError, IndexError, OverflowError):
        return None
    return value.replace(tzinfo=UTC) if value.tzinfo is None else value
