"""Frankfurter Allgemeine Zeitung. Feeds and news sitemap as public parsers name them, layout as in a stored page of 2025.
Nothing of it was ever tried against the live site."""

from __future__ import annotations

from collections.abc import Iterator

from scrapy.http import Response

from crawler.items import Page
from crawler.spiders.news import NewsSpider


class FazSpider(NewsSpider):
    name = "faz"
    publisher = "faz"
    language = "de"
    timezone = "Europe/Berlin"
    home = "https://www.faz.net/"
    allowed_domains = ["faz.net"]
    feeds = ("/rss/aktuell", "/rss/aktuell/politik", "/rss/aktuell/wirtschaft/", "/rss/aktuell/gesellschaft/")
    sitemaps = ("/sitemap-news.xml",)
    story_path = r"/.+-(\d{7,})\.html$"

    def parse_story(self, response: Response) -> Iterator[Page]:
        """A story page to a Page.

        @url https://www.faz.net/aktuell/rhein-main/eine-bruecke-sucht-ihren-fluss-110803341.html
        @story headline="Eine Brücke sucht ihren Fluss" authors="Gesine Marquardsen" language=de words>=160
        @begins Als die Nidder begradigt wurde, blieb
        @ends neue Wiese, mit Blick auf die Brücke.
        @published 2025-11-18T15:10:00+00:00
        @absent Vier Bögen, kein Wasser
        @absent Lesezeit
        @sidebar Meistgelesen 3
        """
        return super().parse_story(response)
