"""The full-text index over current versions, brought up to date once for each transaction.

In: what triggers noted in search_changes of stories that came, changed or went. Out: stories_fts, which agrees with
stories. Terms of a whole batch are written in one go, in the order of story ids: story by story would cost a third more.
"""

from __future__ import annotations

import sqlite3


def index_changes(connection: sqlite3.Connection) -> None:
    """Take out of the index what stood in it of the changed stories, and put in what stands in them now."""
    if connection.execute("select 1 from search_changes limit 1").fetchone() is None:
        return
    connection.execute(
        "insert into stories_fts (stories_fts, rowid, headline, body)"
        " select 'delete', story_id, headline, body from search_changes where indexed order by story_id"
    )
    connection.execute(
        "insert into stories_fts (rowid, headline, body) select s.id, s.headline, s.body"
        " from search_changes c cross join stories s on s.id = c.story_id order by c.story_id"
    )
    connection.execute("delete from search_changes")
