"""A web server on loopback that a test scripts page by page, and real crawls of it in a process of their own."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parents[2]


@dataclass
class Answer:
    """What a path gives. headers may repeat. delay: seconds before anything is sent."""

    body: bytes = b""
    status: int = 200
    headers: list[tuple[str, str]] = field(default_factory=lambda: [("Content-Type", "text/html; charset=utf-8")])
    delay: float = 0
    chunks: list[bytes] | None = None


Script = dict[str, Answer | Callable[[int], Answer]]  # a function is given how often the path was asked for before


@dataclass
class Site:
    port: int
    script: Script
    asked: list[tuple[float, str]] = field(default_factory=list)

    def url(self, path: str, host: str = "127.0.0.1") -> str:
        return f"http://{host}:{self.port}{path}"

    def times(self, path: str) -> list[float]:
        return [moment for moment, asked in self.asked if asked == path]

    def paths(self) -> list[str]:
        return [path for _, path in self.asked]


@contextmanager
def serve(script: Script) -> Iterator[Site]:
    """A running site that gives the script's answers, 404 for other paths, and keeps what it was asked for."""

    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def do_GET(self) -> None:
            before = len(site.times(self.path))
            site.asked.append((time.monotonic(), self.path))
            answer = script.get(self.path, Answer(b"nothing here", 404))
            answer = answer(before) if callable(answer) else answer
            time.sleep(answer.delay)
            self.send_response(answer.status)
            for name, value in answer.headers:
                self.send_header(name, value)
            if answer.chunks is None:
                self.send_header("Content-Length", str(len(answer.body)))
                self.end_headers()
                self.wfile.write(answer.body)
                return
            self.send_header("Transfer-Encoding", "chunked")
            self.end_headers()
            for chunk in [*answer.chunks, b""]:
                self.wfile.write(f"{len(chunk):x}\r\n".encode() + chunk + b"\r\n")

        def log_message(self, *args: Any) -> None:
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    site = Site(server.server_port, script)
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02})
    thread.start()
    try:
        yield site
    finally:
        server.shutdown()
        thread.join()
        server.server_close()


QUIET = {"LOG_LEVEL": "INFO", "TELNETCONSOLE_ENABLED": False, "REMOTE_CONTROL_ENABLED": False}

SPIDER = """
import scrapy

class Reader(scrapy.Spider):
    name = "reader"
    custom_settings = SETTINGS
    urls = URLS
    allowed_domains = globals().get("domains", [])

    async def start(self):
        for url in self.urls:
            yield scrapy.Request(url, self.read, errback=self.fail, dont_filter=True)

    def read(self, response):
        capture, at = response.meta.get("capture"), response.meta.get("captured_at")
        yield {
            "url": response.url, "status": response.status, "body": response.body.decode("latin-1"),
            "headers": sorted((str(name), list(map(str, values))) for name, values in response.headers.items()),
            "capture": capture and [capture.file, capture.offset, capture.digest], "captured_at": at and at.isoformat(),
        }

    def fail(self, failure):
        response = getattr(failure.value, "response", None)
        yield {"url": failure.request.url, "status": response and response.status,
               "error": failure.type.__name__, "message": str(failure.value)}
"""


@dataclass
class Crawl:
    """What a finished crawl gave: its items, its log and how it closed."""

    items: list[dict[str, Any]]
    log: str

    def item(self, url: str) -> dict[str, Any]:
        return next(item for item in self.items if item["url"] == url)


def spider_file(folder: Path, urls: list[str], settings: dict[str, Any]) -> Path:
    """A spider that reads the URLs and tells what it got, with these settings, outside of any project."""
    path = folder / "reader.py"
    path.write_text(SPIDER.replace("SETTINGS", repr(QUIET | settings)).replace("URLS", repr(urls)))
    return path


def command(path: Path) -> list[str]:
    """What runs a spider; its items go to standard output, a line each."""
    return [sys.executable, "-m", "scrapy", "runspider", str(path), "-o", "-:jsonlines"]


def environment() -> dict[str, str]:
    """That of a process outside of any project, though one was loaded in this one."""
    mine = {name: value for name, value in os.environ.items() if name != "SCRAPY_SETTINGS_MODULE"}
    return mine | {"PYTHONPATH": str(ROOT)}


def crawl(folder: Path, urls: list[str], settings: dict[str, Any], before: str = "") -> Crawl:
    """Read the URLs with a real spider in a process of its own, which runs the code `before` first."""
    spider = spider_file(folder, urls, settings)
    spider.write_text(before + spider.read_text())
    run = subprocess.run(command(spider), cwd=folder, env=environment(), capture_output=True, text=True, timeout=60)
    assert run.returncode == 0, run.stderr
    return Crawl([json.loads(line) for line in run.stdout.splitlines()], run.stderr)
