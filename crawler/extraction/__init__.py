"""One page to one Page: story, sidebars and dates. Pure: no network, no database, no Scrapy engine.

Start at extract(). A page comes as HTML, or as text that a crawler has flattened (content_type "text/plain"). HTML is
parsed once (document), divided into story and the rest (layout where the paper's selectors are known, general otherwise),
its lists of other stories are read (sidebars), then headline, authors and dates (metadata, dates).
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime, tzinfo

from lxml.html import HtmlElement

from crawler.extraction import collection, dates, flattened, general, listing, metadata, sidebars, text
from crawler.extraction import layout as layouts
from crawler.extraction.document import Document, NotADocument, parse, readable
from crawler.extraction.frame import frame
from crawler.extraction.general import Division
from crawler.extraction.layout import Layout
from crawler.extraction.version import version
from crawler.items import Moment, Page, Story

MAX_BYTES = 32 * 1024 * 1024  # a page larger than this is no news page, and is not parsed
_READABLE = ("text/html", "application/xhtml+xml", "text/plain", "application/xml", "text/xml", "")


def extract(
    html: bytes | str,
    url: str,
    captured_at: datetime | None = None,
    *,
    content_type: str | None = None,
    layout: Layout | None = None,
    timezone: tzinfo | None = None,
    evidence: Iterable[Moment] = (),
) -> Page:
    """The story and the sidebars of one page.

    html: the page, decoded or not, or flattened text with content_type "text/plain". captured_at: when it was fetched
    (aware); no date after it is believed. content_type: the HTTP header, of which the charset is used. layout: the paper's
    selectors. timezone: the paper's, for dates that name none. evidence: dates that a feed or sitemap gave.
    Never raises on bad input: a page that is no story has story None and a reason.
    """
    page = Page(url=url, captured_at=captured_at, extraction=version(layout))
    try:
        with collection.at_rest():
            _read(page, html, content_type or "", layout, timezone)
    except NotADocument as error:
        page.reason = str(error)
    except (ValueError, TypeError, LookupError, RecursionError, MemoryError, ArithmeticError, AttributeError) as error:
        # The one place that promises an answer for any bytes: what went wrong is said, and the crawl goes on.
        page.story, page.reason = None, f"extraction failed: {type(error).__name__}: {error}"[:300]
    if page.story:
        _choose_dates(page.story, evidence, captured_at)
    return page


def _read(page: Page, html: bytes | str, content_type: str, layout: Layout | None, timezone: tzinfo | None) -> None:
    if len(html) > MAX_BYTES:
        raise NotADocument(f"larger than {MAX_BYTES} bytes")
    media_type = content_type.partition(";")[0].strip().lower()
    if media_type not in _READABLE:
        raise NotADocument(f"no page but {media_type}")
    if media_type == "text/plain":
        _read_flattened(page, html, timezone)
    else:
        _read_html(page, parse(html, page.url, content_type), layout, timezone)


def divide(document: Document, layout: Layout | None) -> Division:
    """The page's blocks with their verdicts, by the paper's layout where the page has it, else by the general rules."""
    known = layouts.divide(document, layout) if layout else None
    if known:
        return known
    division = general.divide(document)
    return listing.without_story(division) if listing.is_listing(document, division) else division


def story_elements(document: Document, division: Division) -> list[HtmlElement]:
    """The elements of the story's blocks and of its headline, which no list beside it may take for its own."""
    headline = metadata.headline_element(document)
    elements = [block.element for block in division.blocks if block.story]
    return elements if headline is None else [*elements, headline]


def _read_flattened(page: Page, html: bytes | str, timezone: tzinfo | None) -> None:
    divided = flattened.divide(readable(html), timezone)
    page.story, page.sidebars, page.reason = divided.story, divided.sidebars, divided.reason


def _read_html(page: Page, document: Document, layout: Layout | None, timezone: tzinfo | None) -> None:
    page.canonical_url = document.canonical
    division = divide(document, layout)
    page.sidebars = sidebars.find(document, story_elements(document, division), division.container)
    paragraphs, credit_line, printed = text.take_credit_line(text.without_furniture(division.paragraphs), timezone)
    if not paragraphs:
        page.reason = division.reason or "no paragraph of a story"
        return
    page.frame = frame(division.container)
    headline = next(iter(layouts.texts(document, layout.headline if layout else None)), None)
    headline = headline or metadata.headline(document)
    authors = _authors(document, layout)
    paragraphs = text.without_head(paragraphs, headline, authors)
    page.story = Story(
        headline=headline,
        body="\n".join(paragraphs),
        authors=authors,
        section=metadata.section(document),
        language=metadata.language(document),
        credit_line=credit_line,
        dateline=text.dateline(paragraphs[0], headline),
        dates=dates.evidence(document, timezone, metadata.headline_element(document), division.container),
    )
    if printed and printed.value not in (moment.value for moment in page.story.dates if moment.source == "credit-line"):
        page.story.dates.append(printed)


def _authors(document: Document, layout: Layout | None) -> list[str]:
    """Who the paper's own byline names: nobody, where the page has the layout and its byline is empty."""
    if layout and layout.byline and layouts.select(document, layout.body):
        return layouts.texts(document, layout.byline)
    return metadata.authors(document)


def _choose_dates(story: Story, evidence: Iterable[Moment], captured_at: datetime | None) -> None:
    story.dates = dates.order([*story.dates, *evidence], captured_at)
    story.published = dates.choose(story.dates, "published", captured_at)
    story.modified = dates.choose(story.dates, "modified", captured_at)
