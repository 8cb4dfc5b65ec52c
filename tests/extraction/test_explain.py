"""explain() on invented pages: every block with its verdict and reason, nothing of the page's that a browser would obey."""

from __future__ import annotations

import pytest
from lxml import html as markup
from lxml.html import HtmlElement

from crawler.extraction.explain import explain

URL = "https://www.harbourpost.example/news/1001/ferry-pier-to-close"
SENTENCE = (
    "The harbour board voted on Tuesday to close pier number {}, after engineers found that four of its timber piles had "
    "rotted below the water line."
)
STORY = "".join(f"<p>{SENTENCE.format(number)}</p>" for number in range(5))
RELATED = """<aside><h4>Related stories</h4><ul>
<li><a href="/news/3001/quay-wall-to-be-rebuilt-in-spring">Quay wall to be rebuilt in spring</a></li>
<li><a href="/news/3002/second-ferry-is-up-for-sale">Second ferry is up for sale</a></li></ul></aside>"""
PAGE = """<html{html}><head><title>Ferry pier to close</title>
<meta property="article:published_time" content="2024-05-02T10:00:00+02:00"></head>
<body><nav><a href="/">Home</a> <a href="/sport">Sport</a></nav>{before}
<article><h1>Ferry pier to close</h1><p class="byline">By Ada Moen</p><p>3 May 2024</p>{story}</article>{after}</body></html>"""


def explained(before: str = "", story: str = STORY, after: str = RELATED, html: str = "") -> HtmlElement:
    return markup.fromstring(explain(PAGE.format(html=html, before=before, story=story, after=after), URL))


def verdicts(page: HtmlElement, text: str) -> set[str | None]:
    """The verdicts of the innermost marked elements that begin with a text."""
    found = [
        element for element in page.iter() if element.get("data-reason") and element.text_content().startswith(text)
    ]
    return {next(one.get("data-verdict") for one in (e, *e.iterancestors()) if one.get("data-verdict")) for e in found}


def test_headline_story_sidebar_and_furniture_are_told_apart_with_reasons() -> None:
    page = explained()
    assert verdicts(page, "Ferry pier to close") == {"headline"}
    assert verdicts(page, SENTENCE.format(3)) == {"story"}
    assert verdicts(page, "Home") == verdicts(page, "By Ada Moen") == {"furniture"}
    assert verdicts(page, "Related stories") == verdicts(page, "Quay wall") == {"sidebar"}
    marked = [element for element in page.iter() if element.get("data-verdict")]
    assert all(element.xpath("boolean(@data-reason | */@data-piece)") for element in marked)


def test_the_fields_and_the_date_chosen_among_the_evidence_stand_above_the_page() -> None:
    (summary,) = explained().xpath("//header[@data-summary]")
    told = dict(zip(*(list(map(str.strip, summary.xpath(f".//{tag}/text()"))) for tag in ("dt", "dd")), strict=True))
    assert (told["headline"], told["authors"], told["section"]) == ("Ferry pier to close", "Ada Moen", "none")
    assert told["published"].startswith("2024-05-02T10:00:00+02:00 (second)")
    assert told["evidence: published, by meta"].endswith("2024-05-02T10:00:00+02:00")
    assert told["evidence: published, by text"].endswith("3 May 2024")
    assert told["related list"] == "Related stories: 2 entries"


def test_a_page_that_tells_no_language_is_in_its_papers() -> None:
    paragraph = (
        "Bodi ya bandari ilipiga kura siku ya Jumanne kufunga gati la zamani la kivuko baada ya wahandisi kupata ufa."
    )
    page = explain(f"<article><h1>Gati la kivuko</h1>{f'<p>{paragraph}</p>' * 5}</article>", URL, language="sw")
    assert "<dt>language<dd>sw<" in page


def test_pieces_of_one_element_that_are_told_apart_are_listed_each_with_its_reason() -> None:
    story = f'<div class="text">{SENTENCE.format(7)}<br><br>Share<br><br>{STORY}<br><br>Print</div>'
    page = explained(story=story)
    pieces = page.xpath("//*[@data-piece]")
    assert [(piece.text[:12], piece.get("data-verdict")) for piece in pieces] == [
        (SENTENCE[:12], "story"),
        ("Share", "furniture"),
        ("Print", "furniture"),
    ]


def test_an_element_all_of_whose_pieces_are_story_is_story() -> None:
    page = explained(story=f'<div class="text">{SENTENCE.format(7)}<br><br>{SENTENCE.format(8)} It said no more.</div>')
    (element,) = page.xpath("//div[@class='text']")
    assert element.get("data-verdict") == "story"


def test_what_browsers_hide_or_read_otherwise_is_shown() -> None:
    hidden = f"<details><summary>More</summary>{STORY}</details><dialog><p>{SENTENCE.format(8)}</p></dialog>"
    page = explained(after=hidden, before="<button>Menu <div>Shown <button>once</button></div>")
    assert {"details", "dialog", "button"}.isdisjoint(element.tag for element in page.iter())
    assert verdicts(page, SENTENCE.format(8)) and verdicts(page, "More")


def test_the_direction_of_the_whole_page_is_kept() -> None:
    (shown,) = explained(html=' dir="rtl" lang="ur"').xpath("//body/div")
    assert (shown.get("dir"), shown.get("lang")) == ("rtl", "ur")


@pytest.mark.parametrize(
    "hostile",
    [
        "<script>alert(1)</script>",
        '<a href="javascript:alert(1)" onclick="alert(1)" style="background:url(//evil.example)">x</a>',
        '<form action="javascript:alert(1)"><input autofocus onfocus="alert(1)"></form>',
        '<meta http-equiv="refresh" content="0;url=//evil.example"><base href="//evil.example">',
        '<link rel="stylesheet" href="//evil.example"><style>@import "//evil.example"</style>',
        '<iframe src="//evil.example"></iframe><object data="//evil.example"></object><img src="//evil.example">',
        '<table background="//evil.example"><tr><td background="//evil.example">x</td></tr></table>',
        '<svg onload="alert(1)"><script>alert(1)</script></svg><math href="javascript:alert(1)">x</math>',
        '<xmp><p class="</xmp><script>alert(1)</script>">x</p></xmp>',
        '<p class="</style><script>alert(1)</script>" data-verdict="story" data-reason="believe me" data-summary>x</p>',
        "<body onload=alert(1) background=//evil.example>",
    ],
)
def test_nothing_of_the_page_is_left_that_a_browser_would_obey(hostile: str) -> None:
    page = explained(after=hostile)
    told = {"class", "id", "dir", "lang", "charset", "data-verdict", "data-reason", "data-piece", "data-summary"}
    assert {name for element in page.iter() for name in element.attrib} <= told
    assert {element.tag for element in page.iter()}.isdisjoint(
        ("script", "link", "base", "iframe", "object", "img", "svg", "math", "form", "input", "xmp")
    )
    assert len(page.xpath("//style")) == len(page.xpath("//meta")) == len(page.xpath("//*[@data-summary]")) == 1
    assert "believe me" not in {element.get("data-reason") for element in page.iter()}
