"""Sidebars of small invented pages, and of the real pages labelled by hand, scored as benchmarks/sidebars.py does."""

from __future__ import annotations

import json
import time

import pytest

from benchmarks import train_sidebars
from benchmarks.sidebar_pages import BENCH, LABELS, ROLES, labelled_pages, score, total
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


def test_the_pages_own_story_is_an_entry_of_the_list_that_shows_it() -> None:
    latest = """<section class="latest"><h2>Latest</h2><ul>
    <li><a href="/news/4001/storm-closes-the-outer-harbour">Storm closes the outer harbour</a></li>
    <li><a href="/news/1001/ferry-returns">Ferry returns to the north quay</a></li>
    <li><a href="/news/4002/herring-fleet-sails-for-the-north">Herring fleet sails for the north</a></li></ul></section>"""
    assert headlines(find(STORY, latest)) == [
        ["Storm closes the outer harbour", "Ferry returns to the north quay", "Herring fleet sails for the north"]
    ]


def test_one_story_alone_is_a_sidebar_only_under_a_heading_that_names_a_role() -> None:
    single = """<div class="box"><h3 class="box__title">{}</h3><article class="card">
    <h4><a href="/news/5001/a-letter-to-the-harbour-master">A letter to the harbour master</a></h4></article></div>"""
    found = find(STORY, single.format("Opinion"), EDITORIAL)
    assert [(sidebar.role, len(sidebar.entries)) for sidebar in found] == [("opinion", 1), ("editorial", 2)]
    assert [sidebar.role for sidebar in find(STORY, single.format("Tides"), EDITORIAL)] == ["editorial"]


def test_two_lists_with_the_same_stories_under_two_headings_are_two_sidebars() -> None:
    found = find(STORY, RELATED, RELATED.replace("Related stories", "Most read"))
    assert [sidebar.role for sidebar in found] == ["related", "most-read"]


def test_a_heading_between_cards_begins_a_new_sidebar() -> None:
    def card(number: int, headline: str) -> str:
        return f'<div class="card"><h4><a href="/news/{number}/{headline.replace(" ", "-")}">{headline}</a></h4></div>'

    stack = "".join(
        [
            "<aside><h3>Most read</h3>",
            card(6001, "Nine boats lost in the gale"),
            card(6002, "The price of cod doubles again"),
            "<h3>Latest</h3>",
            card(6003, "Lifeboat crew honoured at last"),
            card(6004, "New lamps for the old pier"),
            "</aside>",
        ]
    )
    assert [(sidebar.heading, len(sidebar.entries)) for sidebar in find(STORY, stack)] == [
        ("Most read", 2),
        ("Latest", 2),
    ]


@pytest.mark.parametrize(
    ("heading", "role"),
    [
        ("Meistgelesen", "most-read"),
        ("Lo más leído", "most-read"),
        ("الأكثر قراءة", "most-read"),
        ("社説", "editorial"),
        ("اداریہ", "editorial"),
        ("Meinung", "opinion"),
        ("Sur le même sujet", "related"),
        ("関連記事", "related"),
        ("По теме", "related"),
        ("Neueste Artikel", "latest"),
        ("최신 뉴스", "latest"),
        ("En continu", "latest"),
        ("Neue Beiträge", "latest"),
        ("Live", "latest"),
        ("Meistkommentiert", "most-read"),
        ("Read this next", "related"),
        ("Per saperne di più", "related"),
        ("Zobacz również", "related"),
        ("Opini", "opinion"),
        ("Kommentar", "opinion"),
        ("Schreibe einen Kommentar", "other"),
        ("Editor's picks", "other"),
        ("Harbour news", "other"),
        ("Liverpool", "other"),
        ("Sister cities", "other"),
        ("Nowhere else", "other"),
    ],
)
def test_a_headings_words_give_the_role_in_many_languages(heading: str, role: str) -> None:
    plain = RELATED.replace('class="related"', 'class="box"').replace("Related stories", heading)
    assert [(sidebar.heading, sidebar.role) for sidebar in find(STORY, plain)] == [(heading, role)]


def test_a_heading_that_goes_on_in_a_link_is_read_to_its_end() -> None:
    linked = RELATED.replace("Related stories", 'More from <a class="section" href="/news/town">The town</a>')
    assert [sidebar.heading for sidebar in find(STORY, linked)] == ["More from The town"]


