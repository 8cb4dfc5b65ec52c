"""Whether a list of story links is a sidebar: a weighted sum of what can be seen of it.

In: a CardList and the page's links. Out: a probability. The weights, one a feature, are learnt by
`python -m benchmarks.train_sidebars` from the lists of the labelled pages and stand in sidebar_weights.json.
"""

from __future__ import annotations

import json
import math
from functools import lru_cache

from lxml.html import HtmlElement

from crawler.extraction.files import read
from crawler.extraction.sidebar_cards import HEADING_TAGS, is_headline
from crawler.extraction.sidebar_lists import (
    FOUR_DIGITS,
    MEMORY,
    PAGE_TAGS,
    Card,
    CardList,
    StoryLinks,
    names_story,
    surely_names_story,
)
from crawler.extraction.sidebar_words import ADVERT_HEADINGS, FURNITURE_HEADINGS, meanings, role_of_heading

NEAR = 7  # containers above a list whose class words are its own; those further up are the page's parts
SIZES = ((1, "one"), (2, "two"), (3, "three"), (8, "few"), (20, "many"))  # up to so many cards
MAX_CLASSES = 400  # characters of an element's classes and id that are read, and remembered
LOOKED_AT = 8  # cards of a list that are looked at: the others are alike
TAGS = ("nav", "footer", "header", "aside", "main", "article", "section", "form", "table", "p")
WEIGHTS: dict[str, float] = json.loads(read("sidebar_weights.json"))


def probability(candidate: CardList, page: StoryLinks) -> float:
    """How likely the list is a sidebar, 0 to 1."""
    if is_surely_none(candidate):
        return 0.0
    total = math.fsum([WEIGHTS.get(name, 0.0) * value for name, value in features(candidate, page).items()])
    return 1 / (1 + math.exp(-max(-30.0, min(30.0, total))))


def is_surely_none(candidate: CardList) -> bool:
    """Whether a list is adverts that say so, or the stories before and after this one."""
    if candidate.heading_text and _heading_means(candidate.heading_text)[0]:
        return True
    return all(_is_neighbour(card) for card in candidate.cards[:LOOKED_AT])


def features(candidate: CardList, page: StoryLinks) -> dict[str, float]:
    """What is seen of a list, each 0 to 1: its size, texts, addresses, heading, place, and the words and tags above."""
    heading = candidate.heading_text or ""
    has_role = role_of_heading(heading) is not None and not _heading_means(heading)[1]
    found = {"bias": 1.0, f"{_size(len(candidate.cards))} {'under a role' if has_role else 'cards'}": 1.0}
    found.update(_card_features(candidate.cards[:LOOKED_AT], page))
    found.update(_heading_features(candidate))
    found.update(_place_features(candidate.cards[0], page))
    return found


def _size(cards: int) -> str:
    return next((name for most, name in SIZES if cards <= most), "very many")


def _card_features(cards: list[Card], page: StoryLinks) -> dict[str, float]:
    texts = [max([link.text for link in card.links], key=len) for card in cards]
    paths = [card.links[0].path for card in cards]
    # A short headline is told from a menu's word by the heading it stands in.
    headed = [is_headline(text) or _holds(card.element, *HEADING_TAGS) for text, card in zip(texts, cards, strict=True)]
    short = [len(text) < 18 and not head for text, head in zip(texts, headed, strict=True)]
    own_depth, own_has_number = _pattern(page.own)
    patterns = [_pattern(path) for path in paths]
    n = len(cards)
    return {
        "headlines": sum(headed) / n,
        "short texts": sum(short) / n,
        "words": min(12.0, sum([text.count(" ") + 1 for text in texts]) / n) / 12,
        "pictures": sum([_holds(card.element, "img", "picture", "figure") for card in cards]) / n,
        "story paths": sum(map(names_story, paths)) / n,
        "sure story paths": sum(map(surely_names_story, paths)) / n,
        "depth as own": sum([depth == own_depth for depth, _ in patterns]) / n,
        "numbered as own": sum([has_number == own_has_number for _, has_number in patterns]) / n,
        "to a comment": sum(map(_is_comment, cards)) / n,
        "one container": float(all(card.container is cards[0].container for card in cards)),
    }


def _holds(element: HtmlElement, *tags: str) -> bool:
    return next(element.iter(*tags), None) is not None


def _pattern(path: str) -> tuple[int, bool]:
    """A path's depth, and whether it has a number."""
    return path.count("/"), FOUR_DIGITS.search(path) is not None


def _is_neighbour(card: Card) -> bool:
    """Whether a card is the story before or after this one."""
    for link in card.links:
        if (link.element.get("rel") or "").lower() in ("prev", "next"):
            return True
        parent = link.element.getparent()
        for element in (link.element, parent, card.element):
            if element is not None and "neighbour" in meanings(_names(element)):
                return True
    return False


def _is_comment(card: Card) -> bool:
    return len(card.links) == 1 and "#comment" in (card.links[0].element.get("href") or "")


def _heading_features(candidate: CardList) -> dict[str, float]:
    if candidate.heading is None or not candidate.heading_text:
        return {}
    heading = candidate.heading
    return {
        "heading tag": float(heading.tag in HEADING_TAGS or _holds(heading, *HEADING_TAGS)),
        "heading of furniture": float(_heading_means(candidate.heading_text)[1]),
        "heading is short": float(len(candidate.heading_text.lower()) <= 25),
    }


@lru_cache(maxsize=MEMORY)
def _heading_means(heading: str) -> tuple[bool, bool]:
    """Whether a heading is one of adverts, and one that sidebars seldom have."""
    lowered = heading.lower()
    return ADVERT_HEADINGS.search(lowered) is not None, FURNITURE_HEADINGS.search(lowered) is not None


def _place_features(card: Card, page: StoryLinks) -> dict[str, float]:
    place = card.links[0].place
    tags: set[str] = set()
    near: set[str] = set()
    far: set[str] = set()
    for level, element in enumerate((card.element, card.container, *card.container.iterancestors())):
        tag = element.tag
        # A list inside a list's item unfolds from a menu.
        if tag in TAGS or (tag == "li" and level > 1):
            tags.add(tag)
        if tag not in PAGE_TAGS:
            if element not in page.named:  # most of these are above many lists
                page.named[element] = meanings(_names(element))
            (near if level <= NEAR else far).update(page.named[element])
    return {
        "before the headline": float(place <= page.headline),
        "place": place / max(1, page.total),
        **{f"in {tag}": 1.0 for tag in tags},
        **{f"near {meaning}": 1.0 for meaning in near},
        **{f"far {meaning}": 1.0 for meaning in far},
    }


def _names(element: HtmlElement) -> str:
    return f"{element.get('class') or ''} {element.get('id') or ''}"[:MAX_CLASSES]
