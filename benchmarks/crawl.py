"""A whole crawl with everything on, beside a plain one: `python -m benchmarks.crawl [PAGES]`.

In: the pages of the folder BENCH, or of the recorded sample paper where that is absent, served from the loopback by a
process of its own; PAGES, where given, is how many to serve, the same ones again under other addresses. Out: pages a
second of each crawl, each in a process of its own held to one core, and their ratio; the memory of ours as it goes on.
Ours captures, extracts, dedupes and stores. The plain one is a Scrapy spider that calls trafilatura's bare_extraction
and inserts a row a page. Both ask without a pause, so that the work is what is measured.
"""

from __future__ import annotations

import multiprocessing
import os
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from multiprocessing.connection import Connection
from pathlib import Path
from typing import Any

from benchmarks.crawlers import LISTED
from benchmarks.sidebar_pages import BENCH
from crawler.archive.reader import Record, records

ROOT = Path(__file__).resolve().parent.parent
SAMPLE = ROOT / "data" / "sample"
GOAL = 2.5  # times the pages a second of the plain crawl


def bodies() -> list[bytes]:
    """The pages to serve: those of the benchmark, else the sample paper's stories."""
    if (BENCH / "corpora.py").exists():
        sys.path.insert(0, str(BENCH))
        from corpora import pages

        return [page["html"] for page in pages()]
    return [record.body for record in records([SAMPLE]) if "/news/" in record.url and as_it_stands(record)]


def as_it_stands(record: Record) -> bool:
    return record.status == 200 and not any(name.lower() == b"content-encoding" for name, _ in record.headers)


class _Handler(BaseHTTPRequestHandler):
    """/served/N is page N; /index/N lists so many of them."""

    protocol_version = "HTTP/1.1"
    pages: list[bytes]
    number: int

    def do_GET(self) -> None:
        kind, _, number = self.path.strip("/").partition("/")
        if kind == "served":
            self._answer(200, self.pages[int(number) % len(self.pages)])
        elif kind == "index":
            listed = range(int(number) * LISTED, min((int(number) + 1) * LISTED, self.number))
            self._answer(200, "".join(f'<p><a href="/served/{page}">{page}</a>' for page in listed).encode())
        else:
            self._answer(404, b"")

    def _answer(self, status: int, body: bytes) -> None:
        self.send_response(status)
        self.send_header("Content-Type", "text/html")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, format: str, *args: Any) -> None:
        pass


class _Server(ThreadingHTTPServer):
    request_queue_size = 64  # of the 8 connections that a crawl opens at once, more than the usual 5 may be waiting


def serve(number: int | None, tell: Connection) -> None:
    """Serve until terminated; tell the port and how many pages there are."""
    _Handler.pages = bodies()
    _Handler.number = number or len(_Handler.pages)
    server = _Server(("127.0.0.1", 0), _Handler)
    tell.send((server.server_port, _Handler.number))
    server.serve_forever()


@contextmanager
def server(number: int | None) -> Iterator[tuple[str, int]]:
    """A server in a process of its own: its address and how many pages it has."""
    ours, its = multiprocessing.Pipe()
    process = multiprocessing.get_context("spawn").Process(target=serve, args=(number, its), daemon=True)
    process.start()
    try:
        port, pages = ours.recv()
        yield f"http://127.0.0.1:{port}/", pages
    finally:
        process.terminate()
        process.join()


@dataclass(slots=True)
class Run:
    """A crawl's figures: pages read, seconds by the clock and of CPU, memory on the way in MB."""

    pages: int
    seconds: float
    cpu: float
    memory: list[float]


def run(which: str, home: str, pages: int) -> Run:
    """One crawl in a process and a folder of its own."""
    with tempfile.TemporaryDirectory() as folder:
        command = [sys.executable, "-m", "benchmarks.crawlers", which, home, str(pages)]
        environment = {**os.environ, "PYTHONPATH": str(ROOT), "SCRAPY_SETTINGS_MODULE": "crawler.settings"}
        done = subprocess.run(command, cwd=folder, env=environment, stdout=subprocess.PIPE, text=True, check=True)
    read, seconds, cpu, *memory = done.stdout.split()
    return Run(int(read), float(seconds), float(cpu), [float(each) for each in memory])


def main(number: int | None = None) -> None:
    with server(number) as (home, pages):
        print(f"{pages:,} pages from {BENCH if (BENCH / 'corpora.py').exists() else SAMPLE}, one core a crawl")
        runs = {which: run(which, home, pages) for which in ("ours", "plain")}
    for which, of in runs.items():
        print(
            f"{which:6}{of.pages:8,} pages {pages / of.seconds:8.1f} a second by the clock {pages / of.cpu:8.1f} by CPU"
            f"   memory on the way, MB: {' '.join(f'{each:.0f}' for each in of.memory)}"
        )
    ours, plain = runs["ours"], runs["plain"]
    print(f"ratio: {plain.seconds / ours.seconds:.2f} by the clock, {plain.cpu / ours.cpu:.2f} by CPU (goal {GOAL})")


if __name__ == "__main__":
    main(int(sys.argv[1]) if len(sys.argv) > 1 else None)
