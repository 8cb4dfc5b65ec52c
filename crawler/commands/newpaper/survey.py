"""A look at a paper's site: its front page, what its robots.txt and pages name as feeds and sitemaps, and a few stories.

As polite as any crawl: through the same middlewares, one request after another. In: an address. Out: a Survey, or the
reason why there is none.
"""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable, Iterable
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import urljoin

from scrapy import Request, Spider, signals
from scrapy.http import Response, TextResponse
from scrapy.http.request import NO_CALLBACK
from scrapy.robotstxt import RobotParser
from twisted.python.failure import Failure

from crawler.commands.newpaper import learn
from crawler.discovery import Lead, feeds, home, indexes, sitemaps
from crawler.extraction import extract
from crawler.spiders.failures import fetch_of_failure
from crawler.urls import host, is_web_address, site

STORIES = 5  # to look at
TRIES = 10  # stories asked for until there are so many
LISTINGS = 3  # feeds, and sitemaps, that a spider's file names
LOOKS = 6  # addresses asked for, to find either
FEED_PATHS = ("/feed/", "/rss", "/rss.xml", "/feed.xml", "/atom.xml", "/feeds/home")
SITEMAP_PATHS = ("/news-sitemap.xml", "/sitemap-news.xml", "/sitemap_news.xml", "/sitemap.xml")


class Unreadable(Exception):
    """What was asked for gave nothing to read; the message says why."""


@dataclass(slots=True)
class Survey:
    """What a look found. home: the front page's own address. feeds, sitemaps: by address, the stories that each lists,
    only news sitemaps; notes: what else was asked for, and why it is of no use. story_path: a rule for the stories'
    addresses; stories: some of them, as they came."""

    home: str
    front: TextResponse
    feeds: dict[str, list[Lead]] = field(default_factory=dict)
    sitemaps: dict[str, list[Lead]] = field(default_factory=dict)
    notes: list[str] = field(default_factory=list)
    story_path: str = ""
    stories: list[Response] = field(default_factory=list)

    def listed(self) -> list[Lead]:
        """The stories of all feeds and sitemaps, in their order."""
        return [lead for leads in (*self.feeds.values(), *self.sitemaps.values()) for lead in leads]


