"""The lists beside a story: from a parsed page to its sidebars, on any site.

A sidebar is a repeated structure: cards of one shape, each with one story's link, in one container, often under a
heading. In: a Document, and what is already known to be the story. Out: sidebars in the page's order, with the
elements they were read from. Rules come from the labelled pages in tests/extraction/sidebar_labels.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator
from dataclasses import dataclass, field
from datetime import date
from functools import lru_cache
from itertools import islice
from urllib.parse import urlsplit

from lxml.html import HtmlElement

from crawler.extraction.document import Document
from crawler.items import Sidebar, SidebarEntry, SidebarRole

MAX_LINKS = 6_000  # links read of one page, in its order: the largest news page measured has 876
MAX_ENTRIES = 200  # entries of one sidebar
MAX_TEXT = 600  # characters read of one headline or teaser
WRAPPERS = 3  # wrappers (rows, columns) around the cards of one list that still are one list
HEADING_LEVELS = 5  # containers climbed in search of a list's heading
MAX_HEADING = 60  # characters: longer is a headline or a sentence


def words_of(text: str) -> frozenset[str]:
    return frozenset(text.split())


HEADING_TAGS = frozenset(("h1", "h2", "h3", "h4", "h5", "h6"))
BLOCK_TAGS = HEADING_TAGS | words_of(
    """a address article aside blockquote br dd div dl dt figcaption figure footer header li main nav ol p section table
    td th time tr ul"""
)
PAGE_TAGS = words_of("html body main")
SILENT_TAGS = words_of("script style noscript template svg button select form iframe")

# Path segments that open a listing, a person, a form or a rule book, and no story.
LISTING_SEGMENTS = words_of(
    """about about-us account advertise advertising archive archives author authors autor autoren autori auteur auteurs
    categoria categorias categorie categories category columnist columnists comments contact contact-us contributor
    contributors cookies feed feeds help hashtag impressum kategorie keyword kontakt label legal login logout member
    newsletter newsletters people person privacy profile profiles register rss search serie series share signin signup
    sitemap staff subscribe subscription subscriptions suche tag tagged tags temas tema tematik terms thema themen topic
    topics user users writer writers"""
)

# Words of classes and ids, up the path of a list, that make it furniture.
FURNITURE = re.compile(
    r"(?:^|[\s_-])(?:nav|navbar|navigation|menu|submenu|megamenu|footer|breadcrumbs?|comments?|disqus|share|sharing|social|"
    r"toolbar|cookie|consent|outbrain|taboola|sponsored|advert\w*|pagination|pager|tags?|byline|login|paywall)(?:$|[\s_-])",
    re.IGNORECASE,
)
# Words of classes and ids that make a list a sidebar.
BESIDE = re.compile(
    r"related|recommend|popular|most|trending|latest|recent|more|sidebar|aside|widget|teaser|ranking|read-?(?:next|also)|"
    r"editor|opinion|top-?stor|headlines|also",
    re.IGNORECASE,
)

# A heading's words, in many languages, and the role they give; the first role that has one of them wins.
ROLE_WORDS: tuple[tuple[SidebarRole, str], ...] = (
    (
        "most-read",
        """most read|most popular|most viewed|most shared|most commented|most watched|popular|trending|top read
        |meistgelesen|beliebt|plus lus|plus lues|più lett|piu lett|lo más leído|lo más visto|más leíd|más vist
        |mais lid|mest les|mest läs|mest læs|luetuimmat|meest gelezen|nejčtenější|czytane|popularne|populiariausi
        |skaitomiausi|читаемое|популярн|най-чете|найчитаніш|terpopuler|çok okunan|ranking|ランキング|많이 본|인기|熱門
        |热门|الأكثر قراءة|پربازدید|δημοφιλή|legolvasottabb|mai citite""",
    ),
    (
        "editorial",
        """editorial|leitartikel|éditorial|社説|사설|社論|передовица|افتتاحية|اداریہ""",
    ),
    (
        "opinion",
        """opinion|op-ed|opinión|opiniones|opinião|opiniões|opinione|opinioni|meinung|kommentar|commentary|columns|columnist
        |tribune|мнени|думка|オピニオン|コラム|오피니언|觀點|رأي|γνώμη|nuomonės|názory|opinie|vélemény""",
    ),
    (
        "related",
        """related|read more|read also|also read|see also|more on|more from|more about|you may|you might|recommended
        |read next|up next|keep reading|zum thema|mehr zu|lesen sie auch|auch interessant|weitere artikel|passend|à lire
        |lire aussi|sur le même|liés|leggi anche|correlat|potrebbe|relacionad|leia também|veja também|leia mais|te puede
        |también te|te recomendamos|más sobre|más información|les også|läs också|läs mer|læs også|lue myös|lees ook
        |gerelateerd|čtěte|souvisej|czytaj|zobacz|susij|по теме|читайте|смотрите также|още по|свързани|по темі
        |baca juga|terkait|ilgili|benzer|関連|あわせて読みたい|おすすめ|관련|추천|相關|相关|推薦|延伸閱讀
        |اقرأ|ذات صلة|مرتبط|σχετικά|διαβάστε|kapcsolód|ajánl|citește|lexo""",
    ),
    (
        "latest",
        """latest|recent|newest|breaking|just in|live|neueste|aktuell|letzte|nachrichten|dernièr|dernier|en direct
        |à la une|ultime|ultimi|última|último|siste|senaste|seneste|uusimmat|tuoreimmat|laatste|net binnen|nejnovější
        |najnowsze|naujausi|последн|свежие|новости|новини|останні|terbaru|terkini|son dakika|最新|速報|新着|최신|即時
        |أحدث|آخر|آخرین|تازہ|τελευταία|ροή|friss|ultimele|te fundit|tash""",
    ),
)
_ROLES = tuple((role, re.compile("|".join(word.strip() for word in words.split("|")))) for role, words in ROLE_WORDS)

CLASS_ROLES: tuple[tuple[str, SidebarRole], ...] = (
    ("most-read", "most-read"),
    ("popular", "most-read"),
    ("trending", "most-read"),
    ("ranking", "most-read"),
    ("editorial", "editorial"),
    ("opinion", "opinion"),
    ("related", "related"),
    ("recommend", "related"),
    ("read-more", "related"),
    ("also", "related"),
    ("latest", "latest"),
    ("recent", "latest"),
)

MONTHS = {
    name: number
    for number, names in enumerate(
        (
            "january jan",
            "february feb",
            "march mar",
            "april apr",
            "may",
            "june jun",
            "july jul",
            "august aug",
            "september sep sept",
            "october oct",
            "november nov",
            "december dec",
        ),
        start=1,
    )
    for name in names.split()
}
ISO_DATE = re.compile(r"(?<!\d)((?:19|20)\d\d)[-/.](\d\d?)[-/.](\d\d?)(?!\d)")
DAY_FIRST = re.compile(r"(?<!\d)(\d\d?)(?:st|nd|rd|th)?\s+([a-z]{3,9})\.?,?\s+((?:19|20)\d\d)(?!\d)", re.IGNORECASE)
MONTH_FIRST = re.compile(r"\b([a-z]{3,9})\.?\s+(\d\d?)(?:st|nd|rd|th)?,?\s+((?:19|20)\d\d)(?!\d)", re.IGNORECASE)
UPDATED = re.compile(
    r"^\W*(?:updated|last updated|aktualisiert|actualizado|mis à jour|aggiornato|atualizado)\b", re.IGNORECASE
)
MAX_DATE_TEXT = 48  # characters: a longer piece is a sentence that may speak of another day

HEADLINE_CLASS = re.compile(r"title|headline|heading|header|titre|titel|titulo|hed\b", re.IGNORECASE)
TEASER_CLASS = re.compile(r"excerpt|teaser|summary|desc|intro|lead|standfirst|dek\b", re.IGNORECASE)


@dataclass(slots=True)
class Found:
    """One sidebar, and the elements it was read from: its entries' cards, and its heading's where it has one."""

    sidebar: Sidebar
    cards: list[HtmlElement]
    heading: HtmlElement | None


@dataclass(slots=True)
class _Card:
    """The largest element that holds one story's link and no other's. container: its parent."""

    element: HtmlElement
    container: HtmlElement
    href: str
    links: list[HtmlElement]
    shape: str


@dataclass(slots=True)
class _Piece:
    """A run of text in a card that no block breaks. linked: inside the story's link; heading: inside h1 to h6."""

    text: str
    linked: bool
    heading: bool
    classes: str


