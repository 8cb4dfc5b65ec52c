"""A parsed page to its blocks: the runs of text that no block-level element or pair of line breaks divides.

In: a Document's root. Out: Blocks in the page's order, and the Boxes (block-level elements) they stand in. Each box
covers a contiguous range of blocks, so that what a subtree holds is a slice. What divides text is HTML's own list of
block-level elements; an element of unknown name divides, a formatting element does not.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field

from lxml import etree
from lxml.html import HtmlElement

MAX_BLOCKS = 20_000  # a news page has some hundreds; a page with more is read no further
MAX_DEPTH = 400  # deeper elements are read as part of the box at this depth


def _names(text: str) -> frozenset[str]:
    return frozenset(text.split())


INLINE = _names(
    "a abbr acronym b bdi bdo big cite code data del dfn em font i img ins kbd label mark math mn mo mi mrow msub msup "
    "nobr q rb rp rt ruby s samp small span strike strong sub sup time tt u var wbr"
)
SILENT = _names(
    "script style noscript template head title svg iframe object embed applet canvas audio video map select option "
    "datalist textarea input button meter progress img picture source link meta base param track"
)
STRONG = frozenset(("b", "strong"))
HEADINGS = frozenset(("h1", "h2", "h3", "h4", "h5", "h6"))
KINDS = {
    "li": "item",
    "dt": "item",
    "dd": "item",
    "td": "cell",
    "th": "cell",
    "figcaption": "caption",
    "caption": "caption",
}
KINDS |= dict.fromkeys(HEADINGS, "heading") | {"blockquote": "quote", "pre": "preformatted"}

_SPACES = re.compile(r"\s+")


@dataclass(slots=True, eq=False)
class Box:
    """A block-level element. parent: its box's index (-1 for the outermost). start, end: the range of blocks in it."""

    element: HtmlElement
    tag: str
    parent: int
    depth: int
    start: int
    end: int = 0


@dataclass(slots=True, eq=False)
class Block:
    """One run of text. element: the innermost block-level element around it; box: that element's index among the
    boxes. kind: paragraph, heading, item, quote, cell, caption or preformatted. linked, strong: how many of its
    characters stand in links and in bold type. story and reason: the verdict, set by whoever divides the page."""

    element: HtmlElement
    box: int
    text: str
    kind: str
    linked: int = 0
    strong: int = 0
    links: int = 0
    story: bool = False
    reason: str = ""


@dataclass(slots=True)
class Cut:
    """The page as blocks and boxes, both in the page's order."""

    blocks: list[Block] = field(default_factory=list)
    boxes: list[Box] = field(default_factory=list)


class _Cutter:
    """The state of one walk: the open boxes, and the text gathered since the last cut."""

    def __init__(self) -> None:
        self.cut = Cut()
        self.open: list[int] = []
        self.parts: list[str] = []
        self.link_depth = self.strong_depth = 0
        self.linked = self.strong = self.links = 0
        self.breaks = 0

    def add(self, text: str | None) -> None:
        if not text:
            return
        self.parts.append(text)
        if self.link_depth or self.strong_depth or self.breaks:
            size = len(text.strip())
            if size:
                self.breaks = 0
            if self.link_depth:
                self.linked += size
            if self.strong_depth:
                self.strong += size

    def flush(self) -> None:
        if self.parts:
            text = _SPACES.sub(" ", "".join(self.parts)).strip()
            self.parts.clear()
            if text and self.open:
                index = self.open[-1]
                box = self.cut.boxes[index]
                self.cut.blocks.append(
                    Block(
                        box.element,
                        index,
                        text,
                        KINDS.get(box.tag, "paragraph"),
                        min(self.linked, len(text)),
                        min(self.strong, len(text)),
                        self.links,
                    )
                )
        self.linked = self.strong = self.links = self.breaks = 0

    def enter(self, element: HtmlElement, tag: str) -> None:
        self.flush()
        boxes = self.cut.boxes
        parent = self.open[-1] if self.open else -1
        boxes.append(Box(element, tag, parent, len(self.open), len(self.cut.blocks)))
        self.open.append(len(boxes) - 1)

    def leave(self) -> None:
        self.flush()
        self.cut.boxes[self.open.pop()].end = len(self.cut.blocks)

    def line_break(self) -> None:
        self.breaks += 1
        if self.breaks > 1:
            self.flush()
        else:
            self.parts.append("\n")


def cut(root: HtmlElement) -> Cut:
    """The page's blocks and boxes. Walks each element once, in constant stack."""
    cutter = _Cutter()
    walk = etree.iterwalk(root, events=("start", "end", "comment", "pi"))
    for event, element in walk:
        if event == "start":
            tag = element.tag
            if tag in SILENT:
                walk.skip_subtree()
                continue
            if tag in INLINE:
                if tag == "a":
                    cutter.link_depth += 1
                    cutter.links += 1
                elif tag in STRONG:
                    cutter.strong_depth += 1
            elif tag == "br":
                cutter.line_break()
            elif len(cutter.open) < MAX_DEPTH:
                cutter.enter(element, tag)
            cutter.add(element.text)
            continue
        if event == "end":
            tag = element.tag
            if tag == "a":
                cutter.link_depth -= 1
            elif tag in STRONG:
                cutter.strong_depth -= 1
            elif cutter.open and cutter.cut.boxes[cutter.open[-1]].element is element:
                cutter.leave()
                if len(cutter.cut.blocks) > MAX_BLOCKS:
                    break
        cutter.add(element.tail)
    while cutter.open:
        cutter.leave()
    return cutter.cut
