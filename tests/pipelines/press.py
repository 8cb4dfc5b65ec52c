"""A crawl in its own process, by Scrapy's own engine: `python -m tests.pipelines.press DATABASE FIRST LAST [FILE_BYTES]`.

Its spider reads no network: from day FIRST up to LAST it yields a page for each of eight stories, under a sidebar that
changes daily and texts that change every third day. FILE_BYTES: how large a file may become, as on a full disk. Prints a
line when the first page is due, and the stats as JSON at the end.
"""

from __future__ import annotations

import json
import resource
import sys
from collections.abc import AsyncIterator, Iterator
from datetime import timedelta

from scrapy import Request, Spider
from scrapy.crawler import AsyncCrawlerProcess
from scrapy.http import Response

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
    """Asks for each day by a data: URL, which needs no network, and answers with that day's edition."""

    name = "press"
    publisher = "harbour"
    first = last = 0

    async def start(self) -> AsyncIterator[Request]:
        print("started", flush=True)
        for day in range(int(self.first), int(self.last)):
            yield Request(f"data:,{day}", dont_filter=True)

    def parse(self, response: Response) -> Iterator[Page | Fetch]:
        yield from edition(int(response.body))


def main(database: str, first: str, last: str, file_bytes: str | None = None) -> int:
    if file_bytes is not None:
        resource.setrlimit(resource.RLIMIT_FSIZE, (int(file_bytes), int(file_bytes)))
    process = AsyncCrawlerProcess(
        {
            "DATABASE": database,
            "ITEM_PIPELINES": PIPELINES,
            "LOG_LEVEL": "WARNING",
            "TELNETCONSOLE_ENABLED": False,
            "REMOTE_CONTROL_ENABLED": False,
        }
    )
    crawler = process.create_crawler(PressSpider)
    process.crawl(crawler, first=first, last=last)
    process.start()
    if process.bootstrap_failed or crawler.stats is None:
        return 1
    print(json.dumps(crawler.stats.get_stats(), default=str))
    return 0 if crawler.stats.get_value("finish_reason") == "finished" else 1


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))
