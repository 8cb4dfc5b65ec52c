"""One crawl of a paper at a time: a lock beside the database that ends with the process that holds it, however it ends.

In: the database's path and a publisher. Out: the lock while inside, or AlreadyRunning, which says who holds it. The file
stays when the lock is given back: to take it away would let two crawls hold locks of the same name.
"""

from __future__ import annotations

import fcntl
import os
import re
import socket
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path

from pipelines.database import ArchiveError
from pipelines.database.values import instant


class AlreadyRunning(ArchiveError):
    """Another process crawls the same paper into the same database."""


@contextmanager
def only_crawl(database: Path, publisher: str) -> Iterator[None]:
    """Be the only crawl of a paper into a database. Raises AlreadyRunning; ArchiveError where no lock can be made."""
    folder = database.with_name(f"{database.name}-locks")
    try:
        folder.mkdir(parents=True, exist_ok=True)
        descriptor = os.open(folder / re.sub(r"[^\w.-]", "_", publisher), os.O_RDWR | os.O_CREAT, 0o644)
    except OSError as error:
        raise ArchiveError(f"no lock can be made in {folder}: {error.strerror}") from error
    try:
        _take(descriptor, publisher)
        yield
    finally:
        os.close(descriptor)


def _take(descriptor: int, publisher: str) -> None:
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError as error:
        holder = os.pread(descriptor, 1000, 0).decode("utf-8", "replace").strip() or "another process"
        raise AlreadyRunning(f"{publisher} is being crawled by {holder}: wait for its end, or stop it") from error
    os.ftruncate(descriptor, 0)
    os.pwrite(
        descriptor, f"process {os.getpid()} on {socket.gethostname()} since {instant(datetime.now(UTC))}\n".encode(), 0
    )
