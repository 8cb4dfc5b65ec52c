"""The tables, views and indexes of an archive, as migrations in order.

Names and meanings are explained in data/README.md. A released migration is never edited: a change is a new one.
"""

from __future__ import annotations

from sqlite_utils import Database, Migrations

from pipelines.database.duplicates import remember
from pipelines.database.search import TEXT, unmarked
from pipelines.likeness import sketch

APPLICATION_ID = 0x4E4D5247  # "NMRG", written into the file's header (PRAGMA application_id): this file is ours

migrations = Migrations("news-morgue")

FIRST_EDITION = """
create table crawls (
    id integer primary key,
    spider text not null,
    publisher text,
    arguments text not null,
    software text not null,
    started_at text not null,
    ended_at text,
    reason text
) strict;

create table stories (
    id integer primary key,
    publisher text not null,
    key text not null,
    url text not null,
    headline text,
    authors text not null,
    section text,
    language text,
    word_count integer not null,
    published_on text,
    published_at text,
    published_source text,
    published_certainty text check (published_certainty in ('certain', 'likely', 'doubtful')),
    modified_at text,
    credit_line text,
    dateline text,
    first_seen_at text not null,
    last_seen_at text not null,
    versions integer not null,
    version_id integer references version_records (id) deferrable initially deferred,
    body text not null,
    unique (publisher, key)
) strict;
create index stories_by_day on stories (published_on, publisher);
create index stories_by_publisher_and_day on stories (publisher, published_on);
create index stories_by_url on stories (url);
create index stories_by_first_seen on stories (first_seen_at);
create index stories_by_section on stories (publisher, section, published_on);
create index stories_with_several_versions on stories (versions, last_seen_at) where versions > 1;

create table version_records (
    id integer primary key,
    story_id integer not null references stories (id),
    seen_from text not null,
    seen_to text not null,
    digest text not null,
    headline_digest text not null,
    body_digest text not null,
    word_count integer not null,
    extraction text,
    headline text
) strict;
create index version_records_by_story on version_records (story_id, seen_from);
create index version_records_by_body on version_records (body_digest, story_id);
create index version_records_by_moment on version_records (seen_from);

create table past_bodies (
    body_digest text primary key,
    body text not null
) strict, without rowid;

create view story_versions as
select v.id, v.story_id, v.seen_from, v.seen_to, v.id = s.version_id as current, v.digest, v.headline_digest,
       v.body_digest, v.word_count, v.extraction, v.headline,
       case when v.body_digest = c.body_digest then s.body
            else (select p.body from past_bodies p where p.body_digest = v.body_digest) end as body
from version_records v
join stories s on s.id = v.story_id
join version_records c on c.id = s.version_id;

create table fetches (
    id integer primary key,
    crawl_id integer references crawls (id),
    publisher text,
    url text not null,
    final_url text,
    status integer,
    fetched_at text not null,
    outcome text not null check (outcome in
        ('new', 'changed', 'unchanged', 'duplicate', 'not-a-story', 'gone', 'refused', 'failed')),
    reason text,
    story_id integer references stories (id),
    version_id integer references version_records (id),
    capture_file text,
    capture_offset integer,
    capture_digest text,
    unique (url, fetched_at)
) strict;
create index fetches_by_moment on fetches (fetched_at);
create index fetches_by_outcome on fetches (outcome, fetched_at);
create index fetches_by_crawl on fetches (crawl_id, outcome);
create index fetches_by_story on fetches (story_id, fetched_at);
create index fetches_by_version on fetches (version_id, fetched_at);

create table story_urls (
    url text not null,
    story_id integer not null references stories (id),
    first_seen_at text not null,
    last_seen_at text not null,
    primary key (url, story_id)
) strict, without rowid;
create index story_urls_by_story on story_urls (story_id);

create table story_dates (
    id integer primary key,
    story_id integer not null references stories (id),
    of text not null check (of in ('published', 'modified')),
    source text not null,
    text text not null,
    value text not null,
    precision text not null check (precision in ('second', 'minute', 'day')),
    zoned integer not null check (zoned in (0, 1)),
    local_day text not null,
    instant text,
    rank integer not null,
    refused text,
    chosen integer not null check (chosen in (0, 1)),
    first_seen_at text not null,
    unique (story_id, of, source, value, text)
) strict;
create index story_dates_by_source on story_dates (source, chosen);

create table sidebars (
    id integer primary key,
    digest text not null unique,
    publisher text not null,
    heading text,
    role text not null check (role in ('editorial', 'opinion', 'most-read', 'latest', 'related', 'other')),
    entries integer not null,
    first_seen_at text not null,
    last_seen_at text not null
) strict;
create index sidebars_by_role on sidebars (role, last_seen_at);
create index sidebars_by_publisher on sidebars (publisher, role, last_seen_at);

create table entry_texts (
    id integer primary key,
    digest text not null unique,
    publisher text not null,
    headline text,
    url text,
    story_key text,
    teaser text,
    dated text,
    updated integer not null check (updated in (0, 1))
) strict;
create index entry_texts_by_url on entry_texts (url);
create index entry_texts_by_story_key on entry_texts (publisher, story_key);

create table sidebar_lines (
    sidebar_id integer not null references sidebars (id),
    position integer not null,
    entry_id integer not null references entry_texts (id),
    primary key (sidebar_id, position)
) strict, without rowid;
create index sidebar_lines_by_entry on sidebar_lines (entry_id, sidebar_id);

create view sidebar_entries as
select l.sidebar_id, l.position, e.headline, e.url, e.teaser, e.dated, e.updated, l.entry_id, e.story_key
from sidebar_lines l
join entry_texts e on e.id = l.entry_id;

create table sightings (
    fetch_id integer not null references fetches (id),
    sidebar_id integer not null references sidebars (id),
    story_id integer not null references stories (id),
    version_id integer not null references version_records (id),
    seen_at text not null,
    seen_on text not null,
    primary key (fetch_id, sidebar_id)
) strict, without rowid;
create index sightings_by_story on sightings (story_id, seen_at);
create index sightings_by_sidebar on sightings (sidebar_id, seen_at);
create index sightings_by_day on sightings (seen_on, sidebar_id);
create index sightings_by_version on sightings (version_id);

create table duplicates (
    story_id integer not null references stories (id),
    of_story_id integer not null references stories (id),
    kind text not null check (kind in ('exact', 'near')),
    similarity real not null,
    found_at text not null,
    primary key (story_id, of_story_id)
) strict, without rowid;
create index duplicates_by_original on duplicates (of_story_id);

create virtual table stories_fts using fts5 (
    headline, body, content='stories', content_rowid='id',
    tokenize="unicode61 remove_diacritics 2 categories 'L* N* Co Mn Mc'"
);
create trigger stories_fts_insert after insert on stories begin
    insert into stories_fts (rowid, headline, body) values (new.id, new.headline, new.body);
end;
create trigger stories_fts_delete after delete on stories begin
    insert into stories_fts (stories_fts, rowid, headline, body) values ('delete', old.id, old.headline, old.body);
end;
create trigger stories_fts_update after update of headline, body on stories
when old.headline is not new.headline or old.body is not new.body begin
    insert into stories_fts (stories_fts, rowid, headline, body) values ('delete', old.id, old.headline, old.body);
    insert into stories_fts (rowid, headline, body) values (new.id, new.headline, new.body);
end;

create view agenda as
select g.seen_on as day, b.publisher, b.role, b.heading, l.position, e.headline, e.url, e.dated,
       max(e.updated) as updated, min(g.seen_at) as first_seen_at, max(g.seen_at) as last_seen_at, count(*) as sightings
from sightings g
join sidebars b on b.id = g.sidebar_id
join sidebar_lines l on l.sidebar_id = b.id
join entry_texts e on e.id = l.entry_id
group by g.seen_on, b.publisher, b.role, b.heading, coalesce(e.url, e.headline), l.position;

create view entry_runs as
select b.publisher, b.role, b.heading, e.url, e.headline, min(l.position) as best_position,
       max(l.position) as worst_position, min(b.first_seen_at) as first_seen_at, max(b.last_seen_at) as last_seen_at,
       count(distinct b.id) as snapshots,
       round((julianday(max(b.last_seen_at)) - julianday(min(b.first_seen_at))) * 24, 1) as hours_shown
from entry_texts e
join sidebar_lines l on l.entry_id = e.id
join sidebars b on b.id = l.sidebar_id
group by b.publisher, b.role, b.heading, e.url, coalesce(e.url, e.headline);

create view sidebar_beside_story as
select g.story_id, s.publisher, s.url as story_url, s.headline as story_headline, s.published_on, b.role, b.heading,
       g.sidebar_id, l.position, e.headline as entry_headline, e.url as entry_url, e.dated as entry_dated,
       e.updated as entry_updated, min(g.seen_at) as first_seen_at, max(g.seen_at) as last_seen_at,
       count(*) as sightings
from sightings g
join stories s on s.id = g.story_id
join sidebars b on b.id = g.sidebar_id
join sidebar_lines l on l.sidebar_id = b.id
join entry_texts e on e.id = l.entry_id
group by g.story_id, s.url, g.sidebar_id, l.position;

create view entry_stories as
select e.id as entry_id, e.publisher, e.headline as entry_headline, e.url as entry_url, e.dated as entry_dated,
       coalesce((select s.id from stories s where s.publisher = e.publisher and s.key = e.story_key),
                (select u.story_id from story_urls u where u.url = e.url order by u.last_seen_at desc limit 1))
           as story_id
from entry_texts e;

create view editorials_not_crawled as
select b.publisher, b.role, e.url, e.headline, e.dated, min(b.first_seen_at) as first_seen_at,
       max(b.last_seen_at) as last_seen_at
from sidebars b
join sidebar_lines l on l.sidebar_id = b.id
join entry_texts e on e.id = l.entry_id
where b.role in ('editorial', 'opinion')
  and not exists (select 1 from stories s where s.publisher = e.publisher and s.key = e.story_key)
  and not exists (select 1 from story_urls u where u.url = e.url)
group by b.publisher, b.role, coalesce(e.url, e.headline);

create view crawl_summaries as
select c.id, c.spider, c.started_at, c.ended_at, c.reason, f.outcome, count(f.id) as fetches
from crawls c
left join fetches f on f.crawl_id = c.id
group by c.id, f.outcome;
"""


