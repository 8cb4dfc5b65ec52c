"""Bad input: one line that says what to do, a non-zero exit, and nothing changed."""

from __future__ import annotations

import os
import sqlite3
import subprocess
import sys
from contextlib import closing
from datetime import UTC, datetime
from pathlib import Path

import pytest

from crawler.archive.reader import records
from tests.conftest import ROOT, Workplace
from tests.newsroom.record import SAMPLE

PAGE = ROOT / "tests" / "pages" / "site.html"

REFUSED = {
    "an unknown spider": (("crawl", "dwan"), "unknown spider 'dwan': did you mean 'dawn'?"),
    "no spider": (("crawl",), "name one spider"),
    "an unknown argument": (("crawl", "dawn", "-a", "sicne=2016-07-01"), "unknown argument 'sicne'"),
    "a day that is none": (("crawl", "dawn", "-a", "since=2016-13-01"), "since=2016-13-01 is no date"),
    "a day in words": (("crawl", "dawn", "-a", "since=yesterday"), "write it as YYYY-MM-DD"),
    "since after until": (
        ("crawl", "dawn", "-a", "since=2016-08-01", "-a", "until=2016-07-01"),
        "since=2016-08-01 is after until=2016-07-01",
    ),
    "since in the future": (
        ("crawl", "dawn", "-a", "since=2199-01-01"),
        "since=2199-01-01 has not come yet: today is 20",
    ),
    "until alone": (("crawl", "dawn", "-a", "until=2016-07-01"), "needs a since"),
    "no address": (("crawl", "site"), "is no address to start from"),
    "no web address": (("crawl", "site", "-a", "url=ftp://example.org/"), "is no address to start from"),
    "nothing to replay": (("replay",), "name a file or folder"),
    "a missing file": (("replay", "nothing.warc.gz"), "nothing.warc.gz: no such file or folder"),
    "an unknown kind of file": (("replay", "README.md"), "README.md: not a kind of file that can be read"),
    "an unknown publisher": (("replay", PAGE, "--publisher", "dwan"), "did you mean 'dawn'?"),
    "an instant that is none": (("replay", PAGE, "--captured-at", "noon"), "'noon' is not an instant"),
    "an instant before the web": (("replay", PAGE, "--captured-at", "1970-01-01T00:00:00Z"), "nothing can have been"),
    "an instant of our heirs": (("replay", PAGE, "--captured-at", "2300-01-01"), "nothing can have been captured then"),
    "a URL that is none": (("replay", PAGE, "--url", "example"), "is no web address"),
    "one URL for two files": (("replay", PAGE, PAGE, "--url", "https://example.org/"), "there are 2 files"),
    "a URL with a broken host": (("replay", PAGE, "--url", "http://[bad/"), "is no web address"),
    "an instant before all time": (
        ("replay", PAGE, "--captured-at", "0001-01-01T00:00:00+14:00"),
        "is not an instant",
    ),
    "an unreadable path": (("replay", "x" * 300 + ".html"), "cannot be read: File name too long"),
    "a broken address to crawl": (("crawl", "site", "-a", "url=http://[bad/"), "is no address to start from"),
    "a broken address to explain": (("explain", "http://[bad/"), "is no web address"),
    "a spider to check": (("check", "dwan"), "unknown spider 'dwan': did you mean 'dawn'?"),
    "a moment that is none": (("sample", "-s", "RECORDED_UNTIL=noon"), "RECORDED_UNTIL: 'noon' is not an instant"),
    "an argument to sample": (("sample", "now"), "takes no argument"),
    "a level that is none": (("sample", "-s", "LOG_LEVEL=banana"), "LOG_LEVEL: 'banana' is no level"),
    "the same, in short": (("replay", PAGE, "-L", "loud"), "LOG_LEVEL: 'loud' is no level"),
    "a level that is none, of a check": (
        ("check", "dawn", "-s", "LOG_LEVEL=banana"),
        "LOG_LEVEL: 'banana' is no level",
    ),
    "a number that is none, of a list": (("list", "-s", "DOWNLOAD_DELAY=soon"), "DOWNLOAD_DELAY: 'soon' is no number"),
    "a level that is none, of a list": (("list", "-s", "LOG_LEVEL=banana"), "LOG_LEVEL: 'banana' is no level"),
    "a level that is none, of a fetch": (("fetch", "http://[::1]/", "-L", "banana"), "LOG_LEVEL: 'banana' is no level"),
    "a level that is none, of a shell": (("shell", "-s", "LOG_LEVEL=banana"), "LOG_LEVEL: 'banana' is no level"),
    "a file for the process that cannot be": (
        ("crawl", "dawn", "--pidfile", "/no/such/pid"),
        "--pidfile /no/such/pid: No such file or directory",
    ),
    "a log that cannot be": (("history", "https://a.example/", "--logfile", "/no/such/x.log"), "/no/such/x.log cannot"),
    "a number that is none": (("sample", "-s", "RETRY_AFTER_MAX=soon"), "RETRY_AFTER_MAX: 'soon' is no number"),
    "a fraction of a request": (
        ("sample", "-s", "CONCURRENT_REQUESTS=1.5"),
        "setting CONCURRENT_REQUESTS: '1.5' is no whole number",
    ),
    "a switch that is none": (("sample", "-s", "ROBOTSTXT_OBEY=maybe"), "ROBOTSTXT_OBEY: 'maybe' is neither on nor"),
    "a recording that is missing": (("crawl", "sample", "-s", "RECORDED=no.warc"), "no.warc: no such file or folder"),
    "a URL of broken bytes": (("replay", PAGE, "--url", "https://a.example/\udcff"), "is no web address"),
    "a URL of broken bytes to crawl": (("crawl", "site", "-a", "url=https://a.example/\udcff"), "is no address to"),
    "nothing to explain": (("explain", "nothing.html"), "nothing.html: no such file or folder"),
}


