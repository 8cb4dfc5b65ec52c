"""The authors a page prints near its headline: its byline.

In: a Document and the headline's element. Out: names. A byline is what links, microdata or classes call an author, or a
short text that begins with 'By' in the paper's language.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from itertools import islice

from lxml.html import HtmlElement

from crawler.extraction.document import Document
from crawler.extraction.headline import clean, text_of
from crawler.extraction.nearby import UNSEEN, is_searchable, text_up_to, texts
from crawler.extraction.notations import date_share, parse_date

MAX_BYLINE = 140
MAX_NAMES_TEXT = 2_000  # characters of a text of names, its blanks included: of a paper of fifty authors, all
MAX_NAME = 60
FIRST_KANA = "\u3040"  # where the scripts of China, Japan and Korea begin
MAX_PARTS = 12  # children of a byline
MAX_NAME_WORDS = 4  # of a name that nothing calls one
LEAST_DATE_SHARE = 0.5  # of a line's characters that are its date
MAX_ELSEWHERE = 20  # elements called an author on one page that are looked at

_CALLED = re.compile(
    r"(?<![a-z])(?:authors?|by-?lines?|autor(?:es|en)?|auteurs?|writers?|reporters?|verfasser|contributors?|credit-name)(?![a-z])"
    r"|author[-_]?name|byline",
    re.IGNORECASE,
)
_NOT_CALLED = re.compile(
    r"bio|avatar|image|img|photo|social|follow|related|more|comment|about|desc|caption|job|role", re.IGNORECASE
)
_SECTION_CLASS = re.compile(r"categ|section|rubri|topic|tag|kicker|label|title|place|loc|source", re.IGNORECASE)
_BY = re.compile(
    r"^(?:(?:(?:photos? and )?story|written|posted|published|reported|words|article|text|compiled|analysis|review"
    r"|medically reviewed)\s+)?"
    r"(?:by|von|par|por|di|door|av|af|da|de|od|autor|author|text|texto|foto|texte|yazan|oleh|penulis|автор|текст|بقلم|كتبت?|تحریر|گزارش)"
    r"\s*:?\s+(?=\S)",
    re.IGNORECASE,
)
_BY_LINE = re.compile(
    r"^(?:(?:(?:photos? and )?story|written|posted|reported|words)\s+)?(?:by|von|par|por|oleh|بقلم|كتبت?|تحریر)"
    r"\s*:?\s+(?=[^\W\d_])",
    re.IGNORECASE,
)
_AND = re.compile(r"\s*(?:[;；|•·／]|/(?=\w+\s\w)|\s(?:/|and|und|et|y|e|og|och|en|with|&)\s)\s*", re.IGNORECASE)
_CREDENTIAL = re.compile(r"(?:[A-Z]\.?){2,6}®?|Ph\.?D\.?|M\.?D\.?|Jr\.?|Sr\.?|[A-Z]{2,}[-A-Za-z®]*", re.ASCII)
_ABBREVIATED = re.compile(r"(?:\.[A-Z]|\b(?:Jr|Sr|Ph\.D|Esq)|\s[A-Z])$")
_TITLE = re.compile(
    r"\b(?:officer|editor|reporter|correspondent|writer|professor|director|head|staff|contributor|producer|chief|senior"
    r"|analyst|president|ceo|journalist|columnist|expert|redakteur\w*|reporterin|korrespondent\w*|profesorius|associate"
    r"|freelance\w*|specialist|manager|founder|fellow|dietitian|editorial)\b",
    re.IGNORECASE,
)
_NO_NAME = re.compile(
    r"https?:|@|\d|\b(?:share|follow|updated|published|posted|read|view|minutes?|comments?|subscribe|sign|email|about|more"
    r"|all|photo|bio|contact|news|reviews?|new|watch|why|how|is|are|image|getty|copyright|click|here|profile|author|by|this|category)\b|[?!{}<>=#]",
    re.IGNORECASE,
)
_AFFIX = re.compile(
    r"\s*(?:기자|記者|记者)$|^\*|\s+for\s+(?:the\s+)?[\w ]+(?:\.\w+)?$|\s*\([^()]*\)$",
    re.IGNORECASE,
)
_AUTHOR_PAGE = re.compile(
    r"/(?:authors?|autor(?:es|en|in)?|auteurs?|writers?|by|profiles?|staff|people|contributors?|journalists?|reporters?"
    r"|redaktion|firmas|skribent|medarbejder|columnists?)/[^/?#]",
    re.IGNORECASE,
)
_BY_WORD = re.compile(
    r"(?:.{0,20}\s)?(?:by|von|par|por|di|door|av|af|da|oleh|autor|author|بقلم|كتبت?|تحریر)\s*:?", re.IGNORECASE
)
_LABEL = re.compile(
    r"(?:author|autor(?:(?:in)?(?:/autor(?:in)?)?)?|auteur|autore|penulis|автор|작성자|記者)s?\s*:?"
    r"|(?:(?:story|written|posted|words)\s+)?(?:by|von|par|por|oleh)\s*:?",
    re.IGNORECASE,
)
_JOINS_ON = re.compile(r"^(?:[,;&]|(?:and|und|et|y|og|och|e)\b)|(?:[,;&]|\s(?:and|und|et|y|og|och|e)) $", re.IGNORECASE)
_ADDRESS = re.compile(r"(?:\S+@\S+|(?:https?:|www\.)\S+|\S+\.[a-z]{2,4})", re.IGNORECASE)


def names_in(text: str) -> list[str]:
    """The names of a byline's text: 'By Ida Lund, MD and Li Wen | The Post' gives 'Ida Lund, MD' and 'Li Wen'."""
    text = _BY.sub("", clean(text[:MAX_NAMES_TEXT])).strip(" ,:-–—|·•")
    if _BY_WORD.fullmatch(text):
        return []
    text = text.split(" | ")[0].split(" - ")[0]
    found: list[str] = []
    for group in _AND.split(text):
        for place, part in enumerate(part for part in re.split(r"\s*[,，、،]\s*", group) if part):
            if place and found and _CREDENTIAL.fullmatch(part):
                found[-1] = f"{found[-1]}, {part}"
            elif place and _TITLE.search(part):
                break
            elif found and _TITLE.match(part):
                continue
            else:
                found.append(part)
    found = [_bare(_AFFIX.sub("", name)) for name in found if len(name) <= MAX_NAME]
    named = [name for name in found if name and not _ADDRESS.fullmatch(name)]
    return named or [name for name in found if name and "@" not in name and "//" not in name]


