"""LRT, the public broadcaster's news site, Vilnius. The feed as public parsers name it, layout as in a stored page of 2024.
Nothing of it was ever tried against the live site."""

from __future__ import annotations

from collections.abc import Iterator

from scrapy.http import Response

from crawler.items import Page
from crawler.spiders.news import NewsSpider


class LrtSpider(NewsSpider):
    name = "lrt"
    publisher = "lrt"
    language = "lt"
    timezone = "Europe/Vilnius"
    home = "https://www.lrt.lt/"
    allowed_domains = ["lrt.lt"]
    feeds = ("/?rss",)
    sections = ("/naujienos/lietuvoje", "/naujienos/pasaulyje")
    story_path = r"/naujienos/[\w-]+/\d+/(\d+)/"

    def parse_story(self, response: Response) -> Iterator[Page]:
        """A story page to a Page.

        @url https://www.lrt.lt/naujienos/lietuvoje/2/2731904/nidos-smelynu-priziuretojas-kasmet-suskaiciuoja-ta-pacia-kopa
        @story headline="Nidos smėlynų prižiūrėtojas kasmet suskaičiuoja tą pačią kopą"
        @story authors="Ugnė Vaitkūnienė" language=lt words>=130
        @begins Kiekvieną spalį, kai poilsiautojai
        @ends moka rišti mazgus ir turi savo liniuotę.
        @published 2025-10-28T08:15:00+00:00
        @absent Taip pat skaitykite
        @absent Matavimo kuolas
        @sidebar Taip pat skaitykite 2
        @sidebar Skaitomiausi 3
        """
        return super().parse_story(response)
