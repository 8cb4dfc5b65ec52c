"""`scrapy replay PATH...`: recorded pages through the same extraction and pipelines, with no network.

Each recorded response goes through the download stack to the spider of its paper (found by its URL's domain), in the order
in which it was recorded. What a recorded feed or sitemap says of a story becomes evidence again; nothing that a page links
to is requested. All pages are gone through twice: first for what repeats over a site's pages, so that each is then read
with the whole of it, whatever their order.
"""

from __future__ import annotations

import argparse
import asyncio
import sys
from collections.abc import AsyncIterator, Callable, Iterable, Iterator
from typing import Any, cast
from urllib.parse import urljoin, urlsplit

from scrapy import Request, Spider
from scrapy.downloadermiddlewares.httpcompression import HttpCompressionMiddleware
from scrapy.exceptions import IgnoreRequest
from scrapy.http import Response
from scrapy.spiderloader import SpiderLoaderProtocol
from twisted.python.failure import Failure

from crawler.archive.offline import instant
from crawler.archive.offline import response as response_of_record
from crawler.archive.reader import ArchiveError as UnreadableError
from crawler.archive.reader import Damage, Location, Record, files, records
from crawler.archive.warc import is_possible
from crawler.extraction import gather
from crawler.extraction.memory import SiteMemory
from crawler.items import Fetch, Lead, Page
from crawler.project_command import Crawl, ProjectCommand, Refused
from crawler.spiders.failures import response_of
from crawler.spiders.news import NewsSpider
from crawler.spiders.site import SiteSpider
from crawler.urls import is_web_address
from pipelines.database.urls import merged

# Fingerprints held at once, of all sites together: about 500 MB. An archive with more loses, in the first pass, those that
# were seen on one page only.
MOST_REMEMBERED = 5_000_000

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
            if captured_at and not is_possible(captured_at):
                raise Refused(f"--captured-at {opts.captured_at}: nothing can have been captured then")
            for name, value in SETTINGS.items():
                self.settings.set(name, value, priority="cmdline")

            def recorded(first_pass: bool) -> Iterator[Record]:
                on_damage = _told_by_the_second_pass if first_pass else damages.append
                return records(args, opts.url, captured_at, on_damage=on_damage)

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


def _told_by_the_second_pass(damage: Damage) -> None:
    """Damage that the first pass meets: the second meets it too, and tells it."""


class Papers:
    """The spider that reads a page: the one named, else the paper's whose domain it is, else the general one."""

    def __init__(self, loader: SpiderLoaderProtocol, named: type[NewsSpider] | None = None) -> None:
        self.loader = loader
        self.named = named() if named and named is not SiteSpider else None
        self.known: dict[str, NewsSpider] = {}
        self.memory_of: Callable[[str], SiteMemory] | None = None

    def remember(self, memory_of: Callable[[str], SiteMemory]) -> None:
        """Give each paper what is known of its pages."""
        self.memory_of = memory_of
        if self.named:
            self.named.remember(memory_of)

    def forget_what_does_not_repeat(self) -> int:
        """Keep of every paper only what several pages hold. Gives how many fingerprints that is."""
        memories = [paper.memory for paper in self.known.values() if paper.memory]
        for memory in memories:
            memory.forget_what_does_not_repeat()
        return sum(len(memory.pages) for memory in memories)

    def of(self, url: str) -> NewsSpider:
        if self.named:
            return self.named
        host = urlsplit(url).hostname or ""
        if host not in self.known:
            names = self.loader.find_by_request(Request(url))
            paper = cast("NewsSpider", self.loader.load(names[0])()) if names else SiteSpider(url=url)
            if self.memory_of:
                paper.remember(self.memory_of)
            self.known[host] = paper
        return self.known[host]


class ReplaySpider(Spider):
    """Recorded responses, each to the spider of its paper."""

    name = "replay"

    def __init__(self, recorded: Callable[[bool], Iterable[Record]], papers: Papers, **kwargs: Any) -> None:
        """recorded: all records, for the first pass (True) and the second."""
        super().__init__(**kwargs)
        self.recorded, self.papers = recorded, papers
        self.told: dict[tuple[str, str], Lead] = {}  # by publisher and key: what the recorded listings say of a story
        self.held = 0  # fingerprints in memory, at most
        self.asked: dict[str, str] = {}  # by the target of a recorded redirect: the address that was asked for

    def remember(self, memory_of: Callable[[str], SiteMemory]) -> None:
        """Called once the database is open: what it knows of a paper, that paper's spider reads with."""
        self.papers.remember(memory_of)

    async def start(self) -> AsyncIterator[Request]:
        await self._gather()
        for record in self.recorded(False):
            if urlsplit(record.url).path != "/robots.txt":
                yield Request(record.url, meta={"record": record.location}, dont_filter=True, errback=self.failed)

    async def _gather(self) -> None:
        """The first pass: let each paper know the blocks of all its recorded pages."""
        decoder = HttpCompressionMiddleware.from_crawler(self.crawler)
        assert self.crawler.stats
        for number, record in enumerate(self.recorded(True), 1):
            if 200 <= record.status < 300:
                self._gather_from(record, decoder)
            self.crawler.stats.set_value("news/gathered", number)
            await asyncio.sleep(0)  # Ctrl-C, or the progress bar, may want its turn

    def _gather_from(self, record: Record, decoder: HttpCompressionMiddleware) -> None:
        request = Request(record.url)
        paper = self.papers.of(request.url)
        if paper.memory is None or not paper.reads(request.url):
            return
        try:
            response = decoder.process_response(request, response_of_record(record, request.url))
        except (IgnoreRequest, OSError, ValueError):
            return  # the second pass says why
        marks = gather(response.body, response.url, record.content_type, paper.layout)
        paper.memory.add(paper.bit_of(response.url), marks)
        self.held += len(marks)
        if self.held > MOST_REMEMBERED:
            self.held = self.papers.forget_what_does_not_repeat()

    def parse(self, response: Response) -> Iterator[Page | Fetch]:
        """What the paper's own spider makes of the response."""
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
