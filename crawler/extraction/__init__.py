"""One page to one Page: story, sidebars and dates. Pure: no network, no database, no Scrapy engine.

Start at extract(). A page comes as HTML, or as text that a crawler has flattened (content_type "text/plain"). HTML is
parsed once (document), divided into story and the rest (layout where the paper's selectors are known, general otherwise),
its lists of other stories are read (sidebars), then headline, authors and dates (metadata, dates).
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import datetime, tzinfo

from lxml.html import HtmlElement

from crawler.extraction import (
    blocks,
    collection,
    dates,
    flattened,
    general,
    listing,
    memory,
    metadata,
    sidebars,
    text,
    unshown,
)
from crawler.extraction import layout as layouts
from crawler.extraction.document import Document, NotADocument, parse, readable
from crawler.extraction.frame import frame
from crawler.extraction.general import Division
from crawler.extraction.layout import Layout
from crawler.extraction.sidebar_lists import story_links
from crawler.extraction.version import aided, version
from crawler.items import Moment, Page, Story

MAX_BYTES = 32 * 1024 * 1024  # a page larger than this is no news page, and is not parsed
# What a parser may raise on bytes that nobody has foreseen.
MISREAD = (ValueError, TypeError, LookupError, RecursionError, MemoryError, ArithmeticError, AttributeError)
_READABLE = ("text/html", "application/xhtml+xml", "text/plain", "application/xml", "text/xml", "")


def extract(
    html: bytes | str,
    url: str,
    captured_at: datetime | None = None,
    *,
    content_type: str | None = None,
    layout: Layout | None = None,
    timezone: tzinfo | None = None,
    language: str | None = None,
    evidence: Iterable[Moment] = (),
    seen: Mapping[int, int] | None = None,
) -> Page:
    """The story and the sidebars of one page.

    html: the page, decoded or not, or flattened text with content_type "text/plain". captured_at: when it was fetched
    (aware); no date after it is believed. content_type: the HTTP header, of which the charset is used. layout: the paper's
    selectors. timezone: the paper's, for dates that name none. language: the paper's (BCP 47), where the page tells none.
    evidence: dates that a feed or sitemap gave. seen: what the site's other pages hold, as SiteMemory.others() gives it;
    the page's own fingerprints are for its add().
    Never raises on bad input: a page that is no story has story None and a reason.
    """
    page = Page(url=url, captured_at=captured_at, extraction=version(layout))
    try:
        with collection.at_rest():
            _read(page, html, content_type or "", layout, timezone, language, seen)
    except NotADocument as error:
        page.reason = str(error)
    except MISREAD as error:
        # The one place that promises an answer for any bytes: what went wrong is said, and the crawl goes on.
        page.story, page.reason = None, f"extraction failed: {type(error).__name__}: {error}"[:300]
    if page.story:
        _choose_dates(page.story, evidence, captured_at)
    return page


def gather(html: bytes, url: str, content_type: str | None = None, layout: Layout | None = None) -> list[int]:
    """The fingerprints that extract() finds in a page, at a fraction of its cost. Never raises on bad input."""
    try:
        document = _document(html, url, content_type or "")
        if document is None or (layout and layouts.divide(document, layout)):
            return []
        found = blocks.cut(document.root).blocks
        if unshown.is_bare(found) and unshown.show(document):
            found = blocks.cut(document.root).blocks
        return memory.distinct(memory.fingerprints(found))
    except (NotADocument, *MISREAD):
        return []  # extract() says why


def _read(
    page: Page,
    html: bytes | str,
    content_type: str,
    layout: Layout | None,
    timezone: tzinfo | None,
    language: str | None,
    seen: Mapping[int, int] | None,
) -> None:
    document = _document(html, page.url, content_type)
    if document is None:
        _read_flattened(page, html, timezone, language)
    else:
        _read_html(page, document, layout, timezone, language, seen)


def _document(html: bytes | str, url: str, content_type: str) -> Document | None:
    """The page parsed; None for flattened text. Raises NotADocument."""
    if len(html) > MAX_BYTES:
        raise NotADocument(f"larger than {MAX_BYTES} bytes")
    media_type = content_type.partition(";")[0].strip().lower()
    if media_type not in _READABLE:
        raise NotADocument(f"no page but {media_type}")
    return None if media_type == "text/plain" else parse(html, url, content_type)


def divide(document: Document, layout: Layout | None, seen: Mapping[int, int] | None = None) -> Division:
    """The page's blocks with their verdicts, by the paper's layout where the page has it, else by the general rules."""
    known = layouts.divide(document, layout) if layout else None
    if known:
        return known
    division = general.divide(document, seen)
    if unshown.is_bare(division.blocks) and unshown.show(document):
        division = general.divide(document, seen)
    return listing.without_story(division) if listing.is_listing(document, division) else division


def story_elements(document: Document, division: Division) -> list[HtmlElement]:
    """The elements of the story's blocks and of its headline, which no list beside it may take for its own."""
    headline = metadata.headline_element(document)
    elements = [block.element for block in division.blocks if block.story]
    return elements if headline is None else [*elements, headline]


