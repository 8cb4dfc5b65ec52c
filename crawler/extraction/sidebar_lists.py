"""The lists of story links on a page, sidebars or not: links to cards, cards to lists, and the heading above each.

In: a parsed page, and the story's own elements where they are known. Out: CardLists in the page's order. A card is the
largest element that holds one story's link and no other's; a list is a run of cards in one container, or of one shape.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Collection, Container, Iterator
from dataclasses import dataclass, field
from functools import lru_cache
from itertools import islice
from urllib.parse import urlsplit

from lxml.etree import tostring
from lxml.html import HtmlElement

from crawler.extraction.document import Document
from crawler.extraction.sidebar_cards import HEADING_TAGS, SILENT_TAGS, UNSPACED, is_headline, pieces_of
from crawler.extraction.sidebar_words import ADVERT_MARK, LISTINGS, NEVER_STORIES, role_of_heading, words_of

MEMORY = 16_384  # paths of which is remembered what they name: a page links to a story more than once, a site often
MAX_LINKS = 6_000  # links read of one page, in its order: the largest news page measured has 876
MAX_PATH = 1_000  # characters: a longer address is no story's
FILES = tuple(words_of(".jpg .jpeg .png .gif .webp .svg .pdf .zip .mp3 .mp4 .doc .docx .xls .xlsx"))
MAX_LINK_TEXT = 400  # characters read of a link to tell whether it is a headline
WRAPPERS = 3  # wrappers (rows, columns) around the cards of one list that still are one list
HEADING_LEVELS = 5  # containers climbed in search of a list's heading
MAX_SIBLINGS = 30  # siblings before a list looked at in one container: adverts and scripts stand there too
MAX_HEADING = 60  # characters: longer is a headline or a sentence
MAX_HEADING_BLOCK = 200  # characters: a block of a heading, tabs and 'see all'; a longer one is text
MAX_HEADING_PIECES = 10  # of such a block
HEADING_CLASS = re.compile(r"title|titel|titre|titulo|heading|header|ttl", re.IGNORECASE)
# A heading's first piece that the next one, a link to the section or person named, ends: 'More from'.
GOES_ON = re.compile(
    r"(?:^|\s)(?:from|in|on|about|by|of|de|du|en|sur|sobre|em|von|aus|zu|zum|zur|über|di|da|su|van|uit|over|om|från|fra|av|af)$",
    re.IGNORECASE,
)
HIDDEN_CLASS = re.compile(r"sr-only|visually-?hidden|screen-?reader|a11y|\bhidden\b", re.IGNORECASE)
PAGE_TAGS = frozenset({"html", "body", "main"})


@dataclass(slots=True)
class StoryLink:
    """A link that may be another story's. path: its address on the site; place: its number among the page's links."""

    element: HtmlElement
    path: str
    text: str
    place: int


@dataclass(slots=True)
class Card:
    """The largest element that holds one story's links and no other's. container: its parent."""

    element: HtmlElement
    container: HtmlElement
    shape: str
    links: list[StoryLink]


@dataclass(slots=True)
class CardList:
    """Cards that stand together, and the heading above them."""

    cards: list[Card] = field(default_factory=list)
    heading: HtmlElement | None = None
    heading_text: str | None = None


@dataclass(slots=True)
class StoryLinks:
    """The links of a page that may be stories'. own: the page's own path; total: how many links the page has;
    headline: how many stand before its main heading; on_site: each address on the site as it stands in them, once.
    named: what the names of elements above lists were found to mean."""

    links: list[StoryLink]
    own: str
    total: int
    headline: int
    on_site: list[str]
    named: dict[HtmlElement, Collection[str]] = field(default_factory=dict)


def card_lists(
    page: StoryLinks, story_elements: Collection[HtmlElement] = (), container: HtmlElement | None = None
) -> list[CardList]:
    """Every run of cards on the page, with the heading above it. No card stands in a story element, none holds one or
    the story's container."""
    story = set(story_elements)
    owners = _owners(page.links, story if container is None else story | {container})
    cards = _cards(page.links, owners)
    if story:
        known: dict[HtmlElement, bool] = {}
        cards = [card for card in cards if not _stands_in(card.element, story, known)]
    lists: list[CardList] = []
    for candidate in _runs(cards, owners):
        _read_heading(candidate, owners)
        if len(candidate.cards) == 1 and candidate.heading is None:
            _read_inner_heading(candidate)
        if lists and _leads(lists[-1], candidate):
            lead = lists.pop()
            candidate = CardList(lead.cards + candidate.cards, lead.heading, lead.heading_text)
        lists.append(candidate)
    return lists


