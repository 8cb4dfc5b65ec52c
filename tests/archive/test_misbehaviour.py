"""A server that misbehaves in every way the newsroom knows: what is archived is sound, and replays to the same ends."""

from pathlib import Path

import pytest

from crawler.archive.reader import records
from crawler.archive.verify import verify
from tests.archive.local import Crawl, crawl
from tests.archive.test_writer import ARCHIVING, OFFLINE
from tests.newsroom.misbehaviour import TROUBLES
from tests.newsroom.server import Newsroom

LIVE = {
    "DOWNLOAD_TIMEOUT": 3,
    "DOWNLOAD_MAXSIZE": 16 * 1024 * 1024,
    "REDIRECT_MAX_TIMES": 8,
    "RETRY_ENABLED": False,
    "CONCURRENT_REQUESTS_PER_DOMAIN": 8,
}
NAMES = sorted(set(TROUBLES) - {"redirect-away", "redirect-file"})  # which are another host's, and none


@pytest.fixture(scope="module")
def crawled(tmp_path_factory: pytest.TempPathFactory) -> tuple[list[str], Crawl, Path]:
    folder = tmp_path_factory.mktemp("trouble")
    with Newsroom() as newsroom:
        urls = [newsroom.url(f"/trouble/{name}") for name in NAMES]
        return urls, crawl(folder, urls, ARCHIVING | LIVE), folder / "warc"


def ends(run: Crawl) -> dict[str, tuple]:
    """What each address came to, by the address asked for."""
    return {
        item["url"]: (item["status"], item.get("error"), item.get("body"), item.get("capture")) for item in run.items
    }


def test_every_request_ends_as_a_page_or_as_a_failure_with_a_reason(crawled):
    urls, run, _ = crawled
    assert len(run.items) == len(urls)
    assert all(item.get("error") or item["status"] == 200 for item in run.items)
    assert "Traceback" not in run.log


def test_the_archive_of_a_misbehaving_server_is_sound(crawled):
    _, _, folder = crawled
    problems = []
    report = verify([folder], problems.append)
    assert problems == []
    assert report.records > 2 * 20


def test_a_bomb_is_archived_packed_and_a_page_over_the_limit_is_not_archived(crawled):
    _, _, folder = crawled
    bodies = {record.url.rpartition("/")[2]: len(record.body) for record in records([folder])}
    assert 0 < bodies["gzip-bomb"] < 1_000_000
    assert "huge-page" not in bodies


def test_what_was_archived_replays_to_the_same_ends(crawled, tmp_path: Path):
    urls, run, folder = crawled
    answered = {url: end for url, end in ends(run).items() if end[3] or end[0]}
    replayed = ends(crawl(tmp_path, urls, LIVE | OFFLINE | {"RECORDED": [str(folder)]}))
    assert {url: replayed.get(url) for url in answered} == answered
    assert len(answered) > 20
