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
    if "story_objects" not in document.known:
        document.known["story_objects"] = _find(document)
    found: list[Object] = document.known["story_objects"]
    return found


def declares_article(document: Document) -> bool:
    """Whether the page's linked data call it an article, and not a mere page."""
    return any(_kind(item) == 0 for item in story_objects(document)[:1])


def _find(document: Document) -> list[Object]:
    kinds = [
        (kind, place, item) for place, item in enumerate(document.linked_data) if (kind := _kind(item)) is not None
    ]
    if not kinds:
        return []
    here = {path_of(document.url), path_of(document.canonical), path_of(document.meta("og:url"))} - {None}
    inside: set[int] = set()
    for outer in document.linked_data:
        for key in OTHERS:
            if key in outer:
                _collect(outer[key], inside, 0)
    ranked = []
    for kind, place, item in kinds:
        paths = {path_of(address) for address in _addresses(item)} - {None}
        if id(item) not in inside:
            ranked.append((kind, paths.isdisjoint(here), "headline" not in item, place, item, paths))
    if any(kind == 0 and not elsewhere for kind, elsewhere, *_rest in ranked):
        ranked = [row for row in ranked if row[0] > 0 or not row[1] or not row[5] - {"/"}]
    ranked.sort(key=lambda row: row[:4])
    return [row[4] for row in ranked]


def _kind(item: Object) -> int | None:
    named = item.get("@type")
    if not named:
        return None
    types = [kind.rsplit("/", 1)[-1].rsplit(":", 1)[-1].lower() for kind in strings(named)]
    if any(kind.endswith("article") or kind in STORY_TYPES for kind in types):
        return 0
    return 1 if any(kind in PAGE_TYPES for kind in types) else None


def _addresses(item: Object) -> Iterator[str]:
    for key in ("url", "mainEntityOfPage", "@id"):
        value = item.get(key)
        if isinstance(value, dict):
            yield from strings(value.get("@id"))
            yield from strings(value.get("url"))
        else:
            yield from strings(value)


def path_of(address: str | None) -> str | None:
    """An address's path without scheme, query, host and fragment: enough to tell one page of a site from another."""
    if not address:
        return None
    try:
        parts = urlsplit(address.strip())
    except ValueError:
        return None
    return unquote(parts.path).rstrip("/") or "/"


def _collect(value: Any, found: set[int], depth: int) -> None:
    """Note the identities of all objects in a value."""
    if isinstance(value, dict):
        if id(value) in found or depth > MAX_DEPTH:
            return
        found.add(id(value))
        value = list(value.values())
    if isinstance(value, list) and depth <= MAX_DEPTH:
        for inner in value:
            if isinstance(inner, dict | list):
                _collect(inner, found, depth + 1)


def strings(value: Any) -> list[str]:
    """The texts of a value that may be one or a list, with the entities that some papers escape twice resolved."""
    values = value if isinstance(value, list) else [value]
    return [html.unescape(text).strip() for text in values if isinstance(text, str) and text.strip()]
