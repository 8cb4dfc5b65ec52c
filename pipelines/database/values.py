"""How values are written in the database: instants, the zones that days are counted in, text that UTF-8 can hold, digests."""

from __future__ import annotations

import hashlib
import logging
import sqlite3
from datetime import UTC, datetime, tzinfo
from functools import lru_cache
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

logger = logging.getLogger(__name__)


def instant(moment: datetime) -> str:
    """An aware datetime as UTC to the second: '2016-07-26T04:10:00Z'. Raises ValueError for a naive one."""
    if moment.tzinfo is None:
        raise ValueError(f"moment {moment} has no offset: give it one, such as UTC")
    return _utc_instant(moment.astimezone(UTC))


# A page names the same few instants again and again: when it was captured, when its story was published. They are
# remembered in UTC: in its own zone, the hour that comes twice when clocks go back equals itself.
@lru_cache(maxsize=256)
def _utc_instant(moment: datetime) -> str:
    return moment.isoformat(timespec="seconds")[:19] + "Z"


@lru_cache
def zone_of(timezone: str | None) -> tzinfo | None:
    """The zone of that IANA name, None for None; UTC, and a line in the log, for a name that is none."""
    if timezone is None:
        return None
    try:
        return ZoneInfo(timezone)
    except (ZoneInfoNotFoundError, ValueError):
        logger.error("unknown timezone %r: give an IANA name, such as 'Asia/Karachi'; UTC is used", timezone)
        return UTC


def row_id(cursor: sqlite3.Cursor) -> int:
    """The id of the row just inserted."""
    if cursor.lastrowid is None:
        raise sqlite3.DatabaseError("an insert gave no row")
    return cursor.lastrowid


def clean(text: str | None) -> str | None:
    """text as UTF-8 can hold it: half surrogates, which some pages escape in scripts, become '?'."""
    return text if text is None or text.isascii() else text.encode("utf-8", "replace").decode("utf-8")


def text_digest(*parts: str | None) -> str:
    """32 hexadecimal digits (BLAKE2b, 128 bits) of the parts, in which ('ab', 'c'), ('a', 'bc') and None differ."""
    encoded = [None if part is None else part.encode("utf-8", "replace") for part in parts]
    written = b"".join([b"-1:" if part is None else b"%d:%b" % (len(part), part) for part in encoded])
    return hashlib.blake2b(written, digest_size=16).hexdigest()


def rules_of(extraction: str | None) -> str | None:
    """The version of an extraction without what a reading owes to other pages of the site, which stands behind a dash:
    two readings by the same rules differ only in what was known of the site."""
    return extraction and extraction.partition("-")[0]
