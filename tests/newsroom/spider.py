"""The newsroom's spider: Dawn's, at the address of a running server, which the environment names."""

from __future__ import annotations

import os

from crawler.spiders.dawn import DawnSpider


class NewsroomSpider(DawnSpider):
    name = "newsroom"
    publisher = "newsroom"
    home = os.environ.get("NEWSROOM", "http://127.0.0.1/")
    allowed_domains = ["127.0.0.1"]