# --- which links are stories


def story_links(document: Document) -> StoryLinks:
    """Every link that may be a story's: of the paper's own site, not to a listing, and named or worded so."""
    if "story_links" not in document.known:
        document.known["story_links"] = _find_story_links(document)
    found: StoryLinks = document.known["story_links"]
    return found


def _find_story_links(document: Document) -> StoryLinks:
    site = site_of(urlsplit(document.url).netloc)
    own = [path for path in (_path(url, site) for url in (document.url, document.canonical) if url) if path]
    links: list[StoryLink] = []
    on_site: list[str] = []
    stories: set[str] = set()
    folders = frozenset(segment for path in own for segment in path.lower().split("/"))
    never, listings = NEVER_STORIES - folders, LISTINGS - folders
    origin = document.origin if site_of(document.origin.rpartition("/")[2]) == site else ""
    paths: dict[str, str | None] = {}
    place = headline = 0
    for element in document.links[:MAX_LINKS]:
        if element.tag == "h1":
            headline = headline or place
            continue
        place += 1
        href = element.get("href") or ""
        if href not in paths:
            path = _path(href, site, origin)
            if path is not None:
                on_site.append(href)
            paths[href] = None if path is None or _is_listing(path, never, listings) else path
        path = paths[href]
        if path is None:
            continue
        text, style = _link_text(element), element.get("style")
        named, worded = names_story(path), is_headline(text)
        # What neither reads nor is named as a story's, nor lies in a folder, is a menu's.
        if (named or worded or path.count("/") > 1) and (style is None or not _hides(style)):
            links.append(StoryLink(element, path, text, place))
            if text and (named or (worded and not _is_word(path))) and path not in own:
                stories.add(path)
    return StoryLinks(_of_stories(links, stories, own), own[0] if own else "", place, headline, on_site)


def _of_stories(links: list[StoryLink], stories: Container[str], own: Container[str]) -> list[StoryLink]:
    """Those of the links whose path is one of those known to be stories', and those that are set as they are, if such
    may be stories'. Links to the page's own story count where they are set so: menus, share bars and comments link to
    it as well."""
    settings: dict[tuple[str | None, ...], set[str]] = {}
    for link in links:
        if link.path in stories and link.text:
            settings.setdefault(_setting(link.element), set()).add(link.path)
    times = Counter([link.path for link in links])

    def is_alike(link: StoryLink) -> bool:
        # A path linked time and again is a section's, printed with each of its stories.
        if link.path not in own and (link.path.count("/") < 2 or times[link.path] > 2):
            return False
        return len(link.text) >= 3 and len(settings.get(_setting(link.element), ())) >= 2

    return [link for link in links if link.path in stories or is_alike(link)]


@lru_cache(maxsize=4096)
def site_of(host: str) -> str:
    """The registered domain, near enough: two labels, three under a country's short second level (co.uk, com.br)."""
    labels = host.lower().rsplit("@", 1)[-1].split(":", 1)[0].strip(".").split(".")
    keep = 3 if len(labels) > 2 and len(labels[-2]) <= 3 and len(labels[-1]) == 2 else 2
    return ".".join(labels[-keep:])


