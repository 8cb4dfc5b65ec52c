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
from operator import attrgetter
from typing import NoReturn, Self
from urllib.parse import urlsplit

from scrapy.crawler import Crawler
from scrapy.exceptions import DropItem

from crawler.items import Digests, Fetch, Outcome, Page, Place, Sidebar, Story
from pipelines.database.queries import KnownFetch, find_place, find_same_text, is_unheard, known_fetch
from pipelines.database.values import clean, instant, text_digest
from pipelines.session import Session

INVISIBLE = re.compile("[\u00ad\u200b\u2060\ufeff]")  # soft hyphen, zero-width space, word joiner, byte order mark

FRONT_PAGE = re.compile(r"(?:[^/?#]*:)?(?://[^/?#]*)?/*(?:[?#].*)?", re.DOTALL)  # a URL without a path
ENTRY = attrgetter("position", "headline", "url", "teaser", "dated", "updated")  # what an entry says


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
                self._identify(item, item.fetch)
                self._compare(item, item.fetch, instant(item.fetch.fetched_at))
            elif isinstance(item, Fetch):
                at = instant(item.fetched_at)
                if self._known(item, at) is not None:
                    self._drop(item, at)
                item.outcome = item.outcome or "not-a-story"
        return item

    def _known(self, fetch: Fetch, at: str) -> KnownFetch | None:
        self.session.archive.begin()
        url = clean(fetch.url) or ""
        self.session.ready(("fetch", url, at))
        return known_fetch(self.session.archive.connection, url, at)

    def _drop(self, fetch: Fetch, at: str) -> NoReturn:
        if self.crawler.stats:
            self.crawler.stats.inc_value("news/known")
        raise DropItem(f"{fetch.url} of {at} is in the archive", log_level="DEBUG")

    def _identify(self, page: Page, fetch: Fetch) -> None:
        """What the page is known by: publisher, key and, where it holds a story, digests."""
        fetch.publisher = page.publisher = page.publisher or fetch.publisher or host_of(page.url)
        if page.canonical_url and FRONT_PAGE.fullmatch(page.canonical_url):
            page.canonical_url = None  # careless templates print the front page's on every story
        page.key = page.key or page.canonical_url or page.url
        if page.story is not None and (page.story.headline or page.story.body):
            page.digests = digests_of(page, page.story)

    def _compare(self, page: Page, fetch: Fetch, at: str) -> None:
        """The page's outcome and place, by what the archive has of it."""
        if page.digests is not None and self._is_unheard(page, page.digests, fetch, at):
            fetch.outcome, page.place = "new", Place()
            return
        known = self._known(fetch, at)
        if known is not None and page.extraction in (None, known.extraction):
            self._drop(fetch, at)
        if known is not None:
            self.session.write_due()  # to read it again may concern any story
        self._recognise(page, fetch, at)
        if known is not None:
            page.replaces = known.id
            if page.digests is not None and known.version_id is not None:
                fetch.outcome = known.outcome

    def _is_unheard(self, page: Page, digests: Digests, fetch: Fetch, at: str) -> bool:
        url = clean(fetch.url) or ""
        self.session.archive.begin()
        self.session.ready(("story", page.publisher, page.key), ("text", digests.body), ("fetch", url, at))
        return is_unheard(self.session.archive.connection, page, url, at)

    def _recognise(self, page: Page, fetch: Fetch, at: str) -> None:
        if page.digests is None:
            fetch.outcome = "not-a-story"
            fetch.reason = fetch.reason or page.reason or "no headline and no text"
            return
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
    if not text:
        return ""
    if not text.isascii():
        text = INVISIBLE.sub("", unicodedata.normalize("NFC", text))
    joined = text.replace("\n", " ")
    if joined.isprintable() and "  " not in joined:  # no white space but single spaces, as most bodies have
        return joined.strip()
    return " ".join(text.split())


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
    return _digest_of_sidebar(publisher, sidebar.heading, sidebar.role, *map(ENTRY, sidebar.entries))


# The same sidebar stands beside hundreds of stories, one after another.
@lru_cache(maxsize=256)
def _digest_of_sidebar(
    publisher: str | None, heading: str | None, role: str, *entries: tuple[int, str, str, str, str, bool]
) -> str:
    parts = [publisher, heading, role]
    for position, headline, url, teaser, dated, updated in entries:
        parts += (str(position), headline, url, teaser, dated, "1" if updated else "0")
    return text_digest(*parts)
