"""Train the model that divides a page, and say what it is worth on sites it has not seen.

    uv run --group train python -m benchmarks.train_story [--score-only]

Reads the pages of the folder BENCH (default ../shared/bench) whose story's text is known, and writes
crawler/extraction/story.npz, and the score to benchmarks/story_figures.json, where `make bench` reads it. Takes about
six minutes on two cores that do nothing else.

Each block's label comes from the true text: the choice of blocks that has the best F1 by the bench's own measure. All
that is learned for a page's score is learned from other sites: sites are dealt into five folds, and words' weights,
first and second ensemble are learned five times, each time without one fold; the second ensemble learns from guesses
of first ensembles that had not seen the page's site. Pages of which only parts are known (the corpus `segments`) are
learned from and not scored.
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
from itertools import pairwise
from operator import itemgetter
from pathlib import Path
from typing import Any

import numpy as np
from catboost import CatBoostClassifier
from scipy.sparse import csr_matrix
from sklearn.linear_model import LogisticRegression

from crawler.extraction import unshown
from crawler.extraction.blocks import Cut, cut
from crawler.extraction.document import Document, parse
from crawler.extraction.features import Sheet, block_words, describe, first_words, reconsider
from crawler.extraction.general import choose, is_article, take
from crawler.extraction.lexicon import PATH, Lexicon, Matrix, Term, Weights, box_name, name_words
from crawler.extraction.model import Model, Trees, save
from crawler.extraction.whole import once

CORPORA = ("scrapinghub", "fundus-eval", "fundus-tests", "news-424", "wcxb")
FIGURES = Path(__file__).with_name("story_figures.json")
PARTS = "segments"  # the corpus of which only parts of each story, and parts that are none, are known
SHORT = 0.003  # what a block counts besides its share of the page's words: a byline in the story is few words but ugly
FEW = 20  # blocks below which a page's words count less
TOGETHER = 3.0  # what a page's blocks count at most: one whose truth stops after the first lines counted as dozens
PART = 0.04  # what a block labelled by such a part counts; the blocks of a page wholly known count about two together

FOLDS = 5
DRAWN = 80  # blocks a page is represented by in training
SHINGLE = 4
MIN_SITES = 4  # a word seen on fewer sites has no weight
MIN_WEIGHT = 0.03  # nor one that says less than this
BELIEVED = 0.6  # the second ensemble learns only from pages whose truth the first comes at least so near (F1)
FIRST: dict[str, Any] = {"iterations": 150, "learning_rate": 0.12, "depth": 6, "l2_leaf_reg": 10}
SECOND: dict[str, Any] = {"iterations": 150, "learning_rate": 0.1, "depth": 8, "l2_leaf_reg": 20}
SEEDS = (3, 4)
TREES: dict[str, Any] = {
    "rsm": 0.3,
    "subsample": 0.7,
    "bootstrap_type": "Bernoulli",
    "border_count": 64,
    "verbose": 0,
    "allow_writing_files": False,
}
WORD = re.compile(r"\w+")


def empty() -> Matrix:
    return np.zeros(0)


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
    words: Matrix = field(default_factory=empty)
    labels: Matrix = field(default_factory=empty)
    weights: Matrix = field(default_factory=empty)
    drawn: Matrix = field(default_factory=empty)
    fold: int = 0
    sheet: Sheet | None = None
    guess: Matrix = field(default_factory=empty)
    likely: Matrix = field(default_factory=empty)


# ---- pages and their labels -----------------------------------------------------------------------


def samples() -> list[Sample]:
    """The pages with a known story, or known parts of it, that hold any text, dealt into folds by site."""
    sys.path.insert(0, os.environ.get("BENCH", "../shared/bench"))
    import corpora

    found = []
    chance = np.random.default_rng(7)
    for page in corpora.pages((*CORPORA, PARTS)):
        document = parse(page["html"], page["url"])
        blocks = cut(document.root)
        if not blocks.blocks and unshown.show(document):
            blocks = cut(document.root)
        sample = Sample(page["corpus"], page["id"], site_of(page["site"]), page["body"] or "", document, blocks)
        if not sample.cut.blocks:
            print(f"{page['id']}: no text", file=sys.stderr)
            continue
        if page["corpus"] == PARTS:
            label_parts(sample, page["must"] or [], page["mustnot"] or [])
        else:
            label_whole(sample, chance)
        if len(sample.drawn):
            found.append(sample)
    sites = sorted({sample.site for sample in found})
    random.Random(7).shuffle(sites)
    folds = {site: number % FOLDS for number, site in enumerate(sites)}
    for sample in found:
        sample.fold = folds[sample.site]
    return found


def label_whole(sample: Sample, chance: np.random.Generator) -> None:
    """Label every block by the true text; a block counts as much as it holds of the story's length, up to a limit."""
    texts = [block.text for block in sample.cut.blocks]
    sample.labels = np.array(label(texts, sample.body))
    sample.words = np.array([len(WORD.findall(text)) for text in texts])
    sample.drawn = np.sort(chance.permutation(len(texts))[:DRAWN])
    share = np.minimum(sample.words / max(1, sample.words[sample.labels].sum()), 0.5) + SHORT
    weights = share * len(texts) / len(sample.drawn)
    sample.weights = weights * min(1, TOGETHER / weights[sample.drawn].sum())


