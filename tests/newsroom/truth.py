"""What extraction should find in every capture of the sample paper, from the stock that the pages are written from.

truth.json: `versions` (each text a story had), `sidebars` (each distinct list once), `captures` (one a recorded URL
and moment, naming its version and sidebars). load() gives them joined.
"""

from __future__ import annotations

import json
from collections.abc import Iterable
from dataclasses import asdict, dataclass
from datetime import date, datetime
from hashlib import sha1
from pathlib import Path
from typing import Any

from .paper import Answer, answer, asked
from .sidebars import Sidebar, beside, related
from .stock import Article, Version, text

TRUTH = Path(__file__).parent / "truth.json"


@dataclass(frozen=True, slots=True)
class ExpectedEntry:
    """As crawler.items.SidebarEntry."""

    position: int
    headline: str
    url: str
    teaser: str | None
    dated: str | None
    updated: bool


@dataclass(frozen=True, slots=True)
class ExpectedSidebar:
    """As crawler.items.Sidebar."""

    heading: str
    role: str
    entries: tuple[ExpectedEntry, ...]


@dataclass(frozen=True, slots=True)
class ExpectedStory:
    """As crawler.items.Story; version counts from 1; body joined as there. section as the page prints it."""

    key: str
    version: int
    headline: str
    body: str
    authors: tuple[str, ...]
    section: str
    language: str
    credit_line: str | None
    dateline: str | None


@dataclass(frozen=True, slots=True)
class ExpectedCapture:
    """One recorded response. kind: story, amp, print, index, feed, sitemap, robots, redirect, missing, refused or
    not-html. published and modified: ISO text, an instant with offset or a day, as precise as that page shows it."""

    file: str
    url: str
    at: datetime
    status: int
    kind: str
    story: ExpectedStory | None
    published: str | None
    precision: str | None
    modified: str | None
    sidebars: tuple[ExpectedSidebar, ...]
    empty_headings: tuple[str, ...]


def load(path: Path = TRUTH) -> list[ExpectedCapture]:
    """Every expected capture, in the order recorded."""
    data = json.loads(path.read_text("utf-8"))
    stories = {
        name: ExpectedStory(**{**entry, "authors": tuple(entry["authors"]), "body": "\n".join(entry["body"])})
        for name, entry in data["versions"].items()
    }
    sidebars = {
        name: ExpectedSidebar(
            entry["heading"], entry["role"], tuple(ExpectedEntry(n, **e) for n, e in enumerate(entry["entries"], 1))
        )
        for name, entry in data["sidebars"].items()
    }
    return [
        ExpectedCapture(
            **{
                **entry,
                "at": datetime.fromisoformat(entry["at"]),
                "story": stories.get(entry["story"]),
                "sidebars": tuple(sidebars[name] for name in entry["sidebars"]),
                "empty_headings": tuple(entry["empty_headings"]),
            }
        )
        for entry in data["captures"]
    ]


def write_truth(path: Path, crawls: Iterable[tuple[date, list[tuple[str, datetime]]]]) -> int:
    """Write the truth of the crawls to path; gives the number of captures."""
    data: dict[str, Any] = {"versions": {}, "sidebars": {}, "captures": []}
    for day, requests in crawls:
        for url, at in requests:
            data["captures"].append(_capture(f"{day}.warc.gz", url, at, data))
    data["versions"] = dict(sorted(data["versions"].items()))
    path.write_text(json.dumps(data, ensure_ascii=False, indent=1) + "\n", "utf-8")
    return len(data["captures"])


def _capture(file: str, url: str, at: datetime, data: dict[str, Any]) -> dict[str, Any]:
    given, (article, form) = answer(url, at), asked(url)
    entry: dict[str, Any] = {"file": file, "url": url, "at": at.isoformat(), "status": given.status}
    entry |= {"kind": _kind(url, given, form), "story": None, "published": None, "precision": None, "modified": None}
    entry |= {"sidebars": [], "empty_headings": []}
    if article is None or entry["kind"] not in ("story", "amp", "print"):
        return entry
    version = article.version_at(at)
    name = f"{article.id}.{version.number}"
    data["versions"][name] = _version(article, version)
    entry["story"] = name
    entry["published"], entry["precision"], entry["modified"] = dates(article, version, form)
    if form in ("story", "amp"):
        shown = beside(article, at) if form == "story" else related(article, at)
        entry["sidebars"] = [_sidebar(sidebar, data["sidebars"]) for sidebar in shown if sidebar.entries]
        entry["empty_headings"] = [sidebar.heading for sidebar in shown if not sidebar.entries]
    return entry


def _kind(url: str, given: Answer, form: str) -> str:
    if given.status in (301, 302):
        return "redirect"
    if given.status != 200:
        return "refused" if given.status in (429, 503) else "missing"
    if form:
        return "not-html" if given.header("Content-Type") == "application/pdf" else form
    for part, kind in (("/robots.txt", "robots"), ("/feeds/sitemap", "sitemap"), ("/feeds/", "feed")):
        if part in url:
            return kind
    return "index"


def _version(article: Article, version: Version) -> dict[str, Any]:
    return {
        "key": str(article.id),
        "version": version.number,
        "headline": version.headline,
        "body": text(version.blocks),
        "authors": list(article.authors),
        "section": article.section,
        "language": article.language,
        "credit_line": article.credit_line,
        "dateline": article.dateline,
    }


def dates(article: Article, version: Version, form: str) -> tuple[str, str, str | None]:
    """Published, its precision, and modified, as precise as a form of the article's page shows them."""
    published, updated = article.published, version.updated
    if form == "amp" and updated:
        return published.date().isoformat(), "day", updated.replace(second=0).isoformat()
    if form == "amp":
        return published.replace(second=0).isoformat(), "minute", None
    if form == "print":
        return published.date().isoformat(), "day", None
    if article.layout == "current":
        return published.isoformat(), "second", updated.isoformat() if updated else None
    return published.date().isoformat(), "day", updated.date().isoformat() if updated else None


def _sidebar(sidebar: Sidebar, found: dict[str, Any]) -> str:
    entry = {"heading": sidebar.heading, "role": sidebar.role, "entries": [asdict(line) for line in sidebar.entries]}
    name = f"{sidebar.role}-{sha1(json.dumps(entry, sort_keys=True).encode()).hexdigest()[:8]}"
    found.setdefault(name, entry)
    return name
