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
from itertools import islice, pairwise
from typing import Any

import numpy as np
from lxml.html import HtmlElement
from numpy.typing import NDArray

from crawler.extraction.blocks import Block, Box, Cut
from crawler.extraction.document import Document
from crawler.extraction.words import digits_and_capitals, words_of

Matrix = NDArray[Any]
TextWord = str | tuple[str, str]  # a word, or a pair of neighbours

PATH = 5  # a box's words weigh by where it stands: inside the block, its own box, the one around, the next, all above
LEVELS = 6  # how many ever wider boxes around a block are described
LONG = 80  # a block of at least so many (weighted) characters, mostly not links, counts as running text
UPWARDS = 40  # elements around a block that are asked for a telling name
DESCRIBED, REPEATED = 4_000, 100_000  # characters of the description and of JSON-LD's articleBody that are read
MEMORY = 20_000  # boxes' names whose weights are kept: a paper's pages share theirs
READ = 240  # characters of a block whose words are read
FIRST = 16  # words of a block that are looked up in the lexicon
TOPICAL = 5  # letters of a word that tells what a text is about
TAGS = (
    "p div li h1 h2 h3 h4 h5 h6 td th figcaption blockquote section article header footer aside nav figure ul pre form"
)
_TAG_CODE = {tag: code for code, tag in enumerate(TAGS.split())}
_CAMEL = re.compile(r"(?<=[a-z])(?=[A-Z])")
_SPLIT = re.compile(r"[^a-z]+")
_WIDE = re.compile("[\u0e00-\u0eff\u1000-\u109f\u1780-\u17ff\u3040-\u30ff\u3400-\u9fff]")
_HIDDEN = re.compile(r"display:\s*none|visibility:\s*hidden")
_MARKUP = re.compile(r"<[^<>]{1,500}>|&\w{1,8};|&#\d{1,7};")
_ENDS = {mark: code for code, marks in enumerate((".", "!", "?؟", "。۔।", "\"”’»')", ":", "…", ",")) for mark in marks}


@dataclass(slots=True)
class Lexicon:
    """boxes: a box's word to its weights at each place of PATH. texts: a text's word to its weight."""

    boxes: dict[str, tuple[float, ...]]
    texts: dict[TextWord, float]
    _texts: dict[str, tuple[float, dict[str, float]]] = field(init=False)
    _seen: dict[str, tuple[tuple[float, ...], str, float]] = field(default_factory=dict)

    def __post_init__(self) -> None:
        """Arrange the texts' words by the first of a pair: its weight alone, and with each word that follows."""
        self._texts = {"": (0.0, {})}
        for word, weight in self.texts.items():
            first, second = (word, None) if isinstance(word, str) else word
            alone, pairs = self._texts.get(first, (0.0, {}))
            if second is None:
                alone = weight
            else:
                pairs[second] = weight
            self._texts[first] = alone, pairs

    def box(self, name: str) -> tuple[tuple[float, ...], str, float]:
        """The weights of a box's words, summed; and the word that speaks most against what it holds, with its weight.
        name: as box_name gives it."""
        found = self._seen.get(name)
        if found is None:
            tag, _, names = name.partition(" ")
            known = {word: self.boxes[word] for word in box_words(tag, names) if word in self.boxes}
            weights = tuple(map(sum, zip(*known.values(), strict=True))) if known else (0.0,) * PATH
            against = min(((min(each), word) for word, each in known.items() if word[0] != "<"), default=(0.0, ""))
            found = weights, against[1], against[0]
            if len(self._seen) < MEMORY:
                self._seen[name] = found
        return found

    def furniture(self, element: HtmlElement) -> str | None:
        """The word of an element and those around it that speaks most against what it holds, or None where none does."""
        worst, found = -0.5, None
        for outer in islice((element, *element.iterancestors()), UPWARDS):
            _, word, weight = self.box(box_name(outer))
            if weight < worst:
                worst, found = weight, word
        return found

    def text(self, words: list[str]) -> float:
        """The weights of the words a text begins with, as text_words gives them, summed."""
        first = _first_words(words)
        if not first:
            return 0.0
        found: dict[TextWord, float] = {}
        before, pairs = "", self._texts[""][1]
        for word in first:
            if word in pairs:
                found[before, word] = pairs[word]
            known = self._texts.get(word)
            if known is None:
                pairs = {}
            else:
                found[word], pairs = known
            before = word
        return sum(found.values()) + pairs.get("", 0.0)


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
    return words_of(block.text[:READ])


