"""Hand-made pages, and the three pipelines as a crawl runs them, without a network."""

from __future__ import annotations

import asyncio
import sqlite3
from collections.abc import Iterable
from contextlib import closing
from dataclasses import replace
from datetime import UTC, datetime, timedelta, timezone
from pathlib import Path
from typing import Any

from scrapy import Spider, signals
from scrapy.exceptions import DropItem
from scrapy.utils.test import get_crawler

from crawler.items import Capture, Fetch, Moment, Page, Sidebar, SidebarEntry, Story
from pipelines.dedupe import DedupePipeline
from pipelines.store import StorePipeline
from pipelines.timestamp import TimestampPipeline

KARACHI = timezone(timedelta(hours=5))
NOON = datetime(2024, 3, 18, 12, 0, tzinfo=UTC)
PARAGRAPH = (
    "LAHORE: The river authority opened two more gates on Monday after a night of rain upstream, and told the"
    " villages along the left bank to move their cattle to higher ground before dark."
)


def harbour_story(**changes: Any) -> Story:
    """A story of the invented paper 'The Harbour'."""
    story = Story(
        headline="Two more gates opened",
        body=PARAGRAPH + "\nThe level fell by a foot in the evening.",
        authors=["Amna Rahim"],
        section="Pakistan",
        language="en",
        published=Moment(datetime(2024, 3, 18, 9, 30, tzinfo=KARACHI), "minute", "meta", "2024-03-18T09:30+05:00"),
        credit_line="Published in The Harbour, March 18th, 2024",
        dateline="LAHORE",
    )
    story.dates = [
        Moment(datetime(2024, 3, 18, tzinfo=KARACHI), "day", "credit-line", "March 18th, 2024", zoned=False),
    ]
    return replace(story, **changes)


def editorial(*headlines: str, dated: str = "2024-03-18", updated: bool = False) -> Sidebar:
    """An Editorial sidebar of these headlines."""
    entries = [
        SidebarEntry(
            position,
            headline,
            f"https://harbour.example/news/{9000 + len(headline)}",
            f"{headline}: what it means...",
            dated,
            updated,
            key=str(9000 + len(headline)),
        )
        for position, headline in enumerate(headlines, 1)
    ]
    return Sidebar("Editorial", "editorial", entries)


def page(
    story: Story | None = None, *sidebars: Sidebar, at: datetime = NOON, key: str = "100", url: str = "", **changes: Any
) -> Page:
    """A page of The Harbour captured at `at`."""
    url = url or f"https://harbour.example/news/{key}/a-slug"
    fetch = Fetch(url, at, url, 200, capture=Capture("harbour-20240318.warc.gz", 512, "sha1:AAAA"))
    made = Page(
        url=url,
        story=story or harbour_story(),
        sidebars=list(sidebars),
        canonical_url=f"https://harbour.example/news/{key}",
        captured_at=at,
        publisher="harbour",
        timezone="Asia/Karachi",
        key=key,
        fetch=fetch,
    )
    return replace(made, **changes)


class Engine:
    """Stands for Scrapy's engine where a failed database asks it to stop."""

    async def close_spider_async(self, *, reason: str) -> None:
        """The items to come are dropped by the pipelines themselves."""


def crawl(database: Path, items: Iterable[Page | Fetch], room: int | None = None) -> dict[str, Any]:
    """Send the items through dedupe, timestamp and store as one crawl does. room: how many database pages the file may
    have, as on a full disk. Gives the crawl's stats."""
    return asyncio.run(_crawl(database, items, room))


async def _crawl(database: Path, items: Iterable[Page | Fetch], room: int | None) -> dict[str, Any]:
    crawler = get_crawler(settings_dict={"DATABASE": str(database)})
    crawler.spider = Spider("harbour")
    crawler.engine = Engine()
    pipelines = [kind.from_crawler(crawler) for kind in (DedupePipeline, TimestampPipeline, StorePipeline)]
    pipelines[0].open_spider()
    pipelines[2].open_spider()
    if room is not None:
        pipelines[0].session.archive.connection.execute(f"pragma max_page_count = {room}")
    await crawler.signals.send_catch_log_async(signals.spider_opened, spider=crawler.spider)
    for item in items:
        try:
            for pipeline in pipelines:
                item = pipeline.process_item(item)
        except DropItem:
            continue
    pipelines[2].close_spider()
    await crawler.signals.send_catch_log_async(signals.spider_closed, spider=crawler.spider, reason="finished")
    return dict(crawler.stats.get_stats())


def rows(database: Path, sql: str, *values: Any) -> list[tuple[Any, ...]]:
    """What the database answers, read as an analyst would: by another connection."""
    with closing(sqlite3.connect(database)) as connection:
        return connection.execute(sql, values).fetchall()


def value(database: Path, sql: str, *values: Any) -> Any:
    """The one value the database answers."""
    ((answer,),) = rows(database, sql, *values)
    return answer