def _read_flattened(page: Page, html: bytes | str, timezone: tzinfo | None, language: str | None) -> None:
    divided = flattened.divide(readable(html), timezone)
    page.story, page.sidebars, page.reason = divided.story, divided.sidebars, divided.reason
    if page.story:
        page.story.language = _language(None, page.story.headline, page.story.body, language)


def _language(document: Document | None, headline: str | None, body: str, paper: str | None) -> str | None:
    return metadata.language(document, f"{headline or ''} \n{body}", paper)


def _read_html(
    page: Page,
    document: Document,
    layout: Layout | None,
    timezone: tzinfo | None,
    language: str | None,
    seen: Mapping[int, int] | None,
) -> None:
    page.canonical_url = document.canonical
    division = divide(document, layout, seen)
    page.fingerprints = division.fingerprints
    page.sidebars = sidebars.find(document, story_elements(document, division), division.container)
    page.links = [url for href in story_links(document).on_site if (url := document.link(href))]
    paragraphs, credit_line, printed = text.take_credit_line(text.without_furniture(division.paragraphs), timezone)
    if not paragraphs:
        page.reason = division.reason or "no paragraph of a story"
        return
    page.frame = frame(division.container)
    headline = next(iter(layouts.texts(document, layout.headline if layout else None)), None)
    headline = headline or metadata.headline(document)
    authors = _authors(document, layout)
    paragraphs = text.without_head(paragraphs, headline, authors)
    body = "\n".join(paragraphs)
    language = _language(document, headline, body, language)
    page.story = Story(
        headline=headline,
        body=body,
        authors=authors,
        language=language,
        section=metadata.section(document),
        credit_line=credit_line,
        dateline=text.dateline(paragraphs[0], headline),
        dates=dates.evidence(document, timezone, metadata.headline_element(document), division.container, language),
    )
    if division.unaided is not None:
        _note_what_was_taken(page, page.story, division.unaided, timezone)
    if printed and printed.value not in (moment.value for moment in page.story.dates if moment.source == "credit-line"):
        page.story.dates.append(printed)


def _note_what_was_taken(page: Page, story: Story, unaided: list[str], timezone: tzinfo | None) -> None:
    """Where the site's other pages took something away, keep the text without their help, which tells whether the paper
    has changed it, and name the reading for what is left, which tells it apart from those that knew less or more."""
    paragraphs, _, _ = text.take_credit_line(text.without_furniture(unaided), timezone)
    body = "\n".join(text.without_head(paragraphs, story.headline, story.authors))
    if body != story.body:
        story.unaided = body
        page.extraction = aided(page.extraction or "", story.body)


def _authors(document: Document, layout: Layout | None) -> list[str]:
    """Who the paper's own byline names: nobody, where the page has the layout and its byline is empty."""
    if layout and layout.byline and layouts.select(document, layout.body):
        return layouts.texts(document, layout.byline)
    return metadata.authors(document)


def _choose_dates(story: Story, evidence: Iterable[Moment], captured_at: datetime | None) -> None:
    story.dates = dates.order([*story.dates, *evidence], captured_at)
    story.published = dates.choose(story.dates, "published", captured_at)
    story.modified = dates.choose(story.dates, "modified", captured_at)
