"""The pipelines under Scrapy's own engine, in a process of their own."""

from __future__ import annotations

from pathlib import Path

from tests.pipelines.newsdesk import rows, value
from tests.pipelines.processes import finished, print_editions


def test_a_crawl_stores_its_pages_and_how_it_ended_and_again_stores_nothing(tmp_path: Path) -> None:
    database = tmp_path / "news.db"
    stats = finished(print_editions(database, 0, 6))
    assert (stats["news/new"], stats["news/gone"], stats["news/sidebars"]) == (8, 6, 6)
    assert stats["news/new"] + stats["news/changed"] + stats["news/unchanged"] == 48
    assert rows(database, "select spider, publisher, arguments, reason from crawls") == [
        ("press", "harbour", '{"first": "0", "last": "6"}', "finished")
    ]
    again = finished(print_editions(database, 0, 6))
    assert again["news/known"] == 54
    assert "news/new" not in again
    assert value(database, "select count(*) from fetches") == 54


def test_a_crawl_does_not_start_on_a_database_that_cannot_be_used(tmp_path: Path) -> None:
    (tmp_path / "news.db").write_text("no database")
    run = print_editions(tmp_path / "news.db", 0, 1)
    assert run.returncode != 0
    assert "is not a SQLite file" in run.stderr
    assert [path.name for path in tmp_path.iterdir()] == ["news.db"]
