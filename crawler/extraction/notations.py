"""One date as a page writes it, in any notation and language, to an aware datetime.

In: a short text that may hold a date ('July 26th, 2016', '2024-03-18T10:05Z', '۱۸ مارچ ۲۰۲۴', '2024年3月18日').
Out: its moment, its precision and whether the text itself gave an offset. The words of dates are in date_words.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable
from datetime import UTC, date, datetime, time, timedelta, timezone, tzinfo
from functools import lru_cache
from typing import NamedTuple
from zoneinfo import ZoneInfo

from crawler.extraction.date_words import (
    AFTER_NOON,
    BEFORE_NOON,
    DATE_WORDS,
    MONTH_NUMBERS,
    SOLAR_MONTH_NUMBERS,
    ZONE_NAMES,
    ZONES,
)
from crawler.items import Precision

MAX_TEXT = 160  # characters looked at: a date and the words around it
YEARS = range(1700, 2101)
EPOCHS = range(631_152_000, 4_102_444_800)  # seconds: 1990 to 2100, the years of pages that print an epoch
BUDDHIST_YEARS = range(2440, 2644)  # 543 ahead of the common era
SOLAR_YEARS = range(1300, 1500)  # the Persian calendar's, in use since 1925
MAX_GAP = 3  # words between the parts of one date: '18 de marzo de 2024', '2024 m. kovo 18 d.'
MEMORY = 8_192  # words and dates of which is remembered what they say: one date stands on a page several times
MAX_GAP_WORD = 5  # letters of such a word


class ParsedDate(NamedTuple):
    """value: aware, in the offset found, else the zone asked for, else UTC. zoned: the text gave the offset."""

    value: datetime
    precision: Precision
    zoned: bool


class _Clock(NamedTuple):
    hour: int
    minute: int
    second: int
    precision: Precision
    zone: tzinfo | None


_DIGIT = re.compile("[0-9]")
ERAS = {"令和": 2018, "平成": 1988, "昭和": 1925}  # the year before an emperor's first

_ERA_YEAR = re.compile(f"({'|'.join(ERAS)}) ?([0-9]{{1,2}}|元) ?年")
_SHORT_YEAR = re.compile(r"['’]([0-6]\d)(?!\w)")
_INVISIBLE = re.compile("[\u00ad\u061c\u200b-\u200f\u202a-\u202e\u2060\u2066-\u2069\ufeff]")
_EPOCH = re.compile(r"(\d{10})(?:\d{3})?(?:\.\d+)?")
_COMPACT = re.compile(r"(\d{4})(\d{2})(\d{2})(?:[T ]?(\d{2})(\d{2})(\d{2})?)?(Z|[+-]\d{4})?")
_YEAR_FIRST = re.compile(r"(?<!\d)(\d{4})(?: ?[-/.年년] ?)(\d{1,2})(?: ?[-/.月월] ?)(\d{1,2})(?!\d)(?:日|일)?")
_YEAR_LAST = re.compile(r"(?<![\d/.:-])(\d{1,2}) ?([-/.|]) ?(\d{1,2}) ?\2 ?(\d{4}|\d{2}(?![\d:]))(?!\d|[-/.]\d)")
_CROATIAN_OCTOBER = re.compile(r"(?<=\d\. )listopada?\b", re.IGNORECASE)  # in Polish, without the dot, November
_WHOLE_YEAR = re.compile(r"(?<!\d)(?:19|20)\d\d(?!\d)")
_SPACED_HALF = re.compile(r"\b([ap])\. ?m\b\.?", re.IGNORECASE)  # Spanish: 4:05 p. m.
_VIETNAMESE_MONTH = re.compile(r" (?:tháng|thg) | năm |(?<=\d), (?=(?:năm )?\d{4}\b)", re.IGNORECASE)
_COLON_CLOCK = re.compile(
    r"(?<![\d:])(\d{1,2}) ?(?::|h|時|시|点|點) ?(\d{2}|\d(?= ?[分분]))(?:(?: ?: ?|分 ?|분 ?)(\d{1,2})(?:[.,]\d+)?)?(?!\d)",
    re.IGNORECASE,
)
_DOTTED = r"(\d{1,2})\.(\d{2})(?:\.\d{2})?(?!\d|\.\d)"  # a time only among words that tell it, else a decimal number
_DOTTED_CLOCK = re.compile(
    rf"(?<![\d.]){_DOTTED}(?= ?(?:uhr|uur|[ap]\.?m\b|[ap]\.m\.|wi[bt]\b|wita|gmt|utc|cest|cet|bst|ist\b|[ecmp][sd]?t\b))"
    rf"|(?:klo|kl\.?|um|om|ore|alle|pukul|às|godz\.?) ?{_DOTTED}|(?:(?<=\d{{4}} )|(?<=\d{{4}}, )|^[ ,|]+){_DOTTED}",
    re.IGNORECASE,
)
_HOUR_CLOCK = re.compile(r"(?<![\d.:])(\d{1,2}) ?([ap])\.?m\b", re.IGNORECASE)
_OFFSET = re.compile(r"(?:\(?\b(?:UTC|GMT)\b)? ?([+\-−])(\d{1,2})(?::?(\d{2}))?(?!\d)", re.IGNORECASE)
_HALF_DAY = re.compile(r"[ ,]*([^\s\d,|()]+)")
_HALF_BEFORE = re.compile(r"(?:[^\s\d年月日]+)(?=\s*$)")  # glued to the day in Chinese and Japanese
_ZONE_WORD = re.compile(r"[ ,(\[/-]*(?:(?:uhr|uur|hrs|hours|h)\b[ ,(\[/-]*)?([a-z]+|мск)", re.IGNORECASE)
_TOKEN = re.compile(r"\d+|[ก-๙]{1,2}\.[ก-๙]|[^\s\d.,/:;|()\[\]{}<>\"،٬。、–—_'’-]+")


def parse_date(text: str, timezone: tzinfo | None = None, *, dayfirst: bool = True) -> ParsedDate | None:
    """Read the first date in text, or None where it holds none with a day, a month and a year.

    timezone is the zone of a text that gives no offset. dayfirst decides 3/4/2024 where either reading is a date.
    """
    text = _plain(text)
    return _parsed(text, timezone, dayfirst) if _DIGIT.search(text) else None


@lru_cache(maxsize=MEMORY)
def _parsed(text: str, timezone: tzinfo | None, dayfirst: bool) -> ParsedDate | None:
    return _exact(text, timezone) or _written(text, timezone, dayfirst)


def _plain(text: str) -> str:
    """The text on one line with western digits and no invisible marks."""
    text = text[: 4 * MAX_TEXT]
    if not text.isascii():
        text = unicodedata.normalize("NFKC", _INVISIBLE.sub("", text))
        text = "".join(str(unicodedata.decimal(c)) if c > "\x7f" and c.isdecimal() else c for c in text)
    return " ".join(text.split())[:MAX_TEXT]


def _exact(text: str, timezone: tzinfo | None) -> ParsedDate | None:
    """The notations of machines: ISO 8601, an epoch, digits without separators."""
    if text[4:5] == "-" and text[13:14] == ":":
        try:
            value = datetime.fromisoformat(text)
        except ValueError:
            value = None
        if value is not None and value.year in YEARS:
            precision: Precision = "second" if text[16:17] == ":" else "minute"
            if value.microsecond and value.tzinfo is not None:  # no program that writes a mere day makes a fraction up
                return ParsedDate(
                    value.replace(microsecond=0, tzinfo=_minutes(_offset_minutes(value))), precision, True
                )
            return _finish(value.replace(microsecond=0), precision, value.tzinfo is not None, timezone)
    if not text[:8].isdecimal():
        return None
    if (match := _EPOCH.fullmatch(text)) and int(match[1]) in EPOCHS:
        return ParsedDate(datetime.fromtimestamp(int(match[1]), UTC), "second", True)
    if match := _COMPACT.fullmatch(text):
        return _compact(match, timezone)
    return None


def _compact(match: re.Match[str], timezone: tzinfo | None) -> ParsedDate | None:
    day = _day(int(match[1]), int(match[2]), int(match[3]))
    if day is None or not match[4]:
        return _assemble(day, None, timezone)
    zone = _fixed(match[7]) if match[7] else None
    precision: Precision = "second" if match[6] else "minute"
    return _assemble(day, _Clock(int(match[4]), int(match[5]), int(match[6] or 0), precision, zone), timezone)


def _written(text: str, timezone: tzinfo | None, dayfirst: bool) -> ParsedDate | None:
    """The notations of people: find the day, take it out, and look for the time of day in what is left."""
    text = _ERA_YEAR.sub(lambda era: f"{ERAS[era[1]] + (1 if era[2] == '元' else int(era[2]))}年", text)
    if match := _YEAR_FIRST.search(text):
        day = _day(int(match[1]), int(match[2]), int(match[3]))
        if day is None:
            return None
        after = text[match.end() :]
        clock = _clock(after.removeprefix("T")) or _clock(text[: match.start()])
        return _assemble(day, clock, timezone)
    text = _SPACED_HALF.sub(r"\1m", _VIETNAMESE_MONTH.sub("/", _SHORT_YEAR.sub(r"20\1", text)))
    match = _YEAR_LAST.search(text)
    if match and (len(match[4]) == 4 or not _WHOLE_YEAR.search(text)):  # else 16.05.30 is a time of day
        day = _numeric(int(match[1]), int(match[3]), match[4], dayfirst or match[2] == ".")
        if day is None:
            return None
        return _assemble(day, _clock(text[match.end() :]) or _clock(text[: match.start()]), timezone)
    clock, rest = _take_clock(_CROATIAN_OCTOBER.sub("oktobra", text))
    return _assemble(_worded(rest), clock, timezone)


def _numeric(first: int, second: int, year_digits: str, dayfirst: bool) -> date | None:
    year = int(year_digits) if len(year_digits) == 4 else _century(int(year_digits))
    day, month = (first, second) if dayfirst else (second, first)
    return _day(year, month, day) or _day(year, day, month)


def _century(year: int) -> int:
    return 2000 + year if year < 70 else 1900 + year


def _worded(text: str) -> date | None:
    """A date whose month is a word: the nearest number is its day, the nearest four digits its year."""
    tokens = _TOKEN.findall(text)
    for index, token in enumerate(tokens):
        if token.isdecimal():
            continue
        for word, width in ((" ".join(tokens[index : index + 2]), 2), (token, 1)):
            months = _months_of(word)
            if months and (found := _around(tokens, index, index + width, *months)):
                return found
    return None


@lru_cache(maxsize=MEMORY)
def _months_of(word: str) -> tuple[int | None, int | None] | None:
    """The month a word names in the common and in the solar calendar."""
    word = fold(word)
    common, solar = _MONTHS.get(word), _SOLAR.get(word)
    if common is None and 3 <= len(word) <= 5:
        common = _MONTH_STARTS.get(word)
    if common is None and word.startswith("ב"):  # Hebrew writes 'in March' as one word
        common = _MONTHS.get(word[1:])
    return (common, solar) if common or solar else None


def _around(tokens: list[str], start: int, end: int, common: int | None, solar: int | None) -> date | None:
    before = _numbers(reversed(tokens[max(0, start - 2 * MAX_GAP) : start]))
    after = _numbers(tokens[end : end + 2 * MAX_GAP])
    together = tokens[max(start - 1, 0) : start] + tokens[end : end + 1]
    for day, year in _readings(before, after, all(token.isdecimal() for token in together)):
        if common and (found := _day(year, common, day)):
            return found
        if solar and year in SOLAR_YEARS:
            return _from_solar(year, solar, day)
    return None


def _readings(before: list[str], after: list[str], together: bool) -> list[tuple[int, int]]:
    """(day, year) as they may stand about a month's name, the likeliest first. together: with no word between."""
    readings = []
    if before and len(before[0]) <= 2 and after and len(after[0]) == 4:  # 18 March 2024
        readings.append((before[0], after[0]))
    if len(after) > 1 and len(after[0]) <= 2 and len(after[1]) == 4:  # March 18, 2024
        readings.append((after[0], after[1]))
    if before and len(before[0]) == 4 and after and len(after[0]) <= 2:  # 2024 March 18
        readings.append((after[0], before[0]))
    if len(before) > 1 and len(before[0]) <= 2 and len(before[1]) == 4:  # 2024, 18 March
        readings.append((before[0], before[1]))
    if together and before and len(before[0]) <= 2 and after and len(after[0]) == 2:  # 18-Mar-24
        readings.append((before[0], str(_century(int(after[0])))))
    return [(int(day), int(year)) for day, year in readings]


