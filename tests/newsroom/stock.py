"""The stories of the Sample Courier, read from stories/*.toml, each with the versions it went through.

In: TOML files a person can read and edit (stories/README.md tells the markup). Out: Article objects. All invented.
"""

from __future__ import annotations

import re
import tomllib
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from functools import cache
from pathlib import Path
from typing import Any, Literal
from zoneinfo import ZoneInfo

STORIES = Path(__file__).parent / "stories"
PAPER = "The Sample Courier"
HOME = "https://www.samplecourier.example"
ZONE = ZoneInfo("Asia/Karachi")
FIRST_DAY = date(2026, 3, 2)
LAST_DAY = date(2026, 3, 8)
WEEKLY = 10_000  # by so much are the ids of one week higher than those of the week before

Kind = Literal["paragraph", "heading", "list", "quote", "photo", "tweet", "more", "related", "time", "empty"]
Layout = Literal["current", "earlier", "classic"]


@dataclass(frozen=True, slots=True)
class Block:
    """One block of a story's body: its kind and its lines, in the small markup of the TOML files."""

    kind: Kind
    lines: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Version:
    """A story's headline and body from one moment on; updated: the 'Updated' mark the page then shows."""

    number: int
    since: datetime
    headline: str
    blocks: tuple[Block, ...]
    updated: datetime | None


@dataclass(frozen=True, slots=True)
class Absence:
    """A span in which a story's URL answers with status instead of the story; until None: for good."""

    since: datetime
    until: datetime | None
    status: int
    retry_after: str | None = None


@dataclass(frozen=True, slots=True)
class Article:
    """A story as the paper holds it. listed: it stands in feeds, indexes and the sitemap. has_page: its own URL
    serves it (some editorials are only cards). teaser: its card's text. pdf: its URL serves no HTML."""

    id: int
    section: str
    published: datetime
    layout: Layout
    language: str
    versions: tuple[Version, ...]
    authors: tuple[str, ...] = ()
    byline: str | None = None
    credit_line: str | None = None
    dateline: str | None = None
    teaser: str | None = None
    absences: tuple[Absence, ...] = ()
    live: str | None = None
    listed: bool = True
    has_page: bool = True
    pdf: bool = False

    @property
    def slug(self) -> str:
        plain = re.sub(r"[’']", "", self.versions[0].headline.lower())
        return re.sub(r"[^a-z0-9]+", "-", plain).strip("-") or "khabar"

    @property
    def canonical(self) -> str:
        return f"{HOME}/news/{self.id}"

    @property
    def url(self) -> str:
        """The URL as feeds, indexes, cards and the sitemap print it."""
        return f"{self.canonical}/{self.slug}"

    @property
    def day(self) -> date:
        return self.published.date()

    def version_at(self, moment: datetime) -> Version:
        return [version for version in self.versions if version.since <= moment or version.number == 1][-1]

    def absence_at(self, moment: datetime) -> Absence | None:
        for absence in self.absences:
            if absence.since <= moment and (absence.until is None or moment < absence.until):
                return absence
        return None


_weeks = 1


def print_weeks(number: int) -> None:
    """Have the paper come out for so many weeks from now on: each brings the stories of the first again, under other ids
    and headlines, a week later."""
    global _weeks
    _weeks = number


def articles() -> dict[int, Article]:
    """Every article by id, in the order of ids."""
    return _articles(_weeks)


@cache
def _articles(weeks: int) -> dict[int, Article]:
    first = _first_week()
    found = [_again(article, week) for week in range(1, weeks) for article in first.values()]
    return dict(sorted((first | {article.id: article for article in found}).items()))


def _again(article: Article, week: int) -> Article:
    """The article as it comes out again so many weeks later."""
    later = timedelta(weeks=week)
    day = article.published.date()
    credit_line = article.credit_line and article.credit_line.replace(credit(day), credit(day + later))
    return replace(
        article,
        id=article.id + week * WEEKLY,
        published=article.published + later,
        versions=tuple(_version_again(version, week, later) for version in article.versions),
        credit_line=credit_line,
        absences=tuple(
            replace(gone, since=gone.since + later, until=gone.until and gone.until + later)
            for gone in article.absences
        ),
        live=article.live and f"{article.live}-{week}",
    )


def _version_again(version: Version, week: int, later: timedelta) -> Version:
    told = tuple(_block_again(block, week, later) for block in version.blocks)
    more = Block("paragraph", (f"So it was said in week {week + 1} of the paper.",))
    return replace(
        version,
        since=version.since + later,
        headline=f"{version.headline} (week {week + 1})",
        blocks=(*told, more),
        updated=version.updated and version.updated + later,
    )


