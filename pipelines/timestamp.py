"""Which date is right, how sure, in UTC, and how we know.

In: a Page whose story carries all evidence, best first. Out: the same with dating set. Rules: never a date after the
capture; published_on counts days in the paper's zone; published_at is None where only a day is known.
"""

from __future__ import annotations

import logging
from datetime import UTC, datetime, timedelta, tzinfo
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from crawler.items import Certainty, Dating, Evidence, Fetch, Moment, Page, Story

logger = logging.getLogger(__name__)

# What is printed for readers or machines as the date of this very story; the rest is found by search.
STATED_SOURCES = frozenset({"json-ld", "meta", "time", "credit-line", "feed", "sitemap"})


class TimestampPipeline:
    """Dates each page that holds a story; needs neither the network nor the database."""

    def process_item(self, item: object) -> object:
        if isinstance(item, Page) and item.story is not None and item.fetch is not None:
            item.dating = date_story(item.story, item.fetch, item.timezone)
        return item


def date_story(story: Story, fetch: Fetch, timezone: str | None) -> Dating:
    """The dates of a story captured at fetch.fetched_at, from its evidence. timezone: the paper's IANA zone."""
    zone = zone_of(timezone)
    moments = list(_distinct([story.published, story.modified, *story.dates]))
    evidence = [weigh(moment, zone, fetch.fetched_at) for moment in moments]
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
    return dating


def zone_of(timezone: str | None) -> tzinfo | None:
    """The zone of that name; None, and a line in the log, for a name that is none."""
    if timezone is None:
        return None
    try:
        return ZoneInfo(timezone)
    except (ZoneInfoNotFoundError, ValueError):
        logger.error("unknown timezone %r: give an IANA name, such as 'Asia/Karachi'; UTC is used", timezone)
        return UTC


def _distinct(moments: list[Moment | None]) -> list[Moment]:
    found: dict[tuple[str, str, str, str], Moment] = {}
    for moment in moments:
        if moment is not None:
            found.setdefault((moment.of, moment.source, moment.value.isoformat(), moment.text), moment)
    return list(found.values())


def weigh(moment: Moment, zone: tzinfo | None, captured_at: datetime) -> Evidence:
    """A moment as evidence: its day in the paper's zone, its instant, and why it cannot be chosen, if so.

    An instant after the capture, on a day that is not, is a clock or an offset gone wrong: its day still counts.
    """
    local = moment.value
    try:
        if zone is not None and moment.precision != "day":
            local = moment.value.astimezone(zone)
        captured_on = captured_at.astimezone(zone or moment.value.tzinfo).date()
        instant = None if moment.precision == "day" else moment.value.astimezone(UTC)
    except OverflowError:
        return Evidence(moment, moment.value.date(), None, refused="outside the calendar")
    if local.date() > captured_on:
        return Evidence(moment, local.date(), None, refused="after the capture")
    if instant is not None and instant > captured_at:
        instant = None
    return Evidence(moment, local.date(), instant)


def _choose(evidence: list[Evidence], of: str) -> Evidence | None:
    """The best evidence that is not refused, an untouched one before one of which only the day is left."""
    usable = [item for item in evidence if item.moment.of == of and item.refused is None]
    sound = [item for item in usable if item.instant is not None or item.moment.precision == "day"]
    for item in sound or usable:
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
