"""When a story was published and modified: all evidence of its page, and the choice among it.

In: a Document, perhaps the paper's zone and the elements of headline and story. Out: Moments, best first. Evidence is
JSON-LD, meta tags, time elements and visible text near the headline, the credit line and the URL; a crawler adds what
feeds and sitemaps say. Dates of sidebars and related lists are no evidence: they speak of other stories.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from datetime import datetime, timedelta, timezone, tzinfo
from itertools import islice
from typing import Literal
from urllib.parse import urlsplit

from lxml.html import HtmlElement

from crawler.extraction.document import Document
from crawler.extraction.linked_data import story_objects, strings
from crawler.extraction.notations import ParsedDate, parse_date
from crawler.items import Moment

__all__ = ["choose", "credit_line", "evidence", "order", "parse_date"]

Of = Literal["published", "modified"]

# The reliability of a source for the day of publication, best first.
RANK = {
    source: rank
    for rank, source in enumerate(("json-ld", "meta", "time", "credit-line", "text", "feed", "sitemap", "url"))
}
PUBLISHED_METAS = (
    "article:published_time", "article:published", "og:published_time", "og:article:published_time", "datepublished",
    "parsely-pub-date", "sailthru.date", "cxenseparse:recs:publishtime", "cxenseparse:publishtime", "publishdate",
    "publish-date", "publish_date", "publicationdate", "publication_date", "published", "pubdate", "pub_date",
    "dcterms.issued", "dc.date.issued", "dcterms.created", "dc.date.created", "dc.date", "dcterms.date", "date",
    "article_date_original", "article.published", "originalpublicationdate", "bt:pubdate", "ptime", "pdate",
    "iso-8601-publish-date", "article:post_date", "release_date", "displaydate", "citation_publication_date",
    "datecreated", "article:created", "created", "creation_date", "article.created",
    "dcterms.available", "vr:published_time",
)  # fmt: skip
MODIFIED_METAS = (
    "article:modified_time", "og:updated_time", "datemodified", "article:modified", "article:updated",
    "article.updated",
    "dcterms.modified", "dc.date.modified", "last-modified", "lastmod", "last_modified", "modified", "updated",
    "revision_date", "og:modified_time", "dateupdated", "date_modified", "utime", "mdate",
)  # fmt: skip
NEAR_AFTER = 160  # elements after the headline in which its date line stands
NEAR_BEFORE = 40
MAX_DATE_TEXT = 120  # characters of a date line
OLDEST_PAGE = 1990  # the first web page's year: instants before it are defaults of clocks and databases
FUTURE_SLACK = timedelta(hours=26)  # a day in the earliest zone is dated before the capture's UTC day begins

_UPDATED = re.compile(
    r"updat|modif|edited|revis|last change|aktuali[sz]|geändert|stand:|mis à jour|màj|maj |actualizad|aggiornat"
    r"|atualizad|bijgewerkt|gewijzigd|oppdatert|uppdaterad|opdateret|päivitetty|güncel|обновл|изменен|оновлен"
    r"|تحديث|تازہ|更新|수정|업데이트",
    re.IGNORECASE,
)
_URL_DAY = re.compile(
    r"(?<!\d)((?:19|20)\d\d)([/_.-]?)(0[1-9]|1[0-2]|[1-9](?=\D))\2(0[1-9]|[12]\d|3[01]|[1-9](?!\d))(?!\d)"
)
_URL_MONTH_NAME = re.compile(r"/((?:19|20)\d\d)/([a-z]{3})/(\d{1,2})(?!\d)", re.IGNORECASE)
_CREDIT = re.compile(r"\bpublished (?:in|on|by)\s+(?:(?!\bpublished\b)[^\n\d]){0,100}\d[^\n.]{0,16}", re.IGNORECASE)
_PAST_CREDIT = re.compile(r"(?:originally|first|previously|also)\s+published", re.IGNORECASE)


# ---- evidence ----------------------------------------------------------------------------------
def evidence(
    document: Document,
    timezone: tzinfo | None = None,
    headline_element: HtmlElement | None = None,
    story_element: HtmlElement | None = None,
) -> list[Moment]:
    """All dates the page gives for its story, published before modified, best first.

    timezone is the paper's, for evidence without an offset. headline_element and story_element are where the story's
    headline and body stand: date lines near them count; without them the first <h1> and the whole body are looked at.
    """
    reader = _Reader(timezone, dayfirst=_is_dayfirst(document))
    if headline_element is None:
        headline_element = next(document.root.iter("h1"), None)
    found = [*_linked(document, reader), *_metas(document, reader), *_microdata(document, reader)]
    found += _date_line(headline_element, reader)
    found += _credit(story_element if story_element is not None else document.root, reader)
    found += _url(document, reader)
    return order(_share_offsets(_distinct(found), timezone))


class _Reader:
    """Makes Moments of texts by the page's way of writing dates."""

    def __init__(self, timezone: tzinfo | None, dayfirst: bool) -> None:
        self.timezone = timezone
        self.dayfirst = dayfirst

    def moment(self, text: str, source: str, of: Of) -> Moment | None:
        parsed = parse_date(text, self.timezone, dayfirst=self.dayfirst)
        return _moment(parsed, source, text, of) if parsed and parsed.value.year >= OLDEST_PAGE else None

    def moments(self, texts: Iterable[str], source: str, of: Of) -> Iterator[Moment]:
        for text in texts:
            if found := self.moment(text, source, of):
                yield found


