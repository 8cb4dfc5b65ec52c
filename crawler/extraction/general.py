"""Any news page to its story: which of its blocks are the story's paragraphs, and why the others are not.

In: a Document. Out: a Division. The model gives each block a probability; the blocks taken are those that make the
best expected F1 together, so that a page on which little is sure is not left empty. Where the site's other pages are
known, what repeats over them is not the story.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Mapping
from dataclasses import dataclass, field

import numpy as np
from lxml.html import HtmlElement

from crawler.extraction.blocks import Block, Cut, cut
from crawler.extraction.document import Document
from crawler.extraction.features import Matrix, mass
from crawler.extraction.model import load
from crawler.extraction.whole import once

MIN_STORY = 140  # weighted characters: less is a teaser or a caption, not a story
HELD = 0.9  # the container is the innermost element with this share of the story's text
SEEN = (1.0, 0.25, 0.02)  # what is left of a block's probability when no, one, more other pages of the site have it
AGAIN = 0.5  # a page with this share of its story seen before is that story again: nothing is held against it
_DIGITS = re.compile(r"\d+")
LEAST, MOST = 0.3, 0.7  # the probability a block must have lies between these
CAUTION = 1.2  # so many times what F1 asks for if blocks were right or wrong each for itself: they are so in whole runs


@dataclass(slots=True)
class Division:
    """paragraphs: the story's, in order. blocks: every block with its verdict. container: the element that holds the
    story, or None. reason: why there is no story, else None."""

    paragraphs: list[str] = field(default_factory=list)
    blocks: list[Block] = field(default_factory=list)
    container: HtmlElement | None = None
    reason: str | None = None


def divide(document: Document, seen: Mapping[str, int] | None = None) -> Division:
    """Divide the page. seen: by fingerprint, on how many other pages of the site a block was seen. Never raises."""
    page = cut(document.root)
    if not page.blocks:
        return Division(reason="the page holds no text")
    likely = load()(page, document)
    weight = np.array([mass(block.text) for block in page.blocks])
    if seen:
        likely = _less_what_repeats(page.blocks, likely, weight, seen)
    taken = choose(likely, weight)
    told = once([block.text for block in page.blocks], taken)
    for block, probability, chosen, story in zip(
        page.blocks, likely.tolist(), taken.tolist(), told.tolist(), strict=True
    ):
        block.story, block.likely = story, probability
        if chosen and not story:
            block.reason = "the story's text once more"
    if weight[told].sum() < MIN_STORY:
        return Division(blocks=page.blocks, reason="no part of the page reads like a story")
    return Division(_paragraphs(page.blocks), page.blocks, _container(page, np.where(told, weight, 0)))


def _paragraphs(blocks: list[Block]) -> list[str]:
    """The story's blocks as paragraphs: a list of links by its lines, the cells of a table's row as one."""
    paragraphs: list[str] = []
    row = last = None
    for block in blocks:
        if not block.story:
            continue
        around = block.element.getparent() if block.kind == "cell" else None
        if around is not None and around is row and block.element is not last:
            paragraphs[-1] += " | " + block.text.replace("\n", " ")
        else:
            paragraphs += block.text.split("\n")
        row, last = around, block.element
    return paragraphs


def fingerprint(text: str) -> str:
    """What stays the same of a block from page to page: its text without case and numbers, as 16 hexadecimal digits."""
    return hashlib.blake2b(_DIGITS.sub("0", text.casefold()).encode("utf-8", "replace"), digest_size=8).hexdigest()


def _less_what_repeats(blocks: list[Block], likely: Matrix, weight: Matrix, seen: Mapping[str, int]) -> Matrix:
    counts = np.array([min(seen.get(fingerprint(block.text), 0), 2) for block in blocks])
    story = likely * weight
    if story[counts > 0].sum() > AGAIN * story.sum():
        return likely
    less: Matrix = likely * np.array(SEEN)[counts]
    return less


def choose(likely: Matrix, weight: Matrix) -> Matrix:
    """Which blocks to take: all above half the best F1 that can be expected, the threshold that F1 itself asks for, or
    rather somewhat above."""
    order = np.argsort(-likely)
    gained = np.cumsum((likely * weight)[order])
    f1 = 2 * gained / (np.cumsum(weight[order]) + gained[-1] + 1e-9)
    taken: Matrix = likely >= min(max(CAUTION * float(f1.max()) / 2, LEAST), MOST)
    return taken


def _container(page: Cut, story: Matrix) -> HtmlElement:
    """The innermost element that holds nearly all of the story."""
    held = np.concatenate([[0], np.cumsum(story)])
    ranges = np.array([(box.start, box.end) for box in page.boxes])
    inside = held[ranges[:, 1]] - held[ranges[:, 0]]
    return page.boxes[int(np.flatnonzero(inside >= HELD * held[-1])[-1])].element


def reason(block: Block) -> str:
    """What speaks most for a block's verdict, in words."""
    if block.reason:
        return block.reason
    share = f"{block.likely:.0%} likely"
    if block.story:
        return f"{share}: reads and stands like the story's text"
    if block.kind == "menu" or block.linked > 0.8 * len(block.text):
        return f"{share}: links"
    name = load().lexicon.furniture(block.element)
    return f"{share}: in a box named {name!r}" if name else f"{share}: neither reads nor stands like the story's text"
