"""`scrapy explain URL-or-FILE`: the page as HTML on standard output, each block coloured and with the reason of its verdict.

An address is asked as politely as in any crawl, which counts it and archives its answer.
"""

from __future__ import annotations

import argparse
from collections.abc import AsyncIterator, Callable
from datetime import UTC, datetime
from functools import partial
from typing import Any
from zoneinfo import ZoneInfo

from scrapy import Request, Spider
from scrapy.http import Response
from twisted.python.failure import Failure

from crawler.archive.reader import ArchiveError as UnreadableError
from crawler.archive.reader import Damage, records
from crawler.commands.replay import SETTINGS as REPLAY_SETTINGS
from crawler.commands.replay import Papers
from crawler.extraction.document import NotADocument
from crawler.extraction.explain import explain
from crawler.project_command import Crawl, ProjectCommand, Refused
from crawler.remembering import memory_of
from crawler.spiders.failures import fetch_of_failure
from crawler.urls import is_web_address

NOTHING_KEPT: dict[str, object] = {"ITEM_PIPELINES": {}}  # of a recorded page: no database is made for it


class Command(ProjectCommand):
    def syntax(self) -> str:
        return "[options] URL-or-FILE"

    def short_desc(self) -> str:
        return "Show why a page is divided as it is"

    def add_options(self, parser: argparse.ArgumentParser) -> None:
        super().add_options(parser)
        parser.add_argument(
            "--url", metavar="URL", help="where a saved page was on the web, or which page of a WARC file is meant"
        )

    def work(self, args: list[str], opts: argparse.Namespace) -> None:
        assert self.crawler_process is not None
        if len(args) != 1:
            raise Refused("name one address or one recorded page")
        self.papers = Papers(self.crawler_process.spider_loader)
        self.papers.remember(partial(memory_of, self.database))
        is_address = args[0].startswith(("http://", "https://"))
        if is_address and not is_web_address(args[0]):
            raise Refused(f"{args[0]} is no web address: write it as https://example.org/story")
        request = Request(args[0]) if is_address else self._recorded(args[0], opts.url)
        problems: list[str] = []
        arguments = {"request": request, "use": self._use, "fail": problems.append}
        self.run_crawls([Crawl(self._create_crawler(OnePageSpider), arguments)])
        if problems:
            raise Refused(f"{args[0]}: {problems[0]}")

    def _recorded(self, path: str, url: str | None) -> Request:
        """A request that a record of a file answers: the first, or that of the address given."""
        assert self.settings is not None
        if url and not is_web_address(url):
            raise Refused(f"--url {url} is no web address: write it as https://example.org/story")
        damages: list[Damage] = []
        try:
            found = records([path], url, on_damage=damages.append)
            record = next(record for record in found if url in (None, record.url))
        except UnreadableError as error:
            raise Refused(str(error)) from error
        except StopIteration:
            raise Refused(str(damages[0]) if damages else f"{path}: no page {url or ''} recorded in it") from None
        for name, value in (REPLAY_SETTINGS | NOTHING_KEPT).items():
            self.settings.set(name, value, priority="cmdline")
        return Request(record.url, meta={"record": record.location})

    def _use(self, response: Response) -> None:
        paper = self.papers.of(response.url)
        content_type = (response.headers.get("Content-Type") or b"").decode("latin-1")
        self.print_page(
            explain(
                response.body,
                response.url,
                response.meta.get("captured_at") or datetime.now(UTC),
                content_type=content_type,
                layout=paper.layout,
                timezone=ZoneInfo(paper.timezone),
                language=paper.language,
                seen=paper.others(response.url),
            )
        )


class OnePageSpider(Spider):
    """One address, as politely as any crawl."""

    name = "page"

    def __init__(
        self, request: Request, use: Callable[[Response], None], fail: Callable[[str], None], **kwargs: Any
    ) -> None:
        super().__init__(**kwargs)
        self.request, self.use, self.fail = request, use, fail

    async def start(self) -> AsyncIterator[Request]:
        yield self.request.replace(callback=self.parse, errback=self.failed)

    def parse(self, response: Response) -> None:
        try:
            self.use(response)
        except NotADocument as error:
            self.fail(str(error))

    def failed(self, failure: Failure) -> None:
        self.fail(fetch_of_failure(failure, "").reason or "failed")
