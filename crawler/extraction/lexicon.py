"""The words' weights: how far the names of boxes, and the words that a text begins with, speak for its being story.

In: elements and words. Out: weights. They are learned by `python -m benchmarks.train_story`, which takes the same words
and pairs of words from its pages as reading does.
"""

from __future__ import annotations

import string
from dataclasses import dataclass, field
from itertools import chain, islice, pairwise, repeat
from typing import Any

import numpy as np
from lxml.html import HtmlElement
from numpy.typing import NDArray

from crawler.extraction.words import APART, parted

Matrix = NDArray[Any]
Term = str | tuple[str, str]  # a word, or a pair of neighbours, of which a text's first and last may have an empty one

PATH = 4  # a box's words weigh by where it stands: around the block, around that, around that, or further up
UPWARDS = 40  # elements around a block that are asked for a telling name
MOST_NAMES = 400  # characters of a box's names that are read
_KEPT = string.ascii_lowercase + "<" + APART
_IN_NAMES = bytes(code if chr(code) in _KEPT else ord(" ") for code in range(256))


@dataclass(slots=True)
class Weights:
    """terms: each to its weights, of which all have the same number."""

    terms: dict[Term, tuple[float, ...]]
    _numbers: dict[str, int] = field(init=False)  # of the words; 0 is the empty one at a text's beginning and end
    _alone: Matrix = field(init=False)  # the weights of each word, then those of any other: none
    _pairs: Matrix = field(init=False)  # the pairs as numbers, ascending, then one beyond all
    _paired: Matrix = field(init=False)  # and their weights

    def __post_init__(self) -> None:
        pairs = [term for term in self.terms if isinstance(term, tuple)]
        words = dict.fromkeys(chain(("",), *pairs, (term for term in self.terms if isinstance(term, str))))
        none = (0.0,) * len(next(iter(self.terms.values())))
        self._numbers = {word: number for number, word in enumerate(words)}
        self._alone = np.array([self.terms.get(word, none) for word in words] + [none])
        every = len(self._alone)
        known = sorted(
            (self._numbers[first] * every + self._numbers[second], self.terms[first, second]) for first, second in pairs
        )
        self._pairs = np.array([number for number, _weights in known] + [every**2])
        self._paired = np.array([weights for _number, weights in known] + [none])

    def __call__(self, texts: list[list[str]]) -> Matrix:
        """The weights of each text's words and pairs of words, summed; one row a weight."""
        other = len(self._alone) - 1
        numbers = np.array(
            [0, *map(self._numbers.get, chain.from_iterable([[*words, ""] for words in texts]), repeat(other))]
        )
        starts = np.cumsum([0, *(len(words) + 1 for words in texts)])[:-1]
        pairs = numbers[:-1] * len(self._alone) + numbers[1:]
        at = np.searchsorted(self._pairs, pairs)
        weights = self._alone[numbers[1:]]
        found = np.flatnonzero(self._pairs[at] == pairs)
        weights[found] += self._paired[at[found]]
        return np.add.reduceat(weights, starts, axis=0).T


@dataclass(slots=True)
class Lexicon:
    """boxes: of the words of their names, a weight for each place of PATH. texts: of the words they begin with."""

    boxes: Weights
    texts: Weights

    def furniture(self, element: HtmlElement) -> str | None:
        """The word of an element and those around it that speaks most against what it holds, or None where none does."""
        worst, found = -0.5, None
        for outer in islice((element, *element.iterancestors()), UPWARDS):
            _tag, *names = name_words([box_name(outer)])[0]
            terms: list[Term] = [*names, *pairwise(names)]
            for term in terms:
                weight = min(self.boxes.terms.get(term, (0.0,) * PATH))
                if weight < worst:
                    worst, found = weight, term if isinstance(term, str) else "-".join(term)
        return found


def box_name(element: HtmlElement) -> str:
    """A box's tag, class, id, itemprop and role."""
    get = element.get
    return f"<{element.tag} {get('class', '')} {get('id', '')} {get('itemprop', '')} {get('role', '')}"[:MOST_NAMES]


def name_words(names: list[str]) -> list[list[str]]:
    """The words of each name that box_name gives, each once: the tag behind '<', then runs of letters in lower case."""
    letters = APART.join(map(parted, names))
    letters = letters.lower().encode("ascii", "replace").translate(_IN_NAMES).decode("ascii")
    return [list(dict.fromkeys(line.split())) for line in letters.split(APART)]