@pytest.mark.parametrize("name", REFUSED)
def test_bad_input_is_refused_in_one_line(name: str, workplace: Workplace) -> None:
    arguments, words = REFUSED[name]
    result = workplace.scrapy(*arguments)
    assert result.returncode == 2
    assert words in result.stderr
    assert len(result.stderr.strip().splitlines()) == 1
    assert list(workplace.folder.iterdir()) == []


def test_a_site_that_is_not_there_starts_no_paper_and_is_told_in_one_line(workplace: Workplace) -> None:
    result = workplace.scrapy("newpaper", "http://127.0.0.1:9/", ALLOWED_PRIVATE="127.0.0.1", DOWNLOAD_DELAY=0.01)
    assert (result.returncode, result.stdout) == (2, "")
    (line,) = result.stderr.splitlines()
    assert line.startswith(
        "scrapy newpaper: http://127.0.0.1:9/: DownloadConnectionRefusedError: Connection was refused"
    )


def test_text_without_a_paper_is_refused(workplace: Workplace) -> None:
    text = workplace.folder / "page.txt"
    text.write_text("A line.\n", encoding="utf-8")
    result = workplace.scrapy("replay", text)
    assert (result.returncode, workplace.database.exists()) == (2, False)
    assert "name its paper with --publisher" in result.stderr


def database_of_something_else(path: Path) -> None:
    with sqlite3.connect(path) as connection:
        connection.execute("CREATE TABLE recipes (name TEXT)")


def database_of_a_later_program(path: Path) -> None:
    with sqlite3.connect(path) as connection:
        connection.execute("PRAGMA application_id = 1313690183")
        connection.execute("PRAGMA user_version = 999")


UNUSABLE = {
    "is not a SQLite file": lambda path: path.write_bytes(b"Dear editor, " * 100),
    "is a folder": lambda path: path.mkdir(),
    "is a SQLite file of something else": database_of_something_else,
    "is newer than this program": database_of_a_later_program,
}


