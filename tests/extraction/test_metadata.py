"""Headline, authors, section and language of invented pages."""

from __future__ import annotations

import re
import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from crawler.extraction import metadata
from crawler.extraction.document import Document, parse


def page(head: str = "", body: str = "", html: str = "<html>") -> Document:
    return parse(f"{html}<head>{head}</head><body>{body}</body></html>", "https://paper.example/news/1")


def test_the_headline_is_the_h1_that_the_head_names() -> None:
    document = page(
        '<title>Ferry strike ends | The Harbour Post</title><meta property="og:title" content="Ferry strike ends">',
        "<h1>The Harbour Post</h1><article><h1>Ferry strike ends</h1></article>",
    )
    assert metadata.headline(document) == "Ferry strike ends"
    element = metadata.headline_element(document)
    assert element is not None and element.getparent().tag == "article"


def test_a_page_without_an_h1_takes_its_headline_from_the_head() -> None:
    assert metadata.headline(page("<title>Ferry strike ends | The Harbour Post</title>")) == "Ferry strike ends"


def test_a_page_that_names_nothing_has_no_headline_authors_section_or_language() -> None:
    document = page(body="<p>Words.</p>")
    assert metadata.headline(document) is None
    assert metadata.authors(document) == []
    assert metadata.section(document) is None
    assert metadata.language(document, "Words.") is None


def test_authors_of_linked_data_come_one_by_one() -> None:
    document = page(
        '<script type="application/ld+json">{"@type": "NewsArticle", "articleSection": "Harbour",'
        '"author": [{"@type": "Person", "name": "By Ida Lund"}, {"name": "Omar Reyes and Li Wen"}]}</script>'
    )
    assert metadata.authors(document) == ["Ida Lund", "Omar Reyes", "Li Wen"]
    assert metadata.section(document) == "Harbour"


def test_the_declared_language_is_given_short() -> None:
    assert metadata.language(page(html='<html lang="ur-PK">'), "") == "ur"
    assert metadata.language(page('<meta property="og:locale" content="en_GB">'), "Words.") == "en"


def linked(json: str) -> str:
    return f'<script type="application/ld+json">{json}</script>'


def test_the_sites_name_is_no_part_of_the_headline() -> None:
    head = (
        '<meta property="og:site_name" content="The Harbour Post"><title>Ferry strike ends – The Harbour Post</title>'
    )
    assert metadata.headline(page(head)) == "Ferry strike ends"


def test_soft_hyphens_and_line_breaks_are_no_part_of_the_headline() -> None:
    assert metadata.headline(page(body="<h1>Hafen\u00admeister<br>\n streikt</h1>")) == "Hafenmeister streikt"


def test_a_style_sheet_inside_a_heading_is_no_part_of_it() -> None:
    assert metadata.headline(page(body="<h1><style>.x{color:red}</style>Ferry strike ends</h1>")) == "Ferry strike ends"


def test_the_headline_of_another_story_in_a_list_is_not_taken() -> None:
    document = page(
        "<title>Ferry strike ends</title>"
        + linked('{"@type": "ItemList", "itemListElement": [{"@type": "NewsArticle", "headline": "Lighthouse sold"}]}'),
        "<div><h2>Ferry strike ends</h2></div><aside><h2>Lighthouse sold</h2></aside>",
    )
    assert metadata.headline(document) == "Ferry strike ends"
    element = metadata.headline_element(document)
    assert element is not None and element.text == "Ferry strike ends"


