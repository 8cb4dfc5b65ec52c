"""Kommersant, Moscow. Feed, news sitemap and the archive by days as public parsers and scrapers name them, layout as in a
stored page of 2025. Nothing of it was ever tried against the live site."""

from __future__ import annotations

from collections.abc import Iterator

from scrapy.http import Response

from crawler.items import Page
from crawler.spiders.news import NewsSpider


class KommersantSpider(NewsSpider):
    name = "kommersant"
    publisher = "kommersant"
    language = "ru"
    timezone = "Europe/Moscow"
    home = "https://www.kommersant.ru/"
    allowed_domains = ["kommersant.ru"]
    feeds = ("/RSS/news.xml",)
    sitemaps = ("/sitemaps/sitemap_news.xml",)
    dated_indexes = ("/archive/news/day/{date}",)
    story_path = r"/doc/(\d+)"

    def parse_story(self, response: Response) -> Iterator[Page]:
        """A story page to a Page.

        @url https://www.kommersant.ru/doc/8121377
        @story headline="Часовщик из Мурома заводит город по воскресеньям" authors="Варвара Полетаева" language=ru words>=160
        @begins По воскресеньям он выходит из дома
        @ends без времени, и в школах отменят звонки.
        @published 2025-10-19T14:05:00+03:00
        @absent Ключ весит
        @absent Варвара Полетаева
        @sidebar Самое читаемое 3
        """
        return super().parse_story(response)
