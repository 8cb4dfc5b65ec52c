"""Dagbladet, Oslo. The news sitemap as public parsers name it (its feeds are said to be gone), layout as in a stored page
of 2026. Nothing of it was ever tried against the live site."""

from __future__ import annotations

from collections.abc import Iterator

from scrapy.http import Response

from crawler.items import Page
from crawler.spiders.news import NewsSpider


class DagbladetSpider(NewsSpider):
    name = "dagbladet"
    publisher = "dagbladet"
    language = "nb"
    timezone = "Europe/Oslo"
    home = "https://www.dagbladet.no/"
    allowed_domains = ["dagbladet.no"]
    sitemaps = ("/sitemap",)
    sections = ("/nyheter", "/kultur")
    story_path = r"/(?:[\w-]+/)+[\w-]+/(\d{7,})"

    def parse_story(self, response: Response) -> Iterator[Page]:
        """A story page to a Page.

        @url https://www.dagbladet.no/nyheter/fyrvokteren-svarer-pa-alle-brev/83790412
        @story headline="Fyrvokteren svarer på alle brev" authors="Ingvild Rødseth" section=nyheter language=nb words>=180
        @begins Det begynte med en skoleklasse i
        @ends Han tenker fremdeles på formuleringen.
        @published 2025-11-02T06:20:00+00:00
        @absent Les også
        @absent MØRKETID
        @sidebar Mest lest 3
        """
        return super().parse_story(response)
