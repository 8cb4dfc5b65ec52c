"""The addresses that a story's page links to, which the spider then sorts. By search in its bytes: extraction has parsed
the page already, and links need neither a second tree nor the whole page decoded."""

from __future__ import annotations

import re
from collections.abc import Iterator
from html import unescape
from urllib.parse import urljoin

from scrapy.http import Response, TextResponse

_HREF = re.compile(rb"""<a\s[^>]*?\bhref\s*=\s*(?:"([^"]*)"|'([^']*)')""", re.IGNORECASE)
SCHEMES = ("http://", "https://")
MAX_LINKS = 2000  # of a page; the fullest pages seen have some 600
SNIFFED = 128  # bytes; markup that has a zero byte among them is in UTF-16 or UTF-32, in which tags are not ASCII


def addresses(response: Response) -> Iterator[str]:
    """Every address that a page links to, once, in the page's order; none where the response is no text."""
    if not isinstance(response, TextResponse):
        return
    wide = b"\0" in response.body[:SNIFFED]
    markup = response.text.encode("utf-8", "replace") if wide else response.body
    origin = urljoin(response.url, "/").rstrip("/")
    found: set[str] = set()
    for href in dict.fromkeys(map(b"".join, _HREF.findall(markup))):  # of the two kinds of quotes, one is empty
        text = href.decode() if wide or href.isascii() else href.decode(response.encoding, "replace")
        text = (unescape(text) if "&" in text else text).strip().partition("#")[0]
        if not text or text in found:
            continue
        found.add(text)
        if len(found) > MAX_LINKS:
            return
        url = _absolute(text, origin, response.url)
        if url.startswith(SCHEMES):
            yield url


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
