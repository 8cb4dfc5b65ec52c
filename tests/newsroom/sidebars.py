"""What stands beside a story: Opinion and Editorial cards, most-read lists, related boxes.

In: an article and a moment. Out: Sidebar and Entry objects, from which the page is written and the truth taken.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Literal

from .stock import Article, articles, text

Role = Literal["editorial", "opinion", "most-read", "related"]
EDITORIALS_SHOWN = 6
MOST_READ = 5
TEASER_LENGTH = 112


@dataclass(frozen=True, slots=True)
class Entry:
    """A line of a sidebar. dated is YYYY-MM-DD or None; updated: its date carries an 'Updated' mark."""

    headline: str
    url: str
    teaser: str | None = None
    dated: str | None = None
    updated: bool = False


@dataclass(frozen=True, slots=True)
class Sidebar:
    """Entries under a heading; an empty one is a heading with nothing below it."""

    heading: str
    role: Role
    entries: tuple[Entry, ...]


def beside(article: Article, moment: datetime) -> list[Sidebar]:
    """The sidebars of the article's page at moment, in the order of the page: first the boxes in its body."""
    return [*related(article, moment), most_read(moment), opinion(moment), editorial(moment)]


def shown(moment: datetime, section: str | None = None, days: int = 7) -> list[Article]:
    """Listed articles out at moment and not older than days, newest first."""
    since = moment - timedelta(days=days)
    found = [
        a
        for a in articles().values()
        if since < a.published <= moment and a.listed and (section is None or a.section == section)
    ]
    return sorted(found, key=lambda a: (a.published, a.id), reverse=True)


def editorial(moment: datetime) -> Sidebar:
    """The newest six editorials, those never listed elsewhere included."""
    out = [a for a in articles().values() if a.section == "Editorial" and a.published <= moment]
    newest = sorted(out, key=lambda a: (a.day, -a.id), reverse=True)[:EDITORIALS_SHOWN]
    return Sidebar("Editorial", "editorial", tuple(_card(a, moment, dated=True) for a in newest))


def opinion(moment: datetime) -> Sidebar:
    """The day's columns, undated; on a day without a column an empty heading."""
    today = [a for a in shown(moment, "Opinion") if a.day == moment.date()]
    return Sidebar("Opinion", "opinion", tuple(_card(a, moment, dated=False) for a in today))


def most_read(moment: datetime) -> Sidebar:
    """Five stories of the last two days, another five each hour."""
    pool = [a for a in shown(moment, days=2) if a.section not in ("Editorial", "Opinion", "Letters")]
    pool.sort(key=lambda a: (a.id * (moment.day * 24 + moment.hour + 7)) % 1009)
    return Sidebar("Most read", "most-read", tuple(_line(a, moment) for a in pool[:MOST_READ]))


def related(article: Article, moment: datetime) -> list[Sidebar]:
    """The boxes in the article's body that name other stories, by the headlines they first had."""
    boxes = [block for block in article.version_at(moment).blocks if block.kind == "related"]
    others = [[articles()[int(key)] for key in box.lines[0].split()] for box in boxes]
    return [Sidebar("Related", "related", tuple(Entry(a.versions[0].headline, a.url) for a in box)) for box in others]


def teaser(article: Article, moment: datetime) -> str:
    """The card's text: the standfirst, else the opening cut at a word, with three dots or, as papers do, four."""
    if article.teaser:
        return article.teaser
    opening = re.sub(r"^[A-Z ]+: ", "", text(article.version_at(moment).blocks)[0])
    if len(opening) <= TEASER_LENGTH:
        return opening
    cut = opening[:TEASER_LENGTH].rsplit(" ", 1)[0]
    return cut + ("...." if article.id % 3 == 0 else "...")


def _line(article: Article, moment: datetime) -> Entry:
    return Entry(article.version_at(moment).headline, article.url)


def _card(article: Article, moment: datetime, dated: bool) -> Entry:
    version = article.version_at(moment)
    return Entry(
        headline=version.headline,
        url=article.url,
        teaser=teaser(article, moment),
        dated=f"{(version.updated or article.published):%Y-%m-%d}" if dated else None,
        updated=dated and version.updated is not None,
    )
