"""The Sample Courier: an invented paper in Dawn's layout, recorded in data/sample. Every rule is Dawn's own."""

from __future__ import annotations

from crawler.settings import ROOT
from crawler.spiders.dawn import DawnSpider


class SampleSpider(DawnSpider):
    name = "sample"
    publisher = "sample"
    home = "https://www.samplecourier.example/"
    allowed_domains = ["samplecourier.example"]
    custom_settings = {"RECORDED": [str(ROOT / "data" / "sample")]}
