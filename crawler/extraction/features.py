"""Each block of a page as numbers: what the model that divides the page is told about it.

In: a Cut and its Document. Out: a Sheet, one row a block; then, from a first guess of each block's probability of being
story, a second matrix of what that guess says about the blocks and boxes around. Nothing here is learned but the words'
weights, which come in as a Lexicon. Training and reading call the same functions.
"""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from dataclasses import dataclass, field
from functools import lru_cache
from itertools import pairwise
from typing import Any

import numpy as np
from numpy.typing import NDArray

from crawler.extraction.blocks import Block, Box, Cut
from crawler.extraction.document import Document

Matrix = NDArray[Any]
TextWord = str | tuple[str, str]  # a word, or a pair of neighbours

PATH = 5  # a box's words weigh by where it stands: inside the block, its own box, the one around, the next, all above
LEVELS = 6  # how many ever wider boxes around a block are described
LONG = 80  # a block of at least so many (weighted) characters, mostly not links, counts as running text
UPWARDS = 40  # boxes around a block that are asked for a telling name
DESCRIBED, REPEATED = 4_000, 100_000  # characters of the description and of JSON-LD's articleBody that are read
MEMORY = 20_000  # boxes' names whose weights are kept: a paper's pages share theirs
READ = 240  # characters of a block whose words are read
TOPICAL = 5  # letters of a word that tells what a text is about
TAGS = (
    "p div li h1 h2 h3 h4 h5 h6 td th figcaption blockquote section article header footer aside nav figure ul pre form"
)
_TAG_CODE = {tag: code for code, tag in enumerate(TAGS.split())}
_CAMEL = re.compile(r"(?<=[a-z])(?=[A-Z])")
_SPLIT = re.compile(r"[^a-z]+")
_WORD = re.compile(r"\w+")
_WIDE = re.compile("[\u0e00-\u0eff\u1000-\u109f\u1780-\u17ff\u3040-\u30ff\u3400-\u9fff]")
_HIDDEN = re.compile(r"display:\s*none|visibility:\s*hidden")
_MARKUP = re.compile(r"<[^<>]{1,500}>|&\w{1,8};|&#\d{1,7};")
_STOPS = re.compile(r"[.!?](?=\s|$)|[。！？؟۔।]")
_COMMAS = re.compile(r"[,،、，;]")
_DIGITS = re.compile(r"\d")
_UPPER = re.compile(r"[A-ZÀ-ÞА-Я]")
_ENDS = {mark: code for code, marks in enumerate((".", "!", "?؟", "。۔।", "\"”’»')", ":", "…", ",")) for mark in marks}


@dataclass(slots=True)
class Lexicon:
    """boxes: a box's word to its weights at each place of PATH. texts: a text's word to its weight."""

    boxes: dict[str, tuple[float, ...]]
    texts: dict[TextWord, float]
    _seen: dict[str, tuple[tuple[float, ...], str, float]] = field(default_factory=dict)

    def box(self, tag: str, names: str) -> tuple[tuple[float, ...], str, float]:
        """The weights of a box's words, summed; and the word that speaks most against what it holds, with its weight."""
        key = f"{tag} {names}"
        found = self._seen.get(key)
        if found is None:
            known = {word: self.boxes[word] for word in box_words(tag, names) if word in self.boxes}
            weights = tuple(map(sum, zip(*known.values(), strict=True))) if known else (0.0,) * PATH
            against = min(((min(each), word) for word, each in known.items() if word[0] != "<"), default=(0.0, ""))
            found = weights, against[1], against[0]
            if len(self._seen) < MEMORY:
                self._seen[key] = found
        return found

    def furniture(self, boxes: list[Box], block: Block) -> str | None:
        """The word of the boxes around a block that speaks most against it, or None where none does."""
        at, worst, found = block.box, -0.5, None
        for _ in range(UPWARDS):
            if at < 0:
                break
            box = boxes[at]
            _, word, weight = self.box(box.tag, box.names)
            if weight < worst:
                worst, found = weight, word
            at = box.parent
        return found

    def text(self, words: list[str]) -> float:
        """The weights of the words a text begins with, summed."""
        weights = self.texts
        return sum([weights[word] for word in text_words(words) if word in weights])


