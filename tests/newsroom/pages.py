"""Pages of the paper in the markup of the day: a story with its columns, its amp and print forms, and plain notices.

In: an article, what stands beside it, a moment. Out: HTML. Three generations of the story page live side by side
(Article.layout), as on any paper that is older than its templates.
"""

# ruff: noqa: E501 - a line of a page stays a line

from __future__ import annotations

import json
from datetime import datetime
from hashlib import sha1
from html import escape

from .comments import comments
from .markup import body, card, day_long, inline, picture
from .sidebars import Sidebar
from .stock import HOME, PAPER, Article, Version, articles, text

NAVIGATION = (
    ("Home", "/"),
    ("Latest", "/latest-news/{day}"),
    ("National", "/newspaper/national/{day}"),
    ("Samandar", "/newspaper/samandar/{day}"),
    ("Business", "/newspaper/business/{day}"),
    ("Sport", "/newspaper/sport/{day}"),
    ("Opinion", "/newspaper/opinion/{day}"),
    ("Letters", "/newspaper/letters/{day}"),
)


def frame(title: str, head: str, main: str, moment: datetime, language: str = "en") -> str:
    """A whole page: head, masthead with navigation, main, footer."""
    links = "".join(
        f'<li class="nav__item"><a class="nav__link" href="{HOME}{path.format(day=moment.date())}">{name}</a></li>'
        for name, path in NAVIGATION
    )
    return f"""<!DOCTYPE html>
<html lang="{language}">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width,minimum-scale=1,initial-scale=1">
<title>{escape(title)}</title>
{head}
<link rel="stylesheet" href="{HOME}/_css/courier.css">
<script>window.dataLayer = window.dataLayer || []; var slots = ["leader", "middle", "column"];</script>
</head>
<body class="bg-white">
<div class="header"><div class="container">
<div class="header__date">Today's Paper | {day_long(moment)}</div>
<a class="header__logo" href="{HOME}/"><img src="{HOME}/_img/logo.png" alt="{PAPER}"></a>
<ul class="nav">{links}</ul>
</div></div>
{advert("leader")}
<div class="container">
{main}
</div>
<div class="footer"><div class="container">
<ul class="nav"><li><a href="{HOME}/about">About us</a></li><li><a href="{HOME}/contact">Contact</a></li>
<li><a href="{HOME}/archive/{moment.date()}">Archive</a></li><li><a href="{HOME}/search">Search</a></li></ul>
<p class="footer__copyright">Copyright &copy; {moment.year} {PAPER}. All rights reserved. Nothing on these pages may be printed elsewhere without asking.</p>
</div></div>
</body>
</html>
"""


def advert(slot: str) -> str:
    """An empty advert slot."""
    number = int(sha1(slot.encode()).hexdigest()[:6], 16) % 90 + 10
    return (
        f'<div class="ad__wrapper"><div id="div-gpt-ad-17725203574{number}-0" class="ad__wrapper__slot">'
        f'<iframe title="3rd party ad content" src="about:blank" width="728" height="90"></iframe></div></div>'
    )


def story(article: Article, sidebars: list[Sidebar], moment: datetime) -> str:
    """The story's page, in the layout the article was set in."""
    version = article.version_at(moment)
    set_in = {"current": _current, "earlier": _earlier, "classic": _classic}[article.layout]
    column = [sidebar for sidebar in sidebars if sidebar.role != "related"]
    main = f"""<div class="row">
<div class="col-12 col-sm-8">
{set_in(article, version)}
{comments(article, moment)}
</div>
<div class="col-12 col-sm-4">
{"".join(_sidebar(sidebar) for sidebar in column)}
</div>
</div>"""
    title = f"{version.headline} - {article.section} - {PAPER.upper()}"
    return frame(title, _head(article, version), main, moment, article.language)


def _sidebar(sidebar: Sidebar) -> str:
    if sidebar.role == "most-read":
        lines = "".join(
            f'<li><a class="story__link" href="{entry.url}">{escape(entry.headline)}</a></li>'
            for entry in sidebar.entries
        )
        return (
            f'<h4 class="box__title">{sidebar.heading}</h4>\n<ol class="box__list">{lines}</ol>\n{advert("column")}\n'
        )
    cards = "".join(card(entry) for entry in sidebar.entries)
    return f'<h3 class="box__title"><a href="{HOME}/newspaper/{sidebar.role}">{sidebar.heading}</a></h3>\n{cards}'


