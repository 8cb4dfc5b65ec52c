"""From regions to clean fields: what a Page's story and sidebars hold after extraction, cleaned apart.

In: a Page as extract() gives it. Out: the same Page with every text in Unicode NFC, without invisible characters, white
space folded, lengths bounded, and every link in the form in which stories are keyed.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable, Iterable
from dataclasses import fields
from functools import lru_cache
from typing import Any, ClassVar

from itemloaders import ItemLoader
from itemloaders.processors import Identity, Join, TakeFirst
from itemloaders.utils import arg_to_iter

from crawler.items import Page, Sidebar, SidebarEntry, Story
from crawler.urls import REMEMBERED, clean_url

MAX_LINE = 2_000  # characters of a headline, a name or a teaser: the longest real ones are a fifth of it
MAX_PARAGRAPHS = 20_000
MAX_ENTRIES = 500

# Control characters, soft hyphen, zero-width space, word joiner, byte order mark. The zero-width (non-)joiner stays:
# Urdu and Persian are misspelt without it.
_INVISIBLE = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x84\x86-\x9f\xad\u200b\u2060\ufeff\ufff9-\ufffb]")


def clean_text(text: str) -> str:
    """text in NFC on one line, without invisible characters, without white space at its ends."""
    if not text.isascii():
        text = unicodedata.normalize("NFC", text)
    if text.isprintable() and "  " not in text:  # of all white space only the space counts as printable
        return text.strip()
    return " ".join(_INVISIBLE.sub("", text).split())


def shorten(text: str) -> str:
    return text[:MAX_LINE]


def unique(values: Iterable[str]) -> list[str]:
    """The values in their order, each once, compared without case."""
    return list({value.casefold(): value for value in reversed(list(values)) if value}.values())[::-1]


@lru_cache(maxsize=REMEMBERED)
def _link(url: str) -> str | None:
    try:
        return clean_url(url) or None
    except ValueError:
        return None


def _line(text: str | None) -> str | None:
    return (shorten(clean_text(text)) if text else None) or None


def clean_entry(entry: SidebarEntry) -> SidebarEntry:
    """One line of a sidebar, cleaned. No loader: a page has many, and itemloaders take as long for them as reading it."""
    return SidebarEntry(
        position=entry.position,
        headline=_line(entry.headline),
        url=_link(entry.url) if entry.url else None,
        teaser=_line(entry.teaser),
        dated=_line(entry.dated),
        updated=entry.updated,
        key=_line(entry.key),
    )


def lines(values: list[str]) -> list[str]:
    return [shorten(clean_text(value)) for value in values]


def paragraphs(bodies: list[str]) -> list[str]:
    """A story's paragraphs, cleaned, one a line."""
    found = [line for body in bodies for line in body.split("\n")][:MAX_PARAGRAPHS]
    return [line for line in map(clean_text, found) if line]


def clean_entries(entries: list[SidebarEntry]) -> list[SidebarEntry]:
    return [clean_entry(entry) for entry in entries[:MAX_ENTRIES]]


class _Loader(ItemLoader):
    """Each field's value is cleaned on the way in, and the first non-empty one comes out. of: the region's class."""

    default_item_class = dict  # a dataclass's own defaults would count as values found
    default_input_processor = staticmethod(lines)
    default_output_processor = TakeFirst()
    steps: ClassVar[list[tuple[str, Callable[..., Any], Callable[..., Any]]]]  # fields and their processors

    def __init_subclass__(cls, of: type[Any]) -> None:
        one, names = cls(), [field.name for field in fields(of)]
        cls.steps = [(name, one.get_input_processor(name), one.get_output_processor(name)) for name in names]

    @classmethod
    def load(cls, region: Any) -> Any:
        """What add_value() and load_item() give for all of a region's fields; they look the processors up again for each
        value, which takes longer than cleaning it."""
        found = {}
        for name, clean, choose in cls.steps:
            value = getattr(region, name)
            if value is not None and (values := clean(arg_to_iter(value))) and (chosen := choose(values)) is not None:
                found[name] = chosen
        return type(region)(**found)


class StoryLoader(_Loader, of=Story):
    """A story's region to a clean Story."""

    body_in = unaided_in = staticmethod(paragraphs)
    body_out = unaided_out = Join("\n")
    authors_out = staticmethod(unique)
    published_in = modified_in = dates_in = Identity()
    dates_out = Identity()


class SidebarLoader(_Loader, of=Sidebar):
    """A sidebar's region to a clean Sidebar."""

    entries_in = staticmethod(clean_entries)
    entries_out = Identity()


def load(page: Page) -> Page:
    """The page with its story and its sidebars cleaned."""
    if page.story:
        page.story = StoryLoader.load(page.story)
    page.sidebars = [SidebarLoader.load(sidebar) for sidebar in page.sidebars]
    return page