EVENTS = """
create table agents (
    id integer primary key,
    software text not null,
    settings_digest text not null,
    unique (software, settings_digest)
) strict;

create table events (
    id integer primary key,
    at text not null,
    type text not null check (type in ('crawl-started', 'crawl-ended', 'crawl-killed', 'captured', 'extracted',
        're-extracted', 'verified', 'migrated')),
    agent_id integer not null references agents (id),
    crawl_id integer,
    fetch_id integer,
    story_id integer,
    detail text
) strict;
create index events_by_type on events (type, at);
create index events_by_fetch on events (fetch_id) where fetch_id is not null;
create trigger events_are_not_changed before update on events begin
    select raise(abort, 'events are only added, never changed');
end;
create trigger events_are_not_deleted before delete on events begin
    select raise(abort, 'events are only added, never deleted');
end;

alter table crawls add column host text;
alter table crawls add column process integer;
alter table fetches add column extraction text;

create view story_history as
select f.story_id, s.url as story_url, f.fetched_at as at,
       case when v.id is null then f.outcome
            when f.fetched_at > v.seen_from then 'seen'
            when v.seen_from = s.first_seen_at then 'first-seen'
            else 'changed' end as what,
       v.id is not null and coalesce(lag(f.outcome) over (partition by f.story_id, s.url order by f.fetched_at, f.id), '')
            = 'gone' as back,
       f.version_id, f.id as fetch_id, f.url, f.status, f.reason, f.extraction
from fetches f
join stories s on s.id = f.story_id
left join version_records v on v.id = f.version_id;
"""

