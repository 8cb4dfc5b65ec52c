"""`scrapy verify [PATH...]`: whether the archive is sound. One line a damage and a summary; exit code 1 on damage."""

from __future__ import annotations

import argparse
from pathlib import Path

from rich.console import Console

from crawler.archive.verify import Report, verify
from crawler.archive.warc import ArchiveError as UnreadableError
from crawler.archive.warc import Damage
from crawler.project_command import ProjectCommand, Refused
from pipelines.database import check, note_verified


class Command(ProjectCommand):
    def syntax(self) -> str:
        return "[options] [PATH...]"

    def short_desc(self) -> str:
        return "Check every record and digest of the archive, or of WARC and WACZ files"

    def work(self, args: list[str], opts: argparse.Namespace) -> None:
        assert self.settings is not None
        archive = self.settings.get("ARCHIVE")
        if not args and not (archive and Path(archive).is_dir()):
            raise Refused(f"no archive at {archive}: name files or a folder, or the archive with -s ARCHIVE=FOLDER")
        if not args:
            check(self.database)  # now, and not after hours: what is found is to be recorded in it
        console = Console(stderr=True)
        try:
            with console.status("looking for files") as status:  # shown on a terminal only
                report = verify(args or [archive], tell, lambda name: status.update(f"checking {name}"))
        except UnreadableError as error:
            raise Refused(str(error)) from error
        print(summary(report))
        if not args:
            note_verified(self.database, f"{archive}: {summary(report)}")
        self.exitcode = 1 if report.damages else 0


def tell(damage: Damage) -> None:
    print(f"damaged: {damage}", flush=True)


def summary(report: Report) -> str:
    """What was checked, in one line."""
    looked = f"{report.records} records in {report.files} file{'' if report.files == 1 else 's'}"
    without = f", {report.unchecked} of them without a digest to check" if report.unchecked else ""
    verdict = f"{report.damages} damaged" if report.damages else "all sound"
    return f"{looked}{without}: {verdict}"
