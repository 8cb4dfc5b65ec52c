"""The revisit policy: what is young or changes is looked at often, what is old or quiet rarely, what is gone not for ever."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from itertools import pairwise

from hypothesis import given
from hypothesis import strategies as st

from crawler.items import Capture, Fetch, Lead, Moment, Outcome, Visit
from pipelines.revisit import (
    BACKLOG,
    DAY,
    HOUR,
    LATEST,
    NESTED,
    NEWS_FIRST,
    SOONEST,
    next_look,
    priority_of,
    visit_after,
)

NOON = datetime(2026, 3, 3, 12, tzinfo=UTC)


def fetched(outcome: Outcome, at: datetime = NOON, status: int | None = 200) -> Fetch:
    return Fetch("https://paper.example/1", at, status=status, outcome=outcome)


def looks(days: int, outcome: Outcome = "unchanged", born: datetime = NOON) -> list[datetime]:
    """When a story that is found half an hour after its publication is looked at, if every look comes to outcome."""
    visit, at, moments = Visit(), born + HOUR / 2, []
    while at < born + timedelta(days=days):
        moments.append(at)
        visit = visit_after(visit, "story", fetched(outcome, at), at - born)
        assert visit.next_check_at is not None
        at = visit.next_check_at
    return moments


def test_a_quiet_story_is_looked_at_often_on_its_first_day_and_ever_more_rarely() -> None:
    moments = looks(days=365)
    gaps = [later - sooner for sooner, later in pairwise(moments)]
    assert gaps == sorted(gaps)
    assert 5 <= len([moment for moment in moments if moment < NOON + DAY]) <= 12
    assert len(moments) < 30


def test_a_story_that_changes_is_looked_at_more() -> None:
    assert len(looks(days=7, outcome="changed")) >= 3 * len(looks(days=7))


@given(
    last=st.none() | st.timedeltas(min_value=timedelta(), max_value=timedelta(days=400)),
    changed=st.booleans(),
    age=st.timedeltas(min_value=timedelta(), max_value=timedelta(days=9000)),
)
def test_no_look_comes_too_soon_nor_too_late(last: timedelta | None, changed: bool, age: timedelta) -> None:
    wait = next_look(last, changed, age)
    assert SOONEST <= wait <= LATEST
    assert wait <= max(HOUR, age / 2)


def test_failures_are_tried_again_after_pauses_that_double_up_to_a_week() -> None:
    waits = [visit_after(Visit(tries=n), "story", fetched("failed"), DAY).interval for n in (1, 2, 3, 50)]
    assert waits == [600, 1200, 2400, 7 * 86400]


def test_what_is_gone_is_looked_for_three_times_more_and_then_never() -> None:
    visits = [visit_after(Visit(tries=n), "story", fetched("gone", status=404), DAY) for n in (1, 2, 3, 4)]
    assert [visit.interval for visit in visits] == [86400, 7 * 86400, 30 * 86400, None]
    assert visits[-1].next_check_at is None


def test_what_robots_txt_refuses_is_asked_about_daily_and_what_the_server_refuses_ever_more_rarely() -> None:
    assert visit_after(Visit(tries=5), "story", fetched("refused", status=None), DAY).interval == 86400
    assert visit_after(Visit(tries=3), "story", fetched("refused", status=403), DAY).interval == 4 * 86400


def test_a_failure_does_not_forget_how_often_a_story_changed() -> None:
    visit = visit_after(Visit("fetched", 1, 3, 2, 7200), "story", fetched("failed"), DAY)
    assert (visit.changes, visit.unchanged) == (3, 2)


def test_a_listing_is_read_every_ten_minutes_and_the_index_of_a_day_long_past_seldom() -> None:
    assert visit_after(Visit(), "listing", fetched("not-a-story"), timedelta()).interval == 600
    assert visit_after(Visit(), "listing", fetched("not-a-story"), 3000 * DAY).interval == LATEST.total_seconds()


def test_a_sitemap_inside_another_is_read_less_and_less_while_it_stays_as_it_is() -> None:
    visit, waits = Visit(), []
    for digest in ("a", "a", "a", "a", "a", "a", "b"):
        fetch = fetched("not-a-story")
        fetch.capture = Capture("c.warc.gz", 0, digest)
        visit = visit_after(visit, "sitemap", fetch, timedelta())
        visit.digest = digest
        waits.append(visit.interval)
    assert waits == [600, 3600, 4 * 3600, 16 * 3600, 64 * 3600, 7 * 86400, 600]


def test_news_goes_before_the_backlog() -> None:
    today = Moment(NOON, "minute", "feed", "today")
    long_ago = Moment(NOON - 400 * DAY, "day", "sitemap", "long ago")
    assert priority_of(Lead("u", dates=[today], how="feed"), NOON) == NEWS_FIRST
    assert priority_of(Lead("u", how="section"), NOON) == NEWS_FIRST
    assert priority_of(Lead("u", dates=[long_ago], how="sitemap"), NOON) == BACKLOG
    assert priority_of(Lead("u", how="sitemap"), NOON) == BACKLOG
    assert priority_of(Lead("u", how="sidebar"), NOON) == BACKLOG
    assert priority_of(Lead("u", kind="sitemap", how="sitemap"), NOON) == NESTED
