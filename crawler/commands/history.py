"""`scrapy history URL`: how a story was changed, version by version, with the words removed and added.

In: any URL under which the archive knows the story. Out: on a terminal coloured, elsewhere [-removed-] and {+added+};
with --html a page to read.
"""

from __future__ import annotations

import argparse
import html
import re
import unicodedata
from collections.abc import Iterator
from contextlib import closing
from dataclasses import dataclass
from difflib import SequenceMatcher
from typing import Literal

from rich.console import Console
from rich.text import Text

from crawler.project_command import ProjectCommand, Refused
from crawler.urls import clean_url, is_web_address
from pipelines.database import open_for_reading
from pipelines.database.history import Happening, StoryHead, happenings, story_head
from pipelines.database.queries import story_at
from pipelines.database.values import clean, rules_of

CONTEXT = 8  # words shown before and after a change
MAX_COMPARED = 4_000_000  # pairs of words: a longer passage that changed is shown as replaced whole
STYLES = {"kept": "", "removed": "red strike", "added": "green bold"}
STYLE_SHEET = (
    "body{max-width:44em;margin:2em auto;padding:0 1em;font:17px/1.5 Georgia,serif}"
    "h2{font:bold 15px sans-serif;margin:2em 0 .5em;border-top:1px solid #bbb;padding-top:.6em}"
    "del{background:#fdd;color:#911}ins{background:#dfd;color:#161;text-decoration:none}p{white-space:pre-line}"
)


@dataclass(slots=True)
class Run:
    """Words that stand in both versions, or only in the older or the newer one."""

    kind: Literal["kept", "removed", "added"]
    text: str


class Command(ProjectCommand):
    def syntax(self) -> str:
        return "[options] URL"

    def short_desc(self) -> str:
        return "Show how a story was changed, gone and back"

    def add_options(self, parser: argparse.ArgumentParser) -> None:
        super().add_options(parser)
        parser.add_argument("--html", action="store_true", help="write a page to read on standard output")

    def work(self, args: list[str], opts: argparse.Namespace) -> None:
        if len(args) != 1:
            raise Refused("name one story by its URL")
        with closing(open_for_reading(self.database)) as connection:
            cleaned = clean_url(args[0]) if is_web_address(args[0]) else None
            story_id = story_at(connection, clean(args[0]), cleaned)
            if story_id is None:
                raise Refused(f"no story of {args[0]} in {self.database}: crawl it first, or give another of its URLs")
            head, past = story_head(connection, story_id), happenings(connection, story_id)
        if opts.html:
            self.print_page(as_page(head, past) + "\n")
        else:
            Console(highlight=False, soft_wrap=True).print(as_text(head, past, marked=not Console().is_terminal))


def differences(before: str, after: str) -> list[Run]:
    """The words of both texts in one order; line breaks count as words."""
    old, new = _words(before), _words(after)
    runs: list[Run] = []
    if len(old) * len(new) > MAX_COMPARED:
        old, new = before.splitlines(keepends=True), after.splitlines(keepends=True)
    for change, start, end, new_start, new_end in SequenceMatcher(None, old, new, autojunk=False).get_opcodes():
        if change == "equal":
            runs.append(Run("kept", "".join(old[start:end])))
            continue
        if end > start:
            runs.append(Run("removed", "".join(old[start:end])))
        if new_end > new_start:
            runs.append(Run("added", "".join(new[new_start:new_end])))
    return runs


def _words(text: str) -> list[str]:
    return re.findall(r"\S+[^\S\n]*|\s", text)


def steps(past: list[Happening]) -> Iterator[tuple[Happening, list[Run], list[Run]]]:
    """Each happening with what it changed in the headline and in the body since the version before."""
    last: Happening | None = None
    for happening in past:
        headline: list[Run] = []
        body: list[Run] = []
        if happening.body is not None:
            if last is not None and last.headline != happening.headline:
                headline = differences(last.headline or "", happening.headline or "")
            if last is not None and last.body != happening.body:
                body = differences(last.body or "", happening.body)
            last = happening
        yield happening, headline, body


