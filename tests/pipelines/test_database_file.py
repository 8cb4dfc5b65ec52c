"""Which files are taken as the database, and that a refusal changes nothing."""

from __future__ import annotations

import gzip
import resource
import shutil
import signal
import sqlite3
from contextlib import closing
from pathlib import Path

import pytest
from scrapy.utils.test import get_crawler

from pipelines.database import Archive, ArchiveError, check, open_archive, open_for_reading
from pipelines.database.schema import SCHEMA_VERSION
from pipelines.dedupe import DedupePipeline
from tests.pipelines.newsdesk import crawl, page, rows, value

SCHEMAS = Path(__file__).parent / "schemas"


def contents(folder: Path) -> dict[str, bytes | None]:
    return {str(path.relative_to(folder)): path.read_bytes() if path.is_file() else None for path in folder.rglob("*")}


def a_text(path: Path) -> None:
    path.write_text("headline,body\n" * 100)


def a_folder(path: Path) -> None:
    path.mkdir()


def another_database(path: Path) -> None:
    with closing(sqlite3.connect(path)) as connection:
        connection.execute("pragma journal_mode = wal")
        connection.execute("create table recipes (name)")


def a_newer_one(path: Path) -> None:
    open_archive(path).close()
    with closing(sqlite3.connect(path)) as connection:
        connection.execute(f"pragma user_version = {SCHEMA_VERSION + 1}")


def a_file_in_the_way(path: Path) -> None:
    path.parents[1].write_text("")


@pytest.mark.parametrize(
    ("make", "name", "words"),
    [
        (a_text, "news.db", "is not a SQLite file"),
        (a_folder, "news.db", "is a folder"),
        (another_database, "news.db", "of something else"),
        (a_newer_one, "news.db", "is newer than this program"),
        (a_file_in_the_way, "file/deeper/news.db", "is a file, not a folder"),
    ],
)
def test_a_file_that_cannot_be_the_database_is_refused_in_one_line_and_left_alone(
    make: object, name: str, words: str, tmp_path: Path
) -> None:
    assert callable(make)
    make(tmp_path / name)
    before = contents(tmp_path)
    for attempt in (check, open_archive):
        with pytest.raises(ArchiveError, match=words) as refusal:
            attempt(tmp_path / name)
        message = str(refusal.value)
        assert "\n" not in message
        assert str(tmp_path / name) in message
    with pytest.raises(ArchiveError, match=words):
        DedupePipeline.from_crawler(get_crawler(settings_dict={"DATABASE": str(tmp_path / name)}))
    assert contents(tmp_path) == before


def test_a_path_that_the_system_does_not_take_is_refused_in_one_line(tmp_path: Path) -> None:
    path = tmp_path / ("x" * 300)
    for attempt in (check, open_archive, open_for_reading):
        with pytest.raises(ArchiveError, match="cannot be used: File name too long"):
            attempt(path)


def test_a_newer_schema_that_stands_in_the_wal_only_is_refused_too(tmp_path: Path) -> None:
    path = tmp_path / "news.db"
    (tmp_path / "writer").mkdir()
    with closing(open_archive(tmp_path / "writer" / "news.db").connection) as connection:
        connection.execute("pragma wal_checkpoint(truncate)")
        connection.execute(f"pragma user_version = {SCHEMA_VERSION + 1}")
        for file in (tmp_path / "writer").iterdir():  # as a kill leaves them
            shutil.copy(file, tmp_path)
    for attempt in (open_archive, open_for_reading):
        with pytest.raises(ArchiveError, match="is newer than this program"):
            attempt(path)
    assert value(path, "pragma user_version") == SCHEMA_VERSION + 1
    assert list(tmp_path.glob("*.backup*")) == []


