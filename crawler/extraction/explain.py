"""Why a page was divided as it was: the page once more, its story, sidebars and furniture coloured, each with a reason.

In: the same as extract() takes. Out: an HTML document of its own, with no script, style, picture or address of the page.
"""

from __future__ import annotations

import html as markup
from collections.abc import Mapping
from datetime import datetime, tzinfo

from lxml import etree
from lxml.html import HtmlElement, tostring

from crawler.extraction import divide, extract, general, metadata, sidebars, story_elements
from crawler.extraction import layout as layouts
from crawler.extraction.blocks import INLINE, Block
from crawler.extraction.document import Document, parse
from crawler.extraction.layout import Layout
from crawler.extraction.sidebar_words import words_of
from crawler.extraction.sidebars import Found
from crawler.items import Moment, Page

_DROPPED = words_of(
    """script style link meta base title noscript noembed noframes template iframe frame object embed svg math img picture
    source video audio input button select textarea"""
)
# What stays what it is; all else becomes a <div> or <span>, as browsers hide, obey or read otherwise much that a page holds.
_KEPT = words_of(
    """a abbr address article aside b bdi bdo big blockquote br caption center cite code dd del dfn div dl dt em fieldset
    figcaption figure font footer h1 h2 h3 h4 h5 h6 header hr i ins kbd label legend li main mark nav ol p pre q rp rt ruby s
    samp section small span strong sub sup table tbody td tfoot th thead time tr tt u ul var wbr"""
)
_TOLD = ("class", "id", "dir", "lang")  # the attributes that stay
BEGINNING = 80  # characters of a piece that tell which it is

_STYLE = """
body { font: 16px/1.5 sans-serif; max-width: 60em; margin: 1em auto; padding: 0 1em; color: #222 }
[data-verdict=story] { background: #d8f5d8 } [data-verdict=headline] { background: #fdf3b4; color: #222 }
[data-verdict=furniture] { background: #eee; color: #777 }
[data-verdict=sidebar] { background: #d8e6fb; outline: 1px solid #4a7fc1; color: #222 }
[data-reason]::after { content: ' \\2190 ' attr(data-reason); font: italic 12px sans-serif; color: #a33 }
[data-piece] { display: block; margin-left: 2em; font-size: smaller }
[data-summary] { border: 1px solid #aaa; padding: 0 1em; margin-bottom: 2em } [data-summary] dt { font-weight: bold }
"""


def explain(
    html: bytes | str,
    url: str,
    captured_at: datetime | None = None,
    *,
    content_type: str | None = None,
    layout: Layout | None = None,
    timezone: tzinfo | None = None,
    language: str | None = None,
    seen: Mapping[int, int] | None = None,
) -> str:
    """The page as HTML: headline yellow, story green, sidebars blue, furniture grey, a reason behind each block. Raises
    NotADocument."""
    page = extract(
        html,
        url,
        captured_at,
        content_type=content_type,
        layout=layout,
        timezone=timezone,
        language=language,
        seen=seen,
    )
    document = parse(html, url, content_type)
    division = divide(document, layout, seen)
    headline = _headline_element(document, layout)
    found = sidebars.locate(document, story_elements(document, division), division.container)
    reasons = [general.reason(block) for block in division.blocks]
    holding = _holding(division.blocks)
    for element in list(document.root.iter()):
        _make_harmless(element, holding)
    _mark_blocks(division.blocks, reasons)
    for sidebar in found:
        _mark_sidebar(sidebar)
    if headline is not None:
        _mark(headline, "headline", "the headline")
    head = f"<!DOCTYPE html>\n<meta charset=utf-8>\n<title>{markup.escape(url)}</title>\n<style>{_STYLE}</style>\n"
    return head + _summary(page) + _shown(document)


def _headline_element(document: Document, layout: Layout | None) -> HtmlElement | None:
    """What prints the headline that extract() gives."""
    named = layouts.select(document, layout.headline if layout else None)
    return next((element for element in named if element.text_content().strip()), metadata.headline_element(document))