DATES = """
alter table story_dates add column fetch_id integer references fetches (id);
alter table story_dates add column stale integer not null default 0 check (stale in (0, 1));
create index story_dates_by_fetch on story_dates (fetch_id);

drop index stories_by_section;
create index stories_of_doubtful_date on stories (publisher, published_on) where published_certainty = 'doubtful';

create view date_conflicts as
select s.id as story_id, s.publisher, s.url, c.source as chosen_source, c.local_day as chosen_day,
       c.text as chosen_text, o.source as other_source, o.local_day as other_day, o.text as other_text,
       cast(julianday(o.local_day) - julianday(c.local_day) as integer) as days_apart
from stories s
join story_dates c on c.story_id = s.id and c.of = 'published' and c.chosen
join story_dates o on o.story_id = s.id and o.of = 'published' and o.source <> c.source and o.refused is null
where s.published_certainty = 'doubtful' and abs(julianday(o.local_day) - julianday(c.local_day)) > 1;
"""


NEAR_DUPLICATES = """
create table near_keys (
    key integer not null,
    story_id integer not null,
    primary key (key, story_id)
) strict, without rowid;

alter table duplicates add column direction text not null default 'seen'
    check (direction in ('credit', 'date', 'seen'));

create view duplicate_clusters as
with recursive
links (story_id, other_id) as (
    select story_id, of_story_id from duplicates union select of_story_id, story_id from duplicates),
reached (story_id, other_id) as (
    select story_id, story_id from links union
    select reached.story_id, links.other_id from reached join links on links.story_id = reached.other_id)
select min(other_id) as cluster, story_id
from reached
group by story_id;
"""


