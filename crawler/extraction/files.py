"""The files that lie beside this room's code: learned weights and lists of words.

In: a file's name. Out: what it holds, also where the project was deployed as an egg, which is never unpacked.
"""

from __future__ import annotations

from importlib.resources import files

ROOM = files("crawler.extraction")


def read(name: str) -> bytes:
    """The bytes of a file of this room."""
    return ROOM.joinpath(name).read_bytes()
