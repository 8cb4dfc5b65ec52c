"""Any site, read by the general extraction: `scrapy crawl site -a url=https://example.org/`.

From the address given, it reads that page, its feeds, and the pages of the same site that its links make look like stories.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from scrapy.http import Response, TextResponse

from crawler.discovery import Lead, home, indexes
from crawler.items import Fetch, Page
from crawler.spiders.news import NewsSpider
from crawler.urls import clean_url, host, is_web_address, site


class SiteSpider(NewsSpider):
    name = "site"

    def __init__(self, url: str = "", **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.home = url
        self.publisher = host(url)
        self.allowed_domains = [host(url)] if host(url) else []

    def listings(self) -> Iterator[str]:
        if not is_web_address(self.home):
            raise ValueError(f"url={self.home} is no address to start from: write -a url=https://example.org/")
        yield self.home

    def key_of(self, url: str) -> str | None:
        return clean_url(url) if site(url) == site(self.home) and home.looks_like_story(url) else None

    def reads(self, url: str) -> bool:
        return self.request_for(self.lead_to(url)).callback in (self.parse_story, self.parse_index)

    def parse_index(self, response: Response) -> Iterator[Page | Fetch]:
        """The page given: itself if it is a story, its feeds, and its links that look like stories.

        @url https://hillside.example/2026/03/05/night-buses-to-run-until-two
        @story headline body
        """
        page = self.read(response)
        assert page.fetch is not None
        if page.story and not (self.key_of(response.url) or _is_article(response)):
            page.story, page.reason = None, "a front page or a section"
        if page.story is None and isinstance(response, TextResponse):
            page.fetch.found = [*self._feeds(response), *self.stories(indexes.leads(response), "section")]
        yield page

    def _feeds(self, response: TextResponse) -> Iterator[Lead]:
        for url in home.feeds(response):
            yield Lead(url, key=url, kind="feed", how="section")


def _is_article(response: Response) -> bool:
    """Whether the page itself says that it is a story, whatever its address."""
    types = (
        response.css("meta[property='og:type']::attr(content)").getall() if isinstance(response, TextResponse) else []
    )
    return "article" in (kind.strip().lower() for kind in types)
