"""Any news page to its story: which of its blocks are the story's paragraphs, and why the others are not.

In: a Document. Out: a Division. The model gives each block a probability; the blocks taken are those that make the
best expected F1 together, so that a page on which little is sure is not left empty.
"""

from __future__ import annotations

from dataclasses import dataclass, field

import numpy as np
from lxml.html import HtmlElement

from crawler.extraction.blocks import Block, Cut, cut
from crawler.extraction.document import Document
from crawler.extraction.features import Matrix, mass
from crawler.extraction.model import Model, load

MIN_STORY = 140  # weighted characters: less is a teaser or a caption, not a story
HELD = 0.9  # the container is the innermost element with this share of the story's text
LEAST, MOST = 0.2, 0.6  # the probability a block must have lies between these


@dataclass(slots=True)
class Division:
    """paragraphs: the story's, in order. blocks: every block with its verdict. container: the element that holds the
    story, or None. reason: why there is no story, else None."""

    paragraphs: list[str] = field(default_factory=list)
    blocks: list[Block] = field(default_factory=list)
    container: HtmlElement | None = None
    reason: str | None = None


def divide(document: Document) -> Division:
    """Divide the page. Never raises."""
    page = cut(document.root)
    if not page.blocks:
        return Division(reason="the page holds no text")
    model = load()
    likely = model(page, document)
    weight = np.array([mass(block.text) for block in page.blocks])
    taken = choose(likely, weight)
    for block, probability, story in zip(page.blocks, likely.tolist(), taken.tolist(), strict=True):
        block.story, block.likely = story, probability
        block.reason = _reason(model, page, block)
    if weight[taken].sum() < MIN_STORY:
        return Division(blocks=page.blocks, reason="no part of the page reads like a story")
    paragraphs = [line for block in page.blocks if block.story for line in block.text.split("\n")]
    return Division(paragraphs, page.blocks, _container(page, np.where(taken, weight, 0)))


def choose(likely: Matrix, weight: Matrix) -> Matrix:
    """Which blocks to take: all above half the best F1 that can be expected, the threshold that F1 itself asks for."""
    order = np.argsort(-likely)
    gained = np.cumsum((likely * weight)[order])
    f1 = 2 * gained / (np.cumsum(weight[order]) + gained[-1] + 1e-9)
    taken: Matrix = likely >= min(max(float(f1.max()) / 2, LEAST), MOST)
    return taken


def _container(page: Cut, story: Matrix) -> HtmlElement:
    held = np.concatenate([[0], np.cumsum(story)])
    for box in reversed(page.boxes):
        if held[box.end] - held[box.start] >= HELD * held[-1]:
            return box.element
    return page.boxes[0].element


def _reason(model: Model, page: Cut, block: Block) -> str:
    """What speaks most for the verdict, in words."""
    share = f"{block.likely:.0%} likely"
    if block.story:
        return f"{share}: reads and stands like the story's text"
    if block.kind == "menu" or block.linked > 0.8 * len(block.text):
        return f"{share}: links"
    name = model.lexicon.furniture(page.boxes, block)
    return f"{share}: in a box named {name!r}" if name else f"{share}: neither reads nor stands like the story's text"
