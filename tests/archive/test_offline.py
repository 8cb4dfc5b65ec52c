"""Recorded responses served in the place of the network."""

import os
import time
from datetime import datetime
from pathlib import Path

import pytest

from crawler.archive.reader import records
from tests.archive.local import Answer, crawl, serve
from tests.archive.test_writer import ARCHIVING, HTML, OFFLINE, PAGE
from tests.test_middlewares import POLITE


def test_a_replay_gives_what_the_crawl_gave_with_the_server_gone(tmp_path: Path):
    script = {
        "/plain": Answer(PAGE, headers=[HTML, ("Set-Cookie", "a=1"), ("Set-Cookie", "b=2")]),
        "/moved": Answer(b"moved", 301, [("Location", "/target")]),
        "/target": Answer(PAGE + b"<p>Two</p>", headers=[HTML]),
        "/gone": Answer(b"gone", 410),
    }
    with serve(script) as site:
        urls = [site.url(path) for path in ("/plain", "/moved", "/gone")]
        live = crawl(tmp_path, urls, ARCHIVING)
    replayed = crawl(tmp_path, urls, ARCHIVING | OFFLINE | {"RECORDED": [str(tmp_path / "warc")]})

    def order(items):
        return sorted(items, key=lambda item: item["url"])

    assert len(live.items) == 3
    assert order(replayed.items) == order(live.items)
    assert len(list((tmp_path / "warc").iterdir())) == 1  # nothing was archived a second time


def test_a_url_that_was_not_recorded_fails_and_names_itself(tmp_path: Path):
    (tmp_path / "page.html").write_bytes(b'<link rel="canonical" href="http://paper.example/1">' + PAGE)
    urls = ["http://paper.example/1", "http://paper.example/2", "http://paper.example/robots.txt"]
    run = crawl(tmp_path, urls, OFFLINE | {"RECORDED": ["page.html"]})
    assert run.item(urls[0])["status"] == 200
    failure = run.item(urls[1])
    assert failure["error"] == "NotRecorded"
    assert failure["message"] == "http://paper.example/2 is not in the recorded pages (page.html)"
    assert run.item(urls[2])["status"] == 404


@pytest.mark.parametrize(("until", "expected"), [(None, "second"), ("2026-03-01T12:00:00Z", "first")])
def test_the_newest_capture_not_after_an_instant_is_served(tmp_path: Path, until, expected):
    for number, (day, text) in enumerate([(2, "second"), (1, "first")]):
        page = tmp_path / f"{number}.html"
        page.write_text(f'<link rel="canonical" href="http://paper.example/1"><p>{text}</p>')
        moment = datetime.fromisoformat(f"2026-03-0{day}T06:00:00Z").timestamp()
        os.utime(page, (moment, moment))
    settings = OFFLINE | {"RECORDED": [str(tmp_path)]} | ({"RECORDED_UNTIL": until} if until else {})
    run = crawl(tmp_path, ["http://paper.example/1"], settings)
    assert expected in run.items[0]["body"]


def test_a_recorded_body_over_the_limit_fails_as_a_download_would(tmp_path: Path):
    (tmp_path / "page.html").write_bytes(b'<link rel="canonical" href="http://paper.example/1">' + b"x" * 5000)
    settings = OFFLINE | {"RECORDED": ["page.html"], "DOWNLOAD_MAXSIZE": 1000}
    run = crawl(tmp_path, ["http://paper.example/1"], settings)
    assert run.items[0]["error"] == "DownloadCancelledError"


def test_flattened_text_is_served_under_an_address_of_its_own(tmp_path: Path):
    (tmp_path / "a story.txt").write_text("ISLAMABAD: It rained.", encoding="utf-8")
    (record,) = records([tmp_path / "a story.txt"])
    run = crawl(tmp_path, [record.url], OFFLINE | {"RECORDED": ["a story.txt"]})
    assert record.url == f"file://{tmp_path}/a%20story.txt"
    assert run.items[0]["body"] == "ISLAMABAD: It rained."


def test_a_recorded_answer_that_asks_to_wait_keeps_nobody_waiting(tmp_path: Path):
    with serve({"/busy": Answer(b"slower", 429, [("Retry-After", "30")])}) as site:
        crawl(tmp_path, [site.url("/busy")], ARCHIVING)
    started = time.monotonic()
    run = crawl(tmp_path, [site.url("/busy")], POLITE | OFFLINE | {"RECORDED": [str(tmp_path / "warc")]})
    assert run.items[0]["status"] == 429
    assert time.monotonic() - started < 25


def test_the_page_is_served_and_not_a_later_answer_that_it_had_not_changed(tmp_path: Path):
    with serve({"/1": lambda before: Answer(b"", 304, []) if before else Answer(PAGE, headers=[HTML])}) as site:
        crawl(tmp_path, [site.url("/1"), site.url("/1")], ARCHIVING | {"CONCURRENT_REQUESTS": 1})
    run = crawl(tmp_path, [site.url("/1")], OFFLINE | {"RECORDED": [str(tmp_path / "warc")]})
    assert run.items[0]["body"] == PAGE.decode()
