"""Which of a story's dates is right: the choice among all evidence.

In: Moments from any source, perhaps the moment of capture. Out: the same, best first, or the one to believe. The rules:

1. What cannot be true is not chosen: a moment after the capture, one from before there were web pages, a bare epoch.
2. Sources are believed in the order of RANK; on the day the best one names, the finest precision wins. But linked data
   that stands alone yields to another day that both a meta and a line for readers name, and lines yield to the day
   of the URL where none of them names it or the next one: then they speak of other things.
3. A credit line is the paper's own word for the day it printed the story. An instant on the same day is chosen, being
   finer. Up to two days apart, the credit line is chosen: stories go online the evening before, or a holiday before.
   Evidence that differs from it in the year or in the month alone shows a misprint, and is chosen. Further apart, an
   instant before the credit line is chosen (online first), and so is a day two sources agree on within a month;
   otherwise the credit line: a re-dated page is commoner than a misprinted day.
4. With no evidence of publication, a modification is the best guess, and says so by its `of`.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, datetime, timedelta, tzinfo
from typing import Literal

from crawler.items import Moment

Of = Literal["published", "modified"]

SOURCES = ("json-ld", "meta", "time", "feed", "sitemap", "credit-line", "text", "url")
RANK = {source: rank for rank, source in enumerate(SOURCES)}
OLDEST = 1990  # the first web page's year: an instant before it is a clock's or a database's default
LATEST = 2100
SLACK = timedelta(hours=1)  # clocks of papers and crawlers differ
DAY_SLACK = timedelta(hours=26)  # a day begins up to 14 hours before it does in UTC
PRINTED = {"time", "text"}  # what readers are shown
PRINT_GAP = 2  # days between a story's appearance online and in print
MISPRINT_GAP = 31


def order(moments: Iterable[Moment], captured_at: datetime | None = None) -> list[Moment]:
    """All evidence: publication before modification, the chosen ones first of each, what cannot be true last."""
    found = list(moments)
    chosen = [choose(found, "published", captured_at), choose(found, "modified", captured_at)]
    return sorted(
        found,
        key=lambda m: (m.of != "published", not any(m is one for one in chosen), *_reliability(m, captured_at)),
    )


def choose(moments: Iterable[Moment], of: Of = "published", captured_at: datetime | None = None) -> Moment | None:
    """The evidence to believe for one of the story's dates, or None where none can be true."""
    sound = [moment for moment in moments if is_possible(moment, captured_at)]
    sound.sort(key=lambda moment: _reliability(moment, captured_at))
    candidates = [moment for moment in sound if moment.of == of]
    if not candidates:
        return sound[0] if sound and of == "published" else None
    credit = next((moment for moment in candidates if moment.source == "credit-line"), None)
    others = [moment for moment in candidates if moment.source != "credit-line"]
    if credit is None or not others:
        return _best(candidates)
    best = _best(others)
    return best if _overrules(best, others, credit) else credit


def is_possible(moment: Moment, captured_at: datetime | None) -> bool:
    """Whether a page captured then could carry this moment."""
    if not OLDEST <= moment.value.year < LATEST:
        return False
    slack = DAY_SLACK if moment.precision == "day" or not moment.zoned else SLACK
    return captured_at is None or moment.value - captured_at <= slack


def _reliability(moment: Moment, captured_at: datetime | None) -> tuple[bool, int, bool]:
    return (not is_possible(moment, captured_at), RANK.get(moment.source, len(RANK)), moment.precision == "day")


def _finest(ranked: list[Moment]) -> Moment:
    """The finest of the evidence that names the best one's day."""
    best = ranked[0]
    if best.precision != "day":
        return best
    return next((moment for moment in ranked if moment.precision != "day" and _is_on(moment, best)), best)


def _best(ranked: list[Moment]) -> Moment:
    """The evidence to believe by its rank, or what overrules it (rule 2)."""
    best = _finest(ranked)
    overrules = {"json-ld": _told_otherwise, "text": _addressed}.get(best.source)
    return (overrules(best, ranked) if overrules else None) or best


def _told_otherwise(best: Moment, ranked: list[Moment]) -> Moment | None:
    """The meta of another day that readers are told too, where no other source has the day of the linked data. A day
    beside an instant of the evening before does not count: it is the day of print."""
    zone = best.value.tzinfo
    day = _local_day(best, zone)
    others = [moment for moment in ranked if moment.source != "json-ld"]
    if any(_local_day(moment, zone) == day for moment in others):
        return None
    printed = {_local_day(moment, zone) for moment in others if moment.source in PRINTED}
    for moment in others:
        other = _local_day(moment, zone)
        if moment.source == "meta" and other in printed and (moment.precision != "day" or abs((other - day).days) > 1):
            return moment
    return None


def _addressed(best: Moment, ranked: list[Moment]) -> Moment | None:
    """The day in the URL, where no line names it or a day beside it."""
    lines = [_local_day(moment, best.value.tzinfo) for moment in ranked if moment.source == "text"]
    urls = (moment for moment in ranked if moment.source == "url")
    return next((m for m in urls if all(abs((m.value.date() - line).days) > 1 for line in lines)), None)


def _is_on(moment: Moment, day: Moment) -> bool:
    return _local_day(moment, day.value.tzinfo) == day.value.date() or moment.value.date() == day.value.date()


def _local_day(moment: Moment, zone: tzinfo | None) -> date:
    """The moment's day where the paper is."""
    return moment.value.date() if moment.precision == "day" else moment.value.astimezone(zone).date()


def _overrules(best: Moment, others: list[Moment], credit: Moment) -> bool:
    """Whether other evidence is to be believed and not the credit line (rule 3)."""
    printed, online = credit.value.date(), _local_day(best, credit.value.tzinfo)
    gap = (printed - online).days
    if gap == 0:
        return best.precision != "day"
    if abs(gap) <= PRINT_GAP:
        return False
    if _is_misprint(printed, online) or gap > 0:
        return True
    agreeing = {moment.source for moment in others if _local_day(moment, credit.value.tzinfo) == online}
    return len(agreeing) > 1 and -gap <= MISPRINT_GAP


def _is_misprint(printed: date, online: date) -> bool:
    """Whether the printed day is the day online, or the one after it, but for its year or its month."""
    for day in (online, online + timedelta(days=1)):
        if (printed.month, printed.day) == (day.month, day.day) or (printed.year, printed.day) == (day.year, day.day):
            return True
    return False
