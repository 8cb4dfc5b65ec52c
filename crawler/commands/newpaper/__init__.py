"""`scrapy newpaper URL`: looks at a paper's site, shows what it found and what the extraction gets of five stories, and
writes the start of the paper's spider with one recorded page, so that `scrapy check NAME` passes at once.

survey.py looks at the site, learn.py guesses the rules, source.py writes them down as a person would, record.py keeps the
page for the contract."""

from __future__ import annotations

import argparse
import importlib.util
from collections import Counter
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, ClassVar
from urllib.parse import urlsplit

from scrapy import Request
from scrapy.http import Response
from w3lib.url import safe_url_string

from crawler.commands.newpaper import learn
from crawler.commands.newpaper.record import record
from crawler.commands.newpaper.source import NewPaper, contracts, plain, source
from crawler.commands.newpaper.survey import Survey, SurveySpider
from crawler.items import Page
from crawler.project_command import Crawl, ProjectCommand, Refused
from crawler.spiders.news import NewsSpider
from crawler.urls import host, is_web_address

GENERAL = ("site",)  # spiders that are no paper's


class Command(ProjectCommand):
    # What could not be had is told by the command itself.
    default_settings: ClassVar[dict[str, Any]] = {"RETRY_GIVE_UP_LOG_LEVEL": "DEBUG"}

    def syntax(self) -> str:
        return "[options] URL"

    def short_desc(self) -> str:
        return "Start the spider of a new paper from its front page's address"

    def work(self, args: list[str], opts: argparse.Namespace) -> None:
        if len(args) != 1:
            raise Refused("name the address of one paper's front page")
        url = args[0]
        if not is_web_address(url):
            raise Refused(f"{url} is no web address: write it as https://example.org/")
        name = learn.name(url)
        spider, page = self._places(name)
        self._refuse_known(url, name, spider, page)
        survey = self._survey(url)
        paper, stories = look(name, survey)
        show(survey, paper, stories)
        response, best = max(stories, key=lambda read: worth(read[1]))
        paper.contracts = contracts(best, response.url)
        write(paper, response, spider, page)
        print(f"\nWrote {spider} and {page}.\nLook at the guesses, then: scrapy check {name} && scrapy crawl {name}")

    def _places(self, name: str) -> tuple[Path, Path]:
        """Where the spider's file and its recorded page go. Raises Refused where there is no such folder."""
        assert self.settings is not None
        module = self.settings["NEWSPIDER_MODULE"]
        try:
            found = importlib.util.find_spec(module)
        except ModuleNotFoundError:  # the package it would be in
            found = None
        if found is None or not found.submodule_search_locations:
            raise Refused(f"setting NEWSPIDER_MODULE: {module} is no package that spiders could be written to")
        folder = Path(found.submodule_search_locations[0])
        return folder / f"{name}.py", Path(self.settings["CONTRACT_PAGES"]) / f"{name}.warc.gz"

    def _refuse_known(self, url: str, name: str, *places: Path) -> None:
        assert self.crawler_process is not None
        loader = self.crawler_process.spider_loader
        known = [spider for spider in loader.find_by_request(Request(url)) if spider not in GENERAL]
        if known or name in loader.list():
            raise Refused(f"{host(url)} has a spider already: {', '.join(known) or name}")
        for place in places:
            if place.exists():
                raise Refused(f"{place} is there already: nothing is written over it")

    def _survey(self, url: str) -> Survey:
        """A look at the site. Raises Refused where it gave nothing."""
        found: list[Survey] = []
        problems: list[str] = []
        arguments = {"url": url, "found": found.append, "fail": problems.append}
        self.run_crawls([Crawl(self._create_crawler(SurveySpider), arguments)])
        if not found:
            raise Refused(f"{url}: {plain(problems[0]) if problems else 'stopped before its end'}")
        return found[0]


