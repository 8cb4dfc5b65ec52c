"""A pattern of many words finds what a plain one finds."""

import re

import pytest

from crawler.extraction.alternatives import any_of
from crawler.extraction.sidebar_words import meanings

WORDS = ["nav", r"\bads?\b", "(?<![a-z])next(?![a-z])", "news-?letter", "news", r"\+1", "نص"]


@pytest.mark.parametrize(
    "text", ["navigation", "loads ads", "ad-next", "contexts next", "newsletter news", "+1", "نص", ""]
)
def test_the_same_words_are_found_as_by_a_plain_pattern(text: str) -> None:
    assert re.findall(any_of(WORDS), text) == re.findall("|".join(WORDS), text)


def test_a_word_that_begins_with_no_plain_character_is_refused() -> None:
    with pytest.raises(ValueError, match=r"\[ab\]c"):
        any_of(["[ab]c"])


def test_class_words_mean_the_same_with_and_without_a_hyphen() -> None:
    assert meanings("Top-Bar") == meanings("topbar") == {"header"}
    assert meanings("nav prev-post") == {"navigation", "neighbour", "card"}
