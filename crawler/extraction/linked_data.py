"""Which of a page's JSON-LD objects speak of its own story, and how to read their values.

In: a Document. Out: the objects of the story, best first. Objects inside lists of other stories (related, most read),
comments, videos and live-blog posts speak of something else. Types and property names are schema.org's.
"""

from __future__ import annotations

import html
from collections.abc import Iterator
from typing import Any
from urllib.parse import unquote, urlsplit

from crawler.extraction.document import Document

STORY_TYPES = {"blogposting", "liveblogposting", "report", "review", "claimreview", "newsstory"}
PAGE_TYPES = {"webpage", "itempage", "videoobject", "podcastepisode", "creativework", "event"}
OTHERS = (
    "itemListElement", "hasPart", "relatedLink", "liveBlogUpdate", "comment", "video", "associatedMedia", "image",
    "citation", "mentions", "about", "isPartOf", "publisher", "author", "review", "breadcrumb", "isBasedOn",
)  # fmt: skip
MAX_DEPTH = 32

Object = dict[str, Any]


def story_objects(document: Document) -> list[Object]:
    """The objects of the page's story, best first: articles that name this page's address, other articles, the page."""
    inside = {id(inner) for outer in document.linked_data for key in OTHERS for inner in _objects(outer.get(key), 0)}
    ranked = []
    for place, item in enumerate(document.linked_data):
        kind = _kind(item)
        if kind is None or id(item) in inside:
            continue
        ranked.append((not _is_here(item, document), kind, "headline" not in item, place, item))
    if any(not elsewhere and kind == 0 for elsewhere, kind, *_ in ranked):
        ranked = [row for row in ranked if row[1] > 0 or not row[0] or not _is_elsewhere(row[4])]
    ranked.sort(key=lambda row: (row[1], row[0], row[2], row[3]))
    return [row[4] for row in ranked]


def _kind(item: Object) -> int | None:
    types = [kind.rsplit("/", 1)[-1].rsplit(":", 1)[-1].lower() for kind in strings(item.get("@type"))]
    if any(kind.endswith("article") or kind in STORY_TYPES for kind in types):
        return 0
    return 1 if any(kind in PAGE_TYPES for kind in types) else None


def _is_here(item: Object, document: Document) -> bool:
    here = {_path(document.url), _path(document.canonical), _path(document.meta("og:url"))} - {None}
    return any(_path(address) in here for address in _addresses(item))


def _is_elsewhere(item: Object) -> bool:
    return any(_path(address) not in (None, "/") for address in _addresses(item))


def _addresses(item: Object) -> Iterator[str]:
    for key in ("url", "mainEntityOfPage", "@id"):
        value = item.get(key)
        if isinstance(value, dict):
            yield from strings(value.get("@id"))
            yield from strings(value.get("url"))
        else:
            yield from strings(value)


def _path(address: str | None) -> str | None:
    """An address's path and query without scheme, host and fragment: enough to tell one page of a site from another."""
    if not address:
        return None
    try:
        parts = urlsplit(address.strip())
    except ValueError:
        return None
    return unquote(parts.path).rstrip("/") or "/"


def _objects(value: Any, depth: int) -> Iterator[Object]:
    if depth > MAX_DEPTH:
        return
    if isinstance(value, dict):
        yield value
        for inner in value.values():
            yield from _objects(inner, depth + 1)
    elif isinstance(value, list):
        for inner in value:
            yield from _objects(inner, depth + 1)


def strings(value: Any) -> list[str]:
    """The texts of a value that may be one or a list, with the entities that some papers escape twice resolved."""
    values = value if isinstance(value, list) else [value]
    return [html.unescape(text).strip() for text in values if isinstance(text, str) and text.strip()]