@pytest.mark.parametrize(
    ("body", "names"),
    [
        ("<p>By Ida Lund</p>", ["Ida Lund"]),
        ("<p>Von Ida Lund und Omar Reyes</p>", ["Ida Lund", "Omar Reyes"]),
        ('<div class="byline">By <a href="/by/7">Ida Lund</a>, <a href="/by/8">Li Wen</a></div>', ["Ida Lund", "Li Wen"]),
        ('<span class="author">Ida Lund</span>', ["Ida Lund"]),
        ('<span class="story__byline"><span>By</span> <span>Ida Lund</span> <span>Harbour editor</span></span>', ["Ida Lund"]),
        ('<p>By <a href="/staff/ida-lund">Ida Lund</a></p>', ["Ida Lund"]),
        ('<a rel="author" href="/x">Ida Lund</a>', ["Ida Lund"]),
        ("<p><strong>Ida Lund/Li Wen</strong></p>", ["Ida Lund", "Li Wen"]),
        ("<div><span>By</span><span>Ida Lund</span></div>", ["Ida Lund"]),
        ("<div><span>By </span><button>Ida Lund<i></i></button></div>", ["Ida Lund"]),
        ("<p><i>Photos and Story By Ida Lund<br>Special correspondent</i></p>", ["Ida Lund"]),
        ('<div class="byline">Ida Lund - Remote desk</div>', ["Ida Lund"]),
        ('<div class="byline">Ida Lund & Head of the Harbour Lab</div>', ["Ida Lund"]),
        ('<div><span>Ida Lund&nbsp;|</span> <span>26.07.2016</span></div>', ["Ida Lund"]),
        ('<div><span><b>Ida Lund</b></span><style>b{top:0}</style><span>Jul 26, 2016</span></div>', ["Ida Lund"]),
        ('<div><span class="category">Harbour Life</span><span>Jul 26, 2016</span></div>', []),
        ("<div><span>Veröffentlicht am</span><span>26. Juli 2016</span></div>", []),
        ('<div><a href="/harbour-life">Harbour Life</a><span>Jul 26, 2016</span></div>', []),
        ("<p>بقلم: منى الحداد</p>", ["منى الحداد"]),
        ("<p>تحریر: شیریں وقار</p>", ["شیریں وقار"]),
        ("<p>By the time the ferry sailed.</p>", []),
    ],
)  # fmt: skip
def test_the_printed_byline_gives_the_authors(body: str, names: list[str]) -> None:
    assert metadata.authors(page(body=f"<h1>Ferry strike ends</h1>{body}")) == names


def test_a_section_beside_the_date_is_no_author() -> None:
    document = page(
        body='<nav><a href="/middle-harbour">Middle Harbour</a></nav><main><h1>Ferry strike ends</h1>'
        "<div><span>Middle Harbour</span><span>Jul 26, 2016</span></div></main>"
    )
    assert metadata.authors(document) == []


def test_a_byline_of_another_story_is_not_taken() -> None:
    document = page(
        body="<h1>Ferry strike ends</h1><p>" + "The ferry sailed at last. " * 12 + "</p>"
        '<aside><div class="byline">By Someone Else</div></aside>'
    )
    assert metadata.authors(document) == []


def test_persons_are_believed_before_the_papers_own_name() -> None:
    document = page(
        '<meta property="og:site_name" content="The Harbour Post">'
        + linked('{"@type": "NewsArticle", "author": {"@type": "Organization", "name": "The Harbour Post"}}'),
        '<h1>Ferry strike ends</h1><p class="byline">Ida Lund, The Harbour Post</p>',
    )
    assert metadata.authors(document) == ["Ida Lund"]


def test_a_whole_name_in_the_byline_is_believed_before_the_name_of_an_account() -> None:
    document = page(
        linked('{"@type": "NewsArticle", "author": {"name": "ilund"}}') + '<meta name="author" content="page.author">',
        '<h1>Ferry strike ends</h1><p class="byline">Ida Lund</p>',
    )
    assert metadata.authors(document) == ["Ida Lund"]


def test_the_papers_desk_behind_a_stroke_is_an_author() -> None:
    document = page(
        '<meta property="og:site_name" content="HPN">', '<h1>Ferry strike ends</h1><p class="byline">hpn/lund;omr</p>'
    )
    assert metadata.authors(document) == ["hpn/lund", "omr"]


def test_the_papers_own_name_is_the_author_where_no_person_is_named() -> None:
    document = page(
        linked('{"@type": "NewsArticle", "author": {"name": "The Harbour Post"}}'), "<h1>Ferry strike ends</h1>"
    )
    assert metadata.authors(document) == ["The Harbour Post"]


def test_an_author_that_is_only_referred_to_is_found_in_the_pages_data() -> None:
    document = page(
        linked(
            '{"@graph": [{"@type": "NewsArticle", "author": {"@id": "#ida"}},'
            ' {"@type": "Person", "@id": "#ida", "name": "Ida Lund"}]}'
        )
    )
    assert metadata.authors(document) == ["Ida Lund"]


def test_addresses_and_titles_are_no_authors() -> None:
    head = '<meta name="author" content="Ida Lund, Chief Harbour Editor | ida@paper.example">'
    assert metadata.authors(page(head)) == ["Ida Lund"]
    assert metadata.authors(page('<meta property="article:author" content="https://social.example/paper">')) == []


