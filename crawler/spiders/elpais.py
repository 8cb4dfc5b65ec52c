"""El País, Madrid. Feed and monthly sitemaps (back to 1976) as public parsers name them, layout as in a stored page of 2024.
Nothing of it was ever tried against the live site."""

from __future__ import annotations

from collections.abc import Iterator

from scrapy.http import Response

from crawler.items import Page
from crawler.spiders.news import NewsSpider


class ElPaisSpider(NewsSpider):
    name = "elpais"
    publisher = "elpais"
    language = "es"
    timezone = "Europe/Madrid"
    home = "https://elpais.com/"
    allowed_domains = ["elpais.com"]
    feeds = ("https://feeds.elpais.com/mrss-s/pages/ep/site/elpais.com/portada",)
    dated_sitemaps = ("/sitemaps/{date:%Y/%m}/sitemap_0.xml",)
    story_path = r"/(?:[\w-]+/)+(\d{4}-\d\d-\d\d/[\w-]+)\.html$"

    def parse_story(self, response: Response) -> Iterator[Page]:
        """A story page to a Page.

        @url https://elpais.com/espana/2025-11-09/el-pueblo-que-pesa-el-silencio.html
        @story headline="El pueblo que pesa el silencio" authors="Lucía Barandiarán Soto" section=España language=es words>=200
        @begins A las doce menos cuarto sale de casa
        @ends que él no haya apuntado, se lo digan.
        @published 2025-11-09T05:45:00+01:00
        @absent Lee también
        @absent a medianoche
        @sidebar Más información 2
        @sidebar Lo más visto 4
        """
        return super().parse_story(response)
