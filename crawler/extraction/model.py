"""The learned part of dividing a page: two ensembles of oblivious trees and the words' weights, read from story.npz.

In: a Cut and its Document. Out: for each block, the probability that it is story. The first ensemble sees each block
and its surroundings; the second sees as well what the first says of the blocks and boxes around. The file is written by
`python -m benchmarks.train_story`.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from functools import lru_cache
from io import BytesIO
from pathlib import Path

import numpy as np

from crawler.extraction.blocks import Cut
from crawler.extraction.document import Document
from crawler.extraction.features import describe, reconsider
from crawler.extraction.files import read
from crawler.extraction.lexicon import Lexicon, Matrix, Term, Weights

FILE = Path(__file__).with_name("story.npz")
BATCH = 2000  # blocks weighed at once, which bounds the memory of a huge page


@dataclass(slots=True)
class Trees:
    """Oblivious trees: all nodes of a level ask the same question. features, borders: one row a tree, one column a
    level; leaves: one row a tree, the leaf's number having bit i set where the answer at level i is 'more'."""

    features: Matrix
    borders: Matrix
    leaves: Matrix
    bias: float
    _levels: list[tuple[Matrix, Matrix]] = field(init=False)  # each level's features and borders, in one piece
    _first: Matrix = field(init=False)  # where each tree's leaves begin among all

    def __post_init__(self) -> None:
        levels = range(self.features.shape[1])
        self._levels = [(self.features[:, at].copy(), self.borders[:, at, None].copy()) for at in levels]
        self._first = (np.arange(len(self.leaves)) * self.leaves.shape[1])[:, None]

    def __call__(self, rows: Matrix) -> Matrix:
        """The probability of each row."""
        parts = [self._batch(rows[at : at + BATCH]) for at in range(0, len(rows), BATCH)]
        return np.concatenate(parts) if parts else np.zeros(0)

    def _batch(self, rows: Matrix) -> Matrix:
        columns = np.ascontiguousarray(rows.T)
        leaf = np.zeros((len(self.features), len(rows)), dtype=np.uint8)
        for features, borders in reversed(self._levels):
            leaf += leaf
            leaf |= (columns.take(features, axis=0) > borders).view(np.uint8)
        score = self.leaves.ravel().take(self._first + leaf).sum(axis=0) + self.bias
        probability: Matrix = 1 / (1 + np.exp(-np.clip(score, -30, 30)))
        return probability


@dataclass(slots=True)
class Model:
    lexicon: Lexicon
    first: Trees
    second: Trees

    def __call__(self, cut: Cut, document: Document) -> tuple[Matrix, Matrix]:
        """The probability of each block that it is part of the story, and its weighted length."""
        sheet = describe(cut, document, self.lexicon)
        guess = self.first(sheet.rows)
        return self.second(np.hstack([sheet.rows, reconsider(sheet, guess)])), sheet.mass


@lru_cache(maxsize=1)
def load() -> Model:
    """The model of this package."""
    with np.load(BytesIO(read(FILE.name)), allow_pickle=False) as file:
        boxes, texts = (_weights(file[f"{name}_terms"], file[f"{name}_weights"]) for name in ("box", "text"))
        first, second = (
            Trees(
                file[f"{name}_features"].astype(np.intp),
                file[f"{name}_borders"],
                file[f"{name}_leaves"].astype(np.float32),
                float(file[f"{name}_bias"]),
            )
            for name in ("first", "second")
        )
    return Model(Lexicon(boxes, texts), first, second)


def save(model: Model, file: Path = FILE) -> None:
    """Write a model as load() reads it."""
    arrays: dict[str, Matrix] = {}
    for name, weights in (("box", model.lexicon.boxes), ("text", model.lexicon.texts)):
        arrays[f"{name}_terms"] = _pack(weights.terms)
        arrays[f"{name}_weights"] = np.array(list(weights.terms.values()), dtype=np.float16)
    for name, trees in (("first", model.first), ("second", model.second)):
        arrays[f"{name}_features"] = trees.features.astype(np.uint16)
        arrays[f"{name}_borders"] = trees.borders.astype(np.float32)
        arrays[f"{name}_leaves"] = trees.leaves.astype(np.float16)
        arrays[f"{name}_bias"] = np.array(trees.bias)
    np.savez_compressed(file, allow_pickle=False, **arrays)


def _pack(terms: Iterable[Term]) -> Matrix:
    written = [term if isinstance(term, str) else " ".join(term) for term in terms]
    return np.frombuffer("\n".join(written).encode(), dtype=np.uint8)


def _unpack(packed: Matrix) -> list[str]:
    return packed.tobytes().decode().split("\n")


def _weights(terms: Matrix, weights: Matrix) -> Weights:
    return Weights(dict(zip(map(_term, _unpack(terms)), map(tuple, weights.tolist()), strict=True)))


def _term(written: str) -> Term:
    first, space, second = written.partition(" ")
    return (first, second) if space else first