_ABSOLUTE = re.compile(r"(?:https?:)?//([^/?#]*)(.*)", re.IGNORECASE | re.DOTALL)
_OTHER_SCHEME = re.compile(r"[a-z][a-z0-9+.-]*:", re.IGNORECASE)
_QUERY_NAMES_STORY = re.compile(
    r"[?&](?:\w{0,12}(?:id|idx|no|num|nr|key)|p|cod|art\w{0,8}|serial\w{0,8}|story|news\w{0,8})=\w*\d", re.IGNORECASE
)
_STORY_DIGITS = re.compile(r"\d{5}|/(?:19|20)\d\d/")
FOUR_DIGITS = re.compile(r"\d\d{3}")  # found in half of the time that \d{4} takes


def _path(href: str, site: str, origin: str = "") -> str | None:
    """A link's path, with a query where it names the story, where it stays on the site; else None. origin: what most of
    the site's absolute addresses begin with."""
    href = href.strip()
    if not href or href[0] == "#" or len(href) > MAX_PATH:
        return None
    if href[0] == "/" and href[1:2] != "/":
        path = href
    elif origin and href.startswith(f"{origin}/"):
        path = href[len(origin) :]
    elif match := _ABSOLUTE.match(href):
        if site_of(match[1]) != site:
            return None
        path = match[2]
    elif _OTHER_SCHEME.match(href):
        return None
    else:
        path = href
    if "#" in path:
        path = path[: path.index("#")]
    if "?" in path and not _QUERY_NAMES_STORY.search(path):
        path = path[: path.index("?")]
    return path.rstrip("/") or None


def _is_listing(path: str, never: frozenset[str], listings: frozenset[str]) -> bool:
    """Whether a path opens a file, a person, a tag, a form or a listing, by its ending and the words of its folders:
    those of what is never a story, and those of listings."""
    segments = path.lower().partition("?")[0].split("/")
    if "." in segments[-1] and segments[-1].endswith(FILES):
        return True
    if not never.isdisjoint(segments):
        return True
    return not listings.isdisjoint(segments) and not surely_names_story(path)


@lru_cache(maxsize=MEMORY)
def names_story(path: str) -> bool:
    """Whether a path looks like a story's: a long number, a year, or a slug of four words."""
    last = path.rpartition("/")[2]
    return last.count("-") >= 3 or last.count("_") >= 3 or _STORY_DIGITS.search(path) is not None


def surely_names_story(path: str) -> bool:
    """As names_story, where a story is the less likely thing: its last part has a number or a slug of five words."""
    last = path.rpartition("/")[2]
    return last.count("-") >= 4 or FOUR_DIGITS.search(last) is not None


def _is_word(path: str) -> bool:
    """Whether a path ends in one plain word, as those of sections do."""
    last = path.rpartition("/")[2]
    return last.isalpha() and last.isascii() and len(last) < 16


def _link_text(link: HtmlElement) -> str:
    text = tostring(link, method="text", encoding="unicode", with_tail=False) if len(link) else link.text or ""
    return " ".join(text[:MAX_LINK_TEXT].split())


def _hides(style: str) -> bool:
    """Whether a link's own style says that no reader sees it: it is a trap for robots."""
    return "display:none" in style.replace(" ", "").lower()


def _setting(link: HtmlElement) -> tuple[str | None, ...]:
    """A link's classes, and the tags and classes of the two elements above it."""
    parent = link.getparent()
    above = parent.getparent() if parent is not None else None
    if parent is None or above is None:
        return ()
    return link.get("class"), str(parent.tag), parent.get("class"), str(above.tag), above.get("class")


# --- links to cards, cards to lists

_MANY = ""  # the owner of an element that holds several stories' links, or a part of the story


def _owners(links: list[StoryLink], story: Collection[HtmlElement]) -> dict[HtmlElement, str]:
    """For each element above a story link: the one path it holds, or _MANY."""
    owners: dict[HtmlElement, str] = {}
    for element in story:
        _claim(element, _MANY, owners)
    for link in links:
        _claim(link.element, link.path, owners)
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


def stand_beside_one(page: StoryLinks, elements: Collection[HtmlElement]) -> list[bool]:
    """Whether the nearest links to stories about each element are to one story: what stands in a card does."""
    owners = _owners(page.links, ())
    found = []
    for element in elements:
        above: HtmlElement | None = element
        while above is not None and above not in owners:
            above = above.getparent()
        found.append(above is not None and owners[above] != _MANY)
    return found


