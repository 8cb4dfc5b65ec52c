"""A page that a crawler has already flattened to text, divided by what its lines say.

In: the lines of one page, no markup. Out: the story (headline, byline, dates, body, credit line) and the sidebars after
it. The rules are of form only: a credit line ends a story, a heading such as 'Editorial' followed by entries is a
sidebar, a run of lines that break off in dots is a list of teasers, a name above a time is a reader's comment.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from datetime import tzinfo
from typing import Literal

from crawler.extraction import dates
from crawler.extraction.text import SENTENCE_END, dateline, is_credit_line, take_credit_line, without_furniture
from crawler.items import Moment, Sidebar, SidebarEntry, SidebarRole, Story

HEADER_LINES = 8  # masthead, headline, byline and date stand within the first lines of a page, or not at all
HEADLINE_LENGTH = 200
MAX_BYLINE = 60
MAX_STANDFIRST = 1  # sentences between headline and date; more of them are a short story with comments below
TITLE_LENGTH = 90
MIN_TEASERS = 3  # fewer lines that break off are a story's own style, not a list
TEASER_LENGTH = range(40, 200)
LONG_TEASER = 80  # characters: a paragraph that a story itself lets trail off is shorter

# Headings as papers print them above a sidebar; a line is one only if it is nothing else.
HEADINGS: dict[str, SidebarRole] = {
    "editorial": "editorial",
    "editorials": "editorial",
    "اداریہ": "editorial",
    "opinion": "opinion",
    "opinions": "opinion",
    "columns": "opinion",
    "کالم": "opinion",
    "most read": "most-read",
    "most popular": "most-read",
    "popular": "most-read",
    "must read": "most-read",
    "trending": "most-read",
    "trending now": "most-read",
    "latest": "latest",
    "latest news": "latest",
    "latest stories": "latest",
    "تازہ ترین": "latest",
    "related": "related",
    "related news": "related",
    "related stories": "related",
    "read more": "related",
    "more from this section": "related",
}

_MONTH = (
    r"(?:Jan(?:uary)?|Feb(?:ruary)?|Mar(?:ch)?|Apr(?:il)?|May|June?|July?|Aug(?:ust)?|Sept?(?:ember)?|Oct(?:ober)?"
    r"|Nov(?:ember)?|Dec(?:ember)?)\.?"
)
_DAY = r"\d{1,2}(?:st|nd|rd|th)?"
_DATE = rf"(?:{_DAY}\s+{_MONTH},?\s+\d{{4}}|{_MONTH}\s+{_DAY}\s*,?\s+\d{{4}}|\d{{4}}-\d\d-\d\d)"
_TIME = r"(?:\s*,?\s*\d{1,2}:\d\d(?::\d\d)?\s*(?:[ap]\.?m\.?)?)"
_MARKED_DATE = rf"(?:(?P<mark>Published|Updated|Last updated|Posted)\s*)?(?P<date>{_DATE}{_TIME}?)"

_MASTHEAD = re.compile(rf"(?:[A-Z0-9-]+\.)+[A-Z]{{2,}}|[^|]{{1,40}}\|\s*{_DATE}")
_HEADER_DATE = re.compile(_MARKED_DATE, re.IGNORECASE)
_HEADER = re.compile(
    rf"(?P<byline>.*?)\s*(?P<dates>(?:{re.sub('[?]P<[a-z]+>', '?:', _MARKED_DATE)}\s*)+)", re.IGNORECASE
)
_INDEX_TEASER = re.compile(rf".*\S\s(?:Published|Updated|Posted)\s+{_DATE}{_TIME}?", re.IGNORECASE)
_ENTRY_DATE = re.compile(rf"(?P<updated>Updated\s+)?(?P<date>{_DATE}){_TIME}?", re.IGNORECASE)
_COMMENT_TIME = re.compile(rf"{_DATE}{_TIME}", re.IGNORECASE)
_AFTER_STORY = re.compile(
    r"Read Comments|Comments \(\d+\)(?: Closed)?|.{1,200} Next Story|On a mobile phone\?.*", re.IGNORECASE
)
_PHOTO_CREDIT = re.compile(r".{3,300}(?:[—–]|--?)\s?[^.—–]{2,40}")
_ELLIPSIS = re.compile(r"(?:\.\s?){3,}$|…$")


@dataclass(slots=True)
class Divided:
    """The parts of a flattened page; story is None with a reason where the text holds none."""

    story: Story | None
    sidebars: list[Sidebar]
    reason: str | None = None


@dataclass(slots=True)
class _Header:
    headline: str | None = None
    authors: list[str] = field(default_factory=list)
    dates: list[Moment] = field(default_factory=list)


def divide(text: str, timezone: tzinfo | None = None) -> Divided:
    """Divide a flattened page. timezone: of the paper, for dates without an offset."""
    lines = [line for line in (" ".join(raw.split()) for raw in text.splitlines()) if line]
    if not lines:
        return Divided(None, [], "empty")
    if _is_index(lines):
        return Divided(None, [], "a list of stories, no story")
    lines, sidebars = _take_sidebars(lines)
    if not sidebars:
        lines, sidebars = _take_teasers(lines)
    header, lines = _take_header(lines, timezone)
    lines, credit_line, printed = take_credit_line(lines, timezone)
    body = without_furniture(_without_captions(_without_comments(lines)))
    if not body:
        return Divided(None, sidebars, "no paragraph of a story")
    story = Story(
        headline=header.headline,
        body="\n".join(body),
        authors=header.authors,
        credit_line=credit_line,
        dateline=dateline(body[0], header.headline),
        dates=header.dates,
    )
    if printed:
        story.dates.append(printed)
    return Divided(story, sidebars)


# ---- sidebars ----------------------------------------------------------------------------------------------------


def _take_sidebars(lines: list[str]) -> tuple[list[str], list[Sidebar]]:
    """The lines before the first sidebar heading, and the sidebars from there on. An empty heading gives none."""
    for start, line in enumerate(lines):
        if _heading(line) and start and _opens_a_sidebar(lines, start):
            return lines[:start], _sidebars(lines[start:])
    if len(lines) > 1 and _is_cut_heading(lines[-1]) and SENTENCE_END.search(lines[-2]):
        return lines[:-1], []
    return lines, []


def _heading(line: str) -> SidebarRole | None:
    return HEADINGS.get(line.casefold())


def _opens_a_sidebar(lines: list[str], at: int) -> bool:
    """A heading, or headings, that entries follow; or that end the page (which may have been cut there)."""
    after = at
    while after < len(lines) and _heading(lines[after]):
        after += 1
    if after == len(lines) or _entry_at(lines, after):
        return True
    # A page cut inside its next heading or its first entry: the beginning of a title or of a date is left.
    cut_heading = after == len(lines) - 1 and _is_cut_heading(lines[after])
    ends_page = after == len(lines) - 1 or (after == len(lines) - 2 and lines[after].startswith(lines[after + 1]))
    cut_title = ends_page and (after - at > 1 or _ends_a_story(lines[at - 1]) or _is_title(lines[after]))
    cut_date = after == len(lines) - 2 and bool(re.match(r"Updated |\d{1,2} |Up?d?a?t?e?d?$|\d$", lines[after + 1]))
    return cut_heading or cut_title or cut_date


def _is_cut_heading(line: str) -> bool:
    return any(heading.startswith(line.casefold()) for heading in ("opinion", "editorial")) and line[0].isupper()


def _is_title(line: str) -> bool:
    """A short line that ends in no full stop: below 'Opinion' it is the first entry's title, or the beginning of it."""
    return len(line) <= TITLE_LENGTH and not SENTENCE_END.search(line)


