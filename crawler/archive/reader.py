"""Recorded pages, from whatever a person kept them in: WARC and WACZ files, HTML files, flattened text, or folders.

In: paths. Out: Records, in the order of the files. Input is hostile: sizes are bounded, damage is reported and read
around, nothing raises but ArchiveError. Formats: WARC 1.0 and 1.1, WACZ 1.1.1.
"""

from __future__ import annotations

import codecs
import os
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from io import BytesIO
from pathlib import Path

from fastwarc.warc import WarcRecord, WarcRecordType
from warcio.bufferedreaders import ChunkedDataReader

from crawler.archive.members import Tell
from crawler.archive.warc import (
    FIRST_PAGE,
    MAX_RECORD,
    UNREADABLE,
    ArchiveError,
    Damage,
    Location,
    OnDamage,
    files,
    log_damage,
    moment_of_capture,
    one_line,
    opened,
    teller,
    utc,
    warc_files,
    warc_records,
)
from crawler.archive.writer import REFERS_TO_FILE, REFERS_TO_OFFSET, payload_digest
from crawler.extraction.document import NotADocument, parse
from crawler.items import Capture
from crawler.urls import is_web_address

__all__ = ["ArchiveError", "Damage", "Location", "Record", "files", "locate", "log_damage", "read", "records"]

PAGES = WarcRecordType.response | WarcRecordType.resource | WarcRecordType.revisit


@dataclass(slots=True)
class Record:
    """A recorded response. body: as it came, before Content-Encoding is undone, without chunks. headers: in their
    order, repeated ones repeated, without Transfer-Encoding. captured_at: aware, UTC."""

    url: str
    captured_at: datetime
    status: int
    headers: list[tuple[bytes, bytes]]
    body: bytes = field(repr=False)
    content_type: str | None
    capture: Capture
    location: Location


@dataclass(slots=True)
class _Revisit:
    """A record without its body, which is that of an earlier one: with the same digest, or where the record says."""

    record: Record
    stated: Location | None

    @property
    def digest(self) -> str:
        return self.record.capture.digest or ""


def records(
    paths: Iterable[str | Path],
    url: str | None = None,
    captured_at: datetime | None = None,
    on_damage: OnDamage = log_damage,
) -> Iterator[Record]:
    """Every recorded response under the paths. url and captured_at are for loose HTML and text files.

    Raises ArchiveError at once for a path that is missing, of no known kind, or a folder with nothing to read;
    on_damage is told of every place that could not be read.
    """
    return _resolved(files(paths, url, captured_at), on_damage)


def locate(folder: Path, capture: Capture) -> Location:
    """Where a capture lies that a crawl noted, given its archive folder."""
    name, inside, member = capture.file.partition(".wacz/")
    name += ".wacz" if inside else ""
    return Location(folder / name, name, capture.offset, member or None)


def read(location: Location) -> Record:
    """The one record at a location, a revisit with its body. Raises ArchiveError where it cannot be read."""
    problems: list[Damage] = []
    try:
        item = _loose(location, problems.append) if location.offset is None else _at(location, problems.append)
    except UNREADABLE as error:
        raise ArchiveError(f"{location.file} cannot be read: {one_line(error)}") from error
    if item is None:
        raise ArchiveError(str(problems[0]) if problems else f"{location.file}: no record at byte {location.offset}")
    return item if isinstance(item, Record) else _whole(item, location.payload or item.stated)


def _resolved(sources: list[Location], on_damage: OnDamage) -> Iterator[Record]:
    """Records of the sources, with the bodies of revisits put in: at once where the body was met, else at the end."""
    met: dict[str, Location] = {}
    waiting: list[_Revisit] = []
    for source in sources:
        for item in _items(source, on_damage):
            if isinstance(item, Record):
                met.setdefault(item.capture.digest or "", item.location)
                yield item
            elif item.digest in met:
                yield from _revisited(item, met[item.digest], on_damage)
            else:
                waiting.append(item)
    for item in waiting:
        yield from _revisited(item, met.get(item.digest) or item.stated, on_damage)


def _revisited(item: _Revisit, payload: Location | None, on_damage: OnDamage) -> Iterator[Record]:
    capture = item.record.capture
    try:
        record = _whole(item, payload)
    except ArchiveError as error:
        on_damage(Damage(capture.file, capture.offset, str(error)))
        return
    yield record


def _whole(item: _Revisit, payload: Location | None) -> Record:
    """A revisit with its body, read from where it lies. Raises ArchiveError."""
    record = item.record
    if payload is None or not payload.path.exists():
        raise ArchiveError(f"revisit of {record.url}, whose body ({item.digest}) is in none of the files given")
    first = read(payload)
    if first.capture.digest != item.digest:
        raise ArchiveError(f"revisit of {record.url}: its body ({item.digest}) is not where it says it is")
    return replace(
        record,
        body=first.body,
        status=record.status or first.status,
        headers=record.headers or first.headers,
        content_type=record.content_type or first.content_type,
        location=replace(record.location, payload=payload),
    )


def _items(source: Location, on_damage: OnDamage) -> Iterator[Record | _Revisit]:
    try:
        if source.path.name.lower().endswith((".html", ".htm", ".txt")):
            record = _loose(source, on_damage)
            yield from [record] if record else []
            return
        for warc in warc_files(source):
            yield from _warc(warc, on_damage)
    except UNREADABLE as error:
        on_damage(Damage(source.name, None, f"cannot be read: {one_line(error)}"))


# -- loose files ---------------------------------------------------------------------------------------------------


