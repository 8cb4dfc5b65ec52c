"""The collector rests while a page is read, and only then."""

from __future__ import annotations

import gc
import threading

import pytest

from crawler.extraction import collection, extract


def test_the_collector_rests_within_and_works_after_whatever_happens() -> None:
    with pytest.raises(ValueError, match="a page that cannot be read"), collection.at_rest():
        assert not gc.isenabled()
        raise ValueError("a page that cannot be read")
    assert gc.isenabled()


def test_a_collector_that_nobody_wants_stays_off() -> None:
    gc.disable()
    try:
        extract("<p>A page.</p>", "https://example.org/")
        assert not gc.isenabled()
    finally:
        gc.enable()


def test_the_end_of_a_page_ends_its_rest_though_another_thread_reads_on() -> None:
    inside, done = threading.Event(), threading.Event()

    def read() -> None:
        with collection.at_rest():
            inside.set()
            done.wait(10)

    with collection.at_rest():
        other = threading.Thread(target=read)
        other.start()
        assert inside.wait(10)
    assert gc.isenabled()
    done.set()
    other.join()
    assert gc.isenabled()


def test_a_page_leaves_no_circles_behind() -> None:
    lists = "".join(
        f"<li><h3><a href='/news/{number}/a-story-of-the-day'>The story number {number} of the day</a></h3></li>"
        for number in range(20_000, 20_012)
    )
    html = f"<html><body><h1>A day in town</h1><p>{'A sentence of the story. ' * 30}</p><ul>{lists}</ul></body></html>"
    extract(html, "https://example.org/news/19999/a-day-in-town")  # models and tables are made once
    gc.collect()
    for _page in range(20):
        extract(html, "https://example.org/news/19999/a-day-in-town")
    assert gc.collect() < 200
