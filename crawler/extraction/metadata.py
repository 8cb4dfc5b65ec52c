"""What a page says of its story beside the text: headline, authors, section, language.

In: a Document. Out: plain values, None or empty where the page does not say. Evidence is what papers give in every
layout: JSON-LD, meta tags, microdata, the byline below the headline. How the headline is found stands in headline.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from itertools import chain, islice
from typing import Any

from lxml.html import HtmlElement

from crawler.extraction.byline import (
    is_full_name,
    is_whole_name,
    names_above,
    names_beside_date,
    names_elsewhere,
    names_in,
    names_near,
)
from crawler.extraction.document import Document
from crawler.extraction.headline import clean, headline, headline_element, key, site_names, text_of
from crawler.extraction.language import ENGLISH, belies_english, is_latin, language_of
from crawler.extraction.linked_data import path_of, story_objects, strings
from crawler.extraction.nearby import around

__all__ = ["authors", "headline", "headline_element", "language", "section"]

AUTHOR_METAS = (
    "parsely-author", "author", "article:author", "cxenseparse:author", "byl", "byline", "article:byline",
    "articleauthor", "article_author", "dc.creator", "dcterms.creator", "citation_author", "sailthru.author",
)  # fmt: skip
SECTION_METAS = ("article:section", "parsely-section", "section", "cxenseparse:section", "articlesection")

MAX_AUTHORS = 50
MAX_LINKS = 400  # of a page that are looked at for its menus
MAX_PARTS_OF_LINK = 4
MAX_NESTED = 3  # lists in lists of authors
MAX_SECTION = 60
MAX_SECTIONS = 1_000  # characters of a list of sections: whether it is a list is asked of all of it, comma by comma
MAX_STEPS = 10  # of a breadcrumb trail
HOME = {"home", "homepage", "start", "startseite", "accueil", "inicio", "início", "a la une", "hem", "forside", "news"}
SAMPLE = 1_500  # characters that show a page's script
SAMPLE_PARAGRAPHS = 20

_LIST = re.compile(r",(?=\S)|,(?=.*,)")  # a list of sections, and no name like 'Energy, Climate'
_TAG = re.compile(r"([a-z]{2,3})(?:$|[-_])", re.IGNORECASE)


# ---- authors -----------------------------------------------------------------------------------
def authors(document: Document) -> list[str]:
    """The story's authors and agencies as its page names them, in its order, without 'By' and without repeats.

    Persons are believed before the paper's own name: those of JSON-LD, else of metas, else of the byline; but a list
    of whole names that holds these and more is the fuller one.
    """
    own = _own_names(document)
    linked, named = _linked_authors(document), _meta_authors(document, own)
    printed = _printed_authors(document, own, anywhere=not (_persons(linked, own) or _persons(named, own)))
    best = next((names for names in (linked, named) if _persons(names, own)), None)
    if best is None:
        return printed if any(map(is_full_name, printed)) or not (linked or named) else linked or named
    accounts = not any(is_whole_name(name) or name.isupper() for name in best)  # no persons, no agencies
    if accounts and printed and all(map(is_whole_name, printed)):
        return printed
    return next((names for names in (named, printed) if _is_fuller(names, best, own)), best)


def _printed_authors(document: Document, own: set[str], *, anywhere: bool) -> list[str]:
    """The byline's names near the headline; with anywhere, else elsewhere, above the story's text or beside the date."""
    heading = headline_element(document)
    beside = around(document, heading) if heading is not None else []
    names = _foreign(names_near(beside), own)
    if not names and anywhere:
        names = _foreign(names_elsewhere(document), own)
        if not names:
            names = _foreign(names_above(beside), own) or [
                name
                for name in names_beside_date(beside)
                if key(name).split(" ")[0] not in own and not _is_section(name, document)
            ]
    return names


def _is_section(name: str, document: Document) -> bool:
    """Whether the paper's menus hold it: what stands beside the date may be 'Middle East'."""
    return any(
        link.tag == "a" and len(link) < MAX_PARTS_OF_LINK and key(text_of(link)) == key(name) and _is_in_menu(link)
        for link in islice(document.links, MAX_LINKS)
    )


def _is_in_menu(link: HtmlElement) -> bool:
    return any(outer.tag in ("nav", "header", "footer", "ul") for outer in link.iterancestors())


def _foreign(names: list[str], own: set[str]) -> list[str]:
    """A byline's names without the paper's own: 'Ida Lund, The Post' in The Post is Ida Lund."""
    bare = [name.rsplit(", ", 1)[0] if key(name.rsplit(", ", 1)[-1]) in own else name for name in names]
    foreign = [name for name in bare if "/" in name or key(name).split(" ")[0] not in own]
    return foreign or [name for name in bare if key(name) not in own]


def _is_fuller(names: list[str], best: list[str], own: set[str]) -> bool:
    more = {*map(key, names)} - {*map(key, best)}
    return bool(more) and len(names) == len(best) + len(more) and all(is_full_name(n) for n in names if key(n) in more)


def _persons(names: list[str], own: set[str]) -> list[str]:
    return [name for name in names if key(name) not in own]


def _own_names(document: Document) -> set[str]:
    """What the paper calls itself, as keys: its site's names, its publisher's, the parts of its host's name."""
    names = set(site_names(document))
    for item in story_objects(document):
        publisher = item.get("publisher")
        if isinstance(publisher, dict):
            names |= {key(name) for name in strings(publisher.get("name"))}
    return names | {label for name in list(names) for label in name.split() if len(label) > 2 and " " in name}


