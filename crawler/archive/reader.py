"""Recorded pages, from whatever a person kept them in: WARC and WACZ files, HTML files, flattened text, or folders.

In: paths. Out: Records, in the order of the files. Input is hostile: sizes are bounded, damage is reported and read
around, nothing raises but ArchiveError. Formats: WARC 1.0 and 1.1, WACZ 1.1.1.
"""

from __future__ import annotations

import codecs
import logging
import os
import zipfile
import zlib
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from io import BytesIO
from pathlib import Path
from typing import BinaryIO
from urllib.parse import quote

from fastwarc.warc import ArchiveIterator, WarcRecord, WarcRecordType
from warcio.bufferedreaders import ChunkedDataReader

from crawler.archive.members import GZIP_MAGIC, Tell, gzip_members
from crawler.archive.writer import payload_digest
from crawler.extraction.document import NotADocument, parse
from crawler.items import Capture

logger = logging.getLogger(__name__)

MAX_RECORD = 64 * 1024 * 1024  # bytes of one record: twice the largest page a crawl would take, far above any story
SUFFIXES = (".warc", ".warc.gz", ".wacz", ".html", ".htm", ".txt")
PAGES = WarcRecordType.response | WarcRecordType.resource | WarcRecordType.revisit


class ArchiveError(ValueError):
    """What was named cannot be read at all; the message names it and says what to do."""


@dataclass(frozen=True, slots=True)
class Damage:
    """A place in a file that could not be read, and why. str() is one line for a person."""

    file: str
    offset: int | None
    problem: str

    def __str__(self) -> str:
        return f"{self.file}: {'' if self.offset is None else f'at byte {self.offset}: '}{self.problem}"


@dataclass(frozen=True, slots=True)
class Location:
    """All that is needed to read a record again. name: the file as captures name it, relative to the folder that was
    given. member: the WARC inside a WACZ. url and captured_at: what a loose file does not say itself. payload: where
    the body of a revisit lies."""

    path: Path
    name: str
    offset: int | None = None
    member: str | None = None
    url: str | None = None
    captured_at: datetime | None = None
    payload: Location | None = None


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
class _Unresolved:
    """A revisit whose body was not met yet."""

    record: Record
    digest: str


OnDamage = Callable[[Damage], None]


def log_damage(damage: Damage) -> None:
    logger.warning("%s", damage)


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


def files(paths: Iterable[str | Path], url: str | None = None, captured_at: datetime | None = None) -> list[Location]:
    """The readable files under the paths, folders in the order of their names. Raises ArchiveError."""
    found: list[Location] = []
    for path in map(Path, paths):
        if path.is_dir():
            inside = sorted(_walk(path))
            if not inside:
                raise ArchiveError(f"{path}: nothing in this folder can be read ({', '.join(SUFFIXES)})")
            found.extend(Location(p, p.relative_to(path).as_posix(), None, None, url, captured_at) for p in inside)
        elif not path.exists():
            raise ArchiveError(f"{path}: no such file or folder")
        elif not path.name.lower().endswith(SUFFIXES):
            raise ArchiveError(f"{path}: not a kind of file that can be read ({', '.join(SUFFIXES)})")
        else:
            found.append(Location(path, path.name, None, None, url, captured_at))
    return found


def read(location: Location) -> Record:
    """The one record at a location that `records` gave. Raises ArchiveError where it is no longer there."""
    problems: list[Damage] = []
    if location.offset is None:
        record = _loose(location, problems.append)
    else:
        record = next(_at(location, problems.append), None)
    if record is None:
        raise ArchiveError(str(problems[0]) if problems else f"{location.name}: no record at byte {location.offset}")
    return _with_payload(record, location.payload) if location.payload else record


def _walk(folder: Path) -> Iterator[Path]:
    for parent, _, names in os.walk(folder):
        yield from (Path(parent, name) for name in names if name.lower().endswith(SUFFIXES))


def _resolved(sources: list[Location], on_damage: OnDamage) -> Iterator[Record]:
    """Records of the sources, with the bodies of revisits put in: at once where the body was met, else at the end."""
    met: dict[str, Location] = {}
    waiting: list[_Unresolved] = []
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
        if item.digest in met:
            yield from _revisited(item, met[item.digest], on_damage)
        else:
            capture = item.record.capture
            problem = f"revisit of {item.record.url}, whose body ({item.digest}) is in none of the files given"
            on_damage(Damage(capture.file, capture.offset, problem))


