"""Dawn, Karachi. Layout and addresses as seen in stored captures of 2014-2026 and in public scrapers' code; the feeds were
seen in 2026. Never tried against the live site: the news sitemap and the markup round the sidebar."""

from __future__ import annotations

from collections.abc import Iterator

from scrapy.http import Response

from crawler.extraction.layout import Layout
from crawler.items import Page
from crawler.spiders.news import NewsSpider


class DawnSpider(NewsSpider):
    name = "dawn"
    publisher = "dawn"
    language = "en"
    timezone = "Asia/Karachi"
    home = "https://www.dawn.com/"
    allowed_domains = ["dawn.com"]
    feeds = ("/feeds/home", "/feeds/latest-news")
    sitemaps = ("/feeds/sitemap",)
    dated_indexes = ("/latest-news/{date}", "/newspaper/national/{date}", "/newspaper/editorial/{date}")
    # Any slug serves the story, and /news/amp/ and /news/print/ are other forms of it.
    story_path = r"/news/(?:amp/|print/)?(\d+)(?:/|$)|/(live/[\w-]+)/?$"
    layout = Layout(
        headline="h1.story__title, h2.story__title[data-layout=story]",
        body="div.story__content",
        byline=".story__byline a, a.story__byline__link",
    )

    def parse_story(self, response: Response) -> Iterator[Page]:
        """A story page to a Page.

        @url https://www.dawn.com/news/1981201/neelab-rising-a-month-early-barrage-staff-put-on-alert
        @story headline authors dateline=SANGPUL language=en words>=250
        @begins SANGPUL: The river Neelab has risen
        @ends “instructive” and that people should not be alarmed.
        @published 2026-03-02
        @absent Published in Dawn
        @absent Most read
        @sidebar Editorial 6
        @sidebar Most read
        """
        return super().parse_story(response)