FASTER_QUESTIONS = """
drop index stories_with_several_versions;
create index stories_changed on stories (last_seen_at) where versions > 1;
create index entry_texts_by_day on entry_texts (publisher, dated);

drop view editorials_not_crawled;
create view editorials_not_crawled as
select e.publisher, b.role, e.url, e.headline, e.dated, min(b.first_seen_at) as first_seen_at,
       max(b.last_seen_at) as last_seen_at
from entry_texts e
join sidebar_lines l on l.entry_id = e.id
join sidebars b on b.id = l.sidebar_id
where b.role in ('editorial', 'opinion')
  and not exists (select 1 from stories s where s.publisher = e.publisher and s.key = e.story_key)
  and not exists (select 1 from story_urls u where u.url = e.url)
group by e.publisher, e.dated, b.role, coalesce(e.url, e.headline);
"""


AGENDA_BY_DAY = """
drop index sightings_by_day;
create index sightings_by_day on sightings (seen_on, sidebar_id, seen_at);

drop view agenda;
create view agenda as
select g.seen_on as day, b.publisher, b.role, b.heading, l.position, e.headline, e.url, e.dated,
       max(e.updated) as updated, min(g.seen_at) as first_seen_at, max(g.seen_at) as last_seen_at, count(*) as sightings
from sightings g
cross join sidebars b on b.id = g.sidebar_id
cross join sidebar_lines l on l.sidebar_id = b.id
cross join entry_texts e on e.id = l.entry_id
group by g.seen_on, b.publisher, b.role, b.heading, coalesce(e.url, e.headline), l.position;
"""


