"""What the texts of a page's blocks are made of: how many letters of each kind, counted in one pass over all of them.

In: texts. Out: for each, its count of each kind, its first and its last letter's kind. Scripts are counted alike.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

# END: a mark that ends a sentence. WIDE: a letter of a script that writes a word in one or two.
OTHER, BLANK, CAPITAL, SMALL, DIGIT, WIDE, QUOTE, BAR, COMMA, STOP, END = KINDS = range(11)
BATCH = 500  # texts counted at once, which bounds the memory of a huge page
CASED = 0x530  # Latin, Greek and Cyrillic, which alone have small and capital letters in papers, end here
_MARKS = {BLANK: " \n", QUOTE: "\"“”«»‘’'„", BAR: "|•·/", COMMA: ",;،、，", STOP: ".!?…", END: "。！？؟۔।"}
_DIGITS = "0٠۰०০"  # of which nine more follow each
_WIDE = ((0x0E00, 0x0EFF), (0x1000, 0x109F), (0x1780, 0x17FF), (0x3040, 0x30FF), (0x3400, 0x9FFF))


def _kinds() -> NDArray[np.uint8]:
    """The kind of each letter, by its number; all beyond Unicode's first plane are like its last."""
    kinds = np.full(0x10000, OTHER, dtype=np.uint8)
    for code, letter in enumerate(map(chr, range(CASED))):
        kinds[code] = CAPITAL if letter.isupper() else SMALL if letter.islower() else OTHER
    for start, end in _WIDE:
        kinds[start : end + 1] = WIDE
    for zero in map(ord, _DIGITS):
        kinds[zero : zero + 10] = DIGIT
    for kind, marks in _MARKS.items():
        kinds[list(map(ord, marks))] = kind
    return kinds


_KINDS = _kinds()


_WIDE_LETTERS = re.compile("[" + "".join(f"{chr(start)}-{chr(end)}" for start, end in _WIDE) + "]")


def mass(text: str) -> int:
    """The length of a text in letters, those of which one or two make a word counted threefold."""
    return len(text) if text.isascii() else len(text) + 2 * len(_WIDE_LETTERS.findall(text))


@dataclass(slots=True)
class Letters:
    """sizes: the texts' lengths. counts: one row a kind, one column a text; each text counts a blank more than it has,
    so that its blanks are its words. first, last: kinds."""

    sizes: NDArray[Any]
    counts: NDArray[Any]
    first: NDArray[np.uint8]
    last: NDArray[np.uint8]

    @property
    def mass(self) -> NDArray[Any]:
        """What mass() says of each text."""
        weighed: NDArray[Any] = self.sizes + 2 * self.counts[WIDE]
        return weighed


def count(texts: list[str]) -> Letters:
    """Count the letters of texts, none of which is empty."""
    parts = [_count(texts[at : at + BATCH]) for at in range(0, len(texts), BATCH)]
    return Letters(
        np.concatenate([part.sizes for part in parts]),
        np.concatenate([part.counts for part in parts], axis=1),
        np.concatenate([part.first for part in parts]),
        np.concatenate([part.last for part in parts]),
    )


def _count(texts: list[str]) -> Letters:
    codes = np.frombuffer(("\n".join(texts) + "\n").encode("utf-32-le", "surrogatepass"), dtype="<u4")
    kinds = _KINDS.take(codes, mode="clip")
    # A stop ends a sentence where a blank or nothing follows it; between digits it does not.
    kinds[:-1][(kinds[:-1] == STOP) & (kinds[1:] == BLANK)] = END
    sizes = np.array(list(map(len, texts)))
    ends = np.cumsum(sizes + 1)
    cells = np.repeat(np.arange(len(texts)) * len(KINDS), sizes + 1)
    cells += kinds
    counts = np.bincount(cells, minlength=len(KINDS) * len(texts)).reshape(len(texts), -1).T
    return Letters(sizes, counts, kinds[ends - sizes - 1], kinds[ends - 2])