@pytest.mark.parametrize(
    ("headline", "tag"),
    [
        ("فیری کی ہڑتال ختم ہو گئی", "ur"),
        ("اعتصاب کشتی‌ها پایان گرفت", "fa"),
        ("انتهاء إضراب العبارات", "ar"),
        ("フェリーのストライキが終わる", "ja"),
        ("渡轮罢工结束", "zh"),
        ("여객선 파업 종료", "ko"),
        ("נגמרה שביתת המעבורות", "he"),
        ("नौका हड़ताल समाप्त", "hi"),
        ("Забастовка паромов окончена", "ru"),
        ("Страйк поромів закінчився, їм заплатять", "uk"),
    ],
)
def test_an_undeclared_language_is_told_by_its_script(headline: str, tag: str) -> None:
    assert metadata.language(page(), headline) == tag
    assert metadata.language(page(html='<html lang="en">'), headline) == tag


def test_a_latin_script_tells_no_language() -> None:
    assert metadata.language(page(), "Der Fährstreik ist beendet. " * 20) is None


SWAHILI = "Kivuko cha bandari kimerudi kazini baada ya mgomo wa siku tatu, wasema manahodha wa mji huo mdogo. " * 5
ENGLISH = "The captains of the ferry went back to work and said that the strike of three days was over at last. " * 5
SPANISH = "Los capitanes del transbordador volvieron al trabajo y dijeron que la huelga de tres días terminó. " * 5
MARATHI = "तीन दिवसांच्या संपानंतर बंदरातील नौका पुन्हा सुरू झाल्या, असे कप्तानांनी सांगितले. " * 5
BULGARIAN = "Капитаните на ферибота се върнаха на работа и казаха, че тридневната стачка е приключила. " * 5


@pytest.mark.parametrize(
    ("declared", "paper", "text", "tag"),
    [
        ("en", "sw", SWAHILI, "sw"),  # no English without its commonest words
        ("en", None, SWAHILI, None),
        ("en", "es", SPANISH, "es"),
        ("es", "en", SPANISH, "es"),  # a story in another language than its paper, and it says so
        ("de", "de", ENGLISH, "en"),
        (None, "ur", ENGLISH, "en"),
        (None, None, ENGLISH, "en"),
        ("ur", "ur", ENGLISH, "en"),
        ("en", "mr", MARATHI, "mr"),  # the script tells no more than a few languages, the paper which of them
        ("en", None, MARATHI, "hi"),
        ("en", "bg", BULGARIAN, "bg"),
        ("en", "ur", BULGARIAN, "ru"),
        ("ne", "hi", MARATHI, "ne"),
        ("en", "de", "Fährstreik beendet.", "en"),  # too little text to contradict anything
        ("eng", None, ENGLISH, "en"),
        (None, "zh-Hant", "渡輪罷工結束", "zh-Hant"),
        (None, "en-GB", ENGLISH, "en-GB"),
    ],
)
def test_what_a_page_or_paper_declares_is_believed_unless_the_text_contradicts(
    declared: str | None, paper: str | None, text: str, tag: str | None
) -> None:
    document = page(html=f'<html lang="{declared}">' if declared else "<html>")
    assert metadata.language(document, text, paper) == tag
    if declared is None:
        assert metadata.language(None, text, paper) == tag


def test_of_two_declarations_the_one_that_the_text_bears_out_is_believed() -> None:
    document = page(linked('{"@type": "NewsArticle", "inLanguage": "es-MX"}'), html='<html lang="en">')
    assert metadata.language(document, SPANISH, "pt") == "es"


PIECES = r"""
<h1>|</h1>|<h2>|<title>|</title>|<span class=author>|</span>|By |and |,|<a rel=author href='/by/x'>|</a>|: | - |٣|ہڑتال
<meta name=author content="|">|<meta property=og:title content="|<script type="application/ld+json">|</script>|<html lang=
{"@type":"Article","author":|[[{"@id":"#a"}],{"name":["x",1]}]|,"headline":"A b c"|}|"en-"|\u00ad
"""
# Too many characters that no page prints make a page of binary data, which is not read.
WORDS = st.text(st.characters(exclude_categories=("Cc", "Cs"), exclude_characters="\ufffd"), max_size=12)
MARKUP = st.lists(st.sampled_from(re.split(r"[|\n]", PIECES)) | WORDS, max_size=40).map("".join)


@given(MARKUP)
def test_no_page_makes_the_reading_of_metadata_fail(html: str) -> None:
    document = parse(f"<html><body>{html}</body></html>", "https://paper.example/news/1")
    headline, element = metadata.headline(document), metadata.headline_element(document)
    assert headline is None or headline.strip()
    assert element is None or isinstance(element.tag, str)
    assert all(name.strip() for name in metadata.authors(document))
    metadata.section(document)
    metadata.language(document, html)


