"""What flows through the house: one Page for each URL at one moment, and the Fetch that brought it.

Plain dataclasses, read by the pipelines through itemadapter. This module imports nothing of ours.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Literal

Precision = Literal["second", "minute", "day"]
SidebarRole = Literal["editorial", "opinion", "most-read", "latest", "related", "other"]
Certainty = Literal["certain", "likely", "doubtful"]
Outcome = Literal["new", "changed", "unchanged", "duplicate", "not-a-story", "gone", "refused", "failed"]
UrlKind = Literal["story", "listing", "feed", "sitemap"]
How = Literal["spider", "feed", "sitemap", "section", "index", "link", "sidebar"]
UrlState = Literal["due", "fetched", "failed", "gone", "refused"]
RobotsDecision = Literal["allowed", "refused", "none", "unreachable"]


@dataclass(slots=True)
class Moment:
    """A date some evidence gives for a story.

    value: aware datetime, in the offset found or else the paper's zone; for precision "day" its date is the
    paper's local date and its time is midnight. source: "json-ld", "meta", "time", "text", "credit-line", "url",
    "feed" or "sitemap". text: the evidence as found. of: which of the story's dates it speaks of.
    zoned: whether the evidence itself gave an offset (else value's offset is the paper's zone, or UTC).
    """

    value: datetime
    precision: Precision
    source: str
    text: str
    of: Literal["published", "modified"] = "published"
    zoned: bool = True


@dataclass(slots=True)
class Story:
    """The article itself. body: its paragraphs joined with one newline. dates: all evidence, chosen or not. unaided:
    the body as it reads without what other pages of the site tell, None where they make no difference."""

    headline: str | None = None
    body: str = ""
    authors: list[str] = field(default_factory=list)
    section: str | None = None
    language: str | None = None
    published: Moment | None = None
    modified: Moment | None = None
    credit_line: str | None = None
    dateline: str | None = None
    dates: list[Moment] = field(default_factory=list)
    unaided: str | None = None


@dataclass(slots=True)
class SidebarEntry:
    """One line of a sidebar. position counts from 1 within its sidebar; dated is YYYY-MM-DD. key identifies the
    story it links to within its publisher, as Page.key does, where the spider can tell it from the link."""

    position: int
    headline: str | None = None
    url: str | None = None
    teaser: str | None = None
    dated: str | None = None
    updated: bool = False
    key: str | None = None


@dataclass(slots=True)
class Sidebar:
    """A list of entries beside a story, under a heading as the page prints it (None where it has none)."""

    heading: str | None = None
    role: SidebarRole = "other"
    entries: list[SidebarEntry] = field(default_factory=list)


@dataclass(slots=True)
class Capture:
    """Where a response lies: the WARC file's name inside the archive folder and the record's byte offset in it,
    or another file and no offset."""

    file: str
    offset: int | None = None
    digest: str | None = None


@dataclass(slots=True)
class Lead:
    """An address worth asking for, and what the listing or page that names it says of it: headline, section, and dates
    of publication, often nothing; of a sitemap, when it last changed. key: its identity within its publisher, a story's
    key or else the URL. kind: what is to be read there; "listing" is one that the spider's own file names. depth: links
    from a listed story, or sitemaps above a sitemap."""

    url: str
    headline: str | None = None
    section: str | None = None
    dates: list[Moment] = field(default_factory=list)
    key: str = ""
    kind: UrlKind = "story"
    how: How = "link"
    depth: int = 0

    @property
    def earliest(self) -> datetime | None:
        """The first of its dates, None where it has none."""
        return min((moment.value for moment in self.dates), default=None)


@dataclass(slots=True)
class Visit:
    """How a URL stands after its latest fetch, set by the revisit pipeline. tries: requests in a row that gave nothing;
    changes, unchanged: looks that found it changed, and looks in a row that did not; interval: seconds to the next
    look, None for never again."""

    state: UrlState = "due"
    tries: int = 0
    changes: int = 0
    unchanged: int = 0
    interval: int | None = None
    born_at: datetime | None = None
    next_check_at: datetime | None = None
    digest: str | None = None


@dataclass(slots=True)
class Robots:
    """The robots.txt in force when a page was asked for, and what it says of the page. decision: "allowed" or "refused"
    by its rules; "none" where the host has no such file; "unreachable" where it could not be had, which allows nothing.
    status and text are those of the file's response, None where there was none."""

    host: str
    fetched_at: datetime
    status: int | None = None
    text: str | None = None
    decision: RobotsDecision = "allowed"


