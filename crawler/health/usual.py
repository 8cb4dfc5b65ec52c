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
SAMPLING = 3.0  # standard errors that a day of few pages may lie off by chance
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


def is_low_share(value: float, pages: int, past: Usual) -> bool:
    """Whether a share over so many pages is lower than days differ, and than chance makes it."""
    middle = min(max(past.middle, 0.02), 0.98)
    leeway = max(0.15, FAR * past.spread, SAMPLING * math.sqrt(middle * (1 - middle) / pages))
    return past.middle - value > leeway and (past.middle - value) * pages >= 3


def is_high_share(value: float, pages: int, past: Usual) -> bool:
    """The same for a share that ought to be small."""
    return is_low_share(1 - value, pages, Usual(1 - past.middle, past.spread, past.least))


def is_other_length(value: float, pages: int, past: Usual) -> bool:
    """Whether a length is another, by a factor. past: of the lengths' logarithms."""
    leeway = max(math.log(1.5), FAR * past.spread, SAMPLING * WORDS_APART / math.sqrt(pages))
    return abs(math.log(max(value, 0.5)) - past.middle) > leeway


def is_low_count(value: float, past: Usual) -> bool:
    """Whether a count is lower than days differ and than chance makes it, or next to nothing beside the least."""
    return value < max(past.middle - FAR * max(past.spread, math.sqrt(past.middle)), past.least / 5)