@dataclass(slots=True)
class _List:
    cards: list[_Card] = field(default_factory=list)
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
    cards = _cards(document, story_elements)
    found: list[Found] = []
    seen: set[tuple[str | None, ...]] = set()
    for candidate in _lists(cards):
        if len(candidate.cards) < 2:
            continue
        _read_heading(candidate)
        if not _is_sidebar(candidate):
            continue
        sidebar, elements = _read(candidate, document)
        key = (sidebar.heading, *(entry.url for entry in sidebar.entries))
        # The same list twice is one list, printed for wide and for narrow screens.
        if len(sidebar.entries) >= 2 and key not in seen:
            seen.add(key)
            found.append(Found(sidebar, elements, candidate.heading))
    return found


# --- which links are stories -------------------------------------------------------------------------------------


@lru_cache(maxsize=4096)
def _site(host: str) -> str:
    """The registered domain, near enough: two labels, three under a country's short second level (co.uk, com.br)."""
    labels = host.lower().rsplit("@", 1)[-1].split(":", 1)[0].strip(".").split(".")
    keep = 3 if len(labels) > 2 and len(labels[-2]) <= 3 and len(labels[-1]) == 2 else 2
    return ".".join(labels[-keep:])


def _path(href: str, site: str) -> str | None:
    """A link's path and query where it stays on the site and may lead to a story, else None."""
    href = href.strip()
    if not href or href[0] == "#":
        return None
    scheme, colon, _ = href.partition(":")
    if href.startswith("//") or (colon and scheme.lower() in ("http", "https")):
        try:
            parts = urlsplit(href)
        except ValueError:
            return None
        if _site(parts.netloc) != site:
            return None
        return parts.path + ("?" + parts.query if parts.query else "")
    if colon and scheme.isalpha():
        return None
    return href.split("#", 1)[0]


