"""Train the model that divides a page, and say what it is worth on sites it has not seen.

    python -m benchmarks.train_story [--score-only]

Reads the pages of the folder BENCH (default ../shared/bench) whose story's text is known, and writes
crawler/extraction/story.npz. Needs the dependency group `train`. Takes about six minutes on two cores.

Each block's label comes from the true text: the choice of blocks that has the best F1 by the bench's own measure. All
that is learned for a page's score is learned from other sites: sites are dealt into five folds, and words' weights,
first and second ensemble are learned five times, each time without one fold; the second ensemble learns from guesses
of first ensembles that had not seen the page's site.
"""

from __future__ import annotations

import argparse
import gc
import json
import os
import random
import re
import statistics
import sys
import tempfile
from collections import Counter, defaultdict
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from operator import itemgetter
from pathlib import Path
from typing import Any

import numpy as np
from catboost import CatBoostClassifier
from scipy.sparse import csr_matrix
from sklearn.linear_model import LogisticRegression

from crawler.extraction.blocks import Cut, cut
from crawler.extraction.document import Document, parse
from crawler.extraction.features import (
    LEXICAL,
    PATH,
    Lexicon,
    Matrix,
    Sheet,
    box_names,
    box_words,
    describe,
    reconsider,
    text_words,
)
from crawler.extraction.general import choose
from crawler.extraction.model import Model, Trees, save

CORPORA = ("scrapinghub", "fundus-eval", "fundus-tests", "news-424", "wcxb")
FOLDS = 5
DRAWN = 100  # blocks a page is represented by in training
SHINGLE = 4
MIN_SITES = 4  # a word seen on fewer sites has no weight
MIN_WEIGHT = 0.03  # nor one that says less than this
TREES: dict[str, Any] = {
    "iterations": 250,
    "learning_rate": 0.1,
    "depth": 6,
    "l2_leaf_reg": 10,
    "rsm": 0.3,
    "subsample": 0.7,
    "bootstrap_type": "Bernoulli",
    "border_count": 64,
    "random_seed": 3,
    "verbose": 0,
    "allow_writing_files": False,
}
WORD = re.compile(r"\w+")


@dataclass(slots=True, eq=False)
class Sample:
    """A page with its truth. labels: which blocks are story; weights: what each block counts in training; drawn: the
    blocks it is represented by, so that a page of a thousand blocks does not cost the time of ten."""

    corpus: str
    name: str
    site: str
    body: str
    document: Document
    cut: Cut
    words: Matrix
    labels: Matrix
    weights: Matrix
    drawn: Matrix
    fold: int = 0
    sheet: Sheet | None = None
    guess: Matrix = field(default_factory=lambda: np.zeros(0))
    likely: Matrix = field(default_factory=lambda: np.zeros(0))


# ---- pages and their labels -----------------------------------------------------------------------


def samples() -> list[Sample]:
    """The pages with a known story that hold any text, dealt into folds by site."""
    sys.path.insert(0, os.environ.get("BENCH", "../shared/bench"))
    import corpora

    found = []
    chance = np.random.default_rng(7)
    for page in corpora.pages(CORPORA):
        document = parse(page["html"], page["url"])
        blocks = cut(document.root)
        if not blocks.blocks:
            print(f"{page['id']}: no text", file=sys.stderr)
            continue
        texts = [block.text for block in blocks.blocks]
        labels = np.array(label(texts, page["body"]))
        words = np.array([len(WORD.findall(text)) for text in texts])
        weights = np.minimum(words / max(1, words[labels].sum()), 0.5) + 0.0005
        drawn = np.sort(chance.permutation(len(labels))[:DRAWN])
        site = site_of(page["site"])
        found.append(
            Sample(page["corpus"], page["id"], site, page["body"], document, blocks, words, labels, weights, drawn)
        )
    sites = sorted({sample.site for sample in found})
    random.Random(7).shuffle(sites)
    folds = {site: number % FOLDS for number, site in enumerate(sites)}
    for sample in found:
        sample.fold = folds[sample.site]
    return found