def box_words(tag: str, names: str) -> set[str]:
    """The words of a box: its tag, and the parts of its class and id names, alone and in pairs."""
    words = {"<" + tag} if tag else set()
    words.update(*map(_name_words, names[:400].split()))
    return words


@lru_cache(maxsize=MEMORY)
def _name_words(name: str) -> tuple[str, ...]:
    if not name.islower():
        name = _CAMEL.sub("-", name).lower()
    if name.isascii() and name.isalpha():
        return (name,) if len(name) > 1 else ()
    parts = [part for part in _SPLIT.split(name) if len(part) > 1]
    return (*parts, *(f"{a}-{b}" for a, b in pairwise(parts)))


def block_words(block: Block) -> list[str]:
    """The words of a block's beginning, in lower case."""
    return _WORD.findall(block.text[:READ].lower())


def text_words(words: list[str]) -> set[TextWord]:
    """The words a text begins with, in pairs too, numbers as 0, the first and the last marked by a pair with nothing."""
    first = ["0" if word.isdigit() else word for word in words[:16]]
    if not first:
        return set()
    found: set[TextWord] = set(pairwise(first))
    found.update(first)
    found.update((("", first[0]), (first[-1], "")))
    return found


def box_names(box: Box) -> str:
    get = box.element.get
    return f"{get('class') or ''} {get('id') or ''} {get('itemprop') or ''} {get('role') or ''}"


def mass(text: str) -> int:
    """The length of a text in characters, those of scripts that write a word in one or two counted threefold."""
    return len(text) if text.isascii() else len(text) + 2 * len(_WIDE.findall(text))


def plain(text: str) -> str:
    return " ".join(_WORD.findall(text.lower()))


def sums(values: Matrix) -> Matrix:
    """Running sums from 0, so that a slice's sum is a difference of two."""
    running: Matrix = np.zeros(len(values) + 1)
    np.cumsum(values, out=running[1:])
    return running


@dataclass(slots=True)
class Sheet:
    """A page in numbers. rows: the blocks' features. mass: their weighted lengths. up: for each level, the index of
    the ever wider box around each block. start, end: the boxes' ranges. groups: numberings of the blocks by what they
    share (their box's name, its name in its parent's, their parent box, the heading before them). topics: the pairs of
    block and long word that occur on the page, both as numbers."""

    rows: Matrix
    mass: Matrix
    up: Matrix
    start: Matrix
    end: Matrix
    groups: list[Matrix]
    topics: tuple[Matrix, Matrix]


def describe(cut: Cut, document: Document, lexicon: Lexicon) -> Sheet:
    """What each block is: its text, its path, its neighbours, the boxes around it, and what the page's head says."""
    blocks = cut.blocks
    paths = _Paths(cut.boxes, lexicon)
    words = [block_words(block) for block in blocks]
    texts = np.array(
        [(*_text_row(block), lexicon.text(read)) for block, read in zip(blocks, words, strict=True)], dtype=np.float32
    )
    weight = np.array([mass(block.text) for block in blocks], dtype=np.float32)
    linked = texts[:, _LINKED]
    box = np.array([block.box for block in blocks], dtype=np.int32)
    path = paths.describe(blocks, box, lexicon)
    up = paths.levels(box)
    running = np.where((weight >= LONG) & (linked < 0.5), weight, 0)
    headline = _headline(blocks, document)
    around = np.column_stack(
        [np.log1p(weight), linked, path[:, PATH], texts[:, _STOP], texts[:, _LEXICAL], paths.tags[box]]
    )
    groups = _groups(cut, paths, box)
    sections = np.cumsum([block.kind == "heading" for block in blocks])
    rows = np.hstack(
        [
            texts,
            path,
            _neighbours(around, (-3, -2, -1, 1, 2, 3)),
            _same_box(box),
            _levels(paths, up, weight, linked, running, headline),
            _repetition(blocks, groups, weight),
            _place(blocks, weight, linked, running, headline),
            _landmarks(cut, texts, box, headline),
            _agreement(blocks, words, document),
        ]
    )
    return Sheet(rows.astype(np.float32), weight, up, paths.start, paths.end, [*groups, sections], _topics(words))


_LINKED, _STOP, _LEXICAL = 2, 6, 18


