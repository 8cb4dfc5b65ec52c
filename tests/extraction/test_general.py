"""divide() on invented pages: what is story, what is not, and that no page can make it raise or stall."""

from __future__ import annotations

import time

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from crawler.extraction.document import parse
from crawler.extraction.general import Division, divide, reason

PARAGRAPHS = [
    "The harbour board voted on Tuesday to close the old ferry pier, after engineers found that four of its "
    "timber piles had rotted below the water line.",
    "Repairs would cost more than the pier has earned in a decade, the board's chairwoman, Ines Carvalho, told a "
    "packed meeting at the town hall.",
    "Fishermen who sell their catch from the pier said they had not been asked, and promised to block the harbour "
    "mouth with their boats on the day the fences go up.",
    "A new landing stage is planned beside the lighthouse, but its money depends on a vote of the regional council "
    "that has twice been put off.",
]
PAGE = """<html><head><title>Ferry pier to close</title></head><body>
<nav><ul><li><a href="/">Home</a></li><li><a href="/sport">Sport</a></li></ul></nav>
<main><article><h1>Ferry pier to close</h1><p class="byline">By Ada Moen</p>
<figure><img src="p.jpg"><figcaption>The pier at low tide, seen from the lighthouse last week.</figcaption></figure>
{story}
<div class="related-box"><h3>Read more</h3><a href="/x">Lighthouse keeper honoured for forty years</a></div>
</article></main>
<aside class="sidebar"><h3>Most read</h3><ul><li><a href="/y">Town band wins regional prize again</a></li></ul></aside>
<footer><p>Copyright The Harbour Post. All rights reserved. No part may be printed again without leave.</p></footer>
</body></html>"""


def divided(html: str | bytes) -> Division:
    return divide(parse(html, "https://news.example/story"))


def page_of(paragraphs: list[str]) -> str:
    return PAGE.format(story="\n".join(f"<p>{paragraph}</p>" for paragraph in paragraphs))


def test_the_story_is_its_paragraphs_and_nothing_else() -> None:
    assert divided(page_of(PARAGRAPHS)).paragraphs == PARAGRAPHS


def test_sub_headings_and_list_items_are_paragraphs_of_the_story() -> None:
    story = (
        f"<p>{PARAGRAPHS[0]}</p><p>{PARAGRAPHS[1]}</p><h2>What the fishermen say</h2><p>{PARAGRAPHS[2]}</p>"
        f"<ul><li>The pier was built in 1911 and has been mended six times since.</li>"
        f"<li>It carried nine thousand passengers last year.</li></ul><p>{PARAGRAPHS[3]}</p>"
    )
    paragraphs = divided(PAGE.format(story=story)).paragraphs
    assert paragraphs[2] == "What the fishermen say"
    assert paragraphs[4:6] == [
        "The pier was built in 1911 and has been mended six times since.",
        "It carried nine thousand passengers last year.",
    ]


def test_a_row_of_a_table_is_one_paragraph() -> None:
    rows = [
        ("Year", "Passengers", "Sailings"),
        ("2019", "11,204", "912"),
        ("2020", "3,910", "301"),
        ("2021", "8,870", "644"),
    ]
    table = "".join("<tr>" + "".join(f"<td>{cell}</td>" for cell in row) + "</tr>" for row in rows)
    story = "".join(f"<p>{paragraph}</p>" for paragraph in PARAGRAPHS) + f"<table>{table}</table><p>{PARAGRAPHS[0]}</p>"
    assert "2019 | 11,204 | 912" in divided(PAGE.format(story=story)).paragraphs


def test_paragraphs_divided_by_line_breaks_alone_are_kept_apart() -> None:
    story = "<div>" + "<br><br>".join(PARAGRAPHS) + "</div>"
    assert divided(PAGE.format(story=story)).paragraphs == PARAGRAPHS


def test_a_button_that_is_never_closed_does_not_swallow_the_page() -> None:
    page = page_of(PARAGRAPHS).replace("<nav>", "<div><button>Menu</div><nav><button>Search</button>")
    assert divided(page).paragraphs == PARAGRAPHS


def test_a_story_that_stands_twice_on_the_page_is_told_once() -> None:
    wide = "".join(f"<p>{paragraph}</p>" for paragraph in PARAGRAPHS)
    narrow = "".join(f"<div>{paragraph}</div>" for paragraph in PARAGRAPHS)
    assert divided(PAGE.format(story=wide + narrow)).paragraphs == PARAGRAPHS


def test_of_a_story_and_all_its_text_in_one_piece_the_paragraphs_stay() -> None:
    story = f"<div>{' '.join(PARAGRAPHS)}</div>" + "".join(f"<p>{paragraph}</p>" for paragraph in PARAGRAPHS)
    division = divided(PAGE.format(story=story))
    assert division.paragraphs == PARAGRAPHS
    copies = [block for block in division.blocks if block.text.startswith(PARAGRAPHS[0]) and not block.story]
    assert ["once more" in block.reason for block in copies] == [True]


def test_lines_that_come_again_within_a_story_stay() -> None:
    refrain = "And the ferry goes no more to the old pier at night."
    story = [PARAGRAPHS[0], refrain, PARAGRAPHS[1], refrain, PARAGRAPHS[2], refrain]
    assert divided(page_of(story)).paragraphs == story