def site_of(host: str) -> str:
    """The registered name of a host, so that a paper's editions stay in one fold."""
    parts = host.lower().split(".")
    short = len(parts) > 2 and len(parts[-1]) == 2 and len(parts[-2]) <= 3
    return ".".join(parts[-3:] if short else parts[-2:])


def shingles(words: list[str]) -> list[tuple[str, ...]]:
    return [
        tuple(words[at : at + SHINGLE]) for at in range(max(1, len(words) - SHINGLE + 1)) if words[at : at + SHINGLE]
    ]


class Labelling:
    """The choice of blocks that gives the best F1 over shingles, found by changing one block at a time."""

    def __init__(self, texts: list[str], body: str) -> None:
        self.words = [WORD.findall(text) for text in texts]
        self.true = Counter(shingles(WORD.findall(body)))
        self.size = sum(self.true.values())
        self.chosen = [self._mostly_true(words) for words in self.words]
        self.got = Counter(
            shingles([word for words, on in zip(self.words, self.chosen, strict=True) if on for word in words])
        )
        self.right = sum((self.true & self.got).values())
        self.total = sum(self.got.values())

    def _mostly_true(self, words: list[str]) -> bool:
        parts = shingles(words)
        return len(words) >= SHINGLE and sum(part in self.true for part in parts) > len(parts) / 2

    def _f1(self, right: int, total: int) -> float:
        return 2 * right / (total + self.size) if total + self.size else 0.0

    def _side(self, indices: Iterable[int], before: bool) -> list[str]:
        """The words of chosen blocks that share a shingle with the block at hand."""
        found: list[str] = []
        for index in indices:
            if self.chosen[index]:
                missing = SHINGLE - 1 - len(found)
                found = self.words[index][-missing:] + found if before else found + self.words[index][:missing]
            if len(found) >= SHINGLE - 1:
                break
        return found

    def _change(self, index: int) -> bool:
        """Add or drop the block where that is better."""
        left = self._side(range(index - 1, -1, -1), before=True)
        right = self._side(range(index + 1, len(self.words)), before=False)
        with_it = shingles(left + self.words[index] + right)
        without = shingles(left + right) if len(left) + len(right) >= SHINGLE else []
        difference = Counter(without if self.chosen[index] else with_it)
        difference.subtract(with_it if self.chosen[index] else without)
        gained = sum(
            min(self.true[part], self.got[part] + count) - min(self.true[part], self.got[part])
            for part, count in difference.items()
        )
        total = self.total + sum(difference.values())
        if self._f1(self.right + gained, total) <= self._f1(self.right, self.total) + 1e-9:
            return False
        self.got.update(difference)
        self.right, self.total = self.right + gained, total
        self.chosen[index] = not self.chosen[index]
        return True

    def settle(self) -> list[bool]:
        for _ in range(3):
            changes = [self._change(index) for index, words in enumerate(self.words) if words]
            if not any(changes):
                break
        return self.chosen


def label(texts: list[str], body: str) -> list[bool]:
    """Which blocks make up the true text."""
    return Labelling(texts, body).settle()


# ---- words ----------------------------------------------------------------------------------------


def box_bags(sample: Sample) -> list[list[tuple[str, int]]]:
    """For each block, the words of the boxes around it with their place on the path."""
    boxes = sample.cut.boxes
    own = [list(box_words(box.tag, box_names(box))) for box in boxes]
    down: list[list[str]] = []
    for box, words in zip(boxes, own, strict=True):
        down.append(down[box.parent] + words if box.parent >= 0 else words)
    bags = []
    for block in sample.cut.blocks:
        bag = [(word, 0) for word in box_words("", block.inner)] if block.inner else []
        at = block.box
        for place in range(1, PATH - 1):
            if at >= 0:
                bag += [(word, place) for word in own[at]]
                at = boxes[at].parent
        if at >= 0:
            bag += [(word, PATH - 1) for word in down[at]]
        bags.append(bag)
    return bags


