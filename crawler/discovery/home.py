"""What a front page tells of where its stories are: the feeds it names, and the addresses that look like stories'."""

from __future__ import annotations

import re
from collections.abc import Iterator
from urllib.parse import urlsplit

from scrapy.http import TextResponse

from crawler.urls import is_web_address

# A story's path ends in a slug of several words, in an id, or carries its day; a section's does not.
_STORY_PATH = re.compile(r"(?:[^/-]+-){3,}[^/-]+/?$|\d{5,}(?:\.\w+)?/?$|/(?:19|20)\d\d/\d\d?/", re.IGNORECASE)
_LONGEST = 500  # characters of a path: longer ones are no paper's, and would take the search above long
_FEEDS = "link[rel~=alternate][type*=rss]::attr(href), link[rel~=alternate][type*=atom]::attr(href)"


def looks_like_story(url: str) -> bool:
    """Whether an address is of the kind that papers give to stories, and not to their sections."""
    path = urlsplit(url).path
    return len(path) <= _LONGEST and _STORY_PATH.search(path) is not None


def feeds(response: TextResponse) -> Iterator[str]:
    """The addresses of the feeds that a page names in its head, in its order."""
    for href in response.css(_FEEDS).getall():
        try:
            url = response.urljoin(href.strip())
        except ValueError:
            continue
        if is_web_address(url):
            yield url