def look(name: str, survey: Survey) -> tuple[NewPaper, list[tuple[Response, Page]]]:
    """The paper as it is guessed to be, and its stories as its spider will read them. Raises Refused for no story."""
    front = survey.front
    declared = front.css("html::attr(lang), meta[property='og:locale']::attr(content)").getall()
    first = [page for _, page in read(survey, "UTC")]
    languages = Counter(page.story.language for page in first if page.story and page.story.language)
    language = languages.most_common(1)[0][0] if languages else None
    moments = [moment for page in first if page.story for moment in page.story.dates]
    moments += [moment for lead in survey.listed() for moment in lead.dates]
    dates = learn.spread(moment.value for moment in moments if moment.zoned)
    timezone, reason = learn.timezone(survey.home, language, declared, dates)
    home = safe_url_string(survey.home)
    paper = NewPaper(
        name=name,
        home=home,
        domain=host(home),
        language=language,
        timezone=timezone,
        zone_reason=reason,
        story_path=survey.story_path,
        looked_at=datetime.now(UTC).date(),
        feeds=tuple(relative(url, home) for url in survey.feeds),
        sitemaps=tuple(relative(url, home) for url in survey.sitemaps),
        sections=() if survey.feeds or survey.sitemaps else (relative(home, home),),
    )
    stories = [(response, page) for response, page in read(survey, timezone) if page.story]
    if not stories:
        raise Refused(f"{survey.home}: no stories found: none is one by the rule {survey.story_path}")
    return paper, stories


def read(survey: Survey, timezone: str) -> list[tuple[Response, Page]]:
    """The stories as a spider with the guessed rules reads them."""
    rules = {"name": "new", "home": survey.home, "story_path": survey.story_path, "timezone": timezone}
    spider = type("NewPaperSpider", (NewsSpider,), rules)()
    return [(response, spider.read(response)) for response in survey.stories]


def relative(url: str, home: str) -> str:
    """An address as a spider's file has it: from the home page's host on, whole for another host."""
    parts = urlsplit(safe_url_string(url))
    if parts[:2] != urlsplit(home)[:2]:
        return parts.geturl()
    return (parts.path or "/") + (f"?{parts.query}" if parts.query else "")


def worth(page: Page) -> tuple[bool, bool, int]:
    """How much a page shows of what a contract can hold."""
    story = page.story
    assert story is not None
    return (
        bool(story.headline and story.published),
        bool(story.authors),
        sum(bool(box.heading) for box in page.sidebars),
    )


def show(survey: Survey, paper: NewPaper, stories: list[tuple[Response, Page]]) -> None:
    """Print what was found, for a person to judge."""
    for kind, found in (("feed", survey.feeds), ("sitemap", survey.sitemaps)):
        for url, leads in found.items():
            print(f"{kind:<11} {plain(url)}: {len(leads)} stories")
    for note in survey.notes:
        print(f"{'no use':<11} {plain(note)}")
    print(f"{'language':<11} {paper.language or 'unknown: set it by hand'}")
    print(f"{'time zone':<11} {paper.timezone}, a guess by {plain(paper.zone_reason)}")
    print(
        f"{'story path':<11} {paper.story_path}, a guess by {len(survey.listed()) or 'the front page'} stories' addresses"
    )
    for response, page in stories:
        story = page.story
        assert story is not None
        published = story.published
        print(f"\n{plain(response.url)}  key {plain(page.key or '')}")
        print(f"  headline  {plain(story.headline or '') or 'none'}")
        print(f"  published {published.value.isoformat() + ' by ' + published.source if published else 'none'}")
        print(f"  authors   {plain(', '.join(story.authors)) or 'none'}")
        print(f"  words     {len(story.body.split())}")
        for sidebar in page.sidebars:
            print(f"  sidebar   {plain(sidebar.heading or '-')} ({sidebar.role}): {len(sidebar.entries)} entries")


def write(paper: NewPaper, response: Response, spider: Path, page: Path) -> None:
    """Write the recorded page and then the spider's file, both or none. Raises Refused where a file cannot be written."""
    try:
        record(response, page)
    except OSError as error:
        raise Refused(f"{page} cannot be written: {error.strerror or error}") from error
    try:
        with spider.open("x", encoding="utf-8") as file:
            file.write(source(paper))
    except OSError as error:
        page.unlink()
        raise Refused(f"{spider} cannot be written: {error.strerror or error}") from error