def _numbers(tokens: Iterable[str]) -> list[str]:
    """The numbers of a run of tokens, up to a gap of words too wide for one date."""
    found: list[str] = []
    gap = 0
    for token in tokens:
        if token.isdecimal():
            found.append(token)
            gap = 0
        else:
            gap += 1
            if gap > MAX_GAP or len(token) > MAX_GAP_WORD:
                break
    return found


def _take_clock(text: str) -> tuple[_Clock | None, str]:
    for pattern in (_COLON_CLOCK, _DOTTED_CLOCK, _HOUR_CLOCK):
        if match := pattern.search(text):
            return _clock(text), f"{text[: match.start()]} {text[match.end() :]}"
    return None, text


def _clock(text: str) -> _Clock | None:
    """The first time of day in text, with the half of the day and the zone that follow it."""
    if match := _COLON_CLOCK.search(text):
        hour, minute, second = int(match[1]), int(match[2]), match[3]
    elif match := _DOTTED_CLOCK.search(text):
        hour, minute, second = *(int(digits) for digits in match.groups() if digits), None
    elif match := _HOUR_CLOCK.search(text):
        hour, minute, second = int(match[1]), 0, None
        return _settle_clock(hour, minute, None, match[2].lower() == "p", text[match.end() :])
    else:
        return None
    rest = text[match.end() :]
    half = _HALF_DAY.match(rest)
    afternoon = _is_afternoon(half[1].casefold()) if half else None
    if afternoon is None:
        before = _HALF_BEFORE.search(text[: match.start()].casefold())
        afternoon = _is_afternoon(before[0]) if before else None
    elif half:
        rest = rest[half.end() :]
    return _settle_clock(hour, minute, second, afternoon, rest)


