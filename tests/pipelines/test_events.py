"""What the archive tells of its own past: events, killed crawls, a story gone and back, a schema moved forward."""

from __future__ import annotations

import gzip
import sqlite3
import tomllib
from contextlib import closing
from datetime import timedelta
from pathlib import Path

import pytest
from scrapy.settings import Settings

from crawler.items import Fetch
from pipelines.database import note_verified, open_archive
from pipelines.database.events import PROJECT
from pipelines.database.schema import MIGRATIONS, SCHEMA_VERSION
from pipelines.session import settings_digest
from tests.pipelines.newsdesk import NOON, PARAGRAPH, crawl, harbour_story, page, rows, value
from tests.pipelines.press import edition

NEVER_RELEASED = (2, 3, 8, 9, 10, 11, 13)  # they came with schemas 4, 12 and 14
SCHEMAS = Path(__file__).parent / "schemas"
HOUR = timedelta(hours=1)


def test_a_crawl_leaves_its_events_and_their_agent(tmp_path: Path) -> None:
    database = tmp_path / "news.db"
    crawl(database, [page()])
    assert rows(database, "select type, crawl_id, fetch_id from events order by id") == [
        ("migrated", None, None),
        ("crawl-started", 1, None),
        ("captured", 1, 1),
        ("extracted", 1, 1),
        ("crawl-ended", 1, None),
    ]
    assert value(database, "select at from events where type = 'captured'") == "2024-03-18T12:00:00Z"
    software, digest = rows(
        database, "select a.software, a.settings_digest from agents a join events e on e.agent_id = a.id"
        " where e.type = 'crawl-ended'"
    )[0]  # fmt: skip
    assert software.startswith(f"{PROJECT} (Scrapy ")
    assert len(digest) == 32


def test_settings_that_have_no_part_in_the_results_make_no_other_agent() -> None:
    plain = settings_digest(Settings({"DOWNLOAD_DELAY": 3}))
    told = {"LOG_FILE": "/var/log/1.log", "LOG_LEVEL": "INFO", "PROGRESS_LABEL": "day 2 of 7", "ARCHIVE": "/srv/warc"}
    assert settings_digest(Settings({"DOWNLOAD_DELAY": 3, **told})) == plain
    assert settings_digest(Settings({"DOWNLOAD_DELAY": 4})) != plain


