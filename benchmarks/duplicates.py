"""How well near copies are found: `python -m benchmarks.duplicates [FOLDER]`.

In: real story texts; FOLDER holds them as corpora.py of the benchmark folder gives them (default: the BENCH variable,
else ../shared/bench). Out: of copies made from them, kind by kind, the share that shares a key and the share that is
called a copy; of the unrelated pairs nearest in topic, the share that is called one; what a sketch costs.
"""

from __future__ import annotations

import importlib.util
import math
import os
import random
import re
import sys
import time
from collections import Counter, defaultdict
from collections.abc import Callable
from pathlib import Path

from pipelines.likeness import ALIKE, KEYS, have_passage, likeness, shingles, sketch

CORPORA = ["fundus-tests", "fundus-eval", "scrapinghub", "news-424"]
SAMPLE = 400  # texts of which copies are made
NEIGHBOURS = 3  # unrelated texts compared with each: those nearest by the words that set texts apart
TELLING = 60  # words of a text by which its topic is told


def texts(folder: Path) -> list[str]:
    """The stories' bodies, each once, of 80 words or more."""
    specification = importlib.util.spec_from_file_location("corpora", folder / "corpora.py")
    if specification is None or specification.loader is None or not (folder / "corpora.py").exists():
        raise SystemExit(f"no benchmark folder at {folder}: name it as the argument, or in BENCH")
    corpora = importlib.util.module_from_spec(specification)
    specification.loader.exec_module(corpora)
    found = {
        " ".join(words[:30]): page["body"]
        for page in corpora.pages(CORPORA)
        if page["body"] and len(words := page["body"].casefold().split()) >= 80
    }
    return list(found.values())


class Copyist:
    """Makes copies as papers do."""

    def __init__(self, bodies: list[str]) -> None:
        self.random = random.Random(5)
        self.bodies = bodies
        self.words = [word for body in bodies for word in body.split()]

    def kinds(self) -> dict[str, Callable[[str], str]]:
        return {
            "1 word in 100 changed": lambda body: self.edited(body, 0.01),
            "1 word in 33 changed": lambda body: self.edited(body, 0.03),
            "1 word in 10 changed": lambda body: self.edited(body, 0.10),
            "first 70 % of sentences": lambda body: self.cut(body, 0.7),
            "first half": lambda body: self.cut(body, 0.5),
            "first third": lambda body: self.cut(body, 0.33),
            "3 sentences in 10 left out": self.thinned,
            "paragraphs merged": lambda body: body.replace("\n", " "),
            "paragraphs in other order": self.shuffled,
            "part of another story added": lambda body: body + "\n" + self.cut(self.random.choice(self.bodies), 0.3),
            "first 70 %, 1 word in 20 changed": lambda body: self.edited(self.cut(body, 0.7), 0.05),
        }

    def edited(self, body: str, rate: float) -> str:
        """Words left out, replaced and put in, a third of the rate each."""
        words = []
        for word in body.split():
            luck = self.random.random()
            if luck >= rate * 2 / 3:
                words.append(word)
            if rate / 3 <= luck < rate:
                words.append(self.random.choice(self.words))
        return " ".join(words)

    def cut(self, body: str, share: float) -> str:
        sentences = _sentences(body)
        return " ".join(sentences[: max(1, round(len(sentences) * share))])

    def thinned(self, body: str) -> str:
        return " ".join(sentence for sentence in _sentences(body) if self.random.random() < 0.7)

    def shuffled(self, body: str) -> str:
        paragraphs = body.split("\n")
        self.random.shuffle(paragraphs)
        return "\n".join(paragraphs)


def _sentences(body: str) -> list[str]:
    return [sentence for sentence in re.split(r"(?<=[.!?؟。۔])\s+|\n+", body) if sentence.strip()]


def neighbours(bodies: list[str]) -> set[tuple[int, int]]:
    """Pairs of different stories that are nearest in topic, by tf-idf."""
    counts = [Counter(body.casefold().split()) for body in bodies]
    spread = Counter(word for count in counts for word in count)
    weights = [
        {word: (1 + math.log(times)) * math.log(len(bodies) / spread[word]) for word, times in count.items()}
        for count in counts
    ]
    telling = [sorted(weight, key=lambda word: -weight[word])[:TELLING] for weight in weights]
    where: dict[str, list[int]] = defaultdict(list)
    for number, words in enumerate(telling):
        for word in words:
            where[word].append(number)
    pairs = set()
    for number, words in enumerate(telling):
        near: Counter[int] = Counter()
        for word in words:
            for other in where[word]:
                if other != number:
                    near[other] += round(weights[number][word] * weights[other][word] * 1000)
        pairs |= {(min(number, other), max(number, other)) for other, _ in near.most_common(NEIGHBOURS)}
    return pairs


def main(folder: Path | None = None) -> None:
    bodies = texts(folder or Path(os.environ.get("BENCH", Path(__file__).parents[2] / "shared" / "bench")))
    shingled = [shingles(body) for body in bodies]
    start = time.perf_counter()
    keys = [set(sketch(body)) for body in bodies]
    print(f"{len(bodies)} texts, {KEYS} keys each, {(time.perf_counter() - start) / len(bodies) * 1e6:.0f} us a sketch")
    copyist, sample = Copyist(bodies), random.Random(3).sample(range(len(bodies)), min(SAMPLE, len(bodies)))
    print(f"\n{'copies':<34} share a key  called copies (likeness >= {ALIKE})   lowest likeness of 99 %")
    for kind, make in copyist.kinds().items():
        copies = [(number, make(bodies[number])) for number in sample]
        copies = [(number, copy) for number, copy in copies if shingles(copy)]  # not those cut below the least length
        found = sum(bool(keys[number] & set(sketch(copy))) for number, copy in copies)
        likenesses = sorted(
            likeness(shingled[number], shingles(copy)) if have_passage(shingled[number], copy) else 0.0
            for number, copy in copies
        )
        called = sum(value >= ALIKE for value in likenesses)
        lowest = likenesses[len(likenesses) // 100]
        print(f"{kind:<34} {found / len(copies):>10.3f}  {called / len(copies):>12.3f} {lowest:>40.2f}")
    unrelated = sorted((likeness(shingled[one], shingled[other]) for one, other in neighbours(bodies)), reverse=True)
    called = sum(value >= ALIKE for value in unrelated)
    highest = ", ".join(f"{value:.2f}" for value in unrelated[:5])
    print(f"\n{len(unrelated)} unrelated pairs nearest in topic: {called} called copies; highest likenesses {highest}")


if __name__ == "__main__":
    main(Path(sys.argv[1]) if sys.argv[1:] else None)