def text_words(words: list[str]) -> set[TextWord]:
    """The words a text begins with, in pairs too, numbers as 0, the first and the last marked by a pair with nothing."""
    first = _first_words(words)
    return {*first, *pairwise(("", *first, ""))} if first else set()


def _first_words(words: list[str]) -> list[str]:
    return ["0" if word.isdigit() else word for word in words[:FIRST]]


def box_name(element: HtmlElement) -> str:
    """A box's tag, class, id, itemprop and role."""
    get = element.get
    return f"{element.tag} {get('class') or ''} {get('id') or ''} {get('itemprop') or ''} {get('role') or ''}"


def mass(text: str) -> int:
    """The length of a text in characters, those of scripts that write a word in one or two counted threefold."""
    return len(text) if text.isascii() else len(text) + 2 * len(_WIDE.findall(text))


def plain(text: str) -> str:
    return " ".join(words_of(text))


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
    ).T
    weight = np.array([mass(block.text) for block in blocks], dtype=np.float32)
    linked = texts[_LINKED]
    box = np.array([block.box for block in blocks], dtype=np.int32)
    path = paths.describe(blocks, box, lexicon)
    up = paths.levels(box)
    running = np.where((weight >= LONG) & (linked < 0.5), weight, 0)
    heading = np.array([block.kind == "heading" for block in blocks])
    first_rank = paths.tags[box] == _TAG_CODE["h1"]
    title = _title(document)
    headline = _headline(blocks, heading, first_rank, title)
    around = np.array([np.log1p(weight), linked, path[PATH], texts[_STOP], texts[_LEXICAL], paths.tags[box]])
    groups = paths.groups(box)
    long = [{word for word in read if len(word) >= TOPICAL} for read in words]
    rows = _rows(
        texts,
        *path,
        *_neighbours(around, (-3, -2, -1, 1, 2, 3)),
        *_same_box(box),
        *_levels(paths, up, weight, linked, running, headline),
        *_repetition(blocks, groups, weight),
        *_place(weight, linked, running, headline),
        *_landmarks(paths.articles[box], texts, heading, first_rank, headline),
        *_agreement(blocks, words, long, title, document),
    )
    sections = np.cumsum(heading)
    return Sheet(rows, weight, up, paths.start, paths.end, [*groups, sections], _topics(long))


_LINKED, _STOP, _LEXICAL = 2, 6, 18


def _rows(*columns: Matrix) -> Matrix:
    """The columns, or groups of them, as one matrix of a row a block; a column lies in one piece, as trees read it."""
    blocks = columns[0].shape[-1]
    rows: Matrix = np.concatenate([column.reshape(-1, blocks) for column in columns], dtype=np.float32).T
    return rows


def _text_row(block: Block) -> tuple[float, ...]:
    text = block.text
    size = len(text)
    head = text[:120]
    words = text.count(" ") + 1
    first, last = text[0], text[-1]
    digits, upper = digits_and_capitals(head)
    return (
        size,
        words,
        block.linked / size,
        block.links,
        block.strong / size,
        block.slanted / size,
        _stops(text),
        _commas(text),
        digits / len(head),
        upper / len(head),
        size / words,
        _ENDS.get(last, 9 if last.isdigit() else 10),
        2 if first.isupper() else 1 if first.islower() else 3 if first.isdigit() else 4 if first in "\"“‘«'(" else 5,
        text.count('"') + text.count("“") + text.count("«"),
        text.count("|") + text.count("•") + text.count("·") + text.count("/"),
        "©" in head or "opyright" in head,
        "@" in text,
        ":" in head[:30],
    )


