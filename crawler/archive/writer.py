"""Every response of a crawl to a WARC file, byte for byte as it came, before anything decodes or reads it.

In: Scrapy's signal response_downloaded. Out: <spider>-<UTC timestamp>-<pid>-<number>.warc.gz in the folder that the
setting ARCHIVE names, and in request.meta where the capture lies. Format: WARC 1.1 (ISO 28500:2017), a gzip member a
record.
"""

from __future__ import annotations

import base64
import hashlib
import logging
import os
import re
from dataclasses import dataclass
from datetime import UTC, datetime
from http import HTTPStatus
from importlib.metadata import version
from io import FileIO
from pathlib import Path
from typing import Self
from urllib.parse import urldefrag, urlsplit
from uuid import uuid4

from isal import igzip_lib
from scrapy import Request, signals
from scrapy.crawler import Crawler
from scrapy.exceptions import CloseSpider, NotConfigured
from scrapy.http import Headers, Response
from scrapy.settings import BaseSettings
from scrapy.utils.defer import deferred_from_coro

from crawler.items import Capture
from pipelines.session import Session

logger = logging.getLogger(__name__)

# Of ISA-L's levels. Pages that come uncompressed take a seventh more room than by zlib-ng's level 5, in a quarter of its
# time and a tenth of that of Python's own zlib; those that come compressed, as most papers send them, take the same.
COMPRESSION = 2
ROTATE_AT = 1_000_000_000  # bytes, at which a new file is begun: the size that the WARC guidelines recommend
# Below this many bytes a reference to a body is as large as the body. Within one crawl only, so that its files are whole.
SMALLEST_REVISIT = 512
REMEMBERED = 20_000  # bodies, the latest: some ten megabytes, and what repeats mostly repeats soon
REVISIT_PROFILE = "http://netpreserve.org/warc/1.1/revisit/identical-payload-digest"
# Ours, beside the standard's own references, which name no file: where a body lies, without an index.
REFERS_TO_FILE = "WARC-Refers-To-Filename"
REFERS_TO_OFFSET = "WARC-Refers-To-File-Offset"
HTTP_RESPONSE = "application/http; msgtype=response"
HTTP_REQUEST = "application/http; msgtype=request"
WARC_FIELDS = "application/warc-fields"
UNARCHIVED = "unarchived"  # in request.meta: why its response is in no archive
# Settings by which a later reader can tell how the crawl behaved.
NAMED_SETTINGS = (
    "CONCURRENT_REQUESTS",
    "CONCURRENT_REQUESTS_PER_DOMAIN",
    "DOWNLOAD_DELAY",
    "DOWNLOAD_MAXSIZE",
    "DOWNLOAD_TIMEOUT",
)


@dataclass(frozen=True, slots=True)
class Written:
    """Where a response was written, and the instant its record states."""

    capture: Capture
    captured_at: datetime


@dataclass(frozen=True, slots=True)
class _Payload:
    """A record that a later one with the same body refers to."""

    record_id: str
    url: str
    written: Written


