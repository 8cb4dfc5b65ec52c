"""Whether a page is a list of stories and no story: a front page, a section, an author's page.

In: a Document and its Division. Out: yes or no. A page that declares itself a story is believed; of any other, what reads
like a story is the teasers of a list if most of it stands in the cards of lists.
"""

from __future__ import annotations

from collections.abc import Iterator

from lxml.html import HtmlElement

from crawler.extraction import sidebars
from crawler.extraction.document import Document
from crawler.extraction.general import Division
from crawler.extraction.linked_data import story_objects

# Of the text that reads like a story: on the 84 index pages of the sample paper that have such text all of it stands in
# cards; of 144 story pages of the bench that do not declare themselves, one.
MOST = 0.7


def is_listing(document: Document, division: Division) -> bool:
    """Whether the page lists stories and is none."""
    if _declares_a_story(document):
        return False
    story = [block for block in division.blocks if block.story]
    if not story:
        return False
    cards = {card for found in sidebars.locate(document) for card in found.cards}
    listed = sum(len(block.text) for block in story if any(element in cards for element in _upwards(block.element)))
    return listed > MOST * sum(len(block.text) for block in story)


def without_story(division: Division) -> Division:
    """The same blocks, none of them a story's."""
    for block in division.blocks:
        if block.story:
            block.story, block.reason = False, "one of a list of stories"
    return Division(blocks=division.blocks, reason="a list of stories, no story", fingerprints=division.fingerprints)


def _declares_a_story(document: Document) -> bool:
    kinds = (kind.lower() for kind in document.metas.get("og:type", ()))
    return any("article" in kind for kind in kinds) or bool(
        document.meta("article:published_time") or story_objects(document)
    )


def _upwards(element: HtmlElement) -> Iterator[HtmlElement]:
    yield element
    yield from element.iterancestors()
