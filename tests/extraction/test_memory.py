"""What repeats over a site's pages is not the story; what stands on one page alone, or on copies of it, still is."""

from __future__ import annotations

import time
from collections.abc import Sequence
from dataclasses import replace

import pytest

from crawler.extraction import extract, gather
from crawler.extraction import memory as module
from crawler.extraction.explain import explain
from crawler.extraction.memory import SiteMemory, page_bit
from crawler.items import Page, Story
from crawler.spiders.dawn import DawnSpider
from tests.extraction.test_general import PARAGRAPHS, page_of

URL = "https://news.example/story"
BANNER = (
    "Our newsroom answers to no owner but its readers. Nine thousand of them keep it going; will you be the next one?"
)
OTHER_STORY = [
    "The town band has won the regional prize for the third time, this year with a march that its own tuba player wrote.",
    "It was first heard at the opening of the swimming baths, where the rain drowned most of it, the conductor said.",
    "The prize is a silver cup and four hundred euros, which will go towards a new drum.",
]


def site_of(*pages: Sequence[str], copies: int = 1) -> SiteMemory:
    """The memory of a site that has these pages, each a story's paragraphs, each under so many addresses."""
    memory = SiteMemory()
    for number, paragraphs in enumerate(pages):
        marks = gather(page_of(list(paragraphs)).encode(), URL)
        for copy in range(copies):
            memory.add(bit(number * copies + copy), marks)
    return memory


def bit(number: int) -> int:
    """A bit of its own for each of the first pages, which page_bit() could deal twice."""
    return 1 << number


def read(paragraphs: Sequence[str], memory: SiteMemory | None, own: int = 1 << 62) -> Story:
    return story_of(extract(page_of(list(paragraphs)), URL, seen=memory.others(own) if memory else None))


def story_of(page: Page) -> Story:
    assert page.story is not None
    return page.story


def others_with_the_banner(number: int = 3) -> SiteMemory:
    return site_of(*([f"{number}: {line}" for line in OTHER_STORY] + [BANNER] for number in "ABCDE"[:number]))


def test_what_stood_on_other_pages_of_the_site_is_not_the_story() -> None:
    with_banner = [*PARAGRAPHS[:2], BANNER, *PARAGRAPHS[2:]]
    assert BANNER in read(with_banner, None).body  # nothing on this page alone tells it from the story
    assert read(with_banner, others_with_the_banner()).body == "\n".join(PARAGRAPHS)


def test_one_page_alone_loses_nothing() -> None:
    alone = read([*PARAGRAPHS, BANNER], None)
    for memory in (SiteMemory(), site_of(OTHER_STORY), site_of([*PARAGRAPHS, BANNER])):
        assert read([*PARAGRAPHS, BANNER], memory, own=bit(0)) == alone


def test_a_page_of_which_nothing_repeats_is_read_as_without_other_pages() -> None:
    page = extract(page_of(PARAGRAPHS), URL, seen=site_of(OTHER_STORY).others(bit(9)))
    alone = extract(page_of(PARAGRAPHS), URL)
    assert story_of(page) == story_of(alone)
    assert page.extraction == alone.extraction


@pytest.mark.parametrize("copies", [1, 3])
def test_a_story_seen_under_other_addresses_keeps_its_paragraphs(copies: int) -> None:
    memory = site_of(PARAGRAPHS, copies=copies)
    assert read(PARAGRAPHS, memory).body == "\n".join(PARAGRAPHS)


@pytest.mark.parametrize("copies", [1, 2])
def test_copies_of_a_story_hold_furniture_too_and_are_told_from_it(copies: int) -> None:
    with_banner = [*PARAGRAPHS[:2], BANNER, *PARAGRAPHS[2:]]
    memory = site_of(
        *([f"{letter}: {line}" for line in OTHER_STORY] + [BANNER] for letter in "ABCDE"), with_banner, copies=copies
    )
    assert read(with_banner, memory).body == "\n".join(PARAGRAPHS)


def test_a_page_whose_whole_text_repeats_is_still_read() -> None:
    lines = [*PARAGRAPHS[:2], BANNER]
    assert read(lines, site_of(*([line, *OTHER_STORY] for line in lines), lines)).body


def test_pages_in_another_language_or_an_older_layout_are_left_alone() -> None:
    urdu = [
        f"{number}. بندرگاہ کے بورڈ نے منگل کے روز پرانی جیٹی کو بند کرنے کا فیصلہ کیا کیونکہ ستون گل چکے تھے۔"
        for number in range(4)
    ]
    older = (
        page_of(PARAGRAPHS)
        .replace("<main><article>", "<table><tr><td class=txt>")
        .replace("</article></main>", "</table>")
    )
    seen = others_with_the_banner().others(bit(9))
    for page in (page_of(urdu), older):
        assert story_of(extract(page, URL, seen=seen)) == story_of(extract(page, URL))


def test_a_first_paragraph_that_other_pages_print_as_a_teaser_is_the_storys() -> None:
    teaser = f"<article class=card><h4>Ferry pier to close</h4><p class=excerpt>{PARAGRAPHS[0]}</p></article>"
    memory = SiteMemory()
    for number in range(5):
        page = page_of([f"{number}: {line}" for line in OTHER_STORY]).replace(
            '<aside class="sidebar">', f"<aside>{teaser}"
        )
        assert teaser in page
        memory.add(bit(number), gather(page.encode(), URL))
    assert read(PARAGRAPHS, memory).body == "\n".join(PARAGRAPHS)


