"""What all tests share: where the shared captures lie, and how the project's commands are run."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

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

    def scrapy(
        self, *arguments: str | Path, timeout: float = 100, **settings: object
    ) -> subprocess.CompletedProcess[str]:
        """Run a command of the project, its settings DATABASE and ARCHIVE in this folder."""
        settings = {"DATABASE": self.database, "ARCHIVE": self.archive, **settings}
        command = [sys.executable, "-m", "scrapy", *map(str, arguments)]
        for name, value in settings.items():
            command += ["-s", f"{name}={value}"]
        return subprocess.run(command, cwd=ROOT, capture_output=True, text=True, timeout=timeout, check=False)

    def rows(self, sql: str, *parameters: object) -> list[tuple[object, ...]]:
        """What the database answers."""
        import sqlite3

        with sqlite3.connect(self.database) as connection:
            return connection.execute(sql, parameters).fetchall()


@pytest.fixture
def workplace(tmp_path: Path) -> Workplace:
    return Workplace(tmp_path)
