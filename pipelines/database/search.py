"""The full-text index over current versions, brought up to date once for each transaction.

In: what triggers noted in search_changes of stories that came, changed or went. Out: stories_fts, which agrees with
stories. Terms of a whole batch are written in one go, in the order of story ids: story by story would cost a third more.
"""

from __future__ import annotations

import sqlite3

# Short vowels and doublings of Arabic script, which most writers leave out: Unicode 064B to 0655, and 0670.
MARKS = "".join(map(chr, (*range(0x064B, 0x0656), 0x0670)))


def unmarked(text: str) -> str:
    """SQL for the SQL expression `text` without the marks of Arabic script; null where it has none."""
    without = text
    for mark in MARKS:
        without = f"replace({without}, '{mark}', '')"
    # All marks begin with the byte D9, which tells a text of another script at a fiftieth of the pattern's cost.
    return f"case when instr(cast({text} as blob), x'D9') and {text} glob '*[{MARKS}]*' then {without} end"


TEXT = "coalesce(headline, '') || char(10) || body"


def index_changes(connection: sqlite3.Connection) -> None:
    """Take out of the index what stood in it of the changed stories, and put in what stands in them now."""
    if connection.execute("select 1 from search_changes limit 1").fetchone() is None:
        return
    connection.execute(
        "insert into stories_fts (stories_fts, rowid, headline, body, unmarked)"
        f" select 'delete', story_id, headline, body, {unmarked(TEXT)} from search_changes where indexed order by story_id"
    )
    connection.execute(
        "insert into stories_fts (rowid, headline, body, unmarked) select t.id, t.headline, t.body, t.unmarked"
        " from search_changes c cross join search_texts t on t.id = c.story_id order by c.story_id"
    )
    connection.execute("delete from search_changes")