def text_bags(sample: Sample) -> list[frozenset[str]]:
    return [text_words(block.text[:LEXICAL]) for block in sample.cut.blocks]


@dataclass(slots=True)
class Bags:
    """The bags of words of the drawn blocks of all pages, as one sparse matrix; rows: where each page's lie in it."""

    words: list[Any]
    counts: csr_matrix
    rows: dict[int, Matrix]

    @classmethod
    def of(cls, pages: list[Sample], bags_of: Callable[[Sample], list[Any]]) -> Bags:
        drawn = [list(itemgetter(*page.drawn.tolist(), 0)(bags_of(page))[:-1]) for page in pages]
        sites: dict[Any, set[str]] = defaultdict(set)
        for page, bags in zip(pages, drawn, strict=True):
            for word in {word for bag in bags for word in bag}:
                sites[word].add(page.site)
        words = sorted(word for word, seen in sites.items() if len(seen) >= MIN_SITES)
        index = {word: at for at, word in enumerate(words)}
        flat = [Counter(index[word] for word in bag if word in index) for bags in drawn for bag in bags]
        ends = np.cumsum([0, *(len(bag) for bag in flat)])
        columns = np.fromiter((column for bag in flat for column in bag), dtype=np.int32, count=ends[-1])
        values = np.fromiter((count for bag in flat for count in bag.values()), dtype=np.float32, count=ends[-1])
        starts = np.cumsum([0, *(len(page.drawn) for page in pages)])
        rows = {id(page): np.arange(start, start + len(page.drawn)) for page, start in zip(pages, starts, strict=False)}
        return cls(words, csr_matrix((values, columns, ends), shape=(len(flat), len(words))), rows)

    def weigh(self, pages: list[Sample], strength: float) -> dict[Any, float]:
        """A logistic regression of the pages' labels on their words: each word's weight."""
        labels, weights = stack(pages)
        counts = self.counts[np.concatenate([self.rows[id(page)] for page in pages])]
        fit = LogisticRegression(C=strength, solver="liblinear", max_iter=60, tol=1e-2).fit(counts, labels, weights)
        return dict(zip(self.words, fit.coef_[0].tolist(), strict=True))


def lexicon(pages: list[Sample], boxes: Bags, texts: Bags) -> Lexicon:
    of_boxes: dict[str, list[float]] = defaultdict(lambda: [0.0] * PATH)
    for (word, place), weight in boxes.weigh(pages, 0.02).items():
        of_boxes[word][place] = round(weight, 3)
    of_texts = texts.weigh(pages, 0.1)
    return Lexicon(
        {word: tuple(weights) for word, weights in of_boxes.items() if max(map(abs, weights)) >= MIN_WEIGHT},
        {word: round(weight, 3) for word, weight in of_texts.items() if abs(weight) >= MIN_WEIGHT},
    )


# ---- trees ----------------------------------------------------------------------------------------


def stack(pages: list[Sample]) -> tuple[Matrix, Matrix]:
    """The labels and weights of the pages' drawn blocks."""
    weights = np.concatenate([page.weights[page.drawn] * len(page.labels) / len(page.drawn) for page in pages])
    return np.concatenate([page.labels[page.drawn] for page in pages]), weights / weights.mean()


def grow(pages: list[Sample], rows: list[Matrix]) -> Trees:
    labels, weights = stack(pages)
    fit = CatBoostClassifier(**TREES)
    drawn = np.vstack([matrix[page.drawn] for page, matrix in zip(pages, rows, strict=True)])
    fit.fit(drawn, labels, sample_weight=weights)
    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder) / "trees.json"
        fit.save_model(str(file), format="json")
        return trees_of(json.loads(file.read_text()))