KNOWN_URLS = """
create table urls (
    id integer primary key,
    publisher text not null,
    key text not null,
    url text not null,
    kind text not null check (kind in ('story', 'listing', 'feed', 'sitemap')),
    how text not null check (how in ('spider', 'feed', 'sitemap', 'section', 'index', 'link', 'sidebar')),
    found_on text,
    depth integer not null,
    said text,
    state text not null check (state in ('due', 'fetched', 'failed', 'gone', 'refused')),
    priority integer not null,
    tries integer not null,
    changes integer not null,
    unchanged integer not null,
    interval integer,
    born_at text,
    first_found_at text not null,
    asked_at text,
    last_fetched_at text,
    next_check_at text,
    last_digest text,
    unique (publisher, key)
) strict;
create index urls_due on urls (publisher, priority, next_check_at);
create index urls_by_check on urls (publisher, next_check_at);
create index urls_by_state on urls (publisher, state, next_check_at);
create index urls_by_url on urls (url);

create table hosts (
    host text primary key,
    paused_until text,
    why text,
    failures integer not null default 0,
    last_status integer,
    last_at text,
    counted_on text,
    requests integer not null default 0
) strict, without rowid;

create table robots (
    id integer primary key,
    host text not null,
    digest text not null,
    status integer,
    text text,
    first_fetched_at text not null,
    last_fetched_at text not null,
    unique (host, digest)
) strict;

alter table fetches add column robots_id integer references robots (id);
alter table fetches add column robots_decision text
    check (robots_decision in ('allowed', 'refused', 'none', 'unreachable'));
create index fetches_by_robots on fetches (robots_id) where robots_id is not null;
"""

# Stories of an archive from before URLs were kept: young ones are due a day after their last capture, others a month.
KNOWN_STORIES = """
insert into urls (publisher, key, url, kind, how, depth, state, priority, tries, changes, unchanged, interval, born_at,
    first_found_at, last_fetched_at, next_check_at, last_digest)
select s.publisher, s.key, s.url, 'story', 'index', 0, 'fetched', 2, 0, s.versions - 1, 0,
       iif(young, 86400, 2592000), coalesce(s.published_at, s.published_on || 'T00:00:00Z', s.first_seen_at),
       s.first_seen_at, s.last_seen_at,
       strftime('%Y-%m-%dT%H:%M:%SZ', s.last_seen_at, iif(young, '+1 day', '+30 days')), v.digest
from (select *, julianday(last_seen_at) - julianday(coalesce(published_on, first_seen_at)) < 7 as young from stories) s
join version_records v on v.id = s.version_id;
"""


READINGS = """
create table layouts (
    id integer primary key,
    publisher text not null,
    frame text not null,
    first_seen_at text not null,
    last_seen_at text not null
) strict;
create index layouts_by_publisher on layouts (publisher);

create table readings (
    fetch_id integer primary key references fetches (id),
    layout_id integer references layouts (id),
    word_count integer not null,
    headline integer not null check (headline in (0, 1)),
    authors integer not null,
    dated text check (dated in ('certain', 'likely', 'doubtful')),
    sidebars integer not null,
    entries integer not null
) strict;
create index fetches_by_publisher on fetches (publisher, fetched_at);
"""


SITE_MEMORY = """
create table site_blocks (
    publisher text not null,
    fingerprint integer not null,
    page_bits integer not null,
    seen_on text not null,
    primary key (publisher, fingerprint)
) strict, without rowid;

alter table version_records add column unaided_digest text;
"""


