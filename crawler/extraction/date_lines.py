"""Dates that a page shows or keeps for its scripts: the date line about the headline, and where there is none, others.

In: a Document or the headline's element, and a Reader. Out: Moments. A date line is a time element or a short text that
is mostly date; the words about it say whether it tells of publication or of an update.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from datetime import tzinfo
from itertools import islice
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from lxml import etree
from lxml.html import HtmlElement

from crawler.extraction.alternatives import any_of
from crawler.extraction.date_choice import OLDEST, Of
from crawler.extraction.document import Document
from crawler.extraction.nearby import is_searchable, text_up_to
from crawler.extraction.notations import date_share, parse_date
from crawler.items import Moment

MAX_LINE = 100  # characters of a date line
MAX_RAW = 1_000  # characters of a line as it stands in the markup, with the blanks that indent it
MAX_STATE = 3_000_000  # characters of scripts
MAX_LINES = 200  # date lines looked at on a page with none near its headline
MAX_FUNCTION = 20  # characters of the name of a function that prints a date
LEAST_SHARE = 0.35  # of a date line's characters that are its date


_DIGIT = re.compile(r"\d")
_UPDATED_WORDS = (
    r"updat|modif|edited|revis|last change|aktuali[sz]|geändert|stand:|mis à jour|màj|maj |actualizad|aggiornat"
    r"|atualizad|bijgewerkt|gewijzigd|oppdatert|uppdaterad|opdateret|päivitetty|güncel|обновл|изменен|оновлен"
    r"|ενημερ|frissít|עודכן|تحديث|تازہ|اپ ?ڈیٹ|روزرسانی|अपडेट|হালনাগাদ|更新|수정|업데이트"
)
_UPDATED = re.compile(any_of(_UPDATED_WORDS.split("|")))  # in lower case, as _PUBLISHED
_UPDATE_FOLLOWS = re.compile(rf"(?<=\d)\s*(?=\D*(?:{_UPDATED_WORDS}))", re.IGNORECASE)
_OTHER_LINE = re.compile(r"©|\(c\) ?\d|copyright|^\s*published in\b", re.IGNORECASE)  # rights, the credit line
_PUBLISHED_WORDS = (
    r"publi|posted|created|first|erstellt|veröffentlicht|erschienen|julkaistu|pubbl|gepubl|geplaatst|yayın|oluştur"
    r"|опублик|δημοσ|פורסם|نشر|شائع|منتشر|انتشار|发布|發布|公開|掲載|입력|등록|게재|প্রকাশ|प्रकाशित"
)
_PUBLISHED = re.compile(any_of(_PUBLISHED_WORDS.split("|")))
# A key's first letter is looked at before the rest is: scripts are full of quoted keys.
_STATE = re.compile(
    r"\"(?=[cdflp])(?:date_?publi|(?:first_?|last_?)?publi(?:sh|cation|shed)_?(?:date|time|at|on|ed)|pub_?date|deploydt"
    r"|created_?(?:at|time)?)[a-z_]{0,8}\\?\"\s*:\s*\\?\"?([^\"\\,}]{8,40})",
    re.IGNORECASE,
)
_ARGUMENT = re.compile(r"\([\"']([^\"']{8,40})")
_PRINTS_DATE = re.compile(r"\b(?:show|format|print)_?date(?:time)?$", re.IGNORECASE)
_ZONE = re.compile(
    r"ime[zZ]one[^\n]{0,40}?[\"']((?:Africa|America|Asia|Atlantic|Australia|Europe|Indian|Pacific)\\?/\w+(?:\\?/\w+)?)[\"'\\]"
)
_DATE_CLASS = re.compile(r"date|datum|publi|posted|time|entry-meta|byline")
_DIGITS_OF_A_DATE = re.compile(r"[0-9].*[0-9].*[0-9]", re.DOTALL)
_IN_FURNITURE = etree.XPath(
    "boolean(ancestor-or-self::*[self::nav or self::footer or self::select or self::figure or self::a])"
)


class Reader:
    """Makes Moments of texts by the page's way of writing dates."""

    def __init__(self, timezone: tzinfo | None, dayfirst: bool) -> None:
        self.timezone = timezone
        self.dayfirst = dayfirst

    def moment(self, text: str, source: str, of: Of) -> Moment | None:
        parsed = parse_date(text, self.timezone, dayfirst=self.dayfirst)
        if parsed is None or parsed.value.year < OLDEST:
            return None
        return Moment(parsed.value, parsed.precision, source, " ".join(text.split())[:200], of, parsed.zoned)

    def moments(self, texts: Iterable[str], source: str, of: Of) -> Iterator[Moment]:
        for text in texts:
            if found := self.moment(text, source, of):
                yield found


def said(element: HtmlElement) -> list[str]:
    """The texts of an element that may hold its date, the machine's first."""
    texts = [
        element.get("datetime"),
        element.get("content"),
        element.get("title"),
        text_up_to(element, MAX_LINE),
    ]
    return [text for text in texts if text and _has_digit(text)]


def _has_digit(text: str) -> bool:
    return _DIGIT.search(text) is not None


