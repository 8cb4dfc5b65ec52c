"""`scrapy history`: what it tells of a story's changes, on a terminal, in a pipe, and as a page."""

from __future__ import annotations

import os
import subprocess
import sys
from contextlib import closing
from datetime import timedelta
from pathlib import Path

import pytest

from crawler.commands.history import Run, as_page, as_text, differences, shortened
from crawler.items import Fetch
from pipelines.database import open_for_reading
from pipelines.database.history import happenings, story_head
from tests.pipelines.newsdesk import NOON, PARAGRAPH, crawl, harbour_story, page

ROOT = Path(__file__).parents[1]
URL = "https://harbour.example/news/100"
HOUR = timedelta(hours=1)


@pytest.fixture
def database(tmp_path: Path) -> Path:
    path = tmp_path / "news.db"
    crawl(
        path,
        [
            page(harbour_story(body=PARAGRAPH)),
            page(harbour_story(body=PARAGRAPH.replace("two more gates", "three <more> gates")), at=NOON + HOUR),
            page(harbour_story(headline="Gates shut", body=PARAGRAPH), at=NOON + 2 * HOUR),
            Fetch(URL, NOON + 3 * HOUR, status=404, outcome="gone", reason="HTTP 404"),
            page(harbour_story(headline="Gates shut", body=PARAGRAPH), at=NOON + 4 * HOUR),
        ],
    )
    return path


def told(database: Path, *, marked: bool = True) -> str:
    with closing(open_for_reading(database)) as connection:
        return as_text(story_head(connection, 1), happenings(connection, 1), marked=marked).plain


def test_each_change_is_told_with_its_words(database: Path) -> None:
    assert told(database) == (
        "Gates shut\n"
        f"{URL}\n"
        "harbour, published 2024-03-18 (known from meta)\n"
        "\n2024-03-18T12:00:00Z  first seen, 33 words\n"
        "\n2024-03-18T13:00:00Z  changed, 33 words\n"
        "  LAHORE: The river authority opened [-two more-] {+three <more>+} gates on Monday after a night of rain … \n"
        "\n2024-03-18T14:00:00Z  changed, 33 words\n"
        "  headline: [-Two more gates opened-]{+Gates shut+}\n"
        "  LAHORE: The river authority opened [-three <more>-] {+two more+} gates on Monday after a night of rain … \n"
        "\n2024-03-18T15:00:00Z  gone: HTTP 404\n"
        "\n2024-03-18T16:00:00Z  back, unchanged, 33 words\n"
    )


def test_on_a_terminal_colours_stand_for_marks(database: Path) -> None:
    assert "[-" not in told(database, marked=False)


def test_a_change_of_extraction_is_named_as_a_possible_cause(tmp_path: Path) -> None:
    first, second = page(), page(harbour_story(body=PARAGRAPH), at=NOON + HOUR)
    first.extraction, second.extraction = "1", "2"
    crawl(tmp_path / "news.db", [first, second])
    assert "read by another extraction" in told(tmp_path / "news.db")


def test_the_page_holds_the_first_version_and_each_change_escaped(database: Path) -> None:
    with closing(open_for_reading(database)) as connection:
        written = as_page(story_head(connection, 1), happenings(connection, 1))
    assert PARAGRAPH in written
    assert "<del>two more </del><ins>three &lt;more&gt; </ins>" in written
    assert "<more>" not in written


def test_what_would_steer_a_terminal_is_not_printed(tmp_path: Path) -> None:
    crawl(tmp_path / "news.db", [page(harbour_story(headline="A\x1b[2Jgate"))])
    assert "\x1b" not in told(tmp_path / "news.db")


def test_texts_too_long_to_compare_by_words_are_compared_by_lines() -> None:
    before = "\n".join(f"line {number} of a very long text" for number in range(600))
    runs = differences(before, before.replace("line 300 ", "line three hundred "))
    assert [run.kind for run in runs] == ["kept", "removed", "added", "kept"]
    assert runs[1].text == "line 300 of a very long text\n"


@pytest.mark.parametrize(("before", "after"), [("", "a b"), ("a b", ""), ("a\nb c", "a\nb\nc"), ("same", "same")])
def test_the_runs_put_both_texts_together_again(before: str, after: str) -> None:
    runs = differences(before, after)
    assert "".join(run.text for run in runs if run.kind != "added") == before
    assert "".join(run.text for run in runs if run.kind != "removed") == after


def test_what_was_kept_is_shortened_between_changes() -> None:
    kept = Run("kept", " ".join(str(number) for number in range(40)) + " ")
    (_, middle, _) = shortened([Run("added", "a "), kept, Run("removed", "b")])
    assert middle.text == "0 1 2 3 4 5 6 7 … 32 33 34 35 36 37 38 39 "


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (["https://harbour.example/other"], "no story of https://harbour.example/other"),
        ([], "name one story"),
        ([URL, "-s", "DATABASE=missing.db"], "missing.db does not exist"),
        ([URL, "-s", f"DATABASE={'x' * 300}"], "cannot be used: File name too long"),
        (["https://harbour.example/\udcff"], "no story of https://harbour.example/"),
    ],
)
def test_bad_input_is_refused_in_one_line(database: Path, arguments: list[str], words: str) -> None:
    run = history(database, *arguments)
    assert run.returncode == 2
    assert words in run.stderr
    assert len(run.stderr.strip().splitlines()) == 1


def test_the_command_finds_a_story_by_any_of_its_urls(database: Path) -> None:
    run = history(database, f"{URL}/a-slug?utm_source=feed")
    assert run.returncode == 0, run.stderr
    assert "[-two more-] {+three <more>+}" in run.stdout


@pytest.mark.parametrize(("options", "shown"), [(["--html"], "سیلاب".encode()), ([], rb"\u0633")], ids=["page", "text"])
def test_a_terminal_without_the_storys_letters_ends_nothing(tmp_path: Path, options: list[str], shown: bytes) -> None:
    database = tmp_path / "news.db"
    crawl(database, [page(harbour_story(headline="سیلاب"))])
    environment = {**os.environ, "PYTHONIOENCODING": "ascii"}
    command = [sys.executable, "-m", "scrapy", "history", "-s", f"DATABASE={database}", URL, *options]
    run = subprocess.run(command, cwd=ROOT, capture_output=True, timeout=60, check=False, env=environment)
    assert (run.returncode, run.stderr) == (0, b"")
    assert shown in run.stdout


def history(database: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-m", "scrapy", "history", "-s", f"DATABASE={database}", *arguments]
    return subprocess.run(command, cwd=ROOT, capture_output=True, text=True, timeout=60, check=False)
