"""Die Presse, Vienna. Feed and news sitemap as public feed lists and parsers name them, layout as in a stored page of 2025.
Nothing of it was ever tried against the live site."""

from __future__ import annotations

from collections.abc import Iterator

from scrapy.http import Response

from crawler.items import Page
from crawler.spiders.news import NewsSpider


class DiePresseSpider(NewsSpider):
    name = "diepresse"
    publisher = "diepresse"
    language = "de"
    timezone = "Europe/Vienna"
    home = "https://www.diepresse.com/"
    allowed_domains = ["diepresse.com"]
    feeds = ("/rss",)
    sitemaps = ("/news-sitemap",)
    story_path = r"/(\d{7,})/"

    def parse_story(self, response: Response) -> Iterator[Page]:
        """A story page to a Page.

        @url https://www.diepresse.com/20413377/donaukanal-schwimmsteg-bleibt-auch-im-winter-offen
        @story headline="Donaukanal: Schwimmsteg bleibt auch im Winter offen"
        @story authors="Theresa Hollndonner" section=Wien language=de words>=170
        @begins Wer im Jänner schwimmen will, muss
        @ends Kamera ohne Gesichter, wie viele kommen.
        @published 2025-10-14T09:22:41+02:00
        @absent Auf einen Blick
        @absent Foto: Hollndonner
        @sidebar Mehr zum Thema 3
        @sidebar Meistgelesen 4
        """
        return super().parse_story(response)
