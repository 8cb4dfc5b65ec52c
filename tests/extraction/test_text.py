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