def _bare(name: str) -> str:
    """A name without the punctuation around it, but with the point of an abbreviation at its end: 'Jr.', 'Ph.D.'."""
    bare = name.strip(' .,:-–—|"“”„«»')
    return f"{bare}." if f"{bare}." in name and _ABBREVIATED.search(bare) else bare


def names_near(elements: list[HtmlElement]) -> list[str]:
    """The names printed about the headline. elements: those around it."""
    return next((names for element in elements if (names := _names_at(element))), [])


def names_above(elements: list[HtmlElement]) -> list[str]:
    """The names that stand alone and in bold as a paragraph before the story's first, as some papers print them.
    elements: those around the headline."""
    for element in elements:
        if element.tag == "p" and len(element) and element[0].tag in ("strong", "b"):
            text = clean(text_up_to(element, MAX_NAME + 1))
            if len(text) <= MAX_NAME and text == text_of(element[0]):
                names = [name for part in text.split("/") for name in names_in(part)]
                if names and all(is_full_name(name) and len(name.split()) > 1 for name in names):
                    return names
    return []


def names_beside_date(elements: list[HtmlElement]) -> list[str]:
    """A whole name that stands alone beside the date line, as many papers print it; a link there is to a section.
    elements: those around the headline."""
    for element in elements:
        text = clean((element.text or "")[: 2 * MAX_NAME]).strip(" |·•,–—")
        if " " not in text or ":" in text or len(element) or element.tag == "a" or not is_whole_name(text):
            continue
        if text.rsplit(" ", 1)[1][0].islower():  # 'Veröffentlicht am'
            continue
        called = f"{element.get('class') or ''} {element.get('id') or ''}"
        if text.count(" ") < MAX_NAME_WORDS and not _SECTION_CLASS.search(called) and _is_beside_date(element):
            return names_in(text)
    return []


def _is_beside_date(element: HtmlElement) -> bool:
    """Whether what follows an element, or the one it alone fills, is a date line."""
    for one in (element, element.getparent()):
        following = (
            next((other for other in one.itersiblings() if other.tag not in UNSEEN), None) if one is not None else None
        )
        if following is not None:
            text = text_up_to(following, MAX_BYLINE)
            return len(text) < MAX_BYLINE and date_share(text) >= LEAST_DATE_SHARE and parse_date(text) is not None
    return False


