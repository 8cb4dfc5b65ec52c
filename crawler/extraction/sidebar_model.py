"""Whether a list of story links is a sidebar: a weighted sum of what can be seen of it.

In: a CardList and the page's links. Out: a probability. The weights, one a feature, are learnt by
`python -m benchmarks.train_sidebars` from the lists of the labelled pages and stand in sidebar_weights.json.
"""

from __future__ import annotations

import json
import math
from functools import lru_cache
from pathlib import Path

from lxml.html import HtmlElement

from crawler.extraction.sidebar_cards import HEADING_TAGS, is_headline
from crawler.extraction.sidebar_lists import (
    FOUR_DIGITS,
    PAGE_TAGS,
    Card,
    CardList,
    StoryLinks,
    names_story,
    surely_names_story,
)
from crawler.extraction.sidebar_words import CLASS_WORDS, FURNITURE_HEADINGS, role_of_heading

NEAR = 7  # containers above a list whose class words are its own; those further up are the page's parts
SIZES = ((1, "one"), (2, "two"), (3, "three"), (8, "few"), (20, "many"))  # up to so many cards
LOOKED_AT = 8  # cards of a list that are looked at: the others are alike
TAGS = ("nav", "footer", "header", "aside", "main", "article", "section", "form", "ul", "ol", "table", "p", "dl")
WEIGHTS: dict[str, float] = json.loads(Path(__file__).with_name("sidebar_weights.json").read_text(encoding="utf-8"))


def probability(candidate: CardList, page: StoryLinks) -> float:
    """How likely the list is a sidebar, 0 to 1."""
    total = sum(WEIGHTS.get(name, 0.0) * value for name, value in features(candidate, page).items())
    return 1 / (1 + math.exp(-max(-30.0, min(30.0, total))))


def features(candidate: CardList, page: StoryLinks) -> dict[str, float]:
    """What is seen of a list, each 0 to 1: its size, texts, addresses, heading, place, and the words and tags above."""
    role = role_of_heading(candidate.heading_text) if candidate.heading_text else None
    found = {"bias": 1.0, f"{_size(len(candidate.cards))} {'under a role' if role else 'cards'}": 1.0}
    found.update(_card_features(candidate.cards[:LOOKED_AT], page))
    found.update(_heading_features(candidate))
    found.update(_place_features(candidate.cards[0], page))
    return found


def _size(cards: int) -> str:
    return next((name for most, name in SIZES if cards <= most), "very many")


def _card_features(cards: list[Card], page: StoryLinks) -> dict[str, float]:
    texts = [max((link.text for link in card.links), key=len) for card in cards]
    paths = [card.links[0].path for card in cards]
    headed = [_holds(card.element, *HEADING_TAGS) for card in cards]
    count = len(cards)

    def share(flags: list[bool]) -> float:
        return sum(flags) / count

    own = _pattern(page.own)
    patterns = [_pattern(path) for path in paths]
    return {
        "headlines": share([is_headline(text) or tag for text, tag in zip(texts, headed, strict=True)]),
        "short texts": share([len(text) < 18 and not tag for text, tag in zip(texts, headed, strict=True)]),
        "words": min(12.0, sum(text.count(" ") + 1 for text in texts) / count) / 12,
        "characters": min(100.0, sum(map(len, texts)) / count) / 100,
        "heading tags": share(headed),
        "pictures": share([_holds(card.element, "img", "picture", "figure") for card in cards]),
        "time tags": share([_holds(card.element, "time") for card in cards]),
        "story paths": share([names_story(path) for path in paths]),
        "sure story paths": share([surely_names_story(path) for path in paths]),
        "depth as own": share([pattern[0] == own[0] for pattern in patterns]),
        "digits as own": share([pattern[1] == own[1] for pattern in patterns]),
        "ending as own": share([pattern[2] == own[2] for pattern in patterns]),
        "two links": share([len(card.links) > 1 for card in cards]),
        "in running text": share([_is_inline(card) for card in cards]),
        "previous or next": share([_is_neighbour(card) for card in cards]),
        "to a comment": share([_is_comment(card) for card in cards]),
        "one container": float(all(card.container is cards[0].container for card in cards)),
    }


def _holds(element: HtmlElement, *tags: str) -> bool:
    return next(element.iter(*tags), None) is not None


def _pattern(path: str) -> tuple[int, bool, str]:
    """A path's depth, whether it has a number, and its ending where it is a file's."""
    bare = path.partition("?")[0]
    ending = bare.rpartition(".")[2] if "." in bare[-6:] else ""
    return bare.count("/"), FOUR_DIGITS.search(path) is not None, ending


def _is_inline(card: Card) -> bool:
    """Whether the link is a part of running text."""
    paragraph = card.container if card.element.tag == "a" else card.element
    if paragraph.tag not in ("p", "li", "blockquote", "td", "div"):
        return False
    own = (paragraph.text or "") + "".join(child.tail or "" for child in paragraph)
    return len(own.strip()) > max(20, sum(len(link.text) for link in card.links))


def _is_neighbour(card: Card) -> bool:
    return any((link.element.get("rel") or "").lower() in ("prev", "next") for link in card.links)


def _is_comment(card: Card) -> bool:
    return any("#comment" in (link.element.get("href") or "") for link in card.links) and len(card.links) == 1


def _heading_features(candidate: CardList) -> dict[str, float]:
    if candidate.heading is None or not candidate.heading_text:
        return {"no heading": 1.0}
    lowered = candidate.heading_text.lower()
    heading = candidate.heading
    return {
        "heading tag": float(heading.tag in HEADING_TAGS or _holds(heading, *HEADING_TAGS)),
        "heading of furniture": float(FURNITURE_HEADINGS.search(lowered) is not None),
        "heading is short": float(len(lowered) <= 25),
    }


def _place_features(card: Card, page: StoryLinks) -> dict[str, float]:
    place = card.links[0].place
    found = {
        "before the headline": float(place <= page.headline),
        "place": place / max(1, page.total),
    }
    for level, element in enumerate((card.element, card.container, *card.container.iterancestors())):
        if element.tag in TAGS:
            found[f"in {element.tag}"] = 1.0
        if element.tag not in PAGE_TAGS:
            where = "near" if level <= NEAR else "far"
            for token in f"{element.get('class') or ''} {element.get('id') or ''}".split():
                for meaning in _meanings(token):
                    found[f"{where} {meaning}"] = 1.0
    return found


@lru_cache(maxsize=65_536)
def _meanings(token: str) -> tuple[str, ...]:
    """What a class or an id speaks of."""
    return tuple({match.lastgroup for match in CLASS_WORDS.finditer(token.lower()) if match.lastgroup})