def _stops(text: str) -> int:
    """How many sentences end in a text, whose only white space is blanks and line breaks."""
    ends = int(text.endswith((".", "!", "?")))
    for mark in ".!?":
        if mark in text:
            ends += text.count(f"{mark} ") + text.count(f"{mark}\n")
    return ends if text.isascii() else ends + sum(map(text.count, "。！？؟۔।"))


def _commas(text: str) -> int:
    found = text.count(",") + text.count(";")
    return found if text.isascii() else found + sum(map(text.count, "،、，"))


class _Paths:
    """What the boxes say about the blocks in them: the weights of their words, added up down the path."""

    def __init__(self, boxes: list[Box], lexicon: Lexicon) -> None:
        self.parent = np.array([box.parent for box in boxes], dtype=np.int32)
        self.start = np.array([box.start for box in boxes], dtype=np.int32)
        self.end = np.array([box.end for box in boxes], dtype=np.int32)
        self.depth = np.array([box.depth for box in boxes], dtype=np.int32)
        self.outer = np.maximum(self.parent, 0)
        self.names: dict[str, int] = {}
        self.named = np.array([self.names.setdefault(box_name(box.element), len(self.names)) for box in boxes])
        known = np.array([lexicon.box(name)[0] for name in self.names])
        tags = [_TAG_CODE.get(name.partition(" ")[0], -1) for name in self.names]
        self.tags = np.array(tags, dtype=np.int32)[self.named]
        self.wider, self.hidden, self.articles, far = self._down(boxes, known[self.named, -1])
        self.weights = self._along_path(known.astype(np.float32)[self.named].T, far)

    def _down(self, boxes: list[Box], last: Matrix) -> tuple[Matrix, Matrix, Matrix, Matrix]:
        """What a box has from those around it: the next that holds more blocks, whether it is hidden, which <article>
        of the page it stands in (the outermost, from 0; -1 for none), the last weights of all names down to it."""
        size = self.end - self.start
        larger = (size[self.outer] > size).tolist()
        is_article = (self.tags == _TAG_CODE["article"]).tolist()
        wider: list[int] = []
        hidden: list[bool] = []
        articles: list[int] = []
        far: list[float] = []
        count = 0
        for box, weight, smaller, article in zip(boxes, last.tolist(), larger, is_article, strict=True):
            parent = box.parent
            hide = _is_hidden(box.element)
            if parent < 0:
                wider.append(-1)
                inside = -1
            else:
                wider.append(parent if smaller else wider[parent])
                hide = hide or hidden[parent]
                weight += far[parent]
                inside = articles[parent]
            if article and inside < 0:
                inside, count = count, count + 1
            hidden.append(hide)
            far.append(weight)
            articles.append(inside)
        return np.array(wider), np.array(hidden), np.array(articles), np.array(far, dtype=np.float32)

    def _along_path(self, own: Matrix, far: Matrix) -> Matrix:
        """For each box, the weights of the words at each distance above a block in it, then their sum; a row a place."""
        places = np.zeros((PATH, len(far)), dtype=np.float32)
        at = np.arange(len(far))
        inside = np.ones(len(far), dtype=bool)
        for distance in range(1, PATH - 1):
            places[distance - 1] = np.where(inside, own[distance, at], 0)
            inside = inside & (self.parent[at] >= 0)
            at = self.outer[at]
        places[-2] = np.where(inside, far[at], 0)
        places[-1] = places[:-1].sum(axis=0)
        return places

    def describe(self, blocks: list[Block], box: Matrix, lexicon: Lexicon) -> list[Matrix]:
        """The words' weights at each place of the path, then their sum, and the bare facts of the box."""
        inner = np.array([lexicon.box(f" {block.inner}")[0][0] if block.inner else 0.0 for block in blocks])
        children = np.bincount(self.outer, minlength=len(self.outer))
        outer = self.outer[box]
        path = self.weights[:, box]
        return [
            inner,
            *path[:-1],
            path[-1] + inner,
            self.depth[box],
            self.tags[box],
            self.tags[outer],
            self.hidden[box],
            children[box],
            children[outer],
        ]

    def levels(self, box: Matrix) -> Matrix:
        """The box of each block and the ever wider boxes around it, one row a level; the outermost repeats."""
        rows = [box]
        for _ in range(LEVELS - 1):
            wider = self.wider[rows[-1]]
            rows.append(np.where(wider >= 0, wider, rows[-1]))
        return np.array(rows)

    def groups(self, box: Matrix) -> list[Matrix]:
        """The blocks numbered by their box's name, by that name within its parent's, and by the parent box."""
        outer = np.where(self.parent >= 0, self.named[self.outer], len(self.names))
        pairs = self.named[box] * (len(self.names) + 1) + outer[box]
        return [self.named[box], np.unique(pairs, return_inverse=True)[1], self.parent[box] + 1]


