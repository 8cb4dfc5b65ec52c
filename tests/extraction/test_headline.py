"""The headline where a page words it in several ways."""

from __future__ import annotations

import pytest

from crawler.extraction import metadata
from crawler.extraction.document import parse

URL = "https://www.valleypost.example/region/bridge-reopens"
STORY = "<p>" + "The old bridge over the Senna carries traffic again after two years of repairs. " * 4 + "</p>"


def headline(head: str, body: str, language: str = "en") -> str | None:
    page = f"<html lang={language}><head>{head}</head><body>{body}<article>{STORY}</article></body></html>"
    return metadata.headline(parse(page, URL))


@pytest.mark.parametrize(
    "crumb",
    [
        "<nav><ol><li>Region</li><li><h1>Brücke Senna: Sperrung, Verkehr, Öffnung</h1></li></ol></nav>",
        "<h1 class='Breadcrumbs_seotitle'>Brücke Senna: Sperrung, Verkehr, Öffnung</h1>",
        "<div><h1 data-breadcrumb-headline>Brücke Senna: Sperrung, Verkehr, Öffnung</h1></div>",
    ],
)
def test_a_heading_among_the_breadcrumbs_gives_way_to_the_headline_that_is_printed(crumb: str) -> None:
    head = (
        "<title>Brücke Senna: Sperrung, Verkehr, Öffnung | Talpost</title>"
        "<meta property='og:title' content='Nach zwei Jahren rollt es wieder über die Senna'>"
    )
    printed = "<header><h2 class='article-title'>Nach zwei Jahren rollt es wieder über die Senna</h2></header>"
    assert headline(head, crumb + printed, "de") == "Nach zwei Jahren rollt es wieder über die Senna"


def test_only_the_sites_name_is_cut_from_a_title_that_holds_a_dash() -> None:
    head = "<title>The bridge is open again - here's what drivers have to know now | Valleypost</title>"
    assert headline(head, "") == "The bridge is open again - here's what drivers have to know now"


def test_what_every_source_adds_behind_a_separator_is_no_part_of_the_headline() -> None:
    head = (
        "<title>강 위의 다리가 두 해 만에 다시 열렸다-지역ㅣ골짜기신문</title>"
        "<meta property='og:title' content='강 위의 다리가 두 해 만에 다시 열렸다-지역ㅣ골짜기신문'>"
        "<meta name='twitter:title' content='강 위의 다리가 두 해 만에 다시 열렸다-지역ㅣ골짜기신문'>"
        "<meta name='headline' content='강 위의 다리가 두 해 만에 다시 열렸다'>"
    )
    assert headline(head, "", "ko") == "강 위의 다리가 두 해 만에 다시 열렸다"
