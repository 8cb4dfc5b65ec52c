"""The story's headline: candidates from the page's head and body, and the one that looks right.

In: a Document. Out: the headline and the element that prints it. JSON-LD, metas, <title> and <h1> often differ: one is
cut for search engines, one for social media, one carries a kicker or the site's name. Each distinct wording is a
candidate, described by who says it and how it relates to the others; weights learned from pages with known headlines
(python -m benchmarks.train_headlines) say which to take.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import cache, lru_cache
from itertools import combinations, islice
from pathlib import Path
from urllib.parse import unquote, urlsplit

from lxml.html import HtmlElement

from crawler.extraction.document import Document
from crawler.extraction.files import read
from crawler.extraction.linked_data import story_objects, strings
from crawler.extraction.nearby import text_up_to
from crawler.extraction.words import words_of

WEIGHTS = Path(__file__).with_name("headline_weights.json")
MAX_HEADLINE = 400
MAX_TEXT = 2_000  # characters of a heading that are looked at, its blanks included
MAX_HEADINGS = 30
MEMORY = 2_048  # wordings whose keys are remembered: a page says each in several places
LEAST_LEAD = 15  # characters of a wording that another one may only lengthen
MAX_END = 4  # words of what lengthens it
MAX_BESIDE_NAME = 3  # words of a title's end besides the site's name
OTHER_METAS = ("sailthru.title", "parsely-title", "dc.title", "dcterms.title", "headline", "title", "cxenseparse:title")
# Who says a wording; a part of what one says ("title-named": <title> without the site's name) is of its family.
FAMILIES = (
    "later-json-ld", "json-ld", "og:title", "twitter:title", "title", "later-h1", "h1", "meta", "alternative",
    "json-name", "h2", "h3",
)  # fmt: skip
VOICES = ("h1", "og:title", "json-ld")  # those of whom it is asked which of them agree
NEW_WORDINGS = {"named", "head"}  # the kinds of parts that are candidates though nobody says them whole
NEW_KINDS = ("-named", "-head")
PART_KINDS = ("-cut", "-tail", "-colon")
BESIDE_CRUMB = 2.0  # a rare sign, and so a weight of its own: its feature is made larger for the same penalty
CRUMB_LEVELS = 3  # elements around an <h1> that tell whether it is a breadcrumb
PLACES = {"article", "main", "header", "nav", "aside", "footer"}

_SPACE = re.compile(r"\s+")
_INVISIBLE = re.compile("[\u00ad\u200b\u2060\ufeff]")
_WORD = re.compile(r"\w+")
_SEPARATOR = re.compile(r"\s+[|\-–—·•»:]+\s+|\s*[|ㅣ｜]\s*")
_END = re.compile(r"\s*[-|ㅣ｜–—•·:：*»]")
_HEADLINE_CLASS = re.compile("headline|title|entry", re.IGNORECASE)
_CRUMB = re.compile("crumb|seo", re.IGNORECASE)


def headline(document: Document) -> str | None:
    """The story's headline as the paper words it, without the site's name; None where the page has none."""
    best = choose(document)
    return best.text if best else None


def headline_element(document: Document) -> HtmlElement | None:
    """The element that prints the headline, or None where the page's body does not."""
    best = choose(document)
    if best is None or best.element is not None:
        return best.element if best else None
    best.element = _likest_heading(document, key(best.text))
    return best.element


def choose(document: Document) -> Candidate | None:
    """The likeliest candidate by the learned weights."""
    if "headline" not in document.known:
        document.known["headline"] = _likeliest(document)
    chosen: Candidate | None = document.known["headline"]
    return chosen


def _likeliest(document: Document) -> Candidate | None:
    found = candidates(document)
    names = site_names(document)
    found = {words: one for words, one in found.items() if words not in names} or found
    weights = _weights()
    best: tuple[float, Candidate | None] = (float("-inf"), None)
    for candidate, features in zip(found.values(), describe(document, found), strict=True):
        score = sum([weights.get(name, 0.0) * value for name, value in features.items()])
        if score > best[0]:
            best = (score, candidate)
    return best[1]


@cache
def _weights() -> dict[str, float]:
    weights: dict[str, float] = json.loads(read(WEIGHTS.name))
    return weights


