"""How often: `every = "30m"` or `at = "06:00"` to the hours and minutes of the day at which a job starts.

In: a table of the schedule's file. Out: Starts. Only what cron can say as well is allowed: spans that divide the hour or
the day. A span starts at a minute of its own for each name, so that the papers do not all start at once.
"""

from __future__ import annotations

import hashlib
import re
from dataclasses import dataclass
from typing import Any

DAY = 24 * 60  # minutes
SPANS = (5, 6, 10, 12, 15, 20, 30, 60, 120, 180, 240, 360, 480, 720, DAY)  # minutes
_UNITS = {"m": 1, "h": 60, "d": DAY}
_ALLOWED = "5m, 6m, 10m, 12m, 15m, 20m, 30m, 1h, 2h, 3h, 4h, 6h, 8h, 12h or 1d"


class BadSchedule(ValueError):
    """Nothing that could be scheduled; the message is one line that says what to write."""


@dataclass(frozen=True, slots=True)
class Start:
    """Each of the minutes in each of the hours; no hours stand for every hour."""

    hours: tuple[int, ...]
    minutes: tuple[int, ...]


def starts(title: str, name: str, table: dict[str, Any]) -> tuple[Start, ...]:
    """When a job of this name starts. title: of its table, for messages. Raises BadSchedule."""
    unknown = [key for key in table if key not in ("every", "at")]
    if unknown:
        raise BadSchedule(f"{title} {unknown[0]}: there is no such word, only every and at")
    if len(table) != 1:
        raise BadSchedule(f'{title} needs one of every = "30m" and at = "06:00"' + (", not both" if table else ""))
    if "at" in table:
        return times(f"{title} at", table["at"])
    return (spread(name, _span(f"{title} every", table["every"])),)


def spread(name: str, span: int) -> Start:
    """Every so many minutes, from one that the name decides: the same name, the same minutes, on any machine."""
    first = int.from_bytes(hashlib.blake2b(name.encode(), digest_size=8).digest()) % span
    if span <= 60:
        return Start((), tuple(range(first, 60, span)))
    return Start(tuple(range(first // 60, 24, span // 60)), (first % 60,))


def times(title: str, written: Any) -> tuple[Start, ...]:
    """Times of the day, as 'HH:MM' or a list of such. Raises BadSchedule."""
    texts = written if isinstance(written, list) else [written]
    if not texts:
        raise BadSchedule(f'{title} = [] names no time: write "06:00" or ["06:00", "18:00"]')
    return tuple(dict.fromkeys(_time(title, text) for text in texts))


def _time(title: str, text: Any) -> Start:
    if not isinstance(text, str) or not re.fullmatch(r"(?:[01]\d|2[0-3]):[0-5]\d", text, re.ASCII):
        raise BadSchedule(f'{title} = {text!r} is no time of the day: write it as "06:00"')
    hour, minute = text.split(":")
    return Start((int(hour),), (int(minute),))


def _span(title: str, text: Any) -> int:
    found = re.fullmatch(r"(\d{1,4})([mhd])", text, re.ASCII) if isinstance(text, str) else None
    span = int(found[1]) * _UNITS[found[2]] if found else 0
    if span not in SPANS:
        raise BadSchedule(f"{title} = {text!r} cannot be kept by cron: write {_ALLOWED}")
    return span
