"""A crawl in its own process, by Scrapy's own engine: `python -m tests.pipelines.press DATABASE DAYS [NAME=VALUE...]`.

Its spider reads no network: it yields a page for each of eight stories on each day, under a sidebar that changes daily
and texts that change every third day. Prints the stats as JSON.
"""

from __future__ import annotations

import asyncio
import json
import sys
from collections.abc import AsyncIterator
from datetime import timedelta
from typing import Any

from scrapy import Spider
from scrapy.crawler import AsyncCrawlerProcess

from crawler.items import Fetch, Page
from tests.pipelines.newsdesk import NOON, PARAGRAPH, editorial, harbour_story, page

STORIES = 8
PIPELINES = {
    "pipelines.dedupe.DedupePipeline": 100,
    "pipelines.timestamp.TimestampPipeline": 200,
    "pipelines.store.StorePipeline": 300,
}


def edition(day: int) -> list[Page | Fetch]:
    """What a crawl of that day brings: eight stories and one failure."""
    moment = NOON + timedelta(days=day)
    pages: list[Page | Fetch] = [
        page(
            harbour_story(headline=f"Gate {number}", body=f"Gate {number}, week {(day + number) // 3}. {PARAGRAPH}"),
            editorial(f"On day {day}", f"On day {day - 1} again"),
            key=str(number),
            at=moment,
        )
        for number in range(STORIES)
    ]
    gone = Fetch("https://harbour.example/news/0", moment, status=404, outcome="gone", reason="404 Not Found")
    return [*pages, gone]


class PressSpider(Spider):
    """Yields the editions, giving the engine its turn between them."""

    name = "press"
    publisher = "harbour"
    days = 1

    async def start(self) -> AsyncIterator[Any]:
        for day in range(int(self.days)):
            for item in edition(day):
                yield item
            await asyncio.sleep(0)


def main(database: str, days: str, *settings: str) -> int:
    process = AsyncCrawlerProcess(
        {
            "DATABASE": database,
            "ITEM_PIPELINES": PIPELINES,
            "LOG_LEVEL": "WARNING",
            "TELNETCONSOLE_ENABLED": False,
            "REMOTE_CONTROL_ENABLED": False,
            **dict(setting.split("=", 1) for setting in settings),
        }
    )
    crawler = process.create_crawler(PressSpider)
    process.crawl(crawler, days=days)
    process.start()
    if process.bootstrap_failed or crawler.stats is None:
        return 1
    print(json.dumps(crawler.stats.get_stats(), default=str))
    return 0 if crawler.stats.get_value("finish_reason") == "finished" else 1


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))