def _likest_heading(document: Document, words: str) -> HtmlElement | None:
    """The first heading that shares at least half its words with the headline, else the first <h1>."""
    wanted = set(words.split())
    for tag in ("h1", "h2"):
        for element in document.tagged[tag][:MAX_HEADINGS]:
            mine = set(key(text_of(element)).split())
            if mine and len(mine & wanted) >= len(mine | wanted) / 2:
                return element
    return next((element for element in document.tagged["h1"] if text_of(element)), None)


def clean(text: str | None) -> str:
    """One line without invisible marks."""
    if not text:
        return ""
    return " ".join((text if text.isascii() else _INVISIBLE.sub("", text)).split())


def key(text: str) -> str:
    """What two spellings of the same headline share: its words without case and punctuation."""
    return _key(text[:MAX_TEXT])


@lru_cache(maxsize=MEMORY)
def _key(text: str) -> str:
    return " ".join(words_of(text if text.isascii() else text.casefold()))


def text_of(element: HtmlElement) -> str:
    """An element's text as a reader sees it, on one line."""
    return clean(text_up_to(element, MAX_TEXT, " "))


# ---- candidates --------------------------------------------------------------------------------
@dataclass(slots=True)
class Candidate:
    """One wording. said: who says so. element: what prints it, where the page's body does."""

    text: str
    said: set[str] = field(default_factory=set)
    element: HtmlElement | None = None


Candidates = dict[str, Candidate]


def candidates(document: Document) -> Candidates:
    """The distinct wordings by their key, in the order of the sources."""
    found: Candidates = {}

    for text, source in _named(document):
        _add(found, text, source)
    headings = document.tagged["h1"][:MAX_HEADINGS]
    for place, element in enumerate(headings):
        _add(found, text_of(element), "h1" if place == 0 else "later-h1", element)
    if not headings and (heading := _called_headline(document)) is not None:
        _add(found, text_of(heading), "h2", heading)
    names = site_names(document)
    for element in headings:
        for part, kind in _element_parts(element):
            _add(found, part, f"h1-{kind}", element)
    for candidate in list(found.values()):
        said = list(candidate.said)
        for part, kind in _parts(candidate.text, names):
            if kind in NEW_WORDINGS or key(part) in found:
                for source in said:
                    _add(found, part, f"{source}-{kind}")
    for tag in ("h2", "h3"):
        for element in document.tagged[tag][:MAX_HEADINGS]:
            text = text_of(element)
            if key(text) in found:
                _add(found, text, tag, element)
    _note_leads(found)
    for candidate in list(found.values()):
        if candidate.element is not None and candidate.element.tag == "h2":
            for part, kind in _element_parts(candidate.element):
                _add(found, part, f"h2-{kind}", candidate.element)
    return found


def _note_leads(found: Candidates) -> None:
    """Where one wording is another without a short end behind a separator, as a section's or a site's name, the other's
    sources say it too."""
    whole = [
        (one, [source for source in one.said if not source.endswith((*NEW_KINDS, *PART_KINDS))])
        for one in found.values()
    ]
    for one, _sources in whole:
        if len(one.text) < LEAST_LEAD:
            continue
        for other, sources in whole:
            end = other.text[len(one.text) :] if other.text.startswith(one.text) else ""
            if _END.match(end) and len(_WORD.findall(end)) <= MAX_END:
                one.said |= {f"{source}-named" for source in sources}


def _called_headline(document: Document) -> HtmlElement | None:
    """On a page without an <h1>: the first smaller heading that its class calls a headline."""
    for element in islice(document.root.iter("h2", "h3"), MAX_HEADINGS):
        if _HEADLINE_CLASS.search(f"{element.get('class') or ''} {element.get('itemprop') or ''}"):
            return element
    return None


def _add(found: Candidates, text: str, source: str, element: HtmlElement | None = None) -> None:
    text = clean(text[:MAX_TEXT])
    words = key(text)
    if not words or len(text) > MAX_HEADLINE:
        return
    candidate = found.setdefault(words, Candidate(text))
    candidate.said.add(source)
    if candidate.element is None and element is not None:
        candidate.element = element
        candidate.text = text


