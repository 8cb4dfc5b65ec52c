"""Daily Express (Roznama Express), Lahore. The feed as public feed lists name it; the layout is a guess from the class names
in public scrapers. Nothing of it was ever tried against the live site."""

from __future__ import annotations

from collections.abc import Iterator

from scrapy.http import Response

from crawler.items import Page
from crawler.spiders.news import NewsSpider


class ExpressPkSpider(NewsSpider):
    name = "expresspk"
    publisher = "expresspk"
    language = "ur"
    timezone = "Asia/Karachi"
    home = "https://www.express.pk/"
    allowed_domains = ["express.pk"]
    feeds = ("/feed/",)
    sections = ("/pakistan/",)
    story_path = r"/story/(\d+)(?:/|$)"

    def parse_story(self, response: Response) -> Iterator[Page]:
        """A story page to a Page.

        @url https://www.express.pk/story/2790355/multan-ka-kumhar-jo-har-gharay-mein-aik-kahani-band-karta-hai-2790355
        @story headline="ملتان کا کمہار جو ہر گھڑے میں ایک کہانی بند کرتا ہے" authors="عائشہ خاکوانی" language=ur words>=200
        @begins ملتان: پرانے شہر کی ایک تنگ گلی میں
        @ends دو دن جلے گی۔ باقی دن وہ صرف سنے گا۔
        @published 2025-11-03T11:20:36+05:00
        @absent یہ بھی پڑھیں
        @absent بھٹی سے نکلا
        @sidebar یہ بھی پڑھیں 1
        @sidebar مقبول خبریں 3
        """
        return super().parse_story(response)