def test_the_archive_names_the_project_and_version_that_the_project_file_has() -> None:
    project = tomllib.loads((Path(__file__).parents[2] / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    assert f"{project['name']} {project['version']}" == PROJECT


def test_a_verification_of_the_captures_is_an_event(tmp_path: Path) -> None:
    crawl(tmp_path / "news.db", [page()])
    note_verified(tmp_path / "news.db", "data/warc: 3 records in 1 file: all sound")
    assert value(tmp_path / "news.db", "select detail from events where type = 'verified'").endswith("all sound")
    note_verified(tmp_path / "none.db", "nothing to record it in")
    assert not (tmp_path / "none.db").exists()


@pytest.mark.parametrize("statement", ["update events set detail = 'x'", "delete from events"])
def test_events_are_only_added(tmp_path: Path, statement: str) -> None:
    crawl(tmp_path / "news.db", [page()])
    with (
        closing(sqlite3.connect(tmp_path / "news.db")) as connection,
        pytest.raises(sqlite3.IntegrityError, match="only added"),
    ):
        connection.execute(statement)


def test_a_story_gone_and_back_is_told_in_its_history(tmp_path: Path) -> None:
    database = tmp_path / "news.db"
    url = "https://harbour.example/news/100"
    crawl(
        database,
        [
            page(),
            page(harbour_story(body=PARAGRAPH), at=NOON + HOUR),
            Fetch(url, NOON + 2 * HOUR, status=404, outcome="gone", reason="HTTP 404"),
            page(harbour_story(body=PARAGRAPH), at=NOON + 3 * HOUR),
            page(harbour_story(body=PARAGRAPH), at=NOON + 4 * HOUR),
        ],
    )
    assert rows(database, "select what, back, status from story_history where story_url = ? order by at", url) == [
        ("first-seen", 0, 200),
        ("changed", 0, 200),
        ("gone", 0, 404),
        ("seen", 1, 200),
        ("seen", 0, 200),
    ]


def test_a_story_is_back_also_where_the_server_failed_in_between(tmp_path: Path) -> None:
    database, url = tmp_path / "news.db", "https://harbour.example/news/100"
    crawl(
        database,
        [
            page(),
            Fetch(url, NOON + HOUR, status=410, outcome="gone", reason="HTTP 410"),
            Fetch(url, NOON + 2 * HOUR, status=503, outcome="failed", reason="HTTP 503"),
            page(at=NOON + 3 * HOUR),
            Fetch(url, NOON + 4 * HOUR, status=503, outcome="failed", reason="HTTP 503"),
            page(at=NOON + 5 * HOUR),
        ],
    )
    assert rows(database, "select what, back from story_history order by at") == [
        ("first-seen", 0),
        ("gone", 0),
        ("failed", 0),
        ("seen", 1),
        ("failed", 0),
        ("seen", 0),
    ]


def test_a_storys_going_is_known_whichever_was_stored_first(tmp_path: Path) -> None:
    database, url = tmp_path / "news.db", "https://harbour.example/news/100"
    crawl(database, [Fetch(url, NOON + HOUR, status=404, outcome="gone", reason="HTTP 404")])
    crawl(database, [page()])  # an older archive, replayed after the newer one
    assert rows(database, "select what from story_history order by at") == [("first-seen",), ("gone",)]


def test_updates_that_were_chosen_one_after_another_lose_their_marks_but_one(tmp_path: Path) -> None:
    database = tmp_path / "news.db"
    database.write_bytes(gzip.decompress((SCHEMAS / "schema-14.db.gz").read_bytes()))
    with closing(sqlite3.connect(database, isolation_level=None)) as connection:
        connection.execute("update story_dates set of = 'modified', chosen = 1 where story_id = 1")
        connection.execute("update story_dates set stale = 1 where id = (select min(id) from story_dates)")
    open_archive(database).close()
    assert rows(database, "select stale, chosen from story_dates where story_id = 1 order by id") == [(1, 0), (0, 1)]


@pytest.mark.parametrize("archived", sorted(SCHEMAS.glob("schema-*.db.gz")), ids=lambda path: path.name.split(".")[0])
def test_a_database_of_each_older_schema_moves_forward_with_a_copy_beside_it(archived: Path, tmp_path: Path) -> None:
    version = int(archived.name.split(".")[0].removeprefix("schema-"))
    database, fresh = tmp_path / "news.db", tmp_path / "fresh.db"
    original = gzip.decompress(archived.read_bytes())
    database.write_bytes(original)
    before = rows(database, "select publisher, key, headline, body, versions from stories order by id")
    open_archive(database).close()
    open_archive(fresh).close()
    schema = "select type, name, sql from sqlite_master where name not like 'sqlite_stat%' order by type, name"
    assert rows(database, schema) == rows(fresh, schema)
    assert value(database, "pragma user_version") == SCHEMA_VERSION
    assert rows(database, "select publisher, key, headline, body, versions from stories order by id") == before
    assert value(database, "pragma integrity_check") == "ok"
    assert value(tmp_path / f"news.db.schema-{version}.backup", "pragma user_version") == version
    last = "select detail from events where type = 'migrated' order by id desc limit 1"
    assert value(database, last) == f"schema {version} to {SCHEMA_VERSION}"
    stats = crawl(database, [*edition(0), *edition(9)])
    assert stats["news/known"] == 9
    assert stats.get("news/changed", 0) + stats.get("news/unchanged", 0) == 8


def test_every_older_schema_has_a_database_here() -> None:
    kept = {path.name for path in SCHEMAS.iterdir()}
    assert kept == {f"schema-{number}.db.gz" for number in range(1, len(MIGRATIONS)) if number not in NEVER_RELEASED}
