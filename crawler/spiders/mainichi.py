"""The Mainichi, Tokyo. The feed as public parsers name it, layout as in a stored page of 2025 (its JSON-LD names the paper
as the author). Nothing of it was ever tried against the live site."""

from __future__ import annotations

from collections.abc import Iterator

from scrapy.http import Response

from crawler.extraction.layout import Layout
from crawler.items import Page
from crawler.spiders.news import NewsSpider


class MainichiSpider(NewsSpider):
    name = "mainichi"
    publisher = "mainichi"
    language = "ja"
    timezone = "Asia/Tokyo"
    home = "https://mainichi.jp/"
    allowed_domains = ["mainichi.jp"]
    feeds = ("/rss/etc/mainichi-flash.rss",)
    story_path = r"/articles/(\d{8}/\w+/\w+/\w+/\w+)"
    layout = Layout(body="section#articledetail-body", byline="a.articletag-author")

    def parse_story(self, response: Response) -> Iterator[Page]:
        """A story page to a Page.

        @url https://mainichi.jp/articles/20251017/k00/00m/040/112000c
        @story headline="無人駅の時計、住民が毎朝手で合わせる 秋田" authors="小松原いずみ" section=社会 language=ja
        @begins 始発の二十分前、白い息を吐き
        @ends に合わせてもらうことにした。
        @published 2025-10-17T12:05:30+09:00
        @absent 小松原いずみ撮影
        @absent 広告
        @sidebar 関連記事 3
        @sidebar アクセスランキング 3
        """
        return super().parse_story(response)
