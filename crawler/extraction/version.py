"""Which extraction read a page: a digest of its own files and of the paper's selectors.

Any change of either gives another version, so that an archive read again knows which captures have not been read by it.
"""

from __future__ import annotations

import hashlib
from functools import cache
from importlib.resources import files

from crawler.extraction.files import ROOM
from crawler.extraction.layout import Layout

DIGITS = 12  # hexadecimal: enough to tell versions of one project apart


def aided(version: str, body: str) -> str:
    """The version that read a page of whose text the site's other pages took something away, leaving this body."""
    return f"{version}-{hashlib.blake2b(body.encode('utf-8', 'replace'), digest_size=DIGITS // 4).hexdigest()}"


def version(layout: Layout | None = None) -> str:
    """The extraction's version with this layout: 12 hexadecimal digits."""
    return hashlib.blake2b(f"{_code()} {layout!r}".encode(), digest_size=DIGITS // 2).hexdigest()


@cache
def _code() -> str:
    digest = hashlib.blake2b()
    own = sorted(ROOM.iterdir(), key=lambda path: path.name)
    # The loaders clean what the regions hold: they are part of what makes a text.
    for path in (*own, files("crawler").joinpath("loaders.py")):
        if path.is_file():
            digest.update(path.name.encode() + path.read_bytes())
    return digest.hexdigest()
