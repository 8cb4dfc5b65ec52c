"""NTV, a broadcaster's news site, Istanbul. Feed and news sitemap as public parsers name them, layout as in a stored page
of 2025. Nothing of it was ever tried against the live site."""

from __future__ import annotations

from collections.abc import Iterator

from scrapy.http import Response

from crawler.items import Page
from crawler.spiders.news import NewsSpider


class NtvSpider(NewsSpider):
    name = "ntv"
    publisher = "ntv"
    language = "tr"
    timezone = "Europe/Istanbul"
    home = "https://www.ntv.com.tr/"
    allowed_domains = ["ntv.com.tr"]
    feeds = ("/gundem.rss",)
    sitemaps = ("/sitemaps/news-sitemap.xml",)
    story_path = r"/(?:[\w-]+/)+[\w-]+[-,](\d{7,}|[\w-]{22})$"

    def parse_story(self, response: Response) -> Iterator[Page]:
        """A story page to a Page.

        @url https://www.ntv.com.tr/turkiye/vapurun-caycisi-kirk-yildir-ayni-bardaklari-sayiyor-1694207
        @story headline="Vapurun çaycısı kırk yıldır aynı bardakları sayıyor"
        @story authors section=Türkiye language=tr words>=150
        @begins Kadıköy vapuru her sabah yedi kırk
        @ends yapıyor ve her akşam aynı sonucu buluyor.
        @published 2025-11-06T09:40:00+03:00
        @absent İLGİLİ HABER
        @absent Tepsi, iskeleye
        @sidebar En Çok Okunanlar 3
        """
        return super().parse_story(response)
