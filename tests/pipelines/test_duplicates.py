"""Copies of a text, whole or in part: what is found, what is not, and which of two is the copy."""

from __future__ import annotations

import itertools
import sqlite3
from contextlib import closing
from datetime import datetime, timedelta
from pathlib import Path

import pytest

from crawler.items import Moment, Page
from pipelines.likeness import ALIKE, MIN_WORDS, have_passage, likeness, shingles, sketch
from tests.pipelines.newsdesk import KARACHI, NOON, crawl, harbour_story, page, rows, value

SENTENCES = [
    "The harbour board met on Tuesday and put off, for the third time this year, its decision on the new mole.",
    "Its chairman said that the soundings taken in spring had shown more silt than anyone expected.",
    "Fishermen who had waited since dawn outside the hall left without a word.",
    "The old mole, of which a third was carried away in the storm of January, protects forty boats.",
    "An engineer of the province told the board that repairs would cost two thirds of a new one.",
    "The money was promised in the budget of last year, but nothing of it has been paid.",
    "Two members asked that the minutes name those who had voted against a loan.",
    "The next meeting is due after the monsoon, when no ship can lie at the outer quay.",
    "Until then the pilots will bring nothing longer than ninety metres through the narrows.",
    "The port's manager called that a loss of eleven calls a month.",
]
WHOLE = "\n".join(SENTENCES)
OTHER = " ".join(
    f"Of the {number} schools in the eastern district, {number // 2} had no teacher of science when term began, said the"
    f" inspector in her report number {number}."
    for number in range(20, 30)
)


@pytest.fixture
def database(tmp_path: Path) -> Path:
    return tmp_path / "news.db"


def published(body: str, key: str, hour: int = 0, paper: str = "harbour", **changes: object) -> Page:
    story = harbour_story(headline=f"Headline {key}", body=body, **changes)
    return page(story, key=key, at=NOON + timedelta(hours=hour), publisher=paper, url=f"https://{paper}.example/{key}")


@pytest.mark.parametrize(
    "copy",
    [
        "\n".join(SENTENCES[:5]),
        "\n".join(SENTENCES[4:]),
        WHOLE.replace("\n", " ") + " Ends.",
        WHOLE.replace("Tuesday", "Wednesday").replace("third time", "fourth time").replace("forty boats", "boats"),
        "\n".join([*SENTENCES[:7], "Our correspondent adds that the hall was cold.", *SENTENCES[7:]]),
        WHOLE.upper(),
    ],
    ids=["cut", "tail", "merged", "edited", "added to", "in capitals"],
)
def test_a_copy_of_most_of_a_text_is_found(database: Path, copy: str) -> None:
    stats = crawl(database, [published(WHOLE, "1"), published(OTHER, "2"), published(copy, "3", hour=1)])
    assert stats["news/new"] == 3
    ((story_id, of_story_id, kind, similarity),) = rows(
        database, "select story_id, of_story_id, kind, similarity from duplicates"
    )
    assert (story_id, of_story_id, kind) == (3, 1, "near")
    assert ALIKE <= similarity <= 1


def test_a_copy_is_found_in_a_later_crawl_and_after_the_first_text_has_changed(database: Path) -> None:
    crawl(database, [published(WHOLE, "1")])
    crawl(database, [published("\n".join([*SENTENCES[:9], "The board has since denied it."]), "1", hour=1)])
    crawl(database, [published("\n".join(SENTENCES[2:]), "2", hour=2)])
    assert rows(database, "select story_id, of_story_id from duplicates") == [(2, 1)]


def test_a_copy_of_a_text_that_the_story_no_longer_has_is_found(database: Path) -> None:
    crawl(database, [published(WHOLE, "1"), published(OTHER, "1", hour=1)])
    crawl(database, [published("\n".join(SENTENCES[2:]), "2", hour=2)])
    assert rows(database, "select story_id, of_story_id, kind from duplicates") == [(2, 1, "near")]


@pytest.mark.parametrize("order", list(itertools.permutations(range(3))), ids=str)
def test_copies_are_found_in_whatever_order_the_captures_arrive(database: Path, order: tuple[int, ...]) -> None:
    captures = [
        published(WHOLE, "1"),
        published(OTHER, "1", hour=1),
        published("\n".join(SENTENCES[2:]), "2", hour=2),
    ]
    for number in order:
        crawl(database, [captures[number]])
    assert rows(
        database,
        "select a.key, b.key, kind, direction from duplicates d join stories a on a.id = d.story_id"
        " join stories b on b.id = d.of_story_id",
    ) == [("2", "1", "near", "seen")]


def test_stories_of_one_topic_are_no_copies(database: Path) -> None:
    follow_up = (
        "The harbour board has voted for the new mole. Fishermen cheered outside the hall when the chairman came out at"
        " noon. The old mole was carried away in part by the storm of January. The province will pay a third, the port"
        " a third, and a loan the rest; two members voted against it. Work begins in autumn, when the silt has been"
        " dredged, and is to last two years, during which the outer quay stays closed to ships."
    )
    crawl(database, [published(WHOLE, "1"), published(follow_up, "2", hour=1)])
    assert value(database, "select count(*) from duplicates") == 0


def test_a_key_that_two_stories_share_by_chance_makes_them_no_copies(database: Path) -> None:
    other = " ".join(f"Word{place} came to town." for place in range(60))
    crawl(database, [published(other, "1")])
    with closing(sqlite3.connect(database)) as connection, connection:
        connection.executemany("insert into near_keys (key, story_id) values (?, 1)", [(sketch(WHOLE)[3],)])
    crawl(database, [published(WHOLE, "2", hour=1)])
    assert value(database, "select count(*) from duplicates") == 0


