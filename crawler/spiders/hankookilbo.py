"""Hankook Ilbo, Seoul. The news sitemap as public parsers name it, layout as in a stored page of 2025; pages of January 2026
hold the story in a script alone, later ones do not. Nothing of it was ever tried against the live site."""

from __future__ import annotations

from collections.abc import Iterator

from scrapy.http import Response

from crawler.items import Page
from crawler.spiders.news import NewsSpider


class HankookIlboSpider(NewsSpider):
    name = "hankookilbo"
    publisher = "hankookilbo"
    language = "ko"
    timezone = "Asia/Seoul"
    home = "https://www.hankookilbo.com/"
    allowed_domains = ["hankookilbo.com"]
    sitemaps = ("/sitemap/latest-articles",)
    story_path = r"/(?i:news/read|news/article)/(A?\d{12,})"

    def parse_story(self, response: Response) -> Iterator[Page]:
        """A story page to a Page.

        @url https://www.hankookilbo.com/News/Read/A2025102209150001234
        @story headline="폐교 종소리, 이장님이 하루 세 번 친다" authors="한나래" section=사회 language=ko words>=140
        @begins 학생 떠난 지 9년, 종은 마을의 시계가 됐다 아침 여덟 시,
        @ends 그리고 그 아래 교실 한 칸은 남기기로 했다. 교실은 도서관이 된다.
        @published 2025-10-22T10:30:00+09:00
        @absent 교실이 된 양조장
        @absent 한나래 기자
        @sidebar 이 기사와 관련된 기사 2
        @sidebar 사회 많이 본 뉴스 3
        """
        return super().parse_story(response)
