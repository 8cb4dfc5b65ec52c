"""Index pages (dated indexes, sections, author pages) to leads: every link on the page, which the spider then sorts.

A dated address is a pattern that holds {date}, written YYYY-MM-DD, or as it stands there: {date:%Y/%m/%d}, {date:%Y%m}.
The letters are Y, m and d, as date.strftime writes them, each once.
"""

from __future__ import annotations

import re
from calendar import monthrange
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


def day_of(pattern: str, url: str) -> date | None:
    """The day of which url is the pattern's address, the last one of a pattern by months; None for any other address."""
    match = re.fullmatch(_expression(pattern), url)
    if match is None:
        return None
    found = match.groupdict()
    year, month = int(found["Y"]), int(found.get("m") or 12)
    try:
        return date(year, month, int(found.get("d") or monthrange(year, month)[1]))
    except ValueError:
        return None


def _expression(pattern: str) -> str:
    """A regular expression for a pattern's addresses, with the groups Y, m and d; a part that comes again is the same."""
    expression = ""
    met: set[str] = set()
    for text, field, form, _ in Formatter().parse(pattern):
        expression += re.escape(text)
        for letter, mark in re.findall("%(.)|(.)", form or "%Y-%m-%d") if field is not None else ():
            if mark:
                expression += re.escape(mark)
            elif letter in met:
                expression += f"(?P={letter})"
            else:
                met.add(letter)
                expression += rf"(?P<{letter}>\d{{{4 if letter == 'Y' else 2}}})"
    return expression