def test_breadcrumbs_give_the_section_where_nothing_else_does() -> None:
    trail = (
        '{"@type": "BreadcrumbList", "itemListElement": [{"name": "Front", "item": "https://paper.example/"},'
        '{"item": {"@id": "https://paper.example/harbour", "name": "Harbour"}}, {"name": "Ferry strike ends"}]}'
    )
    assert metadata.section(page(linked(trail), "<h1>Ferry strike ends</h1>")) == "Harbour"


def test_a_label_before_a_name_gives_the_author() -> None:
    document = page(body="<h1>Ferry strike ends</h1><dl><dt>Author:</dt><dd>Ida Lund</dd></dl>")
    assert metadata.authors(document) == ["Ida Lund"]


def test_the_papers_name_in_an_h1_is_not_the_headline() -> None:
    document = page("<title>Ferry strike ends - paper.example</title>", "<h1>Paper.Example</h1>")
    assert metadata.headline(document) == "Ferry strike ends"


def test_a_smaller_heading_classed_as_headline_serves_where_there_is_no_h1() -> None:
    document = page(body='<h2 class="story__title"><a href="/news/1">Ferry strike ends</a></h2>')
    assert metadata.headline(document) == "Ferry strike ends"


def test_a_page_in_utf_8_is_read_as_such_whatever_it_declares() -> None:
    html = '<html><head><meta charset="iso-8859-2"></head><body><h1>Straż zatrzymała łódź</h1></body></html>'
    assert metadata.headline(parse(html.encode(), "https://paper.example/1")) == "Straż zatrzymała łódź"
    assert metadata.headline(parse(html.encode("iso-8859-2"), "https://paper.example/1")) == "Straż zatrzymała łódź"


def test_a_page_of_nothing_but_bylines_is_read_in_time() -> None:
    document = page(body="<h1>Word</h1>" + "<i class=author rel=author itemprop=author>.</i>" * 29_000)
    started = time.process_time()
    assert metadata.authors(document) == []
    assert time.process_time() - started < 0.5


def test_a_section_that_is_an_endless_list_is_read_in_time() -> None:
    document = page(f'<meta property="article:section" content="{", " * 500_000}">')
    started = time.process_time()
    assert metadata.section(document) is None
    assert time.process_time() - started < 0.5


@pytest.mark.parametrize(
    "byline",
    [
        "<div>By <ruby>" + "x<rt>y</rt>" * 100_000 + "</ruby></div>",
        f'<p>By <a href="/author/x">{"and " * 500_000}</a></p>',
        f"<p>By {'Ida Lund, ' * 200_000}</p>",
    ],
)
def test_a_byline_without_end_is_read_in_time(byline: str) -> None:
    document = page(f'<meta name="author" content="{"Ida Lund, " * 200_000}">', f"<h1>Ferry strike ends</h1>{byline}")
    started = time.process_time()
    metadata.authors(document)
    assert time.process_time() - started < 0.5


def test_thousands_of_stories_that_refer_to_authors_are_read_in_time() -> None:
    story = '{"@type": "NewsArticle", "author": [{"@id": "#none"}, "https://paper.example/by/none"]}'
    last = '{"@type": "NewsArticle", "author": {"@id": "#last"}}, {"@id": "#last", "name": "Ida Lund"}'
    document = page(linked(f'{{"@graph": [{", ".join([story] * 15_000)}, {last}]}}'))
    started = time.process_time()
    assert metadata.authors(document) == ["Ida Lund"]
    assert time.process_time() - started < 1


def test_a_page_that_names_thousands_of_authors_is_read_in_time() -> None:
    document = page("".join(f'<meta name="author" content="Ida Lund the {number}th">' for number in range(100_000)))
    started = time.process_time()
    assert len(metadata.authors(document)) == metadata.MAX_AUTHORS
    assert time.process_time() - started < 0.5


@pytest.mark.parametrize(
    ("author", "names"),
    [
        ("Ida Lund Jr.", ["Ida Lund Jr."]),
        ("Ida Lund, Ph.D. and Li Wen", ["Ida Lund, Ph.D.", "Li Wen"]),
        ("Ida Lund, R.D., Li W.", ["Ida Lund, R.D.", "Li W."]),
        ("&quot;Ida Lund&quot;", ["Ida Lund"]),
        ("By Ida Lund.", ["Ida Lund"]),
    ],
)
def test_a_name_keeps_the_point_of_its_abbreviation_and_no_other_mark(author: str, names: list[str]) -> None:
    assert metadata.authors(page(f'<meta name="author" content="{author}">')) == names