def _is_hidden(element: HtmlElement) -> bool:
    style = element.get("style")
    return (style is not None and _HIDDEN.search(style) is not None) or element.get("hidden") is not None


def _neighbours(columns: Matrix, offsets: tuple[int, ...]) -> list[Matrix]:
    """The columns of the blocks so far before and after; -1 beyond the page's ends."""
    width, n = columns.shape
    padded = np.full((width, n + 8), -1.0)
    padded[:, 4 : n + 4] = columns
    return [padded[:, 4 + offset : n + 4 + offset] for offset in offsets]


def _same_box(box: Matrix) -> list[Matrix]:
    same = np.zeros(len(box) + 1, dtype=bool)
    np.equal(box[1:], box[:-1], out=same[1:-1])
    return [same[:-1], same[1:]]


def _levels(paths: _Paths, up: Matrix, weight: Matrix, linked: Matrix, running: Matrix, headline: int) -> list[Matrix]:
    """What each of the boxes around a block holds, and the first of them that holds the headline too."""
    levels, n = up.shape
    held, held_linked, held_running, runs = sums(weight), sums(weight * linked), sums(running), sums(running > 0)
    start, end = paths.start[up], paths.end[up]
    inside = held[end] - held[start]
    running_inside = held_running[end] - held_running[start]
    solid = np.maximum(inside, 1)
    found = np.empty((levels, 8, n))
    found[:, 0] = inside
    found[:, 1] = end - start
    found[:, 2] = (held_linked[end] - held_linked[start]) / solid
    found[:, 3] = running_inside / (held_running[-1] or 1.0)
    found[:, 4] = running_inside / solid
    found[:, 5] = runs[end] - runs[start]
    found[:, 6] = (np.arange(n) - start) / (end - start)
    found[:, 7] = paths.weights[-1, up]
    holds = (start <= headline) & (headline < end)
    return [found, np.where(holds.any(axis=0), holds.argmax(axis=0), LEVELS)]


def _repetition(blocks: list[Block], groups: list[Matrix], weight: Matrix) -> list[Matrix]:
    """How many blocks stand in boxes of the same name, how much such blocks hold, how often the text occurs."""
    columns = []
    for group in groups[:2]:
        count = np.bincount(group)
        columns += [count[group], (np.bincount(group, weight) / np.maximum(count, 1))[group]]
    texts = Counter([block.text for block in blocks])
    columns.append(np.array([texts[block.text] for block in blocks]))
    return columns


def _topics(long: list[set[str]]) -> tuple[Matrix, Matrix]:
    numbers: defaultdict[str, int] = defaultdict()
    numbers.default_factory = numbers.__len__
    found: list[int] = []
    for words in long:
        found.extend(map(numbers.__getitem__, words))
    return np.repeat(np.arange(len(long)), [len(words) for words in long]), np.array(found, dtype=np.intp)


def _place(weight: Matrix, linked: Matrix, running: Matrix, headline: int) -> list[Matrix]:
    """Where on the page the block stands, and what the page as a whole is like."""
    n = len(weight)
    total, total_running = float(weight.sum()) or 1.0, float(running.sum())
    position = np.arange(n)
    page = [n, total, total_running, total_running / total, float(weight @ linked) / total]
    return [
        position / n,
        n - position,
        (np.cumsum(weight) - weight) / total,
        (np.cumsum(running) - running) / (total_running or 1.0),
        position - headline if headline >= 0 else np.full(n, -1000),
        _alike_for_all(page, n),
    ]


