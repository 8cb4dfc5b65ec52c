"""`scrapy sample`: the main job on the recorded sample paper, one crawl a recorded day, with no network."""

from __future__ import annotations

import argparse

from scrapy.crawler import Crawler

from crawler.project_command import Crawl, ProjectCommand, Refused
from crawler.settings import ROOT

SAMPLE = ROOT / "data" / "sample"


class Command(ProjectCommand):
    def short_desc(self) -> str:
        return "Crawl the recorded sample paper into the archive, with no network"

    def work(self, args: list[str], opts: argparse.Namespace) -> None:
        assert self.settings is not None
        if args:
            raise Refused(f"takes no argument, but was given {args[0]!r}")
        spider = self.spider_class("sample")
        crawls = []
        days = sorted(SAMPLE.glob("*.warc.gz"))
        for number, day in enumerate(days, 1):
            settings = self.settings.copy()
            settings.set("PROGRESS_LABEL", f"sample, day {number} of {len(days)}", priority="cmdline")
            settings.set("RECORDED", [str(day)], priority="cmdline")
            crawls.append(Crawl(Crawler(spider, settings)))
        if not crawls:
            raise Refused(f"no recorded day in {SAMPLE}: write them with 'python -m tests.newsroom.record'")
        self.crawl(crawls)
