"""The project's contracts, alone and as `scrapy check` runs them offline on recorded pages."""

import inspect
import re
import subprocess
import sys
from datetime import UTC, datetime, timedelta, timezone
from pathlib import Path

import pytest
import scrapy
from scrapy.exceptions import ContractFail
from scrapy.spiderloader import SpiderLoader
from scrapy.utils.project import get_project_settings

from crawler.contracts import (
    AbsentContract,
    BeginsContract,
    EndsContract,
    NotAStoryContract,
    PageContract,
    PublishedContract,
    SidebarContract,
    StoryContract,
    callbacks_without_contracts,
)
from crawler.items import Moment, Page, Sidebar, SidebarEntry, Story
from tests.archive.local import environment

LATE = datetime(2026, 3, 2, 20, 30, tzinfo=UTC)


def page(**changes) -> Page:
    story = Story(
        headline="Harbour opens",
        body="KARACHI: The harbour opened.\nShips came in.",
        authors=["Ann Lee", "Bo Khan"],
        published=Moment(LATE, "second", "meta", "2026-03-02T20:30:00Z"),
    )
    sidebar = Sidebar("Most read", entries=[SidebarEntry(1), SidebarEntry(2)])
    return Page("http://paper.example/1", story, [sidebar], key="1", timezone="Asia/Karachi", **changes)


class Paper(scrapy.Spider):
    name = "paper"

    def parse_story(self, response):
        return page()


def promise(contract: type[PageContract], text: str, given: Page | None = None) -> None:
    # Scrapy splits the words of a line just so.
    contract(Paper().parse_story, *re.split(r"\s+", text)).post_process([given or page()])


@pytest.mark.parametrize(
    ("contract", "text"),
    [
        (StoryContract, "headline body authors published key"),
        (StoryContract, 'headline="Harbour opens" key=1 words>=6 authors="Ann Lee, Bo Khan"'),
        (PublishedContract, "2026-03-03"),  # the day in Karachi
        (PublishedContract, "2026-03-03T01:30:00+05:00"),
        (BeginsContract, "KARACHI: The harbour"),
        (EndsContract, "opened. Ships came in."),
        (AbsentContract, "Most read"),
        (SidebarContract, "Most read 2"),
        (SidebarContract, "Most read"),
    ],
)
def test_a_promise_that_is_kept_passes(contract, text):
    promise(contract, text)


@pytest.mark.parametrize(
    ("contract", "text", "problem"),
    [
        (StoryContract, "section", "section is empty"),
        (StoryContract, "headline=Harbour", "headline is 'Harbour opens', not 'Harbour'"),
        (StoryContract, "words>=7", "the body has 7 words, not 8 or more"),
        (StoryContract, "colour", "there is no field 'colour' in a story or page"),
        (StoryContract, 'headline="open', "No closing quotation"),
        (StoryContract, ">=5", "'>=5' is neither a field, nor field=value, nor words>=number"),
        (StoryContract, "headline>=5", ">= is for words and a number only"),
        (StoryContract, "", "@story says nothing"),
        (PublishedContract, "2026-03-02", "published 2026-03-03, not 2026-03-02"),
        (PublishedContract, "2026-03-02T20:30:00", "has no offset"),
        (PublishedContract, "yesterday", "'yesterday' is no date"),
        (BeginsContract, "The harbour", "body begins with 'KARACHI: Th', not 'The harbour'"),
        (EndsContract, "came", "body ends with ' in.', not 'came'"),
        (AbsentContract, "opened. Ships", "'opened. Ships' is in the story"),
        (SidebarContract, "Editorial 6", "no sidebar under 'Editorial'; found 'Most read' with 2 entries"),
        (SidebarContract, "Most read 3", "'Most read' with 2 entries, not 3 entries"),
        (SidebarContract, "- 2", "no sidebar under None"),
        (NotAStoryContract, "", "took it for a story: 'Harbour opens'"),
    ],
)
def test_a_promise_that_is_broken_fails_and_says_how(contract, text, problem):
    if text == "words>=7":
        text = "words>=8"
    with pytest.raises(ContractFail, match=re.escape(problem)):
        promise(contract, text)


def test_a_day_without_a_time_is_the_papers_own_day():
    given = page()
    midnight = datetime(2026, 3, 2, tzinfo=timezone(timedelta(hours=5)))
    given.story.published = Moment(midnight, "day", "credit-line", "March 2nd, 2026")
    promise(PublishedContract, "2026-03-02", given)


def test_a_page_that_is_none_must_say_why():
    promise(NotAStoryContract, "an index", Page("http://paper.example/", reason="an index page"))
    with pytest.raises(ContractFail, match="does not say 'a form'"):
        promise(NotAStoryContract, "a form", Page("http://paper.example/", reason="an index page"))
    with pytest.raises(ContractFail, match="found no story: an index page"):
        promise(StoryContract, "headline", Page("http://paper.example/", reason="an index page"))