def _block_again(block: Block, week: int, later: timedelta) -> Block:
    if block.kind == "time":
        return replace(block, lines=tuple((datetime.fromisoformat(line) + later).isoformat() for line in block.lines))
    ids = (re.sub(r"\b1981\d{3}\b", lambda found: str(int(found[0]) + week * WEEKLY), line) for line in block.lines)
    return replace(block, lines=tuple(ids))


def _first_week() -> dict[int, Article]:
    found: dict[int, Article] = {}
    for path in sorted(STORIES.glob("*.toml")):
        for entry in tomllib.loads(path.read_text("utf-8"))["story"]:
            article = _article(entry)
            if article.id in found:
                raise ValueError(f"{path.name}: story {article.id} stands twice")
            found[article.id] = article
    return dict(sorted(found.items()))


def _article(entry: dict[str, Any]) -> Article:
    published = entry["published"].astimezone(ZONE)
    versions = _versions(entry, published)
    layout = entry.get("layout", "current")
    credit_line = entry.get("credit_line") or (credit(published.date()) if entry.get("print") else None)
    if layout != "current" and versions[-1].updated and not credit_line:
        raise ValueError(f"story {entry['id']}: layout {layout} would show no date of publication once updated")
    return Article(
        id=entry["id"],
        section=entry["section"],
        published=published,
        layout=layout,
        language=entry.get("language", "en"),
        versions=versions,
        authors=tuple(entry.get("authors", ())),
        byline=entry.get("byline"),
        credit_line=credit_line,
        dateline=entry.get("dateline") or _dateline(versions[0].blocks),
        teaser=entry.get("teaser"),
        absences=tuple(_absence(absence) for absence in entry.get("absence", ())),
        live=entry.get("live"),
        listed=entry.get("listed", True),
        has_page=entry.get("has_page", True),
        pdf=entry.get("pdf", False),
    )


def _versions(entry: dict[str, Any], published: datetime) -> tuple[Version, ...]:
    versions = [Version(1, published, entry["headline"], blocks(entry["body"]), None)]
    for change in entry.get("change", ()):
        last, at = versions[-1], change["at"].astimezone(ZONE)
        body = list(last.blocks)
        if "body" in change:
            body = list(blocks(change["body"]))
        place = change.get("after", len(body))
        body[place:place] = blocks(change.get("add", ""))
        updated = at if change.get("mark", True) else last.updated
        versions.append(Version(last.number + 1, at, change.get("headline", last.headline), tuple(body), updated))
    return tuple(versions)


def _absence(entry: dict[str, Any]) -> Absence:
    until = entry["until"].astimezone(ZONE) if "until" in entry else None
    return Absence(entry["since"].astimezone(ZONE), until, entry["status"], entry.get("retry_after"))


def credit(day: date) -> str:
    """The credit line of the printed paper, as it stands under a story of that day."""
    ending = {1: "st", 2: "nd", 3: "rd"}.get(day.day % 10 if day.day not in (11, 12, 13) else 0, "th")
    return f"Published in {PAPER}, {day:%B} {day.day}{ending}, {day.year}"


def blocks(text: str) -> tuple[Block, ...]:
    """The blocks of a body: blank lines part them."""
    return tuple(_block(chunk.strip().split("\n")) for chunk in re.split(r"\n\s*\n", text.strip()) if chunk.strip())


MARKS: dict[str, Kind] = {
    "### ": "heading",
    "- ": "list",
    "> ": "quote",
    "!photo ": "photo",
    "!tweet ": "tweet",
    "!more ": "more",
    "!related ": "related",
    "!time ": "time",
    "!empty": "empty",
}


def _block(lines: list[str]) -> Block:
    for mark, kind in MARKS.items():
        if lines[0].startswith(mark):
            return Block(kind, tuple(line.removeprefix(mark).strip() for line in lines))
    return Block("paragraph", tuple(line.strip() for line in lines))


def plain(line: str) -> str:
    """A line of the small markup as a reader sees it: links and emphasis gone."""
    return re.sub(r"\*([^*]+)\*", r"\1", re.sub(r"\[([^\]]+)\]\([^)]+\)", r"\1", line))


def text(body: tuple[Block, ...]) -> list[str]:
    """The paragraphs an archive should keep of a body, a line break in a paragraph parting it in two."""
    kept = ("paragraph", "heading", "list", "quote")
    return [plain(line) for block in body if block.kind in kept for line in block.lines]


def _dateline(body: tuple[Block, ...]) -> str | None:
    for block in body:
        if block.kind == "paragraph":
            found = re.match(r"([A-Z]{2}[A-Z ]*(?: [A-Z]+)*):\s", block.lines[0])
            return found.group(1) if found else None
    return None
