"""The lists beside a story: from a parsed page to its sidebars, on any site.

A sidebar is a repeated structure: cards of one shape, each with one story's link, in one container, often under a
heading. In: a Document, and what is already known to be the story. Out: sidebars in the page's order, with the
elements they were read from. What makes a list a sidebar was learnt from the pages of tests/extraction/sidebar_labels.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator
from dataclasses import dataclass, field
from functools import lru_cache
from itertools import islice
from urllib.parse import urlsplit

from lxml.html import HtmlElement

from crawler.extraction.document import Document
from crawler.extraction.sidebar_cards import HEADING_TAGS, SILENT_TAGS, is_headline, read_card
from crawler.extraction.sidebar_words import CLASS_ROLES, HEADING_ROLES, LISTINGS, NEVER_STORIES
from crawler.items import Sidebar, SidebarEntry, SidebarRole

MAX_LINKS = 6_000  # links read of one page, in its order: the largest news page measured has 876
MAX_ENTRIES = 200  # entries of one sidebar
MAX_LINK_TEXT = 400  # characters read of a link to tell whether it is a headline
WRAPPERS = 3  # wrappers (rows, columns) around the cards of one list that still are one list
HEADING_LEVELS = 5  # containers climbed in search of a list's heading
MAX_HEADING = 60  # characters: longer is a headline or a sentence
PAGE_TAGS = frozenset({"html", "body", "main"})


@dataclass(slots=True)
class Found:
    """One sidebar, and the elements it was read from: its entries' cards, and its heading's where it has one."""

    sidebar: Sidebar
    cards: list[HtmlElement]
    heading: HtmlElement | None


@dataclass(slots=True)
class Card:
    """The largest element that holds one story's link and no other's. path: the story's; container: its parent."""

    element: HtmlElement
    container: HtmlElement
    path: str
    links: list[HtmlElement]
    shape: str


@dataclass(slots=True)
class CardList:
    """Cards that stand together, and the heading above them."""

    cards: list[Card] = field(default_factory=list)
    heading: HtmlElement | None = None
    heading_text: str | None = None


def find(
    document: Document, story_elements: Collection[HtmlElement] = (), container: HtmlElement | None = None
) -> list[Sidebar]:
    """The page's sidebars, in its order. story_elements: the story's own blocks, never read as entries; container:
    the element that holds the story, whose links inside running text are no entries. Never raises on bad markup."""
    return [found.sidebar for found in locate(document, story_elements, container)]


def locate(
    document: Document, story_elements: Collection[HtmlElement] = (), container: HtmlElement | None = None
) -> list[Found]:
    """As find, with the elements each sidebar was read from."""
    found: list[Found] = []
    seen: set[tuple[str | None, ...]] = set()
    for candidate in card_lists(document, story_elements):
        if len(candidate.cards) < 2 or not _is_sidebar(candidate):
            continue
        read = read_list(candidate, document)
        key = (read.sidebar.heading, *(entry.url for entry in read.sidebar.entries))
        # The same list twice is one list, printed for wide and for narrow screens.
        if len(read.sidebar.entries) >= 2 and key not in seen:
            seen.add(key)
            found.append(read)
    return found


# --- which links are stories


@lru_cache(maxsize=4096)
def _site(host: str) -> str:
    """The registered domain, near enough: two labels, three under a country's short second level (co.uk, com.br)."""
    labels = host.lower().rsplit("@", 1)[-1].split(":", 1)[0].strip(".").split(".")
    keep = 3 if len(labels) > 2 and len(labels[-2]) <= 3 and len(labels[-1]) == 2 else 2
    return ".".join(labels[-keep:])


_ABSOLUTE = re.compile(r"(?:https?:)?//([^/?#]*)([^#]*)", re.IGNORECASE)
_OTHER_SCHEME = re.compile(r"[a-z][a-z0-9+.-]*:", re.IGNORECASE)
_QUERY_IS_STORY = re.compile(
    r"[?&][^&=]*(?:id|idx|no|num|nr|p|key|cod|art\w*|serial\w*|story|news\w*)=[^&]*\d", re.IGNORECASE
)
_STORY_DIGITS = re.compile(r"\d{5}|/(?:19|20)\d\d/")
MAX_PATH = 1_000  # characters: a longer address is no story's


