"""Learn the weights of crawler/extraction/headline.py from pages with known headlines, and say how right they are.

    python -m benchmarks.train_headlines [FOLDER]

FOLDER holds pages as corpora.py of the benchmark folder gives them (default: the BENCH variable, else ../shared/bench).
First the share that is right by cross-validation over sites, then the weights from all pages, written where headline
reads them.
The model: a conditional logit (one choice among a page's candidates) with a squared penalty, fitted by Adam.
"""

from __future__ import annotations

import importlib.util
import json
import math
import os
import random
import re
import sys
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import product
from pathlib import Path

from crawler.extraction import headline
from crawler.extraction.document import parse

CORPORA = {"fundus-tests": 1.5, "news-424": 1.0, "wcxb": 0.5}  # weight of a page: rarer layouts more, the open web less
FOLDS = 8
SHUFFLES = 3  # divisions of the sites into folds: one alone is lucky or unlucky by .02
PENALTY = 1.0
STEPS = 300
RATE = 0.1
LEAST_WEIGHT = 0.02  # smaller ones are left out of the file


@dataclass(slots=True)
class Example:
    """A page: its candidates' features and which of them are right."""

    corpus: str
    site: str
    features: list[dict[str, float]]
    right: list[bool]


def main() -> None:
    folder = Path(sys.argv[1] if len(sys.argv) > 1 else os.environ.get("BENCH", "../shared/bench"))
    if not (folder / "corpora.py").is_file():
        sys.exit(f"no benchmark pages in {folder}: name a folder that holds corpora.py and pages/")
    examples = list(_examples(folder))
    for corpus, share in cross_validate(examples).items():
        print(f"{corpus:13} right on unseen sites {share:.3f}")
    weights = {name: round(weight, 3) for name, weight in sorted(fit(examples).items()) if abs(weight) >= LEAST_WEIGHT}
    headline.WEIGHTS.write_text(json.dumps(weights, indent=0) + "\n", encoding="utf-8")
    print(f"{len(weights)} weights in {headline.WEIGHTS}")


def _examples(folder: Path) -> Iterator[Example]:
    spec = importlib.util.spec_from_file_location("corpora", folder / "corpora.py")
    if spec is None or spec.loader is None:
        sys.exit(f"{folder / 'corpora.py'} cannot be read")
    corpora = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(corpora)
    for page in corpora.pages(list(CORPORA)):
        document = parse(page["html"], page["url"])
        found = headline.candidates(document)
        right = [_plain(candidate.text) == _plain(page["title"]) for candidate in found.values()]
        yield Example(page["corpus"], page["site"], headline.describe(document, found), right)


def _plain(text: str) -> str:
    return " ".join(re.findall(r"\w+", unicodedata.normalize("NFKC", text).casefold()))


def cross_validate(examples: list[Example]) -> dict[str, float]:
    """The share of pages whose headline is right, by corpus, with weights learned on other sites."""
    verdicts: dict[str, list[bool]] = {}
    for shuffle, number in product(range(SHUFFLES), range(FOLDS)):
        sites = sorted({example.site for example in examples})
        random.Random(shuffle).shuffle(sites)
        fold = {site: place % FOLDS for place, site in enumerate(sites)}
        weights = fit([example for example in examples if fold[example.site] != number])
        for example in examples:
            if fold[example.site] == number:
                scores = _scores(example, weights)
                verdicts.setdefault(example.corpus, []).append(
                    bool(scores) and example.right[scores.index(max(scores))]
                )
    return {corpus: sum(right) / len(right) for corpus, right in verdicts.items()}


def fit(examples: list[Example]) -> dict[str, float]:
    """The weights under which the right candidates are likeliest."""
    usable = [example for example in examples if any(example.right)]
    names = sorted({name for example in usable for features in example.features for name in features})
    weights, first, second = (dict.fromkeys(names, 0.0) for _ in range(3))
    for step in range(1, STEPS + 1):
        gradient = {name: PENALTY * weight for name, weight in weights.items()}
        for example in usable:
            _add_gradient(example, weights, gradient)
        for name, slope in gradient.items():
            first[name] = 0.9 * first[name] + 0.1 * slope
            second[name] = 0.999 * second[name] + 0.001 * slope * slope
            mean, spread = first[name] / (1 - 0.9**step), second[name] / (1 - 0.999**step)
            weights[name] -= RATE * mean / (math.sqrt(spread) + 1e-8)
    return weights


def _add_gradient(example: Example, weights: dict[str, float], gradient: dict[str, float]) -> None:
    scores = _scores(example, weights)
    top = max(scores)
    shares = [math.exp(score - top) for score in scores]
    total = sum(shares)
    of_right = sum(share for share, right in zip(shares, example.right, strict=True) if right)
    for features, share, right in zip(example.features, shares, example.right, strict=True):
        pull = CORPORA[example.corpus] * (share / total - (share / max(of_right, 1e-12) if right else 0.0))
        if abs(pull) > 1e-6:
            for name, value in features.items():
                gradient[name] += pull * value


def _scores(example: Example, weights: dict[str, float]) -> list[float]:
    return [sum(weights.get(name, 0.0) * value for name, value in one.items()) for one in example.features]


if __name__ == "__main__":
    main()
