"""One card of a list to one entry: its headline, teaser, day and 'Updated' mark.

In: the element that holds one story's link and no other's. Out: a SidebarEntry without its position. A card's text is
cut into pieces where a block, a link or a classed element begins; each part of the entry is one piece, or several.
"""

from __future__ import annotations

import re
from collections.abc import Container
from dataclasses import dataclass
from datetime import date
from functools import lru_cache

from lxml.html import HtmlElement

from crawler.extraction.headline import clean
from crawler.extraction.notations import date_share, parse_date
from crawler.extraction.sidebar_words import ADVERT_MARK, NO_HEADLINE, role_of_heading, words_of
from crawler.items import SidebarEntry

MAX_TEXT = 600  # characters read of one headline or teaser
MAX_PIECES = 60  # pieces read of one card: the fullest measured has 14
MAX_DATE_TEXT = 48  # characters: a longer piece is a sentence that may speak of another day
MAX_CLASSES = 400  # characters of an element's classes that are read, and remembered
MAX_HEADLINE = 240  # characters: a longer linked piece is a teaser
MAX_LABEL = 30  # characters: longer is no label of a link, and no heading that a card brings along
BULLETS = "»›▸►▶•·|:> "  # that papers set before a headline
LEAST_TWICE = 10  # characters: shorter texts may repeat themselves
LEAST_TEASER = 20  # characters that a teaser has, and has more than the headline
DATE_SHARE = 0.5  # of a piece that is a date line and no teaser

HEADING_TAGS = frozenset({"h1", "h2", "h3", "h4", "h5", "h6"})
BLOCK_TAGS = HEADING_TAGS | words_of(
    """a address article aside blockquote br dd div dl dt figcaption figure footer header li main nav ol p section table
    td th time tr ul"""
)
SILENT_TAGS = words_of(
    """script style noscript template svg button select iframe figcaption img picture source video audio hr input"""
)

HEADLINE_CLASS = re.compile(r"title|headline|heading|titre|titel|titulo|ttl|hed\b|\bhead", re.IGNORECASE)
# What stands beside a headline, in one heading with it or in one link: a kicker, a section, a mark, a name.
BESIDE_HEADLINE = re.compile(
    r"kicker|label|category|categ|overline|topline|roof|prefix|flag|badge|date|time|author|byline|premium|abo\b|paid|"
    r"catchline|dachzeile|spitzmarke|section|rubri|topic|sr-only|visually-?hidden|screen-?reader|count|number|index|rank",
    re.IGNORECASE,
)
TEASER_CLASS = re.compile(r"excerpt|teaser|summary|desc|intro|standfirst|dek\b|snippet|abstract", re.IGNORECASE)
UPDATED = re.compile(
    r"^\W*(?:(?:last |zuletzt )?(?:updated|aktualisiert)|actualizado|mis à jour|aggiornato|atualizado|oppdatert)\b",
    re.IGNORECASE,
)

UNSPACED = re.compile("[\u2e81-\U0010ffff]")  # from the scripts of East Asia on: a few of their letters are a word

ISO_DAY = re.compile(r"(?:19|20)\d\d-\d\d-\d\d")
MAY_BE_DATE = re.compile(r"\d{4}|\d[./-]\d\d?[./-]\d\d")
# A day printed in one run with the headline, as no language writes one into a sentence.
DAY_BESIDE = re.compile(
    r"^\d\d?[./]\d\d?[./](?:20)?\d\d[ :–-]+(?=\S)|\s*(?:19|20)\d\d-\d\d-\d\d$|, \d\d?\.\d\d?\.20\d\d$"
)


@dataclass(slots=True)
class Piece:
    """A run of text that no block breaks. linked: inside the story's link; heading: inside h1 to h6."""

    text: str
    linked: bool
    heading: bool
    classes: str


