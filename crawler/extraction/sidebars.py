"""The lists beside a story: from a parsed page to its sidebars, on any site.

A sidebar is a repeated structure: cards of one shape, each with one story's link, in one container, often under a
heading. In: a Document, and what is already known to be the story. Out: sidebars in the page's order, with the
elements they were read from. What makes a list a sidebar was learnt from the pages of tests/extraction/sidebar_labels.
"""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass

from lxml.html import HtmlElement

from crawler.extraction.document import Document
from crawler.extraction.sidebar_cards import read_card
from crawler.extraction.sidebar_lists import CardList, card_lists, story_links
from crawler.extraction.sidebar_model import probability
from crawler.extraction.sidebar_words import CLASS_ROLES, role_of_heading
from crawler.items import Sidebar, SidebarRole

LEAST_PROBABILITY = 0.5
MAX_ENTRIES = 200  # entries of one sidebar
CLASS_LEVELS = 4  # containers above a list whose class words may tell its role


@dataclass(slots=True)
class Found:
    """One sidebar, and the elements it was read from: its entries' cards, and its heading's where it has one."""

    sidebar: Sidebar
    cards: list[HtmlElement]
    heading: HtmlElement | None


def find(
    document: Document, story_elements: Collection[HtmlElement] = (), container: HtmlElement | None = None
) -> list[Sidebar]:
    """The page's sidebars, in its order. story_elements: the story's own blocks, never read as entries. container: the
    element that holds the story; a list may stand in it, but holds it never. Never raises on bad markup."""
    return [found.sidebar for found in locate(document, story_elements, container)]


def locate(
    document: Document, story_elements: Collection[HtmlElement] = (), container: HtmlElement | None = None
) -> list[Found]:
    """As find, with the elements each sidebar was read from."""
    found: list[Found] = []
    seen: set[tuple[str | None, ...]] = set()
    page = story_links(document)
    for candidate in card_lists(page, story_elements, container):
        if not may_be_sidebar(candidate) or probability(candidate, page) < LEAST_PROBABILITY:
            continue
        read = read_list(candidate, document)
        key = (read.sidebar.heading, *(entry.url for entry in read.sidebar.entries))
        # The same list twice is one list, printed for wide and for narrow screens.
        if len(read.sidebar.entries) >= min(2, len(candidate.cards)) and key not in seen:
            seen.add(key)
            found.append(read)
    return found


def may_be_sidebar(candidate: CardList) -> bool:
    """Whether a list has entries enough: two, or one under a heading that names a role."""
    if len(candidate.cards) > 1:
        return True
    return candidate.heading_text is not None and role_of_heading(candidate.heading_text) is not None


def read_list(candidate: CardList, document: Document) -> Found:
    """A list's sidebar, whatever the list is."""
    found = Found(Sidebar(candidate.heading_text, role_of(candidate)), [], candidate.heading)
    entries = found.sidebar.entries
    seen: set[str] = set()
    for card in candidate.cards:
        url = document.link(card.links[0].element.get("href"))
        entry = read_card(card.element, [link.element for link in card.links])
        if entry is None or url is None or url in seen:
            continue
        seen.add(url)
        entry.url, entry.position = url, len(entries) + 1
        entries.append(entry)
        found.cards.append(card.element)
        if len(entries) == MAX_ENTRIES:
            break
    return found


def role_of(candidate: CardList) -> SidebarRole:
    """A list's role from its heading's words, in any of the languages known, else from the class words above it."""
    if candidate.heading_text and (said := role_of_heading(candidate.heading_text)):
        return said
    element: HtmlElement | None = candidate.cards[0].container
    for _ in range(CLASS_LEVELS):
        if element is None:
            break
        words = f"{element.get('class') or ''} {element.get('id') or ''}".lower().replace("_", "-")
        for role, pattern in CLASS_ROLES:
            if pattern.search(words):
                return role
        element = element.getparent()
    return "other"
