"""Stories that have the text of another: found by the body's digest, or by the keys of its sketch, which are kept here.

In: a story whose text is new. Out: rows in duplicates, each with its direction: which is the copy, and how we know.
The cost of finding does not grow with the archive: so many keys, so many stories looked at for each, and no more.
"""

from __future__ import annotations

import json
import sqlite3
from collections import Counter
from dataclasses import dataclass

from pipelines.database.pending import Pending
from pipelines.database.queries import find_same_text
from pipelines.likeness import ALIKE, KEYS, have_passage, likeness, runs, shingles, sketch, sketch_of

SAME_KEYS = (
    f"select n.story_id from (values {','.join(['(?)'] * KEYS)}) k cross join near_keys n on n.key = k.column1 limit ?"
)
STORIES_A_KEY = 20  # the latest ones: a key that more stories share is of a sentence that a paper prints everywhere
LATEST_OF_KEYS = " union all ".join(
    [f"select * from (select story_id from near_keys where key = ? order by story_id desc limit {STORIES_A_KEY})"]
    * KEYS
)
NEW_KEYS = "insert or ignore into near_keys (key, story_id) values " + ",".join(
    f"(?{place}, ?1)" for place in range(2, KEYS + 2)
)
# The latest ten texts, the current one first.
TEXTS = "select body from story_versions where story_id = ? order by current desc, seen_from desc limit 10"
STORIES_COMPARED = 10  # those that share the most keys; a real copy shares several of the twelve


@dataclass(slots=True)
class Pair:
    """Another story with this text."""

    story_id: int
    kind: str
    similarity: float


def write_duplicates(
    connection: sqlite3.Connection, story_id: int, body_digest: str | None, body: str, at: str, pending: Pending
) -> None:
    """Tie a story whose body is new to those that have it too, and make it findable by later ones. body_digest: None
    where it is known already that no other story has this very body."""
    mine = runs(body)
    keys = sketch_of(mine)
    others = sharing(connection, story_id, keys)
    if pending.holds(*[("texts", other) for other in others]):
        pending.write_texts(connection)
    pairs = _exact(connection, story_id, body_digest) or near_copies(connection, mine, others)
    if pairs:
        pending.write_texts(connection)
    for pair in pairs:
        copy, original, direction = _direction(connection, story_id, pair.story_id)
        connection.execute("delete from duplicates where story_id = ? and of_story_id = ?", (original, copy))
        connection.execute(
            "insert or replace into duplicates (story_id, of_story_id, kind, similarity, direction, found_at)"
            " values (?,?,?,?,?,?)",
            (copy, original, pair.kind, pair.similarity, direction, at),
        )
    remember(connection, story_id, keys)


def turn(connection: sqlite3.Connection, story_id: int) -> None:
    """Look anew which is the copy in each of a story's pairs: its dates, its credit or its first sight may have changed."""
    pairs = connection.execute(
        "select story_id, of_story_id, direction from duplicates where story_id = ?1 or of_story_id = ?1", (story_id,)
    ).fetchall()
    for copy, original, direction in pairs:
        now = _direction(connection, copy, original)
        if now != (copy, original, direction):
            connection.execute(
                "update duplicates set story_id = ?, of_story_id = ?, direction = ? where story_id = ? and of_story_id = ?",
                (*now, copy, original),
            )


def untie(connection: sqlite3.Connection, story_id: int) -> list[int]:
    """Forget the pairs of a story and the keys of its texts, before one of them is replaced or goes: what is right of
    them then, tie() finds. Gives the stories it was tied to."""
    for (body,) in connection.execute("select body from story_versions where story_id = ?", (story_id,)).fetchall():
        forget(connection, story_id, sketch(body))
    pairs = connection.execute(
        "delete from duplicates where story_id = ?1 or of_story_id = ?1 returning story_id + of_story_id - ?1",
        (story_id,),
    )
    return [other for (other,) in pairs.fetchall()]