def _leads_to_story(path: str, text: str) -> bool:
    """Whether a link may be a story's: its path has a story's length, digits or slug, or its text a headline's."""
    bare = path.split("?", 1)[0]
    segments = [segment for segment in bare.lower().split("/") if segment]
    if not segments or not LISTING_SEGMENTS.isdisjoint(segments[:-1]) or segments[0] in LISTING_SEGMENTS:
        return False
    last = segments[-1]
    strong = last.count("-") >= 3 or last.count("_") >= 3 or re.search(r"\d{5}|/20\d\d/", path) is not None
    return strong or _is_headline(text)


def _is_headline(text: str) -> bool:
    """Long enough for a headline: four words and 20 characters, or 8 of a script that writes no spaces."""
    if len(text) >= 20 and text.count(" ") >= 3:
        return True
    return len(text) >= 8 and sum(character > "\u2e80" for character in text) >= 6


# --- cards and lists -----------------------------------------------------------------------------------------------


def _cards(document: Document, story_elements: Collection[HtmlElement]) -> list[_Card]:
    """Every story link's card, in the page's order."""
    site = _site(urlsplit(document.url).netloc)
    own = {_path(url, site) for url in (document.url, document.canonical) if url}
    links: list[tuple[str, HtmlElement]] = []
    texts: dict[str, str] = {}
    for link in islice(document.root.iter("a"), MAX_LINKS):
        path = _path(link.get("href") or "", site)
        if path is None or path in own:
            continue
        links.append((path, link))
        text = _link_text(link)
        if len(text) > len(texts.get(path, "")) or path not in texts:
            texts[path] = text
    stories = {path for path, text in texts.items() if _leads_to_story(path, text)}
    links = [(path, link) for path, link in links if path in stories]
    story = set(story_elements)
    cards = _grow(links, _owners(links, story))
    return [card for card in cards if not _stands_in(card.element, story)] if story else cards


def _link_text(link: HtmlElement) -> str:
    return " ".join(link.text_content()[:MAX_TEXT].split())


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


