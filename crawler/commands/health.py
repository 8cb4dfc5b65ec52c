"""`scrapy health [PAPER...]`: whether all is well with the papers. One line an alarm; exit code 1 where there is one."""

from __future__ import annotations

import argparse
import difflib
from contextlib import closing
from datetime import UTC, datetime
from pathlib import Path
from zoneinfo import ZoneInfo

from crawler.archive.offline import instant
from crawler.archive.warc import ArchiveError as NoInstantError
from crawler.health import Health, examine
from crawler.health.prometheus import metrics
from crawler.health.report import report
from crawler.health.text import alarm_lines, lines
from crawler.health.written import write
from crawler.project_command import ProjectCommand, Refused
from crawler.spiders.news import NewsSpider
from pipelines.database import open_for_reading
from pipelines.database.health import papers


class Command(ProjectCommand):
    def syntax(self) -> str:
        return "[options] [PAPER...]"

    def short_desc(self) -> str:
        return "Compare the papers' last days with what is usual for them"

    def add_options(self, parser: argparse.ArgumentParser) -> None:
        super().add_options(parser)
        parser.add_argument("--quiet", action="store_true", help="print alarms only, as for cron's mail")
        parser.add_argument(
            "--at", metavar="INSTANT", help="judge as at this moment, as 2026-03-08T20:00:00Z; else now"
        )
        parser.add_argument(
            "--prometheus", metavar="FILE", help="write the figures there for Prometheus' node exporter"
        )
        parser.add_argument("--html", metavar="FILE", help="write a report with plots there")

    def work(self, args: list[str], opts: argparse.Namespace) -> None:
        try:
            at = instant(opts.at) or datetime.now(UTC)
        except NoInstantError as error:
            raise Refused(f"--at {error}") from error
        found = self.examine(args, at)
        if opts.prometheus:
            _write(Path(opts.prometheus), metrics(found))
        if opts.html:
            _write(Path(opts.html), report(found))
        for health in found:
            for line in alarm_lines(health) if opts.quiet else lines(health):
                print(line)
        if not found and not opts.quiet:
            print(f"Nothing has been crawled into {self.database} yet.")
        self.exitcode = 1 if any(health.alarms for health in found) else 0

    def examine(self, names: list[str], at: datetime) -> list[Health]:
        """The health of the papers named, or of all that the archive has. Raises Refused for one that it has not."""
        with closing(open_for_reading(self.database)) as connection:
            known = papers(connection)
            for name in names:
                if name not in known:
                    close = difflib.get_close_matches(name, known, n=1)
                    hint = f"did you mean {close[0]!r}? " if close else ""
                    raise Refused(f"no paper {name!r} in {self.database}: {hint}it has {', '.join(known) or 'none'}")
            zones = self.zones()
            return [examine(connection, name, ZoneInfo(zones.get(name, "UTC")), at) for name in names or known]

    def zones(self) -> dict[str, str]:
        """The time zone of each paper that has a spider."""
        assert self.crawler_process is not None
        loader = self.crawler_process.spider_loader
        spiders = [spider for spider in map(loader.load, loader.list()) if issubclass(spider, NewsSpider)]
        return {spider.publisher: spider.timezone for spider in spiders if spider.publisher}


def _write(path: Path, text: str) -> None:
    try:
        write(path, text)
    except OSError as error:
        raise Refused(f"{path} cannot be written: {error.strerror}") from error
