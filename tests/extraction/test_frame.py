"""A paper's layout is told by the boxes round the story: another story changes nothing, another design everything."""

from __future__ import annotations

import gzip
import json
import time
from itertools import combinations
from pathlib import Path

import pytest

from crawler.extraction import extract
from crawler.extraction.document import parse
from crawler.extraction.frame import MAX_SHAPE, MAX_SHAPES, frame
from pipelines.database.layouts import ALIKE, likeness
from tests.conftest import SHARED

STORY = "".join(
    f"<p>The river authority opened gate {number} on Monday after a night of rain.</p>" for number in range(9)
)
LETTERS = "abcdefghijklmnopqrstuvwxyz"
URL = "https://harbour.example/news/1"


def framed(story: str, before: str = "", classes: str = "story__content") -> list[str]:
    page = (
        f"<html><body class='single postid-481'><header class='masthead'>The Harbour</header>{before}<main><div class='row'>"
        f"<div class='{classes}'>{story}</div><aside class='sidebar css-1x9y2z'><a href='/n/2'>Two</a></aside></div></main>"
        "<footer class='colophon'>The Harbour</footer></body></html>"
    )
    return extract(page, URL).frame


def test_a_frame_names_the_boxes_round_the_story() -> None:
    assert {"div story-content", "div row", "main", "aside sidebar", "header masthead"} <= set(framed(STORY))


def test_numbers_and_made_up_letters_are_no_part_of_a_frame() -> None:
    built = framed(STORY, classes="story__content sc-bdVaJa css-0q1w2e slot-71")
    assert framed(STORY, classes="story__content sc-eqUAAy css-9z8y7x slot-8") == built
    assert {"div story-content", "div css", "div slot", "aside css"} <= set(built)


def test_another_story_stands_in_the_same_frame_and_a_new_advert_is_one_shape() -> None:
    other = STORY.replace("gate", "door") + "<p>The level fell by a foot in the evening, and no one was hurt.</p>"
    assert framed(other) == framed(STORY)
    more = set(framed(STORY, before="<div class='promo-spring'></div>")) - set(framed(STORY))
    assert more == {"div promo-spring"}


def test_a_page_without_a_story_or_without_boxes_has_no_frame() -> None:
    assert extract("<html><body><p>Nothing.</p></body></html>", URL).frame == []
    assert extract(f"<html><body>{STORY}</body></html>", URL).frame == []
    assert extract("LAHORE: Text.", URL, content_type="text/plain").frame == []


def test_a_hostile_page_has_a_frame_of_bounded_size() -> None:
    names = [" ".join(f"{outer}{inner}{'y' * 90}" for inner in LETTERS[:4]) for outer in LETTERS * 8]
    deep = "".join(f"<div class='{name} {'x' * 5_000}'>" for name in names)
    document = parse(f"<html><body>{deep}<p id=x>Text</p></body></html>", URL)
    found = frame(document.root.get_element_by_id("x"))
    assert 0 < len(found) <= MAX_SHAPES
    assert max(map(len, found)) <= MAX_SHAPE


def test_a_frame_costs_next_to_nothing() -> None:
    document = parse(f"<html><body><main class='m'>{'<div class=box>' * 30}<p id=x>Text</p></body></html>", URL)
    story = document.root.get_element_by_id("x")
    frame(story)
    start = time.process_time()
    for _ in range(200):
        frame(story)
    assert (time.process_time() - start) / 200 < 0.0002  # seconds


@pytest.mark.skipif(not (SHARED / "bench").is_dir(), reason=f"no bench: {SHARED / 'bench'} is absent")
def test_pages_of_one_site_and_year_are_alike_and_pages_of_two_sites_are_not() -> None:
    listing = SHARED / "bench" / "pages" / "news-424.jsonl"
    frames: dict[str, list[frozenset[str]]] = {}
    for row in map(json.loads, listing.open(encoding="utf-8")):
        if len(frames) > 40 and row["site"] not in frames:
            continue
        html = gzip.decompress(Path(SHARED / "bench" / row["file"]).read_bytes())
        if found := extract(html, row.get("url") or URL).frame:
            frames.setdefault(row["site"], []).append(frozenset(found))
    same = [alike(*pair) for pages in frames.values() for pair in combinations(pages, 2)]
    first = [pages[0] for pages in frames.values()]
    other = [alike(*pair) for pair in combinations(first, 2)]
    assert sum(value >= ALIKE for value in same) >= 0.85 * len(same) > 20
    assert sum(value < ALIKE for value in other) >= 0.99 * len(other)


def alike(one: frozenset[str], other: frozenset[str]) -> float:
    return likeness(len(one & other), len(one), len(other))