def _grow(links: list[tuple[str, HtmlElement]], owners: dict[HtmlElement, str]) -> list[_Card]:
    """The largest element of each story link that holds no other story's."""
    cards: dict[HtmlElement, _Card] = {}
    for path, link in links:
        element, parent = link, link.getparent()
        while parent is not None and owners.get(parent) == path:
            element, parent = parent, parent.getparent()
        if parent is None or owners.get(element) == _MANY:
            continue
        if element in cards:
            cards[element].links.append(link)
        else:
            cards[element] = _Card(element, parent, link.get("href") or "", [link], _shape(element))
    return list(cards.values())


def _stands_in(element: HtmlElement, elements: set[HtmlElement]) -> bool:
    return element in elements or any(ancestor in elements for ancestor in element.iterancestors())


def _shape(element: HtmlElement) -> str:
    classes = (element.get("class") or "").split()
    return f"{element.tag}.{classes[0]}" if classes else str(element.tag)


def _lists(cards: list[_Card]) -> Iterator[_List]:
    """Runs of cards that stand together: in one container, or of one shape under a near common ancestor."""
    current = _List()
    for card in cards:
        if current.cards and not _continues(current.cards[-1], card):
            yield current
            current = _List()
        current.cards.append(card)
    if current.cards:
        yield current


def _continues(previous: _Card, card: _Card) -> bool:
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


# --- the heading and the role ----------------------------------------------------------------------------------------


def _read_heading(candidate: _List) -> None:
    """The nearest text before the first card, where it is short enough for a heading."""
    element = candidate.cards[0].element
    for _ in range(HEADING_LEVELS):
        for sibling in element.itersiblings(preceding=True):
            if not isinstance(sibling.tag, str) or sibling.tag in SILENT_TAGS:
                continue
            text = _heading_text(sibling)
            if text is None:
                continue
            if 0 < len(text) <= MAX_HEADING:
                candidate.heading, candidate.heading_text = sibling, text
            return
        parent = element.getparent()
        if parent is None or parent.tag in ("body", "html", "main"):
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
    """A list's role from its heading's words in any of the languages of ROLE_WORDS, else from its class words."""
    lowered = (heading or "").lower()
    for role, words in _ROLES:
        if words.search(lowered):
            return role
    lowered = classes.lower().replace("_", "-")
    return next((role for word, role in CLASS_ROLES if word in lowered), "other")


def _path_words(element: HtmlElement) -> tuple[str, set[str]]:
    """The classes and ids of the nearest ancestors, and all ancestors' tags."""
    words, tags = [], set()
    for level, ancestor in enumerate((element, *element.iterancestors())):
        tags.add(str(ancestor.tag))
        if level < 8 and ancestor.tag not in ("body", "html"):
            words.append(f"{ancestor.get('class') or ''} {ancestor.get('id') or ''}")
    return " ".join(words), tags


def _is_sidebar(candidate: _List) -> bool:
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


def _has_headline(card: _Card) -> bool:
    """Whether a card's link is long enough for a headline, or set as one."""
    if any(_is_headline(_link_text(link)) for link in card.links):
        return True
    return any(True for _ in card.element.iter(*HEADING_TAGS))


def _is_inline(card: _Card) -> bool:
    """Whether the link is a part of running text."""
    paragraph = card.element
    if paragraph.tag == "a":
        paragraph = card.container
    if paragraph.tag not in ("p", "li", "blockquote", "td", "div"):
        return False
    linked = sum(len(link.text_content()) for link in card.links)
    own = (paragraph.text or "") + "".join(child.tail or "" for child in paragraph)
    return len(own.strip()) > max(20, linked)


# --- a card to an entry ----------------------------------------------------------------------------------------------


def _read(candidate: _List, document: Document) -> tuple[Sidebar, list[HtmlElement]]:
    words, _ = _path_words(candidate.cards[0].container)
    sidebar = Sidebar(heading=candidate.heading_text, role=role_of(candidate.heading_text, words))
    elements: list[HtmlElement] = []
    seen: set[str] = set()
    for card in candidate.cards:
        entry = _entry(card, document)
        if entry is None or entry.url in seen or entry.url is None:
            continue
        seen.add(entry.url)
        entry.position = len(sidebar.entries) + 1
        sidebar.entries.append(entry)
        elements.append(card.element)
        if len(sidebar.entries) == MAX_ENTRIES:
            break
    return sidebar, elements


