"""Sitemaps, sitemap indexes and news sitemaps to leads, streamed: a sitemap may hold 50,000 addresses.

Formats: sitemaps.org protocol 0.9 and Google's news extension (http://www.google.com/schemas/sitemap-news/0.9).
"""

from __future__ import annotations

import zlib
from collections.abc import Iterator
from io import BytesIO
from operator import itemgetter
from typing import Literal
from urllib.parse import urljoin, urlsplit

from lxml import etree
from scrapy.http import Response
from scrapy.utils.gz import gunzip, gzip_magic_number

from crawler.discovery import Lead
from crawler.discovery.numbered import readable
from crawler.extraction.dates import parse_date
from crawler.items import Moment
from crawler.urls import is_web_address

MAX_SITEMAP = 64 * 1024 * 1024  # the protocol's own limit is 50 MB unpacked


class NotASitemap(ValueError):
    """The response is no sitemap; the message says what was wrong."""


def read(response: Response) -> tuple[list[Lead], list[Lead]]:
    """The stories that a sitemap lists, and the sitemaps that a sitemap index names, each with the date of its last change
    if that is told. What changed last comes first, news sitemaps before all others. Raises NotASitemap."""
    stories: list[tuple[str, Lead]] = []
    nested: list[tuple[bool, str, Lead]] = []
    for tag, element in _elements(response):
        changed = _text(element, "lastmod") or ""  # in the format that the protocol asks for, texts sort as dates do
        if tag == "url" and (lead := _lead(element)):
            stories.append((changed, lead))
        elif tag == "sitemap" and (url := _address(response.url, _text(element, "loc"))):
            nested.append((_is_for_news(url), changed, Lead(url, dates=_moments(changed, "modified"))))
    stories.sort(key=itemgetter(0), reverse=True)
    nested.sort(key=itemgetter(0, 1), reverse=True)
    return [lead for _, lead in stories], [lead for _, _, lead in nested]


def _is_for_news(url: str) -> bool:
    return "news" in urlsplit(url).path.rpartition("/")[2].lower()


def _address(base: str, text: str | None) -> str | None:
    """The web address that a sitemap index means by a text; None where it is none."""
    try:
        url = urljoin(base, text or "")
    except ValueError:
        return None
    return url if text and is_web_address(url) else None


def _elements(response: Response) -> Iterator[tuple[str, etree._Element]]:
    found_root = False
    try:
        for _, element in etree.iterparse(
            BytesIO(readable(_unpacked(response))),
            recover=True,
            resolve_entities=False,
            no_network=True,
            remove_comments=True,
            remove_pis=True,
        ):
            tag = _name(element)
            if tag in ("url", "sitemap"):
                found_root = True
                yield tag, element
                element.clear()
                while element.getprevious() is not None:
                    del element.getparent()[0]
            found_root = found_root or tag in ("urlset", "sitemapindex")
    except etree.XMLSyntaxError as error:
        raise NotASitemap(f"no sitemap at {response.url}: {error}") from error
    if not found_root:
        raise NotASitemap(f"no sitemap at {response.url}: no <urlset> or <sitemapindex>")


def _unpacked(response: Response) -> bytes:
    if not gzip_magic_number(response):
        return response.body
    try:
        return gunzip(response.body, max_size=MAX_SITEMAP)
    except (EOFError, OSError, zlib.error) as error:
        raise NotASitemap(f"no sitemap at {response.url}: it cannot be unpacked: {error}") from error


def _lead(element: etree._Element) -> Lead | None:
    url = _text(element, "loc")
    if not url or not url.startswith(("http://", "https://")):
        return None
    lead = Lead(url=url, headline=_text(element, "title"))
    # <lastmod> is when the file changed, at many papers the hour of the crawl: no evidence of publication.
    lead.dates = _moments(_text(element, "publication_date"), "published")
    return lead


def _moments(text: str | None, of: Literal["published", "modified"]) -> list[Moment]:
    parsed = parse_date(text) if text else None
    return [Moment(parsed.value, parsed.precision, "sitemap", text, of, parsed.zoned)] if text and parsed else []


def _text(element: etree._Element, name: str) -> str | None:
    found = next((inner for inner in element.iter() if _name(inner) == name), None)
    try:
        return found.text.strip() or None if found is not None and found.text else None
    except UnicodeDecodeError:  # a broken file's bytes are no text here; the other addresses are no worse for it
        return None


def _name(element: etree._Element) -> str:
    """An element's name without its namespace, or the prefix of one that the file forgot to declare."""
    return str(element.tag).rpartition("}")[2].rpartition(":")[2]
