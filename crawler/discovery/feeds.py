"""RSS and Atom feeds to leads, by feedparser."""

from __future__ import annotations

import calendar
from collections.abc import Iterator
from datetime import UTC, datetime
from io import BytesIO
from typing import Any

import feedparser
from scrapy.http import Response

from crawler.discovery import Lead
from crawler.discovery.numbered import readable
from crawler.extraction.dates import parse_date
from crawler.items import Moment


class NotAFeed(ValueError):
    """The response is no RSS or Atom feed; the message says what was wrong."""


def leads(response: Response) -> Iterator[Lead]:
    """Every entry of a feed that has a link, in the feed's order. Raises NotAFeed."""
    # As a stream: bytes that look like a file's name would have feedparser open that file.
    feed = feedparser.parse(BytesIO(readable(response.body)), response_headers={"content-location": response.url})
    if not feed.entries and not feed.get("version"):
        raise NotAFeed(f"no RSS or Atom feed at {response.url}: {feed.get('bozo_exception', 'unknown format')}")
    for entry in feed.entries:
        url = str(entry.get("link") or "").strip()
        if url.startswith(("http://", "https://")):
            yield Lead(
                url=url,
                headline=" ".join(str(entry.get("title") or "").split()) or None,
                section=next(
                    (tag.term.strip() for tag in entry.get("tags", ()) if (tag.get("term") or "").strip()), None
                ),
                dates=_dates(entry),
            )


def _dates(entry: Any) -> list[Moment]:
    """The entry's publication date. feedparser's own field has lost the offset, so the text is read first."""
    text = str(entry.get("published") or "").strip()
    if not text:
        return []
    parsed = parse_date(text)
    if parsed:
        return [Moment(parsed.value, parsed.precision, "feed", text, "published", parsed.zoned)]
    if entry.get("published_parsed"):
        value = datetime.fromtimestamp(calendar.timegm(entry.published_parsed), UTC)
        return [Moment(value, "second", "feed", text)]
    return []
