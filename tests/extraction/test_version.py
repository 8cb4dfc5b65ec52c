"""A page knows which extraction read it."""

from __future__ import annotations

import re

from crawler.extraction import extract
from crawler.extraction.version import version
from crawler.spiders.dawn import DawnSpider

HTML = "<html><body><article><h1>Gates opened</h1><p>The river fell by a foot.</p></article></body></html>"


def test_a_page_names_the_extraction_that_read_it() -> None:
    assert extract(HTML, "https://harbour.example/1").extraction == version()
    assert re.fullmatch(r"[0-9a-f]{12}", version())


def test_a_papers_own_selectors_make_another_version() -> None:
    assert DawnSpider.layout is not None
    assert extract(HTML, "https://harbour.example/1", layout=DawnSpider.layout).extraction == version(DawnSpider.layout)
    assert version(DawnSpider.layout) != version()
