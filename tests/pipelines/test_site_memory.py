"""What the archive remembers of a site: each page once, within bounds; and what it learns meanwhile is no edit of a story."""

from __future__ import annotations

import random
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest

from crawler.items import Page
from pipelines.database import memory, open_archive
from tests.pipelines.newsdesk import NOON, PARAGRAPH, crawl, harbour_story, page, rows, value
from tests.pipelines.test_any_order import assert_true, histories_of
from tests.pipelines.test_rereading import history, sound

APPEAL = "\nOur newsroom answers to no owner but its readers."
CORRECTED = PARAGRAPH + "\nCorrected."


@pytest.fixture
def database(tmp_path: Path) -> Path:
    return tmp_path / "news.db"


# ---- the blocks ----


def remembered(number: int, *marks: int, day: int = 0) -> Page:
    made = page(key=str(number), at=NOON + timedelta(days=day, minutes=number))
    return replace(made, page_bit=1 << (number % 63), fingerprints=sorted(marks))


def blocks(database: Path) -> dict[int, tuple[int, str]]:
    found = rows(database, "select fingerprint, page_bits, seen_on from site_blocks where publisher = 'harbour'")
    return {mark: (bits.bit_count(), seen_on) for mark, bits, seen_on in found}


def test_a_block_knows_its_pages_and_when_it_was_last_seen(database: Path) -> None:
    crawl(database, [remembered(1, -7, 8), remembered(2, -7, 9, day=1)])
    assert blocks(database) == {-7: (2, "2024-03-19"), 8: (1, "2024-03-18"), 9: (1, "2024-03-19")}


def test_a_page_read_twice_or_again_counts_once(database: Path) -> None:
    crawl(database, [remembered(1, 7), remembered(1, 7, day=1)])
    crawl(database, [remembered(1, 7, day=2), replace(remembered(1, 7), extraction="2")])
    assert blocks(database) == {7: (1, "2024-03-20")}
    assert value(database, "select count(*) from events where type = 're-extracted'") == 1


def test_a_page_that_is_no_story_is_remembered_too_and_a_page_without_blocks_is_not(database: Path) -> None:
    crawl(database, [remembered(1, 7), replace(remembered(2, 7), story=None), remembered(3)])
    assert blocks(database) == {7: (2, "2024-03-18")}


def test_what_is_loaded_is_what_was_written_of_that_publisher(database: Path) -> None:
    crawl(database, [remembered(1, 7, 8), remembered(2, 8), replace(remembered(3, 8), publisher="other")])
    archive = open_archive(database)
    assert memory.load_blocks(archive.connection, "harbour") == {7: 0b10, 8: 0b110}
    assert memory.load_blocks(archive.connection, "other") == {8: 0b1000}
    assert memory.load_blocks(archive.connection, "none") == {}
    archive.close()


def test_what_one_page_held_long_ago_is_forgotten_and_what_repeats_is_not(database: Path) -> None:
    crawl(database, [remembered(1, 7, 8), remembered(2, 8)])
    crawl(database, [remembered(3, 9, day=memory.OLD)])
    assert set(blocks(database)) == {7, 8, 9}
    crawl(database, [remembered(4, 10, day=memory.OLD + 1)])
    assert set(blocks(database)) == {8, 9, 10}


