"""What a story's first and last lines say of themselves."""

from __future__ import annotations

import pytest

from crawler.extraction import text

OPENING = "По воскресеньям он выходит из дома в пять утра и возвращается затемно. " * 3
CLOSING = "В ноябре часы переведут на зимнюю смазку."


def test_authors_who_sign_under_the_story_are_not_its_last_line() -> None:
    lines = [OPENING, CLOSING, "Варвара Полетаева"]
    assert text.without_head(lines, "Часовщик", ["Варвара Полетаева"]) == [OPENING, CLOSING]
    both = [OPENING, CLOSING, "Варвара Полетаева, Иван Рябов"]
    assert text.without_head(both, "Часовщик", ["Варвара Полетаева", "Иван Рябов"]) == [OPENING, CLOSING]


def test_a_last_sentence_that_names_the_author_stays() -> None:
    lines = [OPENING, "So says Ann Lee."]
    assert text.without_head(lines, "Clocks", ["Ann Lee"]) == lines


def test_a_story_of_nothing_but_its_author_stays() -> None:
    assert text.without_head(["Ann Lee"], "Clocks", ["Ann Lee"]) == ["Ann Lee"]


def test_what_points_to_another_story_or_stands_above_an_advertisement_is_furniture_in_any_language() -> None:
    noise = [
        "Leggi anche: Il ponte resta chiuso", "Les også: Ferja er forsinket igjen", "Read also: The ferry is late",
        "یہ بھی پڑھیں: پل بند ہے", "関連記事：橋は閉鎖のまま", "Publicité", "ANZEIGE", "اشتہار", "10:45 a.m.",
    ]  # fmt: skip
    assert text.without_furniture([OPENING, *noise, CLOSING]) == [OPENING, CLOSING]


def test_a_paragraph_that_speaks_of_reading_or_of_advertising_stays() -> None:
    lines = [
        "Read also what he wrote to his sister: it is the better letter.", "Publicité et presse", "Anzeigen bleiben teuer.",
        "Related: " + "a quotation that goes on for longer than any headline does, " * 6, "Lire aussi fort que possible.",
    ]  # fmt: skip
    assert text.without_furniture(lines) == lines


@pytest.mark.parametrize(
    "line", ["Last updated: April 21, 2025", "17:41 JST, October 13, 2024", "10.11.2021", "15 августа 2016, 13:43"]
)
def test_a_date_line_above_the_story_is_not_its_first_line(line: str) -> None:
    assert text.without_head(["Clocks", line, OPENING, CLOSING], "Clocks", []) == [OPENING, CLOSING]


@pytest.mark.parametrize(
    "lines",
    [
        ["In April 2025 the clocks stood still", OPENING],  # a sentence that has a date in it
        ["One", "Two", "10 April 2025", OPENING],  # a date that heads what follows it
        [OPENING, "10 April 2025", CLOSING],
        ["10 April 2025", "12 April 2025"],  # a story of short lines alone
    ],
)
def test_a_date_within_the_story_stays(lines: list[str]) -> None:
    assert text.without_head(lines, "Clocks", []) == lines


def test_labels_where_a_teaser_is_cut_off_and_lone_punctuation_are_furniture() -> None:
    noise = [
        "Read more",
        "READ FULL REVIEW >",
        "Weiterlesen …",
        "続きを読む",
        "Table of Contents",
        ",",
        "[…]",
        ").",
        "\u200b",
    ]
    assert text.without_furniture([OPENING, *noise, CLOSING]) == [OPENING, CLOSING]


def test_sub_headings_and_breaks_that_look_like_labels_stay() -> None:
    lines = ["Read more books", "Contents of the letter", "* * *", "!", "5"]
    assert text.without_furniture(lines) == lines


def test_what_is_said_of_a_link_to_those_who_hear_the_page_is_no_text() -> None:
    said = [
        "Das sagte die Uhrmacherin(öffnet im neuen Fenster) am Montag.",
        "She said so (opens in a new tab), twice (or more).",
    ]
    assert text.without_furniture(said) == ["Das sagte die Uhrmacherin am Montag.", "She said so, twice (or more)."]
