"""Kathimerini, Athens. Feeds as public feed lists name them; the layout is a plausible one for its publishing system.
Nothing of it was ever tried against the live site."""

from __future__ import annotations

from collections.abc import Iterator

from scrapy.http import Response

from crawler.items import Page
from crawler.spiders.news import NewsSpider


class KathimeriniSpider(NewsSpider):
    name = "kathimerini"
    publisher = "kathimerini"
    language = "el"
    timezone = "Europe/Athens"
    home = "https://www.kathimerini.gr/"
    allowed_domains = ["kathimerini.gr"]
    feeds = ("/feed/", "/society/feed/")
    story_path = r"/(?:[\w-]+/)+(\d{9})/"

    def parse_story(self, response: Response) -> Iterator[Page]:
        """A story page to a Page.

        @url https://www.kathimerini.gr/society/563902117/sti-chalki-o-foyrnos-anavei-me-ta-xyla-palion-kaikion/
        @story headline="Στη Χάλκη ο φούρνος ανάβει με τα ξύλα παλιών καϊκιών"
        @story authors="Δέσποινα Καραγιαννίδη" section=Κοινωνία language=el words>=170
        @begins Κάθε καρβέλι έχει τη μυρωδιά της
        @ends θα πρέπει να μάθει να μυρίζει αλλιώς.
        @published 2025-11-08T07:40:00+02:00
        @absent Διαβάστε επίσης
        @absent Το τελευταίο σκαρί
        @sidebar Διαβάστε επίσης 1
        @sidebar Δημοφιλή 3
        """
        return super().parse_story(response)
