"""Is this page, story or sidebar the same as one before? Sets each page's identity, digests and outcome.

In: Page and Fetch items. Out: the same; a Page with publisher, key and digests, and its fetch with the outcome. A
capture that is in the archive already is dropped (stat news/known), unless another extraction has read it. Rules:
DESIGN.md, decisions on identity and digests.
"""

from __future__ import annotations

import re
import unicodedata
from datetime import UTC, datetime
from functools import lru_cache
from typing import NoReturn, Self
from urllib.parse import urlsplit

from scrapy.crawler import Crawler
from scrapy.exceptions import DropItem

from crawler.items import Digests, Fetch, Outcome, Page, Place, Sidebar, Story
from pipelines.database.queries import KnownFetch, find_place, find_same_text, known_fetch
from pipelines.database.values import clean, instant, text_digest
from pipelines.session import Session

INVISIBLE = re.compile("[\u00ad\u200b\u2060\ufeff]")  # soft hyphen, zero-width space, word joiner, byte order mark


class DedupePipeline:
    """Reads the archive, writes nothing."""

    def __init__(self, crawler: Crawler) -> None:
        self.crawler = crawler
        self.session = Session.of(crawler)

    @classmethod
    def from_crawler(cls, crawler: Crawler) -> Self:
        return cls(crawler)

    def open_spider(self) -> None:
        self.session.open()

    def process_item(self, item: object) -> object:
        with self.session.guard():
            if isinstance(item, Page):
                item.fetch = _fetch_of(item)
                at = instant(item.fetch.fetched_at)
                known = self._known(item.fetch, at)
                if known is not None and item.extraction in (None, known.extraction):
                    self._drop(item.fetch, at)
                self._recognise(item, item.fetch, at)
                if known is not None:
                    item.replaces = known.id
                    if item.digests is not None and known.version_id is not None:
                        item.fetch.outcome = known.outcome
            elif isinstance(item, Fetch):
                at = instant(item.fetched_at)
                if self._known(item, at) is not None:
                    self._drop(item, at)
                item.outcome = item.outcome or "not-a-story"
        return item

    def _known(self, fetch: Fetch, at: str) -> KnownFetch | None:
        self.session.archive.begin()
        return known_fetch(self.session.archive.connection, clean(fetch.url) or "", at)

    def _drop(self, fetch: Fetch, at: str) -> NoReturn:
        if self.crawler.stats:
            self.crawler.stats.inc_value("news/known")
        raise DropItem(f"{fetch.url} of {at} is in the archive", log_level="DEBUG")

    def _recognise(self, page: Page, fetch: Fetch, at: str) -> None:
        fetch.publisher = page.publisher = page.publisher or fetch.publisher or host_of(page.url)
        if page.canonical_url and not urlsplit(page.canonical_url).path.strip("/"):
            page.canonical_url = None  # careless templates print the front page's on every story
        page.key = page.key or page.canonical_url or page.url
        story = page.story
        if story is None or not (story.headline or story.body):
            fetch.outcome = "not-a-story"
            fetch.reason = fetch.reason or page.reason or "no headline and no text"
            return
        page.digests = digests_of(page, story)
        page.place = find_place(self.session.archive.connection, page, at)
        page.rereads = page.place.rereads
        fetch.outcome = self._outcome(page.place, page.digests)

    def _outcome(self, place: Place, digests: Digests) -> Outcome:
        if place.version_id is not None:
            return "unchanged"
        if place.story_id is not None:
            return "changed"
        return "new" if find_same_text(self.session.archive.connection, digests.body) is None else "duplicate"


def _fetch_of(page: Page) -> Fetch:
    """The page's fetch; for a page read outside a crawl, one that says where and when."""
    return page.fetch or Fetch(url=page.url, fetched_at=page.captured_at or datetime.now(UTC))


def host_of(url: str) -> str:
    """The host of a URL without 'www.': the publisher of a page of no known paper."""
    return (urlsplit(url).hostname or "unknown").removeprefix("www.")


def normalised(text: str | None) -> str:
    """text for comparing: NFC, invisible characters gone, any run of white space one space."""
    if text and not text.isascii():
        text = INVISIBLE.sub("", unicodedata.normalize("NFC", text))
    return " ".join(text.split()) if text else ""


def digests_of(page: Page, story: Story) -> Digests:
    """The digests of the story's headline and body, apart and together, and of each sidebar."""
    headline, body = normalised(story.headline), normalised(story.body)
    return Digests(
        story=text_digest(headline, body),
        headline=text_digest(headline),
        body=text_digest(body),
        words=body.count(" ") + 1 if body else 0,
        sidebars=[sidebar_digest(page.publisher, sidebar) for sidebar in page.sidebars],
        unaided=None if story.unaided is None else text_digest(headline, normalised(story.unaided)),
    )


def sidebar_digest(publisher: str | None, sidebar: Sidebar) -> str:
    """The digest of a sidebar as it reads: its publisher, heading, role, and entries in their positions."""
    parts: list[str | None] = [publisher, sidebar.heading, sidebar.role]
    for entry in sidebar.entries:
        updated = "1" if entry.updated else "0"
        parts += (str(entry.position), entry.headline, entry.url, entry.teaser, entry.dated, updated)
    return _digest_of_parts(*parts)


# The same sidebar stands beside hundreds of stories, one after another.
_digest_of_parts = lru_cache(maxsize=256)(text_digest)
