"""What a page says of its story beside the text: headline, authors, section, language.

In: a Document. Out: plain values, None or empty where the page does not say. Evidence is what papers give in every
layout: JSON-LD, meta tags, microdata, the <h1> and the byline below it. No rule names a site.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from difflib import SequenceMatcher
from itertools import islice
from typing import Any

from lxml.html import HtmlElement

from crawler.extraction.document import Document
from crawler.extraction.linked_data import story_objects, strings

HEADLINE_METAS = ("og:title", "twitter:title", "sailthru.title", "parsely-title", "dc.title", "headline", "title")
AUTHOR_METAS = ("parsely-author", "sailthru.author", "author", "article:author", "dc.creator", "dcterms.creator", "byl")
SECTION_METAS = ("article:section", "parsely-section", "section", "cxenseparse:section", "dc.subject", "articlesection")
MAX_HEADLINE = 400
MAX_AUTHOR = 60
NEAR = 250  # elements after the headline in which a byline stands

_SPACE = re.compile(r"\s+")
_INVISIBLE = re.compile("[\u00ad\u200b\u2060\ufeff]")
_WORD = re.compile(r"\w+")
_SUFFIX = re.compile(r"\s+(?:[|\-–—·•»:]|::)\s+|\s*\|\s*")


def clean(text: str | None) -> str:
    """One line without invisible marks."""
    return _SPACE.sub(" ", _INVISIBLE.sub("", text or "")).strip()


def key(text: str) -> str:
    """What two spellings of the same headline share: words without case and punctuation."""
    return " ".join(_WORD.findall(text.casefold()))


# ---- headline ----------------------------------------------------------------------------------
def headline(document: Document) -> str | None:
    """The story's headline as the paper prints it, without the site's name; None where the page has none."""
    element = headline_element(document)
    if element is not None:
        return text_of(element)[:MAX_HEADLINE]
    return next(iter(_named(document)), None)


def headline_element(document: Document) -> HtmlElement | None:
    """The element that prints the headline: the <h1> most like what the page's head calls it, else the like <h2>."""
    names = [key(name) for name in _named(document)]
    best: tuple[float, HtmlElement | None] = (0.0, None)
    for tag, least in (("h1", 0.0), ("h2", 0.8)):
        for element in islice(document.root.iter(tag), 40):
            text = key(text_of(element))
            if text:
                likeness = max((_likeness(text, name) for name in names), default=0.5)
                if likeness > best[0] and likeness >= least:
                    best = (likeness, element)
        if best[1] is not None:
            return best[1]
    return None


def _named(document: Document) -> list[str]:
    """What JSON-LD, metas and <title> call the story."""
    names = [name for item in story_objects(document)[:2] for name in strings(item.get("headline"))]
    names += [name for meta in HEADLINE_METAS if (name := document.meta(meta))]
    title = next(document.root.iter("title"), None)
    if title is not None and title.text:
        names.append(max(_SUFFIX.split(title.text), key=len))
    return list(dict.fromkeys(name for name in map(clean, names) if name))


def _likeness(one: str, other: str) -> float:
    if one == other:
        return 1.0
    return SequenceMatcher(None, one, other, autojunk=False).ratio() if one and other else 0.0


def text_of(element: HtmlElement) -> str:
    """An element's text as a reader sees it, on one line."""
    return clean(
        " ".join(text for text in element.itertext() if isinstance(text, str)) if len(element) else element.text
    )


# ---- authors -----------------------------------------------------------------------------------
def authors(document: Document) -> list[str]:
    """The story's authors and agencies as its page names them, in its order, without 'By' and without repeats."""
    for names in (_linked_authors(document), _meta_authors(document), _byline_authors(document)):
        found = list(dict.fromkeys(name for text in names for name in _people(text)))
        if found:
            return found
    return []


def _linked_authors(document: Document) -> list[str]:
    for item in story_objects(document):
        names = [name for field in ("author", "creator") for name in _names(item.get(field))]
        if names:
            return names
    return []


def _names(value: Any) -> Iterator[str]:
    for one in value if isinstance(value, list) else [value]:
        if isinstance(one, dict):
            yield from strings(one.get("name"))
        else:
            yield from strings(one)


def _meta_authors(document: Document) -> list[str]:
    for name in AUTHOR_METAS:
        found = [clean(text) for text in document.metas.get(name, ()) if "://" not in text and text.strip()]
        if found:
            return found
    return []


def _byline_authors(document: Document) -> list[str]:
    return [text_of(link) for link in document.root.iter("a") if "author" in (link.get("rel") or "").lower().split()]


_BY = re.compile(
    r"^(?:written |posted |words )?(?:by|von|par|por|di|door|af|av|autor:?|author:?|text:?)\s+", re.IGNORECASE
)
_AND = re.compile(r"\s*(?:,|;|\||/|\band\b|&|\bund\b|\bet\b|\by\b)\s*", re.IGNORECASE)


def _people(text: str) -> Iterator[str]:
    for part in _AND.split(_BY.sub("", clean(text))):
        if part and len(part) <= MAX_AUTHOR:
            yield part


# ---- section and language ----------------------------------------------------------------------
def section(document: Document) -> str | None:
    """The part of the paper the story stands in, as the page names it."""
    for item in story_objects(document):
        for name in strings(item.get("articleSection")):
            return clean(name) or None
    return clean(document.meta(*SECTION_METAS)) or None


_LANGUAGE = re.compile(r"([a-z]{2,3})(?:$|[-_])", re.IGNORECASE)


def language(document: Document) -> str | None:
    """The story's language as a short BCP 47 tag ('en', 'ur'): what <html>, metas or JSON-LD declare."""
    declared = [document.root.get("lang"), document.root.get("xml:lang")]
    declared += [text for item in story_objects(document) for text in strings(item.get("inLanguage"))]
    declared += [document.meta("og:locale", "content-language", "language", "dc.language", "inlanguage")]
    for text in declared:
        if text and (match := _LANGUAGE.match(text.strip())):
            return match[1].lower()
    return None
