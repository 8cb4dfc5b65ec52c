"""README.md and data/README.md as a stranger follows them: every command is run, every question has an answer.

The commands of the live web are run on recorded pages; `make` and `.ci/run` are what CI itself runs.
"""

from __future__ import annotations

import re
import shlex
import sqlite3
import subprocess
import sys
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest

from crawler import middlewares, settings
from tests.conftest import ROOT, Workplace

README = (ROOT / "README.md").read_text(encoding="utf-8")
BLOCKS = re.findall(r"^```(\w*)\n(.*?)^```", README, re.DOTALL | re.MULTILINE)
SHELL = [line.split("#")[0].strip() for kind, block in BLOCKS if not kind for line in block.splitlines()]
PYTHON = [block for kind, block in BLOCKS if kind == "python"]
SPANS = re.findall(r"`([^`\n]+)`", re.sub(r"^```.*?^```", "", README, flags=re.DOTALL | re.MULTILINE))
COMMANDS = [span for span in SPANS if re.match(r"scrapy \w", span)]
COMMANDS.remove("scrapy check")  # `make test` runs it
COMMANDS.remove("scrapy newpaper https://example.org/")  # tests/test_newpaper.py runs it: it writes into the project
SETTINGS = dict(re.findall(r"^\| `([A-Z_]+)` \| (.*?) ?\|", README, re.MULTILINE))
QUERIES = [shlex.split(line) for line in SHELL if line.startswith("sqlite3")]

PAGE = ROOT / "tests" / "pages" / "site.html"
FLATTENED = "QUETTA: The pass was shut by snow on Monday.\n\nPublished in Dawn, March 3rd, 2020\n"
RECORDED = {"dawn": ROOT / "tests" / "pages" / "dawn.warc.gz", "site": "example.html"}

DICTIONARY = (ROOT / "data" / "README.md").read_text(encoding="utf-8")
QUESTIONS = re.findall(r"^\*\*(\d+\. .+?)\*\*\n```sql\n(.+?)```", DICTIONARY, re.DOTALL | re.MULTILINE)


@pytest.fixture(scope="module")
def workplace(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Workplace]:
    """A workplace in which `make crawl` has run, with the files that the commands name."""
    workplace = Workplace(tmp_path_factory.mktemp("readme"))
    assert workplace.scrapy("sample").returncode == 0
    (workplace.folder / "page.txt").write_text(FLATTENED, encoding="utf-8")
    (workplace.folder / "page.html").write_bytes(PAGE.read_bytes())
    example = PAGE.read_text(encoding="utf-8").replace('href="https://hillside.example/', 'href="https://example.org/')
    example = re.sub(r'(rel="canonical" href=")[^"]+', r"\1https://example.org/", example)
    (workplace.folder / "example.html").write_text(example, encoding="utf-8")
    yield workplace


def test_the_readme_is_two_screens_long() -> None:
    assert len(README.splitlines()) <= 90


def test_every_command_is_one_that_is_run_here_or_in_ci() -> None:
    assert len(COMMANDS) == len(set(COMMANDS)) >= 9
    assert len(QUERIES) >= 2
    assert {line for line in SHELL if line and not line.startswith("sqlite3")} == {
        "make crawl",
        "make test",
        "make bench",
    }
    assert "make test" in (ROOT / ".ci" / "run").read_text()
    makefile = (ROOT / "Makefile").read_text()
    assert re.search(r"^crawl: .*\n\t\$\(RUN\) scrapy sample$", makefile, re.MULTILINE)
    assert re.search(r"^test: .*\n\t\$\(RUN\) scrapy check$", makefile, re.MULTILINE)


@pytest.mark.parametrize("command", COMMANDS)
def test_the_command_does_its_work(command: str, workplace: Workplace) -> None:
    _, name, *arguments = shlex.split(command)
    given = {"RECORDED": _in(workplace, str(RECORDED[arguments[0]]))} if name == "crawl" else {}
    if command == "scrapy plan dawn":  # it plans what a crawl has made known
        workplace.scrapy("replay", RECORDED["dawn"])
    result = workplace.scrapy(name, *(_in(workplace, argument) for argument in arguments), **given)
    # A recording of months ago may well be unlike the usual days that `scrapy health` looks for.
    assert result.returncode in ((0, 1) if name == "health" else (0,)), result.stderr
    assert "Traceback" not in result.stderr
    assert result.stdout.strip()


def _in(workplace: Workplace, argument: str) -> str:
    """An argument with the workplace's file where it names one of those."""
    return str(workplace.folder / argument) if (workplace.folder / argument).is_file() else argument


@pytest.mark.parametrize("query", QUERIES, ids=" ".join)
def test_the_query_has_an_answer(query: list[str], workplace: Workplace) -> None:
    assert query[:3] == ["sqlite3", "-box", "data/news.db"]
    assert workplace.rows(query[3])


@pytest.mark.parametrize("code", PYTHON)
def test_the_python_runs(code: str, workplace: Workplace) -> None:
    command = [sys.executable, "-c", f"import sys; sys.path.insert(0, {str(ROOT)!r})\n{code}"]
    result = subprocess.run(command, cwd=workplace.folder, capture_output=True, text=True, timeout=100, check=False)
    assert result.stderr == ""
    assert result.stdout.startswith("Night buses to run until two 2026-03-05 ")


def test_the_settings_told_of_are_those_that_hold() -> None:
    assert len(SETTINGS) >= 10
    for name, default in SETTINGS.items():
        value = getattr(settings, name)
        told = str(value).removeprefix(f"{ROOT}/") if value else ""
        assert told.startswith(default.removesuffix(" ...")) and bool(told) == bool(default), name
    for name in ("CRAWL_DELAY_MAX", "BACK_OFF", "RETRY_AFTER_MAX"):  # the middlewares' own, where no settings are
        assert getattr(middlewares, name) == getattr(settings, name)


def test_every_link_leads_to_a_file() -> None:
    links = re.findall(r"\]\(([^)]+)\)", README)
    assert links and [link for link in links if not Path(ROOT, link).is_file()] == []


@pytest.mark.parametrize(("title", "sql"), QUESTIONS, ids=[title for title, _ in QUESTIONS])
def test_the_question_has_an_answer_after_make_crawl(title: str, sql: str, workplace: Workplace) -> None:
    with closing(sqlite3.connect(workplace.database)) as connection:
        assert connection.execute(sql).fetchall()
