"""ynet, the site of Yedioth Ahronoth, Tel Aviv. Feeds as public feed lists name them; the layout is a guess from the class
names in public scrapers. Nothing of it was ever tried against the live site."""

from __future__ import annotations

from collections.abc import Iterator

from scrapy.http import Response

from crawler.items import Page
from crawler.spiders.news import NewsSpider


class YnetSpider(NewsSpider):
    name = "ynet"
    publisher = "ynet"
    language = "he"
    timezone = "Asia/Jerusalem"
    home = "https://www.ynet.co.il/"
    allowed_domains = ["ynet.co.il"]
    feeds = ("/Integration/StoryRss2.xml", "/Integration/StoryRss3.xml")
    story_path = r"/(?:[\w-]+/)+article/(\w+)$"

    def parse_story(self, response: Response) -> Iterator[Page]:
        """A story page to a Page.

        @url https://www.ynet.co.il/news/article/hjt4xq9blg
        @story headline authors="נועה ברזלי" section=חדשות language=he words>=130
        @begins על המדף שבין הביוגרפיות לספרי הבישול
        @ends מבטיחה הספרנית, אי אפשר יהיה להאריך.
        @published 2025-11-07T05:12:40+00:00
        @absent כתבות נוספות
        @absent הסחלב שחזר
        @sidebar כתבות נוספות 2
        @sidebar הנקראות ביותר 3
        """
        return super().parse_story(response)
