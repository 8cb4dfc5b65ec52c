"""Any news page to its story: which of its blocks are the story's paragraphs, and why the others are not.

In: a Document. Out: a Division. The model gives each block a probability; the blocks taken are those that make the
best expected F1 together, so that a page on which little is sure is not left empty. Where the site's other pages are
known, what repeats over them is not the story.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

import numpy as np
from lxml.html import HtmlElement

from crawler.extraction.blocks import Block, Cut, cut
from crawler.extraction.document import Document
from crawler.extraction.lexicon import Matrix
from crawler.extraction.linked_data import declares_article
from crawler.extraction.memory import distinct, fingerprints
from crawler.extraction.model import load
from crawler.extraction.text import is_credit_line
from crawler.extraction.whole import MIN_STORY, once, set_apart

MIN_NOTICE = 70  # on a page that declares itself an article: a notice of one sentence is a story there
HELD = 0.9  # the container is the innermost element with this share of the story's text
SEEN = (1.0, 0.25, 0.02)  # what is left of a block's probability when no, one, more other pages of the site have it
AGAIN = 0.5  # other pages that hold so much of the story are copies of it: what only they hold is not held against it
LEAST, MOST = 0.3, 0.7  # the probability a block must have lies between these
SCANT = 0.1  # the least on a page that declares itself an article: it has a story, however little reads like one
CAUTION = 1.2  # so many times what F1 asks for if blocks were right or wrong each for itself: they are so in whole runs


@dataclass(slots=True)
class Division:
    """paragraphs: the story's, in order. blocks: every block with its verdict. container: the element that holds the
    story, or None. reason: why there is no story, else None. unaided: the paragraphs as they would be without the
    site's other pages, None where these made no difference. fingerprints: what the page is remembered by."""

    paragraphs: list[str] = field(default_factory=list)
    blocks: list[Block] = field(default_factory=list)
    container: HtmlElement | None = None
    reason: str | None = None
    unaided: list[str] | None = None
    fingerprints: list[int] = field(default_factory=list)


def divide(document: Document, seen: Mapping[int, int] | None = None) -> Division:
    """Divide the page. seen: by fingerprint, on how many other pages of the site a block was seen. Never raises."""
    page = cut(document.root)
    if not page.blocks:
        return Division(reason="the page holds no text")
    likely, weight = load()(page, document)
    marks = fingerprints(page.blocks)
    declared = is_article(document)
    chosen, apart = take(page, likely, weight, declared)
    chosen = _with_credit_line(page.blocks, chosen)
    unaided = None
    if seen is not None:
        counts = np.array([seen.get(mark, 0) if mark else 0 for mark in marks])
        less = less_what_repeats(likely, weight, counts)
        left = without_what_repeats(chosen, likely, less, weight)
        # What repeats may be part of a page's story, never the whole of it.
        if (left != chosen).any() and weight[left].sum() >= MIN_STORY:
            unaided = _paragraphs(page.blocks, _told_once(page.blocks, chosen))
            _say_what_repeats(page.blocks, np.where(chosen & ~left, counts, 0))
            likely, chosen = less, left
    taken = _told_once(page.blocks, chosen)
    for block, probability, story in zip(page.blocks, likely.tolist(), taken.tolist(), strict=True):
        block.story, block.likely = story, probability
    for at in np.flatnonzero(chosen & ~taken).tolist():
        page.blocks[at].reason = "the story's text once more"
    for at, why in apart.items():
        page.blocks[at].reason = why
    division = Division(blocks=page.blocks, unaided=unaided, fingerprints=distinct(marks))
    if weight[taken].sum() < (MIN_NOTICE if declared else MIN_STORY):
        division.reason = "no part of the page reads like a story"
    else:
        division.paragraphs = _paragraphs(page.blocks, taken)
        division.container = _container(page, np.where(taken, weight, 0))
    return division


def is_article(document: Document) -> bool:
    """Whether the page declares itself an article."""
    return document.says_article or declares_article(document)


def take(page: Cut, likely: Matrix, weight: Matrix, declared: bool) -> tuple[Matrix, dict[int, str]]:
    """Which blocks to take by their probabilities, and those that the page's markup sets apart, with the reason."""
    chosen = choose(likely, weight, declared)
    apart = set_apart(page, weight, chosen)
    chosen[list(apart)] = False
    return chosen, apart


def _with_credit_line(blocks: list[Block], chosen: Matrix) -> Matrix:
    """The choice with the credit line right under it, which ends a story though it reads like a page's own."""
    kept: Matrix = chosen.copy()
    under = int(np.flatnonzero(chosen)[-1]) + 1 if chosen.any() else len(blocks)
    if under < len(blocks) and is_credit_line(blocks[under].text):
        kept[under] = True
    return kept


def _told_once(blocks: list[Block], chosen: Matrix) -> Matrix:
    return once([block.text for block in blocks], chosen)


def _paragraphs(blocks: list[Block], taken: Matrix) -> list[str]:
    """The story's blocks as paragraphs: a list of links by its lines, the cells of a table's row as one."""
    paragraphs: list[str] = []
    row = last = None
    for block, story in zip(blocks, taken.tolist(), strict=True):
        if not story:
            continue
        around = block.element.getparent() if block.kind == "cell" else None
        if around is not None and around is row and block.element is not last:
            paragraphs[-1] += " | " + block.text.replace("\n", " ")
        else:
            paragraphs += block.text.split("\n")
        row, last = around, block.element
    return paragraphs


def less_what_repeats(likely: Matrix, weight: Matrix, counts: Matrix) -> Matrix:
    """The probabilities, lowered where a block stands on more other pages than copies of this story do."""
    story = likely * weight
    copies = 0
    while story[counts > copies].sum() > AGAIN * story.sum():
        copies += 1
    less: Matrix = likely * np.array(SEEN)[np.clip(counts - copies, 0, len(SEEN) - 1)]
    return less


def without_what_repeats(chosen: Matrix, likely: Matrix, less: Matrix, weight: Matrix) -> Matrix:
    """What stays of the blocks chosen. Only what repeats goes: of two captures of one text, the same is left."""
    left: Matrix = chosen & ((less == likely) | choose(less, weight))
    return left


def _say_what_repeats(blocks: list[Block], counts: Matrix) -> None:
    for block, count in zip(blocks, counts.tolist(), strict=True):
        if count:
            block.reason = f"stands on {count} or more other pages of the site"


def choose(likely: Matrix, weight: Matrix, declared: bool = False) -> Matrix:
    """Which blocks to take: all above half the best F1 that can be expected, the threshold that F1 itself asks for, or
    rather somewhat above. declared: whether the page calls itself an article."""
    order = np.argsort(-likely)
    gained = np.cumsum((likely * weight)[order])
    f1 = 2 * gained / (np.cumsum(weight[order]) + gained[-1] + 1e-9)
    threshold = min(max(CAUTION * float(f1.max()) / 2, SCANT if declared else LEAST), MOST)
    taken: Matrix = likely >= threshold
    return taken


def _container(page: Cut, story: Matrix) -> HtmlElement:
    """The innermost element that holds nearly all of the story."""
    held = np.concatenate([[0], np.cumsum(story)])
    inside = held[[box.end for box in page.boxes]] - held[[box.start for box in page.boxes]]
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
