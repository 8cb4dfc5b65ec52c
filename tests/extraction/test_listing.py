"""Pages that list stories are no stories, whatever their teasers read like."""

from __future__ import annotations

from crawler.extraction import extract
from tests.newsroom.paper import answer
from tests.newsroom.truth import ExpectedCapture


def test_no_index_page_of_the_sample_paper_is_taken_for_a_story(truth: list[ExpectedCapture]) -> None:
    pages = [capture for capture in truth if capture.kind == "index"]
    assert len(pages) > 80
    taken = [page.url for page in pages if extract(answer(page.url, page.at).body, page.url, page.at).story]
    assert taken == []


def test_every_story_page_of_the_sample_paper_is_taken_for_one(truth: list[ExpectedCapture]) -> None:
    pages = [capture for capture in truth if capture.kind == "story"]
    lost = [page.url for page in pages if not extract(answer(page.url, page.at).body, page.url, page.at).story]
    assert lost == []


def test_a_story_that_stands_in_one_entry_of_a_list_is_still_a_story() -> None:
    """As where a page declares nothing, and prints the story and the headlines of others as the entries of one list."""
    page = """<html><body><main><h1>Parks open at night</h1><ul>
    <li><h3><a href="/story/1">Parks open at night</a></h3>
    <p>The council voted on Monday to open the three riverside parks at night, from May to the end of September.</p>
    <p>Lamps along the paths will be lit until one in the morning, and a warden will walk each park twice an hour.</p>
    <p>Neighbours had asked for the gates to close at eleven, but only two of nine councillors took their side.</p></li>
    <li><h3><a href="/story/2">Bridge over the canal closes for a week</a></h3></li>
    <li><h3><a href="/story/3">School in the valley wins a prize</a></h3></li>
    </ul></main></body></html>"""
    story = extract(page, "https://news.example/story/1").story
    assert story and "a warden will walk each park twice an hour" in story.body
