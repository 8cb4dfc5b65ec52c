"""NewsSpider: what all papers share. A paper is one subclass in one file, mostly class attributes.

It asks where stories are listed (feeds, sitemaps, dated indexes, sections) and reads what it is given: a listing into leads,
a story with extract(), cleaned by the loaders, with the leads that stand on its page. Which leads are followed, and when, is
the frontier's. Every request ends as an item: a Page where something was read, a Fetch that says why where nothing was.
"""

from __future__ import annotations

import re
from collections.abc import AsyncIterator, Callable, Iterable, Iterator, Mapping
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
from crawler.extraction.memory import SiteMemory, page_bit
from crawler.items import Fetch, How, Moment, Page
from crawler.sending import NotSentError
from crawler.spiders.failures import fetch_of_failure
from crawler.urls import clean_url, site, site_and_path

LISTING_PRIORITY = 10  # listings are read before stories, so that what they say of a story is known when it is read
SITEMAP_LEVELS = 3  # of sitemaps that name sitemaps; the protocol has one, papers two
LEADS_A_PAGE = 200  # stories that one story's page may name; the fullest seen names some 150


class NewsSpider(Spider):
    """publisher: short name in the archive. language: BCP 47. timezone: IANA. home: the paper's front page, to which the
    addresses below are relative. feeds, sitemaps, sections: where new stories are listed. dated_indexes, dated_sitemaps:
    the same by day or month, with {date} as discovery/indexes.py has it. story_path: a regular expression for the path of
    a story's URL; its group that matched is the story's key. link_depth: how many links are followed, one after another,
    from a listed story. layout: selectors, only where the general extraction needs help."""

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
    link_depth: ClassVar[int] = 1
    layout: ClassVar[Layout | None] = None

    def __init__(self, since: str | None = None, until: str | None = None, **kwargs: Any) -> None:
        """since, until: days (YYYY-MM-DD) in the paper's zone; a crawl with since goes through what is dated too."""
        unknown = [name for name in kwargs if not name.startswith("_")]  # scrapyd adds _job and the like
        if unknown:
            raise ValueError(f"unknown argument {unknown[0]!r}: {self.name} takes since and until")
        super().__init__(**kwargs)
        self.since, self.until = period(since, until, datetime.now(ZoneInfo(self.timezone)).date())
        self.memory: SiteMemory | None = None  # of the site's pages; contracts and single pages are read without

    def remember(self, memory_of: Callable[[str], SiteMemory]) -> None:
        """Read from here on with what is known of the site's other pages. memory_of: by publisher."""
        self.memory = memory_of(self.publisher)

    # ---- discovery ----

    async def start(self) -> AsyncIterator[Request]:
        for url in self.listings():
            yield self.request_for(self.lead_to(url))

    def lead_to(self, url: str) -> Lead:
        """The lead to an address of which nothing is known but that it was named: a story, or else a listing."""
        key = self.key_of(url)
        if key:
            return Lead(url, key=key)
        day = self._day_of((*self.dated_indexes, *self.dated_sitemaps), url)
        # A dated index is as old as its day: that of a day long past needs no second look soon.
        dates = [Moment(_midnight(day, self.timezone), "day", "url", url)] if day else []
        return Lead(url, dates=dates, key=url, kind="listing", how="spider")

    def request_for(self, lead: Lead) -> Request:
        """The request that follows a lead. What the lead says travels with it."""
        reads = {"feed": self.parse_feed, "sitemap": self.parse_sitemap, "story": self.parse_story}
        callback = reads.get(lead.kind) or self.callback_for(lead.url) or self.parse_index
        priority = 0 if lead.kind == "story" else LISTING_PRIORITY
        return Request(lead.url, callback=callback, errback=self.on_failure, priority=priority, meta={"lead": lead})

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
        if url in map(self._absolute, self.sitemaps) or self._day_of(self.dated_sitemaps, url):
            return self.parse_sitemap
        if self.key_of(url):
            return self.parse_story
        if url in map(self._absolute, self.sections) or self._day_of(self.dated_indexes, url):
            return self.parse_index
        return None

    def reads(self, url: str) -> bool:
        """Whether what stands at url is read as a page that may hold a story, and not as a listing."""
        return self.request_for(self.lead_to(url)).callback == self.parse_story

    def _absolute(self, path: str) -> str:
        return urljoin(self.home, path)

    def _day_of(self, patterns: tuple[str, ...], url: str) -> date | None:
        return next(filter(None, (indexes.day_of(self._absolute(pattern), url) for pattern in patterns)), None)

    def parse_feed(self, response: Response) -> Iterator[Fetch]:
        """A feed to leads to its stories.

        @url https://www.dawn.com/feeds/home
        @listing feed
        """
        yield self._read_listing(response, "feed", lambda: (feeds.leads(response), []))

    def parse_sitemap(self, response: Response) -> Iterator[Fetch]:
        """A sitemap to leads to its stories, and to the sitemaps it names.

        @url https://www.dawn.com/feeds/sitemap
        @listing sitemap
        """
        yield self._read_listing(response, "sitemap", lambda: sitemaps.read(response))

    def parse_index(self, response: Response) -> Iterator[Page | Fetch]:
        """An index page to leads to its stories.

        @url https://www.dawn.com/latest-news/2026-03-05
        @listing index page
        """
        yield self._read_listing(response, "index page", lambda: (indexes.leads(response), []))

    def _read_listing(
        self, response: Response, kind: str, read: Callable[[], tuple[Iterable[Lead], list[Lead]]]
    ) -> Fetch:
        fetch = self.fetch_of(response)
        fetch.outcome, fetch.reason = "not-a-story", kind
        how: How = "feed" if kind == "feed" else "sitemap" if kind == "sitemap" else self._how(response.url)
        leads: list[Lead] = []
        nested: list[Lead] = []
        try:
            found, nested = read()
            leads.extend(found)
        except ValueError as error:
            fetch.outcome, fetch.reason = "failed", str(error)
        fetch.found = [*self.stories(leads, how), *self._sitemaps(nested, fetch.lead)]
        return fetch

    def _sitemaps(self, nested: Iterable[Lead], index: Lead | None) -> Iterator[Lead]:
        """The sitemaps that a sitemap names, unless it stands too deep: some make up new ones without an end."""
        depth = 1 + (index.depth if index else 0)
        if depth <= SITEMAP_LEVELS:
            for lead in nested:
                lead.key, lead.kind, lead.how, lead.depth = lead.url, "sitemap", "sitemap", depth
                yield lead

    def _how(self, index: str) -> How:
        return "index" if self._day_of(self.dated_indexes, index) else "section"

    def stories(self, leads: Iterable[Lead], how: How, depth: int = 0) -> Iterator[Lead]:
        """Those of the leads that are stories of this paper, within the crawl's period, each once."""
        seen: set[str] = set()
        for lead in leads:
            key = self.key_of(lead.url)
            if key and key not in seen and self._in_period(lead):
                seen.add(key)
                lead.key, lead.how, lead.depth = key, how, depth
                yield lead

    def _in_period(self, lead: Lead) -> bool:
        days = [moment.value.astimezone(ZoneInfo(self.timezone)).date() for moment in lead.dates]
        return not days or not self.since or any(self.since <= day <= self.until for day in days)

    # ---- stories ----

    def key_of(self, url: str) -> str | None:
        """The identity of the story at url within this paper, None where the URL is no story's."""
        where, path = site_and_path(url)
        if where != site(self.home):
            return None
        match = re.match(self.story_path, path)
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
        lead = fetch.lead or Lead(response.url)
        key = self.key_of(response.url)
        content_type = (response.headers.get("Content-Type") or b"").decode("latin-1") or None
        page = extract(
            response.body,
            response.url,
            fetch.fetched_at,
            content_type=content_type,
            layout=self.layout,
            timezone=ZoneInfo(self.timezone),
            language=self.language,
            evidence=lead.dates,
            seen=self.others(response.url),
        )
        page = loaders.load(page)
        page.page_bit = self.bit_of(response.url)
        if self.memory is not None:
            self.memory.add(page.page_bit, page.fingerprints)
        if not key and self.key_of(fetch.url):
            page.story, page.reason = None, f"redirected to {response.url}, which is no story"
        page.publisher, page.timezone, page.fetch = self.publisher, self.timezone, fetch
        page.key = self.key_of(page.canonical_url or "") or key or self._key_without_rule(page)
        for entry in (entry for sidebar in page.sidebars for entry in sidebar.entries if entry.url):
            entry.key = self.key_of(entry.url or "")
        if page.story:
            if lead.how in ("feed", "sitemap"):
                page.story.headline = page.story.headline or lead.headline
                page.story.section = page.story.section or lead.section
            fetch.found = self.leads_on(page, lead.depth + 1)
        fetch.reason = page.reason
        return page

    def others(self, url: str) -> Mapping[int, int] | None:
        """What the site's pages hold but for the one at url."""
        return None if self.memory is None else self.memory.others(self.bit_of(url))

    def bit_of(self, url: str) -> int:
        """What stands for the page of that address among the site's, whichever form of it was asked for."""
        return page_bit(self.key_of(url) or clean_url(url))

    def leads_on(self, page: Page, depth: int) -> list[Lead]:
        """The stories of this paper that a story's page names, in its sidebars first; none beyond link_depth."""
        if depth > self.link_depth:
            return []
        entries = (entry for sidebar in page.sidebars for entry in sidebar.entries)
        beside = [Lead(entry.url, entry.headline) for entry in entries if entry.url and entry.key]
        leads = list(self.stories(beside, "sidebar", depth))
        known = {page.key, *(lead.key for lead in leads)}
        linked = (Lead(url) for url in page.links if self.key_of(url))
        leads += (lead for lead in self.stories(linked, "link", depth) if lead.key not in known)
        return leads[:LEADS_A_PAGE]

    def _key_without_rule(self, page: Page) -> str:
        canonical = page.canonical_url
        if canonical and site(canonical) == site(page.url) and urlsplit(canonical).path.strip("/"):
            return clean_url(canonical)
        return clean_url(page.url)

    # ---- fetches ----

    def fetch_of(self, response: Response) -> Fetch:
        """How a response was fetched, its outcome still open. url is the one asked for, before any redirect."""
        meta = response.meta
        url = meta.get("redirect_urls", [response.url])[0]
        return Fetch(
            url=url,
            final_url=response.url,
            status=response.status,
            fetched_at=meta.get("captured_at") or datetime.now(UTC).replace(microsecond=0),
            capture=meta.get("capture"),
            publisher=self.publisher,
            lead=meta.get("lead") or self.lead_to(url),
            attempts=meta.get("attempts", []),
            robots=meta.get("robots"),
        )

    def on_failure(self, failure: Failure) -> Iterator[Fetch]:
        """A request that gave nothing to read, as a Fetch that says why. One that was not sent is none: it stays due."""
        if isinstance(failure.value, NotSentError):
            return
        fetch = fetch_of_failure(failure, self.publisher)
        fetch.lead = fetch.lead or self.lead_to(fetch.url)
        yield fetch


def period(since: str | None, until: str | None, today: date) -> tuple[date | None, date]:
    """The days of a crawl. Raises ValueError with a line that says what to write instead."""
    first, last = _day("since", since), _day("until", until) or today
    if until and not since:
        raise ValueError(f"until={until} needs a since: write -a since=YYYY-MM-DD -a until={until}")
    if first and first > last and not until:
        raise ValueError(f"since={first} has not come yet: today is {last} where the paper is")
    if first and first > last:
        raise ValueError(f"since={first} is after until={last}: exchange them")
    return first, last


def _midnight(day: date, timezone: str) -> datetime:
    return datetime(day.year, day.month, day.day, tzinfo=ZoneInfo(timezone))


def _day(name: str, text: str | None) -> date | None:
    if text is None:
        return None
    if not re.fullmatch(r"\d{4}-\d\d-\d\d", text):
        raise ValueError(f"{name}={text} is no date: write it as YYYY-MM-DD")
    try:
        return date.fromisoformat(text)
    except ValueError as error:
        raise ValueError(f"{name}={text} is no date ({error}): write it as YYYY-MM-DD") from error