def trees_of(written: dict[str, Any]) -> Trees:
    """CatBoost's own JSON as arrays; a tree with fewer levels gets questions that nothing answers with 'more'."""
    depth = TREES["depth"]
    grown = written["oblivious_trees"]
    features = np.zeros((len(grown), depth), dtype=np.intp)
    borders = np.full((len(grown), depth), np.inf, dtype=np.float32)
    leaves = np.zeros((len(grown), 2**depth), dtype=np.float32)
    for at, tree in enumerate(grown):
        for level, split in enumerate(tree["splits"] or []):
            features[at, level], borders[at, level] = split["float_feature_index"], split["border"]
        leaves[at, : len(tree["leaf_values"])] = tree["leaf_values"]
    scale, bias = written["scale_and_bias"]
    return Trees(features, borders, leaves * scale, bias[0])


def second_rows(page: Sample) -> Matrix:
    return np.hstack([page.sheet.rows, reconsider(page.sheet, page.guess)])


def by_fold(pages: list[Sample]) -> Iterable[tuple[list[Sample], list[Sample]]]:
    for fold in range(FOLDS):
        yield [page for page in pages if page.fold != fold], [page for page in pages if page.fold == fold]


def train(pages: list[Sample], whole: bool) -> Model | None:
    """Fill each page's guess and likely from models of other sites; whole: and make a model of all pages."""
    boxes, texts = Bags.of(pages, box_bags), Bags.of(pages, text_bags)
    for others, held in by_fold(pages):
        words = lexicon(others, boxes, texts)
        for page in held:
            page.sheet = describe(page.cut, page.document, words)
    say("words weighed")
    for others, held in by_fold(pages):
        trees = grow(others, [page.sheet.rows for page in others])
        for page in held:
            page.guess = trees(page.sheet.rows)
    say("first ensemble")
    for others, held in by_fold(pages):
        trees = grow(others, [second_rows(page) for page in others])
        for page in held:
            page.likely = trees(second_rows(page))
    say("second ensemble")
    if not whole:
        return None
    first = grow(pages, [page.sheet.rows for page in pages])
    second = grow(pages, [second_rows(page) for page in pages])
    return Model(lexicon(pages, boxes, texts), first, second)


# ---- the score ------------------------------------------------------------------------------------


def report(pages: list[Sample], pick: Callable[[Sample], Matrix], name: str) -> None:
    """Print text F1 and the share of pages below .80, corpus by corpus, as the bench measures them."""
    cells = []
    for corpus in CORPORA:
        precisions, recalls, scores = [], [], []
        for page in pages:
            if page.corpus != corpus:
                continue
            chosen = [block.text for block, on in zip(page.cut.blocks, pick(page), strict=True) if on]
            true, got = Counter(shingles(WORD.findall(page.body))), Counter(shingles(WORD.findall("\n".join(chosen))))
            right = sum((true & got).values())
            precision, recall = right / max(1, sum(got.values())), right / max(1, sum(true.values()))
            if got:
                precisions.append(precision)
            recalls.append(recall)
            scores.append(2 * precision * recall / (precision + recall) if right else 0.0)
        precision, recall = statistics.mean(precisions), statistics.mean(recalls)
        f1 = 2 * precision * recall / (precision + recall)
        below = sum(score < 0.8 for score in scores) / len(scores)
        cells.append(f"{corpus} {f1:.4f} ({precision:.3f} {recall:.3f}) below .80 {below:.3f}")
    say(f"{name:8} " + " | ".join(cells))


def say(text: str) -> None:
    print(text, flush=True)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--score-only", action="store_true", help="cross-validate, write no model")
    arguments = parser.parse_args()
    pages = samples()
    gc.freeze()  # the pages stay to the end: the collector need not go through them again and again
    say(f"{len(pages)} pages of {len({page.site for page in pages})} sites")
    model = train(pages, whole=not arguments.score_only)
    report(pages, lambda page: page.labels, "perfect")
    report(pages, lambda page: page.guess > 0.5, "first")
    report(pages, lambda page: choose(page.likely, page.words), "second")
    if model:
        save(model)


if __name__ == "__main__":
    main()
