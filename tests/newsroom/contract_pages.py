"""Writes tests/pages/dawn.warc.gz: the pages that the contracts of the Dawn spider are checked on.

They are pages of the sample paper, moved to Dawn's address: the layout is Dawn's, every word is invented.
`python -m tests.newsroom.contract_pages` writes the same bytes in every run.
"""

from __future__ import annotations

import sys
from dataclasses import replace
from datetime import datetime
from pathlib import Path

from warcio.warcwriter import WARCWriter

from .paper import Answer, answer
from .record import write_exchange
from .stock import HOME, PAPER, ZONE, articles

PAGES = Path(__file__).parents[1] / "pages" / "dawn.warc.gz"
DAWN = "https://www.dawn.com"
AT = datetime(2026, 3, 5, 12, 0, tzinfo=ZONE)
PATHS = ("/robots.txt", "/feeds/home", "/feeds/sitemap", "/latest-news/2026-03-05")


def at_dawn(given: Answer) -> Answer:
    """An answer of the sample paper as Dawn would give it."""
    body = given.body.replace(HOME.encode(), DAWN.encode())
    for name in (PAPER, PAPER.upper()):
        body = body.replace(name.encode(), b"Dawn")
    headers = tuple((name, str(len(body)) if name == "Content-Length" else value) for name, value in given.headers)
    return replace(given, headers=headers, body=body)


def main() -> None:
    """Write the pages, and say where."""
    urls = [HOME + path for path in PATHS] + [articles()[1981201].url]
    with PAGES.open("wb") as stream:
        writer = WARCWriter(stream, gzip=True, warc_version="1.1")
        for url in urls:
            write_exchange(writer, url.replace(HOME, DAWN), AT, at_dawn(answer(url, AT)))
    sys.stdout.write(f"{len(urls)} pages in {PAGES}\n")


if __name__ == "__main__":
    main()
