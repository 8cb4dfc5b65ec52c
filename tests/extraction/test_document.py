"""parse(): bytes to a Document, whatever the bytes are."""

from __future__ import annotations

import time

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from crawler.extraction import extract
from crawler.extraction.document import NotADocument, parse

URL = "https://news.example/a/story"


def test_the_head_is_read_once_and_in_order() -> None:
    document = parse(
        '<html><head><base href="/b/"><link rel="canonical" href="story"><meta property="og:title" content=" One ">'
        '<meta name="og:title" content="Two"></head><body><p>x</p></body></html>',
        URL,
    )
    assert document.canonical == "https://news.example/b/story"
    assert document.metas["og:title"] == [" One ", "Two"]
    assert document.meta("missing", "OG:title".lower()) == "One"


@pytest.mark.parametrize("charset", ["utf-8", "windows-1256", "iso-8859-6", "utf-16"])
def test_a_page_is_decoded_as_its_header_says(charset: str) -> None:
    document = parse("<p>مرحبا</p>".encode(charset), URL, f"text/html; charset={charset}")
    assert document.root.text_content() == "مرحبا"


def test_a_page_is_decoded_as_it_says_itself() -> None:
    html = '<html><head><meta charset="shift_jis"></head><body><p>港湾委員会</p></body></html>'.encode("shift_jis")
    assert "港湾委員会" in parse(html, URL).root.text_content()


def test_linked_data_is_read_though_it_is_broken() -> None:
    document = parse(
        '<script type="application/ld+json"><!-- {"@graph": [{"@type": "NewsArticle", "headline": "a\nb",},]} -->'
        "</script>"
        '<script type="application/ld+json">not json</script><p>x</p>',
        URL,
    )
    assert {"@type": "NewsArticle", "headline": "a\nb"} in document.linked_data


@pytest.mark.parametrize(
    "html", [b"", b"   ", b"plain text", "no markup", b"\x00\x00", b"<!-- only a comment -->", b"<?xml?>"]
)
def test_bytes_that_hold_no_element_are_no_document(html: bytes | str) -> None:
    with pytest.raises(NotADocument):
        parse(html, URL)


@pytest.mark.parametrize("html", [b"\xff\xfe<\x00p\x00>\x00", b"<p>\x00\x01\x0b\x7f\xed\xa0\x80</p>", "<p>\ud800</p>"])
def test_bytes_of_no_charset_are_read_all_the_same(html: bytes | str) -> None:
    assert parse(html, URL).root is not None


CHARSETS = st.sampled_from(
    [None, "text/html", "text/html; charset=utf-8", "text/html; charset=utf-16", "x; charset=no-such"]
)
MARKUP = st.sampled_from(
    [b"<p>", b"</p>", b"<meta charset=", b"<base href='http://[", b"\x00", b"\xff\xfe", b"<!--", b"]]>", b"&#x"]
)


@given(st.lists(MARKUP | st.binary(max_size=40), max_size=40), CHARSETS)
@settings(max_examples=150, deadline=2000)
def test_any_bytes_are_a_document_or_none(parts: list[bytes], content_type: str | None) -> None:
    try:
        document = parse(b"".join(parts), URL, content_type)
    except NotADocument as error:
        assert str(error)
    else:
        assert document.root.tag == "html"
        assert document.base.startswith("http")


@pytest.mark.parametrize("declared", ["", "<meta charset=utf-8>"])
def test_western_text_that_declares_nothing_or_the_wrong_thing_keeps_its_quotation_marks(declared: str) -> None:
    html = f"{declared}<p>“No ferry sails today,” said the harbour’s master – “none”, at the café.</p>"
    assert parse(html.encode("cp1252"), "https://paper.example/1").root.text_content() == html[len(declared) + 3 : -4]


def test_a_page_in_utf_8_with_a_few_damaged_characters_is_still_utf_8() -> None:
    html = "<p>Überfahrt für zwölf Gäste, größer als früher</p>".encode() + b"\xfc\xe4"
    text = parse(html, "https://paper.example/1").root.text_content()
    assert text.startswith("Überfahrt für zwölf Gäste, größer als früher")


def test_text_of_another_script_that_declares_nothing_is_not_taken_for_western() -> None:
    html = b"<p>" + b"Harbour news. " * 40 + "昨日の港は静かで、船は一隻も出なかった。".encode("shift_jis")
    assert "\ufffd" in parse(html, "https://paper.example/1").root.text_content()


def test_linked_data_in_more_scripts_than_any_paper_has_is_read_in_time() -> None:
    scripts = '<script type="application/ld+json">{"a":,}</script>' * 200_000
    started = time.process_time()
    parse(f"<html><head>{scripts}</head><body><p>No ferry sails today.</p></body></html>", URL)
    assert time.process_time() - started < 2


@pytest.mark.parametrize("tag", ["<br>", "<li>", "<p>x", "<hr>"])
def test_a_page_of_millions_of_tags_is_refused_in_time(tag: str) -> None:
    html = ("<html><body><p>No ferry sails today.</p>" + tag * (20_000_000 // len(tag))).encode()
    started = time.process_time()
    page = extract(html, URL)
    assert time.process_time() - started < 1
    assert page.story is None and page.reason == "more than 1,000,000 tags, as no news page has"
