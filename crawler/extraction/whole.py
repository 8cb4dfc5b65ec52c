"""The choice of a page's blocks seen as a whole: a story stands in one article, and is told once.

In: which blocks were chosen one by one, and their texts. Out: the choice without what the page's own markup sets apart
from the story, and without what it holds already. Papers print a story twice on one page: for telephones and for desks,
before and behind a paywall, as list and as running text.
The numbers were chosen by the figures of `python -m benchmarks.train_story`, over sites not seen.
"""

from __future__ import annotations

import re
import sys
from collections import Counter
from itertools import chain

import numpy as np

from crawler.extraction.blocks import Box, Cut
from crawler.extraction.lexicon import Matrix
from crawler.extraction.words import words_of

MIN_STORY = 140  # weighted characters: less is a teaser or a caption, not a story
LEFT = 0.15  # of the choice: where less is told besides, what the markup sets apart is the story itself
AFTER, OTHER, CAPTION = (
    "after the headline's article",
    "in a box of comments, a menu or a footer",
    "a picture's caption",
)
COMMENTS = re.compile("comment(?!ar)")
SHINGLE = 4  # words: that many in the same order are hardly there by chance
LEAST = 20  # words: shorter paragraphs come again within one story, as refrains, prices or questions do
AGAIN = 0.9  # a paragraph is a copy where at least this share of its shingles stands in others, the ends among them
LONG, OPENING = 80, 24  # characters of such a paragraph, and those of it by which copies are looked for first
REFRAIN = 4  # times that an opening is told
MOST = 100_000  # characters: in a longer story no copies are looked for


def set_apart(page: Cut, weight: Matrix, taken: Matrix) -> dict[int, str]:
    """The chosen blocks that the page's own markup sets apart from the story, with the reason: what comes after the
    <article>, or else the <main>, that holds the headline; comments, footers and menus; captions. Of the bench's 982
    stories one in 250 has some of its text in any of these but captions, which are no part of a story's text."""
    end = _end_of_article(page.boxes)
    known = {-1: ""}
    reasons: dict[int, str] = {}
    for at in np.flatnonzero(taken).tolist():
        why = _said(page.boxes, page.blocks[at].box, known) or (AFTER if at >= end else "")
        if why:
            reasons[at] = why
    left = np.where(taken, weight, 0)
    left[list(reasons)] = 0
    told = np.cumsum(left)
    least = max(MIN_STORY, LEFT * weight[taken].sum())
    # All but captions stand below the story: what has none above it is the story, whatever the boxes around it say.
    return {at: why for at, why in reasons.items() if told[-1 if why == CAPTION else at] >= least}


def _end_of_article(boxes: list[Box]) -> int:
    """The block with which the outermost <article>, or else <main>, around the page's first headline ends."""
    box = next((box for box in boxes if box.tag == "h1"), None)
    ends = {"article": sys.maxsize, "main": sys.maxsize}
    while box and box.parent >= 0:
        box = boxes[box.parent]
        if box.tag in ends:
            ends[box.tag] = box.end
    return ends["article"] if ends["article"] < sys.maxsize else ends["main"]


def _said(boxes: list[Box], at: int, known: dict[int, str]) -> str:
    """What the outermost box around a block that says anything says of what it holds. known: of the boxes asked for."""
    path = []
    while at not in known:
        path.append(at)
        at = boxes[at].parent
    found = known[at]
    for inner in reversed(path):
        found = known[inner] = found or _says(boxes[inner])
    return found


def _says(box: Box) -> str:
    if box.tag in ("nav", "footer"):
        return OTHER
    if box.tag in ("html", "body", "main"):  # these tell by their names whether the page can be commented
        return ""
    name = f"{box.element.get('class')} {box.element.get('id')}".lower()
    if "disqus" in name or ("comment" in name and COMMENTS.search(name)):
        return OTHER
    return CAPTION if box.tag == "figcaption" or "caption" in name else ""


def once(texts: list[str], taken: Matrix) -> Matrix:
    """The choice without the paragraphs whose text others of it hold. Of equal copies the first stays; of one long
    text and the paragraphs it is made of, the paragraphs. What opens alike four times or more is a refrain and stays:
    the days of a plan, the parts of a series; what a paper prints once more stands there twice or thrice."""
    chosen = np.flatnonzero(taken).tolist()
    kept: Matrix = taken.copy()
    if not _opens_again([texts[at] for at in chosen]):
        return kept
    told = {at: _shingles(texts[at]) for at in chosen}
    opened = Counter(texts[at][:OPENING] for at in chosen)
    counts = Counter(chain.from_iterable(told.values()))
    for at in sorted(told, key=lambda at: (-len(told[at]), -at)):
        if opened[texts[at][:OPENING]] >= REFRAIN or len(told[at]) <= LEAST - SHINGLE:
            continue
        if _is_copy(told[at], counts):
            kept[at] = False
            counts.subtract(told[at])
    return kept


def _opens_again(texts: list[str]) -> bool:
    """Whether the opening of any long paragraph stands twice: what few pages have, and quickly seen."""
    whole = "\n".join(texts)
    return len(whole) <= MOST and any(len(text) >= LONG and whole.count(text[:OPENING]) > 1 for text in texts)


def _shingles(text: str) -> list[tuple[str, ...]]:
    words = words_of(text)
    return list(zip(*(words[at:] for at in range(SHINGLE)), strict=False))


def _is_copy(shingles: list[tuple[str, ...]], counts: Counter[tuple[str, ...]]) -> bool:
    """Whether nearly all of a paragraph, and both its ends, stand elsewhere too; counts: of the whole choice."""
    ends = shingles[0], shingles[-1]
    if any(counts[end] < 2 for end in ends):  # few stand twice, and only these are counted further
        return False
    own = Counter(shingles)
    if any(counts[end] <= own[end] for end in ends):
        return False
    return sum(count for part, count in own.items() if counts[part] > count) >= AGAIN * len(shingles)
