"""The pipelines under Scrapy's own engine, in a process of their own."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path
from typing import Any

from tests.pipelines.newsdesk import rows, value

ROOT = Path(__file__).parents[2]


def run_press(database: Path, days: int, *settings: str) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-m", "tests.pipelines.press", str(database), str(days), *settings]
    return subprocess.run(command, cwd=ROOT, capture_output=True, text=True, timeout=60, check=False)


def stats_of(run: subprocess.CompletedProcess[str]) -> dict[str, Any]:
    assert run.returncode == 0, run.stderr
    return dict(json.loads(run.stdout))


def test_a_crawl_stores_its_pages_and_how_it_ended_and_again_stores_nothing(tmp_path: Path) -> None:
    database = tmp_path / "news.db"
    stats = stats_of(run_press(database, 6))
    assert (stats["news/new"], stats["news/gone"], stats["news/sidebars"]) == (8, 6, 6)
    assert stats["news/new"] + stats["news/changed"] + stats["news/unchanged"] == 48
    assert rows(database, "select spider, publisher, arguments, reason from crawls") == [
        ("press", "harbour", '{"days": "6"}', "finished")
    ]
    again = stats_of(run_press(database, 6))
    assert again["news/known"] == 54
    assert "news/new" not in again
    assert value(database, "select count(*) from fetches") == 54


def test_a_crawl_does_not_start_on_a_database_that_cannot_be_used(tmp_path: Path) -> None:
    (tmp_path / "news.db").write_text("no database")
    run = run_press(tmp_path / "news.db", 1)
    assert run.returncode != 0
    assert "is not a SQLite file" in run.stderr
    assert [path.name for path in tmp_path.iterdir()] == ["news.db"]
