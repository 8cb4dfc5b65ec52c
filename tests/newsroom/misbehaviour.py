"""The ways in which the newsroom's server can misbehave, each a Trouble: what it does with one exchange.

A Trouble is put on a path with Newsroom.misbehave(), or met under /trouble/<name> (TROUBLES lists the names), where it
befalls an ordinary story. Pure standard library; every wait ends when the server closes.
"""

from __future__ import annotations

import socket
import struct
import zlib
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime
from functools import cache
from http.server import BaseHTTPRequestHandler
from threading import Event
from urllib.parse import parse_qs, urlsplit

from .paper import Answer

MIB = 1 << 20
HUGE_PAGE = 50_000_000
BOMB = 512 * MIB
NESTED_TAGS = 100_000


@dataclass(frozen=True, slots=True)
class Exchange:
    """One request under way. path: as asked, with its query. answer: what a well-behaved server would send (given to it
    by the paper, links rewritten). closing is set when the server shuts down."""

    handler: BaseHTTPRequestHandler
    path: str
    answer: Answer
    closing: Event

    def send(self, answer: Answer) -> None:
        """Send an answer whole, with the length it really has."""
        headers = [(k, v) for k, v in answer.headers if k.lower() != "content-length"]
        self.start(answer.status, [*headers, ("Content-Length", str(len(answer.body)))])
        self.write(answer.body)

    def start(self, status: int, headers: list[tuple[str, str]]) -> None:
        """Send the status line and headers as they are."""
        self.handler.send_response_only(status)
        for name, value in headers:
            self.handler.send_header(name, value)
        self.handler.end_headers()

    def write(self, data: bytes) -> None:
        """Send a piece of body, if the method has one."""
        if self.handler.command != "HEAD":
            self.handler.wfile.write(data)

    def hang_up(self) -> None:
        """Let the connection end after this exchange."""
        self.handler.close_connection = True


Trouble = Callable[[Exchange], None]


def status(code: int, retry_after: str | timedelta | None = None) -> Trouble:
    """An error page. retry_after: a text as it stands, or a span that is told as an HTTP date."""

    def trouble(exchange: Exchange) -> None:
        headers = [("Content-Type", "text/html; charset=UTF-8")]
        if isinstance(retry_after, timedelta):
            headers.append(("Retry-After", format_datetime(datetime.now(UTC) + retry_after, usegmt=True)))
        elif retry_after is not None:
            headers.append(("Retry-After", retry_after))
        exchange.send(Answer(code, tuple(headers), f"<html><body><h1>Error {code}</h1></body></html>".encode()))

    return trouble


def redirect(to: str, code: int = 302) -> Trouble:
    """A redirect, to another host too."""

    def trouble(exchange: Exchange) -> None:
        exchange.send(
            Answer(code, (("Location", to), ("Content-Type", "text/html")), b"<html><body>Moved</body></html>")
        )

    return trouble


def redirect_loop(exchange: Exchange) -> None:
    """Two URLs that send the reader to each other for ever."""
    redirect(f"{urlsplit(exchange.path).path}?hop={1 - _hop(exchange) % 2}")(exchange)


def redirect_chain(length: int) -> Trouble:
    """length redirects, and then the page."""

    def trouble(exchange: Exchange) -> None:
        hop = _hop(exchange)
        if hop >= length:
            exchange.send(exchange.answer)
        else:
            redirect(f"{urlsplit(exchange.path).path}?hop={hop + 1}")(exchange)

    return trouble


def _hop(exchange: Exchange) -> int:
    return int(parse_qs(urlsplit(exchange.path).query).get("hop", ["0"])[0])


def drip(seconds: float, pieces: int = 20) -> Trouble:
    """The page, in so many pieces, spread over so many seconds."""

    def trouble(exchange: Exchange) -> None:
        body = exchange.answer.body
        exchange.hang_up()
        exchange.start(exchange.answer.status, list(exchange.answer.headers))
        size = len(body) // pieces + 1
        for start in range(0, len(body), size):
            exchange.write(body[start : start + size])
            if exchange.closing.wait(seconds / pieces):
                return

    return trouble


def silence(exchange: Exchange) -> None:
    """The request is taken and nothing is ever said."""
    exchange.hang_up()
    exchange.closing.wait()


def cut_off(share: float = 0.5) -> Trouble:
    """The page breaks off after a share of the length that its header promises."""

    def trouble(exchange: Exchange) -> None:
        exchange.hang_up()
        exchange.start(exchange.answer.status, list(exchange.answer.headers))
        exchange.write(exchange.answer.body[: int(len(exchange.answer.body) * share)])

    return trouble


def reset(exchange: Exchange) -> None:
    """The connection is reset before a word is said."""
    exchange.hang_up()
    _reset(exchange.handler.connection)


def reset_in_body(exchange: Exchange) -> None:
    """The connection is reset half-way down the page."""
    cut_off()(exchange)
    _reset(exchange.handler.connection)


def _reset(connection: socket.socket) -> None:
    connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
    connection.close()


def charset(declared: str | None, actual: str) -> Trouble:
    """The page encoded in one charset and declared in another, or in none. Its own meta tag says utf-8."""

    def trouble(exchange: Exchange) -> None:
        content_type = "text/html" + (f"; charset={declared}" if declared else "")
        body = exchange.answer.body.decode("utf-8").encode(actual, "xmlcharrefreplace")
        exchange.send(_changed(exchange.answer, body, content_type))

    return trouble


def content_type(declared: str | None) -> Trouble:
    """The page under a Content-Type that it is not, or under none."""

    def trouble(exchange: Exchange) -> None:
        exchange.send(_changed(exchange.answer, exchange.answer.body, declared))

    return trouble


