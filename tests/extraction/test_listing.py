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
