"""A parsed page to its blocks: the runs of text that no block-level element or pair of line breaks divides.

In: a Document's root. Out: Blocks in the page's order, and the Boxes (block-level elements) they stand in. Each box
covers a contiguous range of blocks, so that what a subtree holds is a slice. What divides text is HTML's own list of
block-level elements; an element of unknown name divides, a formatting element does not.
"""

from __future__ import annotations

from dataclasses import dataclass

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
BREAK = "\x00"  # stands for <br> while a block is gathered: a document holds no such character
PLAIN, LINK, BROKEN, UNSEEN = range(4)  # what an element that is no box does to text
SETTINGS = dict.fromkeys(INLINE, PLAIN) | dict.fromkeys(SILENT, UNSEEN) | {"a": LINK, "br": BROKEN}
HEADINGS = frozenset(("h1", "h2", "h3", "h4", "h5", "h6"))
SHORT, SCRAP = 120, 24  # characters: a box of links of no more, and other text of no more, is a menu, and one block
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


@dataclass(slots=True, eq=False)
class Box:
    """A block-level element. parent: its box's index (-1 for the outermost). start, end: the range of blocks in it.
    last: the index after the last box in it."""

    element: HtmlElement
    tag: str
    parent: int
    depth: int
    start: int
    end: int = 0
    last: int = 0


@dataclass(slots=True, eq=False)
class Block:
    """One run of text. element: the innermost block-level element around it; box: that element's index among the
    boxes. kind: paragraph, heading, item, quote, cell, caption, preformatted, or menu (a
    box of short links, one a line). linked: how many of its characters stand in links. story, likely (its probability)
    and reason: the verdict, set by whoever divides the page; general.reason() says in words what no reason was given
    for."""

    element: HtmlElement
    box: int
    text: str
    kind: str
    linked: int = 0
    story: bool = False
    likely: float = 0.0
    reason: str = ""


@dataclass(slots=True)
class Cut:
    """The page as blocks and boxes, both in the page's order."""

    blocks: list[Block]
    boxes: list[Box]


class _Cutter:
    """The state of one walk: the open elements, those of them that are boxes already, and the text since the last cut.

    An element becomes a box when the first block in it is cut, so that what holds no text costs nothing.
    """

    def __init__(self) -> None:
        self.blocks: list[Block] = []
        self.boxes: list[Box] = []
        self.open: list[HtmlElement] = []
        self.made: list[int] = []  # the boxes of the outermost open elements
        self.told: list[int] = []  # and how many telling blocks there were when each was made
        self.telling = 0  # blocks so far that are more than a short link or a scrap
        self.parts: list[str] = []  # the text since the last cut
        self.links = 0  # how many are open
        self.linked = 0  # the characters since the last cut that stand in links
        self.broken = 0  # the parts up to the last line break, 0 without one

    def flush(self) -> None:
        """Make a block of the text since the last cut."""
        text = "".join(self.parts)
        if self.broken:
            lines = [" ".join(line.split()) for line in text.split(BREAK)]
            text = "\n".join([line for line in lines if line])
        else:
            text = " ".join(text.split())
        if text and self.open:
            self._append(text)
        self.parts.clear()
        self.linked = self.broken = 0

    def _append(self, text: str) -> None:
        if len(self.made) < len(self.open):
            self._make_boxes()
        index, size = self.made[-1], len(text)
        box = self.boxes[index]
        kind = KINDS.get(box.tag, "paragraph")
        linked = min(self.linked, size)  # what is linked has kept white space inside that the block's text has not
        if linked >= 0.9 * size:
            self.telling += size > SHORT
        else:
            self.telling += size > SCRAP or kind == "heading"
        self.blocks.append(Block(box.element, index, text, kind, linked))

    def _make_boxes(self) -> None:
        """Make boxes of the open elements that are none yet."""
        boxes, start = self.boxes, len(self.blocks)
        parent = self.made[-1] if self.made else -1
        for element in self.open[len(self.made) :]:
            boxes.append(Box(element, element.tag, parent, len(self.made), start))
            parent = len(boxes) - 1
            self.made.append(parent)
            self.told.append(self.telling)

    def close_box(self) -> None:
        """Close the innermost box, whose element is open no more."""
        index = self.made.pop()
        box = self.boxes[index]
        if self.telling == self.told.pop() and len(self.blocks) > box.start + 1:
            self._join(index, box)
        box.end, box.last = len(self.blocks), len(self.boxes)

    def _join(self, index: int, box: Box) -> None:
        """Make one block of a box that holds short links and hardly anything else."""
        parts = self.blocks[box.start :]
        linked = sum([part.linked for part in parts])
        text = "\n".join([part.text for part in parts])
        if linked >= 0.5 * (len(text) - len(parts) + 1):
            del self.blocks[box.start :], self.boxes[index + 1 :]
            self.blocks.append(Block(box.element, index, text, "menu", linked))

    def line_break(self) -> None:
        """End a line, and the block where it ended already."""
        if self.broken and not "".join(self.parts[self.broken :]).strip():
            self.flush()
        else:
            self.parts.append(BREAK)
            self.broken = len(self.parts)


def _never_closed(element: HtmlElement) -> bool:
    """Whether it is a button with a button in it, which no paper means: it goes on to the page's end unless read over."""
    return element.tag == "button" and next(element.iterdescendants("button"), None) is not None


def cut(root: HtmlElement) -> Cut:
    """The page's blocks and boxes. Walks each element once, in constant stack."""
    cutter = _Cutter()
    parts, opened, made = cutter.parts, cutter.open, cutter.made
    walk = etree.iterwalk(root, events=("start", "end"))
    for event, element in walk:
        setting = SETTINGS.get(element.tag)
        if event == "start":
            if setting is None:
                if len(opened) < MAX_DEPTH:
                    if parts:
                        cutter.flush()
                    opened.append(element)
            elif setting == LINK:
                cutter.links += 1
            elif setting == BROKEN:
                cutter.line_break()
                if len(cutter.blocks) > MAX_BLOCKS:  # many may stand in one box
                    break
            elif setting == UNSEEN and not _never_closed(element):
                walk.skip_subtree()
                continue
            text = element.text
        else:
            if setting is None:
                if opened and opened[-1] is element:
                    if parts:
                        cutter.flush()
                    opened.pop()
                    if len(made) > len(opened):
                        cutter.close_box()
                        if len(cutter.blocks) > MAX_BLOCKS:
                            break
            elif setting == LINK:
                cutter.links -= 1
            text = element.tail
        if text and (parts or not text.isspace()):
            parts.append(text)
            if cutter.links:
                cutter.linked += len(text.strip())
    while made:
        cutter.close_box()
    return Cut(cutter.blocks, cutter.boxes)
