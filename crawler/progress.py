"""What a crawl says while it runs: a live line on a terminal, a plain line a minute anywhere else."""

from __future__ import annotations

import logging
import time

from rich.console import Console
from rich.progress import BarColumn, ProgressColumn, SpinnerColumn, TextColumn, TimeElapsedColumn, TimeRemainingColumn
from rich.progress import Progress as Bar
from scrapy import Spider, signals
from scrapy.crawler import Crawler
from twisted.internet.task import LoopingCall

from crawler.items import Fetch, Page

logger = logging.getLogger(__name__)

TERMINAL_INTERVAL = 0.1  # seconds
PLAIN_INTERVAL = 60.0
# Columns of a terminal: for the counts and the time left, for a paper's name, and for all of it with a bar.
COUNTS, SHORT, WIDE = 64, 16, 130


class Progress:
    """A Scrapy extension. The bar's length is what was fetched and what is queued: it grows while stories are found."""

    def __init__(self, crawler: Crawler) -> None:
        self.crawler = crawler
        self.console = Console(stderr=True)
        self.bar: Bar | None = None
        self.started = time.monotonic()
        self.stories = self.failures = 0
        self.loop = LoopingCall(self.show)
        crawler.signals.connect(self.opened, signals.spider_opened)
        crawler.signals.connect(self.scraped, signals.item_scraped)
        crawler.signals.connect(self.closed, signals.spider_closed)

    @classmethod
    def from_crawler(cls, crawler: Crawler) -> Progress:
        return cls(crawler)

    def opened(self, spider: Spider) -> None:
        if self.console.is_terminal:
            label = self.crawler.settings.get("PROGRESS_LABEL") or spider.name
            self.bar = bar(self.console)
            self.bar.start()
            self.bar.add_task(shortened(label, self.console.width), total=None, counts="")
        self.loop.start(TERMINAL_INTERVAL if self.bar else PLAIN_INTERVAL, now=bool(self.bar))

    def scraped(self, item: Page | Fetch) -> None:
        if isinstance(item, Page):
            self.stories += item.story is not None
        else:
            self.failures += item.outcome in ("gone", "refused", "failed")

    def closed(self) -> None:
        if self.loop.running:
            self.loop.stop()
        if self.bar:
            self.bar.stop()

    def show(self) -> None:
        line, done, queued = self._state()
        if self.bar:
            self.bar.update(self.bar.task_ids[0], counts=line, completed=done, total=done + queued)
        else:
            logger.warning("%s: %s", self.crawler.spider.name if self.crawler.spider else "", line)

    def _state(self) -> tuple[str, int, int]:
        stats = self.crawler.stats
        done = stats.get_value("response_received_count", 0) if stats else 0
        gathered = stats.get_value("news/gathered", 0) if stats else 0
        if gathered and not done:
            return f"{gathered} pages, first pass: what repeats over a site", 0, gathered
        queued = self._queued()
        rate = done / max(time.monotonic() - self.started, 0.001)
        line = f"{self.stories} stories, {rate:.1f}/s, {queued} queued, {self.failures} failures"
        if not self.bar or self.console.width >= WIDE:
            line = f"{done} pages, {line}"
        return line, done, queued

    def _queued(self) -> int:
        engine = self.crawler.engine
        slot = getattr(engine, "_slot", None)
        if engine is None or slot is None:
            return 0
        return len(slot.scheduler) + len(engine.downloader.active)


def bar(console: Console) -> Bar:
    """The live line, with what fits on the terminal: what a crawl has come to, and how long it will last, always."""
    name, counts = TextColumn("[bold]{task.description}"), TextColumn("{task.fields[counts]}")
    left = (TextColumn("left"), TimeRemainingColumn())
    columns: tuple[ProgressColumn, ...]
    if console.width >= WIDE:
        columns = (SpinnerColumn(), name, BarColumn(bar_width=24), counts, TimeElapsedColumn(), *left)
    else:
        columns = (name, counts, *left) if console.width >= COUNTS + SHORT else (counts,)
    return Bar(*columns, console=console, transient=True)


def shortened(label: str, width: int) -> str:
    """A label that leaves the rest of the line its room."""
    room = max(width - WIDE + SHORT, SHORT)
    return label if len(label) <= room else f"{label[: room - 1]}…"