def _text_row(block: Block) -> tuple[float, ...]:
    text = block.text
    size = len(text)
    head = text[:120]
    words = text.count(" ") + 1
    first, last = text[0], text[-1]
    return (
        size,
        words,
        block.linked / size,
        block.links,
        block.strong / size,
        block.slanted / size,
        len(_STOPS.findall(text)),
        len(_COMMAS.findall(text)),
        len(_DIGITS.findall(head)) / len(head),
        len(_UPPER.findall(head)) / len(head),
        size / words,
        _ENDS.get(last, 9 if last.isdigit() else 10),
        2 if first.isupper() else 1 if first.islower() else 3 if first.isdigit() else 4 if first in "\"“‘«'(" else 5,
        text.count('"') + text.count("“") + text.count("«"),
        text.count("|") + text.count("•") + text.count("·") + text.count("/"),
        "©" in head or "opyright" in head,
        "@" in text,
        ":" in head[:30],
    )


class _Paths:
    """What the boxes say about the blocks in them: the weights of their words, added up down the path."""

    def __init__(self, boxes: list[Box], lexicon: Lexicon) -> None:
        count = len(boxes)
        far = [0.0] * count
        wider = [-1] * count
        hidden = [0] * count
        self.names: list[str] = []
        own: list[tuple[float, ...]] = []
        for index, box in enumerate(boxes):
            box.names = names = box_names(box)
            self.names.append(f"{box.tag} {names}")
            weights, _, _ = lexicon.box(box.tag, names)
            own.append(weights)
            get = box.element.get
            style = get("style")
            hide = (style is not None and _HIDDEN.search(style) is not None) or get("hidden") is not None
            parent = box.parent
            if parent < 0:
                far[index], hidden[index] = weights[-1], hide
                continue
            far[index] = far[parent] + weights[-1]
            hidden[index] = hide or hidden[parent]
            outer = boxes[parent]
            wider[index] = parent if outer.end - outer.start > box.end - box.start else wider[parent]
        self.parent = np.array([box.parent for box in boxes], dtype=np.int32)
        self.start = np.array([box.start for box in boxes], dtype=np.int32)
        self.end = np.array([box.end for box in boxes], dtype=np.int32)
        self.wider = np.array(wider, dtype=np.int32)
        self.tags = np.array([_TAG_CODE.get(box.tag, -1) for box in boxes], dtype=np.int32)
        self.hidden = np.array(hidden)
        self.depth = np.array([box.depth for box in boxes])
        self.weights = self._along_path(np.array(own, dtype=np.float32), np.array(far, dtype=np.float32))

    def _along_path(self, own: Matrix, far: Matrix) -> Matrix:
        """For each box, the weights of the words at each distance above a block in it."""
        columns = []
        at = np.arange(len(own))
        inside = np.ones(len(own), dtype=bool)
        for distance in range(1, PATH - 1):
            columns.append(np.where(inside, own[at, distance], 0))
            inside = inside & (self.parent[at] >= 0)
            at = np.maximum(self.parent[at], 0)
        columns.append(np.where(inside, far[at], 0))
        columns.append(np.sum(columns, axis=0))
        return np.column_stack(columns)

    def describe(self, blocks: list[Block], box: Matrix, lexicon: Lexicon) -> Matrix:
        """The words' weights at each place of the path, then their sum, and the bare facts of the box."""
        inner = np.array([lexicon.box("", block.inner)[0][0] if block.inner else 0.0 for block in blocks])
        outer = np.maximum(self.parent, 0)
        children = np.bincount(outer, minlength=len(outer))
        path = self.weights[box]
        return np.column_stack(
            [
                inner,
                path[:, :-1],
                path[:, -1] + inner,
                self.depth[box],
                self.tags[box],
                self.tags[outer[box]],
                self.hidden[box],
                children[box],
                children[outer[box]],
            ]
        )

    def levels(self, box: Matrix) -> Matrix:
        """The box of each block and the ever wider boxes around it, one row a level; the outermost repeats."""
        rows = [box]
        for _ in range(LEVELS - 1):
            wider = self.wider[rows[-1]]
            rows.append(np.where(wider >= 0, wider, rows[-1]))
        return np.array(rows)