def _ends_a_story(line: str) -> bool:
    return bool(is_credit_line(line) or _AFTER_STORY.fullmatch(line))


def _sidebars(lines: list[str]) -> list[Sidebar]:
    found: list[Sidebar] = []
    at = 0
    while at < len(lines):
        role = _heading(lines[at])
        entry = _entry_at(lines, at)
        if role and not entry:
            found.append(Sidebar(heading=lines[at], role=role))
            at += 1
        elif entry:
            parsed, used = entry
            parsed.position = len(found[-1].entries) + 1
            found[-1].entries.append(parsed)
            at += used
        else:
            at += 1  # a line between entries, or the beginning of a title where the page was cut
    return [sidebar for sidebar in found if sidebar.entries]


def _entry_at(lines: list[str], at: int) -> tuple[SidebarEntry, int] | None:
    """The entry that begins at a line, and how many lines it has: title, date if any, title again, teaser if any."""
    title = lines[at]
    dated = _ENTRY_DATE.fullmatch(lines[at + 1]) if at + 1 < len(lines) else None
    after = at + (2 if dated else 1)
    repeated = after < len(lines) and _same(lines[after], title)
    if not dated and not repeated:
        return None
    if repeated:
        title = max(lines[after], title, key=len)
        after += 1
    elif after == len(lines) - 1 and title.startswith(lines[after]):
        after += 1  # the page was cut inside the repeated title
    entry = SidebarEntry(position=0, headline=title)
    if dated:
        day = dates.parse_date(dated["date"])
        entry.dated = day.value.date().isoformat() if day else None
        entry.updated = bool(dated["updated"])
    if after < len(lines) and not _heading(lines[after]) and not _starts_entry(lines, after):
        entry.teaser = lines[after]
        after += 1
    return entry, after - at


