"""Why a page was divided as it was: the page once more, its story, sidebars and furniture coloured, each with a reason.

In: the same as extract() takes. Out: an HTML document of its own, with no script, style, picture or address of the page.
"""

from __future__ import annotations

import html as markup
from collections.abc import Mapping
from datetime import datetime, tzinfo

from lxml.html import HtmlElement, tostring

from crawler.extraction import divide, extract, general, sidebars, story_elements
from crawler.extraction.document import parse
from crawler.extraction.layout import Layout
from crawler.extraction.sidebar_words import words_of
from crawler.items import Page

_DROPPED = words_of(
    """script style link meta base noscript template iframe object embed svg img picture source video audio input button
    select textarea"""
)

_STYLE = """
body { font: 16px/1.5 sans-serif; max-width: 60em; margin: 1em auto; padding: 0 1em; color: #222 }
[data-verdict=story] { background: #d8f5d8 } [data-verdict=sidebar] { background: #d8e6fb; outline: 1px solid #4a7fc1 }
[data-verdict=furniture] { background: #eee; color: #777 }
[data-reason]::after { content: ' \\2190 ' attr(data-reason); font: italic 12px sans-serif; color: #a33 }
header.verdict { border: 1px solid #aaa; padding: 0 1em; margin-bottom: 2em } header.verdict dt { font-weight: bold }
"""


def explain(
    html: bytes | str,
    url: str,
    captured_at: datetime | None = None,
    *,
    content_type: str | None = None,
    layout: Layout | None = None,
    timezone: tzinfo | None = None,
    seen: Mapping[int, int] | None = None,
) -> str:
    """The page as HTML: story green, sidebars blue, furniture grey, a reason behind each block. Raises NotADocument."""
    page = extract(html, url, captured_at, content_type=content_type, layout=layout, timezone=timezone, seen=seen)
    document = parse(html, url, content_type)
    division = divide(document, layout, seen)
    found = sidebars.locate(document, story_elements(document, division), division.container)
    reasons = [general.reason(block) for block in division.blocks]
    for element in list(document.root.iter()):
        _strip(element)
    for block, reason in zip(division.blocks, reasons, strict=True):
        _mark(block.element, "story" if block.story else "furniture", reason)
    for sidebar in found:
        for card in sidebar.cards:
            heading = sidebar.sidebar.heading or "without heading"
            _mark(card, "sidebar", f"entry of {sidebar.sidebar.role} list {heading!r}")
    body = document.root.find("body")
    inner: str = tostring(body if body is not None else document.root, encoding="unicode")
    head = f"<!DOCTYPE html>\n<meta charset=utf-8>\n<title>{markup.escape(url)}</title>\n<style>{_STYLE}</style>\n"
    return head + _summary(page) + inner


def _strip(element: HtmlElement) -> None:
    if not isinstance(element.tag, str) or element.tag in _DROPPED:
        if element.getparent() is not None:
            element.drop_tree()
        return
    for name in list(element.attrib):
        if name not in ("class", "id", "dir", "lang"):
            del element.attrib[name]


def _mark(element: HtmlElement, verdict: str, reason: str) -> None:
    element.set("data-verdict", verdict)
    element.set("data-reason", reason)


def _summary(page: Page) -> str:
    """What was read, above the page."""
    rows: list[tuple[str, object]] = [("address", page.url)]
    if page.story:
        story = page.story
        rows += [("headline", story.headline), ("authors", ", ".join(story.authors)), ("section", story.section)]
        for moment in story.dates:
            found = f"{moment.value.isoformat()} ({moment.precision})  {moment.text}"
            rows.append((f"{moment.of}, by {moment.source}", found))
    else:
        rows.append(("no story", page.reason))
    for sidebar in page.sidebars:
        rows.append((f"{sidebar.role} list", f"{sidebar.heading or 'without heading'}: {len(sidebar.entries)} entries"))
    lines = (f"<dt>{markup.escape(name)}<dd>{markup.escape(str(value))}" for name, value in rows)
    return f"<header class=verdict><dl>{''.join(lines)}</dl></header>"