def _neighbours(columns: Matrix, offsets: tuple[int, ...]) -> Matrix:
    """The columns of the blocks so far before and after; -1 beyond the page's ends."""
    n, width = columns.shape
    padded = np.full((n + 8, width), -1.0)
    padded[4 : n + 4] = columns
    return np.hstack([padded[4 + offset : n + 4 + offset] for offset in offsets])


def _same_box(box: Matrix) -> Matrix:
    same = np.concatenate([[False], box[1:] == box[:-1], [False]])
    return np.column_stack([same[:-1], same[1:]])


def _levels(paths: _Paths, up: Matrix, weight: Matrix, linked: Matrix, running: Matrix, headline: int) -> Matrix:
    """What each of the boxes around a block holds, and the first of them that holds the headline too."""
    n = up.shape[1]
    held, held_linked, held_running, runs = sums(weight), sums(weight * linked), sums(running), sums(running > 0)
    page_running = held_running[-1] or 1.0
    with_headline = np.full(n, LEVELS)
    columns = []
    for level, at in enumerate(up):
        start, end = paths.start[at], paths.end[at]
        inside = held[end] - held[start]
        running_inside = held_running[end] - held_running[start]
        columns += [
            inside,
            end - start,
            (held_linked[end] - held_linked[start]) / np.maximum(inside, 1),
            running_inside / page_running,
            running_inside / np.maximum(inside, 1),
            runs[end] - runs[start],
            (np.arange(n) - start) / (end - start),
            paths.weights[at, -1],
        ]
        if headline >= 0:
            holds = (with_headline == LEVELS) & (start <= headline) & (headline < end)
            with_headline[holds] = level
    return np.column_stack([*columns, with_headline])


def _groups(cut: Cut, paths: _Paths, box: Matrix) -> list[Matrix]:
    """The blocks numbered by their box's name, by that name within its parent's, and by the parent box."""
    numbers: dict[str, int] = {}
    named = np.array([numbers.setdefault(name, len(numbers)) for name in paths.names])
    outer = np.where(paths.parent >= 0, named[np.maximum(paths.parent, 0)], len(numbers))
    pairs = named[box] * (len(numbers) + 1) + outer[box]
    return [
        np.unique(named[box], return_inverse=True)[1],
        np.unique(pairs, return_inverse=True)[1],
        paths.parent[box] + 1,
    ]


def _repetition(blocks: list[Block], groups: list[Matrix], weight: Matrix) -> Matrix:
    """How many blocks stand in boxes of the same name, how much such blocks hold, how often the text occurs."""
    columns = []
    for group in groups[:2]:
        count = np.bincount(group)
        columns += [count[group], (np.bincount(group, weight) / np.maximum(count, 1))[group]]
    texts = Counter(block.text for block in blocks)
    columns.append(np.array([texts[block.text] for block in blocks]))
    return np.column_stack(columns)


def _topics(words: list[list[str]]) -> tuple[Matrix, Matrix]:
    numbers: defaultdict[str, int] = defaultdict()
    numbers.default_factory = numbers.__len__
    found: list[int] = []
    counts = []
    for read in words:
        long = {word for word in read if len(word) >= TOPICAL}
        found.extend(map(numbers.__getitem__, long))
        counts.append(len(long))
    return np.repeat(np.arange(len(words)), counts), np.array(found, dtype=np.int32)


def _place(blocks: list[Block], weight: Matrix, linked: Matrix, running: Matrix, headline: int) -> Matrix:
    """Where on the page the block stands, and what the page as a whole is like."""
    n = len(blocks)
    total, total_running = float(weight.sum()) or 1.0, float(running.sum())
    position = np.arange(n)
    page = [n, total, total_running, total_running / total, float(weight @ linked) / total]
    return np.column_stack(
        [
            position / n,
            n - position,
            (np.cumsum(weight) - weight) / total,
            (np.cumsum(running) - running) / (total_running or 1.0),
            position - headline if headline >= 0 else np.full(n, -1000),
            np.tile(page, (n, 1)),
        ]
    )


