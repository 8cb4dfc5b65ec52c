"""Which date is right, how sure, in UTC, and how we know.

In: a Page whose story carries its evidence, best first, and what the archive has of the same story. Out: the page with
dating set, and left where a capture read again gives another story than before. Rules: never a date after the capture, nor
one of publication after the story was first seen; what the latest capture shows goes before what only earlier ones did;
published_on counts days in the paper's zone; published_at is None where only a day is known.
"""

from __future__ import annotations

import sqlite3
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta, tzinfo
from functools import lru_cache
from typing import Self

from scrapy.crawler import Crawler

from crawler.items import Certainty, Dating, Evidence, Fetch, Moment, Page, Story
from pipelines.database.queries import KnownDates, known_dates, left_behind
from pipelines.database.values import zone_of
from pipelines.session import Session

Mark = tuple[str, str, datetime, timedelta | None, str]

# What is printed for readers or machines as the date of this very story; the rest is found by search.
STATED_SOURCES = frozenset({"json-ld", "meta", "time", "credit-line", "feed", "sitemap"})


class TimestampPipeline:
    """Dates each page that holds a story, minding the evidence of its earlier captures."""

    def __init__(self, crawler: Crawler) -> None:
        self.session = Session.of(crawler)

    @classmethod
    def from_crawler(cls, crawler: Crawler) -> Self:
        return cls(crawler)

    def process_item(self, item: object) -> object:
        if isinstance(item, Page) and item.fetch is not None:
            with self.session.guard():
                connection = self.session.archive.connection
                if item.story is not None:
                    known = known_dates(connection, item.place, item.replaces) if item.place else None
                    item.dating = date_story(item.story, item.fetch, item.timezone, known)
                if item.replaces is not None:
                    item.left = _date_left(connection, item, item.fetch, item.replaces)
        return item


def _date_left(connection: sqlite3.Connection, page: Page, fetch: Fetch, fetch_id: int) -> Dating | None:
    """The dates of the story that the capture gave before and no longer gives, from what other captures show."""
    left = left_behind(connection, fetch_id, page.place.story_id if page.place else None)
    known = known_dates(connection, left, fetch_id) if left else None
    return date_story(Story(), replace(fetch, fetched_at=known.last_seen_at), page.timezone, known) if known else None


def date_story(story: Story, fetch: Fetch, timezone: str | None, known: KnownDates | None = None) -> Dating:
    """The dates of a story captured at fetch.fetched_at, from the evidence of this capture and of those before.
    timezone: the paper's IANA zone."""
    zone = zone_of(timezone)
    shown = [weigh(moment, zone) for moment in _distinct([story.published, story.modified, *story.dates])]
    evidence = _merge(shown, known, fetch.fetched_at)
    first_seen = min(fetch.fetched_at, known.first_seen_at) if known else fetch.fetched_at
    last_seen = max(fetch.fetched_at, known.last_seen_at) if known else fetch.fetched_at
    for item in evidence:
        if item.shown:
            _bound(item, fetch.fetched_at, zone, "after the capture")
        if item.moment.of == "published":
            _bound(item, first_seen, zone, "after the story was first seen")
        else:
            _bound(item, last_seen, zone, "after the capture")
    dating = Dating(evidence=evidence)
    published = _choose(evidence, "published")
    if published is not None:
        dating.published_on = published.local_day
        dating.published_at = published.instant
        dating.source = published.moment.source
        dating.certainty = certainty_of(published, evidence)
    modified = _choose(evidence, "modified")
    if modified is not None and modified.instant is not None:
        dating.modified_at = modified.instant
    if published is None and modified is not None:
        # A page that shows only when it was updated was published on that day or before: better a doubtful day than none.
        dating.published_on, dating.source, dating.certainty = modified.local_day, modified.moment.source, "doubtful"
    return dating


def _distinct(moments: list[Moment | None]) -> list[Moment]:
    found: dict[Mark, Moment] = {}
    for moment in moments:
        if moment is not None:
            found.setdefault(_mark(moment), moment)
    return list(found.values())


def _mark(moment: Moment) -> Mark:
    """What makes a moment a piece of evidence of its own: also the offset, which two equal datetimes may differ in."""
    return (moment.of, moment.source, moment.value, moment.value.utcoffset(), moment.text)


def weigh(moment: Moment, zone: tzinfo | None) -> Evidence:
    """A moment as evidence: its day in the paper's zone, and its instant. One without an offset is in that zone."""
    if moment.value.tzinfo is None:
        moment = replace(moment, value=moment.value.replace(tzinfo=zone or UTC), zoned=False)
    if moment.precision == "day":
        return Evidence(moment, moment.value.date(), None)
    try:
        local = moment.value.astimezone(zone) if zone else moment.value
        return Evidence(moment, local.date(), moment.value.astimezone(UTC))
    except OverflowError:
        return Evidence(moment, moment.value.date(), None, refused="outside the calendar")


def _merge(shown: list[Evidence], known: KnownDates | None, at: datetime) -> list[Evidence]:
    """The evidence of this capture and of earlier ones in one order, what the latest capture shows first."""
    if known is None:
        return shown
    marks = {_mark(item.moment) for item in shown}
    earlier = [item for item in known.evidence if _mark(item.moment) not in marks]
    if at >= known.last_seen_at:
        renewed = {item.moment.of for item in shown}
        for item in earlier:
            item.stale = item.stale or item.moment.of in renewed
        return shown + sorted(earlier, key=lambda item: item.stale)
    fresh = {_mark(item.moment) for item in known.evidence if not item.stale}
    for item in shown:
        item.stale = _mark(item.moment) not in fresh
    ranks = {_mark(item.moment): rank for rank, item in enumerate(known.evidence)}
    return sorted([*earlier, *shown], key=lambda item: (item.stale, ranks.get(_mark(item.moment), len(ranks))))


def _bound(item: Evidence, latest: datetime, zone: tzinfo | None, reason: str) -> None:
    """Refuse evidence of a day after `latest`. An instant after it, on a day that is not, is a clock or an offset gone
    wrong: its day still counts."""
    if item.refused is None and item.local_day > _day_of(latest, zone or item.moment.value.tzinfo):
        item.refused, item.instant = reason, None
    if item.instant is not None and item.instant > latest:
        item.instant = None


@lru_cache(maxsize=64)
def _day_of(moment: datetime, zone: tzinfo | None) -> date:
    """The day of a moment in UTC; a story's pieces of evidence are all held against the same one or two."""
    return moment.astimezone(zone).date()


def _choose(evidence: list[Evidence], of: str) -> Evidence | None:
    """The first evidence that is not refused, an untouched one before one of which only the day is left."""
    usable = [item for item in evidence if item.moment.of == of and item.refused is None]
    for item in sorted(usable, key=lambda item: item.instant is None and item.moment.precision != "day"):
        item.chosen = True
        return item
    return None


def certainty_of(chosen: Evidence, evidence: list[Evidence]) -> Certainty:
    """'certain': evidence of another source gives the same day. 'doubtful': another contradicts it by more than a
    day, or the date is neither stated for this story nor whole. 'likely': the rest."""
    others = [
        item
        for item in evidence
        if item.moment.of == "published" and item.refused is None and item.moment.source != chosen.moment.source
    ]
    if any(abs(item.local_day - chosen.local_day) > timedelta(days=1) for item in others):
        return "doubtful"
    if any(item.local_day == chosen.local_day for item in others):
        return "certain"
    whole = chosen.instant is not None or chosen.moment.precision == "day"
    return "likely" if whole and chosen.moment.source in STATED_SOURCES else "doubtful"
