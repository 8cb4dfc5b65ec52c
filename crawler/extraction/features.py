"""Each block of a page as numbers: what the model that divides the page is told about it.

In: a Cut and its Document. Out: a Sheet, one row a block; then, from a first guess of each block's probability of being
story, a second matrix of what that guess says about the blocks and boxes around. Nothing here is learned but the words'
weights, which come in as a Lexicon. Training and reading call the same functions.
"""

from __future__ import annotations

import re
from collections import Counter
from dataclasses import dataclass

import numpy as np

from crawler.extraction import letters
from crawler.extraction.blocks import Block, Box, Cut
from crawler.extraction.document import Document
from crawler.extraction.letters import Letters
from crawler.extraction.lexicon import PATH, Lexicon, Matrix, box_name, name_words
from crawler.extraction.words import words_of_each

LEVELS = 6  # how many ever wider boxes around a block are described
LONG = 80  # a block of at least so many (weighted) characters, mostly not links, counts as running text
DESCRIBED, REPEATED = 4_000, 100_000  # characters of the description and of JSON-LD's articleBody that are read
READ = 160  # characters of a block whose words are read
TOPICAL = 5  # letters of a word that tells what a text is about
FIRST = 12  # of these, the words that are looked up in the lexicon
TAGS = (
    "p div li h1 h2 h3 h4 h5 h6 td th figcaption blockquote section article header footer aside nav figure ul pre form"
)
_TAG_CODE = {"<" + tag: code for code, tag in enumerate(TAGS.split())}
_MARKUP = re.compile(r"<[^<>]{1,500}>|&\w{1,8};|&#\d{1,7};")


def _plain(text: str) -> str:
    return " ".join(words_of_each([text])[0])


def sums(values: Matrix) -> Matrix:
    """Running sums from 0, so that a slice's sum is a difference of two."""
    running: Matrix = np.zeros(len(values) + 1)
    np.cumsum(values, out=running[1:])
    return running


@dataclass(slots=True)
class Sheet:
    """A page in numbers. rows: the blocks' features. mass: their weighted lengths. up: for each level, the index of
    the ever wider box around each block. start, end: the boxes' ranges. groups: numberings of the blocks by what they
    share (their box's name, its name in its parent's, their parent box, the heading before them)."""

    rows: Matrix
    mass: Matrix
    up: Matrix
    start: Matrix
    end: Matrix
    groups: list[Matrix]


def block_words(blocks: list[Block]) -> list[list[str]]:
    """The words of each block's beginning."""
    return words_of_each([block.text[:READ] for block in blocks])


def first_words(words: list[str]) -> list[str]:
    return words[:FIRST]


def describe(cut: Cut, document: Document, lexicon: Lexicon) -> Sheet:
    """What each block is: its text, its path, its neighbours, the boxes around it, and what the page's head says."""
    blocks = cut.blocks
    paths = _Paths(cut.boxes, lexicon)
    words = block_words(blocks)
    read = letters.count([block.text for block in blocks])
    lexical = lexicon.texts([first_words(begun) for begun in words])[0]
    weight = read.mass
    linked = np.array([block.linked for block in blocks]) / read.sizes
    box = np.array([block.box for block in blocks])
    path = paths.describe(box)
    up = paths.levels(box)
    running = np.where((weight >= LONG) & (linked < 0.5), weight, 0)
    heading = np.array([block.kind == "heading" for block in blocks])
    first_rank = paths.tags[box] == _TAG_CODE["<h1"]
    title = _title(document)
    headline = _headline(words, heading, first_rank, title)
    groups = paths.groups(box)
    rows = _rows(
        *_text(read),
        linked,
        lexical,
        *path,
        *_neighbours(np.array([linked, path[PATH], lexical]), (-3, -2, -1, 1, 2, 3)),
        *_same_box(box),
        *_levels(paths, up, weight, linked, running, headline),
        *_repetition(blocks, groups, weight),
        *_place(weight, linked, running, headline),
        *_landmarks(paths.articles[box], lexical, heading, first_rank, headline),
        *_agreement(blocks, words, title, document),
    )
    return Sheet(rows, weight, up, paths.start, paths.end, [*groups, np.cumsum(heading)])


def _text(read: Letters) -> list[Matrix]:
    """What the blocks' texts are made of."""
    words = read.counts[letters.BLANK]
    return [
        read.sizes,
        words,
        read.sizes / words,
        read.counts[letters.END],
        read.counts[letters.COMMA],
        read.counts[letters.DIGIT] / read.sizes,
        read.counts[letters.CAPITAL] / read.sizes,
        read.counts[letters.QUOTE],
        read.counts[letters.BAR],
        read.first,
        read.last,
    ]


def _rows(*columns: Matrix) -> Matrix:
    """The columns, or groups of them, as one matrix of a row a block; a column lies in one piece, as trees read it."""
    blocks = columns[0].shape[-1]
    rows: Matrix = np.concatenate([column.reshape(-1, blocks) for column in columns], dtype=np.float32).T
    return rows