def _named(document: Document) -> Iterator[tuple[str, str]]:
    for place, item in enumerate(story_objects(document)[:3]):
        for text in strings(item.get("headline"))[:1]:
            yield text, "json-ld" if place == 0 else "later-json-ld"
        for text in strings(item.get("alternativeHeadline"))[:1]:
            yield text, "alternative"
        for text in strings(item.get("name"))[:1]:
            yield text, "json-name"
    for name in ("og:title", "twitter:title"):
        if content := document.meta(name):
            yield content, name
    for name in OTHER_METAS:
        if content := document.meta(name):
            yield content, "meta-headline" if name == "headline" else "meta"
    for title in document.tagged["title"][:1]:
        yield title.text or "", "title"


def site_names(document: Document) -> frozenset[str]:
    """What the site may call itself, as keys."""
    if "site_names" not in document.known:
        document.known["site_names"] = _site_names(document)
    found: frozenset[str] = document.known["site_names"]
    return found


def _site_names(document: Document) -> frozenset[str]:
    try:
        host = (urlsplit(document.url).hostname or "").removeprefix("www.")
    except ValueError:
        host = ""
    names = (document.meta("og:site_name", "application-name", "twitter:site"), host, host.rsplit(".", 1)[0])
    return frozenset(key(name) for name in names if name)


def _parts(text: str, names: frozenset[str]) -> Iterator[tuple[str, str]]:
    """The text without what stands behind its last separators, and without what stands before the first.

    Without a site's name ("named") or a few words like a section's ("head") it may be a wording of its own; other parts
    only tell that another wording is part of this one.
    """
    cuts = list(_SEPARATOR.finditer(text))
    for cut in cuts[-3:]:
        tail = key(text[cut.end() :])
        yield text[: cut.start()], "named" if _is_name(tail, names) else "head" if tail.count(" ") < 3 else "cut"
    if cuts:
        yield text[cuts[0].end() :], "named" if _is_name(key(text[: cuts[0].start()]), names) else "tail"
    if ": " in text:
        yield text.split(": ", 1)[1], "colon"


def _element_parts(element: HtmlElement) -> Iterator[tuple[str, str]]:
    """A heading of several parts (a kicker and the headline) without its first or its last part."""
    while (
        len(element) == 1 and not clean(element.text) and not clean(element[0].tail) and isinstance(element[0].tag, str)
    ):
        element = element[0]
    parts = [clean(element.text)]
    for child in element:
        parts += [text_of(child) if isinstance(child.tag, str) else "", clean(child.tail)]
    parts = [part for part in parts if key(part)]
    if len(parts) > 1:
        yield " ".join(parts[1:]), "unkicked"
        yield " ".join(parts[:-1]), "untailed"


def _is_name(tail: str, names: frozenset[str]) -> bool:
    return any(
        tail == name
        or (len(tail) > 3 and tail in name)
        or (name in tail and tail.count(" ") <= name.count(" ") + MAX_BESIDE_NAME)
        for name in names
        if len(name) > 2
    )


# ---- what tells a headline ---------------------------------------------------------------------
Features = dict[str, float]


def describe(document: Document, found: Candidates) -> list[Features]:
    """Each candidate's features, in the order of the candidates."""
    page = _Page(document, found)
    return [
        {
            **_voices(candidate, page),
            **_shape(words, page),
            **_relations(words, page),
            **_print(candidate),
            "dots": float(candidate.text.endswith(("...", "…"))),
        }
        for words, candidate in found.items()
    ]


class _Page:
    """What all candidates of a page are compared with."""

    def __init__(self, document: Document, found: Candidates) -> None:
        self.found = found
        self.words = {words: set(words.split()) for words in found}
        self.families = {words: _families(one) for words, one in found.items()}
        self.names = site_names(document)
        self.path = set(_WORD.findall(unquote(_path(document.url)).casefold()))
        heading, shared, linked = (self._said_by(source) for source in VOICES)
        self.heading = set(heading.split())
        self.missing = [
            name for name, words in (("h1", heading), ("json-ld", linked), ("og:title", shared)) if not words
        ]
        self.crumb = _is_crumb(document)
        self.abroad = _is_abroad(document)
        same = "".join(
            "1" if one and one == other else "0"
            for one, other in ((heading, shared), (heading, linked), (shared, linked))
        )
        self.agreement = same + ("" if linked else "n")

    def _said_by(self, source: str) -> str:
        return next((words for words, candidate in self.found.items() if source in candidate.said), "")


