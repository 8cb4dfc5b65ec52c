"""One story page as a recorded page, for the contract of a new paper: a WARC file like those of the archive."""

from __future__ import annotations

from pathlib import Path
from tempfile import TemporaryDirectory

from scrapy import Request
from scrapy.http import Response

from crawler.archive.writer import WarcWriter

UNKEPT = (b"Set-Cookie", b"Content-Encoding", b"Transfer-Encoding")  # a stranger's; undone already


def record(response: Response, path: Path) -> None:
    """Write a response and its request as the WARC file at path. Raises FileExistsError where there is one, OSError."""
    kept = response.replace(headers=response.headers.copy())
    for name in UNKEPT:
        kept.headers.pop(name, None)
    kept.headers[b"Content-Length"] = str(len(kept.body)).encode()
    path.parent.mkdir(parents=True, exist_ok=True)
    with TemporaryDirectory() as folder, path.open("xb") as file:
        writer = WarcWriter(Path(folder), "page", {"software": "news-morgue", "format": "WARC File Format 1.1"})
        writer.write(Request(response.url), kept)
        writer.close()
        assert writer.path is not None
        file.write(writer.path.read_bytes())
