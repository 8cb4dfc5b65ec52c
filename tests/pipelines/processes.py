"""Crawls of tests.pipelines.press as processes of their own, to be killed, starved and raced; and what must hold after."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path
from typing import Any

from tests.pipelines.newsdesk import rows, value

ROOT = Path(__file__).parents[2]
# What a file holds, whatever the order and the number of the crawls that brought it.
CONTENTS = {
    "stories": "select key, headline, body, versions, first_seen_at, last_seen_at, published_on from stories",
    "versions": "select s.key, v.seen_from, v.seen_to, v.body, v.current from story_versions v"
    " join stories s on s.id = v.story_id",
    # Which capture of a story was the new one depends on which came first; the history does not.
    "fetches": "select url, fetched_at, iif(version_id is null, outcome, 'a story') from fetches",
    "history": "select story_url, at, what, back, url from story_history",
    "sightings": "select s.key, b.digest, g.seen_at from sightings g join stories s on s.id = g.story_id"
    " join sidebars b on b.id = g.sidebar_id",
    "entries": "select b.digest, e.position, e.headline, e.url from sidebar_entries e"
    " join sidebars b on b.id = e.sidebar_id",
    "sidebars": "select digest, first_seen_at, last_seen_at from sidebars",
    "urls": "select u.url, s.key, u.first_seen_at, u.last_seen_at from story_urls u join stories s on s.id = u.story_id",
    "dates": "select s.key, d.of, d.source, d.text, d.chosen from story_dates d join stories s on s.id = d.story_id",
    "found": "select rowid from stories_fts where stories_fts match 'cattle'",
}


def start_press(database: Path, first: int, last: int, *more: str) -> subprocess.Popen[str]:
    command = [sys.executable, "-m", "tests.pipelines.press", str(database), str(first), str(last), *more]
    return subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)


def ended(process: subprocess.Popen[str], seconds: float = 100) -> subprocess.CompletedProcess[str]:
    output, errors = process.communicate(timeout=seconds)
    return subprocess.CompletedProcess(process.args, process.returncode, output, errors)


def print_editions(database: Path, first: int, last: int, *more: str) -> subprocess.CompletedProcess[str]:
    return ended(start_press(database, first, last, *more))


def finished(run: subprocess.CompletedProcess[str]) -> dict[str, Any]:
    """The stats of a crawl that did all its work."""
    assert run.returncode == 0, run.stderr
    return dict(json.loads(run.stdout.splitlines()[-1]))


def assert_sound(database: Path) -> int:
    """The file is intact and every page in it whole. Gives the number of its fetches."""
    assert value(database, "pragma integrity_check") == "ok"
    assert rows(database, "pragma foreign_key_check") == []
    if not value(database, "select count(*) from sqlite_master where name = 'fetches'"):
        return 0
    pages = "select count(*) from fetches f where f.version_id is not null"
    assert value(database, f"{pages} and (select count(*) from sightings g where g.fetch_id = f.id) <> 1") == 0
    assert value(database, f"{pages} and not exists (select 1 from story_urls u where u.story_id = f.story_id"
                           " and u.url = f.url)") == 0  # fmt: skip
    assert value(database, f"{pages} and (select count(*) from story_dates d where d.story_id = f.story_id) < 2") == 0
    assert value(database, "select count(*) from sidebars b where b.entries <>"
                           " (select count(*) from sidebar_entries e where e.sidebar_id = b.id)") == 0  # fmt: skip
    assert value(database, "select count(*) from story_versions where body is null") == 0
    assert value(database, "select count(*) from stories s where s.versions <>"
                           " (select count(*) from story_versions v where v.story_id = s.id)") == 0  # fmt: skip
    return int(value(database, "select count(*) from fetches"))


def contents(database: Path) -> dict[str, list[tuple[Any, ...]]]:
    return {name: sorted(rows(database, sql)) for name, sql in CONTENTS.items()}
