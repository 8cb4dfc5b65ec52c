"""What a site's other pages are worth: text F1 of stories read with none, one, two, five, twenty, sixty of them known.

    python -m benchmarks.memory
    uv run --group train python -m benchmarks.memory --held-out

First the sample paper, read without its selectors: as it is, and with an appeal to its readers printed inside every story.
Then the pages of the folder BENCH (default ../shared/bench) whose site has another page there. The committed model was
trained on these; --held-out trains others first, none of which has seen the page's site (some minutes), and is the figure
to believe.
"""

from __future__ import annotations

import argparse
import random
import re
import statistics
import sys
from collections import Counter, defaultdict
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

import numpy as np

from benchmarks.sidebar_pages import BENCH
from crawler.extraction import extract, gather
from crawler.extraction.memory import SiteMemory, fingerprints
from tests.newsroom.paper import answer
from tests.newsroom.plain import PlainSpider
from tests.newsroom.truth import load

CORPORA = ("scrapinghub", "fundus-eval", "fundus-tests", "news-424", "wcxb")
OTHERS = (0, 1, 2, 5, 20, 60)
SHINGLE = 4
WORD = re.compile(r"\w+")
APPEAL = (
    b"<p>The Sample Courier answers to nobody but its readers. If you value what we do, become one of its members.</p>"
)


@dataclass(slots=True, eq=False)
class Known:
    """A page with its true text. identity: what tells it from the site's other pages. read: its text, given what those hold."""

    site: str
    identity: str
    body: str
    marks: list[int] = field(repr=False)
    read: Callable[[Mapping[int, int]], str] = field(repr=False)


def sample(appeal: bytes = b"") -> list[Known]:
    """The recorded story pages of the sample paper, with the appeal behind each story's first paragraph."""
    spider, pages = PlainSpider(), []
    for capture in load():
        if capture.story is not None:
            start, mark, rest = answer(capture.url, capture.at).body.partition(b"story__content")
            first, end, rest = rest.partition(b"</p>")
            html = start + mark + first + end + (appeal if mark else b"") + rest
            identity = spider.key_of(capture.url) or capture.url
            pages.append(page_of("sample", identity, html, capture.url, capture.story.body))
    return pages


def page_of(site: str, identity: str, html: bytes, url: str, body: str) -> Known:
    def read(seen: Mapping[int, int]) -> str:
        story = extract(html, url, seen=seen).story
        return story.body if story else ""

    return Known(site, identity, body, gather(html, url), read)


def bench() -> dict[str, list[Known]]:
    """The pages of BENCH with a known story, by corpus, read with the committed model."""
    sys.path.insert(0, str(BENCH))
    import corpora

    found: dict[str, list[Known]] = defaultdict(list)
    for page in corpora.pages(CORPORA):
        url = page["url"] or "http://example.org/"
        found[page["corpus"]].append(page_of(page["site"], page["id"], page["html"], url, page["body"] or ""))
    return found


def held_out() -> dict[str, list[Known]]:
    """The same, their blocks weighed by models that have not seen the page's site. The text is that of the blocks."""
    from benchmarks import train_story
    from crawler.extraction.general import is_article, less_what_repeats, take, without_what_repeats
    from crawler.extraction.letters import mass
    from crawler.extraction.whole import once

    def page_of(page: train_story.Sample) -> Known:
        marks = fingerprints(page.cut.blocks)
        weight = np.array([mass(block.text) for block in page.cut.blocks])
        chosen, _ = take(page.cut, page.likely, weight, is_article(page.document))

        def read(seen: Mapping[int, int]) -> str:
            counts = np.array([seen.get(mark, 0) if mark else 0 for mark in marks])
            less = less_what_repeats(page.likely, weight, counts)
            left = without_what_repeats(chosen, page.likely, less, weight)
            taken = once([block.text for block in page.cut.blocks], left)
            return "\n".join(block.text for block, on in zip(page.cut.blocks, taken, strict=True) if on)

        return Known(page.site, page.name, page.body, [mark for mark in marks if mark], read)

    pages = train_story.samples()
    train_story.train(pages, whole=False)
    found: dict[str, list[Known]] = defaultdict(list)
    for page in pages:
        if page.corpus in CORPORA:
            found[page.corpus].append(page_of(page))
    return found


def memory_of(page: Known, others: list[Known], number: int) -> SiteMemory:
    """A memory of that many other pages of the site, drawn by lot, the same in every run."""
    by_identity = {other.identity: other for other in others if other.identity != page.identity}
    drawn = random.Random(page.identity).sample(sorted(by_identity), min(number, len(by_identity)))
    memory = SiteMemory()
    for place, identity in enumerate(drawn):
        memory.add(1 << place, by_identity[identity].marks)
    return memory


def curve(name: str, pages: list[Known], numbers: tuple[int, ...]) -> None:
    """Print the F1 of the pages' text with so many other pages known, or as many as there are."""
    by_site: dict[str, list[Known]] = defaultdict(list)
    for page in pages:
        by_site[page.site].append(page)
    pages = [page for page in pages if any(other.identity != page.identity for other in by_site[page.site])]
    cells = []
    for number in numbers:
        memories = (memory_of(page, by_site[page.site], number).others(1 << 62) for page in pages)
        cells.append(
            f"{f1([(page.body, page.read(memory)) for page, memory in zip(pages, memories, strict=True)]):.4f}"
        )
    print(f"{name:28} {len(pages):4} pages  " + "  ".join(cells), flush=True)


def f1(pairs: list[tuple[str, str]]) -> float:
    """Of the mean precision and recall over shingles of four words, as the bench counts it."""
    precisions, recalls = [], []
    for body, text in pairs:
        true, got = shingles(body), shingles(text)
        right = sum((true & got).values())
        if got:
            precisions.append(right / sum(got.values()))
        if true:
            recalls.append(right / sum(true.values()))
    precision, recall = statistics.mean(precisions), statistics.mean(recalls)
    return 2 * precision * recall / (precision + recall)


def shingles(text: str) -> Counter[tuple[str, ...]]:
    words = WORD.findall(text)
    starts = range(max(1, len(words) - SHINGLE + 1))
    return Counter(tuple(words[at : at + SHINGLE]) for at in starts if words[at : at + SHINGLE])


def main(learnt_elsewhere: bool = False) -> None:
    print(f"text F1 with this many other pages of the site known: {OTHERS}, or as many as there are")
    curve("sample paper", sample(), OTHERS)
    curve("sample paper with an appeal", sample(APPEAL), OTHERS)
    if not (BENCH / "corpora.py").exists():
        print(f"no pages of other sites: {BENCH} is absent; name their folder with BENCH")
        return
    print("models that have not seen the site" if learnt_elsewhere else "the committed model, trained on these pages")
    for name, pages in (held_out() if learnt_elsewhere else bench()).items():
        curve(name, pages, OTHERS[:4])


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--held-out", action="store_true", help="train models that have not seen a page's site first")
    main(parser.parse_args().held_out)
