"""A compressed WARC file to its gzip members, one a record, with the byte each starts at: what makes records findable.

Bounded in memory whatever a member unpacks to; a damaged stretch is told of and passed over. Format: RFC 1952.
"""

from __future__ import annotations

import zlib
from collections.abc import Callable, Iterator
from typing import BinaryIO

GZIP_MAGIC = b"\x1f\x8b\x08"
CHUNK = 64 * 1024
MAX_SKIPPED = 4 * 1024**3  # bytes an oversized member is unpacked to, only to find the one after it: some seconds
MAX_SEARCHED = 1000  # places tried for the next whole member after damage; three bytes of magic occur by chance

Tell = Callable[[int | None, str], None]  # told an offset and a problem


class _Broken(Exception):
    """A member that cannot be unpacked; the message says why."""


class _Tape:
    """A file read forwards in chunks, of which what was read too much can be given back."""

    def __init__(self, file: BinaryIO, position: int):
        self.position = position
        self._file = file
        self._held = b""

    def take(self) -> bytes:
        data = self._held or self._file.read(CHUNK)
        self._held = b""
        self.position += len(data)
        return data

    def give_back(self, data: bytes) -> None:
        self._held = data + self._held
        self.position -= len(data)

    def go_to(self, position: int) -> None:
        self._file.seek(position)
        self._held = b""
        self.position = position


def gzip_members(file: BinaryIO, start: int, limit: int, tell: Tell) -> Iterator[tuple[int, bytes]]:
    """Each member from an offset on, unpacked, with the offset it starts at. A member that unpacks to more than limit
    bytes is told of and left out; so is a damaged stretch, and reading goes on at the next whole member."""
    tape = _Tape(file, start)
    while True:
        offset = tape.position
        try:
            data = _unpack(tape, limit, MAX_SKIPPED)
        except _Broken as problem:
            tell(offset, str(problem))
            found = _search(tape, offset + 1, limit)
            if found is None:
                return
            yield found
            continue
        if data is None:
            return
        if len(data) > limit:
            tell(offset, f"record of more than {limit} bytes: skipped")
        else:
            yield offset, data


def _unpack(tape: _Tape, limit: int, give_up: int) -> bytes | None:
    """The member that starts here, or its first bytes, more than limit, if it is larger; None at the file's end."""
    unpacker = zlib.decompressobj(wbits=zlib.MAX_WBITS | 16)
    kept = bytearray()
    size = 0
    packed = tape.take()
    if not packed:
        return None
    while not unpacker.eof:
        if not packed:
            raise _Broken("the file is cut off inside this record")
        try:
            piece = unpacker.decompress(packed, CHUNK)
        except zlib.error as error:
            raise _Broken(f"damaged, cannot be unpacked ({error})") from error
        size += len(piece)
        if len(kept) <= limit:
            kept += piece
        if size > give_up:
            raise _Broken(f"unpacks to more than {give_up} bytes")
        packed = unpacker.unconsumed_tail or (b"" if unpacker.eof else tape.take())
    tape.give_back(unpacker.unused_data)
    return bytes(kept)


def _search(tape: _Tape, start: int, limit: int) -> tuple[int, bytes] | None:
    """The next member after start that unpacks whole."""
    for _ in range(MAX_SEARCHED):
        offset = _next_magic(tape, start)
        if offset is None:
            return None
        tape.go_to(offset)
        try:
            data = _unpack(tape, limit, limit)
        except _Broken:
            start = offset + 1
            continue
        return None if data is None else (offset, data)
    return None


def _next_magic(tape: _Tape, start: int) -> int | None:
    tape.go_to(start)
    seen, base = b"", start
    while chunk := tape.take():
        seen += chunk
        found = seen.find(GZIP_MAGIC)
        if found >= 0:
            return base + found
        keep = len(GZIP_MAGIC) - 1  # the magic may lie across two chunks
        base += len(seen) - keep
        seen = seen[-keep:]
    return None