def _moment(parsed: ParsedDate, source: str, text: str, of: Of) -> Moment:
    return Moment(parsed.value, parsed.precision, source, " ".join(text.split())[:200], of, parsed.zoned)


def _is_dayfirst(document: Document) -> bool:
    """Only American English, and papers that do not say which English, put the month first."""
    declared = (document.root.get("lang") or document.meta("og:locale") or "").replace("_", "-").lower()
    return declared not in ("en", "en-us", "")


def _linked(document: Document, reader: _Reader) -> Iterator[Moment]:
    for item in story_objects(document)[:4]:
        yield from reader.moments(strings(item.get("datePublished")), "json-ld", "published")
        yield from reader.moments(strings(item.get("dateModified")), "json-ld", "modified")
        if not item.get("datePublished"):
            for name in ("uploadDate", "dateCreated"):
                yield from reader.moments(strings(item.get(name)), "json-ld", "published")


def _metas(document: Document, reader: _Reader) -> Iterator[Moment]:
    for of, names in (("published", PUBLISHED_METAS), ("modified", MODIFIED_METAS)):
        for name in names:
            yield from reader.moments(document.metas.get(name, ())[:2], "meta", of)  # type: ignore[arg-type]


def _microdata(document: Document, reader: _Reader) -> Iterator[Moment]:
    for element in islice(document.root.iterfind(".//*[@itemprop]"), 200):
        name = (element.get("itemprop") or "").lower()
        if name in ("datepublished", "datemodified") and element.tag != "meta":
            of: Of = "published" if name == "datepublished" else "modified"
            yield from reader.moments(_said(element)[:1], "time", of)


def _said(element: HtmlElement) -> list[str]:
    """The texts of an element that may hold its date, the machine's first."""
    texts = [element.get("datetime"), element.get("content"), element.get("title"), element.text_content()]
    return [text for text in texts if text and any(character.isdecimal() for character in text)]


# ---- date lines near the headline --------------------------------------------------------------
def _date_line(headline: HtmlElement | None, reader: _Reader) -> Iterator[Moment]:
    """Dates in time elements and in short texts around the headline."""
    if headline is None:
        return
    label = ""
    for element in _around(headline):
        if not isinstance(element.tag, str) or element.tag in ("script", "style", "noscript", "h1"):
            continue
        for text in (element.text, element.tail if element.getparent() is not None else None):
            label = (text or "").strip() or label
        if element.tag == "time" or element.get("datetime"):
            yield from _time_element(element, label, reader)
        elif element.text and len(element.text) <= MAX_DATE_TEXT:
            yield from _line(element.text, label, reader)


def _around(headline: HtmlElement) -> Iterator[HtmlElement]:
    return islice(_following(headline), NEAR_AFTER)