def _revisited(item: _Unresolved, payload: Location, on_damage: OnDamage) -> Iterator[Record]:
    try:
        record = _with_payload(item.record, payload)
    except ArchiveError as error:
        on_damage(Damage(item.record.capture.file, item.record.capture.offset, str(error)))
        return
    yield record


def _with_payload(record: Record, payload: Location) -> Record:
    first = read(payload)
    return replace(
        record,
        body=first.body,
        status=record.status or first.status,
        headers=record.headers or first.headers,
        content_type=record.content_type or first.content_type,
        location=replace(record.location, payload=payload),
    )


def _items(source: Location, on_damage: OnDamage) -> Iterator[Record | _Unresolved]:
    try:
        if source.path.name.lower().endswith((".html", ".htm", ".txt")):
            record = _loose(source, on_damage)
            yield from [record] if record else []
        elif source.path.name.lower().endswith(".wacz"):
            for member in _warcs_inside(source.path):
                yield from _warc(replace(source, member=member), on_damage)
        else:
            yield from _warc(source, on_damage)
    except (OSError, zipfile.BadZipFile, RuntimeError, NotImplementedError, zlib.error) as error:
        # zipfile says RuntimeError for an encrypted member and NotImplementedError for an unknown compression.
        on_damage(Damage(source.name, None, f"cannot be read: {_one_line(error)}"))


# -- loose files ---------------------------------------------------------------------------------------------------


def _loose(source: Location, on_damage: OnDamage) -> Record | None:
    """A page saved as an HTML file, or flattened to text."""
    with source.path.open("rb") as file:
        body = file.read(MAX_RECORD + 1)
        modified = datetime.fromtimestamp(os.fstat(file.fileno()).st_mtime, UTC).replace(microsecond=0)
    if len(body) > MAX_RECORD:
        on_damage(Damage(source.name, None, f"larger than {MAX_RECORD} bytes"))
        return None
    if source.path.name.lower().endswith(".txt"):
        url = source.url or "file:///" + quote(source.name)
        content_type = "text/plain; charset=utf-8" if _is_utf8(body) else "text/plain"
    else:
        url = source.url or _own_url(body) or ""
        content_type = "text/html"
    if not url:
        on_damage(
            Damage(source.name, None, "says no URL of its own (no canonical link, no og:url); name it with --url")
        )
        return None
    return Record(
        url=url,
        captured_at=(source.captured_at or modified).astimezone(UTC),
        status=200,
        headers=[(b"Content-Type", content_type.encode())],
        body=body,
        content_type=content_type,
        capture=Capture(file=source.name, digest=payload_digest(body)),
        location=source,
    )


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
    return document.canonical or document.link(document.meta("og:url"))


# -- WARC ----------------------------------------------------------------------------------------------------------


def _warcs_inside(path: Path) -> list[str]:
    with zipfile.ZipFile(path) as package:
        return sorted(name for name in package.namelist() if name.lower().endswith((".warc", ".warc.gz")))


@contextmanager
def _opened(source: Location) -> Iterator[BinaryIO]:
    if source.member is None:
        with source.path.open("rb") as file:
            yield file
    else:
        with zipfile.ZipFile(source.path) as package, package.open(source.member) as file:
            yield file  # type: ignore[misc]  # ZipExtFile reads and seeks as any binary file does


def _warc(source: Location, on_damage: OnDamage) -> Iterator[Record | _Unresolved]:
    with _opened(source) as file:
        for offset, record in _warc_records(file, 0, _teller(source, on_damage)):
            item = _item(record, replace(source, offset=offset), _teller(source, on_damage))
            if item is not None:
                yield item


def _at(location: Location, on_damage: OnDamage) -> Iterator[Record]:
    """The record at a location's offset, a revisit with no body yet."""
    assert location.offset is not None
    tell = _teller(location, on_damage)
    with _opened(location) as file:
        file.seek(location.offset)
        for offset, record in _warc_records(file, location.offset, tell):
            if offset == location.offset and (item := _item(record, location, tell)) is not None:
                yield item if isinstance(item, Record) else item.record
            return


