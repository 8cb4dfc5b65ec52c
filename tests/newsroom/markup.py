"""The small pieces of HTML that stories, indexes and feeds share: a body's blocks, a card, dates as the paper prints them."""

# ruff: noqa: E501 - a line of a page stays a line

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import date, datetime
from html import escape

from .sidebars import Entry
from .stock import Article, Block

ADVERT_AFTER = 2  # blocks
PICTURES = "https://i.samplecourier.example"


def day_long(day: date) -> str:
    """'March 2, 2026'."""
    return f"{day:%B} {day.day}, {day.year}"


def day_short(day: date) -> str:
    """'02 Mar, 2026'."""
    return f"{day:%d %b, %Y}"


def picture(key: int | str) -> str:
    """The URL of a story's picture."""
    return f"{PICTURES}/large/2026/03/{key}.webp"


def body(blocks: tuple[Block, ...], layout: str, advert: str, articles: Mapping[int, Article]) -> str:
    """The HTML of a body, with an advert between its blocks where it is long enough for one."""
    pieces = [_block(block, layout, number, articles) for number, block in enumerate(blocks)]
    if advert and len(pieces) > ADVERT_AFTER + 1:
        pieces.insert(ADVERT_AFTER, advert)
    return "\n".join(pieces)


def _block(block: Block, layout: str, number: int, articles: Mapping[int, Article]) -> str:
    first = block.lines[0] if block.lines else ""
    lines = [inline(line, articles, nbsp=layout == "earlier") for line in block.lines]
    opening = "<p>" if layout == "current" else '<p class="">'
    match block.kind:
        case "heading":
            return f'<h3 id="toc_{number}">{lines[0]}</h3>'
        case "list":
            return "<ul>\n" + "\n".join(f"<li>{line}</li>" for line in lines) + "\n</ul>"
        case "quote":
            return "<blockquote>\n" + "\n".join(f"{opening}{line}</p>" for line in lines) + "\n</blockquote>"
        case "photo":
            return _photo(first, number)
        case "tweet":
            return _tweet(first, number)
        case "more":
            other = articles[int(first)]
            return f'<p><strong>Read more: <a href="{other.url}">{escape(other.versions[0].headline)}</a></strong></p>'
        case "related":
            return _related([articles[int(key)] for key in first.split()])
        case "time":
            at = datetime.fromisoformat(first)
            return f'<div class="live__time"><span class="timestamp--time" title="{at.isoformat()}">{at:%I:%M%p}</span></div>'
        case "empty":
            return "<p></p>"
    return f"{opening}{'<br>'.join(lines)}</p>"


def _photo(line: str, number: int) -> str:
    alt, _, caption = (part.strip() for part in line.partition("|"))
    caption = caption or alt
    return f"""<figure class="media w-full media--stretch media--uneven">
<div class="media__item"><picture><img src="{picture(f"p{number}")}" alt=" {escape(alt)} "></picture></div>
<figcaption class="media__caption">{escape(caption)}</figcaption>
</figure>"""


def _tweet(line: str, number: int) -> str:
    name, _, words = (part.strip() for part in line.partition("|"))
    return f"""<figure class="media w-full media--embed media--uneven media--tweet" data-original-src="https://social.example/{escape(name)}/status/{number}">
<div class="media__item media__item--twitter"><blockquote class="twitter-tweet" lang="en"><p>{escape(words)}</p>{escape(name)} <a href="https://social.example/{escape(name)}/status/{number}">March 4, 2026</a></blockquote></div>
</figure>"""


def _related(others: list[Article]) -> str:
    lines = "".join(
        f'<li><a class="story__link" href="{other.url}">{escape(other.versions[0].headline)}</a></li>'
        for other in others
    )
    return f'<div class="story__box story__box--related"><h4 class="box__title">Related</h4><ul>{lines}</ul></div>'


def inline(line: str, articles: Mapping[int, Article], nbsp: bool = False) -> str:
    """A line's links and emphasis as HTML; nbsp: non-breaking spaces round a link, as older editors left them."""

    def link(found: re.Match[str]) -> str:
        words, target = found[1], found[2]
        if target.isdigit():
            return f'<a href="{articles[int(target)].url}">{words}</a>'
        return f'<a href="{target}" class="story__link--external" target="_blank" rel="noopener">{words}</a>'

    html = escape(line, quote=False)
    if nbsp:
        html = re.sub(r" (\[[^\]]+\]\([^)]+\)) ", "&nbsp;\\1&nbsp;", html)
    return re.sub(r"\*([^*]+)\*", r"<em>\1</em>", re.sub(r"\[([^\]]+)\]\(([^)]+)\)", link, html))


def card(entry: Entry, label: str = "") -> str:
    """A card, in sidebars and on index pages alike. label: what stands before its date if it is not 'Updated'."""
    label = "Updated" if entry.updated else label
    mark = f'<span class="timestamp--label">{label}</span> ' if label else ""
    when = ""
    if entry.dated:
        calendar = day_short(date.fromisoformat(entry.dated))
        when = f'<span class="timestamp">{mark}<span class="timestamp__calendar">{calendar}</span></span>\n'
    key = found[1] if (found := re.search(r"/news/(\d+)", entry.url)) else "sister"
    return f"""<article class="story mb-4 pb-4 border-b" data-id="{key}">
<figure class="media"><div class="media__item"><a href="{entry.url}"><picture><img src="{picture(key)}" alt="{escape(entry.headline)}" loading="lazy"></picture></a></div></figure>
{when}<h2 class="story__title text-5"><a class="story__link" href="{entry.url}">{escape(entry.headline)}</a></h2>
<div class="story__excerpt">{escape(entry.teaser or "")}</div>
</article>
"""