def test_a_callback_that_yields_no_page_breaks_every_promise():
    with pytest.raises(ContractFail, match="yielded 0 pages, not one"):
        StoryContract(Paper().parse_story, "headline").post_process([scrapy.Request("http://paper.example/")])


class Promising(scrapy.Spider):
    name = "promising"

    def parse(self, response):
        """@url http://paper.example/
        @returns requests 1
        """
        yield scrapy.Request("http://paper.example/1", callback=self.read_letter)
        yield scrapy.Request("http://paper.example/1", callback="read_notice")

    def parse_story(self, response):
        """@story headline"""

    def parse_feed(self, response):
        """@url http://paper.example/feed"""

    def parse_date(self, text):
        """Not a callback: it takes no response."""

    def read_letter(self, response): ...

    def read_notice(self, response): ...


def test_callbacks_that_promise_nothing_are_found_by_name_or_by_use():
    assert callbacks_without_contracts(Promising) == ["parse_feed", "parse_story", "read_letter", "read_notice"]


# -- scrapy check, offline -------------------------------------------------------------------------------------------

SETTINGS = """
SPIDER_MODULES = ["spiders"]
ADDONS = {"crawler.archive.offline.OfflineAddon": 0}
CONTRACT_PAGES = "pages"
ROBOTSTXT_OBEY = True
SPIDER_CONTRACTS = {f"crawler.contracts.{name}": 10 for name in (
    "StoryContract", "PublishedContract", "SidebarContract", "AbsentContract", "NotAStoryContract")}
"""
SPIDER = '''
import scrapy
from crawler.items import Page, Story

class Paper(scrapy.Spider):
    name = "paper"

    async def parse_story(self, response):
        """The story.

        @url http://paper.example/1
        @story headline=Harbour words>=4
        @absent Opinion
        """
        yield Page(response.url, Story(response.css("h1::text").get(), response.css("p::text").get()))
'''
STORY = '<link rel="canonical" href="http://paper.example/1"><h1>Harbour</h1><p>It opened on Monday.</p>Opinion'


def check(folder: Path, spider: str, *args: str) -> subprocess.CompletedProcess[str]:
    for name, text in {
        "scrapy.cfg": "[settings]\ndefault = paper_settings\n",
        "paper_settings.py": SETTINGS,
        "spiders/__init__.py": "",
        "spiders/paper.py": spider,
        "pages/story.html": STORY,
    }.items():
        (folder / name).parent.mkdir(exist_ok=True)
        (folder / name).write_text(text)
    command = [sys.executable, "-m", "scrapy", "check", *args]
    return subprocess.run(command, cwd=folder, env=environment(), capture_output=True, text=True, timeout=60)


def test_scrapy_check_runs_the_contracts_on_recorded_pages(tmp_path: Path):
    run = check(tmp_path, SPIDER)
    assert run.returncode == 0, run.stderr
    assert "Ran 2 contracts" in run.stderr


def test_scrapy_check_fails_for_a_broken_promise(tmp_path: Path):
    run = check(tmp_path, SPIDER.replace("@absent Opinion", "@absent Monday"))
    assert run.returncode == 1
    assert "'Monday' is in the story" in run.stderr


def test_scrapy_check_opens_no_socket_for_a_page_that_is_not_recorded(tmp_path: Path):
    run = check(tmp_path, SPIDER.replace("@url http://paper.example/1", "@url http://127.0.0.1:1/none"))
    assert run.returncode == 1
    assert "http://127.0.0.1:1/none is not in the recorded pages (pages)" in run.stderr


# -- the project's own papers ----------------------------------------------------------------------------------------


def papers() -> list[type[scrapy.Spider]]:
    loader = SpiderLoader.from_settings(get_project_settings())
    return [loader.load(name) for name in loader.list()]


def test_every_callback_of_every_paper_promises_something():
    assert {paper.name: callbacks_without_contracts(paper) for paper in papers()} == {
        paper.name: [] for paper in papers()
    }


def test_every_promise_of_every_paper_is_kept_and_none_is_left_out(workplace):
    run = workplace.scrapy("check")
    assert run.returncode == 0, run.stderr
    promises = [
        promise
        for paper in papers()
        for _, method in inspect.getmembers(paper, inspect.isfunction)
        for promise in re.findall(r"^\s*@(\w+)", method.__doc__ or "", re.M)
        if promise != "url"
    ]
    ran = re.search(r"Ran (\d+) contracts", run.stderr)
    assert ran and int(ran[1]) == len(promises) > len(papers())
