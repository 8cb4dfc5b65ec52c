"""The revisit policy tried on a recorded week: what would have been asked for when, and what of the real changes seen.

In: recorded pages as their paper's spider reads them. Out: a Plan: every request that runs an hour apart would have made,
and every change that the recording shows with the first look that would have seen it. A recording shows a change when it
was next captured, so that is when it counts from. Nothing is asked for and nothing is stored.
"""

from __future__ import annotations

from bisect import bisect_right
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Literal

from crawler.archive.offline import response
from crawler.archive.reader import Record
from crawler.items import Fetch, Lead, Page, Visit
from crawler.spiders.news import NewsSpider
from pipelines.database.urls import merged
from pipelines.dedupe import digests_of
from pipelines.revisit import NESTED, born_at, priority_after, priority_of, visit_after

RUNS = timedelta(hours=1)  # from one run to the next: the usual cadence of a paper

Asked = Literal["listing", "first look", "look again"]


@dataclass(slots=True, frozen=True)
class Capture:
    """What was recorded of a URL at a moment. digest: of the story there; None where there was none."""

    at: datetime
    digest: str | None
    status: int
    published: datetime | None = None
    found: tuple[Lead, ...] = ()


@dataclass(slots=True, frozen=True)
class Change:
    """A story that the recording shows with another text than before, or for the first time; seen_at: the first look
    that would have seen it, None where none would."""

    key: str
    at: datetime
    first: bool
    seen_at: datetime | None

    @property
    def late(self) -> timedelta | None:
        return self.seen_at - self.at if self.seen_at else None


@dataclass(slots=True)
class Plan:
    """begins, ends: of the recording; asked: the requests, in their order; left: the most that a run left for budget."""

    begins: datetime
    ends: datetime
    asked: list[tuple[datetime, Asked]] = field(default_factory=list)
    changes: list[Change] = field(default_factory=list)
    everything: int = 0
    left: int = 0


class Recording:
    """Recorded pages by what they are: captures by the key of their story or the URL of their listing."""

    def __init__(self, spider: NewsSpider, records: Iterable[Record]) -> None:
        self.captures: dict[str, list[Capture]] = defaultdict(list)
        self.listings = [spider.lead_to(url) for url in spider.listings()]
        for record in sorted(records, key=lambda record: record.captured_at):
            for key, capture in _read(spider, record):
                self.captures[key].append(capture)

    @property
    def moments(self) -> list[datetime]:
        return sorted({capture.at for captures in self.captures.values() for capture in captures})

    def at(self, key: str, moment: datetime) -> Capture | None:
        """What a look at a moment would have seen, as far as was recorded; None where it was captured only later."""
        captures = self.captures.get(key, [])
        place = bisect_right(captures, moment, key=lambda capture: capture.at)
        return captures[place - 1] if place else None


def _read(spider: NewsSpider, record: Record) -> Iterator[tuple[str, Capture]]:
    key = spider.key_of(record.url)
    callback = spider.callback_for(record.url)
    if callback is None or 300 <= record.status < 400:
        return
    if record.status != 200:
        yield key or record.url, Capture(record.captured_at, None, record.status)
        return
    answer = response(record, record.url)
    answer.request = spider.request_for(spider.lead_to(record.url))
    answer.meta["captured_at"] = record.captured_at
    for item in callback(answer):
        fetch = item.fetch if isinstance(item, Page) else item
        found = tuple(fetch.found) if fetch else ()
        story = item.story if isinstance(item, Page) else None
        digest = digests_of(item, story).story if story else None
        published = story.published.value if story and story.published else None
        identity = (item.key if isinstance(item, Page) else None) or key or record.url
        yield identity, Capture(record.captured_at, digest, 200, published, found)


@dataclass(slots=True)
class _Known:
    lead: Lead
    priority: int
    born: datetime
    due: datetime | None
    visit: Visit = field(default_factory=Visit)
    digest: str | None = None