def _holding(blocks: list[Block]) -> set[HtmlElement]:
    """The elements of blocks and all around them."""
    holding: set[HtmlElement] = set()
    for block in blocks:
        for element in (block.element, *block.element.iterancestors()):
            if element in holding:
                break
            holding.add(element)
    return holding


def _make_harmless(element: HtmlElement, holding: set[HtmlElement]) -> None:
    """Leave of an element what is read and how it is called. holding: those that hold blocks, and are never dropped."""
    if element.getparent() is None:
        return
    if not isinstance(element.tag, str) or (element.tag in _DROPPED and element not in holding):
        element.drop_tree()
        return
    if element.tag not in _KEPT and element.tag != "body":
        element.tag = "span" if element.tag in INLINE else "div"
    for name in [name for name in element.attrib if name not in _TOLD]:
        del element.attrib[name]


def _mark_blocks(blocks: list[Block], reasons: list[str]) -> None:
    """Each element says what its text is. Where other elements or line breaks part that into pieces told apart, it lists
    them."""
    told: dict[HtmlElement, list[tuple[str, str, str]]] = {}
    for block, reason in zip(blocks, reasons, strict=True):
        told.setdefault(block.element, []).append(("story" if block.story else "furniture", reason, block.text))
    for element, pieces in told.items():
        if len({(verdict, reason) for verdict, reason, _ in pieces}) == 1:
            _mark(element, *pieces[0][:2])
            continue
        if len({verdict for verdict, _, _ in pieces}) == 1:
            element.set("data-verdict", pieces[0][0])
        for verdict, reason, text in pieces:
            piece = etree.SubElement(element, "span", {"data-piece": ""})
            piece.text = text if len(text) <= BEGINNING else f"{text[:BEGINNING]}…"
            _mark(piece, verdict, reason)


def _mark_sidebar(found: Found) -> None:
    """Mark a sidebar's heading and cards, each as a whole; the blocks in them keep their reasons."""
    told = f"{found.sidebar.role} list {found.sidebar.heading or 'without heading'!r}"
    marked = [(card, f"entry of {told}") for card in found.cards]
    if found.heading is not None:
        marked.append((found.heading, f"heading of {told}"))
    for element, reason in marked:
        for inner in element.iterdescendants():
            inner.attrib.pop("data-verdict", None)
        _mark(element, "sidebar", reason)


def _mark(element: HtmlElement, verdict: str, reason: str) -> None:
    element.set("data-verdict", verdict)
    element.set("data-reason", reason)


def _shown(document: Document) -> str:
    """The page's body, in the direction and language of all of it."""
    root = document.root
    body = root.find("body")
    shown: HtmlElement = root if body is None else body
    for name in ("dir", "lang"):
        if (said := shown.get(name) or root.get(name)) is not None:
            shown.set(name, said)
    shown.tag = "div"
    text: str = tostring(shown, encoding="unicode", with_tail=False)
    return text


def _summary(page: Page) -> str:
    """What was read, above the page: the fields, the date chosen among the evidence, the sidebars."""
    rows: list[tuple[str, str | None]] = [("address", page.url)]
    if page.story:
        story = page.story
        rows += [("headline", story.headline), ("authors", ", ".join(story.authors)), ("section", story.section)]
        rows += [
            ("language", story.language),
            ("published", _told(story.published)),
            ("modified", _told(story.modified)),
        ]
        rows += [(f"evidence: {moment.of}, by {moment.source}", _told(moment)) for moment in story.dates]
    else:
        rows.append(("no story", page.reason))
    for sidebar in page.sidebars:
        rows.append((f"{sidebar.role} list", f"{sidebar.heading or 'without heading'}: {len(sidebar.entries)} entries"))
    lines = (f"<dt>{markup.escape(name)}<dd>{markup.escape(value or 'none')}" for name, value in rows)
    return f"<header data-summary><dl>{''.join(lines)}</dl></header>"


def _told(moment: Moment | None) -> str | None:
    return None if moment is None else f"{moment.value.isoformat()} ({moment.precision})  {moment.text}"
