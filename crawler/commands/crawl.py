"""`scrapy crawl SPIDER`: Scrapy's own command, with bad input refused in one line and a summary at the end."""

from __future__ import annotations

import argparse

from crawler.project_command import Crawl, ProjectCommand, Refused


class Command(ProjectCommand):
    def syntax(self) -> str:
        return "[options] <spider>"

    def short_desc(self) -> str:
        return "Crawl a paper into the archive"

    def work(self, args: list[str], opts: argparse.Namespace) -> None:
        if len(args) != 1:
            raise Refused("name one spider: list them with 'scrapy list'")
        spider = self.spider_class(args[0])
        try:
            list(spider(**opts.spargs).listings())
        except ValueError as error:
            raise Refused(str(error)) from error
        self.crawl([Crawl(self._create_crawler(args[0]), opts.spargs)])
