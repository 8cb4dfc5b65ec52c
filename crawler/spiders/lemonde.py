"""Le Monde, Paris. Feed, news sitemap and the archive by days (back to 1944) as public scrapers name them, layout as in a
stored page of 2023. Nothing of it was ever tried against the live site."""

from __future__ import annotations

from collections.abc import Iterator

from scrapy.http import Response

from crawler.items import Page
from crawler.spiders.news import NewsSpider


class LeMondeSpider(NewsSpider):
    name = "lemonde"
    publisher = "lemonde"
    language = "fr"
    timezone = "Europe/Paris"
    home = "https://www.lemonde.fr/"
    allowed_domains = ["lemonde.fr"]
    feeds = ("/rss/une.xml",)
    sitemaps = ("/sitemap_news.xml",)
    dated_indexes = ("/archives-du-monde/{date:%d-%m-%Y}/",)
    story_path = r"/[\w-]+/(?:article|live)/\d{4}/\d\d/\d\d/[\w-]+_(\d+)_\d+\.html"

    def parse_story(self, response: Response) -> Iterator[Page]:
        """A story page to a Page.

        @url https://www.lemonde.fr/planete/article/2025/10/21/a-morlaix-un-viaduc-prete-ses-arches-aux-hirondelles_6648213_3244.html
        @story headline="A Morlaix, un viaduc prête ses arches aux hirondelles"
        @story authors="Hélène Kerdraon" section=Planète language=fr words>=200
        @begins Il y en a cent quarante et un, comptés
        @ends une pierre sur dix un peu en retrait.
        @published 2025-10-21T06:00:11+02:00
        @absent Lire aussi
        @absent KERDRAON
        @sidebar Lire aussi : 1
        @sidebar Les plus lus 3
        """
        return super().parse_story(response)
