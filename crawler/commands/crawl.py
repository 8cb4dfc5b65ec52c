"""`scrapy crawl SPIDER`: Scrapy's own command, with bad input refused in one line and a summary at the end."""

from __future__ import annotations

import argparse
import sys
from contextlib import closing
from datetime import UTC, datetime
from zoneinfo import ZoneInfo

from crawler.health import examine
from crawler.health.text import alarm_lines
from crawler.project_command import Crawl, ProjectCommand, Refused
from crawler.spiders.news import NewsSpider
from crawler.summary import stats_of
from pipelines.database import check, open_for_reading
from pipelines.database.health import last_fetch
from pipelines.database.lock import only_crawl


class Command(ProjectCommand):
    def syntax(self) -> str:
        return "[options] <spider>"

    def short_desc(self) -> str:
        return "Crawl a paper into the archive"

    def work(self, args: list[str], opts: argparse.Namespace) -> None:
        if len(args) != 1:
            raise Refused("name one spider: list them with 'scrapy list'")
        paper = self.paper(args[0], opts.spargs)
        self.check_budgets()
        check(self.database)
        crawl = Crawl(self._create_crawler(args[0]), opts.spargs)
        with only_crawl(self.database, paper.publisher or paper.name):
            self.crawl([crawl])
        if crawl.reason == "finished" and (waits := self._next_at(crawl)):
            print(f"Nothing more is due before {waits}.")
        if crawl.reason and not crawl.failed:
            self._tell_unusual(paper)

    def _tell_unusual(self, spider: NewsSpider) -> None:
        """What `scrapy health` finds unlike the paper's usual days, at the moment the crawl came to."""
        with closing(open_for_reading(self.database)) as connection:
            last = last_fetch(connection, spider.publisher, datetime.now(UTC))
            if last is not None:
                for line in alarm_lines(examine(connection, spider.publisher, ZoneInfo(spider.timezone), last)):
                    print(line, file=sys.stderr)

    def _next_at(self, crawl: Crawl) -> str | None:
        stats = stats_of(crawl.crawler)
        return stats.get_value("frontier/next_at") if stats else None
