"""What all tests share: where the shared captures lie, and how the project's commands are run."""

from __future__ import annotations

import os
import sqlite3
import subprocess
import sys
from contextlib import closing
from pathlib import Path

import pytest

from tests.newsroom.fixtures import newsroom, sample, truth
from tests.newsroom.server import Newsroom

__all__ = ["newsroom", "sample", "truth"]

MODULES = "crawler.spiders,tests.newsroom.spider"
HURRIED: dict[str, object] = {
    "SPIDER_MODULES": MODULES,
    "DOWNLOAD_DELAY": 0.01,
    "AUTOTHROTTLE_ENABLED": False,
    "ALLOWED_PRIVATE": "127.0.0.1",
}

ROOT = Path(__file__).resolve().parent.parent
SHARED = Path(os.environ.get("SHARED", ROOT.parent / "shared"))


@pytest.fixture
def captures() -> Path:
    """The folder of real captures, which is no part of the repository."""
    folder = SHARED / "captures"
    if not folder.is_dir():
        pytest.skip(f"no real captures: {folder} is absent")
    return folder


class Workplace:
    """A folder with a database and an archive of its own, in which the project's commands run."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.database = folder / "news.db"
        self.archive = folder / "warc"
        self.newsroom: Newsroom | None = None

    def scrapy(
        self, *arguments: str | Path, timeout: float = 100, **settings: object
    ) -> subprocess.CompletedProcess[str]:
        """Run a command of the project, its settings DATABASE and ARCHIVE in this folder."""
        command, environment = self._command(arguments, settings)
        return subprocess.run(
            command, cwd=ROOT, capture_output=True, text=True, timeout=timeout, check=False, env=environment
        )

    def _command(
        self, arguments: tuple[str | Path, ...], settings: dict[str, object]
    ) -> tuple[list[str], dict[str, str]]:
        settings = {"DATABASE": self.database, "ARCHIVE": self.archive, **settings}
        command = [sys.executable, "-m", "scrapy", *map(str, arguments)]
        for name, value in settings.items():
            command += ["-s", f"{name}={value}"]
        environment = dict(os.environ)
        if self.newsroom:  # the command lives at the moment of its paper
            environment |= {"NEWSROOM": f"{self.newsroom.base}/", "NEWSROOM_NOW": self.newsroom.now.isoformat()}
        return command, environment

    def crawl(self, newsroom: Newsroom, *arguments: str, **settings: object) -> subprocess.CompletedProcess[str]:
        """Crawl the newsroom's paper as it stands at its moment, with a pause as short as can be between requests:
        with none, Scrapy 2.19 sends them all at once."""
        self.newsroom = newsroom
        return self.scrapy("crawl", "newsroom", *arguments, **{**HURRIED, **settings})

    def start_crawl(self, newsroom: Newsroom, *arguments: str, **settings: object) -> subprocess.Popen[str]:
        """The same, under way: to be interrupted, killed or raced."""
        self.newsroom = newsroom
        command, environment = self._command(("crawl", "newsroom", *arguments), {**HURRIED, **settings})
        pipe = subprocess.PIPE
        return subprocess.Popen(command, cwd=ROOT, env=environment, stdout=pipe, stderr=pipe, text=True)

    def replay(self, other: Workplace, *arguments: str, **settings: object) -> subprocess.CompletedProcess[str]:
        """Replay what another workplace has archived of the newsroom."""
        self.newsroom = other.newsroom
        return self.scrapy(
            "replay", other.archive, "--publisher", "newsroom", *arguments, SPIDER_MODULES=MODULES, **settings
        )

    def rows(self, sql: str, *parameters: object) -> list[tuple[object, ...]]:
        """What the database answers."""
        with closing(sqlite3.connect(self.database)) as connection:
            return connection.execute(sql, parameters).fetchall()

    def value(self, sql: str, *parameters: object) -> object:
        """The first column of the first row."""
        return self.rows(sql, *parameters)[0][0]


@pytest.fixture
def workplace(tmp_path: Path) -> Workplace:
    return Workplace(tmp_path)