def _title(happening: Happening, last_extraction: str | None) -> str:
    title = happening.what.replace("-", " ") if happening.what != "seen" else "unchanged"
    if happening.back:
        title = f"back, {title}"
    if happening.body is not None:
        title += f", {len(happening.body.split())} words"
    elif happening.reason:
        title += f": {happening.reason}"
    if happening.what == "changed" and rules_of(happening.extraction) != rules_of(last_extraction):
        title += (
            " (read by another extraction than before: replay the earlier captures to see whether the paper changed it)"
        )
    return title


def _titled(past: list[Happening]) -> Iterator[tuple[Happening, str, list[Run], list[Run]]]:
    extraction: str | None = None
    for happening, headline, body in steps(past):
        yield happening, _title(happening, extraction), headline, body
        extraction = happening.extraction if happening.body is not None else extraction


def as_text(head: StoryHead, past: list[Happening], *, marked: bool) -> Text:
    """The history for a terminal; marked: with [-removed-] and {+added+} instead of colours alone."""
    text = Text()
    text.append(_printable(head.headline or "(no headline)") + "\n", style="bold")
    text.append(_printable(f"{head.url}\n{head.publisher}, {_published(head)}\n"))
    for happening, title, headline, body in _titled(past):
        text.append(_printable(f"\n{happening.at}  {title}\n"), style="bold")
        for name, runs in (("headline: ", headline), ("", body)):
            if runs:
                text.append("  " + name)
                for run in shortened(runs):
                    _append(text, run, marked)
                text.append("\n")
    return text


def _append(text: Text, run: Run, marked: bool) -> None:
    left, right = {"removed": ("[-", "-]"), "added": ("{+", "+}")}.get(run.kind, ("", "")) if marked else ("", "")
    words = run.text.rstrip()
    text.append(left + _printable(words).replace("\n", "\n  ") + right, style=STYLES[run.kind])
    text.append(_printable(run.text[len(words) :]).replace("\n", "\n  "))


def shortened(runs: list[Run]) -> Iterator[Run]:
    """The runs with all but CONTEXT kept words beside each change left out."""
    for number, run in enumerate(runs):
        words = _words(run.text)
        before = CONTEXT if number > 0 else 0
        after = CONTEXT if number < len(runs) - 1 else 0
        if run.kind != "kept" or len(words) <= before + after + 1:
            yield run
        else:
            yield Run("kept", "".join(words[:before]) + "… " + "".join(words[len(words) - after :]))


def _printable(text: str) -> str:
    """text without what would steer a terminal."""
    return "".join(char if char == "\n" or unicodedata.category(char) != "Cc" else "�" for char in text)


def _published(head: StoryHead) -> str:
    if head.published_on is None:
        return "publication date unknown"
    return f"published {head.published_on} (known from {head.published_source})"


def as_page(head: StoryHead, past: list[Happening]) -> str:
    """The history as an HTML page: the first version whole, then each with its changes in place."""
    title = html.escape(head.headline or "(no headline)")
    parts = [
        f"<!doctype html><html><head><meta charset='utf-8'><title>{title}</title><style>{STYLE_SHEET}</style></head>",
        f"<body dir='auto'><h1>{title}</h1><p>{html.escape(head.url)}\n{html.escape(head.publisher)}, {_published(head)}</p>",
    ]
    first = True
    for happening, heading, headline, body in _titled(past):
        parts.append(f"<h2>{happening.at} {html.escape(heading)}</h2>")
        if happening.body is not None and first:
            parts.append(f"<p dir='auto'>{html.escape(happening.body)}</p>")
            first = False
        parts += [f"<p dir='auto'>{_marked_up(runs)}</p>" for runs in (headline, body) if runs]
    return "\n".join([*parts, "</body></html>"])


def _marked_up(runs: list[Run]) -> str:
    tags = {"kept": ("", ""), "removed": ("<del>", "</del>"), "added": ("<ins>", "</ins>")}
    return "".join(f"{tags[run.kind][0]}{html.escape(run.text)}{tags[run.kind][1]}" for run in runs)
