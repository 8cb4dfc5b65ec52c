"""One form for each address: what is compared, keyed and stored is a cleaned URL."""

from __future__ import annotations

import re
from functools import lru_cache
from urllib.parse import parse_qsl, urlencode, urlsplit, urlunsplit

from w3lib.url import canonicalize_url

# Parameters that say where a reader came from, not what is shown: Google's, Meta's, Microsoft's, Mailchimp's and
# Matomo's own documented names, and the short marks papers add to feed and share links.
_TRACKING = re.compile(
    r"utm_\w+|fbclid|gclid|dclid|gbraid|wbraid|gad_source|msclkid|yclid|igshid|mc_cid|mc_eid|mtm_\w+|pk_\w+|_ga|_gl|ref_src|"
    r"cmpid|cid|ncid|sref|smid|ftag|xtor|ocid|taid|guccounter|at_\w+|source|fb_\w+|share_\w+",
    re.IGNORECASE,
)

# An address with nothing odd in it: its site, without the ports that are left out of it, and its path.
_PLAIN = re.compile(
    r"https?://(?:www\.)?([a-z0-9.-]*[a-z0-9](?::(?!0|80(?!\d)|443(?!\d))(?:[1-5]\d{4}|\d{1,4}))?)"
    r"((?:/[^?#\t\r\n]*)?)(?:[?#][^\t\r\n]*)?"
)
# One that cleaning leaves as it is.
_CLEAN = re.compile(r"https?://[a-z0-9.-]+(?::(?:[1-5]\d{4}|[1-9]\d{0,3}))?(?:/(?!\.)[A-Za-z0-9_.~-]*)+")

REMEMBERED = 10_000  # addresses: the pages of a paper link to the same ones again and again


def clean_url(url: str) -> str:
    """url without fragment and tracking parameters, its host in lower case, its query sorted, percent-encoding equal."""
    if _CLEAN.fullmatch(url):  # most are, and w3lib takes twenty microseconds to find out
        return url
    parts = urlsplit(url)
    query = [
        (name, value) for name, value in parse_qsl(parts.query, keep_blank_values=True) if not _TRACKING.fullmatch(name)
    ]
    return canonicalize_url(urlunsplit(parts._replace(query=urlencode(query))))


def is_web_address(url: str) -> bool:
    """Whether url is one that can be asked for: http or https, with a host, and a port that is a number if it names one,
    in letters that UTF-8 has: half surrogates, as broken bytes in an argument become, are none."""
    try:
        url.encode()
        parts = urlsplit(url)
        return parts.scheme in ("http", "https") and bool(parts.hostname) and parts.port != 0
    except ValueError:
        return False


def host(url: str) -> str:
    """The host of url in lower case, without 'www.' and port; empty where it has none."""
    try:
        name = urlsplit(url).hostname or ""
    except ValueError:
        return ""
    return name.removeprefix("www.")


def site(url: str) -> str:
    """The host of url with its port, without 'www.': two URLs of one site give the same."""
    return site_and_path(url)[0]


@lru_cache(maxsize=REMEMBERED)
def site_and_path(url: str) -> tuple[str, str]:
    """The site of url, and its path there; two empty texts where it has no host that can be read."""
    if match := _PLAIN.fullmatch(url):  # most are, and urlsplit takes five times as long
        return match[1], match[2]
    try:
        parts = urlsplit(url)
        name, port = parts.hostname or "", parts.port
    except ValueError:
        return "", ""
    return name.removeprefix("www.") + (f":{port}" if port and port not in (80, 443) else ""), parts.path
