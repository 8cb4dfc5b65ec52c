"""The project deployed to a real scrapyd: `scrapyd-deploy` builds the egg and sends it, scrapyd runs a crawl from it."""

from __future__ import annotations

import json
import shutil
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any
from urllib.parse import urlencode
from urllib.request import urlopen

import pytest

from crawler.extraction.version import version
from crawler.spiders.sample import SampleSpider
from tests.conftest import ROOT, Workplace

PATIENCE = 60.0  # seconds that scrapyd may take to start, or to run the crawl, on a busy machine
PROJECT = ("crawler", "pipelines", "pyproject.toml", "setup.py", "scrapy.cfg", "README.md")


class Scrapyd:
    """A scrapyd with folders and a port of its own."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        with socket.socket() as free:
            free.bind(("127.0.0.1", 0))
            self.url = f"http://127.0.0.1:{free.getsockname()[1]}/"
        port = self.url.rpartition(":")[2].strip("/")
        (folder / "scrapyd.conf").write_text(f"[scrapyd]\nhttp_port = {port}\npoll_interval = 0.1\n")
        self.log = (folder / "scrapyd.log").open("w+")
        self.process = subprocess.Popen(
            [sys.executable, "-m", "scrapyd"], cwd=folder, stdout=self.log, stderr=subprocess.STDOUT
        )

    def ask(self, service: str, **fields: str | list[str]) -> dict[str, Any]:
        """What a service answers; with fields `setting` and the like it is asked to do something."""
        data = urlencode(fields, doseq=True).encode() if service == "schedule" else None
        query = "" if data else f"?{urlencode(fields)}"
        with urlopen(f"{self.url}{service}.json{query}", data, timeout=PATIENCE) as response:
            answer: dict[str, Any] = json.load(response)
        assert answer["status"] == "ok", answer
        return answer

    def wait(self, done: Callable[[dict[str, Any]], bool], service: str, **fields: str) -> dict[str, Any]:
        """The service's first answer that says that it is done."""
        latest = time.monotonic() + PATIENCE
        while time.monotonic() < latest:
            assert self.process.poll() is None, self.said()
            time.sleep(0.05)
            try:
                answer = self.ask(service, **fields)
            except OSError:
                continue  # it does not listen yet
            if done(answer):
                return answer
        raise AssertionError(f"{service} {fields} took more than {PATIENCE} s: {self.said()}")

    def said(self) -> str:
        return (self.folder / "scrapyd.log").read_text()

    def close(self) -> None:
        self.process.terminate()
        self.process.wait(PATIENCE)
        self.log.close()


@pytest.fixture
def scrapyd(tmp_path: Path) -> Iterator[Scrapyd]:
    folder = tmp_path / "scrapyd"
    folder.mkdir()
    server = Scrapyd(folder)
    try:
        server.wait(lambda answer: True, "daemonstatus")
        yield server
    finally:
        server.close()


@pytest.fixture
def project(tmp_path: Path, scrapyd: Scrapyd) -> Path:
    """A copy of the project, whose [deploy] names the scrapyd: building an egg leaves files behind."""
    folder = tmp_path / "project"
    folder.mkdir()
    for name in PROJECT:
        if (ROOT / name).is_dir():
            shutil.copytree(ROOT / name, folder / name, ignore=shutil.ignore_patterns("__pycache__"))
        else:
            shutil.copy(ROOT / name, folder)
    config = (ROOT / "scrapy.cfg").read_text()
    assert "http://127.0.0.1:6800/" in config
    (folder / "scrapy.cfg").write_text(config.replace("http://127.0.0.1:6800/", scrapyd.url))
    return folder


def test_a_deployed_project_crawls_the_recorded_paper_into_the_database(
    scrapyd: Scrapyd, project: Path, workplace: Workplace, sample: Path
) -> None:
    deploy = [str(Path(sys.executable).with_name("scrapyd-deploy")), "--version", "first"]
    deployed = subprocess.run(deploy, cwd=project, capture_output=True, text=True, timeout=PATIENCE, check=False)
    assert deployed.returncode == 0, deployed.stdout + deployed.stderr
    shutil.rmtree(project)  # from here on there is only the egg
    assert {"dawn", "sample", "site"} <= set(scrapyd.ask("listspiders", project="crawler")["spiders"])

    setting = [f"DATABASE={workplace.database}", f"ARCHIVE={workplace.archive}", f"RECORDED={sample}"]
    job = scrapyd.ask("schedule", project="crawler", spider="sample", setting=setting)["jobid"]
    done = scrapyd.wait(lambda jobs: bool(jobs["finished"]), "listjobs", project="crawler")["finished"]

    assert [entry["id"] for entry in done] == [job]
    assert workplace.rows("SELECT spider, reason FROM crawls") == [("sample", "finished")], scrapyd.said()
    assert workplace.value("SELECT count(*) FROM stories WHERE published_on IS NOT NULL AND body <> ''") > 90
    # The egg holds every file of the extraction, or it would be another one.
    read_by = workplace.rows("SELECT DISTINCT extraction FROM fetches WHERE extraction IS NOT NULL")
    assert read_by == [(version(SampleSpider.layout),)]