def _is_afternoon(word: str) -> bool | None:
    """Which half of the day a word names; None for any other word."""
    return True if word in AFTER_NOON else False if word in BEFORE_NOON else None


def _settle_clock(hour: int, minute: int, second: str | None, afternoon: bool | None, rest: str) -> _Clock | None:
    if afternoon is not None and 1 <= hour <= 12:
        hour = hour % 12 + (12 if afternoon else 0)
    if hour == 24 and minute == 0:
        hour = 0
    if hour > 23 or minute > 59 or int(second or 0) > 59:
        return None
    return _Clock(hour, minute, int(second or 0), "second" if second else "minute", _zone(rest))


def _zone(text: str) -> tzinfo | None:
    if match := _OFFSET.match(text.lstrip(" (")):
        return _fixed(f"{match[1]}{match[2]}{match[3] or '00'}")
    if match := _ZONE_WORD.match(text):
        word = match[1].lower()
        if word in ZONES:
            return _minutes(ZONES[word])
        if word in ZONE_NAMES:
            return ZoneInfo(ZONE_NAMES[word])
    return None


def _fixed(text: str) -> tzinfo | None:
    if text == "Z":
        return UTC
    digits = text[1:].replace(":", "").rjust(4, "0")
    minutes = int(digits[:2]) * 60 + int(digits[2:])
    return _minutes(minutes if text[0] == "+" else -minutes) if minutes <= 14 * 60 else None


