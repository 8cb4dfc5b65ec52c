"""What words.py finds in bytes is what expressions find in the text, whatever its letters."""

from __future__ import annotations

import re

from hypothesis import given
from hypothesis import strategies as st

from crawler.extraction.words import digits_and_capitals, without_numbers, words_of

# Both what one byte holds in the encoding of western papers and what none does.
TEXTS = st.text(st.characters(codec="utf-8") | st.sampled_from("aB7 _-é’“ŸßÀ²٣０中\n\x81"), max_size=80)


@given(TEXTS)
def test_words_are_those_of_the_text_in_lower_case(text: str) -> None:
    assert words_of(text) == re.findall(r"\w+", text.lower())


@given(TEXTS)
def test_digits_and_capitals_of_any_script_are_counted(text: str) -> None:
    assert digits_and_capitals(text) == (len(re.findall(r"\d", text)), len(re.findall("[A-ZÀ-ÞА-Я]", text)))


@given(TEXTS)
def test_every_number_becomes_a_single_zero(text: str) -> None:
    assert without_numbers(text) == re.sub(r"\d+", "0", text)
