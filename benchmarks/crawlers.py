"""The two crawls that benchmarks.crawl sets beside each other: `python -m benchmarks.crawlers ours|plain HOME PAGES`.

In: the address of its server and how many pages that has. Out: files in the present folder, and a line of figures: pages
read, seconds by the clock and of CPU, then the memory held at some moments on the way, in MB.
"""

from __future__ import annotations

import os
import resource
import sqlite3
import sys
import time
from collections.abc import AsyncIterator, Iterator
from importlib import import_module
from pathlib import Path
from typing import Any

from scrapy import Request, Spider, signals
from scrapy.crawler import CrawlerProcess
from scrapy.http import Response
from scrapy.settings import Settings
from scrapy.utils.project import get_project_settings

from crawler.spiders.news import NewsSpider

LISTED = 500  # stories on an index page of the server
MARKS = 5  # how often on its way a crawl's memory is noted
UNHURRIED = {  # what both crawls are told, so that neither waits
    "DOWNLOAD_DELAY": 0.0,
    "AUTOTHROTTLE_ENABLED": False,
    "CONCURRENT_REQUESTS_PER_DOMAIN": 8,
    "LOG_LEVEL": "ERROR",
}
OURS = {"DATABASE": "ours.db", "ARCHIVE": "warc", "ALLOWED_PRIVATE": "127.0.0.1"}


class Ours(NewsSpider):
    name = "bench"
    publisher = "bench"
    story_path = r"/served/(\d+)$"

    def __init__(self, home: str, number: str, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.home = home
        self.number = int(number)

    def listings(self) -> Iterator[str]:
        for page in range(-(-self.number // LISTED)):
            yield f"{self.home}index/{page}"

    def callback_for(self, url: str) -> Any:
        return self.parse_story if self.key_of(url) else self.parse_index


class Plain(Spider):
    """What one writes in an afternoon."""

    name = "plain"

    def __init__(self, home: str, number: str, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.home, self.number = home, int(number)
        self.bare_extraction = import_module("trafilatura").bare_extraction  # only this crawl needs it
        self.rows = sqlite3.connect("plain.db")
        self.rows.execute("create table stories (url text primary key, title text, author text, date text, text text)")

    async def start(self) -> AsyncIterator[Request]:
        for page in range(self.number):
            yield Request(f"{self.home}served/{page}")

    def parse(self, response: Response) -> Iterator[dict[str, str]]:
        story = self.bare_extraction(response.body, url=response.url, with_metadata=True)
        if story:
            row = (response.url, story.title, story.author, story.date, story.text)
            self.rows.execute("insert into stories values (?, ?, ?, ?, ?)", row)
        yield {"url": response.url}

    def closed(self, reason: str) -> None:
        self.rows.commit()


def crawl(which: str, home: str, number: str) -> None:
    """One crawl in this process, held to one core."""
    if hasattr(os, "sched_setaffinity"):
        os.sched_setaffinity(0, {min(os.sched_getaffinity(0))})
    if which == "ours":
        settings = get_project_settings()
        settings.update(OURS, priority="cmdline")
    else:
        settings = Settings({"TELNETCONSOLE_ENABLED": False})
    settings.update(UNHURRIED, priority="cmdline")
    process = CrawlerProcess(settings)
    crawler = process.create_crawler(Ours if which == "ours" else Plain)
    memory: list[float] = []
    seen = 0

    def note(response: Response, **_: Any) -> None:
        nonlocal seen
        seen += 1
        if seen % max(int(number) // MARKS, 1) == 0:
            memory.append(resident())

    crawler.signals.connect(note, signal=signals.response_received, weak=False)
    started, used = time.perf_counter(), time.process_time()
    process.crawl(crawler, home=home, number=number)
    process.start()
    if process.bootstrap_failed or crawler.stats.get_value("spider_exceptions/count", 0):
        sys.exit(f"the crawl {which} failed: see above")
    seconds, cpu = time.perf_counter() - started, time.process_time() - used
    print(seen, seconds, cpu, *(round(each, 1) for each in memory))


def resident() -> float:
    """The memory this process holds, in MB; the most it ever held, where the system does not tell the present."""
    statm = Path("/proc/self/statm")
    if statm.exists():
        return int(statm.read_text().split()[1]) * resource.getpagesize() / 1e6
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / (1e6 if sys.platform == "darwin" else 1e3)


if __name__ == "__main__":
    crawl(*sys.argv[1:])
