"""When a story was published and modified: all the evidence of its page.

In: a Document, perhaps the paper's zone and the elements of headline and story. Out: Moments, best first. Evidence is
JSON-LD, meta tags, time elements and date lines near the headline, the credit line and the URL; a crawler adds what
feeds and sitemaps say. Dates of sidebars and related lists are no evidence: they speak of other stories. How a date is
read stands in notations, what is a date line in date_lines, how the right date is chosen in date_choice.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from datetime import datetime, timedelta, timezone, tzinfo
from functools import lru_cache
from itertools import islice
from typing import cast
from urllib.parse import urlsplit

from lxml import etree
from lxml.html import HtmlElement

from crawler.extraction.date_choice import Of, choose, order
from crawler.extraction.date_lines import Reader, in_state, lines_elsewhere, lines_near, said, zone_named
from crawler.extraction.document import Document
from crawler.extraction.linked_data import story_objects, strings
from crawler.extraction.nearby import around, is_searchable, text_up_to
from crawler.extraction.notations import parse_date, swap_day_and_month
from crawler.items import Moment

__all__ = ["choose", "credit_line", "evidence", "order", "parse_date"]

PUBLISHED_METAS = (
    "article:published_time", "article:published", "og:published_time", "og:article:published_time", "datepublished",
    "parsely-pub-date", "sailthru.date", "cxenseparse:recs:publishtime", "cxenseparse:publishtime", "publishdate",
    "publish-date", "publish_date", "publicationdate", "publication_date", "published", "pubdate", "pub_date",
    "dcterms.issued", "dc.date.issued", "dcterms.created", "dc.date.created", "dc.date", "dcterms.date", "date",
    "article_date_original", "article.published", "originalpublicationdate", "bt:pubdate", "ptime", "pdate",
    "iso-8601-publish-date", "article:post_date", "release_date", "displaydate", "citation_publication_date",
    "datecreated", "article:created", "created", "creation_date", "article.created", "dcterms.available",
    "vr:published_time",
)  # fmt: skip
MODIFIED_METAS = (
    "article:modified_time", "og:updated_time", "datemodified", "article:modified", "article:updated",
    "article.updated", "dcterms.modified", "dc.date.modified", "last-modified", "lastmod", "last_modified", "modified",
    "updated", "revision_date", "og:modified_time", "dateupdated", "date_modified", "utime", "mdate",
)  # fmt: skip
MAX_METAS = 200
MAX_NAME = 100  # characters of a meta's name
MEMORY = 4_096  # names of metas of which is remembered what they tell
MAX_PARAGRAPHS = 5_000
MAX_CREDIT = 300  # characters of a paragraph that is a credit line
LEAST_OFFSET, MOST_OFFSET = timedelta(hours=-11), timedelta(hours=14)  # of the lands where people live (tz database)
QUARTERS = {timedelta(minutes=minutes) for minutes in (345, 525, 765, 825)}  # Nepal, Eucla, the Chatham Islands

_KNOWN_METAS = {*PUBLISHED_METAS, *MODIFIED_METAS}
_TELLING_META = re.compile(
    r"^(?!.*(?:expir|event|valid|birth|until|embargo|unpublish|publisher))"
    r"(?:.*(?:publish|pub_?date|posted|issue_?date|insert_?date|regist)|(?P<modified>.*(?:modif|updat|revis)))"
)
_URL_DAY = re.compile(
    r"(?<!\d)((?:19|20)\d\d)([/_.-]?)(0[1-9]|1[0-2]|[1-9](?=\D))\2(0[1-9]|[12]\d|3[01]|[1-9](?!\d))(?!\d)"
)
# The day first: only where it can be no month.
_URL_DAY_FIRST = re.compile(r"(?<!\d)(1[3-9]|2\d|3[01])([/_.-])(0?[1-9]|1[0-2])\2((?:19|20)\d\d)(?!\d)")
_URL_MONTH_NAME = re.compile(r"/((?:19|20)\d\d)/([a-z]{3})/(\d{1,2})(?!\d)", re.IGNORECASE)
_CREDIT = re.compile(r"\bpublished (?:in|on|by)\s+(?:(?!\bpublished\b)[^\n]){0,120}?\b(?:19|20)\d\d\b", re.IGNORECASE)
_PAST_CREDIT = re.compile(r"(?:originally|first|previously|also)\s+published", re.IGNORECASE)
# Few are taken before the step to their elements: libxml2 compares each of these with all before it.
_DATED_ITEMS = etree.XPath(
    "(/descendant::*/@itemprop[.='datePublished' or .='dateModified'][not(parent::meta)])[position() <= 4]/parent::*"
)


# ---- evidence ----------------------------------------------------------------------------------
def evidence(
    document: Document,
    timezone: tzinfo | None = None,
    headline_element: HtmlElement | None = None,
    story_element: HtmlElement | None = None,
    language: str | None = "en",
) -> list[Moment]:
    """All dates the page gives for its story, published before modified, best first.

    timezone is the paper's, for evidence without an offset. headline_element and story_element are where the story's
    headline and body stand: date lines near them count; without them the first <h1> and the whole body are looked at.
    language: the story's, None for one that cannot be told but is not English: whether the day stands before the month.
    """
    reader = Reader(timezone, dayfirst=_is_dayfirst(document, language))
    if headline_element is None:
        headline_element = next(iter(document.tagged["h1"]), None)
    found = [*_linked(document, reader), *_metas(document, reader)]
    if not any(moment.of == "published" for moment in found) and is_searchable(document):
        found += _microdata(document, reader)
    if headline_element is not None:
        found += lines_near(around(document, headline_element), reader)
    found += _credit(story_element if story_element is not None else document.root, reader)
    if not any(moment.of == "published" for moment in found):
        found += in_state(document, reader) or lines_elsewhere(document, reader)
    found += _url(document, reader)
    found = _distinct(found)
    _settle_day_and_month(found, reader)
    if timezone is None:
        _settle_offsets(found, document)
    return order(found)


def _is_dayfirst(document: Document, language: str | None) -> bool:
    """Only American English, and papers that do not say which English, put the month first."""
    declared = (document.root.get("lang") or document.meta("og:locale", "content-language") or "").replace("_", "-")
    if declared.lower() not in ("en", "en-us", ""):
        return True
    return language != "en" and bool(language or declared)


def _linked(document: Document, reader: Reader) -> Iterator[Moment]:
    for item in story_objects(document)[:4]:
        yield from reader.moments(strings(item.get("datePublished")), "json-ld", "published")
        yield from reader.moments(strings(item.get("dateModified")), "json-ld", "modified")
        if not item.get("datePublished"):
            for name in ("uploadDate", "dateCreated"):
                yield from reader.moments(strings(item.get(name)), "json-ld", "published")


def _metas(document: Document, reader: Reader) -> Iterator[Moment]:
    """The dates of metas: those of known names in the order of their reliability, then those that their names tell."""
    names: tuple[tuple[Of, tuple[str, ...]], ...] = (("published", PUBLISHED_METAS), ("modified", MODIFIED_METAS))
    for of, group in names:
        for name in group:
            if name in document.metas:
                yield from reader.moments(document.metas[name][:2], "meta", of)
    for name, contents in islice(document.metas.items(), MAX_METAS):
        if told := _told_by(name[:MAX_NAME]):
            yield from reader.moments(contents[:1], "meta", told)


@lru_cache(maxsize=MEMORY)
def _told_by(name: str) -> Of | None:
    """What the name of a meta tells of its date, where it is none of the known ones."""
    told = None if name in _KNOWN_METAS else _TELLING_META.search(name)
    return None if told is None else "modified" if told["modified"] else "published"


def _microdata(document: Document, reader: Reader) -> Iterator[Moment]:
    for element in cast("list[HtmlElement]", _DATED_ITEMS(document.root)):
        of: Of = "published" if element.get("itemprop") == "datePublished" else "modified"
        yield from islice(reader.moments(said(element), "time", of), 1)


# ---- credit line and URL -----------------------------------------------------------------------
def credit_line(text: str, timezone: tzinfo | None = None) -> Moment | None:
    """The day a paper says it printed a story: 'Published in Dawn, July 26th, 2016', for any paper's name.

    text: the line, or a story that ends in it. None where it gives no whole date.
    """
    for match in reversed(list(_CREDIT.finditer(text))):
        if _PAST_CREDIT.search(text[max(0, match.start() - 12) : match.end()]):
            continue
        if parsed := parse_date(match[0], timezone):
            return Moment(parsed.value, "day", "credit-line", match[0].strip(), "published", parsed.zoned)
    return None


def _credit(story: HtmlElement, reader: Reader) -> Iterator[Moment]:
    for paragraph in islice(story.iter("p"), MAX_PARAGRAPHS):
        if _may_be_credit(paragraph):
            found = credit_line(text_up_to(paragraph, MAX_CREDIT), reader.timezone)
            if found:
                yield found


def _may_be_credit(paragraph: HtmlElement) -> bool:
    """Whether a paragraph, or the first element in it, or what follows that, begins as a credit line does."""
    texts = [paragraph.text]
    if len(paragraph):
        texts += [paragraph[0].text, paragraph[0].tail]
    return any(text.lstrip().startswith("Published in ") for text in texts if text)


def _url(document: Document, reader: Reader) -> Iterator[Moment]:
    for address in dict.fromkeys((document.canonical, document.url)):
        try:
            path = urlsplit(address).path if address else ""
        except ValueError:
            continue
        if match := _URL_DAY.search(path):
            yield from reader.moments([f"{match[1]}-{match[3]:0>2}-{match[4]:0>2}"], "url", "published")
        elif match := _URL_DAY_FIRST.search(path):
            yield from reader.moments([f"{match[4]}-{match[3]:0>2}-{match[1]}"], "url", "published")
        elif match := _URL_MONTH_NAME.search(path):
            yield from reader.moments([f"{match[3]} {match[2]} {match[1]}"], "url", "published")


# ---- what the evidence of a page says together -------------------------------------------------
def _distinct(moments: Iterable[Moment]) -> list[Moment]:
    seen: dict[tuple[datetime, str, str, str], Moment] = {}
    for moment in moments:
        seen.setdefault((moment.value, moment.precision, moment.source, moment.of), moment)
    return list(seen.values())


def _settle_day_and_month(moments: list[Moment], reader: Reader) -> None:
    """Read 11/01/2023 the other way round where only then it is a day that other evidence names."""
    swapped = {id(moment): swap_day_and_month(moment.text, moment.value) for moment in moments}
    sure = {moment.value.date() for moment in moments if swapped[id(moment)] is None}
    for moment in moments:
        other = swapped[id(moment)]
        if other is not None and other.date() in sure and moment.value.date() not in sure:
            moment.value = other


def _settle_offsets(moments: list[Moment], document: Document) -> None:
    """Where the paper's zone is unknown, let its page tell: machines write UTC, readers are shown the local time.

    A local time beside the same instant in UTC gives the offset, as does any zoned evidence; an instant in UTC is then
    given in it, and local times are put into it. Where the page shows only a day, the least offset that makes the
    instant fall on it is taken; where it shows nothing, the zone that its scripts name.
    """
    instants = [moment for moment in moments if moment.zoned and moment.precision != "day"]
    offset = _offset_shown(moments, instants)
    zone = timezone(offset) if offset is not None else zone_named(document) if instants else None
    if zone is None:
        return
    for moment in moments:
        if not moment.zoned:
            moment.value = _plain_offset(moment.value.replace(tzinfo=zone))
        elif not moment.value.utcoffset() and moment.precision != "day":
            moment.value = _plain_offset(moment.value.astimezone(zone))


def _plain_offset(value: datetime) -> datetime:
    return value.replace(tzinfo=timezone(value.utcoffset() or timedelta()))


def _offset_shown(moments: list[Moment], instants: list[Moment]) -> timedelta | None:
    for moment in instants:
        if offset := moment.value.utcoffset():
            return offset
    for local in (moment for moment in moments if not moment.zoned and moment.precision != "day"):
        gaps = [(local.value.replace(second=0) - moment.value.replace(second=0), moment.of) for moment in instants]
        if (timedelta(), local.of) in gaps:  # it repeats the instant, in UTC
            continue
        if offset := next((gap for gap, _ in gaps if gap and _is_kept(gap)), None):
            return offset
    return _offset_of_day(moments, instants)


def _is_kept(offset: timedelta) -> bool:
    """Whether clocks of any land are set by an offset."""
    return LEAST_OFFSET <= offset <= MOST_OFFSET and (not offset % timedelta(minutes=30) or offset in QUARTERS)


def _offset_of_day(moments: list[Moment], instants: list[Moment]) -> timedelta | None:
    published = next((moment for moment in instants if moment.of == "published"), None)
    shown = [m for m in moments if m.of == "published" and m.precision == "day" and m.source in ("time", "text", "url")]
    if published is None or not shown:
        return None
    days = {(moment.value.date() - published.value.date()).days for moment in shown}
    offset = timedelta(hours=24 - published.value.hour if days == {1} else -published.value.hour - 1)
    return offset if days in ({1}, {-1}) and _is_kept(offset) else None
