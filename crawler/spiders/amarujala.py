"""Amar Ujala, Noida. Feeds as public feed lists name them, layout as in a stored page of 2020 and, inside the story, a guess.
Nothing of it was ever tried against the live site."""

from __future__ import annotations

from collections.abc import Iterator

from scrapy.http import Response

from crawler.items import Page
from crawler.spiders.news import NewsSpider


class AmarUjalaSpider(NewsSpider):
    name = "amarujala"
    publisher = "amarujala"
    language = "hi"
    timezone = "Asia/Kolkata"
    home = "https://www.amarujala.com/"
    allowed_domains = ["amarujala.com"]
    feeds = ("/rss/breaking-news.xml", "/rss/uttar-pradesh.xml")
    story_path = r"/(?:[\w-]+/)+([\w-]+-(?:\d{4}-\d\d-\d\d|[a-z]*\d{6,}))/?$"

    def parse_story(self, response: Response) -> Iterator[Page]:
        """A story page to a Page.

        @url https://www.amarujala.com/uttar-pradesh/varanasi/banaras-ke-navik-ne-ghaton-ke-beech-chalai-kitabon-ki-nav-2025-10-30
        @story headline="बनारस के नाविक ने घाटों के बीच चलाई किताबों की नाव"
        @story authors="मृणालिनी दुबे" section="City & states" language=hi words>=190
        @begins अस्सी से राजघाट तक चलने वाली एक पुरानी
        @ends किसी न किसी यात्री की जुबानी याद है।
        @published 2025-10-30T07:45:12+05:30
        @absent यह भी पढ़ें
        @absent अस्सी घाट पर बंधी
        @sidebar यह भी पढ़ें 1
        @sidebar सबसे ज्यादा पढ़ी गई खबरें 3
        """
        return super().parse_story(response)
