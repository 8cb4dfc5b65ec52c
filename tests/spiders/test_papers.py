"""All papers side by side: what every one of them must say of itself, and the list of them that people read."""

from __future__ import annotations

import ast
import inspect
import re
from importlib.resources import files
from pathlib import Path
from urllib.parse import urlsplit
from zoneinfo import ZoneInfo

import pytest
from scrapy.spiderloader import SpiderLoader
from scrapy.utils.project import get_project_settings

from crawler.archive.reader import records
from crawler.spiders.news import NewsSpider
from crawler.urls import is_web_address, site
from tests.conftest import ROOT

MAX_LINES = 40  # of a paper's file
EARLIER = {"dawn"}  # longer, with two layouts and other forms of a story's address
ALPHA2 = dict(
    line.split("\t")[2::-2] for line in (files("tzdata") / "zoneinfo" / "zone.tab").read_text().splitlines() if line[0] != "#"
)  # fmt: skip


def papers() -> list[type[NewsSpider]]:
    """The real papers: neither the invented one nor the spider for any site."""
    loader = SpiderLoader.from_settings(get_project_settings())
    return [loader.load(name) for name in sorted(loader.list()) if name not in ("sample", "site")]


PAPERS = papers()
each_paper = pytest.mark.parametrize("paper", PAPERS, ids=lambda paper: paper.name)


def source(paper: type[NewsSpider]) -> str:
    return Path(inspect.getfile(paper)).read_text(encoding="utf-8")


def title(paper: type[NewsSpider]) -> str:
    """The paper's name and town, as its module's first sentence gives them."""
    docstring = " ".join((ast.get_docstring(ast.parse(source(paper))) or "").split())
    return re.split(r"\.(?: |$)", docstring.replace("S.Paulo", "S.\0Paulo"))[0].replace("\0", "")


def story_url(paper: type[NewsSpider]) -> str:
    return re.findall(r"@url (\S+)", paper.parse_story.__doc__ or "")[0]


def row(paper: type[NewsSpider]) -> str:
    """The paper's line in the list of papers."""
    known = [f"{len(listed)} {kind}{'s' * (len(listed) > 1)}" for kind, listed in (
        ("feed", paper.feeds), ("sitemap", paper.sitemaps), ("section", paper.sections)) if listed]  # fmt: skip
    backfill = "yes" if paper.dated_indexes or paper.dated_sitemaps else ""
    country = ALPHA2[paper.timezone]
    return f"| `{paper.name}` | {title(paper)} | {country} | {paper.language} | {', '.join(known)} | {backfill} |"


def test_there_are_papers_of_many_countries_and_languages() -> None:
    assert len(PAPERS) >= 28
    assert len({ALPHA2[paper.timezone] for paper in PAPERS}) >= 25
    assert len({paper.language for paper in PAPERS}) >= 20


@each_paper
def test_a_paper_says_what_it_is(paper: type[NewsSpider]) -> None:
    assert ZoneInfo(paper.timezone)
    assert re.fullmatch(r"[a-z]{2}(-[A-Z][a-z]{3})?(-[A-Z]{2})?", paper.language or ""), "BCP 47"
    assert paper.publisher == paper.name == Path(inspect.getfile(paper)).stem
    assert paper.home.startswith("https://") and paper.home.endswith("/")
    assert any(site(paper.home).endswith(domain) for domain in paper.allowed_domains)
    assert paper.feeds or paper.sitemaps, "neither a feed nor a sitemap"
    about = " ".join(source(paper).split())
    assert "ever tried against the live site" in about or "as `scrapy newpaper` found it" in about, "what was tried?"


@each_paper
def test_a_paper_is_one_short_file_with_one_recorded_page(paper: type[NewsSpider]) -> None:
    if paper.name not in EARLIER:
        assert len(source(paper).splitlines()) <= MAX_LINES
    pages = {record.url for path in (ROOT / "tests" / "pages").glob(f"{paper.name}.*") for record in records([path])}
    assert story_url(paper) in pages


@each_paper
def test_every_listing_is_an_address_that_the_crawl_may_ask(paper: type[NewsSpider]) -> None:
    addresses = list(paper(since="2025-03-01", until="2025-03-02").listings())
    assert len(addresses) == len(set(addresses))
    for url in addresses:
        assert is_web_address(url) and "{" not in url
        host = urlsplit(url).hostname or ""
        assert any(host == domain or host.endswith("." + domain) for domain in paper.allowed_domains)


@each_paper
def test_a_story_is_told_from_the_listings_by_its_address(paper: type[NewsSpider]) -> None:
    spider = paper(since="2025-03-01", until="2025-03-01")
    assert spider.callback_for(story_url(paper)) == spider.parse_story
    assert spider.key_of(story_url(paper)) == spider.key_of(story_url(paper) + "?utm_source=rss#top")
    for url in (paper.home, *spider.listings()):
        assert spider.key_of(url) is None, url
        assert spider.callback_for(url) != spider.parse_story


def test_no_two_papers_share_a_publisher_or_a_domain() -> None:
    domains = [domain for paper in PAPERS for domain in paper.allowed_domains]
    assert len(domains) == len(set(domains))
    assert len({paper.publisher for paper in PAPERS}) == len(PAPERS)


def test_the_list_of_papers_is_complete_and_right() -> None:
    listed = (ROOT / "crawler" / "spiders" / "README.md").read_text(encoding="utf-8")
    rows = [line for line in listed.splitlines() if line.startswith("| `")]
    assert rows == [row(paper) for paper in PAPERS]
    countries = len({ALPHA2[paper.timezone] for paper in PAPERS})
    assert f"[{len(PAPERS)} of {countries} countries]" in (ROOT / "README.md").read_text(encoding="utf-8")
