"""NewsSpider: what all papers share. A paper is one subclass in one file, mostly class attributes.

It asks where stories are listed (feeds, sitemaps, dated indexes, sections), fetches every story listed there once, reads
it with extract() and cleans it with the loaders. Every request ends as an item: a Page where something was read, a Fetch
that says why where nothing was.
"""

from __future__ import annotations

import re
from collections.abc import AsyncIterator, Callable, Iterable, Iterator
from datetime import UTC, date, datetime
from typing import Any, ClassVar
from urllib.parse import urljoin, urlsplit
from zoneinfo import ZoneInfo

from scrapy import Request, Spider
from scrapy.http import Response
from twisted.python.failure import Failure

from crawler import loaders
from crawler.discovery import Lead, feeds, indexes, sitemaps
from crawler.extraction import extract
from crawler.extraction.layout import Layout
from crawler.items import Fetch, Moment, Page
from crawler.spiders.failures import fetch_of_failure
from crawler.urls import clean_url, site

LISTING_PRIORITY = 10  # listings are read before stories, so that what they say of a story is known when it is read


class NewsSpider(Spider):
    """publisher: short name in the archive. language: BCP 47. timezone: IANA. home: the paper's front page, to which the
    addresses below are relative. feeds, sitemaps, sections: where new stories are listed. dated_indexes, dated_sitemaps:
    the same by day or month, with {date} as discovery/indexes.py has it. story_path: a regular expression for the path of
    a story's URL; its group that matched is the story's key. layout: selectors, only where the general extraction needs
    help."""

    publisher: str = ""
    language: ClassVar[str | None] = None
    timezone: ClassVar[str] = "UTC"
    home: str = ""
    feeds: ClassVar[tuple[str, ...]] = ()
    sitemaps: ClassVar[tuple[str, ...]] = ()
    dated_indexes: ClassVar[tuple[str, ...]] = ()
    dated_sitemaps: ClassVar[tuple[str, ...]] = ()
    sections: ClassVar[tuple[str, ...]] = ()
    story_path: ClassVar[str] = r"(?!)"
    layout: ClassVar[Layout | None] = None

    def __init__(self, since: str | None = None, until: str | None = None, **kwargs: Any) -> None:
        """since, until: days (YYYY-MM-DD) in the paper's zone; a crawl with since goes through what is dated too."""
        unknown = [name for name in kwargs if not name.startswith("_")]  # scrapyd adds _job and the like
        if unknown:
            raise ValueError(f"unknown argument {unknown[0]!r}: {self.name} takes since and until")
        super().__init__(**kwargs)
        self.since, self.until = period(since, until, datetime.now(ZoneInfo(self.timezone)).date())
        self.evidence: dict[str, list[Moment]] = {}  # by key: what the listings of this crawl say of a story's date
        self.requested: set[str] = set()

    # ---- discovery ----

    async def start(self) -> AsyncIterator[Request]:
        for url in self.listings():
            for request in self.ask(url, url, self.callback_for(url) or self.parse_index, LISTING_PRIORITY):
                yield request

    def listings(self) -> Iterator[str]:
        """The addresses at which this crawl begins."""
        paths = [*self.feeds, *self.sitemaps, *self.sections]
        if self.since:
            for pattern in (*self.dated_indexes, *self.dated_sitemaps):
                paths += indexes.dated(pattern, self.since, self.until)
        for path in paths:
            yield urljoin(self.home, path)

    def callback_for(self, url: str) -> Callable[..., Any] | None:
        """Who reads what stands at url; None for an address of which the spider knows nothing."""
        if url in map(self._absolute, self.feeds):
            return self.parse_feed
        if url in map(self._absolute, self.sitemaps) or self._is_dated(self.dated_sitemaps, url):
            return self.parse_sitemap
        if self.key_of(url):
            return self.parse_story
        if url in map(self._absolute, self.sections) or self._is_dated(self.dated_indexes, url):
            return self.parse_index
        return None

    def _absolute(self, path: str) -> str:
        return urljoin(self.home, path)

    def _is_dated(self, patterns: tuple[str, ...], url: str) -> bool:
        return any(indexes.is_dated(self._absolute(pattern), url) for pattern in patterns)

    def parse_feed(self, response: Response) -> Iterator[Request | Fetch]:
        """A feed to requests for its stories.

        @url https://www.dawn.com/feeds/home
        @listing feed
        """
        yield from self._read_listing(response, "feed", lambda: (feeds.leads(response), []))

    def parse_sitemap(self, response: Response) -> Iterator[Request | Fetch]:
        """A sitemap to requests for its stories, and for the sitemaps it names.

        @url https://www.dawn.com/feeds/sitemap
        @listing sitemap
        """
        yield from self._read_listing(response, "sitemap", lambda: sitemaps.read(response))

    def parse_index(self, response: Response) -> Iterator[Request | Page | Fetch]:
        """An index page to requests for its stories.

        @url https://www.dawn.com/latest-news/2026-03-05
        @listing index page
        """
        yield from self._read_listing(response, "index page", lambda: (indexes.leads(response), []))

    def _read_listing(
        self, response: Response, kind: str, read: Callable[[], tuple[Iterable[Lead], list[str]]]
    ) -> Iterator[Request | Fetch]:
        fetch = self.fetch_of(response)
        fetch.outcome, fetch.reason = "not-a-story", kind
        leads: list[Lead] = []
        nested: list[str] = []
        try:
            found, nested = read()
            leads.extend(found)
        except ValueError as error:
            fetch.outcome, fetch.reason = "failed", str(error)
        yield fetch
        for lead in leads:
            yield from self.follow(lead)
        for url in nested:
            yield from self.ask(url, url, self.parse_sitemap, LISTING_PRIORITY)

    def follow(self, lead: Lead) -> Iterator[Request]:
        """A request for a listed story, unless it is another site's, out of the period, or asked for already."""
        key = self.key_of(lead.url)
        if not key or not self._in_period(lead):
            return
        self.evidence.setdefault(key, []).extend(lead.dates)
        yield from self.ask(key, lead.url, self.parse_story)

    def _in_period(self, lead: Lead) -> bool:
        days = [moment.value.astimezone(ZoneInfo(self.timezone)).date() for moment in lead.dates]
        return not days or not self.since or any(self.since <= day <= self.until for day in days)

    def ask(self, key: str, url: str, callback: Callable[..., Any], priority: int = 0) -> Iterator[Request]:
        """A request for url, unless this crawl has asked for the same key before."""
        if key not in self.requested:
            self.requested.add(key)
            yield Request(url, callback=callback, errback=self.on_failure, priority=priority)

    # ---- stories ----

    def key_of(self, url: str) -> str | None:
        """The identity of the story at url within this paper, None where the URL is no story's."""
        if site(url) != site(self.home):
            return None
        match = re.match(self.story_path, urlsplit(url).path)
        return next(filter(None, match.groups())) if match else None

    def parse_story(self, response: Response) -> Iterator[Page]:
        """A story page to a Page.

        @url https://hillside.example/2026/03/05/night-buses-to-run-until-two
        @story headline="Night buses to run until two" authors="Ida Lindqvist" language=en words>=120
        @begins The last bus up the hill
        @ends no drivers to spare for them.
        @published 2026-03-05T18:40:00+01:00
        @sidebar Most read 3
        """
        yield self.read(response)

    def read(self, response: Response) -> Page:
        """The Page that a response holds, clean and named: publisher, key, zone, language, and how it was fetched."""
        fetch = self.fetch_of(response)
        key = self.key_of(response.url)
        content_type = (response.headers.get("Content-Type") or b"").decode("latin-1") or None
        page = extract(
            response.body,
            response.url,
            fetch.fetched_at,
            content_type=content_type,
            layout=self.layout,
            timezone=ZoneInfo(self.timezone),
            evidence=self.evidence.get(key or "", ()),
        )
        page = loaders.load(page)
        if not key and self.key_of(fetch.url):
            page.story, page.reason = None, f"redirected to {response.url}, which is no story"
        page.publisher, page.timezone, page.fetch = self.publisher, self.timezone, fetch
        page.key = self.key_of(page.canonical_url or "") or key or self._key_without_rule(page)
        for entry in (entry for sidebar in page.sidebars for entry in sidebar.entries if entry.url):
            entry.key = self.key_of(entry.url or "")
        if page.story:
            page.story.language = page.story.language or self.language
        fetch.reason = page.reason
        return page

    def _key_without_rule(self, page: Page) -> str:
        canonical = page.canonical_url
        if canonical and site(canonical) == site(page.url) and urlsplit(canonical).path.strip("/"):
            return clean_url(canonical)
        return clean_url(page.url)

    # ---- fetches ----

    def fetch_of(self, response: Response) -> Fetch:
        """How a response was fetched, its outcome still open. url is the one asked for, before any redirect."""
        meta = response.meta
        return Fetch(
            url=meta.get("redirect_urls", [response.url])[0],
            final_url=response.url,
            status=response.status,
            fetched_at=meta.get("captured_at") or datetime.now(UTC).replace(microsecond=0),
            capture=meta.get("capture"),
            publisher=self.publisher,
        )

    def on_failure(self, failure: Failure) -> Iterator[Fetch]:
        """A request that gave nothing to read, as a Fetch that says why."""
        yield fetch_of_failure(failure, self.publisher)


def period(since: str | None, until: str | None, today: date) -> tuple[date | None, date]:
    """The days of a crawl. Raises ValueError with a line that says what to write instead."""
    first, last = _day("since", since), _day("until", until) or today
    if until and not since:
        raise ValueError(f"until={until} needs a since: write -a since=YYYY-MM-DD -a until={until}")
    if first and first > last:
        raise ValueError(f"since={first} is after until={last}: exchange them")
    return first, last


def _day(name: str, text: str | None) -> date | None:
    if text is None:
        return None
    if not re.fullmatch(r"\d{4}-\d\d-\d\d", text):
        raise ValueError(f"{name}={text} is no date: write it as YYYY-MM-DD")
    try:
        return date.fromisoformat(text)
    except ValueError as error:
        raise ValueError(f"{name}={text} is no date ({error}): write it as YYYY-MM-DD") from error