def _landmarks(cut: Cut, texts: Matrix, box: Matrix, headline: int) -> Matrix:
    """The headings and <article>s a block stands under: what the last heading says and how far up it is, how many
    first-rank headings the headline is behind, whether the <article> is the headline's."""
    n = len(box)
    position = np.arange(n)
    heading = np.array([block.kind == "heading" for block in cut.blocks])
    first_rank = np.array([block.element.tag == "h1" for block in cut.blocks])
    last = np.maximum.accumulate(np.where(heading, position, -1))
    last = np.concatenate([[-1], last[:-1]])
    ranks = np.cumsum(first_rank)
    article = _articles(cut.boxes)[box]
    own = article[headline] if headline >= 0 else -1
    return np.column_stack(
        [
            np.where(last >= 0, texts[last, _LEXICAL], 0),
            np.where(last >= 0, position - last, 99),
            ranks - (ranks[headline] if headline >= 0 else 0),
            np.where(article < 0, 0, np.where(article == own, 1, 2)),
            article,
        ]
    )


def _articles(boxes: list[Box]) -> Matrix:
    """For each box, which <article> of the page it stands in, the outermost, counted from 0; -1 for none."""
    found: list[int] = []
    count = 0
    for box in boxes:
        inside = found[box.parent] if box.parent >= 0 else -1
        if inside < 0 and box.tag == "article":
            inside, count = count, count + 1
        found.append(inside)
    return np.array(found)


def _title(document: Document) -> str:
    return plain(document.meta("og:title", "twitter:title") or document.root.findtext(".//title") or "")[:READ]


def _headline(blocks: list[Block], document: Document) -> int:
    """The heading that says what the page's title says, else the first of the first rank, else -1."""
    title = set(_title(document).split())
    best, found = 0.5, -1
    for index, block in enumerate(blocks):
        if block.kind == "heading" and title and len(block.text) < 300:
            words = set(plain(block.text).split())
            score = len(words & title) / len(words | title) + (0.2 if block.element.tag == "h1" else 0)
            if score > best:
                best, found = score, index
    if found < 0:
        found = next((index for index, block in enumerate(blocks) if block.element.tag == "h1"), -1)
    return found


def article_body(document: Document) -> str:
    """The longest articleBody of the page's JSON-LD, or nothing."""
    bodies = [data["articleBody"] for data in document.linked_data if isinstance(data.get("articleBody"), str)]
    return max(bodies, key=len, default="")


def _agreement(blocks: list[Block], words: list[list[str]], document: Document) -> Matrix:
    """Which blocks the page's head repeats: its title, its description, JSON-LD's articleBody and how far in."""
    title = _title(document)
    described = plain((document.meta("og:description", "description", "twitter:description") or "")[:DESCRIBED])
    body = plain(_MARKUP.sub(" ", article_body(document)[:REPEATED]))
    rows = []
    matched = 0
    about = {word for word in title.split() if len(word) >= TOPICAL}
    for block, read in zip(blocks, words, strict=True):
        text = " ".join(read)
        size = len(text)
        in_title = size / len(title) if size > 8 and text in title else 0.0
        in_described = size / len(described) if size > 15 and text in described else 0.0
        if len(described) > 40 and described[:100] in text:
            in_described = 2.0
        in_body = body.find(text) / len(body) if body and size > 3 else -1.0
        if in_body >= 0:
            matched += len(block.text)
        rows.append((in_title, in_described, max(in_body, -1.0), len(about.intersection(read))))
    page = [len(body), matched / max(1, len(body)), len(described), len(about)]
    return np.hstack([np.array(rows), np.tile(page, (len(blocks), 1))])


def reconsider(sheet: Sheet, guess: Matrix) -> Matrix:
    """What a first guess of each block's probability says: of the blocks near it, of the boxes around it, of the
    blocks that stand in boxes of the same name, and of the page."""
    likely = guess * sheet.mass
    held, held_likely = sums(sheet.mass), sums(likely)
    columns = [
        guess[:, None],
        _neighbours(guess[:, None], (-4, -3, -2, -1, 1, 2, 3, 4)),
        _windows(held, held_likely),
        _around(sheet, guess, likely, held, held_likely),
        _gaps(guess, held),
        _alike(sheet, likely),
        _topical(sheet, guess),
    ]
    page = [
        held_likely[-1],
        held_likely[-1] / max(held[-1], 1),
        (guess > 0.5).sum(),
        guess.max(),
        (abs(guess - 0.5) < 0.3).mean(),
    ]
    return np.hstack([*columns, np.tile(page, (len(guess), 1))]).astype(np.float32)