def tie(connection: sqlite3.Connection, story_ids: list[int], pending: Pending) -> None:
    """Find the copies of all texts of the stories, of those that are still there."""
    texts = connection.execute(
        "select v.story_id, v.body_digest, v.body, v.seen_from from json_each(?) e"
        " join stories s on s.id = e.value join story_versions v on v.story_id = s.id"
        " order by s.first_seen_at, s.id, v.seen_from",
        (json.dumps(story_ids),),
    )
    for story_id, body_digest, body, at in texts.fetchall():
        write_duplicates(connection, story_id, body_digest, body, at, pending)


def remember(connection: sqlite3.Connection, story_id: int, keys: list[int]) -> None:
    """Keep the keys of a story's text. Those of its past versions stay: a copy may be of one of them."""
    if keys:
        connection.execute(NEW_KEYS, (story_id, *keys))


def forget(connection: sqlite3.Connection, story_id: int, keys: list[int]) -> None:
    """Delete the keys of a text of a story that goes."""
    connection.executemany("delete from near_keys where key = ? and story_id = ?", [(key, story_id) for key in keys])


def _exact(connection: sqlite3.Connection, story_id: int, body_digest: str | None) -> list[Pair]:
    same = find_same_text(connection, body_digest, story_id) if body_digest else None
    return [] if same is None else [Pair(same, "exact", 1.0)]


def sharing(connection: sqlite3.Connection, story_id: int, keys: list[int]) -> list[int]:
    """The other stories that have some of the keys, at most so many, those that have most of them first, then the latest."""
    if not keys:
        return []
    most = KEYS * STORIES_A_KEY
    found = connection.execute(SAME_KEYS, (*keys, most + 1)).fetchall()
    if len(found) > most:
        found = connection.execute(LATEST_OF_KEYS, keys).fetchall()
    if not found:
        return []
    others = Counter(sorted([other for (other,) in found if other != story_id], reverse=True))
    return [other for other, _ in others.most_common(STORIES_COMPARED)]


def near_copies(connection: sqlite3.Connection, mine: list[bytes], others: list[int]) -> list[Pair]:
    """Those of the stories that share half or more of the shorter text with the text of these shingles. Of a million
    stories every third shares a key with another by chance: that they have nothing else in common is seen soon."""
    pairs, ones = [], set(mine) if others else set()
    for other in others:
        for theirs in _texts(connection, other):
            similarity = likeness(ones, shingles(theirs)) if have_passage(ones, theirs) else 0.0
            if similarity >= ALIKE:
                pairs.append(Pair(other, "near", round(similarity, 3)))
                break
    return pairs


def _texts(connection: sqlite3.Connection, story_id: int) -> list[str]:
    """A story's latest texts; none for a key that forget() did not know: of a story that is gone."""
    story = connection.execute("select body, versions from stories where id = ?", (story_id,)).fetchone()
    if story is None:
        return []
    if story[1] == 1:
        return [story[0]]
    return [body for (body,) in connection.execute(TEXTS, (story_id,))]


def _direction(connection: sqlite3.Connection, one: int, other: int) -> tuple[int, int, str]:
    """The copy, the original, and how we know: 'credit': the copy names the other's paper; 'date': both dates are
    certain; 'seen': nothing better than which was seen first."""
    rows = connection.execute(
        "select id, publisher, lower(authors || ' ' || coalesce(credit_line, '')), published_certainty = 'certain',"
        " published_on, published_at, first_seen_at from stories where id in (?, ?) order by first_seen_at desc, id desc",
        (one, other),
    ).fetchall()
    later, earlier = rows
    credits = [
        (copy, original)
        for copy, original in ((later, earlier), (earlier, later))
        if copy[1] != original[1] and original[1].lower() in copy[2].replace('"', " ").split()
    ]
    if len(credits) == 1:
        return credits[0][0][0], credits[0][1][0], "credit"
    if later[3] and earlier[3]:
        column = 5 if later[5] and earlier[5] else 4
        if later[column] != earlier[column]:
            copy, original = (later, earlier) if later[column] > earlier[column] else (earlier, later)
            return copy[0], original[0], "date"
    return later[0], earlier[0], "seen"