def binary(exchange: Exchange) -> None:
    """Bytes that are no text, called HTML."""
    noise = b"".join(zlib.crc32(struct.pack("I", n)).to_bytes(4, "big") for n in range(8192))
    exchange.send(_changed(exchange.answer, b"\x89PNG\r\n\x1a\n\x00" + noise, "text/html; charset=UTF-8"))


def empty(exchange: Exchange) -> None:
    """200 and not a byte."""
    exchange.send(_changed(exchange.answer, b"", "text/html; charset=UTF-8"))


def gzipped(exchange: Exchange) -> None:
    """The page in gzip: no trouble at all, and what most papers send."""
    packer = zlib.compressobj(9, zlib.DEFLATED, zlib.MAX_WBITS | 16)
    body = packer.compress(exchange.answer.body) + packer.flush()
    exchange.send(_changed(exchange.answer, body, "text/html; charset=UTF-8", ("Content-Encoding", "gzip")))


def gzip_bomb(exchange: Exchange) -> None:
    """Half a megabyte that unpacks to half a gigabyte."""
    exchange.send(_changed(exchange.answer, _bomb(BOMB), "text/html; charset=UTF-8", ("Content-Encoding", "gzip")))


def gzip_broken(exchange: Exchange) -> None:
    """A body that is called gzip and is not."""
    answer = exchange.answer
    exchange.send(_changed(answer, answer.body, "text/html; charset=UTF-8", ("Content-Encoding", "gzip")))


@cache
def _bomb(size: int) -> bytes:
    """A sound gzip stream of size spaces: one deflated chunk, which ends on a byte, repeated."""
    chunk = b" " * MIB
    packer = zlib.compressobj(9, zlib.DEFLATED, -zlib.MAX_WBITS)
    packed = packer.compress(chunk) + packer.flush(zlib.Z_FULL_FLUSH)
    check = 0
    for _ in range(size // MIB):
        check = zlib.crc32(chunk, check)
    end = b"\x03\x00" + struct.pack("<II", check, size & 0xFFFFFFFF)
    return b"\x1f\x8b\x08\x00\x00\x00\x00\x00\x00\xff" + packed * (size // MIB) + end


def huge_page(exchange: Exchange) -> None:
    """A page of 50 MB, as long as it says."""
    exchange.hang_up()
    exchange.start(200, [("Content-Type", "text/html; charset=UTF-8"), ("Content-Length", str(HUGE_PAGE))])
    for piece in _huge(exchange.answer.body):
        exchange.write(piece)
        if exchange.closing.is_set():
            return


def _huge(body: bytes) -> Iterator[bytes]:
    filler = b"<p>The minutes of the meeting were read, and were found to be long.</p>\n" * 1000
    head, tail = body.rsplit(b"</body>", 1)
    left = HUGE_PAGE - len(body)
    yield head
    while left > 0:
        yield filler[:left]
        left -= len(filler)
    yield b"</body>" + tail


def nested(exchange: Exchange) -> None:
    """A story below 100,000 tags, none of them closed."""
    deep = b"<html><body>" + b"<div>" * NESTED_TAGS + exchange.answer.body
    exchange.send(_changed(exchange.answer, deep, "text/html; charset=UTF-8"))


def huge_headers(exchange: Exchange) -> None:
    """The page under 200 kB of headers, one of them of 100 kB."""
    more = [(f"X-Courier-{n}", "x" * 1000) for n in range(100)] + [("X-Courier-Long", "y" * 100_000)]
    exchange.start(200, [*exchange.answer.headers, *more])
    exchange.write(exchange.answer.body)


def no_http(exchange: Exchange) -> None:
    """An answer in no known protocol."""
    exchange.hang_up()
    exchange.handler.wfile.write(b"The newsroom is at lunch.\r\n\r\n")


def _changed(answer: Answer, body: bytes, content_type: str | None, *more: tuple[str, str]) -> Answer:
    dropped = ("content-type", "content-length", "etag")
    headers = [(k, v) for k, v in answer.headers if k.lower() not in dropped]
    if content_type:
        headers.append(("Content-Type", content_type))
    return Answer(answer.status, (*headers, *more), body)


TROUBLES: dict[str, Trouble] = {
    "404": status(404),
    "410": status(410),
    "429-seconds": status(429, "1"),
    "429-date": status(429, timedelta(seconds=2)),
    "429-bare": status(429),
    "429-nonsense": status(429, "soon"),
    "429-years": status(429, "999999999"),
    "500": status(500),
    "503": status(503, "1"),
    "403": status(403),
    "redirect-loop": redirect_loop,
    "redirect-chain": redirect_chain(30),
    "redirect-away": redirect("https://elsewhere.example/news/1"),
    "redirect-file": redirect("file:///etc/hostname"),
    "drip": drip(60),
    "silence": silence,
    "cut-off": cut_off(),
    "reset": reset,
    "reset-in-body": reset_in_body,
    "charset-wrong": charset("iso-8859-1", "utf-8"),
    "charset-legacy": charset("utf-8", "cp1256"),
    "charset-none": charset(None, "utf-8"),
    "charset-utf16": charset(None, "utf-16"),
    "charset-unknown": charset("x-courier", "utf-8"),
    "type-wrong": content_type("image/png"),
    "type-none": content_type(None),
    "binary": binary,
    "empty": empty,
    "gzipped": gzipped,
    "gzip-bomb": gzip_bomb,
    "gzip-broken": gzip_broken,
    "huge-page": huge_page,
    "nested": nested,
    "huge-headers": huge_headers,
    "no-http": no_http,
}
