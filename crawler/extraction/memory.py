"""What repeats over a site's pages: each block's fingerprint, and on which of the site's pages it was seen.

In: the blocks of pages. Out: on how many other pages of the site a block stood. Pages are counted by linear counting
(Whang, Vander-Zanden and Taylor 1990): each page sets one of 63 bits, so that a page read twice counts once, the order of
pages plays no part, and 63 pages take the room of one number. Two pages that share a bit count as one: too few other
pages are found then, never too many.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from functools import reduce
from operator import or_

import numpy as np

from crawler.extraction.blocks import Block
from crawler.extraction.letters import mass
from crawler.extraction.text import is_credit_line
from crawler.extraction.words import without_numbers

BITS = 63  # of SQLite's and everyone's signed 64, all but the sign
# Weighted characters: sub-headings that two stories share are shorter ("From the venue:"). Between 20 and 60 news-424 gains
# the same (python -m benchmarks.memory).
MIN_BLOCK = 40
LINKED = 0.8  # share of a block's text: blocks that are mostly links are no story anyway
# Of the other pages known, the share that must hold a block for it to repeat: what fewer hold may be a columnist's last line
# ("The writer is a retired civil servant.") or what several reports tell again of one event. Of 63 pages and more, that is
# thirteen. Between none and .3 the bench's sites, of which few pages are known, read alike.
REPEATS = 0.2
MOST_NAMES = 120  # characters of a class that are looked at
MOST_OF_A_PAGE = 1_000  # fingerprints; a news page has some dozens, and no page may drive out all that others said
MOST_BLOCKS = 20_000  # fingerprints kept of one site: all of a template, and what its last few hundred pages said


def fingerprints(blocks: list[Block]) -> list[int]:
    """For each block what stays the same of it from page to page: 64 bits of its text without case and numbers, its tag
    and its class, so that a story's first paragraph is not the teaser that repeats it elsewhere. 0 for a block that is not
    remembered: one of few words, mostly links, or the credit line, which ends every story of a paper."""
    told = [_is_telling(block) for block in blocks]
    # By box: text between its inner boxes makes many blocks of one, whose class may be endless.
    places: dict[int, str] = {}
    texts = []
    for block, telling in zip(blocks, told, strict=True):
        if telling:
            place = places.get(block.box)
            if place is None:
                names = (block.element.get("class") or "")[:MOST_NAMES]
                place = places[block.box] = f"{block.element.tag} {names} "
            texts.append(place + block.text)
    # One pass over all of the page's text: a document holds no null character.
    lines = without_numbers("\0".join(texts).casefold()).encode("utf-8", "replace").split(b"\0")
    digests = b"".join([hashlib.blake2b(line, digest_size=8).digest() for line in lines])
    found = iter(np.frombuffer(digests, dtype="<i8").tolist())
    return [next(found) if telling else 0 for telling in told]


def _is_telling(block: Block) -> bool:
    size = len(block.text)
    return (
        block.linked <= LINKED * size
        and (size if size >= MIN_BLOCK else mass(block.text)) >= MIN_BLOCK
        and not is_credit_line(block.text)
    )


def distinct(marks: Iterable[int]) -> list[int]:
    """The fingerprints among the marks of a page's blocks, each once; of a huge page, those of its first blocks."""
    return sorted(list(dict.fromkeys(mark for mark in marks if mark))[:MOST_OF_A_PAGE])


def page_bit(identity: str) -> int:
    """The bit that stands for the page of that identity."""
    return 1 << int.from_bytes(hashlib.blake2b(identity.encode("utf-8", "replace"), digest_size=8).digest()) % BITS


@dataclass(slots=True)
class Others(Mapping[int, int]):
    """By fingerprint, on how many pages other than one a block was seen, where enough hold it; the seen of extract().
    least: how many that is."""

    pages: Mapping[int, int]
    own: int
    least: int

    def __getitem__(self, mark: int) -> int:
        others = (self.pages[mark] & ~self.own).bit_count()
        if others < self.least:
            raise KeyError(mark)
        return others

    def __iter__(self) -> Iterator[int]:
        return (mark for mark in self.pages if mark in self)

    def __len__(self) -> int:
        return sum(1 for _ in self)


@dataclass(slots=True)
class SiteMemory:
    """What a site's pages hold. pages: by fingerprint, the bits of the pages on which it was seen. known: the bits of all."""

    pages: dict[int, int] = field(default_factory=dict)
    known: int = 0

    @classmethod
    def of(cls, pages: dict[int, int]) -> SiteMemory:
        """A memory that holds these."""
        return cls(pages, reduce(or_, pages.values(), 0))

    def others(self, bit: int) -> Others:
        """What pages other than that of the bit hold."""
        return Others(self.pages, bit, 1 + int(REPEATS * (self.known & ~bit).bit_count()))

    def add(self, bit: int, marks: Iterable[int]) -> None:
        """A page holds these blocks."""
        pages = self.pages
        for mark in marks:
            pages[mark] = pages.get(mark, 0) | bit
            self.known |= bit
        if len(pages) > 2 * MOST_BLOCKS:
            self._forget()

    def forget_what_does_not_repeat(self) -> None:
        """Keep only what several pages hold."""
        self.pages = {mark: bits for mark, bits in self.pages.items() if bits & (bits - 1)}

    def _forget(self) -> None:
        """Keep MOST_BLOCKS: those that several pages hold first, then the newest."""
        single = [mark for mark, bits in self.pages.items() if not bits & (bits - 1)]
        repeated = [mark for mark, bits in self.pages.items() if bits & (bits - 1)]
        self.pages = {mark: self.pages[mark] for mark in [*single, *repeated][-MOST_BLOCKS:]}