@pytest.mark.parametrize("problem", UNUSABLE)
def test_an_unusable_database_is_refused_and_left_as_it_was(problem: str, workplace: Workplace) -> None:
    UNUSABLE[problem](workplace.database)
    before = workplace.database.read_bytes() if workplace.database.is_file() else None
    result = workplace.scrapy("sample")
    assert result.returncode == 2
    assert problem in result.stderr
    assert len(result.stderr.strip().splitlines()) == 1
    assert (workplace.database.read_bytes() if before else None) == before
    assert [path.name for path in workplace.folder.iterdir()] == ["news.db"]


def test_a_database_that_takes_no_crawl_ends_it_in_one_line(workplace: Workplace) -> None:
    workplace.scrapy("sample")
    before = workplace.value("SELECT count(*) FROM fetches")
    with closing(sqlite3.connect(workplace.database)) as connection, connection:
        full = "BEGIN SELECT RAISE(FAIL, 'database or disk is full'); END"
        connection.execute(f"CREATE TRIGGER full BEFORE INSERT ON crawls {full}")
    result = workplace.scrapy("crawl", "sample", RECORDED="data/sample")
    assert result.returncode == 1
    (line,) = result.stderr.splitlines()
    assert f"database {workplace.database} failed: database or disk is full. The crawl stops" in line
    assert workplace.value("SELECT count(*) FROM fetches") == before


def test_a_verification_that_could_not_be_recorded_is_refused_before_it_begins(workplace: Workplace) -> None:
    workplace.archive.mkdir()
    workplace.database.write_text("Dear editor, ")
    result = workplace.scrapy("verify")
    assert (result.returncode, result.stdout) == (2, "")
    assert "is not a SQLite file" in result.stderr


def test_a_page_can_be_explained(workplace: Workplace) -> None:
    result = workplace.scrapy("explain", PAGE)
    assert result.returncode == 0, result.stderr
    assert result.stdout.startswith("<!DOCTYPE html>")
    assert 'data-verdict="story"' in result.stdout
    assert 'data-verdict="sidebar"' in result.stdout
    assert "<script" not in result.stdout
    assert list(workplace.folder.iterdir()) == []


def test_a_saved_page_that_names_no_address_and_one_page_of_many_are_explained(workplace: Workplace) -> None:
    page = workplace.folder / "saved.html"
    page.write_text(
        "<h1>Ferry late</h1>" + "<p>The ferry came late again, and nobody could say why that was so.</p>" * 5
    )
    result = workplace.scrapy("explain", page)
    assert result.returncode == 2
    (line,) = result.stderr.splitlines()
    assert line.endswith("saved.html: says no URL of its own (no canonical link, no og:url); name it with --url")
    result = workplace.scrapy("explain", page, "--url", "https://example.org/ferry")
    assert result.returncode == 0, result.stderr
    assert 'data-verdict="story"' in result.stdout

    recorded = SAMPLE / "2026-03-02.warc.gz"
    result = workplace.scrapy("explain", recorded, "--url", "https://example.org/ferry")
    assert result.returncode == 2
    assert "no page https://example.org/ferry recorded in it" in result.stderr
    url = next(record.url for record in records([recorded]) if "/news/" in record.url and record.status == 200)
    result = workplace.scrapy("explain", recorded, "--url", url)
    assert result.returncode == 0, result.stderr
    assert 'data-verdict="story"' in result.stdout


def test_a_date_after_the_capture_is_explained_as_evidence_and_not_as_the_one_chosen(workplace: Workplace) -> None:
    metas = "".join(
        f'<meta property="article:{of}_time" content="{day}T10:00:00Z">'
        for of, day in (("published", "2024-07-01"), ("modified", "2024-03-02"))
    )
    page = workplace.folder / "saved.html"
    page.write_text(metas + "<h1>Ferry late</h1>" + "<p>The ferry came late again, and nobody could say why.</p>" * 5)
    moment = datetime(2024, 3, 5, tzinfo=UTC).timestamp()
    os.utime(page, (moment, moment))
    result = workplace.scrapy("explain", page, "--url", "https://example.org/ferry")
    assert "<dt>published<dd>2024-03-02" in result.stdout
    assert "<dt>evidence: published, by meta<dd>2024-07-01" in result.stdout