class SurveySpider(Spider):
    name = "newpaper"

    def __init__(self, url: str, found: Callable[[Survey], None], fail: Callable[[str], None], **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.url, self.found, self.fail = url, found, fail
        self.allowed_domains = [host(url)]
        self.named_sitemaps: list[str] = []  # by robots.txt
        self.nothing_more: tuple[Request, ...] = ()  # what start() must give, after it has asked for everything itself

    async def start(self) -> AsyncIterator[Request]:
        self.crawler.signals.connect(self.robots, signals.robots_parsed)
        try:
            self.found(await self.survey())
        except Unreadable as error:
            self.fail(str(error))
        for request in self.nothing_more:
            yield request

    def robots(self, robotparser: RobotParser) -> None:
        """What the parsed robots.txt names as sitemaps."""
        self.named_sitemaps += getattr(getattr(robotparser, "rp", None), "sitemaps", ())

    async def survey(self) -> Survey:
        """The whole look. Raises Unreadable where there is no front page or no story."""
        front = await self.get(self.url)
        kind = (front.headers.get("Content-Type") or b"").decode("latin-1").partition(";")[0]
        if not isinstance(front, TextResponse) or (kind and "html" not in kind):
            raise Unreadable(f"no web page there but {kind or 'something binary'}")
        survey = Survey(front.url, front)
        await self.look_for_feeds(survey)
        await self.look_for_sitemaps(survey)
        await self.look_at_stories(survey)
        return survey

    async def get(self, url: str) -> Response:
        """The response of an address. Raises Unreadable with the reason where there is none, or an error page."""
        assert self.crawler.engine is not None
        request = Request(url, callback=NO_CALLBACK)
        try:
            response = await self.crawler.engine.download_async(request)
        except Exception as error:  # whatever the download stack raises, and other servers make it raise
            failure = Failure(error)  # type: ignore[no-untyped-call]
            failure.request = request  # type: ignore[attr-defined]  # as Scrapy does
            raise Unreadable(fetch_of_failure(failure, "").reason or type(error).__name__) from error
        if response.status != 200:
            raise Unreadable(f"HTTP {response.status}")
        return response

    # ---- listings ----

    async def look_for_feeds(self, survey: Survey) -> None:
        """The feeds that the front page names, or those at the usual addresses."""
        named = self._own(home.feeds(survey.front))
        usual = [] if named else [urljoin(survey.home, path) for path in FEED_PATHS]
        for url in [*named, *usual][:LOOKS]:
            try:
                stories = self._stories(feeds.leads(await self.get(url)), survey)
            except (Unreadable, feeds.NotAFeed) as error:
                survey.notes += [f"{url}: {error}"] if url in named else []
                continue
            if stories:
                survey.feeds[url] = stories
            else:
                survey.notes.append(f"{url}: a feed without stories of this site")
            if len(survey.feeds) == LISTINGS or (survey.feeds and not named):
                return

    async def look_for_sitemaps(self, survey: Survey) -> None:
        """The news sitemaps among those that robots.txt names, or at the usual addresses, or in an index of either."""
        named = self._own(self.named_sitemaps)
        usual = [urljoin(survey.home, path) for path in SITEMAP_PATHS]
        urls = sorted(dict.fromkeys([*named, *usual]), key=lambda url: "news" not in url)
        looked = 0
        while urls and looked < LOOKS and not survey.sitemaps:
            url = urls.pop(0)
            looked += 1
            try:
                leads, nested = sitemaps.read(await self.get(url))
            except (Unreadable, sitemaps.NotASitemap) as error:
                survey.notes += [f"{url}: {error}"] if url not in usual else []
                continue
            stories = self._stories(leads, survey)
            if any(lead.dates for lead in stories):
                survey.sitemaps[url] = stories
            else:
                survey.notes.append(f"{url}: no news sitemap, it lists {len(leads)} pages and {len(nested)} sitemaps")
                urls = [inner for inner in self._own(lead.url for lead in nested) if "news" in inner][:LISTINGS] + urls

    def _own(self, urls: Iterable[str]) -> list[str]:
        """Addresses of the paper's own domain, each once: no other is asked."""
        ours = (url for url in urls if is_web_address(url))
        return list(dict.fromkeys(url for url in ours if f".{host(url)}".endswith(f".{host(self.url)}")))

    def _stories(self, leads: Iterable[Lead], survey: Survey) -> list[Lead]:
        return [lead for lead in leads if site(lead.url) == site(survey.home) and not self._is(lead.url, survey.home)]

    def _is(self, url: str, other: str) -> bool:
        return url.rstrip("/") == other.rstrip("/")

    # ---- stories ----

    async def look_at_stories(self, survey: Survey) -> None:
        """A rule for the stories' addresses, and a few of them. Raises Unreadable where there is no rule or no story."""
        links = [lead.url for lead in self._stories(indexes.leads(survey.front), survey)]
        likely = [url for url in links if home.looks_like_story(url)]
        stories = list(dict.fromkeys(lead.url for lead in survey.listed())) or likely
        listings = [survey.home, *survey.feeds, *survey.sitemaps]
        others = [url for url in links if url not in likely and url not in stories]
        rule = learn.story_path(stories, [*others, *listings], likely)
        if rule is None:
            raise Unreadable(f"no stories found: no rule tells the addresses of {len(stories)} likely ones from others")
        survey.story_path = rule
        reason = ""
        for url in learn.matching(rule, [*stories, *likely])[:TRIES]:
            try:
                response = await self.get(url)
                reason = extract(response.body, response.url).reason or ""
            except Unreadable as error:
                reason = str(error)
            if reason:
                survey.notes.append(f"{url}: {reason}")
                continue
            survey.stories.append(response)
            if len(survey.stories) == STORIES:
                return
        if not survey.stories:
            raise Unreadable(f"no stories found: the addresses that look like some hold none (the last one: {reason})")
