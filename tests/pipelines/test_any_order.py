"""Random histories: whatever order captures arrive in, and however they are read again, the archive tells the truth."""

from __future__ import annotations

import random
from dataclasses import replace
from datetime import timedelta
from itertools import groupby
from pathlib import Path

from crawler.items import Page
from tests.pipelines.newsdesk import NOON, PARAGRAPH, crawl, editorial, harbour_story, page, rows, value

STORIES = 150
TEXTS = {letter: f"{PARAGRAPH}\nAs of edition {letter}." for letter in "ABC"}


def capture(key: int, hour: int, letter: str, extraction: str, tail: str = "") -> Page:
    made = page(
        harbour_story(body=TEXTS[letter] + tail),
        editorial(f"At hour {hour}"),
        at=NOON + timedelta(hours=hour),
        key=str(key),
    )
    return replace(made, extraction=extraction)


def truth(letters: list[str]) -> list[tuple[str, int, int]]:
    """Each run of one text with its first and last hour."""
    hours = [
        (letter, [hour for hour, _ in run]) for letter, run in groupby(enumerate(letters), key=lambda pair: pair[1])
    ]
    return [(letter, run[0], run[-1]) for letter, run in hours]


def told(database: Path, key: int) -> list[tuple[str, int, int]]:
    letters = {body: letter for letter, body in TEXTS.items()}
    found = rows(
        database,
        "select v.body, v.seen_from, v.seen_to from story_versions v join stories s on s.id = v.story_id"
        " where s.key = ? order by v.seen_from",
        str(key),
    )
    hours = lambda instant: int(instant[8:10]) * 24 + int(instant[11:13]) - 18 * 24 - 12  # noqa: E731
    return [(letters[body], hours(start), hours(end)) for body, start, end in found]


def assert_true(database: Path, histories: dict[int, list[str]]) -> None:
    assert {key: told(database, key) for key in histories} == {
        key: truth(letters) for key, letters in histories.items()
    }
    assert rows(database, "pragma foreign_key_check") == []
    astray = (
        "select count(*) from fetches f join version_records v on v.id = f.version_id"
        " where f.story_id <> v.story_id or not f.fetched_at between v.seen_from and v.seen_to"
    )
    assert value(database, astray) == 0
    assert value(database, "select count(*) from sightings g join fetches f on f.id = g.fetch_id"
                           " where g.version_id <> f.version_id") == 0  # fmt: skip
    needless = (
        "select count(*) from past_bodies p where not exists (select 1 from version_records v"
        " join stories s on s.id = v.story_id join version_records c on c.id = s.version_id"
        " where v.body_digest = p.body_digest and c.body_digest <> p.body_digest)"
    )
    assert value(database, needless) == 0
    wrong = "select count(*) from stories where body like '%' || char(10) || 'As of edition %' and versions <> ("
    assert value(database, wrong + "select count(*) from version_records v where v.story_id = stories.id)") == 0


def histories_of(chance: random.Random) -> dict[int, list[str]]:
    return {key: chance.choices("ABC", (5, 2, 1), k=chance.randint(1, 7)) for key in range(STORIES)}


def test_captures_in_any_order_and_more_than_once(tmp_path: Path) -> None:
    chance = random.Random(11)
    histories = histories_of(chance)
    pages = [
        capture(key, hour, letter, "1")
        for key, letters in histories.items()
        for hour, letter in [*enumerate(letters), *list(enumerate(letters))[:2]]
    ]
    chance.shuffle(pages)
    crawl(tmp_path / "news.db", pages)
    assert_true(tmp_path / "news.db", histories)


def test_captures_read_again_in_any_order_by_a_better_extraction(tmp_path: Path) -> None:
    chance = random.Random(12)
    histories = histories_of(chance)
    first, again = [], []
    for key, letters in histories.items():
        for hour, letter in enumerate(letters):
            # The older extraction took a box for text in some captures, and one edition for another in a few.
            tail = chance.choice(["", "", "\nAdvertisement", "\nSubscribe now"])
            mistaken = chance.choice("ABC") if chance.random() < 0.1 else letter
            first.append(capture(key, hour, mistaken, "1", tail))
            again.append(capture(key, hour, letter, "2"))
    chance.shuffle(first)
    chance.shuffle(again)
    crawl(tmp_path / "news.db", first)
    crawl(tmp_path / "news.db", again)
    assert_true(tmp_path / "news.db", histories)
    assert value(tmp_path / "news.db", "select count(*) from story_versions where body like '%Advertisement%'") == 0
