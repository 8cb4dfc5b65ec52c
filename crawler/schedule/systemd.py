"""A schedule as systemd's units: a service and a timer for each job.

In: a Schedule and its Place. Out: the text of each unit by its file's name. Quoting is that of systemd.syntax(7) and
systemd.service(5): another than a shell's.
"""

from __future__ import annotations

import re

from crawler.schedule import HEALTH, Job, Place, Schedule

PREFIX = "news-morgue-"
_PLAIN = re.compile(r"[\w@:,./=+-]+", re.ASCII)

SERVICE = """\
[Unit]
Description=News morgue: {what}

[Service]
Type=oneshot
WorkingDirectory={folder}
ExecStart={command}
"""
TIMER = """\
[Unit]
Description=News morgue: {what}, {cadence}

[Timer]
{starts}
Persistent=true

[Install]
WantedBy=timers.target
"""


def units(schedule: Schedule, place: Place) -> dict[str, str]:
    """The units by file name, in the order of the schedule."""
    written = {}
    for job in (*schedule.crawls, *((schedule.health,) if schedule.health else ())):
        written[f"{PREFIX}{job.name}.service"] = SERVICE.format(
            what=_what(job),
            folder=str(place.folder).replace("%", "%%"),
            command=" ".join(map(_quoted, place.command(job))),
        )
        written[f"{PREFIX}{job.name}.timer"] = TIMER.format(what=_what(job), cadence=job.cadence, starts=_calendar(job))
    return written


def _what(job: Job) -> str:
    return "the watch" if job.name == HEALTH else f"crawl {job.name}"


def _calendar(job: Job) -> str:
    return "\n".join(
        f"OnCalendar=*-*-* {_listed(start.hours) or '*'}:{_listed(start.minutes)}:00" for start in job.starts
    )


def _listed(numbers: tuple[int, ...]) -> str:
    return ",".join(f"{number:02}" for number in numbers)


def _quoted(argument: str) -> str:
    """An argument as ExecStart takes it: specifiers (%) and variables ($) stand for themselves."""
    if _PLAIN.fullmatch(argument):
        return argument
    for special, written in (("\\", "\\\\"), ('"', '\\"'), ("%", "%%"), ("$", "$$")):
        argument = argument.replace(special, written)
    return f'"{argument}"'