# A search index written story by story makes a segment of itself for each change of an older story: it is written when a
# transaction ends, by pipelines/database/search.py, from what the triggers note here.
SEARCH_BY_BATCH = """
drop trigger stories_fts_insert;
drop trigger stories_fts_delete;
drop trigger stories_fts_update;
create table search_changes (
    story_id integer primary key,
    indexed integer not null check (indexed in (0, 1)),
    headline text,
    body text
) strict;
create trigger search_changes_insert after insert on stories begin
    insert or ignore into search_changes (story_id, indexed) values (new.id, 0);
end;
create trigger search_changes_delete after delete on stories begin
    insert or ignore into search_changes (story_id, indexed, headline, body) values (old.id, 1, old.headline, old.body);
end;
create trigger search_changes_update after update of headline, body on stories
when old.headline is not new.headline or old.body is not new.body begin
    insert or ignore into search_changes (story_id, indexed, headline, body) values (old.id, 1, old.headline, old.body);
end;
insert into stories_fts (stories_fts, rank) values ('hashsize', 16777216);

create table crawl_outcomes (
    crawl_id integer not null references crawls (id),
    outcome text not null,
    fetches integer not null,
    primary key (crawl_id, outcome)
) strict, without rowid;
insert into crawl_outcomes (crawl_id, outcome, fetches)
select crawl_id, outcome, count(*) from fetches where crawl_id is not null group by crawl_id, outcome;
create trigger crawl_outcomes_insert after insert on fetches when new.crawl_id is not null begin
    insert into crawl_outcomes (crawl_id, outcome, fetches) values (new.crawl_id, new.outcome, 1)
    on conflict do update set fetches = fetches + 1;
end;
create trigger crawl_outcomes_update after update of outcome on fetches
when new.crawl_id is not null and old.outcome <> new.outcome begin
    update crawl_outcomes set fetches = fetches - 1 where crawl_id = old.crawl_id and outcome = old.outcome;
    insert into crawl_outcomes (crawl_id, outcome, fetches) values (new.crawl_id, new.outcome, 1)
    on conflict do update set fetches = fetches + 1;
end;
drop view crawl_summaries;
create view crawl_summaries as
select c.id, c.spider, c.started_at, c.ended_at, c.reason, o.outcome, coalesce(o.fetches, 0) as fetches
from crawls c
left join crawl_outcomes o on o.crawl_id = c.id and o.fetches > 0;

drop index story_dates_by_source;
drop index events_by_type;
create index events_besides_pages on events (at) where type not in ('captured', 'extracted');
"""


ALTERNATES = """
alter table fetches add column alternate_digest text;
"""


# Few write the vowel marks of Urdu and Arabic, and none looks for them: a marked text is searchable without them too.
UNMARKED = f"""
drop table stories_fts;
create view search_texts as
select id, headline, body, {unmarked(TEXT)} as unmarked
from stories;
create virtual table stories_fts using fts5 (
    headline, body, unmarked, content='search_texts', content_rowid='id',
    tokenize="unicode61 remove_diacritics 2 categories 'L* N* Co Mn Mc'"
);
insert into stories_fts (stories_fts, rank) values ('hashsize', 16777216);
insert into stories_fts (stories_fts) values ('rebuild');
delete from search_changes;
"""


# A story is back where it was gone since it was last read, whatever failed in between.
GONE_AND_BACK = """
drop view story_history;
create view story_history as
select f.story_id, s.url as story_url, f.fetched_at as at,
       case when v.id is null then f.outcome
            when f.fetched_at > v.seen_from then 'seen'
            when v.seen_from = s.first_seen_at then 'first-seen'
            else 'changed' end as what,
       v.id is not null and coalesce(max(iif(f.outcome = 'gone', f.fetched_at, null)) over past, '')
            > coalesce(max(iif(v.id is null, null, f.fetched_at)) over past, '') as back,
       f.version_id, f.id as fetch_id, f.url, f.status, f.reason, f.extraction
from fetches f
join stories s on s.id = f.story_id
left join version_records v on v.id = f.version_id
window past as (partition by f.story_id, s.url order by f.fetched_at, f.id rows between unbounded preceding and 1 preceding);
"""

# Where a story's updates were chosen anew, the one chosen before kept its mark.
ONE_CHOICE = """
update story_dates set chosen = 0
where chosen and stale and exists (
    select 1 from story_dates d
    where d.story_id = story_dates.story_id and d.of = story_dates.of and d.chosen and not d.stale);
"""


