"""A page's bytes to a parsed Document: decoded by what the page and its header say, parsed once, its head read.

Everything else in extraction reads the Document; nothing parses the page again.
"""

from __future__ import annotations

import codecs
import json
import re
import threading
from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import partial
from itertools import islice
from typing import Any, cast
from urllib.parse import urljoin

from lxml import etree
from lxml.html import HtmlElement
from w3lib.encoding import html_to_unicode

MAX_TAGS = 1_000_000  # a page with more is none: of 2,000 real ones, that with the most has 20,000
SHORTEST_TAG = 3  # bytes
MAX_LINKED_DATA = 2_000_000  # characters of JSON-LD read in one script: the largest seen on a news page is far below
MAX_LINKED_DEPTH = 32
MAX_LINKED_SCRIPTS = 500  # of one page: of 2,000 real ones, that with the most has 31
TAGGED = ("base", "link", "meta", "script", "title", "h1", "h2", "h3")  # what several rooms look for on the whole page
SNIFFED = range(
    128, 2048
)  # characters looked at to tell text from other data; of fewer, a few unprintable ones tell nothing
UNDECLARED = "cp1252"  # WHATWG's default encoding of western pages
MAX_RUN = 1.5  # mean length of runs of such bytes in western text; in other scripts words are made of them
PIECE = 16_384  # bytes decoded at a time where only whether they can be is asked: that stays in the processor's cache
MAX_UNPRINTABLE = 0.1  # their share that may be no printable characters; a picture's is about a third

# What urljoin, at 20 times the cost, would give back as it is, or behind the base's origin.
_QUERY = r"(?:\?[\w%.,:;@!$&'()*+=~/-]+)?"
_PLAIN_URL = re.compile(
    rf"https?://[a-z0-9.-]+(?::\d+)?(?:/[\w%.,:;@!$&'()*+=~/-]*[\w%/])?{_QUERY}",
    re.ASCII,
)
_PLAIN_PATH = re.compile(rf"(?:/[\w%,:@!$&'()*+=~-][\w%.,:@!$&'()*+=~-]*)+/?{_QUERY}", re.ASCII)
_ORIGIN = re.compile(r"https?://[a-z0-9.-]+(?::\d+)?(?=[/?#]|$)", re.ASCII)
_WRAPPING = re.compile(r"^\s*(?:<!--|//\s*<!\[CDATA\[|<!\[CDATA\[)|(?:-->|//\s*\]\]>|\]\]>)\s*;?\s*$")
_COMMA_TOO_MANY = re.compile(r",(\s*[}\]])")
_FOREIGN = re.compile("[^\x00-\x7f]+")
_UNPRINTABLE = re.compile("[\x01-\x08\x0e-\x1f\x7f\ufffd]")


class NotADocument(ValueError):
    """The bytes hold no HTML element; the message says what they look like instead."""


class _Parsers(threading.local):
    """Each thread's parser of UTF-8: one for each page would take a twentieth of the parsing's time to make."""

    def __init__(self) -> None:
        # Pages are decoded already: an encoding declared in one must not be applied a second time.
        self.own = etree.HTMLParser(
            encoding="utf-8", recover=True, remove_comments=True, remove_pis=True, collect_ids=False
        )
        # lxml.html's own parser asks a Python function for the class of each element it hands out: a tenth of all time.
        self.own.set_element_class_lookup(etree.ElementDefaultClassLookup(element=HtmlElement))


_parsers = _Parsers()


@dataclass(slots=True)
class Document:
    """root: the parsed <html>. url: where the page was. base: what its links are relative to. metas: contents of
    <meta> by lower-cased name, property or itemprop. linked_data: every JSON-LD object, nested ones too, in the
    page's order. canonical: the page's own canonical link, absolute, as it stands there. tagged: the elements of each
    of the tags TAGGED, in the page's order. links: its links and main headings, <a> and <h1>, in its order. known: what
    the rooms of extraction have found out once and ask for again, by the name of the finder."""

    root: HtmlElement
    url: str
    base: str
    metas: dict[str, list[str]]
    linked_data: list[dict[str, Any]]
    canonical: str | None
    tagged: dict[str, list[HtmlElement]]
    links: list[HtmlElement]
    known: dict[str, Any] = field(default_factory=dict)
    origin: str = field(init=False)  # what a path from the root is put behind; empty where base has none that is plain

    def __post_init__(self) -> None:
        match = _ORIGIN.match(self.base)
        self.origin = match[0] if match else ""

    def meta(self, *names: str) -> str | None:
        """The first non-empty content of the named metas, in the order of the names."""
        for name in names:
            for content in self.metas.get(name, ()):
                if content.strip():
                    return content.strip()
        return None

    @property
    def says_article(self) -> bool:
        """Whether the page's metas call it an article, or say when it was published."""
        kinds = (kind.lower() for kind in self.metas.get("og:type", ()))
        return any("article" in kind for kind in kinds) or bool(self.meta("article:published_time"))

    def link(self, href: str | None) -> str | None:
        """href as an absolute http or https URL, or None where it is none."""
        if href and self.origin and _PLAIN_PATH.fullmatch(href):
            return self.origin + href
        return _absolute(href, self.base)


def _absolute(href: str | None, base: str) -> str | None:
    if not href:
        return None
    href = href.strip()
    if _PLAIN_URL.fullmatch(href):
        return href
    try:
        url = urljoin(base, href)
    except ValueError:
        return None
    return url if url.startswith(("http://", "https://")) else None


