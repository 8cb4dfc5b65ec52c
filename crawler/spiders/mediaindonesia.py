"""Media Indonesia, Jakarta. The feed as public feed lists name it, layout as in a stored page of 2026.
Nothing of it was ever tried against the live site."""

from __future__ import annotations

from collections.abc import Iterator

from scrapy.http import Response

from crawler.items import Page
from crawler.spiders.news import NewsSpider


class MediaIndonesiaSpider(NewsSpider):
    name = "mediaindonesia"
    publisher = "mediaindonesia"
    language = "id"
    timezone = "Asia/Jakarta"
    home = "https://mediaindonesia.com/"
    allowed_domains = ["mediaindonesia.com"]
    feeds = ("/feed",)
    sections = ("/nusantara", "/ekonomi")
    story_path = r"/[\w-]+/(\d+)/[\w-]+"

    def parse_story(self, response: Response) -> Iterator[Page]:
        """A story page to a Page.

        @url https://mediaindonesia.com/nusantara/838211/penjaga-pintu-air-di-klaten-mencatat-hujan-sejak-1979
        @story headline="Penjaga Pintu Air di Klaten Mencatat Hujan Sejak 1979"
        @story authors="Wulan Prasetyaningrum" language=id words>=140
        @begins SETIAP pukul enam pagi ia menuang
        @ends tiba, lengkap dengan namanya di sampul.
        @published 2025-11-25T13:20:10+07:00
        @absent Baca juga
        @absent Editor
        @sidebar Terpopuler 3
        """
        return super().parse_story(response)