class _Paths:
    """What the boxes say about the blocks in them: the weights of their words, added up down the path."""

    def __init__(self, boxes: list[Box], lexicon: Lexicon) -> None:
        self.parent = np.array([box.parent for box in boxes])
        self.start = np.array([box.start for box in boxes])
        self.end = np.array([box.end for box in boxes])
        self.depth = np.array([box.depth for box in boxes])
        self.last = np.array([box.last for box in boxes])
        names = [box_name(box.element) for box in boxes]
        self.names = {name: number for number, name in enumerate(dict.fromkeys(names))}
        self.named = np.array([*map(self.names.__getitem__, names)])
        words = name_words(list(self.names))
        tags = np.array([_TAG_CODE.get(tag, -1) for tag, *_names in words])
        self.tags = tags[self.named]
        self.outer = np.maximum(self.parent, 0)
        self.wider = self._wider()
        self.articles = self._articles()
        self.weights = self._weights(lexicon.boxes(words)[:, self.named])

    def _down(self, values: Matrix) -> Matrix:
        """The sum of the values of each box and of those around it: boxes in a box are those from it to its last."""
        inside: Matrix = np.cumsum(values - np.bincount(self.last, values, len(values) + 1)[:-1])
        return inside

    def _wider(self) -> Matrix:
        """The next box around each that holds more blocks; -1 for the outermost."""
        parent, wider = self.parent.tolist(), self.parent.tolist()
        size = self.end - self.start
        for at in np.flatnonzero(size[self.outer] == size).tolist():
            wider[at] = wider[parent[at]] if at else -1
        return np.array(wider)

    def _articles(self) -> Matrix:
        """Which <article> of the page each box stands in: the outermost, from 0; -1 for none."""
        article = self.tags == _TAG_CODE["<article"]
        inside = self._down(article)
        return np.where(inside > 0, np.cumsum(article & (inside == 1)) - 1, -1)

    def _weights(self, own: Matrix) -> Matrix:
        """For each box, the weights of the words at each distance above a block in it, then their sum; a row a place."""
        boxes = len(self.parent)
        places = np.zeros((PATH + 1, boxes + 1))  # beyond the outermost box, at -1, nothing has weight
        places[:PATH, :boxes] = own
        places[PATH - 1, :boxes] = self._down(own[-1])
        parent = np.append(self.parent, -1)
        at = np.arange(boxes)
        for distance in range(1, PATH):
            at = parent[at]
            places[distance, :boxes] = places[distance, at]
        places[-1] = places.sum(axis=0)
        return places[:, :boxes]

    def describe(self, box: Matrix) -> list[Matrix]:
        """The words' weights at each place of the path, then their sum, and the bare facts of the box."""
        children = np.bincount(self.outer, minlength=len(self.outer))
        outer = self.outer[box]
        return [*self.weights[:, box], self.depth[box], self.tags[box], self.tags[outer], children[outer]]

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


def _landmarks(article: Matrix, lexical: Matrix, heading: Matrix, first_rank: Matrix, headline: int) -> list[Matrix]:
    """The headings and <article>s a block stands under: what the last heading says and how far up it is, how many
    first-rank headings the headline is behind, whether the <article> is the headline's."""
    position = np.arange(len(heading))
    last = np.full(len(heading), -1)
    last[1:] = np.maximum.accumulate(np.where(heading, position, -1))[:-1]
    ranks = np.cumsum(first_rank)
    own = article[headline] if headline >= 0 else -1
    return [
        np.where(last >= 0, lexical[last], 0),
        np.where(last >= 0, position - last, 99),
        ranks - (ranks[headline] if headline >= 0 else 0),
        np.where(article < 0, 0, np.where(article == own, 1, 2)),
        article,
    ]


def _title(document: Document) -> str:
    printed = next((title.text for title in document.tagged["title"]), None)
    return _plain(document.meta("og:title", "twitter:title") or printed or "")[:READ]


def _headline(words: list[list[str]], heading: Matrix, first_rank: Matrix, title: str) -> int:
    """The heading that says what the page's title says, else the first of the first rank, else -1."""
    wanted = set(title.split())
    best, found = 0.5, -1
    for index in np.flatnonzero(heading).tolist() if wanted else ():
        said = wanted.intersection(words[index])
        score = len(said) / len(wanted.union(words[index])) + (0.2 if first_rank[index] else 0)
        if score > best:
            best, found = score, index
    if found < 0 and first_rank.any():
        found = int(first_rank.argmax())
    return found


def article_body(document: Document) -> str:
    """The longest articleBody of the page's JSON-LD, or nothing."""
    bodies = [data["articleBody"] for data in document.linked_data if isinstance(data.get("articleBody"), str)]
    return max(bodies, key=len, default="")


def _agreement(blocks: list[Block], words: list[list[str]], title: str, document: Document) -> list[Matrix]:
    """Which blocks the page's head repeats: its description, JSON-LD's articleBody and how far in, its title's words."""
    described = _plain((document.meta("og:description", "description", "twitter:description") or "")[:DESCRIBED])
    body = _plain(_MARKUP.sub(" ", article_body(document)[:REPEATED]))
    texts = [" ".join(read) for read in words]
    in_described, in_body = np.zeros(len(texts)), np.full(len(texts), -1.0)
    matched = 0
    for at, text in enumerate(texts if described else ()):
        if len(text) > 15 and text in described:
            in_described[at] = len(text) / len(described)
        elif len(described) > 40 and described[:100] in text:
            in_described[at] = 2.0
    for at, text in enumerate(texts if body else ()):
        if len(text) > 3 and (place := body.find(text)) >= 0:
            in_body[at] = place / len(body)
            matched += len(blocks[at].text)
    about = {word for word in title.split() if len(word) >= TOPICAL}
    in_title = np.array([0 if about.isdisjoint(read) else len(about.intersection(read)) for read in words])
    page = [len(body), matched / max(1, len(body)), len(described), len(about)]
    return [in_described, in_body, in_title, _alike_for_all(page, len(blocks))]


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
