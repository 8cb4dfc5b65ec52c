"""The links on a story's page to leads, which the spider then sorts. By search in the text: extraction has parsed the page
already, and links need no second tree."""

from __future__ import annotations

import re
from collections.abc import Iterator
from html import unescape
from urllib.parse import urljoin

from scrapy.http import Response, TextResponse

from crawler.items import Lead

_HREF = re.compile(r"""<a\s[^>]*?\bhref\s*=\s*(?:"([^"]*)"|'([^']*)')""", re.IGNORECASE)
SCHEMES = ("http://", "https://")
MAX_LINKS = 2000  # of a page; the fullest pages seen have some 600


def leads(response: Response) -> Iterator[Lead]:
    """Every link of a page once, in the page's order; none where the response is no text."""
    if not isinstance(response, TextResponse):
        return
    seen: set[str] = set()
    origin = urljoin(response.url, "/").rstrip("/")
    for match in _HREF.finditer(response.text):
        href = unescape(match[1] or match[2] or "").strip().partition("#")[0]
        if not href or href in seen:
            continue
        seen.add(href)
        if len(seen) > MAX_LINKS:
            return
        url = _absolute(href, origin, response.url)
        if url.startswith(SCHEMES):
            yield Lead(url=url)


def _absolute(href: str, origin: str, base: str) -> str:
    """The address that href names on the page at base; empty for an odd one. Most need no urljoin, which is slow."""
    if href.startswith(SCHEMES):
        return href
    if href[0] == "/" and not href.startswith("//") and "/." not in href:
        return origin + href
    try:
        return urljoin(base, href)
    except ValueError:
        return ""
