"""`scrapy schedule [FILE]`: the crawls that FILE asks for, as a crontab, or as systemd's timers with --systemd."""

from __future__ import annotations

import argparse
from pathlib import Path

from crawler.project_command import ProjectCommand, Refused
from crawler.schedule import BadSchedule, Place, Schedule, read
from crawler.schedule.crontab import crontab
from crawler.schedule.systemd import units
from crawler.settings import ROOT

FILE = ROOT / "schedule.toml"
USER_UNITS = "~/.config/systemd/user"


class Command(ProjectCommand):
    def syntax(self) -> str:
        return "[options] [FILE]"

    def short_desc(self) -> str:
        return "Print the crontab, or systemd's timers, of the crawls in schedule.toml"

    def add_options(self, parser: argparse.ArgumentParser) -> None:
        super().add_options(parser)
        parser.add_argument("--systemd", action="store_true", help="systemd's services and timers, not a crontab")
        parser.add_argument("--folder", help=f"with --systemd: write the units there, as {USER_UNITS}")

    def work(self, args: list[str], opts: argparse.Namespace) -> None:
        if len(args) > 1:
            raise Refused(f"takes one file, but was given {args[1]!r} too")
        if opts.folder and not opts.systemd:
            raise Refused(f"--folder {opts.folder} is for systemd's units: add --systemd")
        try:
            schedule = read(Path(args[0]) if args else FILE)
            self._check(schedule)
            place = Place.here(ROOT, tuple(opts.set))
            if not opts.systemd:
                print(crontab(schedule, place), end="")
            elif opts.folder:
                write(units(schedule, place), Path(opts.folder).expanduser())
            else:
                print("\n".join(f"# ---- {name} ----\n{text}" for name, text in units(schedule, place).items()), end="")
        except BadSchedule as error:
            raise Refused(str(error)) from error

    def _check(self, schedule: Schedule) -> None:
        for job in schedule.crawls:
            self.spider_class(job.arguments[1])


def write(written: dict[str, str], folder: Path) -> None:
    """The units as files, and what to type next."""
    try:
        folder.mkdir(parents=True, exist_ok=True)
        for name, text in written.items():
            (folder / name).write_text(text, encoding="utf-8")
    except OSError as error:
        raise Refused(f"{folder} takes no units: {error.strerror}") from error
    timers = " ".join(name for name in written if name.endswith(".timer"))
    print(f"{len(written)} units in {folder}. Now:")
    print(f"systemctl --user daemon-reload && systemctl --user enable --now {timers}")
