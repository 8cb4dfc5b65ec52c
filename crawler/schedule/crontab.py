"""A schedule as lines of a crontab.

In: a Schedule and its Place. Out: text. A crawl's output goes to a log of its own beside the database; what the watch
says is left to cron, which mails it.
"""

from __future__ import annotations

import shlex

from crawler.schedule import BadSchedule, Job, Place, Schedule
from crawler.schedule.cadence import Start

LONGEST = 990  # characters of a command that every cron takes; Debian's has room for 1,000

HEAD = """\
# Crawls of the news morgue, as `scrapy schedule` prints them. Put them in with `crontab -e`; times are the machine's.
# Two crawls of one paper at a time cannot happen: the second one leaves. Logs: {folder}/data/*.log
"""
HINT = "# MAILTO=you@example.org would mail you what the watch finds: write mail = in the schedule's file\n"


def crontab(schedule: Schedule, place: Place) -> str:
    """The whole crontab. Raises BadSchedule for a command longer than cron takes."""
    parts = [HEAD.format(folder=place.folder), f"MAILTO={schedule.mail}\n" if schedule.mail else HINT]
    for job in schedule.crawls:
        parts += [
            f"\n# {job.name}, {job.cadence}\n",
            *_lines(job, place, f" >> {shlex.quote(f'data/{job.name}.log')} 2>&1"),
        ]
    if schedule.health:
        parts += [f"\n# the watch, {schedule.health.cadence}\n", *_lines(schedule.health, place, "")]
    return "".join(parts)


def _lines(job: Job, place: Place, output: str) -> list[str]:
    command = f"cd {shlex.quote(str(place.folder))} && {shlex.join(place.command(job))}{output}"
    command = command.replace("%", r"\%")  # cron makes a line break of any other
    if len(command) > LONGEST:
        raise BadSchedule(f"{job.name}: a command of {len(command)} characters is longer than cron takes ({LONGEST})")
    return [f"{_when(start)} {command}\n" for start in job.starts]


def _when(start: Start) -> str:
    hours = ",".join(map(str, start.hours)) or "*"
    return f"{','.join(map(str, start.minutes))} {hours} * * *"
