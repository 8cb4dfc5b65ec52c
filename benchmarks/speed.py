"""The time of our extraction beside trafilatura's: `python -m benchmarks.speed [EVERY]`.

In: the pages of the folder BENCH, or of the recorded sample paper where that is absent; EVERY, where given, takes only
every so manieth. Out: milliseconds a page of both and their ratio, by corpus and over all. Both run in one process, page
by page in turn, and CPU time is what counts, so that a loaded machine slows both alike and its clock does not matter. Ours
gives all fields and sidebars, trafilatura the text and its metadata without comments; each decodes the page itself.
"""

from __future__ import annotations

import sys
import time
from collections import defaultdict
from collections.abc import Callable, Iterator

from trafilatura import bare_extraction

from benchmarks.crawl import SAMPLE, as_it_stands
from benchmarks.sidebar_pages import BENCH
from crawler.archive.reader import records
from crawler.extraction import extract

GOAL = 0.2  # of trafilatura's time
WARM = 5  # pages read first and not counted: imports, models and caches are no page's own time

Reader = Callable[[bytes, str], object]


def theirs(html: bytes, url: str) -> object:
    return bare_extraction(html, url=url, include_comments=False, with_metadata=True)


READERS: dict[str, Reader] = {"ours": extract, "trafilatura": theirs}


def pages(every: int) -> Iterator[tuple[str, bytes, str]]:
    """Corpus, page and URL."""
    if (BENCH / "corpora.py").exists():
        sys.path.insert(0, str(BENCH))
        import corpora

        found = [(page["corpus"], page["html"], page["url"] or "http://example.org/") for page in corpora.pages()]
    else:
        found = [("sample", record.body, record.url) for record in records([SAMPLE]) if as_it_stands(record)]
    yield from found[::every]


def main(every: int = 1) -> None:
    seconds: dict[str, dict[str, float]] = defaultdict(lambda: dict.fromkeys(READERS, 0.0))
    counts: dict[str, int] = defaultdict(int)
    for number, (corpus, html, url) in enumerate(pages(every)):
        for name, read in READERS.items():
            start = time.process_time()
            read(html, url)
            spent = time.process_time() - start
            if number >= WARM:
                seconds[corpus][name] += spent
                seconds["all"][name] += spent
        if number >= WARM:
            counts[corpus] += 1
            counts["all"] += 1
    print(f"{'':14}{'pages':>6}{'ours':>8}{'trafilatura':>13}  ms a page   ratio (goal {GOAL})")
    for row in sorted(seconds, key="all".__eq__):
        ours, others = (1000 * seconds[row][name] / counts[row] for name in READERS)
        print(f"{row:14}{counts[row]:6}{ours:8.1f}{others:13.1f}{ours / others:20.3f}")


if __name__ == "__main__":
    main(int(sys.argv[1]) if len(sys.argv) > 1 else 1)
