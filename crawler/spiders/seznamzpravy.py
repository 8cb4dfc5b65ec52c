"""Seznam Zprávy, Prague. Feed and news sitemap as public parsers name them, layout as in a stored page of 2025.
Nothing of it was ever tried against the live site."""

from __future__ import annotations

from collections.abc import Iterator

from scrapy.http import Response

from crawler.items import Page
from crawler.spiders.news import NewsSpider


class SeznamZpravySpider(NewsSpider):
    name = "seznamzpravy"
    publisher = "seznamzpravy"
    language = "cs"
    timezone = "Europe/Prague"
    home = "https://www.seznamzpravy.cz/"
    allowed_domains = ["seznamzpravy.cz"]
    feeds = ("/rss",)
    sitemaps = ("/sitemaps/sitemap_news.xml",)
    story_path = r"/clanek/[\w-]+-(\d+)/?$"

    def parse_story(self, response: Response) -> Iterator[Page]:
        """A story page to a Page.

        @url https://www.seznamzpravy.cz/clanek/domaci-zivot-v-cesku-brnenska-salina-vozi-knihovnu-pujcuje-se-mezi-zastavkami-291733
        @story headline="Brněnská šalina vozí knihovnu. Půjčuje se mezi zastávkami"
        @story authors="Radka Ševčovičová" language=cs words>=150
        @begins Linka číslo osm má od pondělí o jeden
        @ends ve kterém se podle řidičů čte nejvíc.
        @published 2025-11-12T07:30:00+00:00
        @absent Čtěte také
        @absent zajištěné gumou
        @sidebar Nejnovější 3
        """
        return super().parse_story(response)
