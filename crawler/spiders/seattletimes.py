"""The Seattle Times. The feed as public feed lists name it, layout as in stored pages of 2020 and 2023.
Nothing of it was ever tried against the live site."""

from __future__ import annotations

from collections.abc import Iterator

from scrapy.http import Response

from crawler.items import Page
from crawler.spiders.news import NewsSpider


class SeattleTimesSpider(NewsSpider):
    name = "seattletimes"
    publisher = "seattletimes"
    language = "en"
    timezone = "America/Los_Angeles"
    home = "https://www.seattletimes.com/"
    allowed_domains = ["seattletimes.com"]
    feeds = ("/feed/",)
    sections = ("/seattle-news/",)
    story_path = r"/(?:[\w-]+/)+((?:[a-z0-9]+-){3,}[a-z0-9]+)/?$"

    def parse_story(self, response: Response) -> Iterator[Page]:
        """A story page to a Page.

        @url https://www.seattletimes.com/seattle-news/transportation/ballard-drawbridge-crew-learns-to-wave-back/
        @story headline="Ballard drawbridge crew learns to wave back"
        @story authors="Odette Hallstrom" section=Transportation language=en words>=190
        @begins For most of a century the people
        @ends road, but she has left instructions.
        @published 2025-10-05T06:00:00-07:00
        @absent A crosswalk for crows
        @absent operator's window
        @sidebar Related 2
        @sidebar Most Read Local Stories 3
        """
        return super().parse_story(response)
