"""When each paper is crawled: a small TOML file to jobs, and jobs to a crontab or to systemd's timers.

    mail = "desk@example.org"
    health = "07:00"

    [dawn]
    every = "30m"

    [site."https://example.org/"]
    at = ["06:00", "18:00"]

Start at read(). Every mistake in the file raises BadSchedule, in one line that says what to write instead.
"""

from __future__ import annotations

import hashlib
import re
import sys
import tomllib
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from crawler.schedule.cadence import BadSchedule, Start, starts, times
from crawler.urls import host, is_web_address

__all__ = ["HEALTH", "BadSchedule", "Job", "Place", "Schedule", "read"]

SITE = "site"  # the spider that crawls any site: its tables are named by addresses
HEALTH = "health"
_RECIPIENT = re.compile(r"[\w.+-]+(?:@[\w.-]+)?")  # an address, or a user of the machine


@dataclass(frozen=True, slots=True)
class Job:
    """A command of the project and when it starts. name: of its log and units, of letters that any file name may have.
    arguments: of scrapy. cadence: as the file has it."""

    name: str
    arguments: tuple[str, ...]
    cadence: str
    starts: tuple[Start, ...]


@dataclass(frozen=True, slots=True)
class Schedule:
    """crawls: in the file's order. health: the watch over them, None where the file asks for none. mail: who is told."""

    crawls: tuple[Job, ...]
    health: Job | None
    mail: str | None


@dataclass(frozen=True, slots=True)
class Place:
    """Where the commands run: the project's folder, its Python, and the settings (NAME=VALUE) that each is given."""

    folder: Path
    python: Path
    settings: tuple[str, ...] = ()

    @classmethod
    def here(cls, folder: Path, settings: tuple[str, ...] = ()) -> Place:
        """The running Python in the project's folder. Raises BadSchedule."""
        place = cls(folder, Path(sys.executable), settings)
        for text in (str(place.folder), str(place.python), *settings):
            if not text.isprintable():
                raise BadSchedule(f"{text!r} holds a character that no crontab can: use another name")
        return place

    def command(self, job: Job) -> list[str]:
        """The job as a command line."""
        given = [part for setting in self.settings for part in ("-s", setting)]
        return [str(self.python), "-m", "scrapy", *job.arguments, *given]


def read(path: Path) -> Schedule:
    """The schedule that a file holds. Raises BadSchedule."""
    try:
        tables = tomllib.loads(path.read_text(encoding="utf-8-sig"))  # some editors put a mark before the text
    except OSError as error:
        raise BadSchedule(f"{path} cannot be read: {error.strerror}") from error
    except ValueError as error:
        raise BadSchedule(f"{path} is no TOML: {error}") from error
    try:
        mail, health = _mail(tables.pop("mail", None)), _health(tables.pop(HEALTH, None))
        crawls = tuple(_crawls(tables))
        if not crawls:
            raise BadSchedule('no paper is scheduled: write a table such as [dawn] with every = "30m"')
    except BadSchedule as error:
        raise BadSchedule(f"{path}: {error}") from error
    return Schedule(crawls, health, mail)


def _mail(recipient: Any) -> str | None:
    if recipient is None or (isinstance(recipient, str) and _RECIPIENT.fullmatch(recipient)):
        return recipient
    raise BadSchedule(f'mail = {recipient!r} is no address: write mail = "desk@example.org"')


def _health(at: Any) -> Job | None:
    if at is None:
        return None
    return Job(HEALTH, (HEALTH, "--quiet"), f"at {at}", times(HEALTH, at))


def _crawls(tables: dict[str, Any]) -> Iterator[Job]:
    for spider, table in tables.items():
        if not isinstance(table, dict):
            raise BadSchedule(f'{spider} = {table!r} is no table: write [{spider}] and below it every = "30m"')
        if spider != SITE:
            yield _crawl(spider, f"[{spider}]", (spider,), table)
            continue
        for url, cadence in table.items():
            if not isinstance(cadence, dict) or not is_web_address(url) or not url.isprintable():
                raise BadSchedule(f'[site] needs an address, not {url!r}: write [site."https://example.org/"]')
            yield _crawl(_site_name(url), f"[site.{url!r}]", (SITE, "-a", f"url={url}"), cadence)


def _site_name(url: str) -> str:
    """A name that systemd takes for a unit; two sections of one host have two."""
    digest = hashlib.blake2b(url.encode(), digest_size=3).hexdigest()
    return f"{SITE}-{re.sub('[^a-z0-9.-]', '-', host(url))}-{digest}"


def _crawl(name: str, title: str, arguments: tuple[str, ...], table: dict[str, Any]) -> Job:
    given = dict(table)
    cadence = " and ".join(f"{key} {_written(value)}" for key, value in given.items())
    return Job(name, ("crawl", *arguments), cadence, starts(title, name, given))


def _written(value: Any) -> str:
    return ", ".join(map(str, value)) if isinstance(value, list) else str(value)
