"""How a Page differs from what the truth expects of its capture; for tests, and to look at:

`python -m tests.newsroom.compare` reads every recorded page as its spider does, and prints each difference.
"""

from __future__ import annotations

import sys
from collections import Counter
from zoneinfo import ZoneInfo

from crawler import loaders
from crawler.extraction import extract
from crawler.items import Moment, Page, Sidebar
from crawler.spiders.sample import SampleSpider

from .paper import answer
from .truth import ExpectedCapture, ExpectedSidebar, load


def differences(page: Page, expected: ExpectedCapture) -> dict[str, tuple[object, object]]:
    """By name of the field: what was found and what was expected, where they are not the same. A modification that
    repeats the instant of publication, as JSON-LD tells it of every story, is none."""
    story, wanted = page.story, expected.story
    if story is None or wanted is None:
        found, want = story is not None, wanted is not None
        return {} if found == want else {"story": (found, want)}
    modified = _written(story.modified)
    repeated = expected.precision == "second" and modified == _written(story.published)
    pairs: dict[str, tuple[object, object]] = {
        "headline": (story.headline, wanted.headline),
        "body": (story.body, wanted.body),
        "authors": (story.authors, list(wanted.authors)),
        "section": (story.section, wanted.section),
        "language": (story.language, wanted.language),
        "credit_line": (story.credit_line, wanted.credit_line),
        "dateline": (story.dateline, wanted.dateline),
        "published": (_written(story.published), expected.published),
        "precision": (story.published and story.published.precision, expected.precision),
        "modified": (None if repeated else modified, expected.modified),
        "sidebars": ([_lines(bar) for bar in page.sidebars], [_lines(bar) for bar in expected.sidebars]),
    }
    return {name: (found, want) for name, (found, want) in pairs.items() if found != want}


def _written(moment: Moment | None) -> str | None:
    if moment is None:
        return None
    return moment.value.date().isoformat() if moment.precision == "day" else moment.value.isoformat()


def _lines(bar: Sidebar | ExpectedSidebar) -> tuple[object, ...]:
    entries = [(e.position, e.headline, e.url, e.teaser, e.dated, e.updated) for e in bar.entries]
    return (bar.heading, bar.role, entries)


def read(expected: ExpectedCapture) -> Page:
    """The page that was recorded, read with the rules of the sample paper's spider."""
    given = answer(expected.url, expected.at)
    page = extract(
        given.body,
        expected.url,
        expected.at,
        content_type=given.header("Content-Type"),
        layout=SampleSpider.layout,
        timezone=ZoneInfo(SampleSpider.timezone),
    )
    return loaders.load(page)


def main() -> None:
    """Print every difference, and their numbers by field."""
    counts: Counter[str] = Counter()
    pages = [expected for expected in load() if expected.story]
    for expected in pages:
        for name, (found, want) in differences(read(expected), expected).items():
            counts[name] += 1
            sys.stdout.write(f"{expected.at:%m-%d %H:%M} {expected.url}\n  {name}\n  - {want}\n  + {found}\n")
    total = ", ".join(f"{name} {number}" for name, number in counts.most_common()) or "none"
    sys.stdout.write(f"{len(pages)} pages; differences: {total}\n")


if __name__ == "__main__":
    main()