def _following(element: HtmlElement) -> Iterator[HtmlElement]:
    """The elements after this one, in the page's order."""
    current: HtmlElement | None = element
    while current is not None:
        for sibling in current.itersiblings():
            yield from sibling.iter()
        current = current.getparent()


def _time_element(element: HtmlElement, label: str, reader: _Reader) -> Iterator[Moment]:
    said = _said(element)
    context = f"{element.get('class') or ''} {label} {said[-1] if said else ''}"
    of: Of = "modified" if _UPDATED.search(context) else "published"
    for text in said:
        if found := reader.moment(text, "time", of):
            yield found
            return


def _line(text: str, label: str, reader: _Reader) -> Iterator[Moment]:
    if not any(character.isdecimal() for character in text):
        return
    of: Of = "modified" if _UPDATED.search(f"{label} {text}") else "published"
    if found := reader.moment(text, "text", of):
        yield found


# ---- credit line and URL -----------------------------------------------------------------------
def credit_line(text: str, timezone: tzinfo | None = None) -> Moment | None:
    """The day a paper says it printed a story: 'Published in Dawn, July 26th, 2016', for any paper's name.

    text: the line, or a story that ends in it. None where it gives no whole date.
    """
    for match in reversed(list(_CREDIT.finditer(text))):
        if _PAST_CREDIT.search(text[max(0, match.start() - 12) : match.end()]):
            continue
        if parsed := parse_date(match[0], timezone):
            line = match[0].strip()
            return Moment(parsed.value, "day", "credit-line", line, "published", parsed.zoned)
    return None


def _credit(story: HtmlElement, reader: _Reader) -> Iterator[Moment]:
    for text in story.xpath(".//p//text()[contains(., 'ublished in ')]"):
        if text.strip().lower().startswith("published in ") and (found := credit_line(text, reader.timezone)):
            yield found


def _url(document: Document, reader: _Reader) -> Iterator[Moment]:
    for address in dict.fromkeys((document.canonical, document.url)):
        path = urlsplit(address).path if address else ""
        if match := _URL_DAY.search(path):
            yield from reader.moments([f"{match[1]}-{match[3]:0>2}-{match[4]:0>2}"], "url", "published")
        elif match := _URL_MONTH_NAME.search(path):
            yield from reader.moments([f"{match[3]} {match[2]} {match[1]}"], "url", "published")


# ---- what evidence says together ---------------------------------------------------------------
def _distinct(moments: Iterable[Moment]) -> list[Moment]:
    seen: dict[tuple[datetime, str, str, str], Moment] = {}
    for moment in moments:
        seen.setdefault((moment.value, moment.precision, moment.source, moment.of), moment)
    return list(seen.values())


def _share_offsets(moments: list[Moment], zone: tzinfo | None) -> list[Moment]:
    """Where the paper's zone is unknown, evidence without an offset gets the one all zoned evidence of the page has."""
    if zone is not None:
        return moments
    offsets = {moment.value.utcoffset() for moment in moments if moment.zoned and moment.precision != "day"}
    if len(offsets) == 1 and (offset := offsets.pop()):
        for moment in moments:
            if not moment.zoned:
                moment.value = moment.value.replace(tzinfo=timezone(offset))
    return moments


# ---- choice ------------------------------------------------------------------------------------
def order(moments: Iterable[Moment], captured_at: datetime | None = None) -> list[Moment]:
    """All evidence, published before modified, best first; what cannot be true stands last."""
    return sorted(
        moments,
        key=lambda m: (
            m.of != "published",
            not _plausible(m, captured_at),
            RANK.get(m.source, len(RANK)),
            m.precision == "day",
        ),
    )


def choose(moments: Iterable[Moment], of: Of = "published", captured_at: datetime | None = None) -> Moment | None:
    """The best evidence of one of the story's dates, or None where none can be true."""
    for moment in order(moments, captured_at):
        if moment.of == of and _plausible(moment, captured_at):
            return moment
    return None


def _plausible(moment: Moment, captured_at: datetime | None) -> bool:
    if captured_at is not None and moment.value > captured_at + (
        FUTURE_SLACK if not moment.zoned else timedelta(hours=1)
    ):
        return False
    return moment.value.year >= OLDEST_PAGE