def _starts_entry(lines: list[str], at: int) -> bool:
    if at + 1 >= len(lines):
        return False
    return bool(_ENTRY_DATE.fullmatch(lines[at + 1])) or _same(lines[at], lines[at + 1])


def _same(one: str, other: str) -> bool:
    """Equal but for case and the form of quotation marks: a picture's alternative text is typed by another hand."""
    return re.sub(r"[\W_]+", "", one).casefold() == re.sub(r"[\W_]+", "", other).casefold() != ""


def _take_teasers(lines: list[str]) -> tuple[list[str], list[Sidebar]]:
    """A run of teasers at the page's end, with no heading, date or title: lines that break off in dots."""
    start, broken_off = len(lines), 0
    while start > 1:
        line = lines[start - 1]
        follows_teaser = bool(_ELLIPSIS.search(lines[start - 2]))
        cut_page = start == len(lines) and (follows_teaser or not SENTENCE_END.search(line))
        if len(line) not in TEASER_LENGTH and not (cut_page and len(line) < TEASER_LENGTH.stop):
            break
        whole_sentence = follows_teaser and broken_off
        if not (_ELLIPSIS.search(line) or cut_page or whole_sentence):
            break
        broken_off += bool(_ELLIPSIS.search(line))
        start -= 1
    if broken_off < MIN_TEASERS and not _is_cut_list(lines[:start], lines[start:]):
        return lines, []
    entries = [SidebarEntry(position=n, teaser=line) for n, line in enumerate(lines[start:], 1)]
    return lines[:start], [Sidebar(heading=None, role="other", entries=entries)]


def _is_cut_list(before: list[str], lines: list[str]) -> bool:
    """Whether lines that break off are a list that the page's end cut short: two long ones, or one that opens another
    story with a dateline of its own, below whole sentences."""
    broken_off = [line for line in lines if _ELLIPSIS.search(line) and len(line) >= LONG_TEASER]
    whole = any(SENTENCE_END.search(line) and not _ELLIPSIS.search(line) for line in before)
    return whole and (len(broken_off) > 1 or any(dateline(line) for line in broken_off))


# ---- the story's head --------------------------------------------------------------------------------------------


