"""The weights of words: of texts and of the names of boxes."""

from __future__ import annotations

from itertools import pairwise

import lxml.html
from hypothesis import given
from hypothesis import strategies as st

from crawler.extraction.lexicon import MOST_NAMES, Term, Weights, box_name, name_words

TERMS: dict[Term, tuple[float, ...]] = {
    "by": (1.0, 2.0),
    "reuters": (0.5, 0.0),
    ("", "by"): (4.0, 0.0),
    ("by", "reuters"): (8.0, 1.0),
    ("staff", ""): (16.0, 0.0),
    ("0", "comments"): (-32.0, -1.0),
}
TEXTS = st.lists(
    st.lists(st.sampled_from(["by", "reuters", "staff", "0", "comments", "unheard"]), max_size=6), min_size=1
)


@given(TEXTS)
def test_a_text_weighs_what_its_words_and_pairs_of_words_weigh(texts: list[list[str]]) -> None:
    found = Weights(TERMS)(texts)
    for text, *weights in zip(texts, *found.tolist(), strict=True):
        terms: list[Term] = [*text, *pairwise(("", *text, ""))]
        assert weights == [sum(TERMS.get(term, (0.0, 0.0))[at] for term in terms) for at in range(2)]


def test_words_that_stand_in_no_pair_weigh_alone() -> None:
    assert Weights({"story": (1.0,)})([["story", "body"], []]).tolist() == [[1.0, 0.0]]


def test_the_words_of_a_box_are_its_tag_and_the_parts_of_its_names_each_once() -> None:
    box = lxml.html.fragment_fromstring('<div class="story storyBody__2x top-story" id="main_7" role="article"></div>')
    assert name_words([box_name(box), "<p"]) == [["<div", "story", "body", "x", "top", "main", "article"], ["<p"]]


def test_endless_names_are_read_no_further() -> None:
    box = lxml.html.fragment_fromstring(f'<div class="{"ad " * 1000}" id="late"></div>')
    assert len(box_name(box)) == MOST_NAMES
    assert name_words([box_name(box)]) == [["<div", "ad"]]
