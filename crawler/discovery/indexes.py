"""Index pages (dated indexes, sections, author pages) to leads: every link on the page, which the spider then sorts."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, timedelta

from scrapy.http import Response, TextResponse

from crawler.discovery import Lead


def leads(response: Response) -> Iterator[Lead]:
    """Every link of an index page once, in the page's order; none where the response is no text."""
    if not isinstance(response, TextResponse):
        return
    seen: set[str] = set()
    for link in response.css("a[href]"):
        try:
            url = response.urljoin(link.attrib["href"].strip())
        except ValueError:
            continue
        if url.startswith(("http://", "https://")) and url not in seen:
            seen.add(url)
            yield Lead(url=url, headline=" ".join("".join(link.css("::text").getall()).split()) or None)


def dated(pattern: str, since: date, until: date) -> Iterator[str]:
    """The addresses of a dated index, newest day first. pattern holds {date}, written YYYY-MM-DD."""
    for back in range((until - since).days + 1):
        yield pattern.format(date=(until - timedelta(days=back)).isoformat())