def test_lists_marked_as_adverts_and_the_next_story_are_no_sidebars() -> None:
    neighbours = """<div class="post-nav"><div class="nav-previous"><a href="/news/998/quay-was-flooded-in-the-night">Quay
    was flooded in the night</a></div><div class="nav-next"><a href="/news/1002/ferry-breaks-down-once-more">Ferry breaks
    down once more</a></div></div>"""
    assert find(STORY, neighbours, RELATED.replace("Related stories", "Sponsored stories")) == []


def test_entries_and_their_heading_can_be_shown_on_the_page() -> None:
    document = parse("<html><body>" + STORY + RELATED + "</body></html>", URL)
    (found,) = sidebars.locate(document)
    assert [card.tag for card in found.cards] == ["li", "li", "li"]
    assert found.heading is not None and found.heading.text == "Related stories"


@pytest.mark.parametrize("part", [0.2, 0.4, 0.6, 0.8, 0.9, 0.95])
def test_a_page_that_breaks_off_is_read_as_far_as_it_goes(part: float) -> None:
    page = MENU + RELATED + STORY + EDITORIAL + FOOTER
    for sidebar in find(page[: int(len(page) * part)]):
        assert sidebar.entries and all(entry.url and entry.headline for entry in sidebar.entries)


def test_a_paper_that_keeps_its_stories_under_a_listings_name_has_sidebars() -> None:
    page = "<html><body>" + STORY + RELATED.replace('href="/news', 'href="/people') + "</body></html>"
    elsewhere = "https://www.harbourpost.example/{}/1001/ferry-returns"
    assert len(sidebars.find(parse(page, elsewhere.format("people")))[0].entries) == 3
    assert sidebars.find(parse(page, elsewhere.format("news"))) == []


def related_with(*entries: str) -> str:
    """A list of related stories: two of RELATED's and those given."""
    return RELATED.replace("</ul>", "".join(f"<li>{entry}</li>" for entry in entries) + "</ul>")


@pytest.mark.parametrize(
    ("card", "headline"),
    [
        (
            '<a href="/news/3004/new-crane">New crane for the dry dock New crane for the dry dock</a>',
            "New crane for the dry dock",
        ),
        ('<a href="/news/3004/new-crane">» New crane for the dry dock</a>', "New crane for the dry dock"),
        (
            '<a href="/news/3004/new-crane">- No crane for the dry dock</a>',
            "- No crane for the dry dock",
        ),  # a quotation
        (
            '<h4 class="wide"><a href="/news/3004/new-crane">New crane for the dry dock</a></h4>'
            '<h4 class="wide"><a href="/news/3004/new-crane">New crane for the dry dock</a></h4>',
            "New crane for the dry dock",
        ),
        (
            '<a href="/news/3004/new-crane">New crane for the Harbour&shy;master&shy;s dock</a>',
            "New crane for the Harbourmasters dock",
        ),
        (
            '<a href="/news/3004/new-crane"><img alt="New crane for the old dry dock"><b class="x">32:03</b></a>',
            "New crane for the old dry dock",
        ),
        (
            '<p class="card-title">New crane</p><a href="/news/3004/new-crane-for-the-dock" class="more">Read more »</a>',
            "New crane",
        ),
        (
            '<h4>Related</h4><a href="/news/3004/new-crane" class="x">New crane for the dry dock</a>',
            "New crane for the dry dock",
        ),
    ],
)
def test_a_headline_is_no_label_and_stands_once_without_invisible_marks(card: str, headline: str) -> None:
    assert headlines(find(STORY, related_with(card)))[0][-1] == headline


@pytest.mark.parametrize(
    "card",
    [
        '<a href="/news/3004/print/quay-wall">Print article</a>',
        '<a href="/news/3004/quay-wall-to-be-rebuilt">ADVERTISEMENT</a>',
        '<a href="/news/3004/quay-wall-to-be-rebuilt.jpg">The quay wall to be rebuilt</a>',
        '<a href="/news/3004/quay-wall-plans.pdf">The plans of the quay wall</a>',
        '<a href="/news/3004/quay-wall-trap" style="display: none">No reader sees this link</a>',
        '<a href="/news/3004/quay-wall-to-be-rebuilt">44 comments</a>',
    ],
)
def test_what_opens_no_story_or_is_not_seen_is_no_entry(card: str) -> None:
    assert headlines(find(STORY, related_with(card))) == headlines(find(STORY, RELATED))


