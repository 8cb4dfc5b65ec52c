"""Recorded responses in the place of the network: the whole of Scrapy runs, and no socket can open.

In: the settings RECORDED (paths of recorded pages) and RECORDED_UNTIL (an ISO instant: what was captured later does not
exist). Out: responses with the headers and raw bodies of the record, and request.meta as the archive writer leaves it.
"""

from __future__ import annotations

import os
from collections.abc import Iterable
from datetime import UTC, datetime
from urllib.parse import urldefrag, urlsplit

from scrapy import Request
from scrapy.core.downloader.handlers.base import BaseDownloadHandler
from scrapy.crawler import Crawler
from scrapy.exceptions import DownloadCancelledError
from scrapy.http import Headers, Response
from scrapy.responsetypes import responsetypes
from scrapy.settings import BaseSettings
from w3lib.url import safe_url_string

from crawler.archive.reader import ArchiveError, Location, Record, read, records
from crawler.items import Capture

CONTRACT_PAGES = "tests/pages"
NOT_MODIFIED = 304


class NotRecorded(Exception):
    """A URL that is in none of the recorded files, or was captured only later."""


class Index:
    """Where the captures of each URL lie, in the order of their instants."""

    def __init__(self, found: Iterable[Record]):
        self._captures: dict[str, list[tuple[datetime, Location]]] = {}
        for record in found:
            if record.status == NOT_MODIFIED:  # the answer to a question that nobody asks here
                continue
            self._captures.setdefault(plain_url(record.url), []).append((record.captured_at, record.location))
        for captures in self._captures.values():
            captures.sort(key=lambda capture: capture[0])

    def newest(self, url: str, until: datetime | None) -> Location | None:
        """The last capture of a URL, or the last not after an instant."""
        for captured_at, location in reversed(self._captures.get(plain_url(url), [])):
            if until is None or captured_at <= until:
                return location
        return None


class RecordedHandler(BaseDownloadHandler):
    """Answers a request from the recorded files: with the record that request.meta["record"] names (a Record or its
    Location), or else with the newest capture of its URL. robots.txt that was not recorded is answered with 404.

    Raises NotRecorded, and ArchiveError where the files cannot be read.
    """

    lazy = True

    def __init__(self, crawler: Crawler):
        super().__init__(crawler)
        self._paths = crawler.settings.getlist("RECORDED")
        self._until = instant(crawler.settings.get("RECORDED_UNTIL"))
        self._maxsize = crawler.settings.getint("DOWNLOAD_MAXSIZE")
        self._index: Index | None = None

    async def download_request(self, request: Request) -> Response:
        # A redirect is a copy of its request: what it says of the earlier response is not of this one.
        request.meta.pop("capture", None)
        request.meta.pop("captured_at", None)
        record = self._record(request)
        if record is None:
            return Response(request.url, status=404)
        limit = request.meta.get("download_maxsize", self._maxsize)
        if limit and len(record.body) > limit:
            raise DownloadCancelledError(f"{request.url}: recorded body of {len(record.body)} bytes is over {limit}")
        request.meta["capture"] = Capture(record.capture.file, record.capture.offset, record.capture.digest)
        request.meta["captured_at"] = record.captured_at
        return response(record, request.url)

    def _record(self, request: Request) -> Record | None:
        named = request.meta.get("record")
        if isinstance(named, Location):
            named = read(named)
        # A redirect away from the named record is a request like any other.
        if isinstance(named, Record) and plain_url(named.url) == plain_url(request.url):
            return named
        if self._index is None:
            self._index = Index(records(self._paths))
        location = self._index.newest(request.url, self._until)
        if location is not None:
            return read(location)
        if urlsplit(request.url).path == "/robots.txt":
            return None
        until = f" until {self._until:%Y-%m-%dT%H:%M:%SZ}" if self._until else ""
        raise NotRecorded(f"{request.url} is not in the recorded pages{until} ({', '.join(map(str, self._paths))})")


class OfflineAddon:
    """Puts recorded pages in the place of the network: those of the setting RECORDED where it names some, and for
    `scrapy check` those of the setting CONTRACT_PAGES. Nothing is archived again, and nobody needs to be waited for."""

    def update_settings(self, settings: BaseSettings) -> None:
        if os.environ.get("SCRAPY_CHECK"):
            recorded = [settings.get("CONTRACT_PAGES") or CONTRACT_PAGES]
        else:
            recorded = settings.getlist("RECORDED")
        if not recorded:
            return
        handler = RecordedHandler
        # A spider's own settings may slow it down or name handlers: neither holds where nothing is asked for.
        for name, value in {
            "RECORDED": recorded,
            "DOWNLOAD_HANDLERS": {"http": handler, "https": handler, "file": handler, "ftp": None, "s3": None},
            "DOWNLOAD_DELAY": 0,
            "DOWNLOAD_SLOTS": {},
            "AUTOTHROTTLE_ENABLED": False,
            "RETRY_ENABLED": False,
            "ARCHIVE": None,
        }.items():
            settings.set(name, value, priority="cmdline")


def response(record: Record, url: str) -> Response:
    """A record as the response a live download would have given."""
    headers = Headers(record.headers)
    made = responsetypes.from_args(headers=headers, url=urldefrag(url).url, body=record.body)
    return made(url=urldefrag(url).url, status=record.status, headers=headers, body=record.body)


def plain_url(url: str) -> str:
    """A URL as requests carry it, without its fragment: what records are found by."""
    return safe_url_string(urldefrag(url).url)


def instant(text: str | datetime | None) -> datetime | None:
    """An ISO 8601 instant, UTC where it names no offset. Raises ArchiveError for what is none."""
    if not text:
        return None
    try:
        value = text if isinstance(text, datetime) else datetime.fromisoformat(text)
        return value.replace(tzinfo=UTC) if value.tzinfo is None else value.astimezone(UTC)
    except (ValueError, OverflowError) as error:
        raise ArchiveError(f"{text!r} is not an instant; write it as 2026-03-02T06:00:00Z") from error
