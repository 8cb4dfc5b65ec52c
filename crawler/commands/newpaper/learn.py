"""Guesses at a paper's rules, from a few addresses and dates of it: how a story's address is told and keyed, the zone, the
name. Each is a guess to be looked at, and says by what it was made.

Countries and their zones are those of the time zone database (zone.tab, in the package tzdata).
"""

from __future__ import annotations

import keyword
import re
from collections.abc import Iterable, Iterator
from datetime import datetime, timedelta
from functools import cache
from importlib.resources import files
from typing import TYPE_CHECKING
from urllib.parse import urlsplit
from zoneinfo import ZoneInfo

if TYPE_CHECKING:
    from tldextract import TLDExtract

COVERED = 0.8  # of the stories' addresses that a rule must match: papers have odd corners
MOST = 0.5  # where none does so well
DISTINCT = 0.9  # of the keys: what gives many stories one key is no key
LONGEST = 500  # characters of a path: no paper's is longer, and the rules are not for those of a page that plays tricks
FEWEST_FOR_PREFIX = 5  # addresses: of fewer, a common beginning may be chance

# A story's key at the end of its path, the surest first: an id, the day and the slug, the slug, letters and digits.
_KEYS = (
    r"(\d{5,})(?:/[^/]*)?/?$",
    r"[^/]*?[-_,](\d{5,})(?:\.\w+)?/?$",
    r"(\d{5,})[-_][^/]*$",
    r"(\d{4}[/-]\d\d?[/-]\d\d?/[^/]+?)(?:\.\w+)?/?$",
    r"(\d{4}/\d\d?/[^/]+?)(?:\.\w+)?/?$",
    r"((?:[^/-]+-){3,}[^/-]+?)(?:\.\w+)?/?$",
    r"((?=[a-z]*\d)[a-z0-9]{6,16})/?$",
)
_ANY_FOLDERS = "(?:[^/]+/)*"
_DAY = re.compile(r"(?:19|20)\d\d(?:0[1-9]|1[0-2])(?:0[1-9]|[12]\d|3[01])")

# The zone of most people and papers, where zone.tab begins a country with another.
_MAIN_ZONES = {
    "AU": "Australia/Sydney", "BR": "America/Sao_Paulo", "CA": "America/Toronto", "CD": "Africa/Kinshasa",
    "CL": "America/Santiago", "ID": "Asia/Jakarta", "KZ": "Asia/Almaty", "MN": "Asia/Ulaanbaatar", "MX": "America/Mexico_City",
    "MY": "Asia/Kuala_Lumpur", "NZ": "Pacific/Auckland", "RU": "Europe/Moscow", "UA": "Europe/Kyiv", "US": "America/New_York",
}  # fmt: skip
# Domains of countries that are used far from them, as everybody's: their country says nothing.
_EVERYBODYS = frozenset(("ai", "cc", "co", "fm", "gg", "im", "io", "la", "ly", "me", "nu", "sh", "to", "tv", "ws"))
# Languages of one country above all (CLDR's likely subtags): taken where nothing else tells the country.
_COUNTRIES = dict(
    re.findall(
        r"(\w+)-(\w+)",
        "bg-BG bn-BD cs-CZ da-DK el-GR et-EE fa-IR fi-FI he-IL hi-IN hu-HU hy-AM id-ID is-IS it-IT ja-JP ka-GE kk-KZ km-KH "
        "ko-KR lo-LA lt-LT lv-LV mk-MK mn-MN ms-MY my-MM nb-NO ne-NP no-NO pl-PL ro-RO ru-RU si-LK sk-SK sl-SI sq-AL sv-SE "
        "ta-IN te-IN th-TH tr-TR uk-UA ur-PK uz-UZ vi-VN",
    )
)
_TAKEN = ("failures", "news", "site")  # files beside the papers' that are no paper's


def story_path(stories: Iterable[str], others: Iterable[str], likely: Iterable[str] = ()) -> str | None:
    """A regular expression for the paths of stories, its group the key. It matches hardly less than all the stories'
    addresses, or, where none does, most of them, and none of the others; None where no rule does. likely: addresses that
    may be stories' too, which the rule should not shut out by the folder they are in."""
    paths, strange, linked = sorted(set(_paths(stories))), list(_paths(others)), list(_paths(likely))
    second = ("", MOST * len(paths))
    for key in _KEYS:
        rule = _rule(key, [*paths, *linked])
        found = [match[1] for path in paths if (match := re.match(rule, path))]
        if len(set(found)) < max(DISTINCT * len(found), 1) or all(map(_DAY.fullmatch, found)):
            continue
        if any(re.match(rule, path) for path in strange):
            continue
        if len(found) >= COVERED * len(paths):
            return rule
        if len(found) > second[1]:
            second = (rule, len(found))
    return second[0] or None


def _paths(urls: Iterable[str]) -> Iterator[str]:
    return (path for url in urls if len(path := urlsplit(url).path) <= LONGEST)


