"""Whether an archive is sound: every record whole, every body and every block as its digest says.

In: paths of WARC and WACZ files. Out: the damages, and how much was checked. Reads every byte, changes nothing.
"""

from __future__ import annotations

import base64
import binascii
import hashlib
import re
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from pathlib import Path

from fastwarc.warc import WarcRecord, WarcRecordType

from crawler.archive.warc import (
    MAX_RECORD,
    UNREADABLE,
    WARC_SUFFIXES,
    Damage,
    Location,
    OnDamage,
    files,
    moment_of_capture,
    one_line,
    opened,
    teller,
    warc_files,
    warc_records,
)

HTTP_TYPE = "application/http"


@dataclass(slots=True)
class Report:
    """What was looked at. unchecked: records that state no digest that can be computed."""

    files: int = 0
    records: int = 0
    unchecked: int = 0
    damages: int = 0
    bodies: set[str] = field(default_factory=set, repr=False)
    revisits: list[tuple[Damage, str]] = field(default_factory=list, repr=False)


def verify(
    paths: Iterable[str | Path], on_damage: OnDamage, on_file: Callable[[str], None] = lambda name: None
) -> Report:
    """Check every record under the paths; on_file is told each file's name before it is read. Raises ArchiveError."""
    report = Report()

    def count(damage: Damage) -> None:
        report.damages += 1
        on_damage(damage)

    for source in files(paths, suffixes=WARC_SUFFIXES):
        on_file(source.name)
        report.files += 1
        try:
            for warc in warc_files(source):
                _verify_file(warc, report, count)
        except UNREADABLE as error:
            count(Damage(source.name, None, f"cannot be read: {one_line(error)}"))
    for damage, digest in report.revisits:
        if digest not in report.bodies:
            count(damage)
    return report


def _verify_file(warc: Location, report: Report, on_damage: OnDamage) -> None:
    tell = teller(warc, on_damage)
    with opened(warc) as file:
        for offset, record in warc_records(file, 0, tell):
            report.records += 1
            problem = _problem(record, report)
            if problem:
                tell(offset, problem)
            elif record.record_type == WarcRecordType.revisit:
                digest = record.headers.get("WARC-Payload-Digest") or ""
                lost = f"{_label(record)}: its body ({digest}) is in none of the files given"
                report.revisits.append((Damage(warc.file, offset, lost), digest))


def _problem(record: WarcRecord, report: Report) -> str | None:
    """What is wrong with a record, and on the way which body it holds."""
    if record.content_length > MAX_RECORD:
        return f"{_label(record)} of {record.content_length} bytes is larger than {MAX_RECORD}: not checked"
    length = record.content_length
    try:
        if date := record.headers.get("WARC-Date"):
            moment_of_capture(date)
    except (ValueError, OverflowError) as error:
        return f"{_label(record)} has no date that can be: {one_line(error)}"
    try:
        block = record.reader.read()
    except (OSError, ValueError) as error:
        return f"{_label(record)} cannot be read: {one_line(error)}"
    if len(block) != length:
        return f"{_label(record)} is cut off: {len(block)} bytes of {length}"
    is_http = (record.headers.get("Content-Type") or "").lower().startswith(HTTP_TYPE)
    payload = re.split(rb"\r?\n\r?\n", block, maxsplit=1)[-1] if is_http else block
    stated = {"WARC-Block-Digest": block}
    if record.record_type != WarcRecordType.revisit:  # whose payload digest is that of another record's body
        stated["WARC-Payload-Digest"] = payload
    verdicts = {name: matches(record.headers.get(name), data) for name, data in stated.items()}
    for name, verdict in verdicts.items():
        if verdict is False:
            return f"{_label(record)} is not what its {name} says ({record.headers.get(name)})"
    if not any(verdicts.values()):
        report.unchecked += 1
    if record.record_type != WarcRecordType.revisit:
        report.bodies.add(record.headers.get("WARC-Payload-Digest") or "")
    return None


def matches(stated: str | None, data: bytes) -> bool | None:
    """Whether data has a digest such as sha1:BASE32 or sha256:hex; None where that cannot be told."""
    algorithm, _, value = (stated or "").partition(":")
    try:
        found = hashlib.new(algorithm.replace("-", "").lower(), data, usedforsecurity=False).digest()
    except ValueError:
        return None
    if len(value) == 2 * len(found):
        return value.lower() == found.hex()
    try:
        return base64.b32decode(value.upper()) == found
    except binascii.Error:
        return False


def _label(record: WarcRecord) -> str:
    return f"{record.headers.get('WARC-Type')} {record.headers.get('WARC-Target-URI') or record.record_id}"