def _cards(links: list[StoryLink], owners: dict[HtmlElement, str]) -> list[Card]:
    """The largest element of each story link that holds no other story's."""
    cards: dict[HtmlElement, Card] = {}
    for link in links:
        element, parent = link.element, link.element.getparent()
        while parent is not None and owners.get(parent) == link.path:
            element, parent = parent, parent.getparent()
        if parent is None or owners.get(element) == _MANY:
            continue
        if element in cards:
            cards[element].links.append(link)
        else:
            cards[element] = Card(element, parent, shape_of(element), [link])
    return list(cards.values())


def _stands_in(element: HtmlElement, story: set[HtmlElement], known: dict[HtmlElement, bool]) -> bool:
    """Whether an element is one of the story's or stands in one. known: what was found of elements climbed before."""
    climbed = []
    above: HtmlElement | None = element
    while above is not None and above not in known and above not in story:
        climbed.append(above)
        above = above.getparent()
    stands = above is not None and (above in story or known[above])
    known.update(dict.fromkeys(climbed, stands))
    return stands


def shape_of(element: HtmlElement) -> str:
    """An element's tag and first class."""
    classes = (element.get("class") or "").split(None, 1)
    return f"{element.tag}.{classes[0]}" if classes else str(element.tag)


def _runs(cards: list[Card], owners: Container[HtmlElement]) -> Iterator[CardList]:
    """Runs of cards that stand together: in one container, or of one shape under a near common ancestor. Links in
    running text are no cards, and part those before them from those after."""
    current = CardList()
    words: dict[HtmlElement, int] = {}
    for card in cards:
        inline = _is_inline(card, words)
        if current.cards and (inline or not _continues(current.cards[-1], card, owners)):
            yield current
            current = CardList()
        if not inline:
            current.cards.append(card)
    if current.cards:
        yield current


def _continues(previous: Card, card: Card, owners: Container[HtmlElement]) -> bool:
    if previous.container is card.container:
        return not _heading_between(previous.element, card.element, owners)
    if previous.shape != card.shape or _heading_between(None, card.element, owners):
        return False
    left, right = previous.container, card.container
    for _ in range(WRAPPERS):
        above_left, above_right = left.getparent(), right.getparent()
        if above_left is None or above_right is None or right.tag in PAGE_TAGS or shape_of(left) != shape_of(right):
            return False
        if above_left is above_right:
            return not _heading_between(left, right, owners)
        if _heading_between(None, right, owners):
            return False
        left, right = above_left, above_right
    return False


def _is_inline(card: Card, words: dict[HtmlElement, int]) -> bool:
    """Whether a card's link is a part of running text: of a paragraph with more to say, or after words of a block.
    words: the characters of each paragraph met that are in none of its links."""
    for above in islice(card.links[0].element.iterancestors(), WRAPPERS):
        if above.tag == "p":
            if above not in words:
                in_links = sum(len(_link_text(link)) for link in above.iter("a"))
                words[above] = len(above.text_content().strip()) - in_links
            return words[above] > max(20, sum(len(link.text) for link in card.links))
    block = card.container if card.element.tag == "a" else card.element
    return block.tag in ("li", "blockquote", "td", "div") and len((block.text or "").strip()) > 20


def _heading_between(first: HtmlElement | None, second: HtmlElement, owners: Container[HtmlElement]) -> bool:
    """Whether a heading stands among the siblings after first (or from the start) and before second."""
    sibling = second.getprevious()
    while sibling is not None and sibling is not first:
        if sibling.tag in HEADING_TAGS:
            return True
        stands_out = isinstance(sibling.tag, str) and sibling not in owners and shape_of(sibling) != shape_of(second)
        if stands_out and _is_set_as_heading(sibling):
            return True
        sibling = sibling.getprevious()
    return False