def simulate(recording: Recording, budget_run: int = 0, budget_day: int = 0) -> Plan:
    """Runs an hour apart over a recording, by the policy and the budgets of pipelines.revisit and the settings."""
    moments = recording.moments
    plan = Plan(moments[0], moments[-1])
    known = {lead.key: _Known(lead, NESTED, moments[0], moments[0]) for lead in recording.listings}
    looks: dict[str, list[datetime]] = defaultdict(list)
    spent: Counter[str] = Counter()
    now = moments[0].replace(minute=0, second=0, microsecond=0) + RUNS
    while now < moments[-1] + RUNS:
        _run(now, recording, known, plan, looks, _allowance(now, spent, budget_run, budget_day), spent)
        plan.everything += len(recording.listings) + sum(each.lead.kind == "story" for each in known.values())
        now += RUNS
    plan.changes = list(_changes(recording, looks))
    return plan


def _allowance(now: datetime, spent: Counter[str], budget_run: int, budget_day: int) -> int:
    of_day = max(budget_day - spent[now.date().isoformat()], 0) if budget_day else 10**9
    return min(budget_run or 10**9, of_day)


def _run(
    now: datetime, recording: Recording, known: dict[str, _Known], plan: Plan, looks: dict[str, list[datetime]],
    allowance: int, spent: Counter[str],
) -> None:  # fmt: skip
    """One run: what is due by priority, and then what that has brought, until nothing is or the budget is used up."""
    while due := [each for each in known.values() if each.due is not None and each.due <= now]:
        if allowance <= 0:
            plan.left = max(plan.left, len(due))
            return
        first = min(due, key=lambda each: (each.priority, each.due))
        allowance -= 1
        spent[now.date().isoformat()] += 1
        plan.asked.append((now, _kind(first)))
        looks[first.lead.key].append(now)
        capture = recording.at(first.lead.key, now)
        _look(first, capture, now)
        for lead in capture.found if capture else ():
            _note(known, recording, lead, now)


def _kind(known: _Known) -> Asked:
    if known.lead.kind != "story":
        return "listing"
    return "first look" if known.visit.state == "due" else "look again"


def _look(known: _Known, capture: Capture | None, now: datetime) -> None:
    fetch = Fetch(known.lead.url, now, status=capture.status if capture else 404)
    if capture is None or capture.status in (404, 410):
        fetch.outcome = "gone"
    elif capture.status != 200:
        fetch.outcome = "failed"
    elif capture.digest is None:
        fetch.outcome = "not-a-story"
    else:
        fetch.outcome = "new" if known.digest is None else "changed" if capture.digest != known.digest else "unchanged"
        known.digest = capture.digest
    known.visit.tries += 1
    known.born = (capture.published if capture else None) or born_at(known.lead, known.born, now)
    known.visit = visit_after(known.visit, known.lead.kind, fetch, max(now - known.born, timedelta()))
    known.due = known.visit.next_check_at
    known.priority = priority_after(known.lead, now)


def _note(known: dict[str, _Known], recording: Recording, lead: Lead, now: datetime) -> None:
    if lead.key in known:
        known[lead.key].lead = merged(known[lead.key].lead, lead)
    elif lead.key in recording.captures:  # what was not recorded tells nothing
        known[lead.key] = _Known(lead, priority_of(lead, now), lead.earliest or now, now)


def _changes(recording: Recording, looks: dict[str, list[datetime]]) -> Iterator[Change]:
    for key, captures in recording.captures.items():
        told = [capture for capture in captures if capture.digest]
        turns = [
            now for before, now in zip([None, *told], told, strict=False) if not before or before.digest != now.digest
        ]
        for place, turn in enumerate(turns):
            until = turns[place + 1].at if place + 1 < len(turns) else None
            seen = (look for look in looks[key] if turn.at <= look and (until is None or look < until))
            yield Change(key, turn.at, place == 0, next(seen, None))
