"""What a page says of its story beside the text: headline, authors, section, language.

In: a Document. Out: plain values, None or empty where the page does not say. Evidence is what papers give in every
layout: JSON-LD, meta tags, microdata, the byline below the headline. How the headline is found stands in headline.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

from crawler.extraction.document import Document
from crawler.extraction.headline import clean, headline, headline_element, text_of
from crawler.extraction.linked_data import story_objects, strings

__all__ = ["authors", "headline", "headline_element", "language", "section"]

AUTHOR_METAS = ("parsely-author", "sailthru.author", "author", "article:author", "dc.creator", "dcterms.creator", "byl")
SECTION_METAS = ("article:section", "parsely-section", "section", "cxenseparse:section", "dc.subject", "articlesection")
MAX_AUTHOR = 60
NEAR = 250  # elements after the headline in which a byline stands


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
