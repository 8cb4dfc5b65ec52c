"""The Globe and Mail, Toronto. The news sitemap as public parsers name it, layout as in a stored page of 2024 (most stories
are for subscribers). Nothing of it was ever tried against the live site."""

from __future__ import annotations

from collections.abc import Iterator

from scrapy.http import Response

from crawler.extraction.layout import Layout
from crawler.items import Page
from crawler.spiders.news import NewsSpider


class GlobeAndMailSpider(NewsSpider):
    name = "globeandmail"
    publisher = "globeandmail"
    language = "en"
    timezone = "America/Toronto"
    home = "https://www.theglobeandmail.com/"
    allowed_domains = ["theglobeandmail.com"]
    sitemaps = ("/arc/outboundfeeds/news-sitemap-index/?outputType=xml",)
    sections = ("/canada/", "/world/")
    story_path = r"/(?:[\w-]+/)+article-([\w-]+)"
    layout = Layout(body="article#content-gate")

    def parse_story(self, response: Response) -> Iterator[Page]:
        """A story page to a Page.

        @url https://www.theglobeandmail.com/canada/british-columbia/article-lighthouse-keepers-of-hecate-strait-keep-the-lamp-lit-by-hand/
        @story headline="Lighthouse keepers of Hecate Strait keep the lamp lit by hand"
        @story authors="Maren Duquette" language=en words>=190
        @begins The motor that turns the lamp failed
        @ends will put it in when the geese have gone.
        @published 2025-11-04T11:00:00+00:00
        @absent The brass crank
        @absent Read more
        @sidebar Latest in British Columbia 3
        """
        return super().parse_story(response)
