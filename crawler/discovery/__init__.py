"""Where a paper lists its stories: feeds, sitemaps, dated indexes and sections.

Each module reads one kind of response into Leads: the address of a story and what the listing says of it, which
travels with the request and becomes evidence.
"""

from __future__ import annotations

from dataclasses import dataclass, field

from crawler.items import Moment


@dataclass(slots=True)
class Lead:
    """A story as a listing names it. dates: what the listing says of its publication, often nothing."""

    url: str
    headline: str | None = None
    section: str | None = None
    dates: list[Moment] = field(default_factory=list)
