"""The report that ends a crawl."""

from __future__ import annotations

from pathlib import Path

import pytest

from crawler.summary import Counts, summary


@pytest.mark.parametrize(
    ("counts", "said"),
    [
        (Counts(known=520), "all 520 pages are in the archive already"),
        (Counts(known=66, re_extracted=454), "all 520 pages are in the archive already"),
        (Counts(re_extracted=1), "all 1 pages are in the archive already"),
        (Counts(known=3, new=1), None),
        (Counts(known=3, duplicate=1), None),
        (Counts(new=1), None),
    ],
)
def test_nothing_new_is_said_of_all_that_is_known_and_only_where_nothing_came(counts: Counts, said: str | None) -> None:
    told = summary(counts, Path("news.db"))
    assert (said in told) if said else ("Nothing new" not in told)