def _minutes(minutes: int) -> tzinfo:
    return timezone(timedelta(minutes=minutes)) if minutes else UTC


def _day(year: int, month: int, day: int) -> date | None:
    if year in BUDDHIST_YEARS:
        year -= 543
    elif year in SOLAR_YEARS:
        return _from_solar(year, month, day)
    if year not in YEARS:
        return None
    try:
        return date(year, month, day)
    except ValueError:
        return None


def _from_solar(year: int, month: int, day: int) -> date | None:
    """The Persian calendar by its 33-year cycle, true for 1925 to 2100: the year begins at the March equinox."""
    if not (1 <= month <= 12 and 1 <= day <= (31 if month <= 6 else 30)):
        return None
    leaps = sum(1 for past in range(1300, year) if past % 33 in _SOLAR_LEAPS)
    days = (year - 1300) * 365 + leaps + (month - 1) * 30 + min(month - 1, 6) + day - 1
    return date(1921, 3, 21) + timedelta(days=days)


_SOLAR_LEAPS = {1, 5, 9, 13, 17, 22, 26, 30}


def _assemble(day: date | None, clock: _Clock | None, timezone: tzinfo | None) -> ParsedDate | None:
    if day is None:
        return None
    if clock is None:
        return _finish(datetime(day.year, day.month, day.day), "day", False, timezone)
    value = datetime(day.year, day.month, day.day, clock.hour, clock.minute, clock.second, tzinfo=clock.zone)
    return _finish(value, clock.precision, clock.zone is not None, timezone)


