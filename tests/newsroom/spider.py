"""The newsroom's spiders: Dawn's, at the address of a running server, which the environment names, and at the time that it
names: the process lives at that moment, and its clock goes on from there."""

from __future__ import annotations

import os
from datetime import datetime

import time_machine

from crawler.spiders.dawn import DawnSpider

if moment := os.environ.get("NEWSROOM_NOW"):
    time_machine.travel(datetime.fromisoformat(moment), tick=True).start()


class NorthSpider(DawnSpider):
    name = publisher = "north"
    home = os.environ.get("NEWSROOM_NORTH", "http://127.0.0.2/")
    allowed_domains = ["127.0.0.2"]


class EastSpider(DawnSpider):
    name = publisher = "east"
    home = os.environ.get("NEWSROOM_EAST", "http://127.0.0.3/")
    allowed_domains = ["127.0.0.3"]


class SouthSpider(DawnSpider):
    name = publisher = "south"
    home = os.environ.get("NEWSROOM_SOUTH", "http://127.0.0.4/")
    allowed_domains = ["127.0.0.4"]


class NewsroomSpider(DawnSpider):
    name = "newsroom"
    publisher = "newsroom"
    home = os.environ.get("NEWSROOM", "http://127.0.0.1/")
    allowed_domains = ["127.0.0.1"]
