"""What letters.py counts in one pass over all texts is what expressions find in each."""

from __future__ import annotations

import re

from hypothesis import given
from hypothesis import strategies as st

from crawler.extraction import letters
from crawler.extraction.letters import mass

LETTERS = st.characters(codec="utf-8", exclude_characters="\n") | st.sampled_from("aB7 -é’“ßÀЖж٣०中の.!?,;|")
TEXTS = st.lists(st.text(LETTERS, min_size=1, max_size=40), min_size=1, max_size=5)


@given(TEXTS)
def test_letters_of_a_kind_are_counted_in_each_text(texts: list[str]) -> None:
    found = letters.count(texts)
    assert found.sizes.tolist() == [len(text) for text in texts]
    assert found.counts[letters.COMMA].tolist() == [len(re.findall("[,;،、，]", text)) for text in texts]
    assert found.counts[letters.BLANK].tolist() == [text.count(" ") + 1 for text in texts]
    assert found.counts[letters.DIGIT].tolist() == [len(re.findall("[0-9٠-٩۰-۹०-९০-৯]", text)) for text in texts]


@given(TEXTS)
def test_a_mark_ends_a_sentence_only_before_a_blank_or_at_the_end_where_its_script_has_blanks(texts: list[str]) -> None:
    ends = [len(re.findall(r"[.!?…](?= |$)|[。！？؟۔।]", text)) for text in texts]
    assert letters.count(texts).counts[letters.END].tolist() == ends


def test_texts_are_counted_alike_however_many_there_are() -> None:
    texts = [f"{number}, " * 3 + "End." for number in range(letters.BATCH + 2)]
    found = letters.count(texts)
    assert found.sizes.tolist() == [len(text) for text in texts]
    assert found.counts[letters.COMMA].tolist() == [3] * len(texts)
    assert set(found.last.tolist()) == {letters.END}


@given(TEXTS)
def test_the_mass_of_many_texts_is_that_of_each(texts: list[str]) -> None:
    assert letters.count(texts).mass.tolist() == [mass(text) for text in texts]


def test_letters_of_which_few_make_a_word_count_threefold() -> None:
    assert mass("news 新闻") == 5 + 3 * 2


def test_a_text_is_told_by_its_first_and_its_last_letter() -> None:
    found = letters.count(["Rain fell.", "by a reporter", "“So it is”", "7 dead"])
    assert found.first.tolist() == [letters.CAPITAL, letters.SMALL, letters.QUOTE, letters.DIGIT]
    assert found.last.tolist() == [letters.END, letters.SMALL, letters.QUOTE, letters.SMALL]