def _head(article: Article, version: Version) -> str:
    headline, summary = escape(version.headline), escape(text(version.blocks)[0])
    live = f'<link rel="alternate" href="{HOME}/live/{article.live}">\n' if article.live else ""
    head = f"""<meta name="description" content="{summary}">
<meta property="og:locale" content="en_US">
<link rel="canonical" href="{article.canonical}">
{live}<link rel="amphtml" href="{HOME}/news/amp/{article.id}">
<meta name="twitter:card" content="summary_large_image">
<meta name="twitter:site" content="@samplecourier">
<meta name="twitter:url" content="{article.canonical}">
<meta name="twitter:title" content="{headline}">
<meta name="twitter:description" content="{summary}">
<meta property="og:site_name" content="{PAPER.upper()}">
<meta property="og:url" content="{article.canonical}">
<meta property="og:type" content="article">
<meta property="og:title" content="{headline}">
<meta property="og:description" content="{summary}">
<meta property="og:image" content="{picture(article.id)}">"""
    if article.layout != "current":
        return head
    head += f"""
<meta property="article:published_time" content="{article.published.isoformat()}">
<meta property="article:section" content="{article.section}">
<meta property="article:publisher" content="{HOME}/">"""
    if version.updated:
        head += f'\n<meta property="article:modified_time" content="{version.updated.isoformat()}">'
    return f"{head}\n{_linked_data(article, version)}" if has_linked_data(article) else head


def has_linked_data(article: Article) -> bool:
    """Two of three pages in the current layout carry JSON-LD."""
    return article.layout == "current" and article.id % 3 != 1


def _linked_data(article: Article, version: Version) -> str:
    """JSON-LD as papers write it: the organisation first, and the date of modification before that of publication,
    on stories that were never modified too."""
    organisation = {"@type": "NewsMediaOrganization", "name": PAPER, "url": f"{HOME}/", "foundingDate": "1951-08-14"}
    news = {
        "@context": "https://schema.org",
        "@type": "NewsArticle",
        "mainEntityOfPage": article.canonical,
        "dateModified": (version.updated or article.published).isoformat(),
        "datePublished": article.published.isoformat(),
        "headline": version.headline,
        "articleSection": article.section,
        "author": [{"@type": "Person", "name": name} for name in article.authors],
        "publisher": organisation,
        "image": {"@type": "ImageObject", "url": picture(article.id), "uploadDate": "2019-05-21T10:00:00+05:00"},
    }
    blocks = [{"@context": "https://schema.org", **organisation}, news]
    return "\n".join(
        f'<script type="application/ld+json">{json.dumps(block, ensure_ascii=False)}</script>' for block in blocks
    )


def _current(article: Article, version: Version) -> str:
    names = ", ".join(
        f'<a class="story__byline__link" href="{author_url(name)}">{escape(name)}</a>' for name in article.authors
    )
    if article.byline:
        names = escape(article.byline)
    byline = f'<span class="story__byline">{names}</span>' if names else ""
    times = _time("Published", article.published)
    if version.updated:
        times += " " + _time("Updated", version.updated)
    direction = ' dir="rtl" lang="ur"' if article.language == "ur" else ""
    return f"""<article class="story story--detail"{direction}>
<div class="template__header">
<h1 class="story__title text-8 font-bold" data-layout="story" data-id="{article.id}">{escape(version.headline)}</h1>
<div class="story__info">{byline} {times}</div>
{_share(article)}
</div>
<div class="story__content overflow-hidden text-4 sm:text-4.5 pt-1 mt-1">
{_body(article, version)}
</div>
</article>"""


def _time(label: str, at: datetime) -> str:
    hour = f"{at:%I:%M%p}".lower().lstrip("0")
    return (
        f'<span class="story__time"><span class="timestamp--label">{label}</span> '
        f'<span class="timestamp--date">{day_long(at)}</span> '
        f'<span class="timestamp--time timeago" title="{at.isoformat()}">{hour}</span></span>'
    )


def _earlier(article: Article, version: Version) -> str:
    label, at = ("Updated", version.updated) if version.updated else ("Published", article.published)
    return f"""<div class="template__header modifier--open">
<h2 class="story__title size-ten border--bottom pb-3 mt-4" data-layout="story" data-id="{article.id}"><a class="story__link" href="{article.url}">{escape(version.headline)}</a></h2>
<div class="my-2">{_linked_byline(article)}<span class="story__time"><span class="timestamp--label">{label}</span>&nbsp;{day_long(at)}</span></div>
{_share(article)}
</div>
<div class="template__main modifier--open"><div class="row no-gutters">
<div class="story__content pt-4">
{_body(article, version)}
</div>
</div></div>"""


def _classic(article: Article, version: Version) -> str:
    label, at = ("Updated", version.updated) if version.updated else ("Published", article.published)
    return f"""<div class="story cf">
<h2 class="story__title" data-layout="story" data-id="{article.id}"><a class="story__link" href="{article.url}">{escape(version.headline)}</a></h2>
<div class="story__meta">{_linked_byline(article)} <span class="story__time">{label} {day_long(at)}</span></div>
<div class="story__content cf">
{_body(article, version)}
<p class=""><em>On a mobile phone? Get the Sample Courier Mobile App: <a href="https://apps.example/apple" class="story__link--external" target="_blank">Apple Store</a> | <a href="https://apps.example/play" class="story__link--external" target="_blank">Play Store</a></em></p>
</div>
</div>"""


