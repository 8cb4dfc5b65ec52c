"""Index pages (dated indexes, sections, author pages) to leads: every link on the page, which the spider then sorts.

A dated address is a pattern that holds {date}, written YYYY-MM-DD, or as it stands there: {date:%Y/%m/%d}, {date:%Y%m}.
The letters are those of date.strftime.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import date, timedelta
from string import Formatter

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
    """The addresses of a dated index, newest first, each once: a pattern by months gives one a month."""
    days = (until - timedelta(days=back) for back in range((until - since).days + 1))
    yield from dict.fromkeys(pattern.format(date=day) for day in days)


def is_dated(pattern: str, url: str) -> bool:
    """Whether url is the pattern's address of some day."""
    expression = ""
    for text, field, form, _ in Formatter().parse(pattern):
        expression += re.escape(text)
        if field is not None:
            expression += re.sub(
                "%(.)|(.)", lambda part: _WRITTEN.get(part[1], ".+") if part[1] else re.escape(part[2]), form or _ISO
            )
    return re.fullmatch(expression, url) is not None


_ISO = "%Y-%m-%d"
_WRITTEN = {"Y": r"\d{4}", "m": r"\d\d", "d": r"\d\d", "y": r"\d\d"}  # how date.strftime writes these; names by locale
