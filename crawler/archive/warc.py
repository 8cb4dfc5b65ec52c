"""Which files are meant by a path, where a record lies in them, and the WARC records of a file one by one.

What the reader and the verifier share. In: paths. Out: Locations, and fastwarc's records with the byte each starts at.
Damage is told of, never raised; ArchiveError is for what cannot be read at all.
"""

from __future__ import annotations

import logging
import os
import zipfile
import zlib
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from io import BytesIO
from pathlib import Path
from typing import BinaryIO

from fastwarc.warc import ArchiveIterator, WarcRecord, WarcRecordType

from crawler.archive.members import GZIP_MAGIC, Tell, gzip_members

logger = logging.getLogger(__name__)

MAX_RECORD = 64 * 1024 * 1024  # bytes of one record: four times the largest page a crawl takes, far above any story
WARC_SUFFIXES = (".warc", ".warc.gz", ".wacz")
SUFFIXES = (*WARC_SUFFIXES, ".html", ".htm", ".txt")
# zipfile says RuntimeError for an encrypted member and NotImplementedError for an unknown compression.
UNREADABLE = (OSError, EOFError, zipfile.BadZipFile, RuntimeError, NotImplementedError, zlib.error)

FIRST_PAGE = datetime(1990, 1, 1, tzinfo=UTC)  # the first web page's year
CLOCKS_DIFFER = timedelta(days=366)  # by so much this machine's clock, or that of whoever captured, may be wrong


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


OnDamage = Callable[[Damage], None]


def log_damage(damage: Damage) -> None:
    logger.warning("%s", damage)


def moment_of_capture(text: str) -> datetime:
    """A record's WARC-Date, UTC and in whole seconds. Raises ValueError for what is no date, and for a moment at which no
    page could be captured: before there were any, or still to come."""
    moment = _aware(datetime.fromisoformat(text))
    if not is_possible(moment):
        raise ValueError(f"nothing can have been captured at {text}")
    return utc(moment)


def utc(moment: datetime) -> datetime:
    """A moment in UTC and whole seconds; one without an offset is in UTC already."""
    return _aware(moment).astimezone(UTC).replace(microsecond=0)


def _aware(moment: datetime) -> datetime:
    return moment.replace(tzinfo=UTC) if moment.tzinfo is None else moment


def is_possible(moment: datetime) -> bool:
    """Whether a page can have been captured at an aware moment."""
    return FIRST_PAGE <= moment <= datetime.now(UTC) + CLOCKS_DIFFER


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

    @property
    def file(self) -> str:
        """The name by which captures and damages call the WARC file."""
        return self.name if self.member is None else f"{self.name}/{self.member}"


def files(
    paths: Iterable[str | Path],
    url: str | None = None,
    captured_at: datetime | None = None,
    suffixes: tuple[str, ...] = SUFFIXES,
) -> list[Location]:
    """The readable files under the paths, folders in the order of their names. Raises ArchiveError."""
    found: list[Location] = []
    for path in map(Path, paths):
        try:
            named = _named(path, suffixes)
        except OSError as error:
            raise ArchiveError(f"{path}: cannot be read: {error.strerror or error}") from error
        found.extend(Location(file, name, None, None, url, captured_at) for file, name in named)
    return found


def _named(path: Path, suffixes: tuple[str, ...]) -> list[tuple[Path, str]]:
    """The files that a path means, each with its name from there. Raises ArchiveError and OSError."""
    kinds = ", ".join(suffixes)
    if path.is_dir():
        inside = sorted(_walk(path, suffixes))
        if not inside:
            raise ArchiveError(f"{path}: nothing in this folder can be read ({kinds})")
        return [(file, file.relative_to(path).as_posix()) for file in inside]
    if not path.exists():
        raise ArchiveError(f"{path}: no such file or folder")
    if not path.is_file() or not path.name.lower().endswith(suffixes):
        raise ArchiveError(f"{path}: not a kind of file that can be read ({kinds})")
    return [(path, path.name)]


def _walk(folder: Path, suffixes: tuple[str, ...]) -> Iterator[Path]:
    for parent, _, names in os.walk(folder):
        inside = (Path(parent, name) for name in names if name.lower().endswith(suffixes))
        # A pipe or a device would be waited for without end; a link to nothing is told of when it is read.
        yield from (file for file in inside if file.is_file() or not file.exists())


def warc_files(source: Location) -> list[Location]:
    """The WARC files of a source: itself, or those inside a WACZ. Raises what UNREADABLE names."""
    if not source.path.name.lower().endswith(".wacz"):
        return [source]
    with zipfile.ZipFile(source.path) as package:
        names = sorted(name for name in package.namelist() if name.lower().endswith((".warc", ".warc.gz")))
    return [replace(source, member=name) for name in names]


@contextmanager
def opened(source: Location) -> Iterator[BinaryIO]:
    """The bytes of a WARC file, also inside a WACZ."""
    if source.member is None:
        with source.path.open("rb") as file:
            yield file
    else:
        with zipfile.ZipFile(source.path) as package, package.open(source.member) as file:
            yield file  # type: ignore[misc]  # ZipExtFile reads and seeks as any binary file does


def warc_records(file: BinaryIO, start: int, tell: Tell) -> Iterator[tuple[int, WarcRecord]]:
    """The records of a WARC file from an offset on, each with its own, their HTTP part not yet parsed."""
    file.seek(start)
    magic = file.read(len(GZIP_MAGIC))
    file.seek(start)
    if magic == GZIP_MAGIC:
        for offset, member in gzip_members(file, start, MAX_RECORD, tell):
            yield from _only_record(member, offset, tell)
    elif magic:
        yield from _parsed(file, start, tell)
    elif start == 0:
        tell(None, "empty")


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
        tell(last, f"this record, or what follows it, is damaged: {one_line(error)}")


def teller(source: Location, on_damage: OnDamage) -> Tell:
    """on_damage for the places of one file."""
    return lambda offset, problem: on_damage(Damage(source.file, offset, problem))


def one_line(error: BaseException) -> str:
    return " ".join(str(error).split()) or type(error).__name__