def _entry(card: _Card, document: Document) -> SidebarEntry | None:
    url = document.link(card.href)
    pieces = _pieces(card)
    headline = _headline(pieces) or _image_text(card)
    if url is None or headline is None:
        return None
    entry = SidebarEntry(position=0, headline=headline, url=url)
    entry.updated = any(UPDATED.match(piece.text) and len(piece.text) <= MAX_DATE_TEXT for piece in pieces)
    entry.dated = _dated(card, pieces)
    entry.teaser = _teaser(pieces, headline)
    return entry


def _pieces(card: _Card) -> list[_Piece]:
    """A card's text, cut where a block, a link or a classed element begins or ends."""
    pieces: list[_Piece] = []
    links = set(card.links)
    run: list[str] = []

    def close(linked: bool, heading: bool, classes: str) -> None:
        text = " ".join("".join(run).split())
        run.clear()
        if text:
            pieces.append(_Piece(text[:MAX_TEXT], linked, heading, classes))

    def walk(element: HtmlElement, linked: bool, heading: bool, classes: str) -> None:
        cuts = element.tag in BLOCK_TAGS or element.get("class") is not None
        outer = (linked, heading, classes)
        if cuts:
            close(*outer)
            classes = element.get("class") or ""
            linked, heading = linked or element in links, heading or element.tag in HEADING_TAGS
        run.append(element.text or "")
        for child in element:
            if isinstance(child.tag, str) and child.tag not in SILENT_TAGS:
                walk(child, linked, heading, classes)
            run.append(child.tail or "")
        if cuts:
            close(linked, heading, classes)

    walk(card.element, False, False, "")
    return pieces


def _headline(pieces: list[_Piece]) -> str | None:
    """The piece that is the headline: a heading's, a title class's, else the first linked one long enough."""
    undated = [piece for piece in pieces if _parse_date(piece.text) is None or len(piece.text) > MAX_DATE_TEXT]
    best = max(undated, key=_headline_rank, default=None)
    return best.text if best is not None and _headline_rank(best) else None


def _headline_rank(piece: _Piece) -> int:
    """How likely a piece is its card's headline; 0 for a piece that is none."""
    if piece.heading:
        return 5 if piece.linked else 2
    if piece.linked and HEADLINE_CLASS.search(piece.classes) and len(piece.text) > 8:
        return 4
    if piece.linked and _is_headline(piece.text):
        return 3
    return 1 if piece.linked and len(piece.text) >= 12 else 0


def _image_text(card: _Card) -> str | None:
    for image in card.element.iter("img"):
        text = " ".join((image.get("alt") or "").split())
        if _is_headline(text):
            return text[:MAX_TEXT]
    return None


def _teaser(pieces: list[_Piece], headline: str) -> str | None:
    for piece in pieces:
        if piece.text != headline and not piece.heading and TEASER_CLASS.search(piece.classes) and len(piece.text) > 20:
            return piece.text
    rest = [piece.text for piece in pieces if piece.text != headline and not piece.heading]
    longest = max(rest, key=len, default="")
    return longest if len(longest) >= 40 and longest.count(" ") >= 5 else None


def _dated(card: _Card, pieces: list[_Piece]) -> str | None:
    """A card's day: from a time element, else from a piece that is a date and little else."""
    for element in card.element.iter("time"):
        dated = _parse_date(element.get("datetime") or "")
        if dated:
            return dated
    for piece in pieces:
        if len(piece.text) <= MAX_DATE_TEXT:
            dated = _parse_date(piece.text)
            if dated:
                return dated
    return None


def _parse_date(text: str) -> str | None:
    """A day as YYYY-MM-DD out of '2024-03-18T10:00', '18 Mar, 2024' or 'March 18th, 2024'."""
    if match := ISO_DATE.search(text):
        year, month, day = (int(group) for group in match.groups())
    elif match := DAY_FIRST.search(text):
        day, month, year = int(match[1]), MONTHS.get(match[2].lower(), 0), int(match[3])
    elif match := MONTH_FIRST.search(text):
        month, day, year = MONTHS.get(match[1].lower(), 0), int(match[2]), int(match[3])
    else:
        return None
    try:
        return date(year, month, day).isoformat()
    except ValueError:
        return None