def label_parts(sample: Sample, wanted: list[str], unwanted: list[str]) -> None:
    """Label the blocks that hold a part known to be story or not, and draw no others."""
    texts = [block.text for block in sample.cut.blocks]
    story, rest = (
        np.array([any(" ".join(part.split()) in text for part in parts) for text in texts])
        for parts in (wanted, unwanted)
    )
    sample.labels, sample.words = story, np.zeros(len(texts))
    sample.drawn = np.flatnonzero(story != rest)
    sample.weights = np.full(len(texts), PART)


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


def box_bags(sample: Sample) -> list[list[tuple[Term, int]]]:
    """For each block, the words of the boxes around it with their place on the path."""
    boxes = sample.cut.boxes
    own: list[list[Term]] = [
        [*words, *pairwise(words)] for words in name_words([box_name(box.element) for box in boxes])
    ]
    down: list[list[Term]] = []
    for box, words in zip(boxes, own, strict=True):
        down.append(down[box.parent] + words if box.parent >= 0 else words)
    bags = []
    for block in sample.cut.blocks:
        bag: list[tuple[Term, int]] = []
        at = block.box
        for place in range(PATH - 1):
            if at >= 0:
                bag += [(word, place) for word in own[at]]
                at = boxes[at].parent
        if at >= 0:
            bag += [(word, PATH - 1) for word in down[at]]
        bags.append(bag)
    return bags


def text_bags(sample: Sample) -> list[list[Term]]:
    """For each block, the words it begins with and their pairs, the first and the last in one with nothing."""
    begun = map(first_words, block_words(sample.cut.blocks))
    return [[*words, *pairwise(("", *words, ""))] for words in begun]


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
        words = sorted((word for word, seen in sites.items() if len(seen) >= MIN_SITES), key=str)
        index = {word: at for at, word in enumerate(words)}
        flat = [Counter(index[word] for word in bag if word in index) for bags in drawn for bag in bags]
        ends = np.cumsum([0, *(len(bag) for bag in flat)])
        columns = np.fromiter((column for bag in flat for column in bag), dtype=np.int32, count=ends[-1])
        values = np.fromiter((count for bag in flat for count in bag.values()), dtype=np.float32, count=ends[-1])
        starts = np.cumsum([0, *(len(page.drawn) for page in pages)])
        rows = {id(page): np.arange(start, start + len(page.drawn)) for page, start in zip(pages, starts, strict=False)}
        return cls(words, csr_matrix((values, columns, ends), shape=(len(flat), len(words))), rows)

    def weigh(self, pages: list[Sample], strength: float) -> dict[Any, float]:
        """A logistic regression of the pages' labels on their words: each word's weight. Here all blocks of a page
        count alike, since bylines and captions are few words, and these must be known by them."""
        labels, _ = stack(pages)
        weights = np.concatenate([np.full(len(page.drawn), 1 / max(len(page.drawn), FEW)) for page in pages])
        weights /= weights.mean()
        counts = self.counts[np.concatenate([self.rows[id(page)] for page in pages])]
        fit = LogisticRegression(C=strength, solver="liblinear", max_iter=60, tol=1e-2).fit(counts, labels, weights)
        return dict(zip(self.words, fit.coef_[0].tolist(), strict=True))


def lexicon(pages: list[Sample], boxes: Bags, texts: Bags) -> Lexicon:
    of_boxes: dict[Term, list[float]] = defaultdict(lambda: [0.0] * PATH)
    for (word, place), weight in boxes.weigh(pages, 0.05).items():
        of_boxes[word][place] = round(weight, 3)
    of_texts = texts.weigh(pages, 0.3)
    return Lexicon(
        Weights({word: tuple(weights) for word, weights in of_boxes.items() if max(map(abs, weights)) >= MIN_WEIGHT}),
        Weights({word: (round(weight, 3),) for word, weight in of_texts.items() if abs(weight) >= MIN_WEIGHT}),
    )


# ---- trees ----------------------------------------------------------------------------------------


def stack(pages: list[Sample]) -> tuple[Matrix, Matrix]:
    """The labels and weights of the pages' drawn blocks."""
    weights = np.concatenate([page.weights[page.drawn] for page in pages])
    return np.concatenate([page.labels[page.drawn] for page in pages]), weights / weights.mean()


def grow(pages: list[Sample], rows: list[Matrix], shape: dict[str, Any]) -> Trees:
    """The mean of several ensembles, each grown from another seed: what one of them takes for a rule by chance, the
    others do not."""
    labels, weights = stack(pages)
    drawn = np.vstack([matrix[page.drawn] for page, matrix in zip(pages, rows, strict=True)])
    return mean_of([_grow_one(drawn, labels, weights, shape, seed) for seed in SEEDS])


