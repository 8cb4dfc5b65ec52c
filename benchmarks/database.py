"""How the archive writes and answers at size: `python -m benchmarks.database [STORIES [FOLDER]]`.

In: a number of stories, 20,000 by default; a million is what the archive is built for. FOLDER: where the files are made
(default: a temporary one). Out: rows a second through the three pipelines against a bare executemany of the same rows
into the same schema, bytes a story by table, memory as the file grows, the cost of looking a near copy up at each power
of ten, and the slowest of the data dictionary's questions. The stories are made up: words by Zipf's law.
"""

from __future__ import annotations

import asyncio
import random
import re
import resource
import sqlite3
import statistics
import sys
import tempfile
import time
from collections import deque
from collections.abc import Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from scrapy import Spider, signals
from scrapy.utils.test import get_crawler

from crawler.collector import Collector
from crawler.items import Capture, Fetch, Moment, Page, Sidebar, SidebarEntry, Story
from pipelines.database import open_archive
from pipelines.database.duplicates import near_copies, sharing
from pipelines.dedupe import DedupePipeline
from pipelines.likeness import runs, sketch_of
from pipelines.store import BATCH_ITEMS, StorePipeline
from pipelines.timestamp import TimestampPipeline

DICTIONARY = Path(__file__).parents[1] / "data" / "README.md"
QUESTION = re.compile(r"^\*\*(\d+\. .+?)\*\*\n```sql\n(.+?)```", re.DOTALL | re.MULTILINE)
FIRST_DAY = datetime(2006, 1, 1, tzinfo=UTC)
STORIES_A_DAY = 140  # a million over twenty years
WORDS = 350  # of a body
VOCABULARY = 60_000
STOCK = 4_000_000
FIRST_ID = 1_000_000
SEEN_AGAIN = BATCH_ITEMS  # stories later: no crawl asks for a page twice within its batches
LOOKUPS = 200
GROWING_SCAN = (
    r"SCAN (?!stories_fts|json_each|author|agenda|copies|constant)(?!c\b)(?!.*USING INDEX stories_changed)\w+"
)
SIZES = (1_000, 10_000, 100_000, 1_000_000)  # at which the cost of a lookup is measured
# Every table that the pipelines write rows into, parents before children: the order in which its rows came, and the fetch
# with which each came.
STORY_CAME = "(select min(id) from fetches f where f.story_id = {})"
SIDEBAR_CAME = "(select min(fetch_id) from sightings g where g.sidebar_id = {})"
TABLES = {
    "agents": ("id", "0"),
    "crawls": ("id", "0"),
    "stories": ("id", STORY_CAME.format("stories.id")),
    "version_records": ("story_id", STORY_CAME.format("version_records.story_id")),  # the story names its last one
    "fetches": ("id", "id"),
    "story_dates": ("id", "fetch_id"),
    "sidebars": ("id", SIDEBAR_CAME.format("sidebars.id")),
    "entry_texts": (
        "id",
        SIDEBAR_CAME.format("(select min(sidebar_id) from sidebar_lines l where l.entry_id = entry_texts.id)"),
    ),
    "events": ("id", "coalesce(fetch_id, 0)"),
    "story_urls": ("story_id", STORY_CAME.format("story_urls.story_id")),
    "duplicates": ("story_id", STORY_CAME.format("max(duplicates.story_id, duplicates.of_story_id)")),
    "near_keys": ("story_id", STORY_CAME.format("near_keys.story_id")),
    "past_bodies": (
        "came",
        "(select min(f.id) from version_records v join fetches f on f.version_id = v.id"
        " where v.body_digest = past_bodies.body_digest)",
    ),
    "sidebar_lines": ("sidebar_id", SIDEBAR_CAME.format("sidebar_lines.sidebar_id")),
    "sightings": ("fetch_id", "fetch_id"),
    "readings": ("fetch_id", "fetch_id"),
}
FILLED_BY_TRIGGERS = {"search_changes", "crawl_outcomes"}


