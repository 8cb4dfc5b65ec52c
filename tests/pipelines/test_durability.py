"""Nothing is lost and nothing half written: kills, a cut-off WAL, a full disk, a second crawl, a reader that stays."""

from __future__ import annotations

import random
import shutil
import sqlite3
import subprocess
import sys
import time
from contextlib import closing
from pathlib import Path

import pytest

from pipelines.database import open_archive, open_for_reading
from tests.pipelines.newsdesk import crawl, rows, value
from tests.pipelines.press import edition
from tests.pipelines.processes import assert_sound, contents, ended, finished, print_editions, start_press

DAYS = 150  # of one crawl here: 1,350 items, in two batches
RUN_SECONDS = 0.5  # what such a crawl takes, once started, on a fast machine

COUNT_AGENTS = """
import sqlite3, sys
connection = sqlite3.connect(sys.argv[1])
print(connection.execute("select count(*) from agents").fetchone()[0])
connection.close()
"""


@pytest.fixture(scope="module")
def undisturbed(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """What one crawl of all the days gives, with nothing in its way."""
    database = tmp_path_factory.mktemp("undisturbed") / "news.db"
    finished(print_editions(database, 0, DAYS))
    return database


def kill_one(database: Path, first: int, delay: float) -> None:
    """Start a crawl and kill it so many seconds after it has started to crawl."""
    process = start_press(database, first, first + DAYS)
    assert process.stdout is not None
    process.stdout.readline()
    time.sleep(delay)
    process.kill()
    process.communicate(timeout=60)


def seconds_of_a_crawl(database: Path) -> float:
    """What a crawl that nobody kills takes here, once started."""
    process = start_press(database, 0, DAYS)
    assert process.stdout is not None
    process.stdout.readline()
    started = time.monotonic()
    finished(ended(process))
    return time.monotonic() - started


def kill_at_random(database: Path, kills: int, seed: int, undisturbed_until: int, within: float = RUN_SECONDS) -> int:
    """Kill so many crawls, each a little further in time, within so many seconds of its start, and check the file after
    each. Gives the days reached."""
    moments = random.Random(seed)
    for number in range(kills):
        first = undisturbed_until * number // kills
        kill_one(database, first, moments.uniform(0, within))
        assert_sound(database)
    return undisturbed_until + DAYS


def test_kills_at_random_moments_leave_the_file_sound_and_the_next_crawl_completes_it(
    tmp_path: Path, undisturbed: Path
) -> None:
    database = tmp_path / "news.db"
    kill_at_random(database, 4, seed=1, undisturbed_until=0)
    finished(print_editions(database, 0, DAYS))
    assert contents(database) == contents(undisturbed)
    killed = rows(database, "select id from crawls where reason = 'killed'")
    assert rows(database, "select crawl_id from events where type = 'crawl-killed'") == killed
    assert value(database, "select count(*) from crawls where ended_at is not null") == 1 + 4 - len(killed)


@pytest.mark.soak
@pytest.mark.timeout(3000)
def test_two_hundred_kills_lose_nothing(tmp_path: Path) -> None:
    database, whole = tmp_path / "news.db", tmp_path / "whole.db"
    within = min(seconds_of_a_crawl(tmp_path / f"undisturbed-{number}.db") for number in range(3))
    days = kill_at_random(database, 200, seed=2, undisturbed_until=2000, within=within)
    killed = value(database, "select count(*) from crawls where ended_at is null")
    finished(ended(start_press(database, 0, days), seconds=600))
    finished(ended(start_press(whole, 0, days), seconds=600))
    assert contents(database) == contents(whole)
    assert killed > 100  # the others had ended, or not yet begun to write


def test_a_wal_cut_off_anywhere_leaves_whole_pages_only(tmp_path: Path, undisturbed: Path) -> None:
    database = tmp_path / "news.db"
    kill_one(database, 0, RUN_SECONDS / 2)
    wal = database.with_name("news.db-wal")
    assert wal.exists()
    length = wal.stat().st_size
    cuts = [0, 20, length // 3 + 7, length // 2, length - 1]
    fetches = []
    for number, cut in enumerate(cuts):
        copy = tmp_path / f"cut-{number}.db"
        shutil.copy(database, copy)
        copy.with_name(copy.name + "-wal").write_bytes(wal.read_bytes()[:cut])
        fetches.append(assert_sound(copy))
    assert fetches == sorted(fetches)
    finished(print_editions(copy, 0, DAYS))
    assert contents(copy) == contents(undisturbed)


def test_a_full_disk_stops_the_crawl_with_one_line_and_the_next_one_completes_it(
    tmp_path: Path, undisturbed: Path
) -> None:
    database = tmp_path / "news.db"
    finished(print_editions(database, 0, 1))
    room = database.stat().st_size + 300_000
    run = print_editions(database, 0, DAYS, str(room))
    assert run.returncode == 1
    (line,) = [line for line in run.stderr.splitlines() if "CRITICAL" in line]
    assert f"database {database} failed" in line
    assert "run it again" in line
    assert "Traceback" not in run.stderr
    assert 9 <= assert_sound(database) < DAYS * 9
    finished(print_editions(database, 0, DAYS))
    assert contents(database) == contents(undisturbed)


def test_wherever_in_a_page_the_room_ends_no_half_of_it_is_kept(tmp_path: Path) -> None:
    items = [item for day in range(12) for item in edition(day)]
    whole = tmp_path / "whole.db"
    crawl(whole, edition(0))
    used = value(whole, "pragma page_count")
    crawl(whole, items)
    needed = value(whole, "pragma page_count")
    for room in range(used, needed - 1, 4):
        database = tmp_path / f"room-{room}.db"
        crawl(database, edition(0))
        stats = crawl(database, items, room)
        assert stats["finish_reason"] == "database-failed"
        assert_sound(database)
        crawl(database, items)
        assert contents(database) == contents(whole)


def test_two_crawls_write_the_same_file_at_once_and_nothing_twice(tmp_path: Path, undisturbed: Path) -> None:
    database = tmp_path / "news.db"
    both = [start_press(database, 0, DAYS), start_press(database, 0, DAYS)]
    stats = [finished(ended(process)) for process in both]
    assert sum(run.get("news/known", 0) for run in stats) == DAYS * 9
    assert_sound(database)
    assert contents(database) == contents(undisturbed)


def test_a_reader_that_stays_keeps_its_view_and_hinders_no_crawl(tmp_path: Path, undisturbed: Path) -> None:
    database = tmp_path / "news.db"
    finished(print_editions(database, 0, 1))
    with closing(sqlite3.connect(database, isolation_level=None)) as reader:
        reader.execute("begin")
        before = reader.execute("select count(*) from fetches").fetchone()
        finished(print_editions(database, 0, DAYS))
        assert reader.execute("select count(*) from fetches").fetchone() == before
    assert_sound(database)
    assert contents(database) == contents(undisturbed)


def test_looking_at_a_file_that_is_being_written_gives_up_none_of_its_locks(tmp_path: Path) -> None:
    database = tmp_path / "news.db"
    archive = open_archive(database)
    open_for_reading(database).close()  # as a crawl does that asks what it remembers
    asked = [sys.executable, "-c", COUNT_AGENTS, str(database)]
    for number in range(3):
        archive.begin()
        archive.connection.execute(
            "insert into agents (software, settings_digest) values (?, '')", (f"agent {number}",)
        )
        archive.commit()
        # A reader in another process that takes itself for the last one would fold the WAL into the file and delete it.
        seen = subprocess.run(asked, capture_output=True, text=True, check=True).stdout
        assert int(seen) == number + 2  # the one that made the file among them
    archive.close()
