"""The Sample Courier as a real HTTP server on the loopback, for tests: at any moment of its week, well-behaved or not.

    with Newsroom() as newsroom:
        newsroom.at = datetime(2026, 3, 5, 12, tzinfo=ZONE)
        newsroom.misbehave("/news/1981201", status(503, "1"), times=2)
        ... newsroom.url("/feeds/home") ... newsroom.log

`python -m tests.newsroom.server` serves it until interrupted, to look at in a browser.
"""

from __future__ import annotations

import sys
import time
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime, timedelta
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Event, Lock, Thread
from types import TracebackType
from typing import Literal
from urllib.parse import urlsplit

from .misbehaviour import TROUBLES, Exchange, Trouble
from .paper import HOST, Answer, answer
from .stock import HOME, LAST_DAY, ZONE, articles

EVENING = datetime(LAST_DAY.year, LAST_DAY.month, LAST_DAY.day, 20, tzinfo=ZONE)
BEFALLEN = 1981201  # the story that /trouble/<name> befalls


@dataclass(frozen=True, slots=True)
class Access:
    """A request the server saw. path with its query; at: seconds of time.monotonic() when it came in."""

    method: str
    path: str
    at: float
    agent: str | None
    moment: datetime | None = None  # by the newsroom's clock


class Newsroom:
    """The server. at: the moment the paper is shown at (default: the last evening of its week). layout: "usual", or
    "redesign" for the same stories in quite other markup. log: every request so far, in order.
    Links in pages point to the server itself, unless it is asked with the paper's own Host header."""

    def __init__(
        self, at: datetime = EVENING, layout: Literal["usual", "redesign"] = "usual", host: str = "127.0.0.1"
    ) -> None:
        self.host = host
        self.at = at
        self.layout = layout
        self.log: list[Access] = []
        self._troubles: dict[str, tuple[Trouble, int | None]] = {}
        self._outage: Trouble | None = None
        self._lock = Lock()
        self._closing = Event()
        self._server = ThreadingHTTPServer((host, 0), _handler(self))
        self._server.daemon_threads = True
        self._server.block_on_close = False
        self._thread = Thread(target=self._server.serve_forever, args=(0.02,), name="newsroom", daemon=True)

    @property
    def at(self) -> datetime:
        """The moment the paper is shown at."""
        return self._at

    @at.setter
    def at(self, moment: datetime) -> None:
        if moment.tzinfo is None:
            raise ValueError(f"moment {moment} has no time zone: give an aware datetime")
        self._at = moment
        self._set = time.monotonic()

    @property
    def now(self) -> datetime:
        """What a clock shows that was set to the paper's moment when that was set: the time in which crawls live."""
        return self._at + timedelta(seconds=time.monotonic() - self._set)

    @property
    def base(self) -> str:
        """The server's own address, without a slash at its end."""
        return f"http://{self.host}:{self._server.server_port}"

    def url(self, path: str) -> str:
        """A path on this server; a URL of the paper is taken for its path."""
        return self.base + path.removeprefix(HOME)

    def misbehave_everywhere(self, trouble: Trouble) -> None:
        """Let trouble befall every request, as in an outage, until behave()."""
        self._outage = trouble

    def misbehave(self, path: str, trouble: Trouble, times: int | None = None) -> None:
        """Let trouble befall every request for path (its query aside), or only the next times of them."""
        self._troubles[urlsplit(path).path] = (trouble, times)

    def behave(self, path: str | None = None) -> None:
        """End the trouble at path, or all of it."""
        if path is None:
            self._troubles.clear()
            self._outage = None
        else:
            self._troubles.pop(urlsplit(path).path, None)

    def paths(self) -> list[str]:
        """The paths asked for so far, in order."""
        return [access.path for access in self.log]

    def __enter__(self) -> Newsroom:
        self._thread.start()
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, tb: TracebackType | None) -> None:
        self._closing.set()
        self._server.shutdown()
        self._server.server_close()
        self._thread.join()

    def _note(self, access: Access) -> None:
        with self._lock:
            self.log.append(access)

    def _trouble(self, path: str) -> Trouble | None:
        with self._lock:
            trouble, times = self._troubles.get(path, (None, None))
            if trouble and times is not None:
                if times <= 0:
                    return None
                self._troubles[path] = (trouble, times - 1)
        return self._outage or trouble or TROUBLES.get(path.removeprefix("/trouble/"))

    def _answer(self, target: str, host: str) -> Answer:
        parts = urlsplit(target)
        path = f"/news/{BEFALLEN}" if parts.path.startswith("/trouble/") else parts.path
        given = answer(HOME + path + (f"?{parts.query}" if parts.query else ""), self.at, self.layout)
        if (parts.netloc or host) == HOST:
            return given
        body = given.body.replace(HOME.encode(), self.base.encode())
        headers = [(k, v.replace(HOME, self.base)) for k, v in given.headers if k != "Content-Length"]
        return Answer(given.status, (*headers, ("Content-Length", str(len(body)))), body)


def _handler(newsroom: Newsroom) -> type[BaseHTTPRequestHandler]:
    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def do_GET(self) -> None:
            """Answer, or misbehave, and note the access first."""
            path = urlsplit(self.path).path
            target = self.path if "://" not in self.path else self.path[self.path.index("/", 8) :]
            newsroom._note(Access(self.command, target, time.monotonic(), self.headers["User-Agent"], newsroom.now))
            given = newsroom._answer(self.path, self.headers["Host"] or "")
            exchange = Exchange(self, target, given, newsroom._closing)
            try:
                self._serve(exchange, newsroom._trouble(path))
            except ConnectionError:  # the reader left, as a crawler does that has had enough
                self.close_connection = True

        def handle(self) -> None:
            """As http.server does; a reader that is killed is no news."""
            with suppress(ConnectionError):
                super().handle()

        do_HEAD = do_GET  # noqa: N815 - the name is http.server's

        def _serve(self, exchange: Exchange, trouble: Trouble | None) -> None:
            if trouble:
                trouble(exchange)
            elif self.headers["If-None-Match"] == exchange.answer.header("ETag"):
                exchange.start(304, [("ETag", exchange.answer.header("ETag") or "")])
            else:
                exchange.send(exchange.answer)

        def log_message(self, format: str, *args: object) -> None:
            """Say nothing: Newsroom.log holds the accesses."""

    return Handler


def main() -> None:
    """Serve until interrupted."""
    with Newsroom() as newsroom:
        story = articles()[BEFALLEN].url
        sys.stdout.write(f"The Sample Courier of {newsroom.at:%d %B %Y}: {newsroom.base}/  {newsroom.url(story)}\n")
        sys.stdout.flush()
        try:
            Event().wait()
        except KeyboardInterrupt:
            sys.stdout.write("\n")


if __name__ == "__main__":
    main()
