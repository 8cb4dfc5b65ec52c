"""Headline, authors, section and language of invented pages."""

from __future__ import annotations

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
    assert metadata.language(document) is None


def test_authors_of_linked_data_come_one_by_one() -> None:
    document = page(
        '<script type="application/ld+json">{"@type": "NewsArticle", "articleSection": "Harbour",'
        '"author": [{"@type": "Person", "name": "By Ida Lund"}, {"name": "Omar Reyes and Li Wen"}]}</script>'
    )
    assert metadata.authors(document) == ["Ida Lund", "Omar Reyes", "Li Wen"]
    assert metadata.section(document) == "Harbour"


def test_the_declared_language_is_given_short() -> None:
    assert metadata.language(page(html='<html lang="ur-PK">')) == "ur"
    assert metadata.language(page('<meta property="og:locale" content="en_GB">')) == "en"
