"""The choice of blocks as a whole: what the markup sets apart from the story, and what is told already."""

from __future__ import annotations

import numpy as np
import pytest

from crawler.extraction.blocks import cut
from crawler.extraction.document import parse
from crawler.extraction.general import choose
from crawler.extraction.whole import once, set_apart


def test_a_paragraph_that_others_hold_is_dropped_and_one_that_only_begins_like_another_stays() -> None:
    first = " ".join(f"one{number}" for number in range(30))
    second = " ".join(f"two{number}" for number in range(30))
    texts = [f"{first} {second}", first, second, f"{first[:60]} and then went on quite differently for a long time"]
    assert once(texts, np.array([True] * 4)).tolist() == [False, True, True, True]


def test_a_paragraph_that_comes_again_and_again_is_a_refrain_and_stays() -> None:
    refrain = " ".join(f"again{number}" for number in range(30))
    days = [" ".join(f"day{day}word{number}" for number in range(30)) for day in range(4)]
    texts = [text for day in days for text in (refrain, day)]
    assert once(texts, np.array([True] * 8)).all()
    assert once(texts[:4], np.array([True] * 4)).tolist() == [True, True, False, True]


def test_what_was_not_chosen_makes_nothing_a_copy() -> None:
    text = " ".join(f"word{number}" for number in range(30))
    assert once([text, text], np.array([False, True])).tolist() == [False, True]


def test_a_huge_story_is_left_as_it_is_chosen() -> None:
    text = "again and again the same words " * 5_000
    assert once([text, text], np.array([True, True])).all()


@pytest.mark.parametrize(("declared", "taken"), [(False, []), (True, [0])])
def test_what_little_reads_like_a_story_is_taken_on_a_page_that_declares_itself_an_article(
    declared: bool, taken: list[int]
) -> None:
    likely, weight = np.array([0.22, 0.03, 0.01]), np.array([900.0, 80.0, 60.0])
    assert np.flatnonzero(choose(likely, weight, declared)).tolist() == taken


TOLD = "".join(f"<p>Paragraph {number} of the harbour story goes on at some length here.</p>" for number in range(6))
ELSE = "<p>Quite another matter is told here, in words that read like any story's.</p>"


@pytest.mark.parametrize(
    ("html", "apart"),
    [
        (f"<article><h1>Pier</h1>{TOLD}</article><article><h2>Dam</h2>{ELSE}</article>", [8]),
        (f"<main><h1>Pier</h1>{TOLD}</main><div>{ELSE}</div>", [7]),
        (f"<main><article><h1>Pier</h1>{TOLD}</article>{ELSE}</main>", [7]),
        (f"<h1>Pier</h1>{TOLD}<div class='commentList'><article>{ELSE}</article></div>", [7]),
        (f"<h1>Pier</h1>{TOLD}<div class='commentary'>{ELSE}</div>", []),
        (f"<h1>Pier</h1>{TOLD}<footer>{ELSE}</footer>", [7]),
        (f"<h1>Pier</h1><div class='photo-caption'>{ELSE}</div>{TOLD}", [1]),
        (f"<h1>Live</h1><article><h2>Noon</h2>{TOLD}</article><article><h2>One</h2>{ELSE}</article>", []),
        (f"<body class='can-comment'><h1>Pier</h1>{TOLD}</body>", []),
        (f"<div class='comments-open'><h1>Pier</h1>{TOLD}</div>{ELSE * 2}", []),
        (f"<article><h1>Pier</h1><p>Words.</p></article><article>{TOLD}</article>", []),
        (f"<h1>Pier</h1><p>Few words.</p><figure><figcaption>{TOLD}</figcaption></figure>", []),
    ],
    ids=[
        "the next article",
        "after main",
        "after the article in main",
        "comments",
        "a commentary",
        "a footer",
        "a caption",
        "a live blog of articles",
        "a page that can be commented",
        "a story that can be commented",
        "a headline in an article of its own",
        "a story of captions",
    ],
)
def test_what_the_markup_sets_apart_is_not_the_story_unless_it_is_all_there_is(html: str, apart: list[int]) -> None:
    page = cut(parse(f"<html>{html}</html>", "https://news.example/story").root)
    weight = np.array([float(len(block.text)) for block in page.blocks])
    taken = np.array([block.kind != "heading" for block in page.blocks])
    assert list(set_apart(page, weight, taken)) == apart