def parse(html: bytes | str, url: str, content_type: str | None = None) -> Document:
    """Read a page. content_type is its HTTP header, of which the charset is used. Raises NotADocument."""
    markup = _in_utf8(html, content_type)
    if b"<" not in markup:
        raise NotADocument("no markup" if markup.decode().strip() else "empty")
    if len(markup) > MAX_TAGS * SHORTEST_TAG and markup.count(b"<") > MAX_TAGS:
        raise NotADocument(f"more than {MAX_TAGS:,} tags, as no news page has")
    root = _root(markup)
    tagged: dict[str, list[HtmlElement]] = {tag: [] for tag in TAGGED}
    links: list[HtmlElement] = []
    for element in root.iter("a", *TAGGED):
        tag = element.tag
        if tag == "a":
            links.append(element)
            continue
        tagged[tag].append(element)
        if tag == "h1":
            links.append(element)
    document = Document(
        root=root,
        url=url,
        base=next((_absolute(base.get("href"), url) for base in tagged["base"]), None) or url,
        metas=_metas(tagged["meta"]),
        linked_data=_linked_data(tagged["script"]),
        canonical=None,
        tagged=tagged,
        links=links,
    )
    document.canonical = _canonical(document, tagged["link"])
    return document


def _root(markup: bytes) -> HtmlElement:
    try:
        root = cast("HtmlElement | None", etree.fromstring(markup, _parsers.own))
    except etree.XMLSyntaxError as error:
        raise NotADocument(str(error) or "no elements") from error
    if root is None:
        raise NotADocument("Document is empty")
    return root


def readable(content: bytes | str, content_type: str | None = None) -> str:
    """The text of a page, whatever it is encoded in, without NUL and byte order mark. Raises NotADocument for other data."""
    text = content if isinstance(content, str) else _decode(content, content_type)
    text = text.replace("\x00", "").removeprefix("\ufeff")
    _check_is_text(text[: SNIFFED.stop])
    return text


def _in_utf8(html: bytes | str, content_type: str | None) -> bytes:
    """As readable, in UTF-8: the page's own bytes where they are, which most are."""
    if isinstance(html, str) or not _is_utf8(html):
        return readable(html, content_type).encode("utf-8", "replace")
    markup = html.replace(b"\x00", b"").removeprefix(codecs.BOM_UTF8)
    _check_is_text(markup[: 4 * SNIFFED.stop].decode("utf-8", "ignore")[: SNIFFED.stop])
    return markup


def _check_is_text(beginning: str) -> None:
    looked_at = max(SNIFFED.start, len(beginning))
    if len(_UNPRINTABLE.findall(beginning)) > MAX_UNPRINTABLE * looked_at:
        raise NotADocument("no text but binary data")


def _decode(html: bytes, content_type: str | None) -> str:
    """What is no UTF-8 is what it is declared to be. Text with single other bytes, accents or quotation marks between
    letters, is what browsers take text for that declares nothing."""
    if _is_utf8(html):
        return html.decode("utf-8-sig")
    encoding, text = html_to_unicode(content_type, html)
    if encoding in ("utf8", "utf-8") and "\ufffd" in text:
        runs = _FOREIGN.findall(text)
        foreign = sum(map(len, runs))
        if text.count("\ufffd") > foreign / 2 and foreign < MAX_RUN * len(runs):
            return html.decode(UNDECLARED, "replace")
    return text


def _is_utf8(html: bytes) -> bool:
    """Whether bytes are UTF-8, whatever is declared: no other encoding's text looks like it by chance, and a page that
    was saved or converted still declares what it was. Of ASCII alone, which other encodings use too, nothing is said."""
    if html.isascii():
        return False
    looked_at, content = 0, memoryview(html)
    try:
        while looked_at < len(html):
            piece = content[looked_at : looked_at + PIECE]
            looked_at += codecs.utf_8_decode(piece, "strict", looked_at + PIECE >= len(html))[1]
    except UnicodeDecodeError:
        return False
    return True


def _metas(elements: list[HtmlElement]) -> dict[str, list[str]]:
    metas: dict[str, list[str]] = {}
    for meta in elements:
        name = meta.get("property") or meta.get("name") or meta.get("itemprop")
        if name and (content := meta.get("content")):
            metas.setdefault(name.strip().lower(), []).append(content)
    return metas


def _canonical(document: Document, links: list[HtmlElement]) -> str | None:
    for link in links:
        if "canonical" in (link.get("rel") or "").lower().split():
            return document.link(link.get("href"))
    return None


def _linked_data(scripts: list[HtmlElement]) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = []
    of_linked_data = (script for script in scripts if "ld+json" in (script.get("type") or "").lower())
    for script in islice(of_linked_data, MAX_LINKED_SCRIPTS):
        if (text := script.text) and len(text) <= MAX_LINKED_DATA:
            found.extend(_objects(_loads(text), 0))
    return found


def _loads(text: str) -> Any:
    """JSON as papers print it: in comments or CDATA, with raw line breaks in strings, with a comma too many."""
    if any(mark in text for mark in ("<!--", "-->", "<![CDATA[", "]]>")):
        text = _WRAPPING.sub("", text)
    text = text.strip(" \t\r\n;")
    for mend in (str, partial(_COMMA_TOO_MANY.sub, r"\1")):
        try:
            return json.loads(mend(text), strict=False)
        except (ValueError, RecursionError):
            continue
    return None


def _objects(value: Any, depth: int) -> Iterator[dict[str, Any]]:
    if depth > MAX_LINKED_DEPTH:
        return
    if isinstance(value, dict):
        yield value
        for inner in value.values():
            yield from _objects(inner, depth + 1)
    elif isinstance(value, list):
        for inner in value:
            yield from _objects(inner, depth + 1)