class Press:
    """Makes the pages of a paper, day by day: nine of ten stories new, of the rest some changed, some copies; an
    editorial sidebar of the day and a 'latest' one that moves with every tenth story."""

    def __init__(self, seed: int = 7) -> None:
        self.random = random.Random(seed)
        words = [f"{self._syllables()}{number % 97}" for number in range(VOCABULARY)]
        words[1500:1504] = ["border", "security", "foreign", "office"]
        weights = [1 / (rank + 3) for rank in range(VOCABULARY)]
        self.stock = self.random.choices(words, weights, k=STOCK)
        self.made = 0

    def _syllables(self) -> str:
        return "".join(self.random.choice("bdfgklmnprstvz") + self.random.choice("aeiou") for _ in range(3))

    def pages(self, stories: int) -> Iterator[Page]:
        past: deque[Story] = deque(maxlen=500)
        again: deque[tuple[int, Story]] = deque()  # what a later crawl sees once more, by its number
        while self.made < stories:
            number, luck = self.made, self.random.random()
            moment = FIRST_DAY + timedelta(days=number / STORIES_A_DAY)
            story = self._story(moment)
            if past and luck < 0.03:  # a copy with a sentence less and another headline
                story.body = self.random.choice(past).body.partition("\n")[2]
            self.made += 1
            past.append(story)
            yield self._page(number, story, moment)
            if luck > 0.85:  # every second time with another text
                more = "\n" + self._text(12) if luck > 0.925 else ""
                again.append((number, replace(story, body=story.body + more, dates=[*story.dates])))
            if again and again[0][0] <= number - SEEN_AGAIN:
                yield self._page(*again.popleft(), moment)

    def batches(self, stories: int) -> Iterator[list[Page]]:
        """The pages of every so many stories."""
        batch = []
        for page in self.pages(stories):
            batch.append(page)
            if self.made % BATCH_ITEMS == 0:
                yield batch
                batch = []
        yield batch

    def _text(self, words: int) -> str:
        """Words of the stock at equal distances: no two texts share a run of words, and all keep Zipf's law."""
        step = self.random.randint(1, STOCK // words // 2)
        start = self.random.randrange(STOCK - step * words)
        return " ".join(self.stock[start : start + step * words : step])

    def _story(self, moment: datetime) -> Story:
        words = self._text(WORDS).split()
        body = "\n".join(" ".join(words[place : place + 50]) for place in range(0, WORDS, 50))
        if self.random.random() < 0.01:
            body += "\nThe foreign office had no comment."
        published = Moment(moment - timedelta(hours=3), "minute", "json-ld", moment.isoformat())
        printed = moment - timedelta(days=3 if self.random.random() < 0.01 else 0)  # now and then a date contradicts
        credit = Moment(printed.replace(hour=0, minute=0, second=0), "day", "credit-line", f"{printed:%B %d, %Y}")
        return Story(self._text(8), body, [self._text(2)], "Pakistan", "en", published, dates=[published, credit])

    def _page(self, number: int, story: Story, moment: datetime) -> Page:
        url = f"https://www.dawn.com/news/{FIRST_ID + number}"
        fetch = Fetch(f"{url}/slug", moment, f"{url}/slug", 200, capture=Capture("crawl.warc.gz", number * 9000))
        day = number // STORIES_A_DAY
        sidebars = [
            Sidebar("Editorial", "editorial", [self._entry(place, day - place // 3, 1) for place in range(1, 7)]),
            Sidebar("Latest", "latest", [self._entry(place, number // 10 - place, 2) for place in range(1, 9)]),
        ]
        return Page(f"{url}/slug", story, sidebars, None, url, moment, "dawn", "Asia/Karachi", url[-7:], fetch, "1")

    def _entry(self, place: int, which: int, kind: int) -> SidebarEntry:
        url = f"https://www.dawn.com/news/{kind}{which:06d}"
        dated = (FIRST_DAY + timedelta(days=max(which, 0))).date().isoformat() if kind == 1 else None
        return SidebarEntry(place, f"Entry {kind} {which} of the paper", url, f"What entry {which} says...", dated)


@dataclass(slots=True)
class Clock:
    """Seconds by the wall and of computing, of what ran inside running()."""

    wall: float = 0.0
    computing: float = 0.0

    @contextmanager
    def running(self) -> Iterator[None]:
        wall, computing = time.perf_counter(), time.process_time()
        yield
        self.wall += time.perf_counter() - wall
        self.computing += time.process_time() - computing


async def write(database: Path, stories: int) -> Clock:
    """Send the pages through the pipelines; gives the time it took. The pages are made before, a batch at a time, as the
    rows of the bare copy are."""
    crawler = get_crawler(settings_dict={"DATABASE": str(database)})
    crawler.spider = Spider("bench")
    dedupe, timestamp, store = (
        kind.from_crawler(crawler) for kind in (DedupePipeline, TimestampPipeline, StorePipeline)
    )
    # The collector is set as in any crawl, and need not look through the benchmark's own millions of words.
    press, collector = Press(), Collector.from_crawler(crawler)
    dedupe.open_spider()
    store.open_spider()
    await crawler.signals.send_catch_log_async(signals.spider_opened, spider=crawler.spider)
    clock, measured, step = Clock(), 0, max(stories // 10, 1)
    for pages in press.batches(stories):
        with clock.running():
            for page in pages:
                store.process_item(timestamp.process_item(dedupe.process_item(page)))
        if measured != press.made and (press.made in SIZES or press.made % step == 0):
            measured = press.made
            _tell(store, measured, clock)
    with clock.running():
        store.close_spider()
        await crawler.signals.send_catch_log_async(signals.spider_closed, spider=crawler.spider, reason="finished")
    del collector  # which the signals alone do not keep
    return clock


def _tell(store: StorePipeline, stories: int, clock: Clock) -> None:
    """A line on how it goes; at powers of ten also what it costs to look a near copy up."""
    line = f"{stories:>9,} {stories / clock.wall:>11,.0f} {stories / clock.computing:>14,.0f}  {memory():>9,} MB"
    if stories in SIZES:
        with clock.running():
            store.session.archive.pending.write(store.session.archive.connection)  # what the look-ups read
        lookups = look_up(store.session.archive.connection, stories)
        wall, computing = (seconds / LOOKUPS * 1000 for seconds in (lookups.wall, lookups.computing))
        line += f" {wall:>12.2f} ms, {computing:.2f} of it computing"
    print(line, flush=True)


def memory() -> int:
    """Resident memory of this process, MB."""
    try:
        pages = int(Path("/proc/self/statm").read_text().split()[1])
    except FileNotFoundError:
        return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024
    return pages * resource.getpagesize() >> 20


def look_up(connection: sqlite3.Connection, stories: int) -> Clock:
    """The time of finding LOOKUPS stories by copies of them that lack a paragraph."""
    chosen = random.Random(stories)
    bodies = [
        connection.execute("select body from stories where id = ?", (chosen.randint(1, stories - 1),)).fetchone()[0]
        for _ in range(LOOKUPS)
    ]
    copies = [runs(body.partition("\n")[2]) for body in bodies]
    prepared = [(copy, sketch_of(copy)) for copy in copies]
    lookups = Clock()
    with lookups.running():
        found = sum(bool(near_copies(connection, copy, sharing(connection, 0, keys))) for copy, keys in prepared)
    if found < LOOKUPS * 0.99:
        raise SystemExit(f"only {found} of {LOOKUPS} copies were found among {stories} stories")
    return lookups


class Feed:
    """The rows of a table in the order in which they came."""

    def __init__(self, connection: sqlite3.Connection, table: str) -> None:
        order, came = TABLES[table]
        self.rows = connection.execute(f"select *, {came} as came from {table} order by {order}")
        marks = ",".join("?" * (len(self.rows.description) - 1))
        self.statement = f"insert or ignore into {table} values ({marks})"
        self.next: tuple[Any, ...] | None = self.rows.fetchone()

    def until(self, fetch_id: int) -> list[tuple[Any, ...]]:
        """The next rows, of those that came with fetches up to this one."""
        found = []
        while self.next is not None and self.next[-1] <= fetch_id:
            found.append(self.next[:-1])
            self.next = self.rows.fetchone()
        return found


def copy_bare(source: Path, target: Path) -> tuple[int, Clock]:
    """The rows that source ended with, ready made, into a new database of the same schema with the same settings, foreign
    keys checked: for each batch of the pipelines' size one transaction with one executemany a table, and the search
    index, which is written by the same statement. Nothing is looked up or updated. Gives rows and time."""
    rows, clock, archive = 0, Clock(), open_archive(target)
    new = archive.connection
    with closing(sqlite3.connect(source)) as old:
        _check_complete(old)
        last = old.execute("select max(id) from fetches").fetchone()[0]
        feeds = [Feed(old, table) for table in TABLES]
        for fetch_id in range(BATCH_ITEMS, last + BATCH_ITEMS, BATCH_ITEMS):
            chunks = [feed.until(fetch_id) for feed in feeds]
            with clock.running():
                archive.begin()
                for feed, chunk in zip(feeds, chunks, strict=True):
                    new.executemany(feed.statement, chunk)
                archive.commit()
            rows += sum(map(len, chunks))
        if any(feed.next for feed in feeds):
            raise SystemExit("some rows came with no fetch: the bare executemany has not written them")
    with clock.running():
        archive.close()
    return rows, clock


def _check_complete(connection: sqlite3.Connection) -> None:
    """Stop where the pipelines write into a table that the bare copy does not know."""
    names = connection.execute(
        "select name from sqlite_master where type = 'table' and sql like 'create table%' and name not like '%sqlite_%'"
        " and name not like 'stories_fts%'"
    ).fetchall()
    for (name,) in names:
        if name in TABLES or name in FILLED_BY_TRIGGERS:
            continue
        if connection.execute(f"select exists (select 1 from {name})").fetchone()[0]:
            raise SystemExit(f"table {name} has rows: add it to TABLES, so that the bare executemany writes them too")


def sizes(database: Path, stories: int) -> list[tuple[str, float]]:
    """Bytes a story of each table, its indexes included, the largest first."""
    with closing(sqlite3.connect(database)) as connection:
        try:
            found = connection.execute(
                "select m.tbl_name, sum(d.pageno) * page_size from dbstat d join sqlite_master m on m.name = d.name"
                " cross join pragma_page_size where d.aggregate = 1 group by m.tbl_name order by 2 desc"
            ).fetchall()
        except sqlite3.OperationalError:
            print("  (this SQLite is built without dbstat, which tells them)")
            found = []
    return [(name, size / stories) for name, size in found]


def ask(database: Path, stories: int) -> list[tuple[float, str]]:
    """Milliseconds of computing of each question of the data dictionary, the slowest first; the median of three. A
    question that reads a growing table from end to end says so."""
    answers = []
    with closing(sqlite3.connect(database)) as connection:
        instead = _instead(connection, stories)
        for title, sql in QUESTION.findall(DICTIONARY.read_text(encoding="utf-8")):
            for old, new in instead.items():
                sql = sql.replace(old, new)
            clocks = [Clock() for _ in range(3)]
            for clock in clocks:
                with clock.running():
                    rows: list[Any] = connection.execute(sql).fetchall()
            plan = [step for (_, _, _, step) in connection.execute(f"explain query plan {sql}")]
            scans = "".join(f"; {step}" for step in plan if re.match(GROWING_SCAN, step))
            middle = statistics.median(clock.computing for clock in clocks) * 1000
            answers.append((middle, f"{title} ({len(rows)} rows{scans})"))
    return sorted(answers, reverse=True)


def _instead(connection: sqlite3.Connection, stories: int) -> dict[str, str]:
    """What stands in the questions for the sample paper's days, stories and words, from the middle of the archive."""
    day = stories // STORIES_A_DAY // 2
    middle = FIRST_DAY + timedelta(days=day)
    changed, original = (
        connection.execute(sql, (stories // 2,)).fetchone()[0]
        for sql in (
            "select url from stories where versions > 1 and id > ? limit 1",
            "select s.url from duplicates d join stories s on s.id = d.of_story_id where d.story_id > ? limit 1",
        )
    )
    return {
        "https://www.samplecourier.example/news/1981201": changed,
        "https://www.samplecourier.example/news/1981203": original,
        "https://www.samplecourier.example/news/1981550/after-the-water": f"https://www.dawn.com/news/1{day:06d}",
        "'sample'": "'dawn'",
        "river AND barrage": "border AND security",
        '"pier four"': '"foreign office"',
        "2026-03-02T": f"{middle + timedelta(days=30):%Y-%m-%d}T",
        "2026-03-04": f"{middle:%Y-%m-%d}",
        "2026-03-05": f"{middle:%Y-%m-%d}",
        "2026-03-06": f"{middle + timedelta(days=1):%Y-%m-%d}",
        "2026-03-11": f"{middle + timedelta(days=6):%Y-%m-%d}",
        "2026-03-01": f"{middle:%Y-%m}-01",
        "2026-03-31": f"{middle:%Y-%m}-31",
        "2026-01-01": f"{middle:%Y}-01-01",
        "2026-12-31": f"{middle:%Y}-12-31",
    }


def report(stories: int, folder: Path) -> None:
    database = folder / "news.db"
    print("  stories   stories/s   of computing     memory   looking up a near copy")
    clock = asyncio.run(write(database, stories))
    print(f"\n{database.stat().st_size / stories:,.0f} bytes a story; by table, indexes included:")
    for name, size in sizes(database, stories)[:14]:
        print(f"  {name:<24}{size:>8,.0f}")
    answers = ask(database, stories)
    print(f"\nslowest of {len(answers)} questions (goal: each under 100 ms):")
    for spent, title in answers[:8]:
        print(f"  {spent:>8.1f} ms  {title}", flush=True)
    rows, bare = copy_bare(database, folder / "bare.db")
    print(f"\n{stories:,} stories, {rows:,} rows")
    for name, time_of in (("through the pipelines", clock), ("bare executemany", bare)):
        print(
            f"{name:<22} {rows / time_of.wall:>9,.0f} rows/s by the wall, {rows / time_of.computing:>9,.0f} of computing"
        )
    ratios = f"{bare.wall / clock.wall:.2f} by the wall, {bare.computing / clock.computing:.2f} of computing"
    print(f"ratio {ratios} (goal: 0.50)")


def main(stories: int = 20_000, folder: Path | None = None) -> None:
    if folder is not None:
        folder.mkdir(parents=True, exist_ok=True)
        if (folder / "news.db").exists():
            raise SystemExit(f"{folder / 'news.db'} exists: name another folder")
        report(stories, folder)
        return
    with tempfile.TemporaryDirectory() as temporary:
        report(stories, Path(temporary))


if __name__ == "__main__":
    main(int(sys.argv[1]) if sys.argv[1:] else 20_000, Path(sys.argv[2]) if sys.argv[2:] else None)
