"""What must hold of any archive, as questions whose answer is nothing: each finds rows that contradict others."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from pathlib import Path

from pipelines.likeness import sketch

# The choice of a date, as data/README.md says that it can be repeated.
CHOICE = (
    "select s.id from stories s where (select id from story_dates d where d.story_id = s.id and of = '{of}' and refused is"
    " null order by instant is null and precision <> 'day', rank limit 1)"
    " is not (select id from story_dates d where d.story_id = s.id and of = '{of}' and chosen)"
)
CONTRADICTIONS = {
    "integrity": "select * from pragma_integrity_check where integrity_check <> 'ok'",
    "foreign keys": "select * from pragma_foreign_key_check",
    "a story whose versions are another number": "select id from stories s where versions <>"
    " (select count(*) from version_records v where v.story_id = s.id)",
    "a current version that is not the last": "select id from stories s where version_id <> (select id from"
    " version_records v where v.story_id = s.id order by seen_from desc, id desc limit 1)",
    "two versions running that read the same": "select * from (select digest, lag(digest) over"
    " (partition by story_id order by seen_from, id) as before from version_records) where digest = before",
    "a version's run that is not its captures'": "select v.id from version_records v left join fetches f on"
    " f.version_id = v.id group by v.id having min(f.fetched_at) is not seen_from or max(f.fetched_at) is not seen_to",
    "a story's first or last sight that is not its captures'": "select s.id from stories s left join fetches f on"
    " f.story_id = s.id and f.version_id is not null group by s.id"
    " having min(f.fetched_at) is not s.first_seen_at or max(f.fetched_at) is not s.last_seen_at",
    "a capture of a version of another story": "select f.id from fetches f join version_records v on v.id = f.version_id"
    " where f.story_id is not v.story_id",
    "a version without a body": "select id from story_versions where body is null",
    "a past body that no version needs": "select body_digest from past_bodies p where not exists (select 1 from"
    " version_records v join stories s on s.id = v.story_id join version_records c on c.id = s.version_id"
    " where v.body_digest = p.body_digest and c.body_digest <> p.body_digest)",
    "a sidebar's run that is not its sightings'": "select b.id from sidebars b left join sightings g on"
    " g.sidebar_id = b.id group by b.id having min(seen_at) is not first_seen_at or max(seen_at) is not last_seen_at",
    "a sidebar with another number of entries": "select id from sidebars b where entries <>"
    " (select count(*) from sidebar_lines l where l.sidebar_id = b.id)",
    "an entry that no sidebar shows": "select id from entry_texts e where not exists"
    " (select 1 from sidebar_lines l where l.entry_id = e.id)",
    "a sighting that is not its capture's": "select g.fetch_id from sightings g join fetches f on f.id = g.fetch_id"
    " where f.version_id is not g.version_id or f.story_id is not g.story_id or f.fetched_at <> g.seen_at",
    "an agenda that is not the sightings'": "select 1 where (select sum(sightings) from agenda) is not"
    " (select nullif(count(*), 0) from sightings join sidebar_lines using (sidebar_id))",
    "a reading of a capture that gave no story, or none of one that did": "select f.id from fetches f left join readings"
    " r on r.fetch_id = f.id where (r.fetch_id is null) <> (f.version_id is null)",
    "a date of publication that cannot be chosen so": CHOICE.format(of="published"),
    "a date of an update that cannot be chosen so": CHOICE.format(of="modified"),
    "a rank that two dates have": "select story_id from story_dates group by story_id, rank having count(*) > 1",
    "a date that its story does not show": "select s.id from stories s join story_dates d on d.story_id = s.id and chosen"
    " and of = 'published' where (local_day, instant, source) is not (published_on, published_at, published_source)",
    "a date after the last capture": "select id from stories where max(coalesce(published_at, ''),"
    " coalesce(modified_at, '')) > last_seen_at",
    "a pair of copies both ways": "select d.story_id from duplicates d join duplicates e on d.story_id = e.of_story_id"
    " and d.of_story_id = e.story_id",
    "a copy that was seen before its original": "select d.story_id from duplicates d join stories c on c.id = d.story_id"
    " join stories o on o.id = d.of_story_id where direction = 'seen' and"
    " (c.first_seen_at, c.id) < (o.first_seen_at, o.id)",
    "a copy that is older than its original": "select d.story_id from duplicates d join stories c on c.id = d.story_id"
    " join stories o on o.id = d.of_story_id where direction = 'date' and c.published_on < o.published_on",
    "a body that stands twice and is tied to nothing": "select v.story_id from version_records v join version_records w"
    " on w.body_digest = v.body_digest and w.story_id <> v.story_id where v.word_count >= 20 and not exists"
    " (select 1 from duplicates d where v.story_id in (d.story_id, d.of_story_id))",
    "a key of a story that is gone": "select distinct story_id from near_keys except select id from stories",
    "an outcome counted wrongly": "select crawl_id, outcome, count(*) from fetches group by 1, 2"
    " except select crawl_id, outcome, fetches from crawl_outcomes",
}


def contradictions(database: Path) -> list[str]:
    """What does not hold of an archive, each with the first rows that show it."""
    with closing(sqlite3.connect(database)) as connection:
        found = {name: connection.execute(sql).fetchmany(3) for name, sql in CONTRADICTIONS.items()}
        connection.execute("insert into stories_fts (stories_fts, rank) values ('integrity-check', 1)")
        connection.rollback()
        found["a text without its keys"] = [
            (story_id,)
            for story_id, body in connection.execute("select story_id, body from story_versions").fetchall()
            for key in sketch(body)
            if not connection.execute(
                "select 1 from near_keys where key = ? and story_id = ?", (key, story_id)
            ).fetchone()
        ][:3]
    return [f"{name}: {rows}" for name, rows in found.items() if rows]