class WarcWriter:
    """WARC files of one crawl in one folder. `info` is what their warcinfo records say. A body that the crawl has met
    before is written as a revisit, which refers to the first. A file of rotate_at bytes is followed by a new one.

    Raises OSError where the disk does not take a record; the file then ends with the last whole record.
    """

    def __init__(self, folder: Path, stem: str, info: dict[str, str], rotate_at: int = ROTATE_AT):
        self.folder = folder
        self.path: Path | None = None
        self._stem = stem
        self._info = info
        self._number = 0
        self._file: FileIO | None = None
        self._info_id = ""
        self._rotate_at = rotate_at
        self._met: dict[str, _Payload] = {}

    def write(self, request: Request, response: Response) -> Written:
        """Append a response and its request, flushed to the operating system as one write."""
        file = self._file or self._open()
        assert self.path is not None
        captured_at = datetime.now(UTC).replace(microsecond=0)
        digest = payload_digest(response.body)
        first = self._met.get(digest)
        record_id = new_record_id()
        answer = self._response_record(response, record_id, captured_at, digest, first)
        question = self._request_record(request, captured_at, record_id)
        offset = self._append(file, answer + question)
        written = Written(Capture(file=self.path.name, offset=offset, digest=digest), captured_at)
        if first is None and len(response.body) >= SMALLEST_REVISIT:
            self._met[digest] = _Payload(record_id, response.url, written)
            if len(self._met) > REMEMBERED:
                del self._met[next(iter(self._met))]
        if file.tell() >= self._rotate_at:
            self.close()
        return written

    def sync(self) -> None:
        """Write the file through to the disk, so that a power cut takes nothing of it; a killed crawl loses nothing."""
        if self._file is not None:
            os.fsync(self._file.fileno())

    def close(self) -> None:
        """Write the file through to the disk, and begin another with the next record."""
        self.sync()
        if self._file is not None:
            self._file.close()
            self._file = None

    def _open(self) -> FileIO:
        self.folder.mkdir(parents=True, exist_ok=True)
        while True:
            path = self.folder / f"{self._stem}-{self._number:05d}.warc.gz"
            self._number += 1
            try:
                # A file that is there already is never touched; what a buffer held back would be written after a failure.
                file = path.open("xb", buffering=0)
            except FileExistsError:
                continue
            break
        self.path, self._file = path, file
        self._info_id = new_record_id()
        headers = [
            ("WARC-Type", "warcinfo"),
            ("WARC-Record-ID", self._info_id),
            ("WARC-Filename", path.name),
            ("WARC-Date", warc_date(datetime.now(UTC))),
        ]
        said = "".join(f"{name}: {value}\r\n" for name, value in self._info.items())
        self._append(file, record(headers, WARC_FIELDS, said.encode()))
        return file

    def _append(self, file: FileIO, data: bytes) -> int:
        offset = file.tell()
        left = memoryview(data)
        try:
            while left:  # a disk that is nearly full takes a part
                left = left[file.write(left) :]
        except OSError:
            # Half a record would hide behind it whatever is written later.
            file.truncate(offset)
            file.seek(offset)
            raise
        return offset

    def _response_record(
        self, response: Response, record_id: str, captured_at: datetime, digest: str, first: _Payload | None
    ) -> bytes:
        kind = "response" if first is None else "revisit"
        headers = self._headers(kind, record_id, response.url, captured_at)
        headers.append(("WARC-Payload-Digest", digest))
        if response.ip_address is not None:
            headers.append(("WARC-IP-Address", str(response.ip_address)))
        if reason := truncation(response):
            headers.append(("WARC-Truncated", reason))
        if first is None:
            return record(headers, HTTP_RESPONSE, http_head(response), response.body)
        return record(headers + references(first), HTTP_RESPONSE, http_head(response))

    def _request_record(self, request: Request, captured_at: datetime, concurrent_to: str) -> bytes:
        headers = self._headers("request", new_record_id(), request.url, captured_at)
        headers += [("WARC-Concurrent-To", concurrent_to), ("WARC-Payload-Digest", payload_digest(request.body))]
        return record(headers, HTTP_REQUEST, http_request(request))

    def _headers(self, kind: str, record_id: str, url: str, captured_at: datetime) -> list[tuple[str, str]]:
        return [
            ("WARC-Type", kind),
            ("WARC-Record-ID", record_id),
            ("WARC-Target-URI", urldefrag(url).url),
            ("WARC-Date", warc_date(captured_at)),
            ("WARC-Warcinfo-ID", self._info_id),
        ]


def record(headers: list[tuple[str, str]], content_type: str, *block: bytes) -> bytes:
    """A record with these headers, whose block is given in pieces, as one gzip member: section 4 of the standard, by hand
    because warcio would re-encode header values that are not ASCII, and copies every page some times over."""
    digest = hashlib.sha1(usedforsecurity=False)
    for piece in block:
        digest.update(piece)
    lines = [
        "WARC/1.1",
        *(f"{name}: {value}" for name, value in headers),
        f"WARC-Block-Digest: {labelled(digest.digest())}",
        f"Content-Type: {content_type}",
        f"Content-Length: {sum(map(len, block))}",
    ]
    head = "\r\n".join(lines).encode() + b"\r\n\r\n"
    return igzip_lib.compress(b"".join((head, *block, b"\r\n\r\n")), COMPRESSION, igzip_lib.COMP_GZIP)


def new_record_id() -> str:
    return f"<urn:uuid:{uuid4()}>"


def payload_digest(payload: bytes) -> str:
    """A payload's digest as WARC files label it: SHA-1 in base 32."""
    return labelled(hashlib.sha1(payload, usedforsecurity=False).digest())


def labelled(digest: bytes) -> str:
    return "sha1:" + base64.b32encode(digest).decode()


def warc_date(moment: datetime) -> str:
    return moment.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")


def references(first: _Payload) -> list[tuple[str, str]]:
    """The headers by which a revisit names the record that has its body."""
    return [
        ("WARC-Profile", REVISIT_PROFILE),
        ("WARC-Refers-To", first.record_id),
        ("WARC-Refers-To-Target-URI", urldefrag(first.url).url),
        ("WARC-Refers-To-Date", warc_date(first.written.captured_at)),
        (REFERS_TO_FILE, first.written.capture.file),
        (REFERS_TO_OFFSET, str(first.written.capture.offset)),
    ]


def http_head(response: Response) -> bytes:
    """A response's status line and headers as they were on the wire, save for the chunks that Twisted has joined."""
    protocol = response.protocol if response.protocol in ("HTTP/1.0", "HTTP/1.1") else "HTTP/1.1"
    try:
        phrase = HTTPStatus(response.status).phrase
    except ValueError:
        phrase = ""
    return f"{protocol} {response.status} {phrase}\r\n".encode() + header_lines(response.headers)


def http_request(request: Request) -> bytes:
    """A request as the bytes that were sent; Host is named by Twisted, not in the request's own headers."""
    parts = urlsplit(request.url)
    target = (parts.path or "/") + (f"?{parts.query}" if parts.query else "")
    host = b"" if b"Host" in request.headers else b"Host: " + parts.netloc.rpartition("@")[2].encode("idna") + b"\r\n"
    return f"{request.method} {target} HTTP/1.1\r\n".encode() + host + header_lines(request.headers) + request.body


