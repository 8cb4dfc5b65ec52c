"""Whether a page is a list of stories and no story: a front page, a section, an author's page.

In: a Document and its Division. Out: yes or no. A page that declares itself a story is believed; of any other, what reads
like a story is the teasers of a list if most of it stands in the cards of lists, and not in one of them alone.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator

from lxml.html import HtmlElement

from crawler.extraction import sidebars
from crawler.extraction.document import Document
from crawler.extraction.general import Division
from crawler.extraction.linked_data import story_objects
from crawler.extraction.sidebar_lists import stand_beside_one, story_links

# Of the text that reads like a story: on the 62 index pages of the sample paper that have such text all of it stands in
# cards, and at most half in one of them; of the bench's story pages two had all of it in cards, and that in a single one.
MOST = 0.7
ALONE = 0.75


def is_listing(document: Document, division: Division) -> bool:
    """Whether the page lists stories and is none."""
    if document.says_article or story_objects(document):
        return False
    story = [block for block in division.blocks if block.story]
    if not story:
        return False
    size = sum(len(block.text) for block in story)
    beside_one = stand_beside_one(story_links(document), [block.element for block in story])
    if sum(len(block.text) for block, beside in zip(story, beside_one, strict=True) if beside) <= MOST * size:
        return False  # so much at most stands in cards
    cards = {card for found in sidebars.locate(document) for card in found.cards}
    listed: Counter[HtmlElement] = Counter()
    for block in story:
        card = next((element for element in _upwards(block.element) if element in cards), None)
        if card is not None:
            listed[card] += len(block.text)
    return listed.total() > MOST * size and max(listed.values()) <= ALONE * size


def without_story(division: Division) -> Division:
    """The same blocks, none of them a story's."""
    for block in division.blocks:
        if block.story:
            block.story, block.reason = False, "one of a list of stories"
    return Division(blocks=division.blocks, reason="a list of stories, no story", fingerprints=division.fingerprints)


def _upwards(element: HtmlElement) -> Iterator[HtmlElement]:
    yield element
    yield from element.iterancestors()
