"""`scrapy explain URL-or-FILE`: the page as HTML on standard output, each block coloured and with the reason of its verdict."""

from __future__ import annotations

import argparse
import sys
from collections.abc import AsyncIterator, Callable
from typing import Any
from urllib.parse import urlsplit
from zoneinfo import ZoneInfo

from scrapy import Request, Spider
from scrapy.http import Response
from twisted.python.failure import Failure

from crawler.archive.reader import ArchiveError as UnreadableError
from crawler.archive.reader import records
from crawler.commands import Crawl, ProjectCommand, Refused
from crawler.commands.replay import Papers
from crawler.extraction.document import NotADocument
from crawler.extraction.explain import explain
from crawler.spiders.failures import fetch_of_failure


class Command(ProjectCommand):
    default_settings = {"ITEM_PIPELINES": {}, "ARCHIVE": None}

    def syntax(self) -> str:
        return "[options] URL-or-FILE"

    def short_desc(self) -> str:
        return "Show why a page is divided as it is"

    def work(self, args: list[str], opts: argparse.Namespace) -> None:
        assert self.crawler_process is not None
        if len(args) != 1:
            raise Refused("name one address or one recorded page")
        self.papers = Papers(self.crawler_process.spider_loader)
        if urlsplit(args[0]).scheme in ("http", "https"):
            self._explain_address(args[0])
        else:
            self._explain_file(args[0])

    def _explain_file(self, path: str) -> None:
        try:
            record = next(records([path]))
        except UnreadableError as error:
            raise Refused(str(error)) from error
        except StopIteration:
            raise Refused(f"{path}: no recorded page in it") from None
        self._print(record.body, record.url, record.content_type)

    def _explain_address(self, url: str) -> None:
        problems: list[str] = []
        self.run_crawls([Crawl(self._create_crawler(OnePageSpider), {"url": url, "use": self._use, "fail": problems.append})])
        if problems:
            raise Refused(f"{url}: {problems[0]}")

    def _use(self, response: Response) -> None:
        self._print(response.body, response.url, (response.headers.get("Content-Type") or b"").decode("latin-1"))

    def _print(self, body: bytes, url: str, content_type: str | None) -> None:
        paper = self.papers.of(url)
        try:
            page = explain(body, url, content_type=content_type, layout=paper.layout, timezone=ZoneInfo(paper.timezone))
        except NotADocument as error:
            raise Refused(f"{url}: {error}") from error
        sys.stdout.write(page)


class OnePageSpider(Spider):
    """One address, as politely as any crawl."""

    name = "page"

    def __init__(self, url: str, use: Callable[[Response], None], fail: Callable[[str], None], **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.url, self.use, self.fail = url, use, fail

    async def start(self) -> AsyncIterator[Request]:
        yield Request(self.url, self.parse, errback=self.failed)

    def parse(self, response: Response) -> None:
        try:
            self.use(response)
        except Refused as refused:
            self.fail(str(refused))

    def failed(self, failure: Failure) -> None:
        self.fail(fetch_of_failure(failure, "").reason or "failed")
