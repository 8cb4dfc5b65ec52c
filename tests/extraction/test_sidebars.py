"""Sidebars of small invented pages; the labelled real pages are scored in benchmarks/sidebars.py."""

from __future__ import annotations

import time

from crawler.extraction import sidebars
from crawler.extraction.document import parse
from crawler.items import Sidebar

URL = "https://www.harbourpost.example/news/1001/ferry-returns"

STORY = """
<h1>Ferry returns to the north quay</h1>
<div class="story"><p>The ferry came back on Monday after nine weeks in dock, and a crowd of two hundred met it.</p>
<p>Its captain said <a href="/news/990/dock-workers-end-their-long-strike">the strike of the dock workers</a> had cost
the town a summer, and that nobody on the quay wanted another one like it.</p></div>
"""

EDITORIAL = """
<div class="column"><h3>Opinion</h3><h3>Editorial</h3>
<article class="story"><figure><a href="/news/2001/harbour-dues"><img alt="Harbour dues" src="a.jpg"></a></figure>
<h2 class="story__title"><a class="story__link" href="/news/2001/harbour-dues">Harbour dues</a></h2>
<span class="timestamp--label">Updated</span> <span class="timestamp__calendar">05 May, 2022</span>
<div class="story__excerpt">THE council has put off the question of dues for a third year, and the reasons
grow thinner...</div>
</article>
<article class="story"><figure><a href="/news/2002/lamps-on-the-pier"><img alt="Lamps" src="b.jpg"></a></figure>
<h2 class="story__title"><a class="story__link" href="/news/2002/lamps-on-the-pier">Lamps on the pier</a></h2>
<span class="timestamp__calendar">04 May, 2022</span>
<div class="story__excerpt">NOBODY who has walked the pier at night will need to be told what the lamps are
for.</div></article></div>
"""

RELATED = """
<aside class="related"><h4>Related stories</h4><ul>
<li><a href="/news/3001/quay-wall-to-be-rebuilt-in-spring"><img src="c.jpg"></a>
<a href="/news/3001/quay-wall-to-be-rebuilt-in-spring">Quay wall to be rebuilt in spring</a></li>
<li><a href="/news/3002/second-ferry-is-up-for-sale">Second ferry is up for sale</a>
<time datetime="2021-12-30T08:00:00+01:00">two days ago</time></li>
<li><a href="/news/3003/why-the-harbour-is-silting-up">Why the harbour is silting up</a></li></ul></aside>
"""

MENU = """
<nav><ul><li><a href="/news">News of the town</a></li><li><a href="/sport/sailing-and-rowing">Sailing and rowing news
today</a></li><li><a href="/culture/theatre-music-and-books">Theatre, music and new books</a></li></ul></nav>
"""

FOOTER = """
<footer><ul><li><a href="/how-we-correct-our-own-mistakes">How we correct our own mistakes</a></li>
<li><a href="/who-owns-the-harbour-post">Who owns the Harbour Post today</a></li>
<li><a href="/rules-for-readers-who-comment">The rules for readers who comment</a></li></ul></footer>
"""


def find(*parts: str) -> list[Sidebar]:
    return sidebars.find(parse("<html><body>" + "".join(parts) + "</body></html>", URL))


def headlines(found: list[Sidebar]) -> list[list[str | None]]:
    return [[entry.headline for entry in sidebar.entries] for sidebar in found]


def test_a_list_under_a_heading_is_a_sidebar_with_its_role() -> None:
    found = find(MENU, STORY, RELATED, FOOTER)
    assert [(sidebar.heading, sidebar.role) for sidebar in found] == [("Related stories", "related")]
    assert headlines(found) == [
        ["Quay wall to be rebuilt in spring", "Second ferry is up for sale", "Why the harbour is silting up"]
    ]
    assert [entry.position for entry in found[0].entries] == [1, 2, 3]


def test_a_picture_link_and_a_headline_link_to_one_story_are_one_entry() -> None:
    urls = [entry.url for entry in find(STORY, RELATED)[0].entries]
    assert len(urls) == len(set(urls)) == 3
    assert urls[0] == "https://www.harbourpost.example/news/3001/quay-wall-to-be-rebuilt-in-spring"


def test_a_card_gives_teaser_day_and_updated_mark() -> None:
    (editorial,) = find(STORY, EDITORIAL)
    first, second = editorial.entries
    assert (first.headline, first.dated, first.updated) == ("Harbour dues", "2022-05-05", True)
    assert first.teaser is not None and first.teaser.startswith("THE council has put off")
    assert (second.headline, second.dated, second.updated) == ("Lamps on the pier", "2022-05-04", False)


def test_a_heading_with_no_entries_of_its_own_gives_no_sidebar() -> None:
    found = find(STORY, EDITORIAL)
    assert [(sidebar.heading, sidebar.role) for sidebar in found] == [("Editorial", "editorial")]


def test_a_time_elements_day_is_the_entrys_day() -> None:
    assert [entry.dated for entry in find(STORY, RELATED)[0].entries] == [None, "2021-12-30", None]


def test_menus_footers_and_links_in_running_text_are_no_sidebars() -> None:
    assert find(MENU, STORY, FOOTER) == []


def test_sidebars_stand_in_the_pages_order() -> None:
    assert [sidebar.role for sidebar in find(RELATED, STORY, EDITORIAL)] == ["related", "editorial"]


def test_a_list_printed_twice_is_one_sidebar() -> None:
    assert len(find(RELATED, STORY, RELATED)) == 1


def test_the_storys_own_blocks_are_never_entries() -> None:
    document = parse("<html><body>" + STORY + RELATED + "</body></html>", URL)
    story = list(document.root.iter("li"))
    assert sidebars.find(document, story_elements=story) == []


def test_links_to_other_sites_are_no_entries() -> None:
    advert = RELATED.replace('href="/news', 'href="https://shop.example/news')
    assert find(STORY, advert) == []


def test_a_page_of_fifty_thousand_links_is_read_in_bounded_time() -> None:
    links = "".join(
        f'<li><a href="/news/{n}/some-story-with-a-slug">Some story with number {n}</a></li>' for n in range(50_000)
    )
    document = parse(f"<html><body><h2>Latest news</h2><ul>{links}</ul></body></html>", URL)
    started = time.monotonic()
    found = sidebars.find(document)
    assert time.monotonic() - started < 2
    assert len(found) == 1 and len(found[0].entries) == sidebars.MAX_ENTRIES


def test_a_hundred_thousand_nested_tags_are_no_danger() -> None:
    sidebars.find(parse("<html><body>" + "<div>" * 100_000 + RELATED, URL))
