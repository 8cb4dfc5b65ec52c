"""What words.py finds in bytes is what expressions find in the text, whatever its letters."""

from __future__ import annotations

import re

from hypothesis import given
from hypothesis import strategies as st

from crawler.extraction.words import APART, without_numbers, words_of, words_of_each

# Both what one byte holds in the encoding of western papers and what none does.
TEXTS = st.text(st.characters(codec="utf-8") | st.sampled_from("aB7 _-é’“ŸßÀ²٣０中\n\x81"), max_size=80)


@given(TEXTS)
def test_words_are_those_of_the_text_in_lower_case(text: str) -> None:
    assert words_of(text) == re.findall(r"\w+", text.lower())


@given(st.lists(TEXTS.filter(lambda text: APART not in text), min_size=1, max_size=5))
def test_the_words_of_many_texts_are_those_of_each_with_its_numbers_as_zeros(texts: list[str]) -> None:
    assert words_of_each(texts) == [re.findall(r"\w+", re.sub(r"\d+", "0", text).lower()) for text in texts]


@given(TEXTS)
def test_every_number_becomes_a_single_zero(text: str) -> None:
    assert without_numbers(text) == re.sub(r"\d+", "0", text)