def _finish(value: datetime, precision: Precision, zoned: bool, timezone: tzinfo | None) -> ParsedDate:
    """The date as found, in a plain offset: that is what a page means, not the rules of a zone.

    Midnight in UTC is how programs write a day without a time: in the paper's zone it is that day still.
    """
    if value.time() == time() and not (zoned and value.utcoffset()):
        precision, zoned, value = "day", False, value.replace(tzinfo=None)
    if value.tzinfo is None:
        value = value.replace(tzinfo=timezone or UTC)
    return ParsedDate(value.replace(tzinfo=_minutes(_offset_minutes(value))), precision, zoned)


def _offset_minutes(value: datetime) -> int:
    return int((value.utcoffset() or timedelta()).total_seconds() // 60)


def fold(word: str) -> str:
    """A word without case and accents, so that 'FÉVRIER', 'Février' and 'fevrier' are one."""
    word = word.casefold().replace("ı", "i")
    if word.isascii():
        return word
    return _ACCENTS.sub("", unicodedata.normalize("NFKD", word))


_ACCENTS = re.compile("[\u0300-\u036f\u0653-\u0655\u093c\u09bc]")


def _folded(table: dict[str, int]) -> dict[str, int]:
    return {fold(name): number for name, number in table.items()}


def _starts(table: dict[str, int]) -> dict[str, int]:
    """Beginnings of three to five letters that only one month has in any language."""
    months: dict[str, set[int]] = {}
    for name, number in table.items():
        for length in range(3, min(6, len(name))):
            months.setdefault(name[:length], set()).add(number)
    return {start: numbers.pop() for start, numbers in months.items() if len(numbers) == 1}


_MONTHS = _folded(MONTH_NUMBERS)
_SOLAR = _folded(SOLAR_MONTH_NUMBERS)
_MONTH_STARTS = _starts(_MONTHS)


def date_share(text: str) -> float:
    """How much of a short text is date, from 0 to 1: its digits, its month and the words that dates stand among."""
    total = share = 0
    before, counted = "", True
    for token in _TOKEN.findall(_plain(text)):
        total += len(token)
        if token.isdecimal() or _months_of(token) or token.casefold() in DATE_WORDS:
            share += len(token)
            before, counted = token, True
            continue
        if _months_of(f"{before} {token}"):  # a month's name of two words
            share += len(token) + (0 if counted else len(before))
        before, counted = token, False
    return share / total if total else 0.0


def swap_day_and_month(text: str, value: datetime) -> datetime | None:
    """The other reading of a date like 3/4/2024, or None where text allows one only. Dots mean day first everywhere."""
    match = _YEAR_LAST.search(_plain(text))
    if match is None or match[2] == "." or value.day > 12 or value.day == value.month:
        return None
    return value.replace(month=value.day, day=value.month)