@pytest.mark.parametrize(
    ("printed", "headline", "day"),
    [
        ("11.02.2020 New crane for the dry dock", "New crane for the dry dock", "2020-02-11"),
        ("06/06/21 New crane for the dry dock", "New crane for the dry dock", "2021-06-06"),
        ("New crane for the dry dock, 28.04.2020", "New crane for the dry dock", "2020-04-28"),
        ("15.000 Euro for the old dry dock", "15.000 Euro for the old dry dock", None),
    ],
)
def test_a_day_printed_in_one_run_with_a_headline_is_the_entrys_day(
    printed: str, headline: str, day: str | None
) -> None:
    entry = find(STORY, related_with(f'<a href="/news/3004/new-crane">{printed}</a>'))[0].entries[-1]
    assert (entry.headline, entry.dated) == (headline, day)


@pytest.mark.parametrize(
    ("excerpt", "teaser"),
    [
        (
            "<p class=teaser>/ 03.11.2021 / 06:00 Uhr /</p><p>The crane comes by sea from the yard that built it.</p>",
            "The crane comes by sea from the yard that built it.",
        ),
        ("<p class=teaser>Read more about New crane for the dry dock</p>", None),
    ],
)
def test_a_date_line_or_the_headline_again_is_no_teaser(excerpt: str, teaser: str | None) -> None:
    card = f'<a href="/news/3004/new-crane">New crane for the dry dock</a>{excerpt}'
    assert find(STORY, related_with(card))[0].entries[-1].teaser == teaser


LINK = '<a href="/news/{0}/some-story-with-a-slug">Some story with number {0}</a>'


@pytest.mark.parametrize(
    ("before", "each", "after"),
    [
        ("<h2>Latest news</h2><ul>", f"<li>{LINK}</li>", "</ul>"),
        ("<p>", f"{LINK} and then ", "</p>"),
        ("<div>", f"<h3>More</h3><div>{LINK}</div>", "</div>"),
        (
            "<div>",
            f"<section><div><div><h3>More</h3></div></div><div><article>{LINK}</article></div></section>",
            "</div>",
        ),
    ],
)
def test_a_page_of_fifty_thousand_links_is_read_in_bounded_time(before: str, each: str, after: str) -> None:
    links = "".join(each.format(number) for number in range(50_000))
    document = parse(f"<html><body>{before}{links}{after}</body></html>", URL)
    started = time.process_time()
    found = sidebars.find(document)
    assert time.process_time() - started < 2
    assert all(len(sidebar.entries) <= sidebars.MAX_ENTRIES for sidebar in found)


def test_a_hundred_thousand_nested_tags_are_no_danger() -> None:
    sidebars.find(parse("<html><body>" + "<div>" * 100_000 + RELATED, URL))


def test_the_labels_are_of_forty_pages_of_thirty_sites_and_well_formed() -> None:
    labels = [json.loads(path.read_text(encoding="utf-8")) for path in LABELS.glob("*.json")]
    assert len({label["page"] for label in labels}) == len(labels) >= 40
    for label in labels:
        for sidebar in label["sidebars"]:
            assert sidebar["role"] in ROLES, label["page"]
            assert sidebar["entries"] and all(headline.strip() for headline in sidebar["entries"]), label["page"]


needs_bench = pytest.mark.skipif(not (BENCH / "pages").is_dir(), reason=f"the benchmark pages are not at {BENCH}")


@needs_bench
def test_entries_of_the_labelled_pages_are_found() -> None:
    result = total([score(sidebars.find(page.document), page.truth) for page in labelled_pages()])
    assert result.precision >= 0.93 and result.recall >= 0.93


@needs_bench
@pytest.mark.soak
def test_entries_of_sites_not_learnt_from_are_found() -> None:
    pages = list(labelled_pages())
    found = train_sidebars.cross_validate(train_sidebars.examples(pages))
    scores = [score(found.get(page.name, []), page.truth) for page in pages]
    assert total(scores).f1 >= 0.90
    assert sum(page.f1 for page in scores) / len(scores) >= 0.90
