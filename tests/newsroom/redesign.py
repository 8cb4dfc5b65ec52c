"""The story page after a redesign: the same stories, sidebars and dates in quite other markup.

For tests of what notices that a paper's layout has changed. No class of the usual layout occurs here.
"""

# ruff: noqa: E501 - a line of a page stays a line

from __future__ import annotations

from datetime import date, datetime
from html import escape

from .comments import comments
from .markup import day_short, inline, picture
from .sidebars import Sidebar
from .stock import HOME, PAPER, Article, Block, articles


def redesigned(article: Article, sidebars: list[Sidebar], moment: datetime) -> str:
    """The story's page in the new layout."""
    version = article.version_at(moment)
    credit = f'<footer class="c-printed">{escape(article.credit_line)}</footer>' if article.credit_line else ""
    return f"""<!doctype html>
<html lang="{article.language}">
<head>
<meta charset="utf-8">
<title>{escape(version.headline)} | {PAPER}</title>
<link rel="canonical" href="{article.canonical}">
<meta property="og:title" content="{escape(version.headline)}">
<meta property="og:type" content="article">
</head>
<body>
<header class="c-masthead"><a href="{HOME}/">{PAPER}</a> <nav><a href="{HOME}/latest-news/{moment.date()}">Latest</a> <a href="{HOME}/newspaper/sport/{moment.date()}">Sport</a></nav></header>
<main>
<section class="c-lead">
<p class="c-kicker">{article.section}</p>
<h1 class="c-lead-heading">{escape(version.headline)}</h1>
<p class="c-lead-meta">{escape(", ".join(article.authors) or PAPER)} · <time datetime="{article.published.isoformat()}">{day_short(article.published)}</time></p>
</section>
<section class="c-prose">
{"".join(_block(block) for block in version.blocks)}
{credit}
</section>
{comments(article, moment)}
</main>
<div class="c-rail">
{"".join(_rail(sidebar) for sidebar in sidebars)}
</div>
<footer class="c-colophon">&copy; {moment.year} {PAPER}</footer>
</body>
</html>
"""


def _block(block: Block) -> str:
    lines = [inline(line, articles()) for line in block.lines]
    match block.kind:
        case "heading":
            return f"<h2>{lines[0]}</h2>\n"
        case "list":
            return "<ol>" + "".join(f"<li>{line}</li>" for line in lines) + "</ol>\n"
        case "quote":
            return f'<div class="c-pull">{"<br>".join(lines)}</div>\n'
        case "photo":
            return f'<div class="c-picture"><img src="{picture("new")}" alt=""><small>{escape(block.lines[0].partition("|")[2])}</small></div>\n'
        case "paragraph":
            return f'<div class="c-par">{"<br>".join(lines)}</div>\n'
    return ""


def _rail(sidebar: Sidebar) -> str:
    lines = "".join(
        f'<li><a href="{entry.url}"><b>{escape(entry.headline)}</b></a>'
        + (f" <i>{day_short(date.fromisoformat(entry.dated))}</i>" if entry.dated else "")
        + (f"<p>{escape(entry.teaser)}</p>" if entry.teaser else "")
        + "</li>"
        for entry in sidebar.entries
    )
    return f'<div class="c-panel"><div class="c-panel-name">{sidebar.heading}</div><ul>{lines}</ul></div>\n'
