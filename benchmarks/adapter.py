"""Our extraction in the form in which the shared score.py asks an extractor: function(html, url) -> dict."""

from __future__ import annotations

from typing import Any

from crawler.extraction import extract as extract_page


def extract(html: bytes, url: str) -> dict[str, Any]:
    """body, title, date, moment and authors of one page; no key where there is nothing."""
    story = extract_page(html, url or "http://example.org/").story
    if story is None:
        return {}
    published = story.published
    return {
        "body": story.body,
        "title": story.headline,
        "authors": story.authors,
        "date": published.value.date().isoformat() if published else None,
        "moment": published.value.isoformat() if published and published.precision != "day" else None,
    }
