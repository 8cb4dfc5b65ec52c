"""The sample paper without its own selectors, so that every page is read by the general extraction and the site's memory."""

from __future__ import annotations

from crawler.spiders.sample import SampleSpider


class PlainSpider(SampleSpider):
    name = "plain"
    publisher = "plain"
    layout = None
