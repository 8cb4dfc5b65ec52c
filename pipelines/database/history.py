"""The history of one story: what happened to it, and how it read each time.

In: the connection of an open archive. Out: Happenings in the order of capture.
"""

from __future__ import annotations

import sqlite3
from dataclasses import dataclass


@dataclass(slots=True)
class StoryHead:
    """What a story is called: its current headline, address, paper and date."""

    id: int
    url: str
    publisher: str
    headline: str | None
    published_on: str | None
    published_source: str | None


@dataclass(slots=True)
class Happening:
    """A capture at which something happened. what: 'first-seen', 'changed', 'gone', 'refused', 'failed',
    'not-a-story', or 'seen' for a story that is back as it was. headline, body: as it read then, None where the capture
    gave no story. extraction: which version of it read the capture."""

    at: str
    what: str
    back: bool
    reason: str | None
    extraction: str | None
    headline: str | None
    body: str | None


def story_head(connection: sqlite3.Connection, story_id: int) -> StoryHead:
    row = connection.execute(
        "select id, url, publisher, headline, published_on, published_source from stories where id = ?", (story_id,)
    ).fetchone()
    return StoryHead(*row)


def happenings(connection: sqlite3.Connection, story_id: int) -> list[Happening]:
    """All that happened to the story; captures at which it only stood as before are left out."""
    rows = connection.execute(
        "select h.at, h.what, h.back, coalesce(h.reason, h.status), h.extraction, v.headline, v.body"
        " from story_history h left join story_versions v on v.id = h.version_id"
        " where h.story_id = ? and (h.what <> 'seen' or h.back) order by h.at, h.fetch_id",
        (story_id,),
    )
    return [
        Happening(at, what, bool(back), None if reason is None else str(reason), extraction, headline, body)
        for at, what, back, reason, extraction, headline, body in rows
    ]