def test_the_credit_line_of_every_story_is_read_though_it_repeats() -> None:
    credit = "Published in The Harbour Post, March {}th, 2026"
    others = [
        [f"{letter}: {line}" for line in OTHER_STORY] + [credit.format(day)] for day, letter in enumerate("ABC", 14)
    ]
    story = read([*PARAGRAPHS, credit.format(18)], site_of(*others))
    assert story.credit_line == "Published in The Harbour Post, March 18th, 2026"
    assert story.published is not None
    assert story.published.value.date().isoformat() == "2026-03-18"
    assert story.body == "\n".join(PARAGRAPHS)


def test_a_reading_with_help_says_what_it_would_be_without_and_has_a_name_of_its_own() -> None:
    with_banner = page_of([*PARAGRAPHS[:2], BANNER, *PARAGRAPHS[2:]])
    alone = extract(with_banner, URL)
    helped = [extract(with_banner, URL, seen=others_with_the_banner(number).others(bit(9))) for number in (2, 3, 4)]
    assert {story_of(page).unaided for page in helped} == {story_of(alone).body}
    assert story_of(alone).unaided is None
    (name,) = {page.extraction for page in helped}  # however much is known of the site: what is left is the same
    assert name is not None
    assert name.startswith(f"{alone.extraction}-")


def test_a_block_taken_out_says_on_how_many_other_pages_it_stands() -> None:
    with_banner = page_of([*PARAGRAPHS[:2], BANNER, *PARAGRAPHS[2:]])
    assert "stands on" not in explain(with_banner, URL)
    explained = explain(with_banner, URL, seen=others_with_the_banner().others(bit(9)))
    assert explained.count('data-reason="stands on 3 or more other pages of the site"') == 1


def test_fingerprints_stay_the_same_when_only_numbers_change() -> None:
    first, second = (
        page_of([*PARAGRAPHS, f"Share this story with a friend: {count} people did so today"]).encode()
        for count in (7, 12)
    )
    assert gather(first, URL) == gather(second, URL) != gather(page_of(PARAGRAPHS).encode(), URL)


def test_gathering_finds_the_fingerprints_that_reading_finds() -> None:
    html = page_of([*PARAGRAPHS, BANNER]).encode()
    assert gather(html, URL) == extract(html, URL).fingerprints != []
    assert gather(html, URL, "text/plain") == gather(b"%PDF-1.4", URL, "application/pdf") == gather(b"", URL) == []


def test_a_page_read_by_its_papers_own_layout_leaves_no_fingerprints() -> None:
    html = page_of(PARAGRAPHS).replace("<article>", "<article><div class=story__content>").encode()
    assert DawnSpider.layout is not None
    assert (
        gather(html, URL, layout=DawnSpider.layout) == extract(html, URL, layout=DawnSpider.layout).fingerprints == []
    )
    assert gather(html, URL, layout=replace(DawnSpider.layout, body=".older")) == gather(html, URL) != []


def test_a_page_read_again_counts_once_and_not_against_itself() -> None:
    memory = SiteMemory()
    for _ in range(3):
        memory.add(bit(4), [1, 2])
    memory.add(bit(5), [2])
    assert [memory.others(bit(4)).get(mark, 0) for mark in (1, 2, 3)] == [0, 1, 0]
    assert [memory.others(bit(5)).get(mark, 0) for mark in (1, 2, 3)] == [1, 1, 0]


def test_what_a_few_pages_of_many_hold_does_not_repeat() -> None:
    """A columnist's last line, or what ten reports of a hundred tell again of one event, is the stories' own."""
    memory = SiteMemory()
    for number in range(62):
        memory.add(bit(number), [1] if number < 13 else [2] if number < 25 else [3])
    assert dict(memory.others(bit(62))) == {1: 13, 3: 37}
    assert [memory.others(bit(62)).get(mark, 0) for mark in (1, 2, 3)] == [13, 0, 37]
    assert SiteMemory.of(memory.pages) == memory


def test_pages_are_dealt_bits_that_a_database_can_hold() -> None:
    bits = {page_bit(f"https://news.example/{number}") for number in range(2000)}
    assert bits == {1 << number for number in range(63)}


def test_a_hostile_page_is_remembered_in_bounded_time_and_room() -> None:
    names = "word " * 100_000
    page = f'<div class="{names}">' + "".join(
        f"a sentence of the page that hides its names, {'x' * n}<p>b" for n in range(3000)
    )
    start = time.process_time()
    assert len(gather(page.encode(), URL)) <= 1000
    assert time.process_time() - start < 2


def test_a_sites_memory_is_bounded_and_keeps_what_repeats(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "MOST_BLOCKS", 100)
    memory = SiteMemory()
    for number in range(1000):
        memory.add(bit(number % 63), [-1, -2, *range(number * 3, number * 3 + 3)])
    assert len(memory.pages) <= 200
    assert {-1, -2, 2999} <= set(memory.pages)
    memory.forget_what_does_not_repeat()
    assert set(memory.pages) == {-1, -2}
