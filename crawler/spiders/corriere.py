"""Corriere della Sera, Milan. Feeds as public feed lists name them, layout as in a stored page of 2025; how it shows what
else to read inside a story is a guess. Nothing of it was ever tried against the live site."""

from __future__ import annotations

from collections.abc import Iterator

from scrapy.http import Response

from crawler.items import Page
from crawler.spiders.news import NewsSpider


class CorriereSpider(NewsSpider):
    name = "corriere"
    publisher = "corriere"
    language = "it"
    timezone = "Europe/Rome"
    home = "https://www.corriere.it/"
    allowed_domains = ["corriere.it"]
    feeds = ("/rss/homepage.xml", "/dynamic-feed/rss/section/Economia.xml")
    sections = ("/cronache/", "/esteri/")
    story_path = r"/(?:[\w-]+/)+\d\d_[a-z]+_\d\d/[\w-]*?([0-9a-f]{8}-[0-9a-f]{4}-[\w-]+)\.shtml$"

    def parse_story(self, response: Response) -> Iterator[Page]:
        """A story page to a Page.

        @url https://www.corriere.it/cronache/25_settembre_16/il-traghetto-di-imbersago-riparte-spinto-solo-dalla-corrente-5d1c7e0a-1f42-4c6b-9a77-0b3de2a1fxlk.shtml
        @story headline="Il traghetto di Imbersago riparte, spinto solo dalla corrente"
        @story authors="Tommaso Brivio" section=Cronache language=it words>=180
        @begins L’imbarcazione era ferma da due anni
        @ends molo, quando il fiume lo permetterà.
        @published 2025-09-16T07:31:20+02:00
        @absent La diga che suona
        @absent Il cavo d’acciaio
        @sidebar Leggi anche 1
        @sidebar I più letti 3
        """
        return super().parse_story(response)