def _alike_for_all(values: list[float], blocks: int) -> Matrix:
    """What is true of the page, once a block."""
    return np.repeat(np.array(values), blocks)


def _landmarks(article: Matrix, texts: Matrix, heading: Matrix, first_rank: Matrix, headline: int) -> list[Matrix]:
    """The headings and <article>s a block stands under: what the last heading says and how far up it is, how many
    first-rank headings the headline is behind, whether the <article> is the headline's."""
    position = np.arange(len(heading))
    last = np.full(len(heading), -1)
    last[1:] = np.maximum.accumulate(np.where(heading, position, -1))[:-1]
    ranks = np.cumsum(first_rank)
    own = article[headline] if headline >= 0 else -1
    return [
        np.where(last >= 0, texts[_LEXICAL, last], 0),
        np.where(last >= 0, position - last, 99),
        ranks - (ranks[headline] if headline >= 0 else 0),
        np.where(article < 0, 0, np.where(article == own, 1, 2)),
        article,
    ]


def _title(document: Document) -> str:
    printed = next((title.text for title in document.tagged["title"]), None)
    return plain(document.meta("og:title", "twitter:title") or printed or "")[:READ]


def _headline(blocks: list[Block], heading: Matrix, first_rank: Matrix, title: str) -> int:
    """The heading that says what the page's title says, else the first of the first rank, else -1."""
    wanted = set(title.split())
    best, found = 0.5, -1
    for index in np.flatnonzero(heading).tolist() if wanted else ():
        if len(blocks[index].text) < 300:
            words = set(words_of(blocks[index].text))
            score = len(words & wanted) / len(words | wanted) + (0.2 if first_rank[index] else 0)
            if score > best:
                best, found = score, index
    if found < 0 and first_rank.any():
        found = int(first_rank.argmax())
    return found


def article_body(document: Document) -> str:
    """The longest articleBody of the page's JSON-LD, or nothing."""
    bodies = [data["articleBody"] for data in document.linked_data if isinstance(data.get("articleBody"), str)]
    return max(bodies, key=len, default="")


def _agreement(
    blocks: list[Block], words: list[list[str]], long: list[set[str]], title: str, document: Document
) -> list[Matrix]:
    """Which blocks the page's head repeats: its title, its description, JSON-LD's articleBody and how far in."""
    described = plain((document.meta("og:description", "description", "twitter:description") or "")[:DESCRIBED])
    body = plain(_MARKUP.sub(" ", article_body(document)[:REPEATED]))
    rows = []
    matched = 0
    about = {word for word in title.split() if len(word) >= TOPICAL}
    for block, read, telling in zip(blocks, words, long, strict=True):
        text = " ".join(read)
        size = len(text)
        in_title = size / len(title) if size > 8 and text in title else 0.0
        in_described = size / len(described) if size > 15 and text in described else 0.0
        if len(described) > 40 and described[:100] in text:
            in_described = 2.0
        in_body = body.find(text) / len(body) if body and size > 3 else -1.0
        if in_body >= 0:
            matched += len(block.text)
        rows.append((in_title, in_described, max(in_body, -1.0), len(about & telling)))
    page = [len(body), matched / max(1, len(body)), len(described), len(about)]
    return [np.array(rows).T, _alike_for_all(page, len(blocks))]


def reconsider(sheet: Sheet, guess: Matrix) -> Matrix:
    """What a first guess of each block's probability says: of the blocks near it, of the boxes around it, of the
    blocks that stand in boxes of the same name, and of the page."""
    likely = guess * sheet.mass
    held, held_likely = sums(sheet.mass), sums(likely)
    page = [
        held_likely[-1],
        held_likely[-1] / max(held[-1], 1),
        (guess > 0.5).sum(),
        guess.max(),
        (abs(guess - 0.5) < 0.3).mean(),
    ]
    return _rows(
        guess,
        *_neighbours(guess[None, :], (-4, -3, -2, -1, 1, 2, 3, 4)),
        *_windows(held, held_likely),
        *_around(sheet, guess, likely, held, held_likely),
        *_gaps(guess, held),
        *_alike(sheet, likely),
        *_topical(sheet, guess),
        _alike_for_all(page, len(guess)),
    )


