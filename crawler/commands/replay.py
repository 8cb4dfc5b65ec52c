"""`scrapy replay PATH...`: recorded pages through the same extraction and pipelines, with no network.

Each recorded response goes through the download stack to the spider of its paper (found by its URL's domain), in the order
in which it was recorded. What a recorded feed or sitemap says of a story becomes evidence again; nothing that a page links
to is requested.
"""

from __future__ import annotations

import argparse
import sys
from collections.abc import AsyncIterator, Iterable, Iterator
from typing import Any, cast
from urllib.parse import urljoin, urlsplit

from scrapy import Request, Spider
from scrapy.http import Response
from scrapy.spiderloader import SpiderLoaderProtocol
from twisted.python.failure import Failure

from crawler.archive.offline import instant
from crawler.archive.reader import ArchiveError as UnreadableError
from crawler.archive.reader import Damage, Location, files, records
from crawler.items import Fetch, Lead, Page
from crawler.project_command import Crawl, ProjectCommand, Refused
from crawler.spiders.failures import response_of
from crawler.spiders.news import NewsSpider
from crawler.spiders.site import SiteSpider
from crawler.urls import is_web_address
from pipelines.database.urls import merged

# Records are read again in their order, one at a time: a version's history depends on it.
SETTINGS = {
    "DOWNLOAD_HANDLERS": dict.fromkeys(("http", "https", "file"), "crawler.archive.offline.RecordedHandler"),
    "SCHEDULER_MEMORY_QUEUE": "scrapy.squeues.FifoMemoryQueue",
    "CONCURRENT_REQUESTS": 1,
    "CONCURRENT_ITEMS": 1,
    "DOWNLOAD_DELAY": 0,
    "AUTOTHROTTLE_ENABLED": False,
    "ROBOTSTXT_OBEY": False,
    "REDIRECT_ENABLED": False,
    "RETRY_ENABLED": False,
    "ARCHIVE": None,
    "BUDGET_RUN": 0,
    "BUDGET_DAY": 0,
}


class Command(ProjectCommand):
    def syntax(self) -> str:
        return "[options] PATH..."

    def short_desc(self) -> str:
        return "Read recorded pages (WARC, WACZ, HTML, text, folders) into the archive"

    def add_options(self, parser: argparse.ArgumentParser) -> None:
        super().add_options(parser)
        parser.add_argument("--publisher", metavar="NAME", help="the spider whose paper these pages are")
        parser.add_argument("--url", metavar="URL", help="where a single HTML or text file was on the web")
        parser.add_argument(
            "--captured-at", metavar="INSTANT", help="when loose files were fetched, as 2026-03-02T06:00:00Z"
        )

    def work(self, args: list[str], opts: argparse.Namespace) -> None:
        assert self.crawler_process is not None and self.settings is not None
        if not args:
            raise Refused("name a file or folder to replay")
        paper = self.spider_class(opts.publisher) if opts.publisher else None
        damages: list[Damage] = []
        try:
            captured_at = instant(opts.captured_at)
            found = files(args, opts.url, captured_at)
            self._check(found, opts)
            for name, value in SETTINGS.items():
                self.settings.set(name, value, priority="cmdline")
            recorded = records(args, opts.url, captured_at, on_damage=damages.append)
            papers = Papers(self.crawler_process.spider_loader, paper)
            self.crawl([Crawl(self._create_crawler(ReplaySpider), {"recorded": recorded, "papers": papers})])
        except UnreadableError as error:
            raise Refused(str(error)) from error
        for damage in damages:
            print(f"damaged: {damage}", file=sys.stderr)
            self.exitcode = 1

    def _check(self, found: list[Location], opts: argparse.Namespace) -> None:
        if opts.url and len(found) > 1:
            raise Refused(f"--url names one page, but there are {len(found)} files: replay them one by one")
        if opts.url and not is_web_address(opts.url):
            raise Refused(f"--url {opts.url} is no web address: write it as https://example.org/story")
        nameless = [str(location.path) for location in found if location.path.suffix == ".txt"]
        if nameless and not (opts.url or opts.publisher):
            raise Refused(
                f"{nameless[0]}: a text file does not say whose it is: name its paper with --publisher, or its --url"
            )


class Papers:
    """The spider that reads a page: the one named, else the paper's whose domain it is, else the general one."""

    def __init__(self, loader: SpiderLoaderProtocol, named: type[NewsSpider] | None = None) -> None:
        self.loader = loader
        self.named = named() if named and named is not SiteSpider else None
        self.known: dict[str, NewsSpider] = {}

    def of(self, url: str) -> NewsSpider:
        if self.named:
            return self.named
        host = urlsplit(url).hostname or ""
        if host not in self.known:
            names = self.loader.find_by_request(Request(url))
            self.known[host] = cast("NewsSpider", self.loader.load(names[0])()) if names else SiteSpider(url=url)
        return self.known[host]


class ReplaySpider(Spider):
    """Recorded responses, each to the spider of its paper."""

    name = "replay"

    def __init__(self, recorded: Iterable[Any] = (), papers: Papers | None = None, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.recorded, self.papers = recorded, papers
        self.told: dict[tuple[str, str], Lead] = {}  # by publisher and key: what the recorded listings say of a story
        self.asked: dict[str, str] = {}  # by the target of a recorded redirect: the address that was asked for

    async def start(self) -> AsyncIterator[Request]:
        for record in self.recorded:
            if urlsplit(record.url).path != "/robots.txt":
                yield Request(record.url, meta={"record": record.location}, dont_filter=True, errback=self.failed)

    def parse(self, response: Response) -> Iterator[Page | Fetch]:
        """What the paper's own spider makes of the response."""
        assert self.papers
        paper = self.papers.of(response.url)
        self._restore_redirect(response)
        lead = self._lead(paper, response.meta.get("redirect_urls", [response.url])[0])
        response.meta["lead"] = lead
        read = paper.parse_story if lead.kind == "story" else paper.request_for(lead).callback
        assert read
        for result in read(response):
            fetch = result.fetch if isinstance(result, Page) else result
            for found in fetch.found if fetch else ():
                if found.how not in ("link", "sidebar"):
                    place = (paper.publisher, found.key)
                    self.told[place] = merged(self.told.get(place, found), found)
            yield result

    def _lead(self, paper: NewsSpider, url: str) -> Lead:
        """The lead that led to url; a page of which no listing and no rule of the paper knows is tried as a story."""
        told = self.told.get((paper.publisher, paper.key_of(url) or url))
        return told or (paper.lead_to(url) if paper.callback_for(url) else Lead(url, key=url))

    def failed(self, failure: Failure) -> Iterator[Fetch]:
        assert self.papers
        response = response_of(failure)
        location = response.headers.get("Location") if response is not None else None
        if response is not None and location and 300 <= response.status < 400:
            target = urljoin(response.url, location.decode("latin-1"))
            self.asked[target] = self.asked.pop(response.url, response.url)
            return
        if response is not None:
            self._restore_redirect(response)
        yield from self.papers.of(failure.request.url).on_failure(failure)  # type: ignore[attr-defined]

    def _restore_redirect(self, response: Response) -> None:
        """A recorded redirect led here: the fetch is of the address that was asked for, as it was in the crawl."""
        asked = self.asked.pop(response.url, None)
        if asked:
            response.meta["redirect_urls"] = [asked]
