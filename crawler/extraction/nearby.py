"""The elements about the headline, where a page prints its byline and its date.

In: the element of the headline. Out: elements, first those before it, nearest first, then those after it in the page's
order, up to where the story's text begins.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from itertools import islice

from lxml import etree
from lxml.html import HtmlElement

from crawler.extraction.document import Document

NEAR_AFTER = 140  # elements after the headline that are looked at
NEAR_BEFORE = 30
LEVELS_BEFORE = 3  # elements around the headline in which a line may stand before it
LONG_TEXT = 160  # characters of a paragraph: with it the story has begun
MAX_SIBLINGS = 3_000  # elements beside the headline and beside those around it that are passed, seen or not
MAX_ELEMENTS = 30_000  # of a page that is searched from end to end: three times the largest of 2,000 real pages
UNSEEN = {"script", "style", "noscript", "template", "svg"}
FURNITURE = UNSEEN | {"figure", "figcaption", "nav", "footer", "aside", "select"}

_IS_LARGER = etree.XPath(f"boolean(/descendant::*[{MAX_ELEMENTS + 1}])")  # counts no further


def around(document: Document, headline: HtmlElement) -> list[HtmlElement]:
    """The elements before and after the headline that a byline or a date line may be, without furniture."""
    known: dict[HtmlElement, list[HtmlElement]] = document.known.setdefault("around", {})
    if headline not in known:
        known[headline] = [*_before(headline), *_after(headline)]
    return known[headline]


def _after(headline: HtmlElement) -> list[HtmlElement]:
    """The elements after the headline in the page's order, up to where the story's text begins."""
    found: list[HtmlElement] = []
    current: HtmlElement | None = headline
    while current is not None and current.tag != "body":
        for sibling in islice(current.itersiblings(), MAX_SIBLINGS):
            if not _take_visible(sibling, found, NEAR_AFTER, _begins_story):
                return found
        current = current.getparent()
    return found


def _begins_story(element: HtmlElement) -> bool:
    return element.tag == "p" and len(text_up_to(element, LONG_TEXT)) == LONG_TEXT


def _before(headline: HtmlElement) -> list[HtmlElement]:
    """The elements before the headline in the few elements around it, the nearest first."""
    found: list[HtmlElement] = []
    current = headline
    for _level in range(LEVELS_BEFORE):
        parent = current.getparent()
        if parent is None or parent.tag == "html":
            break
        # Right under <body>, what stands further up is the page's own head, with the day of the visit.
        reach = 1 if parent.tag == "body" else MAX_SIBLINGS
        for sibling in islice(current.itersiblings(preceding=True), reach):
            visible: list[HtmlElement] = []
            _take_visible(sibling, visible, NEAR_BEFORE, _goes_on)
            found += reversed(visible)
            if len(found) >= NEAR_BEFORE:
                return found[:NEAR_BEFORE]
        current = parent
    return found


def _goes_on(element: HtmlElement) -> bool:
    return False


def _take_visible(
    element: HtmlElement, found: list[HtmlElement], most: int, is_last: Callable[[HtmlElement], bool]
) -> bool:
    """Add an element and those in it, without furniture and what is in it. False where no more are wanted."""
    if not isinstance(element.tag, str) or element.tag in FURNITURE:
        return True
    if len(found) == most:
        return False
    found.append(element)
    if is_last(element):
        return False
    return all(_take_visible(child, found, most, is_last) for child in element)


def is_searchable(document: Document) -> bool:
    """Whether a page is small enough to be searched from end to end for what its usual places do not say."""
    if "is_searchable" not in document.known:
        document.known["is_searchable"] = not _IS_LARGER(document.root)
    found: bool = document.known["is_searchable"]
    return found


def text_up_to(element: HtmlElement, limit: int, between: str = "") -> str:
    """An element's text, but no more than its first limit characters: an unclosed tag may hold the whole page.

    between: what joins the texts of its parts."""
    parts: list[str] = []
    for part in texts(element):
        parts.append(part[:limit])
        limit -= len(part)
        if limit <= 0:
            break
    return between.join(parts)


def texts(element: HtmlElement) -> Iterator[str]:
    """The texts in an element that a reader sees, in order."""
    if not isinstance(element.tag, str) or element.tag in UNSEEN:
        return
    if element.text:
        yield element.text
    for child in element:
        yield from texts(child)
        if child.tail:
            yield child.tail
