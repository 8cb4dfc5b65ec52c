"""What a crawl shows on a terminal while it runs: what it has come to, and how long it will last, however narrow."""

from __future__ import annotations

import fcntl
import os
import pty
import re
import struct
import subprocess
import termios

import pytest

from tests.conftest import HURRIED, ROOT, Workplace
from tests.newsroom.server import Newsroom

LONG = "the-paper-of-the-united-provinces-and-all-their-outlying-islands"
COUNTS = r"\d+ stories, \d+\.\d/s, \d+ queued, \d+ failures"


def on_a_terminal(workplace: Workplace, newsroom: Newsroom, width: int, label: str) -> list[str]:
    """The states of the line that a crawl shows on a terminal of so many columns."""
    workplace.newsroom = newsroom
    settings = HURRIED | {"PROGRESS_LABEL": label, "DOWNLOAD_DELAY": 0.02}
    command, environment = workplace._command(("crawl", "newsroom"), settings)
    shown, terminal = pty.openpty()
    fcntl.ioctl(terminal, termios.TIOCSWINSZ, struct.pack("HHHH", 24, width, 0, 0))
    environment = {name: value for name, value in environment.items() if name not in ("COLUMNS", "LINES", "NO_COLOR")}
    process = subprocess.Popen(
        command,
        cwd=ROOT,
        env=environment | {"TERM": "xterm"},
        stdin=terminal,
        stdout=subprocess.DEVNULL,
        stderr=terminal,
    )
    os.close(terminal)
    screen = b""
    while True:
        try:
            screen += os.read(shown, 65536)
        except OSError:  # the other end is closed: the crawl is over
            break
    os.close(shown)
    assert process.wait(timeout=60) == 0
    plain = re.sub(r"\x1b\[[0-9;?]*[a-zA-Z]", "", screen.decode())
    return [line.rstrip() for line in re.split(r"[\r\n]+", plain) if "stories" in line]


@pytest.mark.parametrize(
    ("width", "label", "line"),
    [
        (160, "newsroom", rf". newsroom \S+ \d+ pages, {COUNTS} \d+:\d\d:\d\d left \S+"),
        (80, LONG, rf"the-paper-of-th… {COUNTS} left \S+"),
        (60, LONG, COUNTS),
    ],
)
def test_the_line_says_stories_rate_queue_failures_and_time_left(
    width: int, label: str, line: str, newsroom: Newsroom, workplace: Workplace
) -> None:
    states = on_a_terminal(workplace, newsroom, width, label)
    assert len(states) > 3
    assert all(len(state) <= width for state in states)
    assert re.fullmatch(line, states[-1]), states[-1]
