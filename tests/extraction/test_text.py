"""What a story's first and last lines say of themselves."""

from __future__ import annotations

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