@pytest.mark.parametrize("ahead", range(4))
def test_texts_have_a_passage_in_common_from_six_words_on(ahead: int) -> None:
    own = [f"own{place}" for place in range(60)]
    shared = [f"shared{place}" for place in range(6)]
    text = " ".join([*own[:ahead], *shared, *own[ahead:]])
    assert have_passage(shingles(" ".join([*(f"other{place}" for place in range(60)), *shared])), text)
    assert not have_passage(shingles(WHOLE), text)


def test_short_texts_are_not_compared() -> None:
    short = " ".join(WHOLE.split()[: MIN_WORDS - 1])
    assert sketch(short) == []
    assert likeness(shingles(short), shingles(WHOLE)) == 0


def test_scripts_without_spaces_are_compared_too() -> None:
    text = "港口委员会周二开会,今年第三次推迟了关于新防波堤的决定。主席说,春季的测量显示淤泥比预期的要多。" * 2
    copy = text.replace("主席", "主任")
    assert likeness(shingles(text), shingles(copy)) > ALIKE
    assert set(sketch(text)) & set(sketch(copy))


@pytest.mark.parametrize("word", ["straße", "müller", "ЦЕНА", "été", "zażółć", "ünïcødé", "ΣΊΣΥΦΟΣ"])
@pytest.mark.parametrize("mark", [" ", "—", "’", " « ", "\u00a0", "\u200b", "¿", "_", "…", "\ud800"])
def test_what_is_no_letter_parts_words_in_any_script(word: str, mark: str) -> None:
    words = [f"{word}{place}" for place in range(MIN_WORDS)]
    assert shingles(mark.join(words)) == shingles(" ".join(words))


def test_a_sentence_that_a_paper_prints_everywhere_ties_no_stories(database: Path) -> None:
    boiler = " Follow our live pages for the latest from every district, and write to the editor at the usual address."
    stories = [
        published(
            " ".join(f"Word{number}x{place} came to town {place * number} times, said {number}." for place in range(20))
            + boiler,
            str(number),
        )
        for number in range(60)
    ]
    crawl(database, stories)
    assert value(database, "select count(*) from duplicates") == 0


def at(hour: int) -> Moment:
    value = datetime(2024, 3, 18, hour, tzinfo=KARACHI)
    return Moment(value, "minute", "meta", value.isoformat())


@pytest.mark.parametrize(
    ("changes", "copy", "direction"),
    [
        ([{"published": at(9)}, {"published": at(8)}], 1, "date"),
        ([{"published": at(8)}, {"published": at(9)}], 2, "date"),
        ([{"published": at(9), "dates": []}, {"published": at(8), "dates": []}], 2, "seen"),
        ([{"authors": ["Gazette"]}, {}], 1, "credit"),
        ([{}, {"authors": ["Staff", "harbour Monitoring"]}], 2, "credit"),
    ],
)
def test_the_direction_comes_from_a_credit_or_a_certain_date_or_the_first_sight(
    database: Path, changes: list[dict[str, object]], copy: int, direction: str
) -> None:
    first = published(WHOLE, "1", paper="harbour", **changes[0])
    second = published("\n".join(SENTENCES[1:]), "1", hour=1, paper="gazette", **changes[1])
    crawl(database, [first, second])
    assert rows(database, "select story_id, of_story_id, direction from duplicates") == [(copy, 3 - copy, direction)]


def test_the_direction_follows_what_is_learned_of_the_two_stories_later(database: Path) -> None:
    told = (
        "select a.publisher, b.publisher, direction from duplicates d join stories a on a.id = d.story_id"
        " join stories b on b.id = d.of_story_id"
    )
    plain = {"published": None, "dates": []}
    copy = "\n".join(SENTENCES[1:])
    crawl(database, [published(WHOLE, "1", hour=5, **plain)])
    crawl(database, [published(copy, "1", hour=6, paper="gazette", **plain)])
    assert rows(database, told) == [("gazette", "harbour", "seen")]
    crawl(database, [published(copy, "1", paper="gazette", **plain)])  # an older capture, read later
    assert rows(database, told) == [("harbour", "gazette", "seen")]
    crawl(database, [published(copy, "1", hour=7, paper="gazette", **plain, authors=["Harbour Monitoring"])])
    assert rows(database, told) == [("gazette", "harbour", "credit")]


def test_copies_of_copies_are_one_cluster(database: Path) -> None:
    crawl(
        database,
        [
            published("\n".join(SENTENCES[:6]), "1"),
            published(OTHER, "2"),
            published(WHOLE, "3", hour=1),
            published("\n".join(SENTENCES[5:]), "4", hour=2),
        ],
    )
    assert rows(database, "select cluster, story_id from duplicate_clusters order by story_id") == [
        (1, 1),
        (1, 3),
        (1, 4),
    ]


def test_the_sketch_of_a_text_is_the_same_for_ever() -> None:
    """The keys of millions of stories are kept: a library that computes others needs a migration."""
    assert sketch(WHOLE) == [
        48199813,
        4350388139,
        8671736301,
        12894798301,
        17213930032,
        21530796564,
        25891195213,
        30188880178,
        34416967919,
        38714490603,
        42977585886,
        47292607268,
    ]
