"""A paper that prints an appeal inside every story, read without selectors: what the archive learns of it, and when.

Three recorded days of the sample paper, the appeal put into each story. However the pages come, day by day or all at once,
in any order, the stories are the same, and learning more is no edit.
"""

from __future__ import annotations

from contextlib import closing
from datetime import UTC, date
from itertools import groupby, islice
from pathlib import Path

import pytest
from scrapy import Request
from scrapy.exceptions import NotConfigured
from scrapy.http import HtmlResponse
from scrapy.settings import Settings
from scrapy.spiderloader import SpiderLoader
from scrapy.utils.test import get_crawler

from crawler.commands.replay import Papers
from crawler.extraction.memory import SiteMemory
from crawler.items import Page
from crawler.remembering import Remembering
from pipelines.database import open_archive
from pipelines.database.memory import load_blocks
from tests.archive.made import record
from tests.conftest import Workplace
from tests.newsroom.paper import answer
from tests.newsroom.plain import PlainSpider
from tests.newsroom.truth import ExpectedCapture
from tests.pipelines import newsdesk

APPEAL = (
    "Our newsroom answers to no owner but its readers. Nine thousand of them keep it going; will you be the next one?"
)
LAST_DAY = date(2026, 3, 4)
MODULES = "crawler.spiders,tests.newsroom.plain"
HISTORY = (
    "select s.key, v.seen_from, v.seen_to, v.headline, v.body, v.extraction, s.published_on, s.published_at"
    " from story_versions v join stories s on s.id = v.story_id order by 1, 2"
)
RUNS = "select s.key, v.seen_from, v.seen_to from story_versions v join stories s on s.id = v.story_id order by 1, 2"
APPEALS = f"select count(*) from story_versions where body like '%{APPEAL}%'"


def with_appeal(capture: ExpectedCapture) -> bytes:
    """The page as recorded, with the appeal behind the story's first paragraph."""
    start, mark, story = answer(capture.url, capture.at).body.partition(b"story__content")
    first, end, rest = story.partition(b"</p>")
    return start + mark + first + end + b"<p>" + APPEAL.encode() + b"</p>" + rest if mark else start


@pytest.fixture(scope="module")
def captures(truth: list[ExpectedCapture]) -> list[ExpectedCapture]:
    return [capture for capture in truth if capture.kind == "story" and capture.at.date() <= LAST_DAY]


@pytest.fixture(scope="module")
def days(captures: list[ExpectedCapture], tmp_path_factory: pytest.TempPathFactory) -> list[Path]:
    """The captures of the first two days as one WARC file each."""
    folder = tmp_path_factory.mktemp("days")
    files = []
    for day, found in islice(groupby(captures, key=lambda capture: capture.at.date()), 2):
        files.append(folder / f"{day}.warc.gz")
        files[-1].write_bytes(b"".join(recorded(capture) for capture in found))
    return files


def recorded(capture: ExpectedCapture) -> bytes:
    moment = f"{capture.at.astimezone(UTC):%Y-%m-%dT%H:%M:%SZ}"
    return record(capture.url, with_appeal(capture), headers={"WARC-Date": moment})


def read(capture: ExpectedCapture, spider: PlainSpider) -> Page:
    request = Request(capture.url, meta={"captured_at": capture.at})
    return spider.read(HtmlResponse(capture.url, body=with_appeal(capture), encoding="utf-8", request=request))


def crawl(database: Path, captures: list[ExpectedCapture]) -> dict[str, int]:
    """One crawl: it begins with what the archive remembers, and learns as it goes."""
    with closing(open_archive(database)) as archive:
        known = SiteMemory.of(load_blocks(archive.connection, "plain"))
    spider = PlainSpider()
    spider.remember(lambda publisher: known)
    return newsdesk.crawl(database, [read(capture, spider) for capture in captures])


def test_learning_a_site_day_by_day_makes_no_version_that_the_paper_did_not(
    captures: list[ExpectedCapture], tmp_path: Path
) -> None:
    daily, again = tmp_path / "daily.db", tmp_path / "again.db"
    for _, found in groupby(captures, key=lambda capture: capture.at.date()):
        crawl(daily, list(found)[::-1])
    crawl(again, captures[-1:])  # a page that comes first, and is then read again with what its crawl has learned
    stats = crawl(again, captures)
    texts = {(one.story.key, one.story.headline, one.story.body) for one in captures if one.story}
    runs = newsdesk.rows(daily, RUNS)
    assert len(runs) == len(texts)
    assert newsdesk.rows(again, RUNS) == runs
    assert [newsdesk.value(database, APPEALS) for database in (daily, again)] == [0, 0]
    # The first page of all was read with the appeal: a later capture of the same text put that right, or another reading.
    details = newsdesk.rows(daily, "select detail, fetch_id from events where type = 're-extracted'")
    assert [fetch_id for _, fetch_id in details] == [None]
    assert stats["news/re-extracted"] == 1


def test_a_replay_gives_the_same_stories_in_any_order_and_after_any_halves(days: list[Path], tmp_path: Path) -> None:
    places = [Workplace(tmp_path / name) for name in ("once", "backwards", "halves")]
    first, second = days
    runs = [[days], [[second, first]], [[second], [first], [days[0].parent]]]
    for place, replays in zip(places, runs, strict=True):
        place.folder.mkdir()
        for files in replays:
            result = place.scrapy("replay", *files, "--publisher", "plain", SPIDER_MODULES=MODULES)
            assert result.returncode == 0, result.stderr
    once, backwards, halves = (place.rows(HISTORY) for place in places)
    assert once == backwards == halves
    assert len(once) > 20
    assert places[0].value(APPEALS) == 0
    once, backwards, halves = (place.rows("select * from site_blocks") for place in places)
    assert once == backwards == halves != []


def test_a_page_that_comes_alone_is_read_with_what_the_archive_knows(days: list[Path], tmp_path: Path) -> None:
    place = Workplace(tmp_path)
    page = tmp_path / "page.html"
    lines = [
        "The ferry pier will close in May, the harbour board decided.",
        APPEAL,
        "A new one is planned.",
        "It has no money yet.",
    ]
    page.write_text("".join(f"<p>{line * (1 if line == APPEAL else 3)}</p>" for line in lines), encoding="utf-8")
    url = "https://www.samplecourier.example/news/1999999"
    for paths in (days[:1], [page, "--url", url]):
        result = place.scrapy("replay", *paths, "--publisher", "plain", SPIDER_MODULES=MODULES)
        assert result.returncode == 0, result.stderr
    story = "select body from stories where key = '1999999'"
    assert APPEAL not in str(place.value(story))
    assert str(place.value(story)).count("\n") == 2


def test_contracts_are_read_without_what_the_archive_knows(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    crawler = get_crawler(settings_dict={"DATABASE": str(tmp_path / "news.db")})
    assert Remembering.from_crawler(crawler)
    monkeypatch.setenv("SCRAPY_CHECK", "true")
    with pytest.raises(NotConfigured):
        Remembering.from_crawler(crawler)


def test_the_first_pass_over_a_boundless_archive_keeps_what_repeats() -> None:
    papers = Papers(SpiderLoader(Settings()))
    for number in range(3):
        paper = papers.known[str(number)] = PlainSpider()
        paper.remember(lambda publisher: SiteMemory())
        assert paper.memory is not None
        paper.memory.add(1, [1, 2, 3])
        paper.memory.add(2, [3, 4])
    assert papers.forget_what_does_not_repeat() == 3
    assert [set(paper.memory.pages) for paper in papers.known.values() if paper.memory] == [{3}] * 3
