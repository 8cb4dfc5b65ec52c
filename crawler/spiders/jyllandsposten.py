"""Jyllands-Posten, Aarhus. The feed as some public lists name it (others name other feeds), layout as in a stored page of
2025. Nothing of it was ever tried against the live site."""

from __future__ import annotations

from collections.abc import Iterator

from scrapy.http import Response

from crawler.items import Page
from crawler.spiders.news import NewsSpider


class JyllandsPostenSpider(NewsSpider):
    name = "jyllandsposten"
    publisher = "jyllandsposten"
    language = "da"
    timezone = "Europe/Copenhagen"
    home = "https://jyllands-posten.dk/"
    allowed_domains = ["jyllands-posten.dk"]
    feeds = ("/rss",)
    sections = ("/indland/", "/international/")
    story_path = r"/(?:[\w-]+/)*(ECE\d+)/"

    def parse_story(self, response: Response) -> Iterator[Page]:
        """A story page to a Page.

        @url https://jyllands-posten.dk/indland/ECE18611204/faergemanden-paa-hjarnoe-har-solgt-den-samme-billet-i-30-aar/
        @story headline="Færgemanden på Hjarnø har solgt den samme billet i 30 år"
        @story authors="Karen Østerballe" language=da words>=160
        @begins Den blå billet koster tolv kroner
        @ends hun, men hun skal selv rive den over.
        @published 2025-09-27T08:00:00+02:00
        @absent Billetrullen er fra
        @absent Læs også
        @sidebar Læs også 2
        @sidebar Mest læste 3
        """
        return super().parse_story(response)
