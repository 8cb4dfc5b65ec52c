"""What a spider's callback must give for a recorded page, written in its docstring and checked by `scrapy check`.

    @url https://www.dawn.com/news/1272963
    @story headline body authors section=Business language=en words>=200
    @published 2016-07-26
    @begins ISLAMABAD: The government
    @sidebar Editorial 6
    @absent Have a story idea

Each contract speaks of the one Page a callback yields. callbacks_without_contracts() finds the callbacks that promise
nothing.
"""

from __future__ import annotations

import ast
import inspect
import re
import shlex
import textwrap
from collections.abc import Callable, Iterator
from datetime import date, datetime
from typing import Any
from zoneinfo import ZoneInfo

from scrapy import Spider
from scrapy.contracts import Contract
from scrapy.exceptions import ContractFail

from crawler.items import Fetch, Moment, Page, Sidebar, Story


class PageContract(Contract):
    """A contract on the Page that a callback yields. args: the words after the contract's name."""

    def __init__(self, method: Callable[..., Any], *args: str):
        super().__init__(method, *(arg for arg in args if arg))  # Scrapy gives one empty word for none

    def post_process(self, output: list[Any]) -> None:
        pages = [item for item in output if isinstance(item, Page)]
        if len(pages) != 1:
            raise ContractFail(f"yielded {len(pages)} pages, not one")
        self.check(pages[0])

    def check(self, page: Page) -> None:
        """Raises ContractFail where the page is not as promised."""
        raise NotImplementedError

    @property
    def text(self) -> str:
        """All words after the contract's name. Raises ContractFail where there is none."""
        if not self.args:
            raise ContractFail(f"@{self.name} says nothing: write what is expected after it")
        return " ".join(self.args)


class StoryContract(PageContract):
    """@story FIELD... FIELD=VALUE... words>=N: the fields of Story, or key, publisher and canonical_url of the Page,
    that must not be empty or must be equal to a value (quoted where it has spaces); the fewest words of the body."""

    name = "story"

    def check(self, page: Page) -> None:
        story = story_of(page)
        for term in terms(self.text):
            field, relation, expected = term
            if relation == ">=":
                if field != "words" or not expected.isdigit():
                    raise ContractFail(f"{''.join(term)!r}: >= is for words and a number only")
                at_least(len(story.body.split()), int(expected))
                continue
            found = value_of(page, story, field)
            if relation == "=" and found != expected:
                raise ContractFail(f"{field} is {found!r}, not {expected!r}")
            if not relation and not found:
                raise ContractFail(f"{field} is empty")


class PublishedContract(PageContract):
    """@published 2016-07-26 (the day in the paper's zone), or an instant with its offset: 2016-07-26T07:05:00+05:00."""

    name = "published"

    def check(self, page: Page) -> None:
        published = story_of(page).published
        if published is None:
            raise ContractFail(f"no date of publication, not {self.text}")
        try:
            expected: date = date.fromisoformat(self.text)
        except ValueError:
            expected = instant(self.text)
        found = published.value if isinstance(expected, datetime) else local_day(published, page.timezone)
        if found != expected:
            evidence = f"{published.source}: {published.text!r}"
            raise ContractFail(f"published {found.isoformat()}, not {self.text} (by {evidence})")


class BeginsContract(PageContract):
    """@begins TEXT: the first words of the story's body."""

    name = "begins"

    def check(self, page: Page) -> None:
        body = plain(story_of(page).body)
        if not body.startswith(plain(self.text)):
            raise ContractFail(f"body begins with {body[: len(self.text)]!r}, not {self.text!r}")


class EndsContract(PageContract):
    """@ends TEXT: the last words of the story's body."""

    name = "ends"

    def check(self, page: Page) -> None:
        body = plain(story_of(page).body)
        if not body.endswith(plain(self.text)):
            raise ContractFail(f"body ends with {body[-len(self.text) :]!r}, not {self.text!r}")


class AbsentContract(PageContract):
    """@absent TEXT: what must stand nowhere in the story's headline or body."""

    name = "absent"

    def check(self, page: Page) -> None:
        story = story_of(page)
        text = plain(f"{story.headline or ''}\n{story.body}")
        at = text.find(plain(self.text))
        if at >= 0:
            around = text[max(at - 40, 0) : at + len(self.text) + 40]
            raise ContractFail(f"{self.text!r} is in the story: ...{around}...")


class SidebarContract(PageContract):
    """@sidebar HEADING N: a sidebar under this heading (- for none), with N entries; without N, with any."""

    name = "sidebar"

    def check(self, page: Page) -> None:
        words = self.text.split()
        count = int(words.pop()) if len(words) > 1 and words[-1].isdigit() else None
        heading = None if words == ["-"] else " ".join(words)
        under = [sidebar for sidebar in page.sidebars if sidebar.heading == heading]
        if not under:
            found = ", ".join(map(describe, page.sidebars)) or "none at all"
            raise ContractFail(f"no sidebar under {heading!r}; found {found}")
        if count is not None and all(len(sidebar.entries) != count for sidebar in under):
            raise ContractFail(f"{', '.join(map(describe, under))}, not {count} entries")