def names_elsewhere(document: Document) -> list[str]:
    """The names of the page's first byline, wherever it stands; a single word is too little to be sure there."""
    if not is_searchable(document):
        return []
    for element in islice(_named_elsewhere(document.root), MAX_ELSEWHERE):
        names = _names_at(element)
        if len(names) > 1 or any(map(is_full_name, names)):
            return names
    return []


def _named_elsewhere(root: HtmlElement) -> Iterator[HtmlElement]:
    """The elements that are called an author or a byline, in the page's order, but for those of furniture."""
    for element in root.iter():
        get = element.get
        classes, relation = get("class"), get("rel")
        if (
            (classes is not None and ("author" in classes or "byline" in classes))
            or (relation is not None and " author " in f" {relation} ")
            or get("itemprop") == "author"
        ):
            above = {outer.tag for outer in element.iterancestors()}
            if element.tag not in ("link", "meta", "body") and above.isdisjoint(("aside", "footer", "nav")):
                yield element


def _names_at(element: HtmlElement) -> list[str]:
    """The names an element prints, if it is a byline."""
    if element.tag == "a" and _is_author_link(element):
        return _sound(names_in(text_of(element)))
    if _LABEL.fullmatch(clean((element.text or "")[:MAX_NAME])):
        return _sound(names_in(_labelled(element)))
    if not _is_called_author(element):
        text = clean((element.text or "")[: 2 * MAX_BYLINE])
        if len(text) > MAX_BYLINE or not _BY_LINE.match(f"{text} x"):
            return []
        return _sound(names_in(text)) or _linked_names(element)
    if len(element) > MAX_PARTS or len(text_of(element)) > MAX_BYLINE:
        return []
    return _linked_names(element) or _sound(names_in(_first_part(element)))


def _first_part(element: HtmlElement) -> str:
    """A byline's text up to its next part: the names, without the role or the date printed beside them."""
    text = ""
    for piece in map(clean, texts(element)):
        if not piece or (not text and _BY_WORD.fullmatch(piece)):
            continue
        if text and not _JOINS_ON.match(piece) and not _JOINS_ON.search(f"{text} "):
            break
        text = f"{text} {piece}".strip()
        if len(text) > MAX_NAMES_TEXT:
            break
    return text


def _labelled(label: HtmlElement) -> str:
    """What stands behind a label like 'Author:' or 'By': inside its element, in the same line or in the next element."""
    if len(label):
        return _first_part(label)
    behind = clean((label.tail or "")[: 2 * MAX_BYLINE])
    if behind or (following := label.getnext()) is None:
        return behind
    return _first_part(following)


def _is_author_link(link: HtmlElement) -> bool:
    if "author" in (link.get("rel") or "").lower().split() or _AUTHOR_PAGE.search(link.get("href") or ""):
        return True
    before, parent = link.getprevious(), link.getparent()
    lead = (before.tail or before.text) if before is not None else parent.text if parent is not None else None
    return lead is not None and bool(_BY_WORD.fullmatch(clean(lead[-MAX_BYLINE:])))


def _is_called_author(element: HtmlElement) -> bool:
    if element.get("itemprop") == "author":
        return True
    called = f"{element.get('class') or ''} {element.get('data-testid') or ''} {element.get('id') or ''}"
    return bool(_CALLED.search(called)) and not _NOT_CALLED.search(called)


def _linked_names(element: HtmlElement) -> list[str]:
    links = [text_of(link) for link in element.iter("a") if not _NOT_CALLED.search(link.get("class") or "")]
    return _sound(list(dict.fromkeys(name for text in links for name in names_in(text))))


def is_whole_name(text: str) -> bool:
    """Whether a text looks like a name and surname."""
    return is_full_name(text) and (" " in text or text[0] >= FIRST_KANA)


def _sound(names: list[str]) -> list[str]:
    return [name for name in names if is_name(name)]


def is_name(text: str) -> bool:
    """Whether a text can be a person's or an agency's name."""
    words = text.split()
    if (
        not 1 <= len(words) <= 7
        or text.count(".") > len(words) + 1
        or _NO_NAME.search(text)
        or not any(character.isalpha() for character in text)
    ):
        return False
    first = next(character for character in text if character.isalpha())
    return not first.islower() or len(words) == 1


def is_full_name(text: str) -> bool:
    """Whether a text looks like a person's whole name: a few words, all but particles with a capital."""
    words = text.split(",")[0].split()
    if not is_name(text) or len(words) > 5:
        return False
    if len(words) == 1:  # Chinese, Japanese and Korean write name and surname together
        return 2 <= len(text) <= 5 and all(letter >= FIRST_KANA for letter in text)
    return all(len(word) <= 3 or not word[0].islower() for word in words)