def _grow_one(rows: Matrix, labels: Matrix, weights: Matrix, shape: dict[str, Any], seed: int) -> Trees:
    fit = CatBoostClassifier(**TREES, **shape, random_seed=seed)
    fit.fit(rows, labels, sample_weight=weights)
    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder) / "trees.json"
        fit.save_model(str(file), format="json")
        return trees_of(json.loads(file.read_text()), shape["depth"])


def mean_of(ensembles: list[Trees]) -> Trees:
    """One ensemble that scores as the given ones do in the mean."""
    return Trees(
        np.vstack([trees.features for trees in ensembles]),
        np.vstack([trees.borders for trees in ensembles]),
        np.vstack([trees.leaves for trees in ensembles]) / len(ensembles),
        statistics.mean(trees.bias for trees in ensembles),
    )


def trees_of(written: dict[str, Any], depth: int) -> Trees:
    """CatBoost's own JSON as arrays; a tree with fewer levels gets questions that nothing answers with 'more'."""
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
        trees = grow(others, [page.sheet.rows for page in others], FIRST)
        for page in held:
            page.guess = trees(page.sheet.rows)
    say("first ensemble")
    believed = [page for page in pages if page.corpus == PARTS or f1(page, choose(page.guess, page.words)) >= BELIEVED]
    for others, held in by_fold(pages):
        learnt = [page for page in others if page in believed]
        trees = grow(learnt, [second_rows(page) for page in learnt], SECOND)
        for page in held:
            page.likely = trees(second_rows(page))
    say("second ensemble")
    if not whole:
        return None
    first = grow(pages, [page.sheet.rows for page in pages], FIRST)
    second = grow(believed, [second_rows(page) for page in believed], SECOND)
    return Model(lexicon(pages, boxes, texts), first, second)


# ---- the score ------------------------------------------------------------------------------------


def measure(page: Sample, chosen: Matrix) -> tuple[float | None, float]:
    """Precision (None where nothing is chosen) and recall of the chosen blocks' text, over shingles."""
    text = "\n".join(block.text for block, on in zip(page.cut.blocks, chosen, strict=True) if on)
    true, got = Counter(shingles(WORD.findall(page.body))), Counter(shingles(WORD.findall(text)))
    right = sum((true & got).values())
    return right / sum(got.values()) if got else None, right / max(1, sum(true.values()))


def f1(page: Sample, chosen: Matrix) -> float:
    precision, recall = measure(page, chosen)
    return 2 * precision * recall / (precision + recall) if precision and recall else 0.0


def told(page: Sample) -> Matrix:
    """The choice of blocks that general.divide makes of what is likely by models that have not seen the page's site."""
    texts = [block.text for block in page.cut.blocks]
    return once(texts, take(page.cut, page.likely, page.sheet.mass, is_article(page.document))[0])


def figures(pages: list[Sample], pick: Callable[[Sample], Matrix]) -> dict[str, Any]:
    """For each corpus: its pages, the F1 of the mean precision and recall, these, the share of pages whose own F1 is
    below .80."""
    table = {}
    for corpus in CORPORA:
        picked = [(page, pick(page)) for page in pages if page.corpus == corpus]
        measured = [measure(page, chosen) for page, chosen in picked]
        precision = statistics.mean(precision for precision, _ in measured if precision is not None)
        recall = statistics.mean(recall for _, recall in measured)
        below = statistics.mean(f1(page, chosen) < 0.8 for page, chosen in picked)
        values = {"f1": 2 * precision * recall / (precision + recall), "precision": precision, "recall": recall}
        values |= {"below_80": below}
        table[corpus] = {"pages": len(picked)} | {name: round(value, 4) for name, value in values.items()}
    return table


def report(name: str, table: dict[str, Any]) -> None:
    cells = [
        f"{corpus} {row['f1']:.4f} ({row['precision']:.3f} {row['recall']:.3f}) below .80 {row['below_80']:.3f}"
        for corpus, row in table.items()
    ]
    say(f"{name:8} " + " | ".join(cells))


def say(text: str) -> None:
    print(text, flush=True)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--score-only", action="store_true", help="cross-validate, write the figures and no model")
    arguments = parser.parse_args()
    pages = samples()
    gc.freeze()  # the pages stay to the end: the collector need not go through them again and again
    say(f"{len(pages)} pages of {len({page.site for page in pages})} sites")
    model = train(pages, whole=not arguments.score_only)
    report("perfect", figures(pages, lambda page: page.labels))
    report("first", figures(pages, lambda page: choose(page.guess, page.words)))
    report("second", figures(pages, lambda page: choose(page.likely, page.words)))
    table = figures(pages, told)
    report("told", table)
    FIGURES.write_text(json.dumps(table, indent=1) + "\n")
    if model:
        save(model)


if __name__ == "__main__":
    main()