def read_card(element: HtmlElement, links: list[HtmlElement]) -> SidebarEntry | None:
    """The entry of a card whose story links are given, position 0 and no URL yet; None where it has no headline."""
    pieces = pieces_of(element, set(links))
    printed = _headline(pieces) or _picture_text(element) or _unlinked_headline(pieces)
    if printed is None or ADVERT_MARK.fullmatch(printed):
        return None
    day = DAY_BESIDE.search(printed)
    headline = (DAY_BESIDE.sub("", printed) or printed).lstrip(BULLETS) or printed
    return SidebarEntry(
        position=0,
        headline=headline,
        teaser=_teaser(pieces, headline),
        dated=_dated(element, pieces) or (parse_day(day[0].strip(" ,:–-")) if day else None),
        updated=any(len(piece.text) <= MAX_DATE_TEXT and UPDATED.match(piece.text) for piece in pieces),
    )


def is_headline(text: str) -> bool:
    """Long enough for a headline: four words and 20 characters, or 8 characters of a script that sets no spaces."""
    if len(text) >= 20 and text.count(" ") >= 3:
        return True
    return len(text) >= 8 and not text.isascii() and len(UNSPACED.findall(text)) >= 6


def pieces_of(card: HtmlElement, links: Container[HtmlElement] = (), most: int = MAX_PIECES) -> list[Piece]:
    """A card's text, cut where a block, a link or a classed element begins or ends; little more than the most asked for."""
    reader = _PieceReader(links, most)
    reader.walk(card, str(card.tag), (False, False, ""))
    return reader.pieces


class _PieceReader:
    """One walk through a card: the pieces so far, and the text since the last of them."""

    __slots__ = ("links", "most", "pieces", "run")

    def __init__(self, links: Container[HtmlElement], most: int) -> None:
        self.links, self.most = links, most
        self.pieces: list[Piece] = []
        self.run: list[str] = []

    def walk(self, element: HtmlElement, tag: str, outer: tuple[bool, bool, str]) -> None:
        """outer: whether what is around the element is linked, whether it is a heading, and its classes."""
        run = self.run
        classes = element.get("class")
        cuts = classes is not None or tag in BLOCK_TAGS
        kind = outer
        if cuts:
            if run:
                self.close(outer)
            heading = outer[1] or tag in HEADING_TAGS
            words = classes[:MAX_CLASSES] if classes else outer[2] if heading else ""
            kind = (outer[0] or element in self.links, heading, words)
        text = element.text
        if text and (run or not text.isspace()):
            run.append(text)
        for child in element:
            child_tag = child.tag
            if isinstance(child_tag, str) and child_tag not in SILENT_TAGS and len(self.pieces) < self.most:
                self.walk(child, child_tag, kind)
            text = child.tail
            if text and (run or not text.isspace()):
                run.append(text)
        if cuts and run:
            self.close(kind)

    def close(self, kind: tuple[bool, bool, str]) -> None:
        text = told_once(clean("".join(self.run)[:MAX_TEXT]))
        self.run.clear()
        if text:
            self.pieces.append(Piece(text, *kind))


def told_once(text: str) -> str:
    """A text without its own repetition: for wide and narrow screens some papers print a headline twice in one link."""
    half = len(text) // 2
    if half < LEAST_TWICE or text[half] != " " or text[:half] != text[half + 1 :]:
        return text
    return text[:half]


# Ranks of pieces as headlines: in the story's link and a heading; in its link and of a headline's class; in a heading
# alone; in its link and as long as one.
LINKED_HEADING, CLASSED, HEADING, LINKED = 6, 5, 4, 3


def _headline(pieces: list[Piece]) -> str | None:
    """The best piece for a headline. Of several in headings or of headlines' classes it is the longest, as kickers and
    marks are shorter; pieces of one class are joined first, as papers set one headline in two sizes."""
    ranked = [(_headline_rank(piece), piece) for piece in pieces]
    best = max((rank for rank, _ in ranked), default=0)
    if best == HEADING and any(rank == LINKED for rank, _ in ranked):
        # A heading that names a role and is in no link is the box's own.
        ranked = [(0 if rank == HEADING and _names_role(piece.text) else rank, piece) for rank, piece in ranked]
        best = max(rank for rank, _ in ranked)
    if best == 0:
        return None
    if best < HEADING:
        return next(piece.text for rank, piece in ranked if rank == best)
    runs: list[list[Piece]] = []
    for rank, piece in ranked:
        if rank == best != CLASSED and runs and runs[-1][-1].classes == piece.classes:
            runs[-1].append(piece)
        elif rank == best:
            runs.append([piece])
    texts = [told_once(" ".join(piece.text for piece in run)) for run in runs]
    return max(texts, key=len)[:MAX_TEXT]