def _linked_byline(article: Article) -> str:
    names = ", ".join(f'<a href="{author_url(name)}">{escape(name)}</a>' for name in article.authors)
    names = escape(article.byline) if article.byline else names
    return f'<span class="story__byline">{names}</span>' if names else ""


def author_url(name: str) -> str:
    """Where an author's stories are listed."""
    return f"{HOME}/authors/{author_id(name)}/{'-'.join(name.lower().replace('.', '').split())}"


def author_id(name: str) -> int:
    """A number for a name, the same in every run."""
    return int(sha1(name.encode()).hexdigest()[:8], 16) % 9000 + 1000


def _share(article: Article) -> str:
    return (
        f'<div class="social-container" aria-hidden="true"><a class="social" href="https://social.example/share?u={article.canonical}">Share</a>'
        f'<a class="social social--print" href="{HOME}/news/print/{article.id}">Print</a>'
        f'<a class="social social--comment" href="{article.url}#comments">Comments</a></div>'
    )


def _body(article: Article, version: Version) -> str:
    html = body(version.blocks, article.layout, advert("middle"), articles())
    if article.credit_line:
        html += f'\n<p class="">{_credited(article.credit_line)}</p>'
    return html


def _credited(line: str) -> str:
    return f"<em>{escape(line)}</em>" if len(line) % 2 else escape(line)


def amp(article: Article, moment: datetime) -> str:
    """The story's amp form: no sidebar, and what moved on."""
    version = article.version_at(moment)
    at, label = (version.updated, "Updated") if version.updated else (article.published, "Published")
    hour = f"{at:%I:%M%p}".lower()
    following = next((a for a in articles().values() if a.id > article.id and a.listed and a.published <= moment), None)
    onward = (
        f'<a href="{following.url}">{escape(following.version_at(moment).headline)} Next Story</a>' if following else ""
    )
    credit = f'\n<p class="">{_credited(article.credit_line)}</p>' if article.credit_line else ""
    return f"""<!doctype html>
<html amp lang="{article.language}">
<head>
<meta charset="utf-8">
<title>{escape(version.headline)} - {article.section} - {PAPER.upper()}</title>
<link rel="canonical" href="{article.canonical}">
<meta name="viewport" content="width=device-width,minimum-scale=1,initial-scale=1">
<script async src="https://cdn.ampproject.example/v0.js"></script>
</head>
<body>
<header class="amp-header"><a href="{HOME}/">{PAPER.upper()}</a> <span>Today's Paper | {day_long(moment)}</span></header>
<div class="story__meta"><span class="story__time"><span class="timestamp--label">{label}</span> {at:%d %b, %Y} {hour}</span></div>
<h1 class="story__title">{escape(version.headline)}</h1>
{_linked_byline(article)}
<div class="story__content">
{body(version.blocks, article.layout, advert("amp"), articles())}{credit}
</div>
<div class="amp-more"><a href="{article.url}#comments">Read Comments</a> {onward}</div>
</body>
</html>
"""


def printable(article: Article, moment: datetime) -> str:
    """The story's print form: the text and little else."""
    version = article.version_at(moment)
    paragraphs = "\n".join(
        f"<p>{'<br>'.join(inline(line, articles()) for line in block.lines)}</p>"
        for block in version.blocks
        if block.kind in ("paragraph", "heading", "list", "quote")
    )
    credit = f"\n<p>{escape(article.credit_line)}</p>" if article.credit_line else ""
    return f"""<!DOCTYPE html>
<html lang="{article.language}">
<head><meta charset="utf-8"><title>{escape(version.headline)} - {article.section} - {PAPER.upper()}</title>
<link rel="canonical" href="{article.canonical}"><meta name="robots" content="noindex"></head>
<body onload="window.print()">
<h2 class="story__title">{escape(version.headline)}</h2>
{_linked_byline(article)}
<span class="story__time">Published {day_long(article.published)}</span>
<div class="story__content">
{paragraphs}{credit}
</div>
</body>
</html>
"""


def missing(status: int = 404) -> str:
    """What the paper says where there is no page."""
    words = {404: "This page is not here", 410: "This story has been withdrawn", 503: "We are busy: try again shortly"}
    title = words.get(status, f"Error {status}")
    return f"<!DOCTYPE html>\n<html><head><title>{title}</title></head><body><h1>{title}</h1></body></html>\n"


def moved(url: str) -> str:
    """The body of a redirect."""
    return f'<!DOCTYPE html>\n<html><head><title>Moved</title></head><body><a href="{escape(url)}">Moved</a></body></html>\n'
