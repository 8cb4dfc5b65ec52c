"""The papers' health as Prometheus reads it from a file: gauges of yesterday and of today so far.

In: Health of papers. Out: text in the exposition format, for the textfile collector of the node exporter.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime, time

from crawler.health import Health
from crawler.health.checks import expected, unseen_pages
from crawler.health.days import SHARES, Day, share

PREFIX = "news_morgue_"
HELP = {
    "stories_received": "Stories not known before",
    "stories_expected": "Stories that such a weekday usually brings, once it is over",
    "stories_listed": "Stories that the paper listed first on this day",
    "stories_listed_asked": "Those of them that were asked for",
    "story_pages": "Pages read as stories' pages",
    "field_share": "Share of the pages that have the field",
    "story_words": "Words of the story of middle length",
    "sidebar_entries": "Entries beside the story in the middle",
    "unseen_layout_pages": "Pages in layouts that the paper was not known to have",
    "fetches": "Requests and what came of them",
    "failures": "Failed requests by kind",
    "newest_story_age_seconds": "Age of the newest story, by its day where no moment is known",
    "alarms": "Checks that are not as usual",
    "checked_at_seconds": "When the papers were looked at",
}  # fmt: skip


@dataclass(slots=True)
class _Gauges:
    samples: dict[str, list[str]] = field(default_factory=dict)

    def add(self, name: str, value: float | None, **labels: str) -> None:
        if value is not None:
            written = ",".join(f'{label}="{_escaped(text)}"' for label, text in labels.items())
            self.samples.setdefault(name, []).append(f"{PREFIX}{name}{{{written}}} {value:.10g}")

    def text(self) -> Iterator[str]:
        for name, samples in self.samples.items():
            yield f"# HELP {PREFIX}{name} {HELP[name]}\n# TYPE {PREFIX}{name} gauge\n"
            yield "".join(f"{sample}\n" for sample in samples)


def metrics(papers: Iterable[Health]) -> str:
    """All gauges of all papers."""
    gauges = _Gauges()
    for health in papers:
        for day, label in zip(health.days[-2:], ("yesterday", "today"), strict=False):
            _add_day(gauges.add, health, day, {"paper": health.paper, "day": label})
        if health.days and health.days[-1].newest is not None:
            gauges.add("newest_story_age_seconds", _age(health), paper=health.paper)
        gauges.add("alarms", len(health.alarms), paper=health.paper)
        gauges.add("checked_at_seconds", health.at.timestamp(), paper=health.paper)
    return "".join(gauges.text())


def _add_day(add: Callable[..., None], health: Health, day: Day, labels: dict[str, str]) -> None:
    past = [earlier for earlier in health.days if earlier.on < day.on]
    add("stories_received", day.new, **labels)
    add("stories_expected", expected(day, past), **labels)
    add("stories_listed", day.listed, **labels)
    add("stories_listed_asked", day.asked, **labels)
    add("story_pages", day.pages, **labels)
    for name in SHARES:
        add("field_share", share(day, name), **labels, field=name)
    add("story_words", day.story_length, **labels)
    add("sidebar_entries", day.sidebar_length, **labels)
    add("unseen_layout_pages", unseen_pages(day, past), **labels)
    add("fetches", day.fetches - day.failed, **labels, outcome="read")
    add("fetches", day.failed, **labels, outcome="failed")
    for kind, number in day.failures.most_common(10):
        add("failures", number, **labels, kind=kind)


def _age(health: Health) -> float:
    today = health.days[-1]
    assert today.newest is not None
    newest = today.newest_at or datetime.combine(today.newest, time(), UTC)
    return max((health.at - newest).total_seconds(), 0.0)


def _escaped(text: str) -> str:
    return text.replace("\\", "\\\\").replace('"', '\\"').replace("\n", "\\n")
