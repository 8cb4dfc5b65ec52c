"""The pages whose sidebars were labelled by hand, and the score of found sidebars against the labels.

In: tests/extraction/sidebar_labels and the pages they name, in the folder BENCH (else ../shared/bench). Out: Scores of
entries. An entry is found where a sidebar holds its headline; one printed in two lists counts twice.
"""

from __future__ import annotations

import gzip
import json
import os
import re
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import get_args

from crawler.extraction.document import Document, parse
from crawler.items import Sidebar, SidebarEntry, SidebarRole

ROOT = Path(__file__).resolve().parent.parent
LABELS = ROOT / "tests" / "extraction" / "sidebar_labels"
SHARED = Path(os.environ.get("SHARED", ROOT.parent / "shared"))
BENCH = Path(os.environ.get("BENCH", SHARED / "bench"))
ROLES = get_args(SidebarRole)
SHORTEST_PART = (
    0.6  # of a headline: a label is met by a text that holds at least this much of it, or little more than it
)


@dataclass(slots=True)
class LabelledPage:
    """A page, and the sidebars a person saw on it."""

    name: str
    document: Document
    truth: list[Sidebar]


@dataclass(slots=True)
class Score:
    """Entries of one page or of many: found rightly, found wrongly, missed; and what was said of the lists."""

    right: int = 0
    wrong: int = 0
    missed: int = 0
    exact: int = 0
    roles: Counter[tuple[str, bool]] = field(default_factory=Counter)
    headings: Counter[bool] = field(default_factory=Counter)
    wrongly_found: list[str] = field(default_factory=list)
    overlooked: list[str] = field(default_factory=list)

    @property
    def precision(self) -> float:
        return self.right / (self.right + self.wrong) if self.right + self.wrong else 1.0

    @property
    def recall(self) -> float:
        return self.right / (self.right + self.missed) if self.right + self.missed else 1.0

    @property
    def f1(self) -> float:
        return (
            2 * self.right / (2 * self.right + self.wrong + self.missed)
            if self.right or self.wrong or self.missed
            else 1.0
        )


def labelled_pages() -> Iterator[LabelledPage]:
    """Every labelled page whose file the benchmark folder holds."""
    urls = {}
    for listing in sorted((BENCH / "pages").glob("*.jsonl")):
        with listing.open(encoding="utf-8") as lines:
            for line in lines:
                row = json.loads(line)
                urls[row["file"]] = row.get("url") or ""
    for path in sorted(LABELS.glob("*.json")):
        label = json.loads(path.read_text(encoding="utf-8"))
        if label["page"] in urls:
            html = gzip.decompress((BENCH / label["page"]).read_bytes())
            truth = [Sidebar(row["heading"], row["role"], _entries(row["entries"])) for row in label["sidebars"]]
            yield LabelledPage(label["page"], parse(html, urls[label["page"]]), truth)


def _entries(headlines: list[str]) -> list[SidebarEntry]:
    return [SidebarEntry(position, headline) for position, headline in enumerate(headlines, start=1)]


def normal(text: str | None) -> str:
    """A headline's letters and digits, in lower case."""
    return re.sub(r"[\W_]+", "", text or "").lower()


def same(found: str, label: str) -> bool:
    """Whether a found headline is the labelled one, give or take a kicker or a cut."""
    if found == label:
        return True
    short, long = sorted((found, label), key=len)
    return bool(short) and short in long and len(short) >= SHORTEST_PART * len(long)


def score(found: list[Sidebar], truth: list[Sidebar]) -> Score:
    """Match found entries with labelled ones, one to one, by their headlines."""
    result = Score()
    open_labels = [(sidebar, entry.headline, normal(entry.headline)) for sidebar in truth for entry in sidebar.entries]
    for sidebar in found:
        for entry in sidebar.entries:
            text = normal(entry.headline)
            match = next((label for label in open_labels if same(text, label[2])), None)
            if match is None:
                result.wrong += 1
                result.wrongly_found.append(entry.headline or "")
                continue
            open_labels.remove(match)
            result.right += 1
            result.exact += text == match[2]
        label_list = nearest(sidebar, truth)
        if label_list is not None:
            result.roles[label_list.role, sidebar.role == label_list.role] += 1
            result.headings[normal(sidebar.heading) == normal(label_list.heading)] += 1
    result.missed = len(open_labels)
    result.overlooked = [headline or "" for _, headline, _ in open_labels]
    return result


def nearest(found: Sidebar, truth: list[Sidebar]) -> Sidebar | None:
    """The labelled list that shares most entries with a found one, that of the same heading among equals."""
    texts = [normal(entry.headline) for entry in found.entries]

    def closeness(labelled: Sidebar) -> tuple[int, bool]:
        labels = [normal(entry.headline) for entry in labelled.entries]
        shared = sum(any(same(text, label) for label in labels) for text in texts)
        return shared, normal(labelled.heading) == normal(found.heading)

    best = max(truth, key=closeness, default=None)
    return best if best is not None and closeness(best)[0] else None


def total(scores: list[Score]) -> Score:
    """All pages' entries in one."""
    result = Score()
    for page in scores:
        result.right += page.right
        result.wrong += page.wrong
        result.missed += page.missed
        result.exact += page.exact
        result.roles += page.roles
        result.headings += page.headings
    return result