def test_loose_files_of_one_name_in_two_folders_are_two_stories(workplace: Workplace) -> None:
    texts = {"north": "QUETTA: The pass was shut by snow on Monday.", "south": "GWADAR: The harbour froze on Tuesday."}
    for folder, text in texts.items():
        path = workplace.folder / folder / "story.txt"
        path.parent.mkdir()
        path.write_text(f"{text}\n", encoding="utf-8")
        result = workplace.scrapy("replay", path, "--publisher", "dawn", "--captured-at", "2026-03-05T20:00:00Z")
        assert result.returncode == 0, result.stderr
    assert workplace.rows("SELECT body, versions FROM stories ORDER BY id") == [(text, 1) for text in texts.values()]


def test_files_with_hostile_names_and_contents_harm_no_others(workplace: Workplace) -> None:
    folder = workplace.folder / "mixed"
    folder.mkdir()
    (folder / "a broken address.html").write_text('<link rel="canonical" href="http://[bad/"><p>Text.</p>')
    (folder / "binary.txt").write_bytes(bytes(range(32)) * 100)
    (folder / "empty.txt").touch()
    (folder / "itself").symlink_to(folder)
    (folder / "link.txt").symlink_to("link.txt")
    os.mkfifo(folder / "pipe.txt")
    name = os.fsdecode(b"z two\nlines \xff.txt")
    (folder / name).write_text("QUETTA: The pass was shut by snow on Monday.\n")
    result = workplace.scrapy("replay", folder, "--publisher", "dawn")
    assert result.returncode == 1
    assert "Traceback" not in result.stderr
    assert [line.split(": ")[1] for line in result.stderr.splitlines() if line.startswith("damaged")] == [
        "a broken address.html", "link.txt",
    ]  # fmt: skip
    assert workplace.rows("SELECT body FROM stories") == [("QUETTA: The pass was shut by snow on Monday.",)]
    assert workplace.rows("SELECT reason FROM fetches WHERE outcome = 'not-a-story' ORDER BY url") == [
        ("no text but binary data",), ("empty",),
    ]  # fmt: skip


def test_a_crawl_that_reaches_nothing_says_so_by_its_exit_code(workplace: Workplace) -> None:
    result = workplace.scrapy(
        "crawl", "site", "-a", "url=http://127.0.0.1:9/", ALLOWED_PRIVATE="127.0.0.1", RETRY_TIMES=0
    )
    assert result.returncode == 1
    assert workplace.rows("SELECT outcome FROM fetches") == [("failed",)]


def test_a_reader_that_leaves_early_sees_no_traceback(workplace: Workplace) -> None:
    command = f"'{sys.executable}' -m scrapy replay '{PAGE}' -s DATABASE='{workplace.database}' | true"
    result = subprocess.run(["sh", "-c", command], cwd=ROOT, capture_output=True, text=True, timeout=100, check=False)
    assert result.stderr == ""
    assert workplace.value("SELECT count(*) FROM stories") == 1


def test_a_general_page_is_replayed_into_the_archive(workplace: Workplace) -> None:
    result = workplace.scrapy("replay", PAGE, "--captured-at", "2026-03-05T20:00:00Z")
    assert result.returncode == 0, result.stderr
    assert workplace.rows("SELECT publisher, headline, published_on, published_at FROM stories") == [
        ("hillside.example", "Night buses to run until two", "2026-03-05", "2026-03-05T17:40:00Z")
    ]
    assert workplace.rows("SELECT heading, role, entries FROM sidebars") == [("Most read", "most-read", 3)]
    assert workplace.rows("SELECT fetched_at, outcome FROM fetches") == [("2026-03-05T20:00:00Z", "new")]