class ListingContract(Contract):
    """@listing KIND: the callback read a listing of this kind (feed, sitemap, index page) and says so in one Fetch."""

    name = "listing"

    def post_process(self, output: list[Any]) -> None:
        fetches = [item for item in output if isinstance(item, Fetch)]
        kind = " ".join(self.args)
        if [(fetch.outcome, fetch.reason) for fetch in fetches] != [("not-a-story", kind)]:
            raise ContractFail(f"read no {kind}: {'; '.join(str(fetch.reason) for fetch in fetches) or 'nothing'}")


class NotAStoryContract(PageContract):
    """@not_a_story [TEXT]: the page is none, and the reason given has this text in it."""

    name = "not_a_story"

    def check(self, page: Page) -> None:
        if page.story is not None:
            raise ContractFail(f"took it for a story: {page.story.headline!r}")
        expected = " ".join(self.args)
        if not page.reason or expected not in page.reason:
            raise ContractFail(f"the reason is {page.reason!r}, which does not say {expected!r}")


def callbacks_without_contracts(spider: type[Spider]) -> list[str]:
    """The callbacks of a spider whose docstring has no @url, or nothing but @url: `scrapy check` is green without them.

    A callback is a method that takes a response and is named parse or parse_..., or is given as callback= somewhere in
    the spider's classes, save those that Scrapy defines itself.
    """
    named = {name for base in own_classes(spider) for name in callbacks_named(base)}
    lacking = []
    for name, method in inspect.getmembers(spider, inspect.isfunction):
        if method.__module__.split(".")[0] == "scrapy" or not takes_response(method):
            continue
        if name in named or name == "parse" or name.startswith("parse_"):
            promised = set(re.findall(r"^\s*@(\w+)", method.__doc__ or "", re.M))
            if "url" not in promised or len(promised) < 2:
                lacking.append(name)
    return lacking


def own_classes(spider: type[Spider]) -> Iterator[type]:
    """A spider's classes that neither Scrapy nor Python defines."""
    return (base for base in spider.__mro__ if base.__module__.split(".")[0] not in ("scrapy", "builtins"))


def callbacks_named(spider: type) -> Iterator[str]:
    """Names of methods that a class's code gives as callback=self.name or callback="name"."""
    for node in ast.walk(ast.parse(textwrap.dedent(inspect.getsource(spider)))):
        if isinstance(node, ast.keyword) and node.arg == "callback":
            if isinstance(node.value, ast.Attribute):
                yield node.value.attr
            elif isinstance(node.value, ast.Constant) and isinstance(node.value.value, str):
                yield node.value.value


def takes_response(method: Callable[..., Any]) -> bool:
    return list(inspect.signature(method).parameters)[1:2] == ["response"]


def story_of(page: Page) -> Story:
    if page.story is None:
        raise ContractFail(f"found no story: {page.reason}")
    return page.story


def value_of(page: Page, story: Story, field: str) -> str:
    """A field as a contract writes it: lists joined with a comma, a moment as its ISO form, nothing as ''."""
    for holder in (story, page):
        if hasattr(holder, field):
            value = getattr(holder, field)
            if isinstance(value, Moment):
                return value.value.isoformat()
            return ", ".join(map(str, value)) if isinstance(value, list) else str(value or "")
    raise ContractFail(f"there is no field {field!r} in a story or page")


def terms(text: str) -> Iterator[tuple[str, str, str]]:
    """FIELD, FIELD=VALUE and FIELD>=VALUE as (field, relation, value)."""
    try:
        words = shlex.split(text)
    except ValueError as error:
        raise ContractFail(f"{text!r}: {error}") from error
    for word in words:
        match = re.fullmatch(r"(\w+)(>=|=|)(.*)", word, re.S)
        if match is None or (match[3] and not match[2]):
            raise ContractFail(f"{word!r} is neither a field, nor field=value, nor words>=number")
        yield match[1], match[2], match[3]


def at_least(found: int, expected: int) -> None:
    if found < expected:
        raise ContractFail(f"the body has {found} words, not {expected} or more")


def local_day(moment: Moment, timezone: str | None) -> date:
    """The day of a moment in the paper's zone; where only a day is known, that day."""
    if moment.precision == "day" or timezone is None:
        return moment.value.date()
    return moment.value.astimezone(ZoneInfo(timezone)).date()


def instant(text: str) -> datetime:
    try:
        value = datetime.fromisoformat(text)
    except ValueError as error:
        raise ContractFail(f"{text!r} is no date; write 2016-07-26 or 2016-07-26T07:05:00+05:00") from error
    if value.tzinfo is None:
        raise ContractFail(f"{text!r} has no offset; write 2016-07-26T07:05:00+05:00")
    return value


def describe(sidebar: Sidebar) -> str:
    return f"{sidebar.heading!r} with {len(sidebar.entries)} entries"


def plain(text: str) -> str:
    """Text with each run of blanks as one space, which is how a docstring gives it."""
    return " ".join(text.split())
