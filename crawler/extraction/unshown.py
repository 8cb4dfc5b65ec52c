"""A story that its page holds, but does not show: for the page's scripts to print, or for search engines to read.

In: a Document that shows next to no text. Out: the same with that story as an <article> in its body, where everything
else reads it like any other. Markup stands in the strings of scripts, escaped once or twice; JSON-LD names it articleBody.
"""

from __future__ import annotations

import re
from html import escape
from itertools import islice

import lxml.html
from lxml.html import HtmlElement

from crawler.extraction.blocks import Block
from crawler.extraction.document import Document
from crawler.extraction.general import MIN_NOTICE
from crawler.extraction.letters import mass
from crawler.extraction.linked_data import story_objects, strings

MAX_SCRIPT = 2_000_000  # characters of a script that are looked at
MAX_SCRIPTS = 200
MAX_ESCAPED = 2  # JSON in a string of JSON
MAX_PARAGRAPHS = 2_000
MAX_GAP = 1_000  # characters between two paragraphs of one story: a picture, an advert's place
LEAST_TEXT = 400  # characters of a story

_ESCAPE = re.compile(r"\\(?:u([0-9a-fA-F]{4})|(.))", re.DOTALL)
_NAMED = {"n": "\n", "t": "\t", "r": "\r", "b": "", "f": ""}
_PARAGRAPH = re.compile(r"<p(?:\s[^<>]*)?>([^<]*(?:<(?!/?p[\s>])[^<]*)*)", re.IGNORECASE)
_TAG = re.compile(r"<[^<>]*>")


def is_bare(blocks: list[Block]) -> bool:
    """Whether the page shows less text than any story has, as 'Skip to content' or a word about scripts."""
    total = 0
    for block in blocks:
        total += mass(block.text)
        if total >= MIN_NOTICE:
            return False
    return True


def show(document: Document) -> bool:
    """Put the story that the page keeps to itself into its body. False where it keeps none."""
    paragraphs = _in_scripts(document) or _in_linked_data(document)
    if not paragraphs:
        return False
    parser = lxml.html.HTMLParser(encoding="utf-8", remove_comments=True, remove_pis=True)
    markup = "".join(f"<p>{paragraph}</p>" for paragraph in paragraphs)
    parsed = lxml.html.document_fromstring(f"<article>{markup}</article>".encode("utf-8", "replace"), parser=parser)
    article: HtmlElement = parsed.find("body/article")
    body = document.root.find("body")
    (document.root if body is None else body).append(article)
    return True


def _in_scripts(document: Document) -> list[str]:
    """The longest run of paragraphs in the strings of a script."""
    best: list[str] = []
    for script in document.tagged["script"][:MAX_SCRIPTS]:
        text = (script.text or "")[:MAX_SCRIPT]
        if "<p" in text or "\\u003cp" in text or "\\u003Cp" in text:
            best = max(best, _longest_run(_unescaped(text)), key=_length)
    return best if _length(best) >= LEAST_TEXT else []


def _unescaped(text: str) -> str:
    for _time in range(MAX_ESCAPED):
        if "\\" in text:
            text = _ESCAPE.sub(
                lambda found: chr(int(found[1], 16)) if found[1] else _NAMED.get(found[2], found[2]), text
            )
    return text


def _longest_run(text: str) -> list[str]:
    runs: list[list[str]] = [[]]
    end = 0
    for found in islice(_PARAGRAPH.finditer(text), MAX_PARAGRAPHS):
        if found.start() - end > MAX_GAP:
            runs.append([])
        runs[-1].append(found[1])
        end = found.end()
    return max(runs, key=_length)


def _length(paragraphs: list[str]) -> int:
    return sum(len(_TAG.sub("", paragraph)) for paragraph in paragraphs)


def _in_linked_data(document: Document) -> list[str]:
    for item in story_objects(document):
        for text in strings(item.get("articleBody")):
            if len(text) >= LEAST_TEXT:
                return [escape(line) for line in text.splitlines() if line.strip()]
    return []
