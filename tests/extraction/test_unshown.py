"""Stories that their pages hold, but do not show."""

from __future__ import annotations

import json
import time

import pytest

from crawler.extraction import extract, gather

URL = "https://paper.example/harbour/ferry"
PARAGRAPHS = [
    "The harbour board voted on Tuesday to close the old ferry pier, after engineers found that four of its "
    "timber piles had rotted below the water line.",
    "Repairs would cost more than the pier has earned in a decade, the board's chairwoman, Ines Carvalho, told a "
    "packed meeting at the town hall.",
    'Fishermen who sell their catch from the pier said "nobody asked us", and promised to block the harbour mouth '
    "with their boats on the day the fences go up.",
    "A new landing stage is planned beside the lighthouse, but its money depends on a vote of the regional council.",
]
MARKUP = "".join(f'<p class="text">{paragraph}</p><div class="advert"></div>' for paragraph in PARAGRAPHS)


def page(scripts: str) -> bytes:
    head = (
        "<title>Ferry pier to close</title><meta property=og:type content=article><meta name=author content='Ada Moen'>"
    )
    return f"<html lang=en><head>{head}</head><body><div id=root></div>{scripts}</body></html>".encode()


def escaped(value: object) -> str:
    return json.dumps(value).replace("<", "\\u003c").replace(">", "\\u003e")


@pytest.mark.parametrize(
    "scripts",
    [
        f"<script>window.__state = {escaped({'story': {'content': MARKUP}})}</script>",
        f"<script>self.__next_f.push([1, {escaped(json.dumps({'content': MARKUP}))}])</script>",
        "<script>menu = {'teaser': '<p>Subscribe to the paper today.</p>'}</script>"
        f"<script type='application/json'>{json.dumps({'html': MARKUP})}</script>",
        '<script type="application/ld+json">'
        f"{json.dumps({'@type': 'NewsArticle', 'articleBody': chr(10).join(PARAGRAPHS)})}</script>",
    ],
    ids=["escaped", "escaped twice", "plain", "linked data"],
)
def test_a_story_that_only_scripts_print_is_read_like_any_other(scripts: str) -> None:
    read = extract(page(scripts), URL)
    assert read.story is not None
    assert read.story.body.split("\n") == PARAGRAPHS
    assert (read.story.headline, read.story.authors) == ("Ferry pier to close", ["Ada Moen"])
    assert gather(page(scripts), URL) == read.fingerprints


def test_a_page_that_only_asks_for_scripts_is_searched() -> None:
    shell = "<p>Skip to content</p><noscript>x</noscript><p>Please switch on scripts.</p>"
    html = page(f"{shell}<script>state = {escaped(MARKUP)}</script>")
    read = extract(html, URL)
    assert read.story is not None and read.story.body.split("\n") == PARAGRAPHS
    assert gather(html, URL) == read.fingerprints


def test_a_short_notice_that_the_page_shows_is_kept_before_what_its_scripts_hold() -> None:
    notice = "The ferry to Lundholm does not sail on Tuesday, because the pier is being mended by the town."
    html = page(f"<article><p>{notice}</p></article><script>other = {escaped(MARKUP)}</script>")
    read = extract(html, URL)
    assert read.story is not None and read.story.body == notice
    assert gather(html, URL) == read.fingerprints


def test_a_page_that_shows_its_story_is_not_searched_for_another() -> None:
    shown = (
        "<article>" + "".join(f"<p>The ferry sails again. {paragraph}</p>" for paragraph in PARAGRAPHS) + "</article>"
    )
    read = extract(page(f"{shown}<script>other = {escaped(MARKUP)}</script>"), URL)
    assert read.story is not None and read.story.body.startswith("The ferry sails again.")
    assert len(read.story.body.split("\n")) == len(PARAGRAPHS)


@pytest.mark.parametrize("scripts", ["", "<script>x = '<p>Loading.</p>'</script>"])
def test_a_page_that_holds_no_story_says_so(scripts: str) -> None:
    read = extract(page(scripts), URL)
    assert (read.story, read.reason) == (None, "the page holds no text")


@pytest.mark.parametrize("junk", ["\\\\", "<p", "<p>", "<p>x", "\\u003cp\\u003e", "<p a", "<p><x", "</p><p>\\"])
def test_hostile_scripts_are_searched_in_bounded_time(junk: str) -> None:
    html = page(f"<script>{junk * (1_000_000 // len(junk))}</script>")
    start = time.process_time()
    extract(html, URL)
    assert time.process_time() - start < 2