def _is_crumb(document: Document) -> bool:
    """Whether the first <h1> stands in the breadcrumbs: it is worded for search engines, and readers see another one."""
    element = next(iter(document.tagged["h1"]), None)
    if element is None:
        return False
    around = (element, *islice(element.iterancestors(), CRUMB_LEVELS))
    return any(one.tag in ("nav", "li") or _CRUMB.search(_called(one)) for one in around)


def _is_abroad(document: Document) -> bool:
    """Whether the paper declares another language than English: such papers print kickers, and word the <h1> for search
    engines, where English ones do neither."""
    declared = document.root.get("lang") or document.meta("og:locale", "content-language") or "en"
    return not declared.lower().startswith("en")


def _called(element: HtmlElement) -> str:
    """What the paper calls an element: its classes, id and the names of its data attributes."""
    names = [name for name in element.attrib if name.startswith("data-")]
    return " ".join([element.get("class") or "", element.get("id") or "", *names])


def _path(url: str) -> str:
    try:
        return urlsplit(url).path
    except ValueError:
        return ""


def _families(candidate: Candidate) -> set[str]:
    """The families that say it whole, or whole but for a name, a section or a kicker."""
    return {_family(source) for source in candidate.said if not source.endswith(PART_KINDS)}


def _family(source: str) -> str:
    return next((family for family in FAMILIES if source == family or source.startswith(f"{family}-")), source)


def _voices(candidate: Candidate, page: _Page) -> Features:
    """Who says it: each source, each pair, how many."""
    families = _families(candidate)
    features: Features = {f"said by {source}": 1.0 for source in candidate.said}
    features |= {f"{one} & {other}": 1.0 for one, other in combinations(sorted(families - {"h2", "h3"}), 2)}
    features |= {"voices": float(len(families)), "one voice": float(len(families) == 1)}
    features["three voices"] = float(len(families) >= 3)
    features |= {f"without {missing}: {family}": 1.0 for missing in page.missing for family in families}
    features |= {f"where {page.agreement}: {source}": 1.0 for source in (*VOICES, "title") if source in candidate.said}
    if page.crumb:
        features |= {f"beside a crumb: {family}": BESIDE_CRUMB for family in families}
    if page.abroad:
        features |= {f"abroad {family}": 1.0 for family in families}
        features |= {f"abroad {page.agreement}: {source}": 1.0 for source in VOICES if source in candidate.said}
    return features


def _shape(words: str, page: _Page) -> Features:
    """Its length, and whether it is the site's name or stands in the page's address."""
    mine = page.words[words]
    count = len(mine)
    return {
        "a word": float(count == 1),
        "two words": float(count == 2),
        "few words": float(count in (3, 4)),
        "words": min(count, 30) / 10,
        "long": float(count > 22),
        "site": float(words in page.names),
        "address": len(mine & page.path) / count,
    }


def _relations(words: str, page: _Page) -> Features:
    """How it lies among the other wordings: inside them, around them, near them."""
    mine = page.words[words]
    features: Features = {"inside": 0.0, "near": 0.0, "like title": float("title" in page.families[words])}
    for other, candidate in page.found.items():
        if other == words:
            continue
        theirs = page.words[other]
        which = "h1" if "h1" in candidate.said else "another"
        if f" {words} " in f" {other} ":
            features["inside"] = min(features["inside"] + len(candidate.said) / 4, 1.0)
            features[f"inside {which}"] = 1.0
        elif f" {other} " in f" {words} ":
            features[f"around {which}"] = 1.0
        else:
            features["near"] = max(features["near"], len(mine & theirs) / len(mine | theirs))
        if "title" in page.families[other]:
            features["like title"] = max(features["like title"], len(mine & theirs) / len(mine))
    if page.heading:
        features["like h1"] = len(mine & page.heading) / len(mine | page.heading)
    return features


def _print(candidate: Candidate) -> Features:
    """Where the page's body prints it."""
    element = candidate.element
    if element is None:
        return {}
    features: Features = {"printed": 1.0}
    features |= {f"in {outer.tag}": 1.0 for outer in element.iterancestors() if outer.tag in PLACES}
    if _HEADLINE_CLASS.search(f"{element.get('class') or ''} {element.get('itemprop') or ''}"):
        features["classed"] = 1.0
    return features
