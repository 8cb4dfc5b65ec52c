"""A page's bytes to a parsed Document: decoded by what the page and its header say, parsed once, its head read.

Everything else in extraction reads the Document; nothing parses the page again.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import urljoin

import lxml.html
from lxml import etree
from lxml.html import HtmlElement
from w3lib.encoding import html_to_unicode

MAX_LINKED_DATA = 2_000_000  # characters of JSON-LD read in one script: the largest seen on a news page is far below
MAX_LINKED_DEPTH = 32
SNIFFED = range(
    128, 2048
)  # characters looked at to tell text from other data; of fewer, a few unprintable ones tell nothing
MAX_UNPRINTABLE = 0.1  # their share that may be no printable characters; a picture's is about a third

# lxml.html's own parser asks a Python function for the class of each element it hands out: a tenth of all time.
_ELEMENTS = etree.ElementDefaultClassLookup(element=HtmlElement)
_UNPRINTABLE = re.compile("[\x01-\x08\x0e-\x1f\x7f\ufffd]")


class NotADocument(ValueError):
    """The bytes hold no HTML element; the message says what they look like instead."""


@dataclass(slots=True)
class Document:
    """root: the parsed <html>. url: where the page was. base: what its links are relative to. metas: contents of
    <meta> by lower-cased name, property or itemprop. linked_data: every JSON-LD object, nested ones too, in the
    page's order. canonical: the page's own canonical link, absolute, as it stands there. known: what the rooms
    of extraction have found out once and ask for again, by the name of the finder."""

    root: HtmlElement
    url: str
    base: str
    metas: dict[str, list[str]]
    linked_data: list[dict[str, Any]]
    canonical: str | None
    known: dict[str, Any] = field(default_factory=dict)

    def meta(self, *names: str) -> str | None:
        """The first non-empty content of the named metas, in the order of the names."""
        for name in names:
            for content in self.metas.get(name, ()):
                if content.strip():
                    return content.strip()
        return None

    def link(self, href: str | None) -> str | None:
        """href as an absolute http or https URL, or None where it is none."""
        if not href:
            return None
        try:
            url = urljoin(self.base, href.strip())
        except ValueError:
            return None
        return url if url.startswith(("http://", "https://")) else None


def parse(html: bytes | str, url: str, content_type: str | None = None) -> Document:
    """Read a page. content_type is its HTTP header, of which the charset is used. Raises NotADocument."""
    text = readable(html, content_type)
    if "<" not in text:
        raise NotADocument("no markup" if text.strip() else "empty")
    # The text is decoded already: an encoding declared in it must not be applied a second time.
    parser = etree.HTMLParser(encoding="utf-8", recover=True, remove_comments=True, remove_pis=True)
    parser.set_element_class_lookup(_ELEMENTS)
    try:
        root = lxml.html.document_fromstring(text.encode("utf-8", "replace"), parser=parser)
    except (etree.ParserError, etree.XMLSyntaxError) as error:
        raise NotADocument(str(error) or "no elements") from error
    document = Document(
        root=root, url=url, base=url, metas=_metas(root), linked_data=_linked_data(root), canonical=None
    )
    for base in root.iter("base"):
        document.base = document.link(base.get("href")) or url
        break
    document.canonical = _canonical(document)
    return document


def readable(content: bytes | str, content_type: str | None = None) -> str:
    """The text of a page, whatever it is encoded in, without NUL and byte order mark. Raises NotADocument for other data."""
    text = content if isinstance(content, str) else _decode(content, content_type)
    text = text.replace("\x00", "").removeprefix("\ufeff")
    looked_at = max(SNIFFED.start, min(len(text), SNIFFED.stop))
    if len(_UNPRINTABLE.findall(text, 0, SNIFFED.stop)) > MAX_UNPRINTABLE * looked_at:
        raise NotADocument("no text but binary data")
    return text


def _decode(html: bytes, content_type: str | None) -> str:
    """UTF-8 where the bytes are, whatever is declared: no other encoding's text looks like it by chance, and a page
    that was saved or converted still declares what it was."""
    if not html.isascii():
        try:
            return html.decode("utf-8-sig")
        except UnicodeDecodeError:
            pass
    return html_to_unicode(content_type, html)[1]


def _metas(root: HtmlElement) -> dict[str, list[str]]:
    metas: dict[str, list[str]] = {}
    for meta in root.iter("meta"):
        name = meta.get("property") or meta.get("name") or meta.get("itemprop")
        if name and meta.get("content"):
            metas.setdefault(name.strip().lower(), []).append(meta.get("content"))
    return metas


def _canonical(document: Document) -> str | None:
    for link in document.root.iter("link"):
        if "canonical" in (link.get("rel") or "").lower().split():
            return document.link(link.get("href"))
    return None


def _linked_data(root: HtmlElement) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = []
    for script in root.iter("script"):
        if "ld+json" not in (script.get("type") or "").lower() or not script.text:
            continue
        if len(script.text) <= MAX_LINKED_DATA:
            found.extend(_objects(_loads(script.text), 0))
    return found


def _loads(text: str) -> Any:
    """JSON as papers print it: in comments or CDATA, with raw line breaks in strings, with a comma too many."""
    text = re.sub(r"^\s*(?:<!--|//\s*<!\[CDATA\[|<!\[CDATA\[)|(?:-->|//\s*\]\]>|\]\]>)\s*;?\s*$", "", text).strip(
        " \t\r\n;"
    )
    for candidate in (text, re.sub(r",(\s*[}\]])", r"\1", text)):
        try:
            return json.loads(candidate, strict=False)
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
