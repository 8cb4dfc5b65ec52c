"""What is usual: the middle of a paper's past days, and how far they lie from it. Medians, so that a few bad days are
no part of it.

In: one number a day. Out: Usual, or None where there are too few days to tell.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from statistics import median

MIN_DAYS = 3  # fewer tell nothing
FAR = 3.5  # spreads: Iglewicz and Hoaglin's limit for outliers by the median
NORMAL = 1.4826  # the spread of a normal distribution, as a multiple of its median absolute deviation
SAMPLING = 4.0  # standard errors that a day of few pages may lie off by chance: there are a dozen checks a day
SHARE_APART = 0.2  # that a share must lie off at least
CHANGED_APART = 0.3  # the same of known stories that read otherwise: a broken page changes nearly all
RARE = 0.05  # a share seen as smaller may be so by chance
LENGTH_APART = math.log(1.5)
MANY = 10  # a paper that brings fewer stories may well bring none
WORDS_APART = 0.9  # the spread of ln(words) over the stories of a day: 0.6 to 1.1 on the bench's papers


@dataclass(frozen=True, slots=True)
class Usual:
    """middle: the median of the days; spread: their median distance from it, scaled to a standard deviation; least:
    the smallest of them."""

    middle: float
    spread: float
    least: float


def usual(values: Sequence[float | None]) -> Usual | None:
    """What is usual by these days, of which None has nothing to tell."""
    known = [value for value in values if value is not None]
    if len(known) < MIN_DAYS:
        return None
    middle = median(known)
    return Usual(middle, NORMAL * median(abs(value - middle) for value in known), min(known))


def is_low_share(value: float, pages: int, past: Usual, apart: float = SHARE_APART) -> bool:
    """Whether a share over so many pages is lower than days differ, and than chance makes it."""
    middle = min(max(past.middle, RARE), 1 - RARE)
    leeway = max(apart, FAR * past.spread, SAMPLING * math.sqrt(middle * (1 - middle) / pages))
    return past.middle - value > leeway


def is_high_share(value: float, pages: int, past: Usual, apart: float = SHARE_APART) -> bool:
    """The same for a share that ought to be small."""
    return is_low_share(1 - value, pages, Usual(1 - past.middle, past.spread, past.least), apart)


def is_other_length(value: float, pages: int, past: Usual) -> bool:
    """Whether a length is another, by a factor. past: of the lengths' logarithms."""
    leeway = max(LENGTH_APART, FAR * past.spread, SAMPLING * WORDS_APART / math.sqrt(pages))
    return abs(math.log(max(value, 0.5)) - past.middle) > leeway


def is_low_count(value: float, past: Usual) -> bool:
    """Whether a count is lower than days differ and than chance makes it, or next to nothing beside the least."""
    if past.middle < MANY:
        return False
    return value < max(past.middle - FAR * max(past.spread, math.sqrt(past.middle)), past.least / MANY)
