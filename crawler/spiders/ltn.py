"""Liberty Times, Taipei. The feed as public feed lists name it, the story's elements as in public scrapers, the rest of the
layout a guess. Nothing of it was ever tried against the live site."""

from __future__ import annotations

from collections.abc import Iterator

from scrapy.http import Response

from crawler.items import Page
from crawler.spiders.news import NewsSpider


class LtnSpider(NewsSpider):
    name = "ltn"
    publisher = "ltn"
    language = "zh-Hant"
    timezone = "Asia/Taipei"
    home = "https://news.ltn.com.tw/"
    allowed_domains = ["ltn.com.tw"]
    feeds = ("/rss/all.xml",)
    story_path = r"/news/[\w-]+/(?:breakingnews|paper)/(\d+)"

    def parse_story(self, response: Response) -> Iterator[Page]:
        """A story page to a Page.

        @url https://news.ltn.com.tw/news/life/breakingnews/5213447
        @story headline="山城老郵差退休 全村輪流替他走最後一趟" authors="游沛珊" section=生活 language=zh
        @begins 〔記者游沛珊／苗栗報導〕在苗
        @ends 村民已經約好前三個月陪他走。
        @published 2025-10-23T16:18:00+08:00
        @absent 末代照相館
        @absent 綠色郵袋
        @sidebar 相關新聞 2
        @sidebar 熱門新聞 3
        """
        return super().parse_story(response)
