"""A paper's health in lines: one an alarm, for cron's mail, and one a day with its figures, for whoever looks.

In: Health. Out: lines of text.
"""

from __future__ import annotations

from collections.abc import Iterator

from crawler.health import Health
from crawler.health.days import SHARES, Day, share


def alarm_lines(health: Health) -> Iterator[str]:
    """One line an alarm, each whole in itself."""
    for day, check in health.alarms:
        yield f"ALARM {health.paper} {day} {check.what}: {check.found}"


def lines(health: Health) -> Iterator[str]:
    """The figures of the days that were judged, what could not be judged, and the alarms."""
    if not health.days:
        yield f"{health.paper}: not crawled since {health.last:%Y-%m-%d}: nothing to judge"
        return
    for day in health.days[-2:]:
        if not day.fetches:
            continue
        yield f"{health.paper} {day.on}{'' if day.whole else ' so far'}: {figures(day)}"
        unknown = [check.what for check in health.checks[day.on] if check.unknown]
        if unknown:
            yield f"  not enough history to judge: {', '.join(unknown)}"
    yield from alarm_lines(health)
    if not health.alarms:
        yield f"  {health.paper}: nothing unusual"


def figures(day: Day) -> str:
    """The day's figures in one line."""
    parts = [f"{day.new} new stories"]
    if day.listed:
        parts.append(f"{day.asked} of {day.listed} listed")
    parts += [f"{day.stories} stories in {day.pages} pages"]
    shares = {name: share(day, name) for name in SHARES}
    parts += [f"{name} {value:.0%}" for name, value in shares.items() if value is not None]
    if day.story_length is not None:
        parts.append(f"{day.story_length:.0f} words")
    if day.sidebar_length is not None:
        parts.append(f"{day.sidebar_length:.0f} entries beside")
    parts.append(f"{day.failed} of {day.fetches} fetches failed")
    if day.newest is not None:
        parts.append(f"newest story of {day.newest}")
    return ", ".join(parts)