def _names_role(text: str) -> bool:
    return len(text) <= MAX_LABEL and role_of_heading(text) is not None


def _unlinked_headline(pieces: list[Piece]) -> str | None:
    """What is classed as a headline beside a link that has none, as the link of a whole card."""
    texts = (piece.text for piece in pieces if _meaning(piece.classes)[0] and len(piece.text) > 5)
    return next((text for text in texts if not _is_label(text) and not _is_date(text)), None)


def _is_label(text: str) -> bool:
    """Whether a text is no headline but what is to be done with the story: read, watch or print it."""
    return len(text) <= MAX_LABEL and NO_HEADLINE.fullmatch(text) is not None


def _headline_rank(piece: Piece) -> int:
    """How likely a piece is its card's headline; 0 for a piece that is none."""
    if not (piece.linked or piece.heading) or _is_label(piece.text):
        return 0
    named, beside, _ = _meaning(piece.classes)
    if beside or piece.text.endswith(":") or _is_date(piece.text):
        return 1 if piece.linked and is_headline(piece.text) else 0
    if piece.heading:
        return LINKED_HEADING if piece.linked else HEADING
    if named and len(piece.text) > 5:
        return CLASSED
    if is_headline(piece.text):
        return LINKED if len(piece.text) <= MAX_HEADLINE else 1
    return 2 if len(piece.text) >= 3 else 0


@lru_cache(maxsize=16_384)
def _meaning(classes: str) -> tuple[bool, bool, bool]:
    """Whether classes call their element a headline, something that stands beside one, a teaser."""
    named = HEADLINE_CLASS.search(classes) is not None
    return named, not named and BESIDE_HEADLINE.search(classes) is not None, TEASER_CLASS.search(classes) is not None


def _is_date(text: str) -> bool:
    return len(text) <= 30 and parse_day(text) is not None


def _picture_text(card: HtmlElement) -> str | None:
    for image in card.iter("img"):
        text = clean((image.get("alt") or "")[:MAX_TEXT])
        if is_headline(text):
            return text
    return None


def _teaser(pieces: list[Piece], headline: str) -> str | None:
    longest = ""
    for piece in pieces:
        if len(piece.text) <= LEAST_TEASER or piece.heading or piece.text in headline or _repeats(piece.text, headline):
            continue
        if _meaning(piece.classes)[2] and not _is_date_line(piece.text):
            return piece.text
        if len(piece.text) > len(longest):
            longest = piece.text
    return longest if len(longest) >= 40 and longest.count(" ") >= 5 else None


def _repeats(text: str, headline: str) -> bool:
    """Whether a text is the headline and a few words more: 'Read more about ...'."""
    return len(text) <= len(headline) + LEAST_TEASER and headline in text


def _is_date_line(text: str) -> bool:
    return len(text) <= MAX_DATE_TEXT and MAY_BE_DATE.search(text) is not None and date_share(text) >= DATE_SHARE


def _dated(card: HtmlElement, pieces: list[Piece]) -> str | None:
    """A card's day: from a time element, else from a piece that is a date and little else."""
    for element in card.iter("time"):
        if day := parse_day(element.get("datetime") or ""):
            return day
    for piece in pieces:
        if len(piece.text) <= MAX_DATE_TEXT and (day := parse_day(piece.text)):
            return day
    return None


def parse_day(text: str) -> str | None:
    """The first day in a short text as YYYY-MM-DD; None where it has none."""
    if ISO_DAY.match(text):
        return text[:10] if _is_day(text[:10]) else None
    found = parse_date(text) if MAY_BE_DATE.search(text) else None
    return found.value.date().isoformat() if found else None


def _is_day(text: str) -> bool:
    try:
        date.fromisoformat(text)
    except ValueError:
        return False
    return True
