"""The choice of a page's blocks seen as a whole: a story stands together, and is told once.

In: which blocks were chosen one by one, their texts and probabilities. Out: the choice without what stands far below
the story and is little sure (readers' letters, teasers of other stories), and without what it holds already. Papers
print a story twice on one page: for telephones and for desks, before and behind a paywall, as list and as running text.
The numbers were chosen by the figures of `python -m benchmarks.train_story`, over sites not seen.
"""

from __future__ import annotations

from collections import Counter

import numpy as np

from crawler.extraction.lexicon import Matrix
from crawler.extraction.words import words_of

FAR = 8  # blocks of other things in a row part what comes after them from the story
SURE = 0.75  # what is parted so is taken only where it is at least so likely, by weight
SHINGLE = 4  # words: that many in the same order are hardly there by chance
LEAST = 20  # words: shorter paragraphs come again within one story, as refrains, prices or questions do
AGAIN = 0.9  # a paragraph is a copy where at least this share of its shingles stands in others, the ends among them
LONG, OPENING = 80, 24  # characters of such a paragraph, and those of it by which copies are looked for first
MOST = 100_000  # characters: in a longer story no copies are looked for


def together(likely: Matrix, weight: Matrix, taken: Matrix) -> Matrix:
    """The choice without the runs that stand far below the one that holds most of the story, and are little sure."""
    chosen = np.flatnonzero(taken)
    kept: Matrix = taken.copy()
    if len(chosen):
        run = np.cumsum(np.diff(chosen, prepend=chosen[0]) > FAR)
        held, sure = np.bincount(run, weight[chosen]), np.bincount(run, (weight * likely)[chosen])
        parted = (np.arange(len(held)) > sure.argmax()) & (sure < SURE * held)
        kept[chosen[parted[run]]] = False
    return kept


def once(texts: list[str], taken: Matrix) -> Matrix:
    """The choice without the paragraphs whose text others of it hold. Of equal copies the first stays; of one long
    text and the paragraphs it is made of, the paragraphs."""
    chosen = np.flatnonzero(taken).tolist()
    kept: Matrix = taken.copy()
    if not _opens_again([texts[at] for at in chosen]):
        return kept
    told = {at: _shingles(texts[at]) for at in chosen}
    counts = Counter(shingle for shingles in told.values() for shingle in shingles)
    for at in sorted(told, key=lambda at: (-len(told[at]), -at)):
        if len(told[at]) > LEAST - SHINGLE and _is_copy(told[at], counts):
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
