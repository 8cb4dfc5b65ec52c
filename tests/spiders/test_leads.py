"""The stories that a story's page names: its sidebars' entries and its links, of the same paper and no further than told."""

from __future__ import annotations

import pytest
from scrapy.http import HtmlResponse

from crawler.items import Lead
from crawler.spiders.news import LEADS_A_PAGE, NewsSpider

BODY = "<p>The river rose again in the night, and the barrage staff were put on alert until morning came.</p>" * 8


class Paper(NewsSpider):
    name = publisher = "paper"
    home = "https://paper.example/"
    story_path = r"/story/(\d+)"


def leads(links: str, depth: int = 0, encoding: str = "utf-8") -> list[Lead]:
    html = f"<html><body><article><h1>The river rises again</h1>{BODY}</article><div>{links}</div></body></html>"
    spider = Paper()
    response = HtmlResponse("https://paper.example/story/1", body=html.encode(encoding), encoding=encoding)
    request = spider.request_for(Lead(response.url, key="1", how="feed", depth=depth))
    page = spider.read(response.replace(request=request))
    assert page.story is not None and page.fetch is not None
    return page.fetch.found


def test_links_to_stories_of_the_same_paper_become_leads_once_each() -> None:
    links = (
        '<a href="/story/2">Two</a> <a class=x href="https://paper.example/story/2?utm_source=box#top">Two again</a>'
    )
    assert [(lead.key, lead.how, lead.depth) for lead in leads(links)] == [("2", "link", 1)]


def test_other_sites_other_pages_and_the_page_itself_do_not() -> None:
    links = '<a href="https://elsewhere.example/story/3">3</a><a href="/about">About</a><a href="#a">a</a>'
    links += '<a href="/story/1">This</a><a href="javascript:go()">go</a><a href="http://[/story/4">broken</a>'
    assert leads(links) == []


def test_entries_of_a_sidebar_are_told_from_other_links() -> None:
    entries = "".join(f'<li><a href="/story/{n}">Most read story number {n} of the day</a></li>' for n in range(10, 15))
    found = leads(f"<aside><h3>Most read</h3><ul>{entries}</ul></aside><a href='/story/20'>Twenty</a>")
    assert {lead.key: lead.how for lead in found} == {**{str(n): "sidebar" for n in range(10, 15)}, "20": "link"}
    assert found[0].headline == "Most read story number 10 of the day"


def test_links_are_followed_no_further_than_the_paper_says_and_no_more_than_a_page_may_name() -> None:
    many = "".join(f'<a href="/story/{n}">{n}</a>' for n in range(100, 900))
    assert len(leads(many)) == LEADS_A_PAGE
    assert leads(many, depth=Paper.link_depth) == []


@pytest.mark.parametrize("encoding", ["utf-8", "utf-16", "windows-1252"])
def test_links_are_read_in_the_pages_own_encoding(encoding: str) -> None:
    links = f'<meta charset="{encoding}"><a href="/story/42?of=crème&amp;page=1">Crème</a>'
    assert [lead.url for lead in leads(links, encoding=encoding)] == ["https://paper.example/story/42?of=crème&page=1"]


def test_links_are_relative_to_what_the_page_says_and_none_that_is_commented_out_or_a_scripts_counts() -> None:
    links = '<base href="https://paper.example/story/"><a href="2">Two</a><!-- <a href="/story/3">3</a> -->'
    links += """<script>document.write('<a href="/story/4">4</a>')</script>"""
    assert [lead.url for lead in leads(links)] == ["https://paper.example/story/2"]
