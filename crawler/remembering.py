"""What an archive remembers of each site, given to the spiders that read its pages.

In: the setting DATABASE. Out: spider.remember(), called once the database is open, with a function from a publisher to the
SiteMemory that the archive has of it. `scrapy check` reads its pages without, so that a contract holds in any archive.
"""

from __future__ import annotations

import os
from contextlib import closing
from functools import partial
from pathlib import Path
from typing import Self

from scrapy import Spider, signals
from scrapy.crawler import Crawler
from scrapy.exceptions import NotConfigured

from crawler.extraction.memory import SiteMemory
from pipelines.database import open_for_reading
from pipelines.database.memory import load_blocks


class Remembering:
    """A Scrapy extension, for spiders that have remember()."""

    def __init__(self, crawler: Crawler) -> None:
        self.database = Path(crawler.settings["DATABASE"])
        # Pipelines are open by then, so that the database is there and its schema is this program's.
        crawler.signals.connect(self.opened, signals.spider_opened)

    @classmethod
    def from_crawler(cls, crawler: Crawler) -> Self:
        if os.environ.get("SCRAPY_CHECK"):
            raise NotConfigured
        return cls(crawler)

    def opened(self, spider: Spider) -> None:
        remember = getattr(spider, "remember", None)
        if remember is not None:
            remember(partial(memory_of, self.database))


def memory_of(database: Path, publisher: str) -> SiteMemory:
    """What the archive knows of the publisher's pages; nothing where there is no archive yet. Raises ArchiveError."""
    if not database.exists():
        return SiteMemory()
    with closing(open_for_reading(database)) as connection:
        return SiteMemory.of(load_blocks(connection, publisher))
