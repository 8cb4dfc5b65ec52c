"""What the project's commands share: bad input ends in one line and a non-zero exit; crawls run one after another."""

from __future__ import annotations

import argparse
import asyncio
import contextlib
import difflib
import io
import os
import sys
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from scrapy.commands import BaseRunSpiderCommand, ScrapyCommand
from scrapy.crawler import Crawler
from scrapy.spiderloader import SpiderLoaderProtocol
from twisted.internet.error import ReactorNotRunning

from crawler.archive.offline import instant
from crawler.given import check_given
from crawler.hosts import BUDGET_DAY, BUDGET_RUN
from crawler.summary import Counts, stats_of, summary
from pipelines.database import ArchiveError, check, open_archive


class Refused(Exception):
    """Input that cannot be worked on; the message is the one line that the user sees."""


def spider_class(loader: SpiderLoaderProtocol, name: str) -> Any:
    """The spider of that name. Raises Refused."""
    if name not in loader.list():
        close = difflib.get_close_matches(name, loader.list(), n=1)
        hint = f"did you mean {close[0]!r}? " if close else ""
        raise Refused(f"unknown spider {name!r}: {hint}list them with 'scrapy list'")
    return loader.load(name)


class CheckedCommand(ScrapyCommand):
    """A command, Scrapy's own too, that ends with one line and exit code 2 where an option or setting cannot be used."""

    def process_options(self, args: list[str], opts: argparse.Namespace) -> None:
        assert self.settings is not None
        try:
            super().process_options(args, opts)
            check_given(self.settings)
        except OSError as error:
            self.refuse(f"--pidfile {opts.pidfile}: {error.strerror}")
            sys.exit(self.exitcode)
        except ValueError as error:
            self.refuse(error)
            sys.exit(self.exitcode)

    def refuse(self, why: Exception | str) -> None:
        print(f"scrapy {self.name}: {why}", file=sys.stderr)
        self.exitcode = 2

    @property
    def name(self) -> str:
        return type(self).__module__.rpartition(".")[2]


class ProjectCommand(CheckedCommand, BaseRunSpiderCommand):
    """A command whose work() may raise Refused or ArchiveError: the user sees that line, and the exit code is 2."""

    requires_project = True

    def run(self, args: list[str], opts: argparse.Namespace) -> None:
        # A letter that the terminal does not have must not end the command.
        if isinstance(sys.stdout, io.TextIOWrapper):
            sys.stdout.reconfigure(errors="backslashreplace")
        try:
            self.work(args, opts)
        except (Refused, ArchiveError) as error:
            self.refuse(error)
        except KeyboardInterrupt:  # before or after a crawl, which ends by itself
            print(f"scrapy {self.name}: stopped by Ctrl-C", file=sys.stderr)
            self.exitcode = 130  # as shells tell it: 128 + SIGINT
        except BrokenPipeError:  # whoever read the output, as `head` does, has had enough: nothing more can be written
            os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())

    def print_page(self, page: str) -> None:
        """Write an HTML page, which says that it is UTF-8, on standard output."""
        if isinstance(sys.stdout, io.TextIOWrapper):
            sys.stdout.reconfigure(encoding="utf-8")
        sys.stdout.write(page)

    def work(self, args: list[str], opts: argparse.Namespace) -> None:
        raise NotImplementedError

    @property
    def database(self) -> Path:
        assert self.settings is not None
        return Path(self.settings["DATABASE"])

    def spider_class(self, name: str) -> Any:
        """The project's spider of that name. Raises Refused."""
        assert self.crawler_process is not None
        return spider_class(self.crawler_process.spider_loader, name)

    def paper(self, name: str, arguments: dict[str, str]) -> Any:
        """The project's spider of that name, made with these arguments. Raises Refused, also where it takes them not."""
        spider = self.spider_class(name)
        try:
            paper = spider(**arguments)
            list(paper.listings())
        except ValueError as error:
            raise Refused(str(error)) from error
        return paper

    def check_budgets(self) -> None:
        """Raises Refused for a budget that is none."""
        assert self.settings is not None
        for name in ("BUDGET_RUN", "BUDGET_DAY"):
            value = str(self.settings.get(name) or 0)
            if not value.isdecimal():
                raise Refused(f"setting {name}: {value} is no number of requests: write 500, or 0 for no limit")

    def crawl(self, crawls: list[Crawl]) -> None:
        """Run the crawls one after another and print what they came to. Raises ArchiveError where nothing can be stored."""
        assert self.settings is not None and self.crawler_process is not None
        check(self.database)  # before anything is made, and once more by opening it: a folder may take no file
        try:
            instant(self.settings.get("RECORDED_UNTIL"))
        except ValueError as error:
            raise Refused(f"setting RECORDED_UNTIL: {error}") from error
        open_archive(self.database).close()
        self.run_crawls(crawls)
        counts = Counts.total(Counts.of(crawl.crawler) for crawl in crawls)
        print(summary(counts, self.database))
        stopped = any(crawl.reason in ("shutdown", None) for crawl in crawls)
        if stopped and not self.crawler_process.bootstrap_failed:
            print("Stopped before its end: run the same command again to go on.", file=sys.stderr)
        if counts.failures and not counts.read:
            print("Nothing could be read: the rows of fetches say why.", file=sys.stderr)
            self.exitcode = 1

    def run_crawls(self, crawls: list[Crawl]) -> None:
        """Run the crawls one after another; the exit code is 1 where one of them could not do its work."""
        assert self.crawler_process is not None
        asyncio.get_event_loop().create_task(self._in_order(crawls))
        self.crawler_process.start(stop_after_crawl=False)
        reasons = [crawl.reason for crawl in crawls]
        # By Ctrl-C twice; what comes after a first one never began.
        broken_off = None in reasons and "shutdown" not in reasons
        failed = any(crawl.failed for crawl in crawls if crawl.reason)
        if self.crawler_process.bootstrap_failed or broken_off or failed:
            self.exitcode = 1

    async def _in_order(self, crawls: list[Crawl]) -> None:
        from twisted.internet import reactor

        assert self.crawler_process is not None
        try:
            for crawl in crawls:
                await self.crawler_process.crawl(crawl.crawler, **crawl.arguments)
        finally:
            with contextlib.suppress(ReactorNotRunning):  # Ctrl-C has stopped it
                reactor.stop()  # type: ignore[misc]  # Twisted's own interface declares no self


@dataclass(slots=True)
class Crawl:
    """A crawler that is to run, with its spider's arguments."""

    crawler: Crawler
    arguments: dict[str, Any] = field(default_factory=dict)

    @property
    def reason(self) -> str | None:
        """Why it ended, in Scrapy's words; None where it never began, or was not let come to its end."""
        stats = stats_of(self.crawler)
        return stats.get_value("finish_reason") if stats else None

    @property
    def failed(self) -> bool:
        """Whether it ended for another reason than that there was nothing more to fetch, that a budget was used up, or
        that a person stopped it."""
        return self.reason not in ("finished", "shutdown", BUDGET_RUN, BUDGET_DAY) and not str(self.reason).startswith(
            "closespider_"
        )
