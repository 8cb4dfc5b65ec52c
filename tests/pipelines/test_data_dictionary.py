"""data/README.md says what the database has, no more and no less, and its questions are answered by indexes."""

from __future__ import annotations

import re
import sqlite3
from contextlib import closing
from datetime import timedelta
from pathlib import Path

import pytest

from tests.pipelines.newsdesk import NOON, crawl, editorial, harbour_story, page

DICTIONARY = (Path(__file__).parents[2] / "data" / "README.md").read_text(encoding="utf-8")
QUESTIONS = re.findall(r"^\*\*(\d+\. .+?)\*\*\n```sql\n(.+?)```", DICTIONARY, re.DOTALL | re.MULTILINE)
# Tables that grow with the archive: no question may read one of them from end to end.
GROWING = {
    *("a", "b", "d", "e", "f", "g", "l", "o", "s", "t", "u", "v"),
    *("stories", "version_records", "fetches", "story_urls", "story_dates", "sightings", "sidebars", "sidebar_lines"),
    *("entry_texts", "duplicates", "events"),
}
IN_ORDER = ("SCAN stories USING INDEX stories_changed",)  # reads the first rows of a partial index, and no more


@pytest.fixture(scope="module")
def database(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("dictionary") / "news.db"
    crawl(
        path,
        [
            page(
                harbour_story(headline=f"Gate {number}"),
                editorial("On water", "On fire"),
                key=str(number),
                at=NOON + timedelta(days=day),
            )
            for day in range(3)
            for number in range(5)
        ],
    )
    with closing(sqlite3.connect(path, isolation_level=None)) as connection:
        # Without the statistics of five stories, so that the planner chooses as for a large file.
        connection.execute("delete from sqlite_stat1")
    return path


def documented() -> dict[str, list[str]]:
    sections = re.findall(r"^### (\w+)\n(.*?)(?=^##)", DICTIONARY, re.DOTALL | re.MULTILINE)
    return {name: re.findall(r"^\| (\w+) \| (?!unit)", text, re.MULTILINE) for name, text in sections}


def test_every_table_view_and_column_is_documented_and_none_is_invented(database: Path) -> None:
    with closing(sqlite3.connect(database)) as connection:
        names = connection.execute(
            "select name from sqlite_master where type in ('table', 'view')"
            " and name not like 'stories_fts_%' and name not like 'sqlite_%' and name not like '_sqlite_%'"
        ).fetchall()
        actual = {name: [row[1] for row in connection.execute(f"pragma table_info({name})")] for (name,) in names}
    assert documented() == actual


def test_each_column_has_a_unit() -> None:
    lines = [line for line in DICTIONARY.split("## Questions")[0].splitlines() if re.match(r"\| \w+ \| ", line)]
    assert len(lines) > 150
    assert [line for line in lines if not line.split("|")[2].strip()] == []


def test_a_column_that_may_be_null_says_so_or_refers_to_one_that_does(database: Path) -> None:
    with closing(sqlite3.connect(database)) as connection:
        tables = connection.execute(
            "select name from pragma_table_list where schema = 'main' and type = 'table' and name not like '%sqlite_%'"
        ).fetchall()
        nullable = [
            (table, column)
            for (table,) in tables
            for _, column, _, not_null, _, key in connection.execute(f"pragma table_info({table})")
            if not (not_null or key)
        ]
    sections = dict(re.findall(r"^### (\w+)\n(.*?)(?=^##)", DICTIONARY, re.DOTALL | re.MULTILINE))
    meanings = {
        (table, column): meaning
        for table, text in sections.items()
        for column, meaning in re.findall(r"^\| (\w+) \| .+? \| (.*) \|$", text, re.MULTILINE)
    }
    silent = [place for place in nullable if place in meanings and not re.search("null|as in `", meanings[place])]
    assert silent == []


def test_there_are_at_least_twenty_questions() -> None:
    assert len(QUESTIONS) >= 20
    assert [title.split(".")[0] for title, _ in QUESTIONS] == [str(n + 1) for n in range(len(QUESTIONS))]


@pytest.mark.parametrize(("title", "sql"), QUESTIONS, ids=[title for title, _ in QUESTIONS])
def test_the_question_is_answered_by_an_index(title: str, sql: str, database: Path) -> None:
    with closing(sqlite3.connect(database)) as connection:
        columns = [column[0] for column in connection.execute(sql).description]
        plan = [row[3] for row in connection.execute(f"explain query plan {sql}")]
    assert columns
    scans = [step for step in plan if (found := re.match(r"SCAN (\w+)(?! VIRTUAL)", step)) and found[1] in GROWING]
    scans = [step for step in scans if step not in IN_ORDER]
    assert scans == [], plan
