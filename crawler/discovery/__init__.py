"""Where a paper lists its stories: feeds, sitemaps, dated indexes and sections; and the links on its story pages.

Each module reads one kind of response into Leads: the address of a story and what the listing says of it, which
travels with the request and becomes evidence.
"""

from __future__ import annotations

from crawler.items import Lead

__all__ = ["Lead"]
