"""Any news page to its story: which of its blocks are the story's paragraphs, and why the others are not.

In: a Document. Out: a Division. Each block weighs for or against the box it stands in; the box with the most weight
holds the story, and its blocks that are not furniture are the paragraphs.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field

from lxml.html import HtmlElement

from crawler.extraction.blocks import Block, Cut, cut
from crawler.extraction.document import Document

MIN_STORY = 140  # weighted characters: less is a teaser or a caption, not a story
FURNITURE_TAGS = frozenset(("nav", "footer", "aside", "form", "figcaption", "figure", "menu", "dialog", "address"))
FURNITURE_WORDS = re.compile(
    r"comment|sidebar|footer|related|share|sharing|social|promo|newsletter|subscri|advert|breadcrumb|caption|byline|author"
    r"|recommend|most-?(?:read|popular)|popular|trending|read-?(?:more|also|next)|teaser|widget|tags?\b|menu|nav\b|navbar"
    r"|cookie|consent|modal|popup|banner|login|signup|credit|copyright|disclaimer|toolbar|outbrain|taboola|disqus|meta\b"
    r"|timestamp|dateline|pagination|hidden|screen-reader|visually",
    re.I,
)
_WIDE = re.compile("[\u0e00-\u0eff\u1000-\u109f\u1780-\u17ff\u3040-\u30ff\u3400-\u9fff]")


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
    furniture = _furniture(page)
    weights = [_weight(block, furniture[block.box]) for block in page.blocks]
    best = _heaviest(page, weights)
    box = page.boxes[best]
    for index, block in enumerate(page.blocks):
        _judge(block, box.start <= index < box.end, furniture[block.box], furniture[best])
    paragraphs = [block.text for block in page.blocks if block.story]
    if sum(map(mass, paragraphs)) < MIN_STORY:
        return Division(blocks=page.blocks, reason="no box of the page holds enough running text")
    return Division(paragraphs, page.blocks, box.element)


def mass(text: str) -> int:
    """The length of a text in characters, those of scripts that write a word in one or two counted threefold."""
    return len(text) if text.isascii() else len(text) + 2 * len(_WIDE.findall(text))


def _furniture(page: Cut) -> list[str]:
    """For each box, why it is furniture (from itself or a box around it), or an empty string."""
    reasons: list[str] = []
    for box in page.boxes:
        reason = reasons[box.parent] if box.parent >= 0 else ""
        if not reason and box.tag in FURNITURE_TAGS:
            reason = f"in <{box.tag}>"
        if not reason and box.tag not in ("html", "body", "main", "article"):
            found = FURNITURE_WORDS.search(f"{box.element.get('class') or ''} {box.element.get('id') or ''}")
            reason = f"in a box named {found[0]!r}" if found else ""
        reasons.append(reason)
    return reasons


def _weight(block: Block, furniture: str) -> float:
    """What a block says for (positive) or against its box holding the story."""
    size = mass(block.text)
    share = block.linked / len(block.text)
    weight = size * (1 - 2 * share) - 40 if share < 0.5 and size >= 80 else -20.0 - 10 * share
    return min(weight, 0.2 * weight) if furniture else weight


def _heaviest(page: Cut, weights: list[float]) -> int:
    """The box with the most weight in it; of several, the innermost."""
    sums = [0.0]
    for weight in weights:
        sums.append(sums[-1] + weight)
    return max(range(len(page.boxes)), key=lambda i: (sums[page.boxes[i].end] - sums[page.boxes[i].start], i))


def _judge(block: Block, inside: bool, furniture: str, around: str) -> None:
    share = block.linked / len(block.text)
    if not inside:
        block.reason = "outside the box that holds the story"
    elif furniture and furniture != around:
        block.reason = furniture
    elif block.kind == "heading" and block.element.tag == "h1":
        block.reason = "a headline"
    elif share > 0.6 and mass(block.text) < 200:
        block.reason = "a link"
    else:
        block.story, block.reason = True, "in the box that holds the story"
