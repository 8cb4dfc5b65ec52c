"""The checks of one day of a paper against its past days: each says what was found, and whether that is an alarm.

In: the Day, the Days before it, the frames of the paper's layouts. Out: Checks. Where the past tells too little, a check
is unknown, and no alarm. Counts are judged once the day is over.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import timedelta
from functools import partial
from itertools import pairwise

from crawler.health.days import SHARES, Day, share
from crawler.health.usual import CHANGED_APART, Usual, is_high_share, is_low_count, is_low_share, is_other_length, usual

MIN_PAGES = 5  # of a day: fewer tell nothing of shares and lengths
MIN_FRAMED = 20  # pages seen before, for a layout to count as one not seen before
UNSEEN_PAGES = 5  # a few live blogs are fewer
UNSEEN_SHARE = 0.25  # of a day's pages, and of one crawl's CRAWL_SHARE: a redesign is all of them, in the end
CRAWL_SHARE = 0.5
UNSEEN_DAYS = 1  # a layout first seen late on one day is still strange on the next
ROLLOUT_DAYS = 14  # papers give a new layout to ever more of their pages for so long
MOST = 0.5  # of a day's pages: when a layout that came bit by bit is the paper's own
MIN_FAILED = 3  # fetches, besides all of a day's
WEEKDAYS = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")


@dataclass(frozen=True, slots=True)
class Check:
    """what: was looked at. found: in words, with what is usual. alarm: it is not as usual. unknown: there is too little
    history to tell."""

    what: str
    found: str
    alarm: bool = False
    unknown: bool = False


def judge(day: Day, past: Sequence[Day], frames: Mapping[int, frozenset[str]]) -> list[Check]:
    """All checks that the day allows."""
    crawled = [earlier for earlier in past if earlier.fetches]
    if not day.fetches:
        return [_silence(day, crawled)] if day.whole else []
    checks = [_failures(day, crawled), *_newest(day, crawled)]
    if day.whole:
        checks += [_received(day, crawled), *_listed(day, crawled)]
    checks += [*_shares(day, crawled), *_lengths(day, crawled), *_changes(day, crawled)]
    if day.framed:
        checks.append(_layouts(day, crawled, frames))
    return checks


def expected(day: Day, past: Sequence[Day]) -> float | None:
    """How many new stories such a weekday usually brings; None where the past does not tell."""
    same = usual([earlier.new for earlier in past if earlier.fetches and earlier.on.weekday() == day.on.weekday()])
    return same.middle if same else None


def _silence(day: Day, crawled: Sequence[Day]) -> Check:
    """A whole day without any fetch: an alarm where no day was ever left out for so long."""
    gaps = [(after.on - before.on).days for before, after in pairwise(crawled)]
    if len(gaps) < 2:
        return Check("crawled", "nothing was fetched", unknown=True)
    waited = (day.on - crawled[-1].on).days + 1
    return Check("crawled", f"nothing was fetched since {crawled[-1].on}", alarm=waited > max(gaps))


def _received(day: Day, crawled: Sequence[Day]) -> Check:
    weekday = WEEKDAYS[day.on.weekday()]
    same = usual([earlier.new for earlier in crawled if earlier.on.weekday() == day.on.weekday()])
    if same is None:
        return Check("received", f"{day.new} new stories; too few {weekday}s are known", unknown=True)
    found = f"{day.new} new stories, usual on a {weekday}: {same.middle:.0f}"
    return Check("received", found, alarm=is_low_count(day.new, same))


def _listed(day: Day, crawled: Sequence[Day]) -> Iterator[Check]:
    """Of the stories that the paper listed, how many were asked for: fewer where crawls end early or budgets are small."""
    found = f"{day.asked} of {day.listed} listed stories were asked for"
    yield from _part("listed", found, day, crawled, lambda of: (of.asked, of.listed), is_low_share)


def _part(
    what: str,
    found: str,
    day: Day,
    crawled: Sequence[Day],
    parts: Callable[[Day], tuple[int, int]],
    is_unusual: Callable[[float, int, Usual], bool],
) -> Iterator[Check]:
    """A share that a day shows, against those of the days before; no check where it is one of too few. parts: how many
    of how many."""
    number, whole = parts(day)
    if whole < MIN_PAGES:
        return
    past = usual([part / of for part, of in map(parts, crawled) if of >= MIN_PAGES])
    if past is None:
        yield Check(what, found, unknown=True)
    else:
        yield Check(what, f"{found}, usual {past.middle:.0%}", alarm=is_unusual(number / whole, whole, past))


def _failures(day: Day, crawled: Sequence[Day]) -> Check:
    past = usual([earlier.failed / earlier.fetches for earlier in crawled])
    kinds = ", ".join(f"{number} {kind}" for kind, number in day.failures.most_common(3))
    found = f"{day.failed} of {day.fetches} fetches" + (f" ({kinds})" if kinds else "")
    failed = day.failed / day.fetches
    whole = failed == 1 and (day.whole or day.failed >= MIN_FAILED)
    if past is None:
        return Check("failed", found, alarm=whole, unknown=not whole)
    far = day.failed >= MIN_FAILED and is_high_share(failed, day.fetches, past)
    return Check("failed", f"{found}, usual {past.middle:.0%}", alarm=whole or far)


def _newest(day: Day, crawled: Sequence[Day]) -> Iterator[Check]:
    """How old the newest story is, by days: one day older than it ever was is still no alarm."""
    if day.newest is None:
        return
    ages = usual([(earlier.on - earlier.newest).days for earlier in crawled if earlier.newest])
    age = (day.on - day.newest).days
    if ages is None:
        yield Check("newest story", f"of {day.newest}", unknown=True)
        return
    oldest = max((earlier.on - earlier.newest).days for earlier in crawled if earlier.newest)
    yield Check("newest story", f"of {day.newest}, {age} days old, at most {oldest} before", alarm=age > oldest + 1)


def _shares(day: Day, crawled: Sequence[Day]) -> Iterator[Check]:
    for name, parts in SHARES.items():
        found = f"{share(day, name) or 0:.0%} of {parts(day)[1]} pages"
        yield from _part(name, found, day, crawled, parts, is_low_share)


def _lengths(day: Day, crawled: Sequence[Day]) -> Iterator[Check]:
    yield from _length("story length", "words", day, crawled, lambda of: (of.story_length, len(of.words)))
    yield from _length("sidebar length", "entries", day, crawled, lambda of: (of.sidebar_length, len(of.entries)))


def _length(
    what: str, unit: str, day: Day, crawled: Sequence[Day], measure: Callable[[Day], tuple[float | None, int]]
) -> Iterator[Check]:
    """A length that a day shows, against those of the days before; no check where it is of too few. measure: the length
    in the middle, and of how many."""
    value, pages = measure(day)
    if not value or pages < MIN_PAGES:
        return
    past = usual([math.log(length) for length, number in map(measure, crawled) if length and number >= MIN_PAGES])
    if past is None:
        yield Check(what, f"{value:.0f} {unit}", unknown=True)
    else:
        found = f"{value:.0f} {unit}, usual {math.exp(past.middle):.0f}"
        yield Check(what, found, alarm=is_other_length(value, pages, past))


def _changes(day: Day, crawled: Sequence[Day]) -> Iterator[Check]:
    """Of the stories known before, how many read otherwise now: papers change few, a broken page changes all."""
    found = f"{day.changed} of {day.known} known stories"
    is_unusual = partial(is_high_share, apart=CHANGED_APART)
    yield from _part("changed", found, day, crawled, lambda of: (of.changed, of.known), is_unusual)


def _layouts(day: Day, crawled: Sequence[Day], frames: Mapping[int, frozenset[str]]) -> Check:
    """Pages in layouts that the paper was not known to have: an alarm where they are no exception on the day, or in one
    of its crawls."""
    pages = day.framed.total()
    strange, number = unseen(day, crawled), unseen_pages(day, crawled)
    alarm = number >= max(UNSEEN_PAGES, UNSEEN_SHARE * pages) or _fills_a_crawl(day, strange)
    if not alarm and (rolled_out := _rolled_out(day, crawled)):
        found = f"{_pages_in(day, rolled_out)} of {pages} pages stand in boxes not seen {ROLLOUT_DAYS} days ago"
        return Check("unseen layouts", found + _named(rolled_out, frames), alarm=True)
    if not number:
        before = sum(earlier.framed.total() for earlier in crawled)
        return Check("unseen layouts", f"none of {pages} pages", unknown=before < MIN_FRAMED)
    found = f"{number} of {pages} pages stand in boxes not seen before"
    return Check("unseen layouts", found + _named(strange, frames), alarm=alarm)


def _rolled_out(day: Day, crawled: Sequence[Day]) -> set[int]:
    """The layouts of two weeks in which most of the day's pages stand, since this day or the one before: they came bit by
    bit, on no day as a redesign does."""
    recent = unseen(day, crawled, ROLLOUT_DAYS)
    told = (earlier for earlier in crawled if day.on - earlier.on > timedelta(days=UNSEEN_DAYS))
    return recent if _fills(day, recent) and not any(_fills(earlier, recent) for earlier in told) else set()


def _fills(day: Day, layouts: set[int]) -> bool:
    return _pages_in(day, layouts) >= max(UNSEEN_PAGES, MOST * day.framed.total())


def _pages_in(day: Day, layouts: set[int]) -> int:
    return sum(number for (_, layout), number in day.framed.items() if layout in layouts)


def _fills_a_crawl(day: Day, strange: set[int]) -> bool:
    for crawl in {crawl for crawl, _ in day.framed}:
        pages = {layout: number for (of, layout), number in day.framed.items() if of == crawl}
        number = sum(pages.get(layout, 0) for layout in strange)
        if number >= max(UNSEEN_PAGES, CRAWL_SHARE * sum(pages.values())):
            return True
    return False


def unseen_pages(day: Day, past: Sequence[Day]) -> int:
    """How many of the day's pages stand in layouts that the paper was not known to have."""
    return _pages_in(day, unseen(day, past))


def unseen(day: Day, past: Sequence[Day], days: int = UNSEEN_DAYS) -> set[int]:
    """The layouts first seen on the day or so many days before, when others were known already: by enough pages of
    earlier days or crawls."""
    found = set()
    for sight in (*past, day):
        if day.on - sight.on > timedelta(days=days):
            continue
        before = sum(earlier.framed.total() for earlier in past if earlier.on < sight.on)
        for layout, crawl in sight.first_sights.items():
            earlier_crawls = sum(number for (other, _), number in sight.framed.items() if other < crawl)
            if before + earlier_crawls >= MIN_FRAMED:
                found.add(layout)
    return found


def _named(strange: set[int], frames: Mapping[int, frozenset[str]]) -> str:
    known = frozenset[str]().union(*(frame for layout, frame in frames.items() if layout not in strange))
    new = sorted(frozenset[str]().union(*(frames.get(layout, frozenset()) for layout in strange)) - known)
    names = ", ".join("".join(c if c.isprintable() else "?" for c in shape) for shape in new[:4])
    return f": {names}" if names else ""
