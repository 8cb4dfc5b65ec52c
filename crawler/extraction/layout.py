"""A page divided by a paper's own selectors, where the general extraction needs help.

In: the parsed page and the paper's Layout. Out: the same Division as the general one gives, or None where the page does
not have that layout, so that the general one is asked.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from lxml.html import HtmlElement

from crawler.extraction.blocks import Block, cut
from crawler.extraction.document import Document
from crawler.extraction.general import Division

_OUTSIDE_TAGS = frozenset(("figure", "figcaption", "aside", "form", "nav", "footer"))
_OUTSIDE_CLASSES = re.compile(
    r"(?:^|[\s_-])(?:ad|ads|advert|media|related|comments?|share|social|newsletter)(?:$|[\s_-])"
)


@dataclass(frozen=True, slots=True)
class Layout:
    """CSS selectors. body: the element that holds the story's paragraphs. headline, byline: elements whose text they are."""

    body: str
    headline: str | None = None
    byline: str | None = None


def select(document: Document, selector: str | None) -> list[HtmlElement]:
    """The elements a selector finds, in the page's order."""
    return document.root.cssselect(selector) if selector else []


def texts(document: Document, selector: str | None) -> list[str]:
    """The text of each element a selector finds, without the empty ones."""
    found = (" ".join(element.text_content().split()) for element in select(document, selector))
    return [text for text in found if text]


def divide(document: Document, layout: Layout) -> Division | None:
    """The story's paragraphs from the element that holds them; None where there is no such element with text."""
    bodies = select(document, layout.body)
    if not bodies:
        return None
    body = max(bodies, key=lambda element: len(element.text_content()))
    blocks = cut(body).blocks
    for block in blocks:
        outside = _outside(block, body)
        block.story, block.reason = not outside, outside or "in the element that the paper's layout names"
    paragraphs = [line for block in blocks if block.story for line in block.text.split("\n")]
    return Division(paragraphs=paragraphs, blocks=blocks, container=body) if paragraphs else None


def _outside(block: Block, body: HtmlElement) -> str:
    """Why a block inside the story's element is not the story's; empty where it is."""
    element: HtmlElement | None = block.element
    while element is not None and element is not body:
        if element.tag in _OUTSIDE_TAGS:
            return f"in <{element.tag}>"
        if _OUTSIDE_CLASSES.search(element.get("class") or "") or (element.get("id") or "").startswith("div-gpt-ad"):
            return f"in a box of class {element.get('class')!r}"
        element = element.getparent()
    return ""
