"""Flattened text: a page whose markup a crawler has thrown away."""

from __future__ import annotations

import json
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest

from crawler.extraction import extract
from crawler.items import Page

KARACHI = ZoneInfo("Asia/Karachi")

STORY = """\
Ferry service resumes after repairs

Published March 3, 2026
Passengers board the first ferry. — Photo by author
Passengers board the first ferry. — Photo by author

GWADAR: The ferry that links the two banks of the creek sailed again on Monday after nine days of repairs.

The harbour master said the hull had been patched and both engines replaced.

Read more: Ferry stranded for a second week

Fares stay as they were, he added.

Published in The Sample Courier, March 4th, 2026
"""

SIDEBAR = """
Opinion

Editorial

Salt in the wells
Updated 05 Mar, 2026

Salt in the wells

The coastal districts need a plan before the summer, not after it.
Buses at last
05 Mar, 2026

Buses at last

THE city has waited eleven years for a bus that comes when the timetable says it ...
A quiet vote
04 Mar, 2026

A quiet vote

NOBODY noticed the by-election until it was over, and that is the trouble with...
"""


def read(text: str) -> Page:
    return extract(text, "https://www.example.org/1", content_type="text/plain", timezone=KARACHI)


def test_the_story_ends_at_its_credit_line() -> None:
    story = read(STORY + SIDEBAR).story
    assert story is not None
    assert story.headline == "Ferry service resumes after repairs"
    assert story.body.split("\n") == [
        "GWADAR: The ferry that links the two banks of the creek sailed again on Monday after nine days of repairs.",
        "The harbour master said the hull had been patched and both engines replaced.",
        "Fares stay as they were, he added.",
    ]
    assert story.dateline == "GWADAR"
    assert story.credit_line == "Published in The Sample Courier, March 4th, 2026"


def test_an_empty_heading_gives_no_sidebar_and_entries_keep_their_marks() -> None:
    (sidebar,) = read(STORY + SIDEBAR).sidebars
    assert (sidebar.heading, sidebar.role) == ("Editorial", "editorial")
    assert [(e.position, e.headline, e.dated, e.updated) for e in sidebar.entries] == [
        (1, "Salt in the wells", "2026-03-05", True),
        (2, "Buses at last", "2026-03-05", False),
        (3, "A quiet vote", "2026-03-04", False),
    ]
    assert (
        sidebar.entries[1].teaser
        == "THE city has waited eleven years for a bus that comes when the timetable says it ..."
    )


def test_undated_opinion_items_are_entries_too() -> None:
    opinion = (
        "Opinion\n\nThe price of rain\n\nThe price of rain\n\nWho pays when the drains do not drain?\n\nEditorial\n\n"
    )
    page = read(STORY + "\n" + opinion + SIDEBAR.partition("Editorial\n")[2])
    assert [(s.role, len(s.entries)) for s in page.sidebars] == [("opinion", 1), ("editorial", 3)]
    entry = page.sidebars[0].entries[0]
    assert (entry.headline, entry.dated, entry.teaser) == (
        "The price of rain",
        None,
        "Who pays when the drains do not drain?",
    )


@pytest.mark.parametrize("kept", range(len(STORY), len(STORY + SIDEBAR), 7))
def test_a_page_cut_anywhere_in_its_sidebar_keeps_its_story_whole(kept: int) -> None:
    whole, cut = read(STORY + SIDEBAR), read((STORY + SIDEBAR)[:kept])
    assert whole.story and cut.story
    assert cut.story.body == whole.story.body
    expected = [(e.headline, e.dated, e.updated) for s in whole.sidebars for e in s.entries]
    found = [(e.headline, e.dated, e.updated) for s in cut.sidebars for e in s.entries]
    assert found == expected[: len(found)]


def test_the_sidebars_date_is_never_the_storys() -> None:
    story = read("The wells are salt, a reader writes from the coast.\n\nA. Reader\nPasni\n" + SIDEBAR).story
    assert story is not None
    assert story.published is None
    assert story.dates == []


def test_byline_and_dates_may_stand_on_lines_of_their_own() -> None:
    head = (
        "Ferry service resumes\n\nA. Reporter | Courier.com\nPublished March 3, 2026\nUpdated March 4, 2026 10:24am\n\n"
    )
    story = read(head + STORY.partition("by author\n\n")[2]).story
    assert story is not None
    assert (story.headline, story.authors) == ("Ferry service resumes", ["A. Reporter"])
    assert story.body.startswith("GWADAR: ")
    assert story.modified is not None
    assert story.modified.value.isoformat() == "2026-03-04T10:24:00+05:00"


def test_comments_are_no_part_of_the_story() -> None:
    text = (
        STORY.partition("Read more")[0]
        + "\nSadia\nMar 03, 2026 05:07pm\n\nAbout time.\n\nK. B.\nMar 03, 2026 06:10pm\n\nYes.\n"
    )
    story = read(text).story
    assert story is not None
    assert story.body.endswith("both engines replaced.")


def test_a_run_of_lines_that_break_off_is_a_sidebar_without_heading() -> None:
    teasers = [
        f"The {word} road has been dug up for the third time since the winter and nobody can..." for word in "abcdef"
    ]
    page = read(
        "Our street has had no lamps since January. I ask the council to act.\nN. Writer\nOrmara\n" + "\n".join(teasers)
    )
    assert page.story is not None
    assert page.story.body.endswith("N. Writer\nOrmara")
    (sidebar,) = page.sidebars
    assert sidebar.heading is None
    assert [(e.headline, e.teaser) for e in sidebar.entries] == [(None, teaser) for teaser in teasers]