def lines_near(elements: list[HtmlElement], reader: Reader) -> Iterator[Moment]:
    """Dates in time elements and in short texts about the headline. elements: those around it."""
    for element in elements:
        if element.tag == "time" or element.get("datetime"):
            of: Of = "modified" if _is_update(element) else "published"
            yield from islice(reader.moments(said(element), "time", of), 1)
            continue
        for text in (element.text, element.tail):
            line = _as_line(text)
            if line and _has_digit(line):
                yield from _line(line, element, reader)


def _as_line(text: str | None) -> str | None:
    """A text without the blanks that indent it, where it is short enough for a date line."""
    if not text or len(text) > MAX_RAW or text.isspace():
        return None
    text = text.strip()
    return text if len(text) <= MAX_LINE else None


def _line(text: str, element: HtmlElement, reader: Reader) -> Iterator[Moment]:
    """The date of a line that says little else; 'Posted 3 May | Updated 4 May' gives two."""
    parts = _UPDATE_FOLLOWS.split(text, maxsplit=1)
    for part in parts:
        if not _OTHER_LINE.search(part) and date_share(part) >= LEAST_SHARE:
            words = part.lower()
            if _UPDATED.search(words):
                of: Of = "modified"
            else:
                of = (
                    "modified"
                    if len(parts) == 1 and not _PUBLISHED.search(words) and _is_update(element)
                    else "published"
                )
            yield from reader.moments([part], "text", of)


def _is_update(element: HtmlElement) -> bool:
    """Whether the nearest words about an element, its own first, call its date an update and not a publication."""
    for words in map(str.lower, _words_about(element)):
        updated, published = _UPDATED.search(words), _PUBLISHED.search(words)
        if updated or published:
            return updated is not None and (published is None or updated.start() > published.start())
    return False


def _words_about(element: HtmlElement) -> Iterator[str]:
    current: HtmlElement | None = element
    yield text_up_to(element, MAX_LINE)
    for _level in range(3):
        if current is None:
            return
        yield f"{current.get('class') or ''} {current.get('itemprop') or ''} {current.get('id') or ''}"
        before = current.getprevious()
        parent = current.getparent()
        if before is not None:
            yield (before.tail or "")[-MAX_LINE:]
            if len(before) < 4 and before.tag != "time":
                yield text_up_to(before, MAX_LINE)
        elif parent is not None:
            yield (parent.text or "")[-MAX_LINE:]
        current = parent


# ---- where the usual places are silent ---------------------------------------------------------
def in_state(document: Document, reader: Reader) -> list[Moment]:
    """The publication dates in data for the page's scripts, also in JSON-LD that is no JSON; none where it holds many
    days: those are of other stories."""
    found: list[Moment] = []
    left = MAX_STATE
    for script in document.tagged["script"]:
        text = (script.text or "")[:left]
        left -= len(text)
        found += reader.moments(islice(_dates_in_script(text), MAX_LINES), "meta", "published")
    return found if len({moment.value.date() for moment in found}) == 1 else []


def _dates_in_script(text: str) -> Iterator[str]:
    """The texts of dates in a script: values of keys named so, and what functions that print dates are given."""
    for match in _STATE.finditer(text):
        yield match[1]
    for match in _ARGUMENT.finditer(text):
        if _PRINTS_DATE.search(text, max(0, match.start() - MAX_FUNCTION), match.start()):
            yield match[1]


def zone_named(document: Document) -> ZoneInfo | None:
    """The time zone that data for the page's scripts name as the paper's; none where they name several."""
    scripts = (script.text or "" for script in document.tagged["script"])
    texts = [text for text in scripts if "imezone" in text or "imeZone" in text]
    names = {match[1].replace("\\", "") for match in islice(_ZONE.finditer("\n".join(texts)[:MAX_STATE]), MAX_LINES)}
    try:
        return ZoneInfo(names.pop()) if len(names) == 1 else None
    except (ZoneInfoNotFoundError, ValueError):
        return None


def lines_elsewhere(document: Document, reader: Reader) -> list[Moment]:
    """Date lines anywhere on the page, those that are called or classed as publication dates first; none where lines
    without a name give many days: those are of lists."""
    if not is_searchable(document):
        return []
    named: list[Moment] = []
    bare: list[Moment] = []
    for text, element in islice(_short_lines(document), MAX_LINES):
        if date_share(text) < LEAST_SHARE or _OTHER_LINE.search(text) or _IN_FURNITURE(element):
            continue
        words = " ".join(islice(_words_about(element), 3)).lower()
        of: Of = "modified" if _UPDATED.search(words) and not _PUBLISHED.search(words) else "published"
        moments = list(reader.moments([text], "text", of))
        (named if _DATE_CLASS.search(words) or _PUBLISHED.search(words) else bare).extend(moments)
    if named:
        return named[:2]
    return bare if len({moment.value.date() for moment in bare}) == 1 else []


def _short_lines(document: Document) -> Iterator[tuple[str, HtmlElement]]:
    """The short texts of the page's body that may be dates, in its order, each with the element it is in or behind."""
    for body in document.root.iter("body"):
        for event, element in etree.iterwalk(body, events=("start", "end")):
            if event == "start":
                text = None if element.tag in ("script", "style") else element.text
            else:
                text = None if element is body else element.tail
            line = _as_line(text)
            if line and _DIGITS_OF_A_DATE.search(line):
                yield line, element