def _teller(source: Location, on_damage: OnDamage) -> Tell:
    return lambda offset, problem: on_damage(Damage(_name(source), offset, problem))


def _name(source: Location) -> str:
    return source.name if source.member is None else f"{source.name}/{source.member}"


def _warc_records(file: BinaryIO, start: int, tell: Tell) -> Iterator[tuple[int, WarcRecord]]:
    """The records of a WARC file from an offset on, each with its own."""
    magic = file.read(len(GZIP_MAGIC))
    file.seek(start)
    if magic == GZIP_MAGIC:
        for offset, member in gzip_members(file, start, MAX_RECORD, tell):
            yield from _only_record(member, offset, tell)
    elif magic:
        yield from _parsed(file, start, tell)


def _only_record(member: bytes, offset: int, tell: Tell) -> Iterator[tuple[int, WarcRecord]]:
    """The record of a gzip member, which by the standard holds one."""
    inside = _parsed(BytesIO(member), 0, lambda _, problem: tell(offset, problem))
    for _, record in inside:
        yield offset, record
        if next(inside, None) is not None:
            tell(offset, "several records in one gzip member; read the file after 'warcio recompress IN OUT'")
        return


def _parsed(file: BinaryIO, start: int, tell: Tell) -> Iterator[tuple[int, WarcRecord]]:
    """The records that fastwarc finds from the file's present position, start, on."""
    last = start
    try:
        for record in ArchiveIterator(file, record_types=WarcRecordType.any_type, parse_http=False):
            last = record.stream_pos
            yield last, record
    except (OSError, ValueError, EOFError) as error:
        tell(last, f"this record, or what follows it, is damaged: {_one_line(error)}")


def _item(record: WarcRecord, location: Location, tell: Tell) -> Record | _Unresolved | None:
    """A fastwarc record as ours, or None where it holds no page or no whole one."""
    url = (record.headers.get("WARC-Target-URI") or "").strip("<>")
    if not record.record_type & PAGES or not url.startswith(("http://", "https://")):
        return None
    if record.content_length > MAX_RECORD:
        tell(location.offset, f"record of {record.content_length} bytes is larger than {MAX_RECORD}: skipped")
        return None
    is_revisit = record.record_type == WarcRecordType.revisit
    try:
        captured_at = datetime.fromisoformat(record.headers["WARC-Date"]).astimezone(UTC)
        length = record.content_length
        if record.record_type != WarcRecordType.resource and length:
            record.parse_http()
        body = record.reader.read()
    except (OSError, ValueError, KeyError, OverflowError) as error:
        tell(location.offset, f"the record of {url} is damaged: {_one_line(error)}")
        return None
    if len(body) != record.content_length:
        tell(location.offset, f"the record of {url} is cut off")
        return None
    made = _record(record, url, captured_at, body, location)
    if is_revisit:
        return _Unresolved(made, record.headers.get("WARC-Payload-Digest") or "")
    if not made.status:
        tell(location.offset, f"the record of {url} holds no HTTP response")
        return None
    return made


def _record(record: WarcRecord, url: str, captured_at: datetime, body: bytes, location: Location) -> Record:
    digest = record.headers.get("WARC-Payload-Digest") or payload_digest(body)
    capture = Capture(file=_name(location), offset=location.offset, digest=digest)
    if record.record_type == WarcRecordType.resource:
        content_type = record.headers.get("Content-Type")
        headers = [(b"Content-Type", content_type.encode())] if content_type else []
        return Record(url, captured_at, 200, headers, body, content_type, capture, location)
    lines = list(record.http_headers.items_bytes()) if record.http_headers else []
    named = {name.lower(): value for name, value in lines}
    if b"chunked" in named.get(b"transfer-encoding", b"").lower():
        body = ChunkedDataReader(BytesIO(body)).read()  # gives a body back as it is that only says it had chunks
    return Record(
        url=url,
        captured_at=captured_at,
        status=(record.http_headers.status_code or 0) if record.http_headers else 0,
        headers=[(name, value) for name, value in lines if name.lower() != b"transfer-encoding"],
        body=body,
        content_type=named[b"content-type"].decode("latin-1") if b"content-type" in named else None,
        capture=capture,
        location=location,
    )


def _one_line(error: BaseException) -> str:
    return " ".join(str(error).split()) or type(error).__name__