def test_a_list_of_stories_is_no_story() -> None:
    index = "\n".join(
        f"Headline number {n}\n\nA teaser of some words. Published Mar 0{n}, 2026 01:43am\n" for n in range(1, 7)
    )
    page = read(index)
    assert page.story is None
    assert page.reason == "a list of stories, no story"


def test_the_real_captures_divide_as_expected(captures: Path) -> None:
    folder = captures / "dawn"
    for name, want in json.loads((folder / "expected.json").read_text(encoding="utf-8")).items():
        page = extract(
            (folder / name).read_bytes(), want["url"] or f"file:{name}", content_type="text/plain", timezone=KARACHI
        )
        story = page.story
        assert story is not None, name
        assert "\n".join(filter(None, (story.headline, story.body))).startswith(want["first"]), name
        assert story.body.endswith(want["last"]), name
        assert story.credit_line == want["credit_line"], name
        assert story.published is not None, name
        assert story.published.value.date().isoformat() == want["published"], name
        found = [
            {"heading": s.heading, "title": e.headline, "dated": e.dated, "updated": e.updated, "teaser": e.teaser}
            for s in page.sidebars
            for e in s.entries
        ]
        assert found == [{k: v for k, v in entry.items() if k != "cut_short"} for entry in want["sidebar"]], name


def test_real_pages_that_end_in_headless_teasers_divide(captures: Path) -> None:
    for name, last in {"1150725-pak-iran-ties.txt": "Johi", "1305560-karachi-mia.txt": "Karachi"}.items():
        page = extract((captures / "thenews" / name).read_bytes(), f"file:{name}", content_type="text/plain")
        assert page.story is not None
        assert page.story.body.endswith(last)
        (sidebar,) = page.sidebars
        assert [(e.headline, bool(e.teaser)) for e in sidebar.entries] == [(None, True)] * 6


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16"])
def test_text_is_read_in_the_encoding_it_says_it_has(encoding: str) -> None:
    page = extract(STORY.encode(encoding), "https://www.example.org/1", content_type="text/plain", timezone=KARACHI)
    assert page.story is not None
    assert page.story.headline == "Ferry service resumes after repairs"
    assert page.story.dateline == "GWADAR"


def test_undeclared_western_text_keeps_its_quotation_marks() -> None:
    text = STORY.replace("The ", "“The” ", 1)
    page = extract(text.encode("cp1252"), "https://www.example.org/1", content_type="text/plain", timezone=KARACHI)
    assert page.story is not None
    assert "“The”" in page.story.body and "\ufffd" not in page.story.body


def test_binary_data_is_no_story() -> None:
    page = extract(bytes(range(256)) * 20, "https://www.example.org/1", content_type="text/plain")
    assert (page.story, page.reason) == (None, "no text but binary data")


LETTER = "THE lamps on our street have been out since May.\n\nWe ask for light, and get bills.\n\nA. Rahman\n\nLyari\n"


def test_a_short_story_is_no_header_of_its_own_credit_line() -> None:
    story = read(f"Lamps\n\n{LETTER}\nPublished in The Sample Courier, March 4th, 2026\n").story
    assert story is not None
    assert (story.headline, story.authors) == ("Lamps", [])
    assert story.body.splitlines() == [line for line in LETTER.splitlines() if line]
    assert story.credit_line == "Published in The Sample Courier, March 4th, 2026"


def test_a_short_story_is_no_header_of_a_comment_on_it() -> None:
    story = read(f"Lamps\n\n{LETTER}\nA reader\n\nMar 05, 2026 10:20am\n\nWell said.\n").story
    assert story is not None
    assert story.headline == "Lamps"
    assert "get bills" in story.body and "Well said" not in story.body


@pytest.mark.parametrize("credit", ["", "\nPublished in The Sample Courier, March 4th, 2026\n"])
def test_a_page_cut_anywhere_in_its_opinion_box_leaves_none_of_it_in_the_story(credit: str) -> None:
    box = "\nOpinion\n\nThe long road\nThe long road\n\nNobody walks any more, and it shows.\n\nEditorial\n"
    page = LETTER.removesuffix("\nA. Rahman\n\nLyari\n") + credit + box
    for end in range(len(page) - len(box), len(page)):
        story = read(page[:end]).story
        assert story is not None
        assert story.body.endswith("We ask for light, and get bills."), page[:end]


def test_a_page_cut_in_its_second_headless_teaser_leaves_neither_in_the_story() -> None:
    first = "MULTAN: Farmers gathered outside the commissioner's office to demand that the price of cotton be..."
    second = "A new hall for the blind was opened in the old quarter of the city by the mayor and his deputy, who..."
    for end in range(len(second) + 1):
        page = read(f"{LETTER}\nThe street stays dark.\n\n{first}\n\n{second[:end]}")
        assert page.story is not None
        assert page.story.body.endswith("The street stays dark."), end
        assert page.sidebars[0].entries[0].teaser == first


def test_a_story_that_trails_off_keeps_its_end() -> None:
    page = read(f"{LETTER}\nShe paused at the door and looked back...\n\n“I do not know,” she said, “whether...”\n")
    assert page.story is not None
    assert page.story.body.endswith("whether...”")
