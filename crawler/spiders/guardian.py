"""The Guardian, London. Feeds and news sitemap as public parsers name them, layout as in stored pages of 2023.
Nothing of it was ever tried against the live site."""

from __future__ import annotations

from collections.abc import Iterator

from scrapy.http import Response

from crawler.extraction.layout import Layout
from crawler.items import Page
from crawler.spiders.news import NewsSpider


class GuardianSpider(NewsSpider):
    name = "guardian"
    publisher = "guardian"
    language = "en"
    timezone = "Europe/London"
    home = "https://www.theguardian.com/"
    allowed_domains = ["theguardian.com"]
    feeds = ("/uk/rss", "/world/rss")
    sitemaps = ("/sitemaps/news.xml",)
    story_path = r"/((?:[\w-]+/)+\d{4}/[a-z]{3}/\d\d/[\w-]+)$"
    layout = Layout(body="div.article-body-viewer-selector")

    def parse_story(self, response: Response) -> Iterator[Page]:
        """A story page to a Page.

        @url https://www.theguardian.com/food/2025/nov/12/village-bakes-one-enormous-loaf-a-week-to-keep-its-oven
        @story headline="Village bakes one enormous loaf a week to keep its oven"
        @story authors="Hettie Marchbanks" section=Food language=en words>=200
        @begins It weighs two stone, takes six people
        @ends comes every Christmas for the crust.
        @published 2025-11-12T07:00:25+00:00
        @absent rolled uphill
        @absent A covenant of 1731
        @sidebar Most viewed 4
        """
        return super().parse_story(response)
