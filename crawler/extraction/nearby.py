"""The elements about the headline, where a page prints its byline and its date.

In: the element of the headline. Out: elements, first those before it, nearest first, then those after it in the page's
order, up to where the story's text begins.
"""

from __future__ import annotations

from collections.abc import Iterator
from itertools import islice

from lxml.html import HtmlElement

NEAR_AFTER = 140  # elements after the headline that are looked at
NEAR_BEFORE = 30
LEVELS_BEFORE = 3  # elements around the headline in which a line may stand before it
LONG_TEXT = 160  # characters of a paragraph: with it the story has begun
FURNITURE = {
    "script",
    "style",
    "noscript",
    "template",
    "svg",
    "figure",
    "figcaption",
    "nav",
    "footer",
    "aside",
    "select",
}


def around(headline: HtmlElement) -> Iterator[HtmlElement]:
    """The elements before and after the headline that a byline or a date line may be, without furniture."""
    yield from _before(headline)
    yield from _after(headline)


def _after(headline: HtmlElement) -> Iterator[HtmlElement]:
    """The elements after the headline in the page's order, up to where the story's text begins."""
    current: HtmlElement | None = headline
    seen = 0
    while current is not None and current.tag != "body":
        for sibling in current.itersiblings():
            for element in _visible(sibling):
                seen += 1
                if seen > NEAR_AFTER:
                    return
                yield element
                if element.tag == "p" and len(text_up_to(element, LONG_TEXT)) > LONG_TEXT:
                    return
        current = current.getparent()


def _before(headline: HtmlElement) -> list[HtmlElement]:
    """The elements before the headline in the few elements around it, the nearest first."""
    found: list[HtmlElement] = []
    current = headline
    for _level in range(LEVELS_BEFORE):
        parent = current.getparent()
        if parent is None or parent.tag in ("body", "html"):
            break
        for sibling in current.itersiblings(preceding=True):
            found += reversed(list(islice(_visible(sibling), NEAR_BEFORE)))
            if len(found) >= NEAR_BEFORE:
                return found[:NEAR_BEFORE]
        current = parent
    return found


def _visible(element: HtmlElement) -> Iterator[HtmlElement]:
    """An element and those in it, without furniture and what is in it."""
    if not isinstance(element.tag, str) or element.tag in FURNITURE:
        return
    yield element
    for child in element:
        yield from _visible(child)


def text_up_to(element: HtmlElement, limit: int, between: str = "") -> str:
    """An element's text, but no more of it than about limit characters: an unclosed tag may hold the whole page.

    between: what joins the texts of its parts."""
    if not len(element):
        return element.text or "" if isinstance(element.tag, str) else ""
    parts: list[str] = []
    for part in element.itertext():
        if isinstance(part, str):
            parts.append(part)
            limit -= len(part)
            if limit < 0:
                break
    return between.join(parts)