def _is_set_as_heading(element: HtmlElement) -> bool:
    if HEADING_CLASS.search(element.get("class") or "") is None and next(element.iter(*HEADING_TAGS), None) is None:
        return False
    text = _heading_text(element)
    return text is not None and _is_short(text) and not ADVERT_MARK.fullmatch(text)


def _is_short(text: str) -> bool:
    """Short enough for a heading; a character of a script that sets no spaces counts twice."""
    if text.isascii() or len(text) > MAX_HEADING:
        return len(text) <= MAX_HEADING
    return len(text) + len(UNSPACED.findall(text)) <= MAX_HEADING


def _leads(lead: CardList, rest: CardList) -> bool:
    """Whether a single card under a heading is the first, larger one of the list that follows it."""
    if len(lead.cards) != 1 or lead.heading is None or rest.heading is not None:
        return False
    above = set(_above(lead.cards[0].element))
    return any(element in above for element in _above(rest.cards[0].element))


def _above(element: HtmlElement) -> list[HtmlElement]:
    """The nearest elements above, short of the page's own."""
    return [above for above in islice(element.iterancestors(), WRAPPERS) if above.tag not in PAGE_TAGS]


# --- the heading


def _read_heading(candidate: CardList, owners: Container[HtmlElement]) -> None:
    """The nearest text before the first card, where it is short enough for a heading and no other card comes first."""
    element = candidate.cards[0].element
    levels = 0
    while levels < HEADING_LEVELS and element.tag not in PAGE_TAGS:
        before = islice(element.itersiblings(preceding=True), MAX_SIBLINGS)
        siblings = [sibling for sibling in before if sibling.tag not in SILENT_TAGS]
        levels += bool(siblings)  # a wrapper of one element is no level
        for sibling in siblings:
            if sibling in owners:
                return
            text = _text_before(sibling)
            if text is not None:
                if _is_short(text):
                    candidate.heading, candidate.heading_text = sibling, text
                return
        parent = element.getparent()
        if parent is None:
            return
        element = parent


def _text_before(sibling: HtmlElement) -> str | None:
    """A heading's text, or what stands in its place; None for what readers do not see and for the mark of an advert."""
    if not isinstance(sibling.tag, str) or HIDDEN_CLASS.search(sibling.get("class") or ""):
        return None
    text = _heading_text(sibling)
    return None if text is None or ADVERT_MARK.fullmatch(text) else text


def _read_inner_heading(single: CardList) -> None:
    """A box with one story holds its heading: the first thing before the story that is set as one and names a role.
    The card is then what follows it."""
    card = single.cards[0]
    element: HtmlElement = card.links[0].element
    while element is not card.element:
        for sibling in islice(element.itersiblings(preceding=True), MAX_SIBLINGS):
            text = _heading_text(sibling) if isinstance(sibling.tag, str) and sibling.tag not in SILENT_TAGS else None
            if text is None:
                continue
            if _is_set_as_heading(sibling) and role_of_heading(text):
                single.heading, single.heading_text = sibling, text
                card.element = element
            return
        parent = element.getparent()
        if parent is None:
            return
        element = parent


def _heading_text(element: HtmlElement) -> str | None:
    """An element's text as a heading: that of its h1 to h6 where it has one, else its first piece; all of it where it
    is too long for a heading. None for no text."""
    pieces = [piece for piece in pieces_of(element, most=MAX_HEADING_PIECES) if _has_letters(piece.text)]
    if not pieces:
        return None
    whole = " ".join(piece.text for piece in pieces)
    if len(whole) > MAX_HEADING_BLOCK or len(pieces) >= MAX_HEADING_PIECES:
        return whole
    headings = [piece.text for piece in pieces if piece.heading]
    if headings:
        if len(headings) > 1 and GOES_ON.search(headings[0]):
            return f"{headings[0]} {headings[1]}"
        return headings[0] if next(element.iter("a"), None) is not None else " ".join(headings)
    return pieces[0].text


def _has_letters(text: str) -> bool:
    """Whether a text has more than one letter."""
    letters = filter(str.isalpha, text)
    return next(letters, None) is not None and next(letters, None) is not None
