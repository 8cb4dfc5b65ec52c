"""Writes the recorded sample paper: one WARC file a day of a week's daily crawls, and the truth of what they hold.

`python -m tests.newsroom.record` writes data/sample/ and tests/newsroom/truth.json, the same bytes in every run.
"""

from __future__ import annotations

import sys
from collections.abc import Iterator
from datetime import UTC, date, datetime, time, timedelta
from io import BytesIO
from pathlib import Path
from urllib.parse import urlsplit
from uuid import NAMESPACE_URL, uuid5

from warcio.statusandheaders import StatusAndHeaders
from warcio.warcwriter import WARCWriter

from .lists import SECTIONS
from .paper import Answer, answer
from .sidebars import shown
from .stock import FIRST_DAY, HOME, ZONE, Article, articles
from .truth import TRUTH, write_truth

SAMPLE = Path(__file__).parents[2] / "data" / "sample"
AGENT = "sample-recorder/1.0 (+https://www.samplecourier.example/about)"
HOURS = {2: 12, 3: 6, 4: 20, 5: 12, 6: 6, 7: 20, 8: 20}  # day of March: local hour of its crawl
PAUSE = timedelta(seconds=2)
REASONS = {200: "OK", 301: "Moved Permanently", 404: "Not Found", 410: "Gone", 503: "Service Unavailable"}

# Other URLs of some stories, fetched with the day's list: form, then story.
VARIANTS = {
    2: [("amp", 1981201), ("print", 1981202)],
    3: [("canonical", 1981301), ("amp", 1981303), ("http", 1981302)],
    4: [("slug", 1981304), ("utm", 1981401), ("live", 1981420)],
    5: [("canonical", 1981420), ("amp", 1981401), ("bare", 1981501)],
    6: [("print", 1981504), ("slug", 1981601)],
    7: [("utm", 1981701), ("live", 1981420), ("amp", 1981704)],
    8: [("canonical", 1981201), ("http", 1981801), ("slug", 1981803)],
}


def crawls() -> Iterator[tuple[date, list[tuple[str, datetime]]]]:
    """Each day with the URLs fetched on it, and when."""
    for number, hour in HOURS.items():
        day = FIRST_DAY.replace(day=number)
        start = datetime.combine(day, time(hour), ZONE)
        yield day, [(url, start + PAUSE * place) for place, url in enumerate(_urls(start))]


def _urls(start: datetime) -> Iterator[str]:
    day = start.date()
    yield f"{HOME}/robots.txt"
    for path in ("/", "/feeds/home", "/feeds/latest-news", "/feeds/sitemap"):
        yield HOME + path
    for back in range((day - FIRST_DAY).days + 1):
        yield f"{HOME}/latest-news/{day - timedelta(days=back)}"
    for slug in SECTIONS:
        yield f"{HOME}/newspaper/{slug}/{day}"
    for article in sorted(shown(start, days=60), key=lambda a: a.id):
        yield article.url
    for form, key in VARIANTS[day.day]:
        if articles()[key].published <= start:
            yield variant(articles()[key], form)


def variant(article: Article, form: str) -> str:
    """Another URL at which the paper serves an article."""
    return {
        "canonical": article.canonical,
        "amp": f"{HOME}/news/amp/{article.id}",
        "print": f"{HOME}/news/print/{article.id}",
        "slug": f"{HOME}/news/{article.id}/fonts.example.css",
        "utm": f"{article.url}?utm_source=letter&utm_medium=email&utm_campaign=week10",
        "http": article.url.replace("https://", "http://"),
        "bare": article.url.replace("://www.", "://"),
        "live": f"{HOME}/live/{article.live}",
    }[form]


def record(folder: Path) -> list[Path]:
    """Write every day's WARC file into folder; gives their paths."""
    folder.mkdir(parents=True, exist_ok=True)
    written = []
    for day, requests in crawls():
        path = folder / f"{day}.warc.gz"
        with path.open("wb") as stream:
            _write_day(WARCWriter(stream, gzip=True, warc_version="1.1"), path.name, requests)
        written.append(path)
    return written


def _write_day(writer: WARCWriter, name: str, requests: list[tuple[str, datetime]]) -> None:
    info = writer.create_warcinfo_record(
        name, {"software": AGENT, "format": "WARC File Format 1.1", "robots": "classic"}
    )
    info.rec_headers.replace_header("WARC-Record-ID", _record_id(name, "warcinfo", requests[0][1]))
    info.rec_headers.replace_header("WARC-Date", _warc_date(requests[0][1]))
    writer.write_record(info)
    for url, at in requests:
        write_exchange(writer, url, at, answer(url, at))


def write_exchange(writer: WARCWriter, url: str, at: datetime, given: Answer) -> None:
    """Write the records of a response and its request."""
    response = _response(writer, url, at, given)
    writer.write_record(response)
    writer.write_record(_request(writer, url, at, response.rec_headers.get_header("WARC-Record-ID")))


def _response(writer: WARCWriter, url: str, at: datetime, given: Answer):  # type: ignore[no-untyped-def]
    status = StatusAndHeaders(f"{given.status} {REASONS[given.status]}", list(given.headers), protocol="HTTP/1.1")
    return writer.create_warc_record(
        url,
        "response",
        payload=BytesIO(given.body),
        length=len(given.body),
        http_headers=status,
        warc_headers_dict={"WARC-Record-ID": _record_id(url, "response", at), "WARC-Date": _warc_date(at)},
    )


def _request(writer: WARCWriter, url: str, at: datetime, answered_by: str):  # type: ignore[no-untyped-def]
    parts = urlsplit(url)
    target = parts.path + (f"?{parts.query}" if parts.query else "")
    headers = [
        ("Host", parts.netloc),
        ("User-Agent", AGENT),
        ("Accept", "text/html,*/*;q=0.8"),
        ("Accept-Encoding", "identity"),
    ]
    return writer.create_warc_record(
        url,
        "request",
        http_headers=StatusAndHeaders(f"GET {target} HTTP/1.1", headers, is_http_request=True),
        warc_headers_dict={
            "WARC-Record-ID": _record_id(url, "request", at),
            "WARC-Date": _warc_date(at),
            "WARC-Concurrent-To": answered_by,
        },
    )


def _record_id(url: str, kind: str, at: datetime) -> str:
    return f"<urn:uuid:{uuid5(NAMESPACE_URL, f'{url} {kind} {at.isoformat()}')}>"


def _warc_date(at: datetime) -> str:
    return at.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")


def main() -> None:
    """Write everything, and say what was written."""
    files = record(SAMPLE)
    captures = write_truth(TRUTH, crawls())
    size = sum(path.stat().st_size for path in files)
    sys.stdout.write(f"{len(files)} WARC files, {captures} captures, {size / 1e6:.2f} MB in {SAMPLE}\n")


if __name__ == "__main__":
    main()