# The same view: as UNMARKED made it, it looked for the marks in every letter of every text.
UNMARKED_SOONER = f"""
drop view search_texts;
create view search_texts as
select id, headline, body, {unmarked(TEXT)} as unmarked
from stories;
"""


@migrations()
def first_edition(db: Database) -> None:
    """Everything that DESIGN names, and what it needs."""
    db.executescript(FIRST_EDITION)


@migrations()
def events(db: Database) -> None:
    """What was done to the archive and by what; which extraction read a capture; a story gone and back."""
    db.executescript(EVENTS)


@migrations()
def dates_of_all_captures(db: Database) -> None:
    """Which capture showed a date, and whether the latest still does; conflicts between dates."""
    db.executescript(DATES)


@migrations()
def near_duplicates(db: Database) -> None:
    """Stories that have most of another's text; which of the two is the copy; groups of copies."""
    db.executescript(NEAR_DUPLICATES)
    for story_id, body in db.conn.execute("select id, body from stories"):
        remember(db.conn, story_id, sketch(body))


@migrations()
def stories_by_version(db: Database) -> None:
    """Without this index each new version makes SQLite look through all stories for one that already names it."""
    db.executescript("create index stories_by_version on stories (version_id)")


@migrations()
def faster_questions(db: Database) -> None:
    """Changed stories by the time they were last seen; editorials not crawled by the day they carry."""
    db.executescript(FASTER_QUESTIONS)


@migrations()
def agenda_by_day(db: Database) -> None:
    """The agenda is read from its days on, which the planner does not see for a span of days."""
    db.executescript(AGENDA_BY_DAY)


@migrations()
def known_urls(db: Database) -> None:
    """The URLs a crawl is fed from, the hosts it must mind, and the robots.txt by which each fetch was allowed."""
    db.executescript(KNOWN_URLS)
    db.conn.execute(KNOWN_STORIES)


@migrations()
def readings(db: Database) -> None:
    """What each capture of a story gave, and in which layout: what a paper's health is told by."""
    db.executescript(READINGS)


@migrations()
def site_memory(db: Database) -> None:
    """What repeats over a site's pages; how a story reads without that."""
    db.executescript(SITE_MEMORY)


@migrations()
def search_by_batch(db: Database) -> None:
    """The full-text index is written a batch at a time; fetches are counted by crawl and outcome."""
    db.executescript(SEARCH_BY_BATCH)


@migrations()
def alternates(db: Database) -> None:
    """Which captures of AMP and print pages read otherwise than their story."""
    db.executescript(ALTERNATES)


@migrations()
def urls_by_finding(db: Database) -> None:
    """What a paper listed on a day."""
    db.executescript("create index urls_by_finding on urls (publisher, first_found_at)")


@migrations()
def unmarked_texts(db: Database) -> None:
    """Texts of Arabic script are found without their vowel marks."""
    db.executescript(UNMARKED)


@migrations()
def gone_and_back(db: Database) -> None:
    """A story that failed between its going and its coming back is back too; of its dates one of a kind is chosen."""
    db.executescript(GONE_AND_BACK)
    db.executescript(ONE_CHOICE)


@migrations()
def unmarked_texts_sooner(db: Database) -> None:
    """Whether a text has vowel marks is told by one byte."""
    db.executescript(UNMARKED_SOONER)


MIGRATIONS = (
    first_edition,
    events,
    dates_of_all_captures,
    near_duplicates,
    stories_by_version,
    faster_questions,
    agenda_by_day,
    known_urls,
    readings,
    site_memory,
    search_by_batch,
    alternates,
    urls_by_finding,
    unmarked_texts,
    gone_and_back,
    unmarked_texts_sooner,
)
SCHEMA_VERSION = len(MIGRATIONS)  # PRAGMA user_version of a file that this code writes
