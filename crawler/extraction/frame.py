"""The frame in which a story stands: what the boxes round it are called. A paper's layout is told by it.

In: the element that holds the story. Out: shapes, 'div story-content' or 'main', of that element, of all it stands in,
and of their nearest children. A new advert adds one; a redesign leaves hardly any: two pages of one site of the same
year share 0.85 of their shapes (median of 126 pairs of the bench), two of different sites 0.02, and of the publishers
whose pages were kept in several years, half share less than 0.3. Any change here makes all known layouts strange:
delete them then, in a migration.
"""

from __future__ import annotations

import re
from functools import lru_cache
from itertools import islice

from lxml.html import HtmlElement

from crawler.extraction.words import parted

MAX_LEVELS = 60  # elements up from the story: a page nested deeper is told by the nearest
MAX_CHILDREN = 40  # of each element
MAX_NAMES = 400  # characters of an element's classes
MAX_SHAPE = 60  # characters
MAX_SHAPES = 200
LEAST = 4  # shapes: fewer say nothing, as on a page without any classes
# What stands on any page, or comes with what a story holds and not with its layout.
_SILENT = frozenset(("html", "body", "head", "script", "style", "link", "meta", "noscript", "p", "br", "title"))
_WORD = re.compile(r"\b(?:[a-z]{3,}|[A-Z](?:[a-z]{2,}|[A-Z]{2,}))\b", re.ASCII)


def frame(container: HtmlElement | None) -> list[str]:
    """The shapes round a story, sorted; none where there are too few to tell a layout by."""
    shapes: set[str] = set()
    element = container
    for _ in range(MAX_LEVELS):
        if element is None:
            break
        shapes.update(_shapes(element.tag, element.get("class") or ""))
        for child in islice(element, MAX_CHILDREN):
            shapes.update(_shapes(child.tag, child.get("class") or ""))
        element = element.getparent()
    shapes -= _SILENT
    return sorted(shapes)[:MAX_SHAPES] if len(shapes) >= LEAST else []


@lru_cache(maxsize=20_000)
def _shapes(tag: str, names: str) -> tuple[str, ...]:
    """The element's tag with each of its classes, or alone where it has none. Numbers and the letters that build tools
    make up ('css-1x2y3z', 'sc-bdVaJa') are left out: they change without any change of layout."""
    found = []
    for name in names[:MAX_NAMES].split():
        if words := _WORD.findall(parted(name).replace("_", "-")):
            found.append(f"{tag} {'-'.join(words).lower()}"[:MAX_SHAPE])
    return tuple(found) or (tag[:MAX_SHAPE],)
