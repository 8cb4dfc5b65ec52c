"""HabariLeo, Dar es Salaam. The feed as public feed lists name it, layout as in a stored page of 2025, which calls its
Swahili English. Nothing of it was ever tried against the live site."""

from __future__ import annotations

from collections.abc import Iterator

from scrapy.http import Response

from crawler.items import Page
from crawler.spiders.news import NewsSpider


class HabariLeoSpider(NewsSpider):
    name = "habarileo"
    publisher = "habarileo"
    language = "sw"
    timezone = "Africa/Dar_es_Salaam"
    home = "https://habarileo.co.tz/"
    allowed_domains = ["habarileo.co.tz"]
    feeds = ("/feed/",)
    story_path = r"/((?:[^/-]+-){3,}[^/-]+)/?$"

    def parse_story(self, response: Response) -> Iterator[Page]:
        """A story page to a Page.

        @url https://habarileo.co.tz/mwalimu-apanda-miti-kwa-kila-mwanafunzi-anayehitimu/
        @story headline="Mwalimu apanda miti kwa kila mwanafunzi anayehitimu"
        @story authors="Neema Kilasile" section=Tanzania language=sw words>=130
        @begins IRINGA: Mwalimu wa sayansi katika
        @ends amechagua mwenyewe aina ya mti anaoutaka.
        @published 2025-10-09T08:12:44+00:00
        @absent Miche ikisubiri
        @sidebar Read more 2
        @sidebar Zilizosomwa Zaidi 3
        """
        return super().parse_story(response)
