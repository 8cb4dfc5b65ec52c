"""Prothom Alo, Dhaka. Feed and daily sitemaps (back to 2009) as public scrapers name them; of the layout only the story's
elements are known, the rest is a guess. Nothing of it was ever tried against the live site."""

from __future__ import annotations

from collections.abc import Iterator

from scrapy.http import Response

from crawler.items import Page
from crawler.spiders.news import NewsSpider


class ProthomAloSpider(NewsSpider):
    name = "prothomalo"
    publisher = "prothomalo"
    language = "bn"
    timezone = "Asia/Dhaka"
    home = "https://www.prothomalo.com/"
    allowed_domains = ["prothomalo.com"]
    feeds = ("/feed/",)
    dated_sitemaps = ("/sitemap/sitemap-daily-{date}.xml",)
    story_path = r"/(?:[\w-]+/)+((?=[a-z]*\d)[a-z0-9]{10})$"

    def parse_story(self, response: Response) -> Iterator[Page]:
        """A story page to a Page.

        @url https://www.prothomalo.com/bangladesh/district/k7wq2mzt4d
        @story headline="নৌকার পাঠাগারে সন্ধ্যায় জ্বলে চল্লিশ হারিকেন"
        @story authors="শিরিন আক্তার মিলি" section=জেলা language=bn words>=140
        @begins সূর্য ডোবার আগে ঘাটে এসে ভেড়ে সবুজ
        @ends বেঞ্চ, একটি ব্ল্যাকবোর্ড আর একজন শিক্ষক।
        @published 2025-11-15T08:00:00+06:00
        @absent আরও পড়ুন
        @absent যমুনার ঘাটে
        @sidebar আরও পড়ুন 2
        @sidebar সর্বাধিক পঠিত 3
        """
        return super().parse_story(response)