def _take_header(lines: list[str], timezone: tzinfo | None) -> tuple[_Header, list[str]]:
    """Masthead, headline, byline and dates off the top; what is left is body."""
    header = _Header()
    while lines and _MASTHEAD.fullmatch(lines[0]):
        lines = lines[1:]
    dated = _header_end(lines[:HEADER_LINES], timezone)
    if dated is None:
        if len(lines) > 1 and _is_headline(lines[0]):
            header.headline, lines = lines[0], lines[1:]
        return header, lines
    byline, header.dates = _header_dates(lines[dated], timezone) or ("", [])
    before, lines = lines[:dated], lines[dated + 1 :]
    while lines and (more := _header_dates(lines[0], timezone)) and not more[0]:
        header.dates += more[1]
        lines = lines[1:]
    if before:
        header.headline = before[0]
        byline = byline or _byline(before[1:])
    elif len(lines) > 1 and _is_headline(lines[0]):
        header.headline, lines = lines[0], lines[1:]
    byline = byline.partition("|")[0].strip()  # 'A. Reporter | Dawn.com'
    header.authors = [byline] if byline and not _heading(byline) and not byline.lower().startswith("from the ") else []
    return header, lines


def _byline(between: list[str]) -> str:
    """The last line between headline and dates, where it is short enough for a name and no sentence."""
    last = between[-1] if between else ""
    return last if len(last) <= MAX_BYLINE and not SENTENCE_END.search(last) else ""


def _header_end(lines: list[str], timezone: tzinfo | None) -> int | None:
    """Where the line with the header's dates stands; None where there is none, or the story comes before it."""
    for at, line in enumerate(lines):
        sentences = sum(bool(SENTENCE_END.search(before)) for before in lines[:at])
        if _is_paragraph(line) or is_credit_line(line) or sentences > MAX_STANDFIRST:
            return None
        if _header_dates(line, timezone):
            return at
    return None


def _header_dates(line: str, timezone: tzinfo | None) -> tuple[str, list[Moment]] | None:
    """(byline, dates) of a line that ends in one or two dates: 'A. ReporterAugust 30, 2018'."""
    if len(line) > HEADLINE_LENGTH:
        return None
    match = _HEADER.fullmatch(line)
    if not match or SENTENCE_END.search(match["byline"]):
        return None
    found = []
    for dated in _HEADER_DATE.finditer(match["dates"]):
        parsed = dates.parse_date(dated["date"], timezone)
        if parsed:
            of: Literal["published", "modified"] = (
                "modified" if "updated" in (dated["mark"] or "").lower() else "published"
            )
            found.append(Moment(parsed.value, parsed.precision, "text", dated.group().strip(), of, parsed.zoned))
    return (match["byline"].strip(" |,-"), found) if found else None


def _is_paragraph(line: str) -> bool:
    return len(line) > HEADLINE_LENGTH or bool(dateline(line))


def _is_headline(line: str) -> bool:
    return len(line) <= HEADLINE_LENGTH and not SENTENCE_END.search(line) and not dateline(line)


# ---- the story's end and its noise -------------------------------------------------------------------------------


def _without_comments(lines: list[str]) -> list[str]:
    """What stands before the first comment (a name, then a time) or the first line that only ever follows a story."""
    for at, line in enumerate(lines):
        if _AFTER_STORY.fullmatch(line):
            return lines[:at]
        if at and _COMMENT_TIME.fullmatch(line) and len(lines[at - 1]) <= 60:
            return lines[: at - 1]
    return lines


def _without_captions(lines: list[str]) -> list[str]:
    """Captions stand twice (a picture's alternative text, then its caption), or above the story with a credit."""
    kept: list[str] = []
    at = 0
    while at < len(lines):
        if at + 1 < len(lines) and lines[at] == lines[at + 1]:
            at += 2
        elif not kept and at + 1 < len(lines) and _PHOTO_CREDIT.fullmatch(lines[at]) and not dateline(lines[at]):
            at += 1
        else:
            kept.append(lines[at])
            at += 1
    return kept


def _is_index(lines: list[str]) -> bool:
    """A page of titles and teasers, most teasers ending in a date of their own."""
    dated = sum(bool(_INDEX_TEASER.fullmatch(line)) for line in lines)
    return dated >= MIN_TEASERS and dated * 3 >= len(lines)
