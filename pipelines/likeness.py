"""How alike two texts are, and the few numbers by which a text is found again among millions.

In: story bodies. Out: likeness() of two, 0 to 1; sketch() of one: MinHash values (rensa), of which two bodies that share
most of their text share at least one. Figures: benchmarks/duplicates.py.
"""

from __future__ import annotations

import re
from itertools import filterfalse
from operator import or_

from rensa import RMinHash

SHINGLE = (
    4  # words: unrelated stories of one topic share at most 28 % of them, copies with every tenth word changed 56 %
)
PASSAGE = 6  # words
KEYS = 12  # with 8, of copies cut to a third 5 % are not found; with 12, 2 %
SEED = 1
_PLACES = [number << 32 for number in range(KEYS)]  # what tells a key of one hash from that of another
ALIKE = 0.5  # of the shorter text stands in the other: between the two figures above
MIN_WORDS = 50  # shorter texts are alike by chance: 'X was born in ... He studied at ...'

# Scripts without spaces between words are read letter by letter.
_UNSPACED = re.compile(r"[\u0e00-\u0eff\u1000-\u109f\u1780-\u17ff\u3040-\u30ff\u3400-\u9fff]")
_WORD = re.compile(rf"{_UNSPACED.pattern}|[^\W_]+")
_ASCII = bytes(ord(chr(code).lower()) if chr(code).isalnum() else 32 for code in range(128)) + bytes(range(128, 256))
_ALL_ASCII = bytes(range(128))


def shingles(body: str) -> set[bytes]:
    """The runs of SHINGLE words of a text, in UTF-8; case and punctuation do not count. None for a text under
    MIN_WORDS."""
    return set(runs(body))


def runs(body: str) -> list[bytes]:
    """The same in their order, with those that come again."""
    words = _words(body)
    return list(map(b" ".join, zip(*(words[start:] for start in range(SHINGLE)), strict=False)))


def _words(body: str) -> list[bytes]:
    if not body.isascii():
        body = body.casefold()
        foreign = "".join(set(body.encode("utf-8", "ignore").translate(None, _ALL_ASCII).decode()))
        if _UNSPACED.search(foreign):
            body = " ".join(_WORD.findall(body))
        else:  # the same words, much sooner: of what is not ASCII, a text has few that are no letters
            for mark in filterfalse(str.isalnum, foreign):
                body = body.replace(mark, " ")
    words = body.encode("utf-8", "replace").translate(_ASCII).split()
    return words if len(words) >= MIN_WORDS else []


def likeness(ones: set[bytes], others: set[bytes]) -> float:
    """The share of the shorter text's shingles that stand in the other: 1.0 for a cut copy too."""
    shorter = min(len(ones), len(others))
    return len(ones & others) / shorter if shorter else 0.0


def have_passage(ones: set[bytes], body: str) -> bool:
    """Whether the text has one of the shingles, looking at every third: each passage of PASSAGE words holds one. Where
    half of a text's shingles are the other's, at least one passage is as long: of five words only two in five are."""
    words = _words(body)
    firsts = (words[start :: PASSAGE - SHINGLE + 1] for start in range(SHINGLE))
    return not ones.isdisjoint(map(b" ".join, zip(*firsts, strict=False)))


def sketch(body: str) -> list[int]:
    """KEYS whole numbers under 2**36, each the smallest of one hash over the text's shingles; none for a short text."""
    return sketch_of(runs(body))


def sketch_of(shingles: list[bytes]) -> list[int]:
    """The sketch of the text that has these shingles."""
    if not shingles:
        return []
    minhash = RMinHash(num_perm=KEYS, seed=SEED)
    minhash.update(shingles)
    return list(map(or_, _PLACES, minhash.digest()))