def _rule(key: str, paths: list[str]) -> str:
    """The key in any folder, after the folders that all paths with such a key begin with."""
    folders = [path.split("/")[1:-1] for path in paths if re.match("/" + _ANY_FOLDERS + key, path)]
    shared = _shared(folders) if len(folders) >= FEWEST_FOR_PREFIX else ()
    return "/" + "".join(f"{folder}/" for folder in shared) + _ANY_FOLDERS + key


def _shared(lists: list[list[str]]) -> Iterator[str]:
    """The leading folders that all have, as far as they are words: a number may be a day or a key."""
    for level in zip(*lists, strict=False):
        if len(set(level)) > 1 or not re.fullmatch(r"[A-Za-z][A-Za-z_-]*", level[0]):
            return
        yield level[0]


def timezone(url: str, language: str | None, declared: Iterable[str], dates: Iterable[datetime]) -> tuple[str, str]:
    """The zone, and by what it was guessed. declared: language tags of the page ('en-CA'); dates: aware, as the stories
    and feeds write them. The country of the domain is believed first, then that of the language, then the offsets."""
    told = [date for date in dates if date.utcoffset()]  # UTC is what machines write, wherever they stand
    for country, reason in _countries(url, language, declared):
        zones = zones_of(country)
        best = max(zones, key=lambda zone: _agreeing(zone, told)) if zones else ""
        if best and (not told or _agreeing(best, told)):
            return best, reason + (f" and the offsets of {len(told)} dates" if told else "")
    if told:
        best = max(_zones_now(), key=lambda zone: _agreeing(zone, told))
        if _agreeing(best, told):
            return best, f"nothing but the offsets of {len(told)} dates, which other zones have too"
    return "UTC", "nothing: set it by hand"


def _countries(url: str, language: str | None, declared: Iterable[str]) -> Iterator[tuple[str, str]]:
    ending = _domains()(url).suffix.rpartition(".")[2]
    if len(ending) == 2 and ending not in _EVERYBODYS:
        yield {"uk": "GB"}.get(ending, ending.upper()), f"the domain's ending .{ending}"
    if language in _COUNTRIES:
        yield _COUNTRIES[language], f"the language {language}"
    for tag in declared:
        if region := re.fullmatch(r"[a-zA-Z]{2,3}(?:[-_][A-Za-z]{4})?[-_]([A-Z]{2})", tag.strip()):
            yield region[1], f"the page's language tag {region[0]}"


def _agreeing(zone: str, dates: list[datetime]) -> int:
    return sum(ZoneInfo(zone).utcoffset(date) == date.utcoffset() for date in dates)


def zones_of(country: str) -> list[str]:
    """The zones of a country (ISO 3166), the one that most papers are in first; empty for an unknown country."""
    main = _MAIN_ZONES.get(country)
    return sorted(_zones().get(country, []), key=lambda zone: zone != main)


@cache
def _zones() -> dict[str, list[str]]:
    zones: dict[str, list[str]] = {}
    for line in (files("tzdata") / "zoneinfo" / "zone.tab").read_text("utf-8").splitlines():
        if not line.startswith("#"):
            country, _, zone = line.split("\t")[:3]
            zones.setdefault(country, []).append(zone)
    return zones


@cache
def _zones_now() -> list[str]:
    """One zone for each set of rules in force today, by the same database."""
    table = (files("tzdata") / "zoneinfo" / "zonenow.tab").read_text("utf-8").splitlines()
    return [line.split("\t")[2] for line in table if line and not line.startswith("#")]


@cache
def _domains() -> TLDExtract:
    """What parts an address's host."""
    from tldextract import TLDExtract  # it brings a web client along: every command would take a tenth longer to start

    return TLDExtract(suffix_list_urls=(), cache_dir=None)  # by the list that the package brings: nobody is asked


def name(url: str) -> str:
    """A spider's name from a paper's address: the word that its domain is known by, as a Python name."""
    extracted = _domains()(url)
    word = re.sub(r"[^a-z0-9]+", "_", (extracted.domain or urlsplit(url).hostname or "").lower()).strip("_")
    if word in _TAKEN:
        word += "_" + extracted.suffix.replace(".", "_")
    if not word or word[0].isdigit() or keyword.iskeyword(word):
        word = f"paper_{word}".rstrip("_")
    return word


def spread(dates: Iterable[datetime]) -> list[datetime]:
    """The dates without those within a day of another: a feed of one morning tells an offset once."""
    kept: list[datetime] = []
    for date in sorted(dates):
        if not kept or date - kept[-1] > timedelta(days=1) or date.utcoffset() != kept[-1].utcoffset():
            kept.append(date)
    return kept


def matching(rule: str, urls: Iterable[str]) -> list[str]:
    """The addresses that a rule tells as stories', one for each key."""
    by_key: dict[str, str] = {}
    for url in urls:
        path = urlsplit(url).path
        if len(path) <= LONGEST and (match := re.match(rule, path)):
            by_key.setdefault(match[1], url)
    return list(by_key.values())
