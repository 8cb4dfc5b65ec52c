"""The file of a new paper, as a person would begin it: attributes, what was guessed, and a contract for the recorded page.

In: a NewPaper, whose texts come from a stranger's page. Out: Python source that ruff takes as it is. Nothing of the page
gets out of its string or docstring: strings are written by repr, docstrings hold printable words with their quotes and
backslashes escaped.
"""

from __future__ import annotations

import re
import textwrap
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from datetime import date

from crawler.items import Moment, Page

MAX_LINE = 120
MAX_CONTRACT = 110  # characters of a contract line, beside its indentation
FIRST_WORDS = 32  # characters of the body's first and last words that a contract holds


@dataclass(slots=True)
class NewPaper:
    """What is written down. zone_reason: by what the zone was guessed. contracts: the lines of parse_story's docstring."""

    name: str
    home: str
    domain: str
    language: str | None
    timezone: str
    zone_reason: str
    story_path: str
    looked_at: date
    feeds: tuple[str, ...] = ()
    sitemaps: tuple[str, ...] = ()
    sections: tuple[str, ...] = ()
    contracts: list[str] = field(default_factory=list)

    @property
    def class_name(self) -> str:
        return "".join(word.capitalize() for word in self.name.split("_")) + "Spider"


def source(paper: NewPaper) -> str:
    """The Python source of the paper's file."""
    about = (
        f"{plain(paper.home)}, as `scrapy newpaper` found it on {paper.looked_at}. Guesses, until a person has looked: "
        "the story's path and the zone."
    )
    lines = [
        *textwrap.wrap(f'"""{escaped(about)}"""', MAX_LINE, break_long_words=False, break_on_hyphens=False),
        *_IMPORTS,
        f"class {paper.class_name}(NewsSpider):",
        *_attributes(paper),
        "",
        "    def parse_story(self, response: Response) -> Iterator[Page]:",
        '        """A story page to a Page.',
        "",
        *(f"        {escaped(line)}" for line in paper.contracts),
        '        """',
        "        return super().parse_story(response)",
    ]
    return "\n".join(lines) + "\n"


_IMPORTS = (
    "",
    "from __future__ import annotations",
    "",
    "from collections.abc import Iterator",
    "",
    "from scrapy.http import Response",
    "",
    "from crawler.items import Page",
    "from crawler.spiders.news import NewsSpider",
    "",
    "",
)


def _attributes(paper: NewPaper) -> Iterator[str]:
    yield _attribute("name", paper.name)
    yield _attribute("publisher", paper.name)
    yield _attribute("language", paper.language)
    yield f"    # A guess, by {plain(paper.zone_reason)}."[:MAX_LINE]
    yield _attribute("timezone", paper.timezone)
    yield _attribute("home", paper.home)
    yield _attribute("allowed_domains", [paper.domain])
    for name, listed in (("feeds", paper.feeds), ("sitemaps", paper.sitemaps), ("sections", paper.sections)):
        if listed:
            yield _attribute(name, listed)
    yield f"    story_path = r{quoted(paper.story_path, raw=True)}"


def _attribute(name: str, value: str | list[str] | tuple[str, ...] | None) -> str:
    """`name = value`, a list or tuple in one line where it has room."""
    if value is None or isinstance(value, str):
        return f"    {name} = {quoted(value) if value is not None else None}"
    opening, closing = "[]" if isinstance(value, list) else "()"
    items = [quoted(item) for item in value]
    comma = "," if len(items) == 1 and opening == "(" else ""
    line = f"    {name} = {opening}{', '.join(items)}{comma}{closing}"
    if len(line) <= MAX_LINE:
        return line
    return "\n".join([f"    {name} = {opening}", *(f"        {item}," for item in items), f"    {closing}"])


def quoted(text: str, raw: bool = False) -> str:
    """A string literal, in double quotes where that needs no escapes, as the formatter has it. raw: for an r before it,
    of a text without quotes."""
    written = f"'{text}'" if raw else repr(text)
    inner = written[1:-1]
    return f'"{inner}"' if written[0] == "'" and '"' not in inner and "\\'" not in inner else written


def escaped(text: str) -> str:
    """Text for within a docstring."""
    return text.replace("\\", "\\\\").replace('"""', '\\"\\"\\"')


def plain(text: str) -> str:
    """The printable characters of a text, its blanks each as one space: no control and no direction marks."""
    return "".join(letter for letter in " ".join(text.split()) if letter.isprintable())


# ---- the contract ----


def contracts(page: Page, url: str) -> list[str]:
    """What the extraction got from a story page, as the lines of a contract; only what a docstring can hold."""
    story = page.story
    assert story is not None
    lines = [f"@url {url}"]
    fields = [
        _equal("headline", story.headline),
        _equal("authors", ", ".join(story.authors)),
        _equal("language", story.language),
    ]
    words = len(story.body.split())
    lines += _packed([*filter(None, fields), f"words>={words - words % 10}"])
    first, last = _words(story.body), _words(" ".join(reversed(story.body.split())))
    lines += [f"@begins {' '.join(first)}"] if first else []
    lines += [f"@ends {' '.join(reversed(last))}"] if last else []
    lines += [f"@published {_moment(story.published)}"] if story.published else []
    for sidebar in page.sidebars[:3]:
        heading = sidebar.heading or "-"
        if _holds(heading) and not heading.split()[-1].isdigit():
            lines.append(f"@sidebar {heading} {len(sidebar.entries)}")
    return lines


def _equal(name: str, value: str | None) -> str | None:
    """field="value" as the story contract reads it, the field's name alone where a docstring cannot hold the value."""
    if not value:
        return None
    if not _holds(value):
        return name
    if re.fullmatch(r"[\w-]+", value):
        return f"{name}={value}"
    return f'{name}="{value}"' if not re.search(r'["\\]', value) else name


def _packed(terms: Iterable[str]) -> Iterator[str]:
    """Terms as @story lines, as many in each as have room."""
    line = "@story"
    for term in terms:
        if len(f"{line} {term}") > MAX_CONTRACT and line != "@story":
            yield line
            line = "@story"
        line += f" {term}"
    yield line


def _words(text: str) -> list[str]:
    """The first words of a text, until they are enough or one cannot be held."""
    words: list[str] = []
    for word in text.split():
        if not _holds(word) or len(" ".join(words)) >= FIRST_WORDS:
            break
        words.append(word)
    return words


def _holds(text: str) -> bool:
    """Whether a contract line has room for a text, and a docstring can hold it as it is."""
    return bool(text) and len(text) <= MAX_CONTRACT - 20 and text == plain(text)


def _moment(moment: Moment) -> str:
    return str(moment.value.date()) if moment.precision == "day" else moment.value.isoformat()