def test_the_container_holds_the_story_and_not_the_sidebar() -> None:
    container = divided(page_of(PARAGRAPHS)).container
    assert container is not None
    text = container.text_content()
    assert all(paragraph in text for paragraph in PARAGRAPHS)
    assert "Town band" not in text


def test_every_block_has_a_verdict_with_a_reason() -> None:
    division = divided(page_of(PARAGRAPHS))
    assert [block.text for block in division.blocks if block.story] == PARAGRAPHS
    assert all(map(reason, division.blocks))
    assert any("Town band" in block.text for block in division.blocks)


@pytest.mark.parametrize(
    "sentence",
    [
        "بندرگاہ کے بورڈ نے منگل کے روز پرانی جیٹی کو بند کرنے کا فیصلہ کیا کیونکہ اس کے چار ستون گل چکے تھے۔",
        "صوّت مجلس الميناء يوم الثلاثاء على إغلاق الرصيف القديم بعد أن وجد المهندسون أن أربعة من أعمدته قد تآكلت.",
        "港湾委員会は火曜日、古い桟橋を閉鎖することを決めた。技師たちが、杭が水面下で腐っていたため。",
        "מועצת הנמל החליטה ביום שלישי לסגור את המזח הישן, לאחר שמהנדסים מצאו כי ארבעה מעמודיו נרקבו.",
    ],
)
def test_a_story_in_any_script_is_found(sentence: str) -> None:
    paragraphs = [f"{number}. {sentence} {sentence}" for number in range(5)]
    assert divided(page_of(paragraphs)).paragraphs == paragraphs


@pytest.mark.parametrize(
    "declaration",
    [
        '<meta property="og:type" content="article">',
        '<meta property="article:published_time" content="2021-05-03">',
        '<script type="application/ld+json">{"@type": "NewsArticle"}</script>',
    ],
)
def test_a_notice_of_one_sentence_is_a_story_on_a_page_that_declares_itself_an_article(declaration: str) -> None:
    notice = "<p>The ferry to Lundholm does not sail on Tuesday, because the pier is being mended by the town.</p>"
    html = PAGE.format(story=notice)
    declared = html.replace("<title>", f"{declaration}<title>")
    assert divided(declared).paragraphs == [notice[3:-4]]
    assert divided(html).paragraphs == []


@pytest.mark.parametrize(
    "html",
    [
        "<html><body></body></html>",
        "<html><body><ul>" + "<li><a href='/a'>Front page</a></li>" * 30 + "</ul></body></html>",
        "<p>Loading</p>",
    ],
)
def test_a_page_without_a_story_says_why(html: str) -> None:
    division = divided(html)
    assert division.paragraphs == []
    assert division.container is None
    assert division.reason


@pytest.mark.parametrize(
    "html",
    [
        "<div>" * 100_000 + PARAGRAPHS[0],
        "<b>" * 100_000 + PARAGRAPHS[0],
        "<div><p>word " * 50_000,
        "<p>" + "word " * 4_000_000,
        "<p>short line</p>" * 400_000,
        "<table><tr><td>" * 30_000 + "x",
        "<br>" * 300_000 + PARAGRAPHS[0],
        "\x00" * 1000 + page_of(PARAGRAPHS),
    ],
    ids=[
        "nested",
        "nested inline",
        "spliced",
        "20 MB of one paragraph",
        "400,000 blocks",
        "tables",
        "breaks",
        "null bytes",
    ],
)
def test_a_hostile_page_is_divided_in_bounded_time(html: str) -> None:
    document = parse(html, "https://news.example/story")
    start = time.process_time()
    divide(document)
    assert time.process_time() - start < 2


@given(
    cut_at=st.integers(0, 3000),
    splice_at=st.integers(0, 3000),
    junk=st.text(st.characters(codec="utf-8") | st.sampled_from("<>&\"'/\x00"), max_size=60),
)
@settings(max_examples=60, deadline=2000)
def test_a_page_cut_short_or_spliced_is_divided_all_the_same(cut_at: int, splice_at: int, junk: str) -> None:
    whole = page_of(PARAGRAPHS)
    division = divided(f"<p>{whole[:cut_at]}{junk}{whole[splice_at:]}")
    assert [block.text for block in division.blocks if block.story] or division.reason
    assert (division.reason is None) == bool(division.paragraphs) == (division.container is not None)


TAGS = st.sampled_from(
    ("div", "p", "span", "a", "b", "br", "ul", "li", "table", "tr", "td", "nav", "h2", "pre", "script", "body")
)


@given(
    st.lists(
        st.tuples(st.sampled_from(["<{}>", "</{}>", "<{} class='story'>", "words of a story "]), TAGS), max_size=200
    )
)
@settings(max_examples=60, deadline=2000)
def test_no_order_of_tags_stops_the_division(parts: list[tuple[str, str]]) -> None:
    division = divided("<i>x</i>" + "".join(form.format(tag) for form, tag in parts))
    assert all(map(reason, division.blocks))


def test_a_box_of_paragraphs_without_end_that_line_breaks_divide_is_read_in_time() -> None:
    story = "<br><br>".join(PARAGRAPHS) + "a<br><br>" * 400_000
    page = f"<html><body><h1>Ferry pier to close</h1><div>{story}</div></body></html>"
    started = time.process_time()
    division = divided(page)
    assert time.process_time() - started < 2
    assert division.blocks[1].text == PARAGRAPHS[0]
