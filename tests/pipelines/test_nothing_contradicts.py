"""Random histories of two papers that copy one another, stored in any order and read again: no row contradicts others."""

from __future__ import annotations

import random
from dataclasses import replace
from datetime import datetime, timedelta
from pathlib import Path

import pytest

from crawler.items import Fetch, Moment, Page, Sidebar, SidebarEntry, Story
from tests.pipelines.invariants import contradictions
from tests.pipelines.newsdesk import KARACHI, NOON, crawl, page

STORIES, SOURCES = 6, ("json-ld", "meta", "time", "credit-line", "text")
ROLES = ("editorial", "opinion", "latest")
WHEN = datetime(2024, 3, 17, 9, 30, tzinfo=KARACHI)


def text(number: int, edition: int) -> str:
    """A body of 90 words; editions of one number share most of it."""
    words = [f"word{number}x{place}" for place in range(90)]
    for place in random.Random(f"{number} {edition}").sample(range(90), 6 * edition):
        words[place] = f"changed{edition}x{place}"
    return " ".join(words[:45]) + "\n" + " ".join(words[45:])


def moments(chance: random.Random, key: int) -> list[Moment]:
    found = []
    for source in chance.sample(SOURCES, chance.randint(0, 4)):
        value = WHEN + timedelta(hours=key, days=chance.choice([0, 0, 0, -1, 2, -30, 40]))
        precision = chance.choice(["second", "minute", "day"])
        of = chance.choice(["published", "published", "modified"])
        value = value.replace(hour=0, minute=0) if precision == "day" else value
        found.append(Moment(value, precision, source, value.isoformat(), of, chance.random() < 0.7))
    return found


def sidebar(chance: random.Random, role: str) -> Sidebar:
    keys = chance.sample(range(8), chance.randint(0, 3))
    entries = [SidebarEntry(place, f"Headline {key}", key=str(key)) for place, key in enumerate(keys, 1)]
    return Sidebar(role.title(), role, entries)


def capture(seed: int, key: int, hour: int, extraction: str) -> Page | Fetch:
    """What a capture gives: a story, an AMP page, a page that is none, or a failure; always the same."""
    chance = random.Random(f"{seed} {key} {hour}")
    paper = "harbour" if key < 4 else "dockside"
    at, url = NOON + timedelta(hours=hour), f"https://{paper}.example/news/{key}/a-slug"
    kind = chance.random()
    if kind < 0.15:
        return Fetch(url, at, status=404, outcome="gone", reason="HTTP 404", publisher=paper)
    body = text(key % 4, chance.choice([0, 0, 1, 2]))
    story = Story(f"Headline {chance.randint(0, 1)}", body, dates=moments(chance, key))
    story.authors = chance.choice([["A. B."], ["Dockside"], ["Harbour Monitoring"]])
    sidebars = [sidebar(chance, role) for role in chance.sample(ROLES, chance.randint(0, 2))]
    if kind < 0.25:
        url = f"https://{paper}.example/amp/{key}"
    canonical = f"https://{paper}.example/news/{key}"
    made = page(story, *sidebars, at=at, key=str(key), url=url, publisher=paper, canonical_url=canonical)
    made.story = None if kind > 0.95 else made.story
    return replace(made, extraction=extraction)


def read_again(made: Page | Fetch, extraction: str) -> Page | Fetch:
    """The same capture by another extraction: all words otherwise, some dates, sidebars, keys and stories too."""
    if not isinstance(made, Page):
        return made
    chance = random.Random(f"{made.url} {made.captured_at} {extraction}")
    if made.story is None:
        made.story = Story("A story after all", text(1, 0)) if chance.random() < 0.5 else None
        return made
    made.story.body = made.story.body.replace("word", extraction)
    made.story.dates = [] if chance.random() < 0.2 else made.story.dates
    made.sidebars = made.sidebars[:-1] if chance.random() < 0.3 else made.sidebars
    made.key = str((int(made.key or 0) + 1) % STORIES) if chance.random() < 0.1 else made.key
    made.story = None if chance.random() < 0.1 else made.story
    return made


@pytest.mark.parametrize("seed", range(12))
def test_no_row_contradicts_others_in_whatever_order_captures_are_stored_and_read_again(
    seed: int, tmp_path: Path
) -> None:
    chance = random.Random(seed)
    captures = [(key, hour) for key in range(STORIES) for hour in chance.sample(range(200), chance.randint(2, 9))]
    captures.sort(key=lambda place: place[1])
    if seed % 2:
        chance.shuffle(captures)
    for first in range(0, len(captures), 8):
        crawl(tmp_path / "news.db", [capture(seed, *place, "first") for place in captures[first : first + 8]])
    assert contradictions(tmp_path / "news.db") == []
    for extraction in ("second", "third"):
        chance.shuffle(captures)
        crawl(
            tmp_path / "news.db",
            [read_again(capture(seed, *place, extraction), extraction) for place in captures],
        )
        assert contradictions(tmp_path / "news.db") == []
