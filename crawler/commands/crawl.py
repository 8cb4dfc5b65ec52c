"""`scrapy crawl SPIDER`: Scrapy's own command, with bad input refused in one line and a summary at the end."""

from __future__ import annotations

import argparse

from crawler.project_command import Crawl, ProjectCommand, Refused
from crawler.summary import stats_of
from pipelines.database import check
from pipelines.database.lock import only_crawl


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
            paper = spider(**opts.spargs)
            list(paper.listings())
        except ValueError as error:
            raise Refused(str(error)) from error
        self.check_budgets()
        check(self.database)
        crawl = Crawl(self._create_crawler(args[0]), opts.spargs)
        with only_crawl(self.database, paper.publisher or paper.name):
            self.crawl([crawl])
        if crawl.reason == "finished" and (waits := self._next_at(crawl)):
            print(f"Nothing more is due before {waits}.")

    def _next_at(self, crawl: Crawl) -> str | None:
        stats = stats_of(crawl.crawler)
        return stats.get_value("frontier/next_at") if stats else None