def _names_story(path: str) -> bool:
    """Whether a path looks like a story's: a long number, a year, or a slug of four words."""
    last = path.rpartition("/")[2]
    return last.count("-") >= 3 or last.count("_") >= 3 or _STORY_DIGITS.search(path) is not None


def _surely_names_story(path: str) -> bool:
    """As _names_story, where a story is the less likely thing: its last part has a number or a slug of five words."""
    last = path.rpartition("/")[2]
    return last.count("-") >= 4 or re.search(r"\d{4}", last) is not None


def _path(href: str, site: str) -> str | None:
    """A link's path, with a query where it names the story, where it stays on the site; else None."""
    href = href.strip()
    if not href or href[0] == "#" or len(href) > MAX_PATH:
        return None
    if match := _ABSOLUTE.match(href):
        if _site(match[1]) != site:
            return None
        path = match[2]
    elif _OTHER_SCHEME.match(href):
        return None
    else:
        path = href.split("#", 1)[0]
    bare, mark, _ = path.partition("?")
    if mark and not _QUERY_IS_STORY.search(path):
        path = bare
    return path.rstrip("/") or None


def _is_listing(path: str) -> bool:
    """Whether a path opens a person, a tag, a form or a listing."""
    segments = path.lower().split("?", 1)[0].split("/")
    if not NEVER_STORIES.isdisjoint(segments):
        return True
    return not LISTINGS.isdisjoint(segments) and not _surely_names_story(path)


def _link_text(link: HtmlElement) -> str:
    text = link.text_content() if len(link) else link.text or ""
    return " ".join(text[:MAX_LINK_TEXT].split())


def _story_links(document: Document) -> list[tuple[str, HtmlElement]]:
    """Every link that may be another story's, with its path, in the page's order."""
    site = _site(urlsplit(document.url).netloc)
    own = {_path(url, site) for url in (document.url, document.canonical) if url}
    links: list[tuple[str, HtmlElement, str]] = []
    stories: set[str] = set()
    others: dict[str, bool] = {}
    for link in islice(document.root.iter("a"), MAX_LINKS):
        path = _path(link.get("href") or "", site)
        if path is None or path in own:
            continue
        listing = others.get(path)
        if listing is None:
            listing = others[path] = _is_listing(path)
        if listing:
            continue
        text = _link_text(link)
        links.append((path, link, text))
        if path not in stories and (is_headline(text) or (text and _names_story(path))):
            stories.add(path)
    stories |= _alike(links, stories)
    return [(path, link) for path, link, _ in links if path in stories]


def _alike(links: list[tuple[str, HtmlElement, str]], stories: set[str]) -> set[str]:
    """Paths of links with short texts that are set just as the headlines of two other stories are."""
    settings: dict[str, set[str]] = {}
    short: dict[str, str] = {}
    for path, link, text in links:
        if path in stories:
            if is_headline(text):
                settings.setdefault(_setting(link), set()).add(path)
        elif len(text) >= 3 and path.count("/") > 1:
            short.setdefault(path, _setting(link))
    return {path for path, setting in short.items() if len(settings.get(setting, ())) >= 2}


def _setting(link: HtmlElement) -> str:
    """A link's own shape and those of the two elements above it."""
    parent = link.getparent()
    above = parent.getparent() if parent is not None else None
    return " ".join(_shape(element) for element in (above, parent, link) if element is not None)


# --- cards and lists


def card_lists(document: Document, story_elements: Collection[HtmlElement] = ()) -> list[CardList]:
    """Every run of cards on the page, sidebar or not, with the heading above it."""
    links = _story_links(document)
    story = set(story_elements)
    cards = _cards(links, _owners(links, story))
    if story:
        cards = [card for card in cards if not _stands_in(card.element, story)]
    lists: list[CardList] = []
    for candidate in _runs(cards):
        _read_heading(candidate)
        if lists and _leads(lists[-1], candidate):
            candidate = CardList(lists[-1].cards + candidate.cards, lists[-1].heading, lists.pop().heading_text)
        lists.append(candidate)
    return lists


def _leads(lead: CardList, rest: CardList) -> bool:
    """Whether a single card under a heading is the first, larger one of the list that follows it."""
    if len(lead.cards) != 1 or lead.heading is None or rest.heading is not None:
        return False
    above = set(_above(lead.cards[0].element))
    return any(element in above for element in _above(rest.cards[0].element))