def test_a_database_brought_forward_by_another_crawl_meanwhile_keeps_its_backup(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / "news.db"
    path.write_bytes(gzip.decompress((SCHEMAS / "schema-1.db.gz").read_bytes()))
    begin = Archive.begin

    def late(archive: Archive) -> None:
        monkeypatch.setattr(Archive, "begin", begin)
        open_archive(path).close()  # another crawl comes first
        archive.begin()

    monkeypatch.setattr(Archive, "begin", late)
    open_archive(path).close()
    assert value(tmp_path / "news.db.schema-1.backup", "pragma user_version") == 1
    assert value(path, "select count(*) from events where type = 'migrated'") == 1


def test_a_migration_that_finds_the_disk_full_leaves_the_file_and_no_half_backup(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / "news.db"
    path.write_bytes(gzip.decompress((SCHEMAS / "schema-1.db.gz").read_bytes()))
    soft, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
    handler = signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
    try:
        resource.setrlimit(resource.RLIMIT_FSIZE, (path.stat().st_size // 2, hard))
        with pytest.raises(ArchiveError, match="cannot be used"):
            open_archive(path)
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, (soft, hard))
        signal.signal(signal.SIGXFSZ, handler)
    assert list(tmp_path.glob("*.backup*")) == []
    open_archive(path).close()
    assert value(tmp_path / "news.db.schema-1.backup", "pragma user_version") == 1


def test_checking_makes_nothing(tmp_path: Path) -> None:
    check(tmp_path / "new" / "news.db")
    assert contents(tmp_path) == {}


def test_a_damaged_file_is_refused_in_one_line(tmp_path: Path) -> None:
    path = tmp_path / "news.db"
    crawl(path, [page()])
    whole = path.read_bytes()
    path.write_bytes(whole[:100] + b"\xff" * (len(whole) - 100))
    with pytest.raises(ArchiveError, match=r"news\.db cannot be used: .*malformed"):
        open_archive(path)


def test_reading_leaves_no_file_behind_and_writes_nothing(tmp_path: Path) -> None:
    crawl(tmp_path / "news.db", [page()])
    before = contents(tmp_path)
    with closing(open_for_reading(tmp_path / "news.db")) as connection:
        assert connection.execute("select count(*) from stories").fetchone() == (1,)
        with pytest.raises(sqlite3.OperationalError, match="readonly"):
            connection.execute("delete from sightings")
    assert contents(tmp_path) == before


def test_reading_a_database_of_an_older_schema_is_refused_with_what_to_do(tmp_path: Path) -> None:
    (tmp_path / "news.db").write_bytes(gzip.decompress((SCHEMAS / "schema-1.db.gz").read_bytes()))
    with pytest.raises(ArchiveError, match="older schema 1"):
        open_for_reading(tmp_path / "news.db")


def test_reading_a_file_that_is_not_there_is_refused_and_makes_none(tmp_path: Path) -> None:
    with pytest.raises(ArchiveError, match="does not exist"):
        open_for_reading(tmp_path / "news.db")
    assert contents(tmp_path) == {}


def test_a_new_database_is_made_with_its_folders(tmp_path: Path) -> None:
    path = tmp_path / "a" / "b" / "news.db"
    open_archive(path).close()
    assert value(path, "pragma user_version") == SCHEMA_VERSION
    assert value(path, "pragma journal_mode") == "wal"
    assert [file.name for file in path.parent.iterdir()] == ["news.db"]


def test_foreign_keys_are_enforced(tmp_path: Path) -> None:
    archive = open_archive(tmp_path / "news.db")
    with pytest.raises(sqlite3.IntegrityError, match="FOREIGN KEY"):
        archive.connection.execute("insert into sidebar_lines values (1, 1, 1)")
    archive.close()


def test_every_table_is_strict(tmp_path: Path) -> None:
    open_archive(tmp_path / "news.db").close()
    loose = "select name from pragma_table_list where schema = 'main' and type = 'table' and not strict"
    assert [name for (name,) in rows(tmp_path / "news.db", loose) if not name.startswith(("sqlite_", "_sqlite"))] == []
