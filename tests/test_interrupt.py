"""A crawl that a person stops with Ctrl-C ends cleanly and says how to go on; any other command says that it stopped."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from pathlib import Path

from tests.conftest import ROOT, Workplace
from tests.newsroom.misbehaviour import drip, status
from tests.newsroom.server import Newsroom
from tests.newsroom.stock import articles
from tests.test_frontier import wait_for


def ends_cleanly(process: subprocess.Popen[str], within: float) -> None:
    """Send Ctrl-C to a crawl. within: seconds that it has to end."""
    process.send_signal(signal.SIGINT)
    _, errors = process.communicate(timeout=within)
    assert "run the same command again to go on" in errors
    assert "Traceback" not in errors
    assert process.returncode == 0


def test_ctrl_c_is_not_kept_waiting_by_a_host_that_asked_for_a_pause(newsroom: Newsroom, workplace: Workplace) -> None:
    newsroom.misbehave("/robots.txt", status(429, "300"))
    process = workplace.start_crawl(newsroom)
    wait_for(newsroom, 1)
    while not workplace.rows("SELECT why FROM hosts WHERE paused_until IS NOT NULL"):
        assert process.poll() is None
        time.sleep(0.02)
    ends_cleanly(process, within=30)
    assert newsroom.paths() == ["/robots.txt"]


def test_ctrl_c_twice_breaks_a_crawl_off_and_says_so(newsroom: Newsroom, workplace: Workplace) -> None:
    for article in articles().values():
        newsroom.misbehave(article.url.partition("example")[2], drip(30, pieces=2))
    process = workplace.start_crawl(newsroom)
    wait_for(newsroom, 5)  # robots.txt, three listings, a story that takes half a minute
    process.send_signal(signal.SIGINT)
    while process.poll() is None:
        process.send_signal(signal.SIGINT)
        time.sleep(0.2)
    _, errors = process.communicate(timeout=60)
    assert "run the same command again to go on" in errors
    assert "Traceback" not in errors
    assert process.returncode == 1
    assert workplace.value("PRAGMA integrity_check") == "ok"


def test_ctrl_c_ends_a_crawl_cleanly_and_the_next_one_goes_on(newsroom: Newsroom, workplace: Workplace) -> None:
    for article in articles().values():
        newsroom.misbehave(article.url.partition("example")[2], drip(0.2, pieces=2))
    process = workplace.start_crawl(newsroom)
    wait_for(newsroom, 12)
    ends_cleanly(process, within=60)
    stored = workplace.value("SELECT count(*) FROM stories")
    assert isinstance(stored, int) and stored > 0
    newsroom.behave()
    assert workplace.crawl(newsroom).returncode == 0
    after = workplace.value("SELECT count(*) FROM stories")
    assert isinstance(after, int) and after > stored
    assert workplace.value("SELECT count(*) FROM (SELECT key FROM stories GROUP BY key HAVING count(*) > 1)") == 0


def test_ctrl_c_ends_a_command_that_does_not_crawl_in_one_line(tmp_path: Path) -> None:
    slow = tmp_path / "schedule.toml"
    os.mkfifo(slow)
    command = [sys.executable, "-m", "scrapy", "schedule", str(slow)]
    process = subprocess.Popen(command, cwd=ROOT, stderr=subprocess.PIPE, text=True)
    with slow.open("w"):  # as soon as the command reads
        process.send_signal(signal.SIGINT)
        _, errors = process.communicate(timeout=60)
    assert errors == "scrapy schedule: stopped by Ctrl-C\n"
    assert process.returncode == 130