def _above(element: HtmlElement) -> list[HtmlElement]:
    """The nearest elements above, short of the page's own."""
    return [above for above in islice(element.iterancestors(), WRAPPERS) if above.tag not in PAGE_TAGS]


_MANY = ""  # the owner of an element that holds several stories' links, or a part of the story


def _owners(links: list[tuple[str, HtmlElement]], story: Collection[HtmlElement]) -> dict[HtmlElement, str]:
    """For each element above a story link: the one path it holds, or _MANY."""
    owners: dict[HtmlElement, str] = {}
    for element in story:
        _claim(element, _MANY, owners)
    for path, link in links:
        _claim(link, path, owners)
    return owners


def _claim(element: HtmlElement | None, path: str, owners: dict[HtmlElement, str]) -> None:
    while element is not None:
        owner = owners.get(element)
        if owner is None:
            owners[element] = path
        elif owner in (path, _MANY):
            return
        else:
            owners[element] = path = _MANY
        element = element.getparent()


def _cards(links: list[tuple[str, HtmlElement]], owners: dict[HtmlElement, str]) -> list[Card]:
    """The largest element of each story link that holds no other story's."""
    cards: dict[HtmlElement, Card] = {}
    for path, link in links:
        element, parent = link, link.getparent()
        while parent is not None and owners.get(parent) == path:
            element, parent = parent, parent.getparent()
        if parent is None or owners.get(element) == _MANY:
            continue
        if element in cards:
            cards[element].links.append(link)
        else:
            cards[element] = Card(element, parent, path, [link], _shape(element))
    return list(cards.values())


def _stands_in(element: HtmlElement, elements: set[HtmlElement]) -> bool:
    return element in elements or any(ancestor in elements for ancestor in element.iterancestors())


def _shape(element: HtmlElement) -> str:
    classes = (element.get("class") or "").split(None, 1)
    return f"{element.tag}.{classes[0]}" if classes else str(element.tag)


def _runs(cards: list[Card]) -> Iterator[CardList]:
    """Runs of cards that stand together: in one container, or of one shape under a near common ancestor."""
    current = CardList()
    for card in cards:
        if current.cards and not _continues(current.cards[-1], card):
            yield current
            current = CardList()
        current.cards.append(card)
    if current.cards:
        yield current


def _continues(previous: Card, card: Card) -> bool:
    if previous.container is card.container:
        return not _heading_between(previous.element, card.element)
    if previous.shape != card.shape or _heading_between(None, card.element):
        return False
    left, right = previous.container, card.container
    for _ in range(WRAPPERS):
        above_left, above_right = left.getparent(), right.getparent()
        if above_left is None or above_right is None or right.tag in PAGE_TAGS or _shape(left) != _shape(right):
            return False
        if above_left is above_right:
            return not _heading_between(left, right)
        if _heading_between(None, right):
            return False
        left, right = above_left, above_right
    return False


def _heading_between(first: HtmlElement | None, second: HtmlElement) -> bool:
    """Whether a heading stands among the siblings after first (or from the start) and before second."""
    sibling = second.getprevious()
    while sibling is not None and sibling is not first:
        if sibling.tag in HEADING_TAGS:
            return True
        sibling = sibling.getprevious()
    return False


# --- the heading and the role


def _read_heading(candidate: CardList) -> None:
    """The nearest text before the first card, where it is short enough for a heading."""
    element = candidate.cards[0].element
    shape = candidate.cards[0].shape
    for level in range(HEADING_LEVELS):
        for sibling in element.itersiblings(preceding=True):
            # A sibling of the cards' shape is a card that was left out, as that of the page's own story.
            if (
                not isinstance(sibling.tag, str)
                or sibling.tag in SILENT_TAGS
                or (not level and _shape(sibling) == shape)
            ):
                continue
            text = _heading_text(sibling)
            if text is None:
                continue
            if len(text) <= MAX_HEADING:
                candidate.heading, candidate.heading_text = sibling, text
            return
        parent = element.getparent()
        if parent is None or parent.tag in PAGE_TAGS:
            return
        element = parent