def _windows(held: Matrix, held_likely: Matrix) -> list[Matrix]:
    n = len(held) - 1
    position = np.arange(n)
    columns = []
    for reach in (2, 5, 12):
        first, last = np.maximum(position - reach, 0), np.minimum(position + reach + 1, n)
        columns.append((held_likely[last] - held_likely[first]) / np.maximum(held[last] - held[first], 1))
    total = held_likely[-1] or 1.0
    return [*columns, held_likely[:-1] / total, 1 - held_likely[1:] / total]


def _around(sheet: Sheet, guess: Matrix, likely: Matrix, held: Matrix, held_likely: Matrix) -> list[Matrix]:
    """How likely what the boxes around a block hold is, without the block itself too; how the block stands to the box
    that holds most of what is likely and least of what is not."""
    levels, n = sheet.up.shape
    position = np.arange(n)
    gain = sums((guess - 0.4) * np.sqrt(sheet.mass))
    best = int(np.argmax(gain[sheet.end] - gain[sheet.start] + np.arange(len(sheet.end)) * 1e-9))
    first, last = int(sheet.start[best]), int(sheet.end[best])
    sure = sums(guess > 0.5)
    total = held_likely[-1] or 1.0
    start, end = sheet.start[sheet.up], sheet.end[sheet.up]
    inside, inside_likely = np.maximum(held[end] - held[start], 1), held_likely[end] - held_likely[start]
    found = np.empty((levels, 4, n))
    found[:, 0] = inside_likely / inside
    found[:, 1] = inside_likely / total
    found[:, 2] = (sure[end] - sure[start]) / (end - start)
    found[:, 3] = (inside_likely - likely) / np.maximum(inside - sheet.mass, 1)
    holds = (start <= first) & (last <= end)
    box = held_likely[last] - held_likely[first]
    return [
        found,
        (first <= position) & (position < last),
        np.where(holds.any(axis=0), holds.argmax(axis=0), LEVELS),
        position - first,
        last - position,
        _alike_for_all([box / total, box / max(held[last] - held[first], 1)], n),
    ]


def _gaps(guess: Matrix, held: Matrix) -> list[Matrix]:
    """How far away, in blocks and in text, the nearest likely blocks before and after are, and the first and last."""
    n = len(guess)
    position = np.arange(n)
    likely = guess > 0.5
    before, after = np.full(n, -1), np.full(n, n)
    before[1:] = np.maximum.accumulate(np.where(likely, position, -1))[:-1]
    after[:-1] = np.minimum.accumulate(np.where(likely, position, n)[::-1])[::-1][1:]
    first, last = (int(position[likely][0]), int(position[likely][-1])) if likely.any() else (n, -1)
    return [
        position - before,
        after - position,
        np.where(before >= 0, held[position] - held[before + 1], 1e5),
        np.where(after < n, held[after] - held[position + 1], 1e5),
        position - first,
        last - position,
    ]


def _alike(sheet: Sheet, likely: Matrix) -> list[Matrix]:
    """How likely the blocks in boxes of the same name are, with and without the block itself."""
    total = float(likely.sum()) or 1.0
    columns = []
    for group in sheet.groups:
        inside, inside_likely = np.bincount(group, sheet.mass)[group], np.bincount(group, likely)[group]
        columns += [inside_likely / np.maximum(inside, 1), inside_likely / total]
        columns.append((inside_likely - likely) / np.maximum(inside - sheet.mass, 1))
    return columns


def _topical(sheet: Sheet, guess: Matrix) -> list[Matrix]:
    """How many of a block's long words other likely blocks use too."""
    block, word = sheet.topics
    n = len(guess)
    if not len(word):
        return [np.zeros((3, n))]
    support = np.bincount(word, guess[block])[word] - guess[block]
    count = np.bincount(block, minlength=n)
    some = np.maximum(count, 1)
    shared = np.bincount(block, support > 0.5, minlength=n)
    often = np.bincount(block, np.minimum(support, 4), minlength=n)
    return [count, shared / some, often / some]