def test_a_publisher_has_no_more_rows_than_its_bound(database: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """While a crawl runs, at most twice as many; at its end, what repeats and the latest of the rest."""
    monkeypatch.setattr(memory, "MOST_BLOCKS", 200)
    most = 0

    def pages() -> object:
        nonlocal most
        for number in range(300):
            yield remembered(number, -1, -2, *range(number * 5, number * 5 + 5), day=number // 10)
            most = max(most, value(database, "select count(*) from site_blocks"))

    monkeypatch.setattr("pipelines.store.BATCH_ITEMS", 1)
    crawl(database, pages())  # type: ignore[arg-type]
    assert 200 < most <= 2 * 200 + 7
    kept = blocks(database)
    assert len(kept) == 200
    assert kept[-1][0] == kept[-2][0] == 63
    days = [f"{NOON + timedelta(days=day):%Y-%m-%d}" for day in (26, 27, 28, 29)]  # fifty blocks a day
    assert sorted({seen_on for mark, (_, seen_on) in kept.items() if mark > 0}) == days


# ---- what is learned is no edit ----


def capture(hour: int, body: str, unaided: str | None = None) -> Page:
    """The story captured at an hour: unaided where the archive knew enough of the site to take the appeal out of it."""
    name = "1" if unaided is None else "1-" + format(hash(body) & 0xFFFFFF, "06x")
    return replace(page(harbour_story(body=body, unaided=unaided), at=NOON + timedelta(hours=hour)), extraction=name)


def texts(database: Path) -> list[tuple[str, str, str]]:
    return [(body, start, end) for body, _, start, end in history(database)]


def test_a_text_read_better_because_more_is_known_of_the_site_is_no_new_version(database: Path) -> None:
    crawl(database, [capture(0, PARAGRAPH + APPEAL)])
    stats = crawl(database, [capture(1, PARAGRAPH, PARAGRAPH + APPEAL)])
    assert stats["news/unchanged"] == 1
    assert texts(database) == [(PARAGRAPH, "12", "13")]
    assert value(database, "select body from stories") == PARAGRAPH
    assert value(database, "select count(*) from stories_fts where stories_fts match 'newsroom'") == 0
    (detail,) = rows(database, "select detail from events where type = 're-extracted'")[0]
    assert detail.startswith("extraction 1 to 1-")
    sound(database)


def test_an_edit_by_the_paper_is_a_version_whatever_is_known_of_the_site(database: Path) -> None:
    crawl(database, [capture(0, PARAGRAPH + APPEAL), capture(1, CORRECTED, CORRECTED + APPEAL)])
    crawl(database, [capture(2, CORRECTED, CORRECTED + APPEAL), capture(3, PARAGRAPH, PARAGRAPH + APPEAL)])
    assert texts(database) == [(PARAGRAPH + APPEAL, "12", "12"), (CORRECTED, "13", "14"), (PARAGRAPH, "15", "15")]
    sound(database)


def test_furniture_that_changes_makes_no_version_once_it_is_known(database: Path) -> None:
    crawl(database, [capture(hour, PARAGRAPH, f"{PARAGRAPH}{APPEAL} {hour} of them.") for hour in range(4)])
    assert texts(database) == [(PARAGRAPH, "12", "15")]


def test_a_site_that_is_forgotten_makes_no_version_either(database: Path) -> None:
    crawl(database, [capture(0, PARAGRAPH, PARAGRAPH + APPEAL), capture(1, PARAGRAPH + APPEAL)])
    assert texts(database) == [(PARAGRAPH + APPEAL, "12", "13")]
    sound(database)


def test_a_capture_that_arrives_late_finds_its_version_by_either_reading(database: Path) -> None:
    crawl(database, [capture(1, PARAGRAPH + APPEAL), capture(3, PARAGRAPH + APPEAL), capture(5, CORRECTED)])
    crawl(database, [capture(2, PARAGRAPH, PARAGRAPH + APPEAL), capture(0, PARAGRAPH, PARAGRAPH + APPEAL)])
    assert texts(database) == [(PARAGRAPH, "12", "15"), (CORRECTED, "17", "17")]
    sound(database)


def test_versions_that_only_furniture_told_apart_become_one(database: Path) -> None:
    leaky = [f"{PARAGRAPH}{APPEAL} {hour} of them." for hour in range(3)]
    crawl(database, [capture(hour, text) for hour, text in enumerate(leaky)])
    assert len(texts(database)) == 3
    crawl(database, [capture(hour, PARAGRAPH, leaky[hour]) for hour in (1, 0, 2)])
    assert texts(database) == [(PARAGRAPH, "12", "14")]
    assert value(database, "select count(*) from past_bodies") == 0
    sound(database)


def test_in_whatever_order_a_site_is_learned_and_read_again_the_archive_tells_the_truth(tmp_path: Path) -> None:
    chance = random.Random(13)
    histories = histories_of(chance)
    edition = {letter: f"{PARAGRAPH}\nAs of edition {letter}." for letter in "ABC"}

    def read(key: int, hour: int, letter: str, known: bool) -> Page:
        body = edition[letter]
        story = harbour_story(body=body, unaided=body + APPEAL) if known else harbour_story(body=body + APPEAL)
        made = page(story, at=NOON + timedelta(hours=hour), key=str(key))
        return replace(made, extraction=f"1-{letter}" if known else "1")

    captures = [(key, hour, letter) for key, letters in histories.items() for hour, letter in enumerate(letters)]
    chance.shuffle(captures)
    half = len(captures) // 2
    crawl(tmp_path / "news.db", [read(*one, known=at > half) for at, one in enumerate(captures)])
    numbers = "select s.key, count(*) from version_records v join stories s on s.id = v.story_id group by 1"
    learned = dict(rows(tmp_path / "news.db", numbers))
    chance.shuffle(captures)
    crawl(tmp_path / "news.db", [read(*one, known=True) for one in captures])
    assert learned == dict(rows(tmp_path / "news.db", numbers))
    assert_true(tmp_path / "news.db", histories)
