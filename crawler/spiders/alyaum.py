"""Al Yaum, Dammam. The feed as public feed lists name it, layout as in a stored page of 2020.
Nothing of it was ever tried against the live site."""

from __future__ import annotations

from collections.abc import Iterator

from scrapy.http import Response

from crawler.items import Page
from crawler.spiders.news import NewsSpider


class AlYaumSpider(NewsSpider):
    name = "alyaum"
    publisher = "alyaum"
    language = "ar"
    timezone = "Asia/Riyadh"
    home = "https://www.alyaum.com/"
    allowed_domains = ["alyaum.com"]
    feeds = ("/rssFeed/1005",)
    story_path = r"/articles/(\d+)/"

    def parse_story(self, response: Response) -> Iterator[Page]:
        """A story page to a Page.

        @url https://www.alyaum.com/articles/6618204/المملكة-اليوم/صياد-في-دارين-يعلم-الأطفال-قراءة-النجوم
        @story headline="صياد في دارين يعلّم الأطفال قراءة النجوم"
        @story authors="ريم الدوسري" section="المملكة اليوم" language=ar words>=150
        @begins على رصيف الميناء القديم في دارين
        @ends حول نفسه ثلاث مرات، ثم يسألهم أين بيته.
        @published 2025-10-11T18:30:00+03:00
        @absent اقرأ أيضا
        @absent الدرس الأول يبدأ
        @sidebar اقرأ أيضا 1
        @sidebar مواضيع ذات علاقة 3
        """
        return super().parse_story(response)
