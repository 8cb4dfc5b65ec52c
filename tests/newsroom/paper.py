"""The paper as a pure function: what stands at a URL at a moment.

In: a URL and an aware datetime. Out: an Answer (status, headers, body), the same bytes for the same arguments.
"""

from __future__ import annotations

import hashlib
import re
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from pathlib import Path
from urllib.parse import urlsplit

from . import lists, pages
from .redesign import redesigned
from .sidebars import beside
from .stock import HOME, ZONE, Article, articles

HTML = "text/html; charset=UTF-8"
XML = "application/rss+xml; charset=UTF-8"
HOST = urlsplit(HOME).netloc

ROBOTS = f"""User-agent: *
Disallow: /archive/*
Disallow: /search
Disallow: */print

Sitemap: {HOME}/feeds/sitemap
"""

STYLE = Path(__file__).parent / "courier.css"

PDF = b"%PDF-1.4\n1 0 obj<</Type/Catalog/Pages 2 0 R>>endobj\n2 0 obj<</Type/Pages/Kids[]/Count 0>>endobj\n"
PDF += b"trailer<</Root 1 0 R>>\n%%EOF\n"


@dataclass(frozen=True, slots=True)
class Answer:
    """An HTTP response: status, headers in order, body."""

    status: int
    headers: tuple[tuple[str, str], ...]
    body: bytes

    def header(self, name: str) -> str | None:
        return next((value for key, value in self.headers if key.lower() == name.lower()), None)


def answer(url: str, moment: datetime, layout: str = "usual") -> Answer:
    """What url gives at moment. layout "redesign" gives the same stories in other markup."""
    if moment.tzinfo is None:
        raise ValueError(f"moment {moment} has no time zone: give an aware datetime")
    parts = urlsplit(url)
    moment = moment.astimezone(ZONE)
    if parts.scheme == "http" or parts.netloc == HOST.removeprefix("www."):
        return _moved(f"{HOME}{parts.path or '/'}" + (f"?{parts.query}" if parts.query else ""), moment)
    if parts.netloc != HOST:
        raise ValueError(f"{url} is no URL of the paper: it lives at {HOME}")
    return (
        _listing(parts.path or "/", moment) or _story(parts.path, moment, layout) or _page(404, pages.missing(), moment)
    )


def _listing(path: str, moment: datetime) -> Answer | None:
    if path == "/robots.txt":
        return _answer(200, ROBOTS, "text/plain; charset=UTF-8", moment)
    if path == "/_css/courier.css":
        return _answer(200, STYLE.read_text("utf-8"), "text/css; charset=UTF-8", moment)
    if path == "/":
        return _page(200, lists.front(moment), moment)
    if found := re.fullmatch(r"/feeds/(home|latest-news)/?", path):
        return _answer(200, lists.feed(found[1], moment), XML, moment)
    if path == "/feeds/sitemap":
        return _answer(200, lists.sitemap(moment), "application/xml; charset=UTF-8", moment)
    if found := re.fullmatch(r"/latest-news/(\d{4}-\d\d-\d\d)/?", path):
        day = _day(found[1], moment)
        return _page(200, lists.latest(day, moment), moment) if day else None
    if found := re.fullmatch(r"/newspaper/([a-z]+)/(\d{4}-\d\d-\d\d)/?", path):
        day = _day(found[2], moment)
        return _page(200, lists.section(found[1], day, moment), moment) if day and found[1] in lists.SECTIONS else None
    if found := re.fullmatch(r"/authors/(\d+)/([a-z-]+)(?:/(\d+))?/?", path):
        page = lists.author(int(found[1]), int(found[3] or 1), moment)
        return _page(200, page, moment) if page else None
    return None


def _day(written: str, moment: datetime) -> date | None:
    try:
        day = date.fromisoformat(written)
    except ValueError:
        return None
    return day if day <= moment.date() else None


def _story(path: str, moment: datetime, layout: str) -> Answer | None:
    article, form = asked(path)
    if article is None or not article.has_page or article.published > moment:
        return None
    if absence := article.absence_at(moment):
        retry = (("Retry-After", absence.retry_after),) if absence.retry_after else ()
        return _page(absence.status, pages.missing(absence.status), moment, retry)
    if article.pdf:
        return _answer(200, PDF, "application/pdf", moment)
    if form == "amp":
        return _page(200, pages.amp(article, moment), moment)
    if form == "print":
        return _page(200, pages.printable(article, moment), moment)
    write = redesigned if layout == "redesign" else pages.story
    return _page(200, write(article, beside(article, moment), moment), moment)


def asked(url: str) -> tuple[Article | None, str]:
    """The article a URL or path names, by its id whatever the slug, and the form: story, amp, print, or '' for none."""
    path = urlsplit(url).path
    if found := re.fullmatch(r"/news/(?:(amp|print)/)?(\d{7})(?:/.*)?", path):
        return articles().get(int(found[2])), found[1] or "story"
    if found := re.fullmatch(r"/live/([a-z0-9-]+)/?", path):
        return next((article for article in articles().values() if article.live == found[1]), None), "story"
    return None, ""


def _page(status: int, html: str, moment: datetime, more: tuple[tuple[str, str], ...] = ()) -> Answer:
    return _answer(status, html, HTML, moment, more)


def _moved(url: str, moment: datetime) -> Answer:
    return _answer(301, pages.moved(url), HTML, moment, (("Location", url),))


def _answer(
    status: int, body: str | bytes, content_type: str, moment: datetime, more: tuple[tuple[str, str], ...] = ()
) -> Answer:
    data = body.encode("utf-8") if isinstance(body, str) else body
    gmt = moment - (moment.utcoffset() or timedelta())
    headers = (
        ("Date", f"{gmt:%a, %d %b %Y %H:%M:%S} GMT"),
        ("Server", "courier"),
        ("Content-Type", content_type),
        ("Content-Length", str(len(data))),
        ("Cache-Control", "public, max-age=300"),
        ("ETag", f'"{hashlib.sha1(data).hexdigest()}"'),
    )
    return Answer(status, headers + more, data)
