"""Aftonbladet, Stockholm. The feed as public feed lists name it, layout as in a stored page of 2026.
Nothing of it was ever tried against the live site."""

from __future__ import annotations

from collections.abc import Iterator

from scrapy.http import Response

from crawler.items import Page
from crawler.spiders.news import NewsSpider


class AftonbladetSpider(NewsSpider):
    name = "aftonbladet"
    publisher = "aftonbladet"
    language = "sv"
    timezone = "Europe/Stockholm"
    home = "https://www.aftonbladet.se/"
    allowed_domains = ["aftonbladet.se"]
    feeds = ("https://rss.aftonbladet.se/rss2/small/pages/sections/senastenytt/",)
    sections = ("/nyheter",)
    story_path = r"/(?:[\w-]+/)+a/(\w+)(?:/|$)"

    def parse_story(self, response: Response) -> Iterator[Page]:
        """A story page to a Page.

        @url https://www.aftonbladet.se/nyheter/a/Qx7mPv/brevbararen-skidar-atta-mil-for-ett-vykort
        @story headline="Brevbäraren skidar åtta mil – för ett vykort"
        @story authors="Sixten Lagerbrink" section=Nyheter language=sv words>=160
        @begins När snöskotern gick sönder tog hon
        @ends Motorn har redan börjat låta konstigt.
        @published 2026-01-14T11:32:08+00:00
        @absent Läs mer
        @absent Väskan är från
        @sidebar Senaste nytt 3
        """
        return super().parse_story(response)