def _linked_authors(document: Document) -> list[str]:
    for item in story_objects(document):
        texts = [text for field in ("author", "creator") for text in _texts(item.get(field), document, 0)]
        if names := _names(texts):
            return names
    return []


def _texts(value: Any, document: Document, depth: int) -> Iterator[str]:
    """The names in an author's value: a text, an object, a reference to one, or a list of these."""
    if isinstance(value, list):
        if depth < MAX_NESTED:
            for one in value[:MAX_AUTHORS]:
                yield from _texts(one, document, depth + 1)
    elif isinstance(value, dict):
        yield from strings(value.get("name")) or _referred(value.get("@id"), document)
    elif isinstance(value, str):
        yield from _referred(value, document) if "://" in value else [value]


def _referred(name: Any, document: Document) -> list[str]:
    if not isinstance(name, str):
        return []
    if "named" not in document.known:
        document.known["named"] = _named_objects(document)
    named: dict[str, Any] = document.known["named"]
    return strings(named.get(name))


def _named_objects(document: Document) -> dict[str, Any]:
    """The names of the linked data's objects by their identities; of one identity, the first that has a name."""
    named: dict[str, Any] = {}
    for item in document.linked_data:
        if isinstance(identity := item.get("@id"), str) and item.get("name"):
            named.setdefault(identity, item["name"])
    return named


def _meta_authors(document: Document, own: set[str]) -> list[str]:
    found = [_names(document.metas[name]) for name in AUTHOR_METAS if name in document.metas]
    persons = [names for names in found if _persons(names, own)]
    return _persons(persons[0], own) if persons else next((names for names in found if names), [])


def _names(texts: list[str]) -> list[str]:
    """The names in the texts of one field, each once; of one with more texts than a story has authors, in the first."""
    return list(dict.fromkeys(name for text in texts[:MAX_AUTHORS] if "://" not in text for name in names_in(text)))


# ---- section and language ----------------------------------------------------------------------
def section(document: Document) -> str | None:
    """The part of the paper the story stands in, as the page names it: in JSON-LD, metas, or its breadcrumbs."""
    own = site_names(document) | {key(headline(document) or "")}
    named = [name for item in story_objects(document) for name in strings(item.get("articleSection"))]
    named += [content for meta in SECTION_METAS for content in document.metas.get(meta, ())]
    for name in chain(named, _breadcrumbs(document), _title_section(document)):
        name = name[:MAX_SECTIONS]
        first = clean(_LIST.split(name, 1)[0] if _LIST.search(name) else name)
        if first and len(first) <= MAX_SECTION and key(first) not in own:
            return first
    return None


def _title_section(document: Document) -> Iterator[str]:
    """The middle part of a title that reads 'headline - section - site'."""
    title = document.root.findtext("head/title") or ""
    for separator in (" - ", " | ", " – ", " — "):
        parts = title.rsplit(separator, 2)
        if len(parts) == 3 and key(parts[0]) == key(headline(document) or ""):
            yield parts[1]


def _breadcrumbs(document: Document) -> Iterator[str]:
    """The names on the way from the front page to the story, without the front page's."""
    for trail in document.linked_data:
        if "BreadcrumbList" not in strings(trail.get("@type")):
            continue
        steps = trail.get("itemListElement")
        for step in steps[:MAX_STEPS] if isinstance(steps, list) else ():
            if not isinstance(step, dict):
                continue
            item = step.get("item")
            place = item if isinstance(item, dict) else {"@id": item}
            address = next(iter(strings(place.get("@id")) or strings(place.get("url"))), "")
            for name in strings(step.get("name")) or strings(place.get("name")):
                if key(name) not in HOME and (not address or path_of(address) != "/"):
                    yield name


def language(document: Document) -> str | None:
    """The story's language as a short BCP 47 tag ('en', 'ur'): what <html>, JSON-LD or metas declare, but by the
    script of the text where nothing is declared, or a language of another script. English, which many a paper's software
    declares unasked, is not believed where the text belies it."""
    if "language" not in document.known:
        document.known["language"] = _language(document)
    found: str | None = document.known["language"]
    return found


def _language(document: Document) -> str | None:
    declared = next(_declared(document), None)
    if declared is not None and not is_latin(declared):
        return declared
    sample = _sample(document)
    if told := language_of(sample):
        return told
    if declared == ENGLISH and belies_english(sample):
        return next((other for other in _declared(document) if other != ENGLISH and is_latin(other)), None)
    return declared


def _declared(document: Document) -> Iterator[str]:
    texts = [document.root.get("lang"), document.root.get("xml:lang")]
    texts += [text for item in story_objects(document) for text in strings(item.get("inLanguage"))]
    texts += [document.meta("og:locale", "content-language", "language", "dc.language", "inlanguage")]
    for text in texts:
        if text and (match := _TAG.match(text.strip())):
            yield match[1].lower()


def _sample(document: Document) -> str:
    """The headline and the first paragraphs."""
    texts = [headline(document) or ""]
    for paragraph in islice(document.root.iter("p"), SAMPLE_PARAGRAPHS):
        texts.append(paragraph.text or "")
    return " ".join(texts)[:SAMPLE]
