"""The layouts in which a paper's stories stand: those frames of its pages that are unlike each other.

In: the frame of a page. Out: the layout that it is of, a row of layouts, made where the paper has none like it. A paper's
layouts are held in memory from page to page, for as long as nobody else writes to the database.
"""

from __future__ import annotations

import sqlite3
from dataclasses import dataclass, field

from pipelines.database.values import clean

# Share of shapes that two frames of one layout have in common, at least. Of 126 pairs of pages of one site and year, 6 in
# 100 have less; of 3,000 pairs of two sites, fewer than 1 in 1,000 have more.
ALIKE = 0.4
MAX_LAYOUTS = 200  # of one paper: one that names its boxes anew on every page has no layout that could be told
PAPERS_HELD = 32  # in memory, the latest to come: a crawl has one, a replay a few at a time


def likeness(both: int, one: int, other: int) -> float:
    """The share of two frames' shapes that both have, from how many both, the one and the other have."""
    return both / (one + other - both)


@dataclass(slots=True)
class _Layout:
    """A row of layouts; its shapes as bits of a number, and how many they are."""

    id: int
    bits: int
    shapes: int
    first_seen_at: str
    last_seen_at: str


@dataclass(slots=True)
class _Paper:
    """A paper's layouts, the oldest first, and the bit that stands for each of their shapes."""

    layouts: list[_Layout] = field(default_factory=list)
    bit_of: dict[str, int] = field(default_factory=dict)

    def add(self, layout_id: int, frame: frozenset[str], first: str, last: str) -> None:
        for shape in frame:
            if shape not in self.bit_of:
                self.bit_of[shape] = 1 << len(self.bit_of)
        bits = sum(self.bit_of[shape] for shape in frame)
        self.layouts.append(_Layout(layout_id, bits, len(frame), first, last))

    def like(self, frame: frozenset[str]) -> _Layout | None:
        """The first that the frame is like."""
        bits = sum(self.bit_of[shape] for shape in frame if shape in self.bit_of)
        shapes = len(frame)
        for layout in self.layouts:
            if likeness((bits & layout.bits).bit_count(), shapes, layout.shapes) >= ALIKE:
                return layout
        return None


@dataclass(slots=True)
class Layouts:
    """The layouts of the papers that were met. forget() them after a rollback."""

    papers: dict[str | None, _Paper] = field(default_factory=dict)
    data_version: int = 0

    def of(self, connection: sqlite3.Connection, publisher: str, frame: list[str], at: str) -> int | None:
        """The first of the paper's layouts that the frame is like, made where there is none; None where nothing can be
        told. The first, not the likest: a page of an old layout must not go over to one that was made yesterday."""
        if not frame:
            return None
        shapes = frozenset(clean(shape) or "" for shape in frame)
        paper = self._paper(connection, clean(publisher))
        layout = paper.like(shapes)
        if layout is not None:
            _see(connection, layout, at)
            return layout.id
        if len(paper.layouts) >= MAX_LAYOUTS:
            return None
        cursor = connection.execute(
            "insert into layouts (publisher, frame, first_seen_at, last_seen_at) values (?1, ?2, ?3, ?3)",
            (clean(publisher), "\n".join(sorted(shapes)), at),
        )
        assert cursor.lastrowid is not None
        paper.add(cursor.lastrowid, shapes, at, at)
        return cursor.lastrowid

    def forget(self) -> None:
        self.papers.clear()

    def _paper(self, connection: sqlite3.Connection, publisher: str | None) -> _Paper:
        """The paper's layouts as the database has them."""
        # It changes when another connection has written: https://www.sqlite.org/pragma.html#pragma_data_version
        (version,) = connection.execute("pragma data_version").fetchone()
        if version != self.data_version:
            self.data_version = version
            self.forget()
        if publisher not in self.papers:
            if len(self.papers) >= PAPERS_HELD:
                del self.papers[next(iter(self.papers))]
            paper = self.papers[publisher] = _Paper()
            rows = connection.execute(
                "select id, frame, first_seen_at, last_seen_at from layouts where publisher = ? order by id",
                (publisher,),
            )
            for layout_id, its_frame, first, last in rows:
                paper.add(layout_id, frozenset(its_frame.split("\n")), first, last)
        return self.papers[publisher]


def _see(connection: sqlite3.Connection, layout: _Layout, at: str) -> None:
    """Note that a layout was seen at an instant."""
    if layout.first_seen_at <= at <= layout.last_seen_at:
        return
    layout.first_seen_at, layout.last_seen_at = min(layout.first_seen_at, at), max(layout.last_seen_at, at)
    connection.execute(
        "update layouts set first_seen_at = ?, last_seen_at = ? where id = ?",
        (layout.first_seen_at, layout.last_seen_at, layout.id),
    )