def _loose(source: Location, on_damage: OnDamage) -> Record | None:
    """A page saved as an HTML file, or flattened to text."""
    with source.path.open("rb") as file:
        body = file.read(MAX_RECORD + 1)
        modified = datetime.fromtimestamp(os.fstat(file.fileno()).st_mtime, UTC)
    if len(body) > MAX_RECORD:
        on_damage(Damage(source.name, None, f"larger than {MAX_RECORD} bytes"))
        return None
    if source.path.name.lower().endswith(".txt"):
        url = source.url or source.path.resolve().as_uri()
        content_type = "text/plain; charset=utf-8" if _is_utf8(body) else "text/plain"
    else:
        url = source.url or _own_url(body) or ""
        content_type = "text/html"
    if not url:
        problem = "says no URL of its own (no canonical link, no og:url); name it with --url"
        on_damage(Damage(source.name, None, problem))
        return None
    return Record(
        url=url,
        captured_at=utc(source.captured_at or _saved_at(modified)),
        status=200,
        headers=[(b"Content-Type", content_type.encode())],
        body=body,
        content_type=content_type,
        capture=Capture(file=source.name, digest=payload_digest(body)),
        location=source,
    )


def _saved_at(modified: datetime) -> datetime:
    """When a file was saved, or now where its time cannot be: before there were web pages, or still to come. Copies and
    archives often lose a file's time."""
    now = datetime.now(UTC)
    return modified if FIRST_PAGE <= modified <= now else now


def _is_utf8(body: bytes) -> bool:
    """Whether the text is UTF-8, though it may have been cut off inside a character."""
    try:
        codecs.getincrementaldecoder("utf-8")().decode(body, final=False)
    except UnicodeDecodeError:
        return False
    return True


def _own_url(body: bytes) -> str | None:
    try:
        document = parse(body, url="")
    except NotADocument:
        return None
    url = document.canonical or document.link(document.meta("og:url"))
    return url if url and is_web_address(url) else None


# -- WARC ----------------------------------------------------------------------------------------------------------


def _warc(source: Location, on_damage: OnDamage) -> Iterator[Record | _Revisit]:
    tell = teller(source, on_damage)
    with opened(source) as file:
        for offset, record in warc_records(file, 0, tell):
            item = _item(record, replace(source, offset=offset), tell)
            if item is not None:
                yield item


def _at(location: Location, on_damage: OnDamage) -> Record | _Revisit | None:
    """The record at a location's offset."""
    assert location.offset is not None
    tell = teller(location, on_damage)
    with opened(location) as file:
        for offset, record in warc_records(file, location.offset, tell):
            return _item(record, location, tell) if offset == location.offset else None
    return None


def _item(record: WarcRecord, location: Location, tell: Tell) -> Record | _Revisit | None:
    """A fastwarc record as ours, or None where it holds no page or no whole one."""
    url = (record.headers.get("WARC-Target-URI") or "").strip("<>")  # wget 1.19 writes them
    if not record.record_type & PAGES or not url.startswith(("http://", "https://")):
        return None
    if not is_web_address(url):
        tell(location.offset, f"the record of {url} is skipped: that is no web address")
        return None
    if record.content_length > MAX_RECORD:
        tell(location.offset, f"record of {record.content_length} bytes is larger than {MAX_RECORD}: skipped")
        return None
    try:
        captured_at = moment_of_capture(record.headers["WARC-Date"])
        if record.record_type != WarcRecordType.resource and record.content_length:
            record.parse_http()
        body = record.reader.read()
    except (OSError, ValueError, KeyError, OverflowError) as error:
        tell(location.offset, f"the record of {url} is damaged: {one_line(error)}")
        return None
    if len(body) != record.content_length:
        tell(location.offset, f"the record of {url} is cut off")
        return None
    made = _record(record, url, captured_at, body, location)
    if record.record_type == WarcRecordType.revisit:
        return _Revisit(made, _stated_payload(record, location))
    if not made.status:
        tell(location.offset, f"the record of {url} holds no HTTP response")
        return None
    return made


def _stated_payload(record: WarcRecord, location: Location) -> Location | None:
    """Where a revisit of ours says that its body lies: in a file beside its own."""
    name, offset = record.headers.get(REFERS_TO_FILE), record.headers.get(REFERS_TO_OFFSET) or ""
    if not name or Path(name).name != name or not offset.isdecimal():
        return None
    path = location.path.with_name(name)
    return Location(path, location.name.removesuffix(location.path.name) + name, int(offset))


def _record(record: WarcRecord, url: str, captured_at: datetime, body: bytes, location: Location) -> Record:
    digest = record.headers.get("WARC-Payload-Digest") or payload_digest(body)
    capture = Capture(file=location.file, offset=location.offset, digest=digest)
    if record.record_type == WarcRecordType.resource:
        content_type = record.headers.get("Content-Type")
        headers = [(b"Content-Type", content_type.encode())] if content_type else []
        return Record(url, captured_at, 200, headers, body, content_type, capture, location)
    lines = list(record.http_headers.items_bytes()) if record.http_headers is not None else []
    named = {name.lower(): value for name, value in lines}
    if b"chunked" in named.get(b"transfer-encoding", b"").lower():
        body = ChunkedDataReader(BytesIO(body)).read()  # gives a body back as it is that only says it had chunks
    return Record(
        url=url,
        captured_at=captured_at,
        status=(record.http_headers.status_code or 0) if record.http_headers is not None else 0,
        headers=[(name, value) for name, value in lines if name.lower() != b"transfer-encoding"],
        body=body,
        content_type=named[b"content-type"].decode("latin-1") if b"content-type" in named else None,
        capture=capture,
        location=location,
    )
