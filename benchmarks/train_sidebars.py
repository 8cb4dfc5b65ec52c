"""Learn the weights of crawler/extraction/sidebar_model.py from the labelled pages, and measure them on sites not seen.

Run as `python -m benchmarks.train_sidebars`. Logistic regression with a penalty on large weights, by plain gradient
descent with momentum: the lists are some hundreds, the features about a hundred. In: the pages of
benchmarks/sidebar_pages.py. Out: crawler/extraction/sidebar_weights.json, and the scores by cross-validation over sites.
"""

from __future__ import annotations

import json
import math
import random
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import urlsplit

from benchmarks.sidebar_pages import BENCH, LabelledPage, Score, labelled_pages, nearest, normal, same, score, total
from crawler.extraction import sidebar_model, sidebars
from crawler.extraction.sidebar_lists import card_lists, site_of, story_links
from crawler.items import Sidebar

FOLDS = 10
PENALTY = 1.25  # of half the squared weights, against the lists' summed losses: the best of 10, 5, 2.5 and 1.25
STEPS = 400
RATE = 0.5
MOMENTUM = 0.9


@dataclass(slots=True)
class Example:
    """One list of a page: what is seen of it, whether it is a sidebar, and what it reads as."""

    page: LabelledPage
    site: str
    features: dict[str, float]
    is_sidebar: bool
    sidebar: Sidebar
    weight: float


def examples(pages: Sequence[LabelledPage]) -> list[Example]:
    """Every list that may be a sidebar; it is one where half of its entries are labelled."""
    return [example for page in pages for example in _examples(page)]


def _examples(page: LabelledPage) -> list[Example]:
    links = story_links(page.document)
    site = site_of(urlsplit(page.document.url).netloc)
    labels = [normal(entry.headline) for labelled in page.truth for entry in labelled.entries]
    found: list[tuple[Example, Sidebar | None]] = []
    for candidate in card_lists(links):
        sidebar = sidebars.read_list(candidate, page.document).sidebar
        if not sidebars.may_be_sidebar(candidate) or not sidebar.entries or sidebar_model.is_surely_none(candidate):
            continue
        label = nearest(sidebar, page.truth)
        texts = [normal(entry.headline) for entry in sidebar.entries]
        labelled = sum(any(same(text, other) for other in labels) for text in texts) * 2 >= len(texts)
        seen = sidebar_model.features(candidate, links)
        found.append((Example(page, site, seen, labelled, sidebar, math.sqrt(len(texts))), label))
    named: dict[int, set[str]] = {}
    for example, label in found:
        if label and label.heading == example.sidebar.heading:
            named.setdefault(id(label), set()).update(normal(entry.headline) for entry in example.sidebar.entries)
    for example, label in found:
        # A menu may show the stories of a list whose heading it lacks: where the list itself was found, it is not that.
        texts = {normal(entry.headline) for entry in example.sidebar.entries}
        if label and label.heading != example.sidebar.heading and texts <= named.get(id(label), set()):
            example.is_sidebar = False
    return [example for example, _ in found]


def learn(lists: Sequence[Example]) -> dict[str, float]:
    """The weights that fit the lists best, small ones preferred."""
    weights: dict[str, float] = {name: 0.0 for example in lists for name in example.features}
    speed = dict.fromkeys(weights, 0.0)
    scale = 1 / sum(example.weight for example in lists)
    for _ in range(STEPS):
        slope = {name: PENALTY * scale * value for name, value in weights.items() if name != "bias"}
        for example in lists:
            value = sum(weights[name] * amount for name, amount in example.features.items())
            error = (1 / (1 + math.exp(-max(-30.0, min(30.0, value)))) - example.is_sidebar) * example.weight * scale
            for name, amount in example.features.items():
                slope[name] = slope.get(name, 0.0) + error * amount
        for name, steepness in slope.items():
            speed[name] = MOMENTUM * speed[name] - RATE * steepness
            weights[name] += speed[name]
    return weights


def probability(weights: dict[str, float], example: Example) -> float:
    """How likely the weights hold a list for a sidebar."""
    return 1 / (1 + math.exp(-sum(weights.get(name, 0.0) * amount for name, amount in example.features.items())))


def cross_validate(lists: Sequence[Example], seed: int = 0) -> dict[str, list[Sidebar]]:
    """Each page's sidebars as found with weights learnt on other sites."""
    sites = sorted({example.site for example in lists})
    random.Random(seed).shuffle(sites)
    found: dict[str, list[Sidebar]] = {}
    for fold in range(FOLDS):
        held = set(sites[fold::FOLDS])
        weights = learn([example for example in lists if example.site not in held])
        for example in lists:
            if example.site in held and probability(weights, example) >= sidebars.LEAST_PROBABILITY:
                kept = found.setdefault(example.page.name, [])
                key = (example.sidebar.heading, [entry.url for entry in example.sidebar.entries])
                if all(key != (other.heading, [entry.url for entry in other.entries]) for other in kept):
                    kept.append(example.sidebar)
    return found


def report(name: str, scores: Sequence[Score]) -> None:
    """Print the entries' precision, recall and F1, over all entries and as the mean of the pages'."""
    everything = total(list(scores))
    macro = sum(page.f1 for page in scores) / len(scores)
    print(
        f"{name}: precision {everything.precision:.3f} recall {everything.recall:.3f} F1 {everything.f1:.3f} ", end=""
    )
    print(f"mean F1 of pages {macro:.3f}")


def main() -> None:
    pages = list(labelled_pages())
    if not pages:
        print(f"sidebars: nothing to learn from, no labelled page in {BENCH}: set BENCH to the benchmark folder")
        return
    lists = examples(pages)
    print(f"{len(pages)} pages, {len(lists)} lists, {sum(example.is_sidebar for example in lists)} of them sidebars")
    best: dict[str, list[Sidebar]] = {}
    for example in lists:
        if example.is_sidebar:
            best.setdefault(example.page.name, []).append(example.sidebar)
    report("perfect choice of lists", [score(best.get(page.name, []), page.truth) for page in pages])
    found = cross_validate(lists)
    report(f"sites not seen, {FOLDS} folds", [score(found.get(page.name, []), page.truth) for page in pages])
    weights = {name: round(value, 3) for name, value in sorted(learn(lists).items())}
    path = Path(sidebar_model.__file__).with_name("sidebar_weights.json")
    path.write_text(json.dumps(weights, indent=1) + "\n", encoding="utf-8")
    print(f"wrote {len(weights)} weights to {path.name}")


if __name__ == "__main__":
    main()