def _heading_text(element: HtmlElement) -> str | None:
    """An element's text as a heading: that of its own h1 to h6 where it has one. None where it has no text."""
    if element.tag not in HEADING_TAGS:
        for heading in element.iter(*HEADING_TAGS):
            text = " ".join(heading.text_content().split())
            if text:
                return text
    text = " ".join(element.text_content()[: MAX_HEADING * 8].split())
    return text or None


def role_of(heading: str | None, classes: str = "") -> SidebarRole:
    """A list's role from its heading's words, in any of the languages known, else from its class words."""
    lowered = (heading or "").lower()
    for role, words in HEADING_ROLES if lowered else ():
        if words.search(lowered):
            return role
    lowered = classes.lower().replace("_", "-")
    return next((role for role, words in CLASS_ROLES if words.search(lowered)), "other")


# --- is it a sidebar?

FURNITURE = re.compile(
    r"(?:^|[\s_-])(?:nav|navbar|navigation|menu|submenu|megamenu|footer|breadcrumbs?|comments?|disqus|share|sharing|social|"
    r"toolbar|cookie|consent|outbrain|taboola|sponsored|advert\w*|pagination|pager|tags?|byline|login|paywall)(?:$|[\s_-])",
    re.IGNORECASE,
)
BESIDE = re.compile(
    r"related|recommend|popular|most|trending|latest|recent|more|sidebar|aside|widget|teaser|ranking|read-?(?:next|also)|"
    r"editor|opinion|top-?stor|headlines|also",
    re.IGNORECASE,
)


def _path_words(element: HtmlElement) -> tuple[str, set[str]]:
    """The classes and ids of the nearest ancestors, and all ancestors' tags."""
    words, tags = [], set()
    for level, ancestor in enumerate((element, *element.iterancestors())):
        tags.add(str(ancestor.tag))
        if level < 8 and ancestor.tag not in PAGE_TAGS:
            words.append(f"{ancestor.get('class') or ''} {ancestor.get('id') or ''}")
    return " ".join(words), tags


def _is_sidebar(candidate: CardList) -> bool:
    words, tags = _path_words(candidate.cards[0].container)
    if not tags.isdisjoint(("nav", "footer")) or FURNITURE.search(words):
        return False
    headlines = sum(_has_headline(card) for card in candidate.cards)
    if headlines < 2 or headlines < len(candidate.cards) / 2:
        return False
    inline = sum(_is_inline(card) for card in candidate.cards)
    if inline > len(candidate.cards) / 3:
        return False
    role = role_of(candidate.heading_text, words)
    return role != "other" or bool(BESIDE.search(words)) or headlines >= 3


def _has_headline(card: Card) -> bool:
    """Whether a card's link is long enough for a headline, or set as one."""
    if any(is_headline(_link_text(link)) for link in card.links):
        return True
    return next(card.element.iter(*HEADING_TAGS), None) is not None


def _is_inline(card: Card) -> bool:
    """Whether the link is a part of running text."""
    paragraph = card.element
    if paragraph.tag == "a":
        paragraph = card.container
    if paragraph.tag not in ("p", "li", "blockquote", "td", "div"):
        return False
    linked = sum(len(_link_text(link)) for link in card.links)
    own = (paragraph.text or "") + "".join(child.tail or "" for child in paragraph)
    return len(own.strip()) > max(20, linked)


# --- a list to a sidebar


def read_list(candidate: CardList, document: Document) -> Found:
    """A list's sidebar, whatever the list is."""
    words, _ = _path_words(candidate.cards[0].container)
    sidebar = Sidebar(heading=candidate.heading_text, role=role_of(candidate.heading_text, words))
    found = Found(sidebar, [], candidate.heading)
    seen: set[str] = set()
    for card in candidate.cards:
        entry = _entry(card, document)
        if entry is None or entry.url is None or entry.url in seen:
            continue
        seen.add(entry.url)
        entry.position = len(sidebar.entries) + 1
        sidebar.entries.append(entry)
        found.cards.append(card.element)
        if len(sidebar.entries) == MAX_ENTRIES:
            break
    return found


def _entry(card: Card, document: Document) -> SidebarEntry | None:
    entry = read_card(card.element, card.links)
    if entry is not None:
        entry.url = document.link(card.links[0].get("href"))
    return entry