def _windows(held: Matrix, held_likely: Matrix) -> Matrix:
    n = len(held) - 1
    position = np.arange(n)
    columns = []
    for reach in (2, 5, 12):
        first, last = np.maximum(position - reach, 0), np.minimum(position + reach + 1, n)
        columns.append((held_likely[last] - held_likely[first]) / np.maximum(held[last] - held[first], 1))
    total = held_likely[-1] or 1.0
    return np.column_stack([*columns, held_likely[:-1] / total, 1 - held_likely[1:] / total])


def _around(sheet: Sheet, guess: Matrix, likely: Matrix, held: Matrix, held_likely: Matrix) -> Matrix:
    """How likely what the boxes around a block hold is, without the block itself too; how the block stands to the box
    that holds most of what is likely and least of what is not."""
    n = len(guess)
    position = np.arange(n)
    gain = sums((guess - 0.4) * np.sqrt(sheet.mass))
    best = int(np.argmax(gain[sheet.end] - gain[sheet.start] + np.arange(len(sheet.end)) * 1e-9))
    first, last = int(sheet.start[best]), int(sheet.end[best])
    sure = sums(guess > 0.5)
    total = held_likely[-1] or 1.0
    relation = np.full(n, LEVELS)
    columns = []
    for level, at in enumerate(sheet.up):
        start, end = sheet.start[at], sheet.end[at]
        inside, inside_likely = np.maximum(held[end] - held[start], 1), held_likely[end] - held_likely[start]
        columns += [inside_likely / inside, inside_likely / total, (sure[end] - sure[start]) / (end - start)]
        columns.append((inside_likely - likely) / np.maximum(inside - sheet.mass, 1))
        relation[(relation == LEVELS) & (start <= first) & (last <= end)] = level
    box = held_likely[last] - held_likely[first]
    columns += [(first <= position) & (position < last), relation, position - first, last - position]
    return np.column_stack([*columns, np.tile([box / total, box / max(held[last] - held[first], 1)], (n, 1))])


def _gaps(guess: Matrix, held: Matrix) -> Matrix:
    """How far away, in blocks and in text, the nearest likely blocks before and after are, and the first and last."""
    n = len(guess)
    position = np.arange(n)
    likely = guess > 0.5
    before = np.concatenate([[-1], np.maximum.accumulate(np.where(likely, position, -1))[:-1]])
    after = np.concatenate([np.minimum.accumulate(np.where(likely, position, n)[::-1])[::-1][1:], [n]])
    first, last = (int(position[likely][0]), int(position[likely][-1])) if likely.any() else (n, -1)
    return np.column_stack(
        [
            position - before,
            after - position,
            np.where(before >= 0, held[position] - held[before + 1], 1e5),
            np.where(after < n, held[after] - held[position + 1], 1e5),
            position - first,
            last - position,
        ]
    )


def _alike(sheet: Sheet, likely: Matrix) -> Matrix:
    """How likely the blocks in boxes of the same name are, with and without the block itself."""
    total = float(likely.sum()) or 1.0
    columns = []
    for group in sheet.groups:
        inside, inside_likely = np.bincount(group, sheet.mass)[group], np.bincount(group, likely)[group]
        columns += [inside_likely / np.maximum(inside, 1), inside_likely / total]
        columns.append((inside_likely - likely) / np.maximum(inside - sheet.mass, 1))
    return np.column_stack(columns)


def _topical(sheet: Sheet, guess: Matrix) -> Matrix:
    """How many of a block's long words other likely blocks use too."""
    block, word = sheet.topics
    n = len(guess)
    if not len(word):
        return np.zeros((n, 3))
    support = np.bincount(word, guess[block])[word] - guess[block]
    count = np.bincount(block, minlength=n)
    shared = np.bincount(block, support > 0.5, minlength=n)
    often = np.bincount(block, np.minimum(support, 4), minlength=n)
    return np.column_stack([count, shared / np.maximum(count, 1), often / np.maximum(count, 1)])
