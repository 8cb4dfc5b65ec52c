"""Folha de S.Paulo. The feed as public feed lists name it, layout as public scrapers select it.
Nothing of it was ever tried against the live site."""

from __future__ import annotations

from collections.abc import Iterator

from scrapy.http import Response

from crawler.items import Page
from crawler.spiders.news import NewsSpider


class FolhaSpider(NewsSpider):
    name = "folha"
    publisher = "folha"
    language = "pt"
    timezone = "America/Sao_Paulo"
    home = "https://www1.folha.uol.com.br/"
    allowed_domains = ["folha.uol.com.br"]
    feeds = ("https://feeds.folha.uol.com.br/emcimadahora/rss091.xml",)
    sections = ("/cotidiano/",)
    story_path = r"/(?:[\w-]+/)+(\d{4}/\d\d/[\w-]+)\.shtml$"

    def parse_story(self, response: Response) -> Iterator[Page]:
        """A story page to a Page.

        @url https://www1.folha.uol.com.br/cotidiano/2025/11/barbeiro-de-olinda-corta-cabelo-em-troca-de-palavras.shtml
        @story headline="Barbeiro de Olinda corta cabelo em troca de palavras"
        @story authors="Janaína Bezerra Lins" section=Cotidiano language=pt words>=190
        @begins A tabela está pintada na parede:
        @ends Ele voltou na segunda, com testemunhas.
        @published 2025-11-01T07:00:00-03:00
        @absent Leia também
        @absent preso à cadeira
        @sidebar Leia também 1
        @sidebar Mais lidas 3
        """
        return super().parse_story(response)