def header_lines(headers: Headers) -> bytes:
    """Header lines in their order, repeated ones repeated, and the blank line after them.

    A Transfer-Encoding is kept under another name, as Common Crawl does: the body no longer has it.
    """
    lines: list[bytes] = []
    for name, values in headers.items():
        label = b"X-Crawler-Transfer-Encoding" if name.lower() == b"transfer-encoding" else name
        lines.extend(label + b": " + re.sub(rb"[\r\n]+", b" ", value) + b"\r\n" for value in values)
    return b"".join(lines) + b"\r\n"


def truncation(response: Response) -> str | None:
    """Why the body is not whole, in the words of WARC-Truncated."""
    if "dataloss" in response.flags:
        return "disconnect"
    return "unspecified" if "download_stopped" in response.flags else None


class ArchiveWriter:
    """The extension that archives a crawl. Setting ARCHIVE: the folder; empty for no archive.

    After each response request.meta["capture"] is its Capture and request.meta["captured_at"] the aware UTC instant its
    record states. A response whose request says already where it lies (it came from a recording) is not written again.
    Where the disk does not take a record, the crawl closes with a reason that says so, as request.meta["unarchived"] does.
    """

    def __init__(self, crawler: Crawler, folder: Path):
        self.crawler = crawler
        self.folder = folder
        self.writer: WarcWriter | None = None
        self.failure: str | None = None

    @classmethod
    def from_crawler(cls, crawler: Crawler) -> Self:
        if not (folder := crawler.settings.get("ARCHIVE")):
            raise NotConfigured
        extension = cls(crawler, Path(folder))
        connect = crawler.signals.connect
        connect(extension.open, signal=signals.spider_opened)
        connect(extension.forget, signal=signals.request_reached_downloader)
        connect(extension.write, signal=signals.response_downloaded)
        connect(extension.close, signal=signals.spider_closed)
        # What the database says of a capture stays only where the capture does.
        Session.of(crawler).flushing.append(extension.sync)
        return extension

    def open(self) -> None:
        """Make the folder before anything is fetched, so that a crawl that cannot be archived does not start."""
        assert self.crawler.spider is not None
        name = re.sub(r"[^\w.-]", "_", self.crawler.spider.name)
        stem = f"{name}-{datetime.now(UTC):%Y%m%d%H%M%S}-{os.getpid()}"
        try:
            self.folder.mkdir(parents=True, exist_ok=True)
            if not os.access(self.folder, os.W_OK | os.X_OK):
                raise PermissionError(13, "no permission to write there")
        except OSError as error:
            raise CloseSpider(self._failed(error)) from error
        self.writer = WarcWriter(self.folder, stem, warcinfo(name, self.crawler.settings))

    def forget(self, request: Request) -> None:
        """Drop what meta says of an earlier response: redirects and retries are copies of their request."""
        request.meta.pop("capture", None)
        request.meta.pop("captured_at", None)

    def write(self, response: Response, request: Request) -> None:
        """Archive a response that was not read from an archive."""
        if "capture" in request.meta or self.writer is None:
            return
        if self.failure:
            request.meta[UNARCHIVED] = self.failure
            return
        try:
            written = self.writer.write(request, response)
        except OSError as error:
            request.meta[UNARCHIVED] = self._stop(error)
            return
        request.meta["capture"] = written.capture
        request.meta["captured_at"] = written.captured_at
        self.crawler.stats.inc_value("archive/responses")

    def sync(self) -> None:
        if self.writer is None or self.failure:
            return
        try:
            self.writer.sync()
        except OSError as error:
            self._stop(error)

    def close(self) -> None:
        if self.writer is None:
            return
        try:
            self.writer.close()
        except OSError as error:
            self._failed(error)

    def _stop(self, error: OSError) -> str:
        reason = self._failed(error)
        deferred_from_coro(self.crawler.engine.close_spider_async(reason=reason))
        return reason

    def _failed(self, error: OSError) -> str:
        where = self.writer.path if self.writer and self.writer.path else self.folder
        self.failure = f"cannot archive to {where}: {error.strerror or error}"
        self.crawler.stats.set_value("archive/failure", self.failure)
        logger.error("%s; free or change the folder (setting ARCHIVE) and start again", self.failure)
        return self.failure


def warcinfo(spider: str, settings: BaseSettings) -> dict[str, str]:
    """What the first record of each file says: by which software and under which rules it was fetched."""
    said = {
        "software": f"news-morgue (Scrapy/{version('scrapy')})",
        "format": "WARC File Format 1.1",
        "conformsTo": "http://iipc.github.io/warc-specifications/specifications/warc-format/warc-1.1/",
        "isPartOf": spider,
        "robots": "obey" if settings.getbool("ROBOTSTXT_OBEY") else "ignore",
        "http-header-user-agent": str(settings.get("USER_AGENT")),
    }
    return said | {f"setting-{name}": str(settings.get(name)) for name in NAMED_SETTINGS}