@dataclass(slots=True)
class Fetch:
    """One request and what came of it. fetched_at is an aware UTC datetime; outcome is set by the pipelines for a
    page that was read, by the spider otherwise; reason says why for every outcome that is no story. lead: what was
    followed; found: the addresses that the response names; attempts: earlier requests for the same that were tried
    again."""

    url: str
    fetched_at: datetime
    final_url: str | None = None
    status: int | None = None
    outcome: Outcome | None = None
    reason: str | None = None
    capture: Capture | None = None
    publisher: str | None = None
    lead: Lead | None = None
    found: list[Lead] = field(default_factory=list)
    attempts: list[Fetch] = field(default_factory=list)
    robots: Robots | None = None
    visit: Visit | None = None


@dataclass(slots=True)
class Digests:
    """What a page's texts are compared by, set by the dedupe pipeline: 32 hexadecimal digits each. story: headline
    and body together; words: the number of them in the body; sidebars: one for each of the page's sidebars, in their
    order; unaided: headline and Story.unaided together, None where that is None."""

    story: str
    headline: str
    body: str
    words: int
    sidebars: list[str] = field(default_factory=list)
    unaided: str | None = None


@dataclass(slots=True)
class Place:
    """Where a text captured at a moment belongs in its story's history, as the archive has it before this capture. Rows
    of the database: story_id is None for a story not known; version_id is the version the text belongs to, None where
    it makes a new one; rereads: whether only their unaided texts are the same, since more is known of the site now;
    alternate: whether the text is that of an AMP or print page, which reads otherwise than the version it belongs to;
    splits the version whose run it cuts in two, because that was seen both before and after it;
    tied: whether the story is known to share its text with others; current_id the version that stands now.
    first_seen_at, last_seen_at: of the story, as the database writes them.
    """

    story_id: int | None = None
    version_id: int | None = None
    rereads: bool = False
    splits: int | None = None
    current_id: int | None = None
    alternate: bool = False
    tied: bool = False
    first_seen_at: str = ""
    last_seen_at: str = ""


@dataclass(slots=True)
class Evidence:
    """One date found for a story and what became of it. local_day is its day in the paper's zone; instant None
    where only a day is known; refused says why it could not be chosen, None if it could. shown: this capture shows
    it, not only an earlier one; stale: the story's latest capture does not."""

    moment: Moment
    local_day: date
    instant: datetime | None
    chosen: bool = False
    refused: str | None = None
    shown: bool = True
    stale: bool = False


@dataclass(slots=True)
class Dating:
    """The right dates of a story, set by the timestamp pipeline. published_on is the paper's local date;
    published_at the UTC instant, None where only a day is known; source that of the evidence chosen."""

    published_on: date | None = None
    published_at: datetime | None = None
    source: str | None = None
    certainty: Certainty | None = None
    modified_at: datetime | None = None
    evidence: list[Evidence] = field(default_factory=list)


@dataclass(slots=True)
class Page:
    """What one URL gave at one moment: a story (or None with a reason), and the sidebars that stood beside it.

    key identifies the story within its publisher. timezone is the paper's IANA zone, in which days are counted.
    fetch is None for a page that was read outside a crawl. extraction names the version of the extraction that read
    it. frame: what the boxes round the story are called, by which a paper's layout is told; empty where nothing can be
    told. digests, place, dating, replaces and rereads are set by the pipelines; replaces is the row of the same capture
    as an earlier extraction read it, left the dates of the story that it gave then and no longer gives, as the other
    captures have them; rereads: whether an earlier capture of the same text was read otherwise, because
    less was known of the site then. fingerprints: of the page's blocks, by which the site's other pages know what
    repeats; page_bit stands for the page among them (crawler.extraction.memory). links: the addresses of the paper's
    own site that the page links to, in its order.
    """

    url: str
    story: Story | None = None
    sidebars: list[Sidebar] = field(default_factory=list)
    reason: str | None = None
    canonical_url: str | None = None
    captured_at: datetime | None = None
    publisher: str | None = None
    timezone: str | None = None
    key: str | None = None
    fetch: Fetch | None = None
    extraction: str | None = None
    frame: list[str] = field(default_factory=list)
    digests: Digests | None = None
    place: Place | None = None
    dating: Dating | None = None
    replaces: int | None = None
    left: Dating | None = None
    rereads: bool = False
    fingerprints: list[int] = field(default_factory=list)
    page_bit: int = 0
    links: list[str] = field(default_factory=list)
