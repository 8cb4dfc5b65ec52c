"""A parsed page to its blocks: the runs of text that no block-level element or pair of line breaks divides.

In: a Document's root. Out: Blocks in the page's order, and the Boxes (block-level elements) they stand in. Each box
covers a contiguous range of blocks, so that what a subtree holds is a slice. What divides text is HTML's own list of
block-level elements; an element of unknown name divides, a formatting element does not.
"""

from __future__ import annotations

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
BREAK = "\x00"  # stands for <br> while a block is gathered: a document holds no such character
LINK, STRONG, SLANTED, PLAIN, UNSEEN = range(5)  # how the text of a formatting element is set
SETTINGS = dict.fromkeys(INLINE, PLAIN) | dict.fromkeys(SILENT, UNSEEN) | {"a": LINK}
SETTINGS |= dict.fromkeys(("b", "strong"), STRONG) | dict.fromkeys(("i", "em", "cite"), SLANTED)
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
    boxes. kind: paragraph, heading, item, quote, cell, caption, preformatted, or menu (a
    box of short links, one a line). linked, strong, slanted: how many of its characters stand in links, in bold and in
    italic type. links: how many links begin in it. inner: the class of the first formatting element in it. story,
    likely (its probability) and reason: the verdict, set by whoever divides the page; general.reason() says in words
    what no reason was given for."""

    element: HtmlElement
    box: int
    text: str
    kind: str
    linked: int = 0
    strong: int = 0
    slanted: int = 0
    links: int = 0
    inner: str = ""
    story: bool = False
    likely: float = 0.0
    reason: str = ""


@dataclass(slots=True)
class Cut:
    """The page as blocks and boxes, both in the page's order."""

    blocks: list[Block] = field(default_factory=list)
    boxes: list[Box] = field(default_factory=list)


class _Cutter:
    """The state of one walk: the open elements, those of them that are boxes already, and the text since the last cut.

    An element becomes a box when the first block in it is cut, so that what holds no text costs nothing.
    """

    def __init__(self) -> None:
        self.cut = Cut()
        self.open: list[HtmlElement] = []
        self.made: list[int] = []  # the boxes of the outermost open elements
        self.told: list[int] = []  # and how many telling blocks there were when each was made
        self.telling = 0  # blocks so far that are more than a short link or a scrap
        self.parts: list[str] = []
        self.inside = [0, 0, 0, 0, 0]  # how many open elements set text so; what is unseen is only ever closed
        self.set = [0, 0, 0]  # the characters since the last cut that are linked, strong, slanted
        self.links = self.breaks = 0
        self.inner = ""

    def add(self, text: str) -> None:
        self.parts.append(text)
        link, strong, slanted, _plain, _unseen = self.inside
        if link or strong or slanted or self.breaks:
            size = len(text.strip())
            if size:
                self.breaks = 0
            if link:
                self.set[LINK] += size
            if strong:
                self.set[STRONG] += size
            if slanted:
                self.set[SLANTED] += size

    def flush(self) -> None:
        """Make a block of the text since the last cut."""
        text = "".join(self.parts)
        self.parts.clear()
        if BREAK in text:
            text = "\n".join(" ".join(line.split()) for line in text.split(BREAK) if line.strip())
        else:
            text = " ".join(text.split())
        if text and self.open:
            self._append(text)
        self.set = [0, 0, 0]
        self.links = self.breaks = 0
        self.inner = ""

    def _append(self, text: str) -> None:
        index, size = self._box(), len(text)
        box = self.cut.boxes[index]
        kind = KINDS.get(box.tag, "paragraph")
        linked, strong, slanted = self.set
        # What is set so has kept white space inside that the block's text has not.
        if linked or strong or slanted:
            linked, strong, slanted = min(linked, size), min(strong, size), min(slanted, size)
        if linked >= 0.9 * size:
            self.telling += size > SHORT
        else:
            self.telling += size > SCRAP or kind == "heading"
        block = Block(box.element, index, text, kind, linked, strong, slanted, self.links, self.inner)
        self.cut.blocks.append(block)

    def _box(self) -> int:
        """The box of the innermost open element, made now where it is not yet."""
        boxes = self.cut.boxes
        for element in self.open[len(self.made) :]:
            parent = self.made[-1] if self.made else -1
            boxes.append(Box(element, element.tag, parent, len(self.made), len(self.cut.blocks)))
            self.made.append(len(boxes) - 1)
            self.told.append(self.telling)
        return self.made[-1]

    def leave(self) -> None:
        """Close the innermost open element, and its box where it is one."""
        self.open.pop()
        if len(self.made) <= len(self.open):
            return
        index = self.made.pop()
        box = self.cut.boxes[index]
        if self.telling == self.told.pop() and len(self.cut.blocks) > box.start + 1:
            self._join(index, box)
        box.end = len(self.cut.blocks)

    def _join(self, index: int, box: Box) -> None:
        """Make one block of a box that holds short links and hardly anything else."""
        parts = self.cut.blocks[box.start :]
        linked = sum(part.linked for part in parts)
        if linked < 0.5 * sum(len(part.text) for part in parts):
            return
        text = "\n".join(part.text for part in parts)
        links = sum(part.links for part in parts)
        del self.cut.blocks[box.start :], self.cut.boxes[index + 1 :]
        self.cut.blocks.append(Block(box.element, index, text, "menu", linked, 0, 0, links))

    def line_break(self) -> None:
        self.breaks += 1
        if self.breaks > 1:
            self.flush()
        else:
            self.parts.append(BREAK)


def _never_closed(element: HtmlElement) -> bool:
    """Whether it is a button with a button in it, which no paper means: it goes on to the page's end unless read over."""
    return element.tag == "button" and element.find(".//button") is not None


def cut(root: HtmlElement) -> Cut:
    """The page's blocks and boxes. Walks each element once, in constant stack."""
    cutter = _Cutter()
    parts, opened, blocks, inside = cutter.parts, cutter.open, cutter.cut.blocks, cutter.inside
    walk = etree.iterwalk(root, events=("start", "end"))
    for event, element in walk:
        setting = SETTINGS.get(element.tag)
        if event == "start":
            if setting == UNSEEN and not _never_closed(element):
                walk.skip_subtree()
                continue
            if setting is not None:
                inside[setting] += 1
                cutter.links += setting == LINK
                cutter.inner = cutter.inner or element.get("class") or ""
            elif element.tag == "br":
                cutter.line_break()
            elif len(opened) < MAX_DEPTH:
                if parts or cutter.links or cutter.inner:
                    cutter.flush()
                opened.append(element)
            text = element.text
        else:
            if setting is not None:
                inside[setting] -= 1
            elif opened and opened[-1] is element:
                if parts or cutter.links or cutter.inner:
                    cutter.flush()
                cutter.leave()
                if len(blocks) > MAX_BLOCKS:
                    break
            text = element.tail
        if text and (parts or not text.isspace()):
            cutter.add(text)
    while opened:
        cutter.flush()
        cutter.leave()
    return cutter.cut
