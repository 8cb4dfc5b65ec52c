"""Recorded pages read from what other tools, cut-off disks and hostile hands leave behind."""

import gzip
import os
import random
import zipfile
from datetime import UTC, datetime
from pathlib import Path

import pytest

from crawler.archive import warc
from crawler.archive.reader import ArchiveError, locate, read, records
from crawler.archive.writer import payload_digest
from crawler.items import Capture
from tests.archive.made import DATE, record

URLS = [f"http://paper.example/{number}" for number in range(3)]
BODIES = [random.Random(number).randbytes(2000) for number in range(3)]
MEMBERS = [record(url, body) for url, body in zip(URLS, BODIES, strict=True)]


def read_all(path: Path, data: bytes | None = None):
    """The records of a file, and what was said of its damages."""
    if data is not None:
        path.write_bytes(data)
    damages = []
    found = list(records([path], on_damage=damages.append))
    for one in found:  # whatever was found can be found again
        assert read(one.location) == one
        assert read(locate(path.parent, one.capture)).body == one.body
    return found, [str(damage) for damage in damages]


@pytest.fixture
def file(tmp_path: Path) -> Path:
    return tmp_path / "paper.warc.gz"


def test_a_record_says_all_that_is_known_of_a_response(file: Path):
    http = [("Content-Type", "text/html; charset=utf-8"), ("Set-Cookie", "a=1"), ("Set-Cookie", "b=2")]
    (found,), damages = read_all(file, record(URLS[0], b"<p>A page</p>", http=http))
    assert damages == []
    assert found.url == URLS[0]
    assert found.captured_at == datetime(2026, 3, 2, 6, tzinfo=UTC)
    assert found.status == 200
    assert found.headers == [(name.encode(), value.encode()) for name, value in http]
    assert found.content_type == "text/html; charset=utf-8"
    assert found.body == b"<p>A page</p>"
    assert found.capture == Capture("paper.warc.gz", 0, payload_digest(b"<p>A page</p>"))


def test_plain_and_packed_files_read_alike(tmp_path: Path):
    plain = [record(url, body, packed=False) for url, body in zip(URLS, BODIES, strict=True)]
    first, _ = read_all(tmp_path / "a.warc.gz", b"".join(MEMBERS))
    second, damages = read_all(tmp_path / "a.warc", b"".join(plain))
    assert [found.body for found in first] == [found.body for found in second] == BODIES
    assert [found.capture.offset for found in second] == [0, len(plain[0]), len(plain[0] + plain[1])]
    assert damages == []


def test_a_body_kept_in_its_chunks_is_joined_and_one_that_only_says_so_is_kept(file: Path):
    chunked = [("Content-Type", "text/html"), ("Transfer-Encoding", "chunked")]
    data = record(URLS[0], b"5\r\nhello\r\n0\r\n\r\n", http=chunked) + record(URLS[1], b"<p>whole</p>", http=chunked)
    found, _ = read_all(file, data)
    assert [one.body for one in found] == [b"hello", b"<p>whole</p>"]
    assert found[0].headers == [(b"Content-Type", b"text/html")]


def test_records_that_are_no_pages_are_passed_over(file: Path):
    data = record("urn:pageinfo", b"{}", "resource") + record(URLS[0], b"x: y", "metadata") + MEMBERS[0]
    found, damages = read_all(file, data)
    assert [one.url for one in found] == [URLS[0]]
    assert damages == []


def test_a_resource_of_the_web_is_a_page(file: Path):
    (found,), _ = read_all(file, record(URLS[0], b"<p>x</p>", "resource", {"Content-Type": "text/html"}))
    assert (found.status, found.content_type, found.body) == (200, "text/html", b"<p>x</p>")


# -- revisits --------------------------------------------------------------------------------------------------------


def revisit(of: bytes, url: str = URLS[1]) -> bytes:
    headers = {"WARC-Payload-Digest": payload_digest(of), "WARC-Refers-To-Target-URI": URLS[0]}
    return record(url, b"", "revisit", headers)


@pytest.mark.parametrize("order", [(0, 1), (1, 0)])
def test_a_revisit_gets_the_body_it_refers_to_whichever_comes_first(tmp_path: Path, order):
    data = [MEMBERS[0], revisit(BODIES[0])]
    for place, which in enumerate(order):
        (tmp_path / f"{place}.warc.gz").write_bytes(data[which])
    damages = []
    found = {one.url: one for one in records([tmp_path], on_damage=damages.append)}
    assert found[URLS[1]].body == BODIES[0]
    assert read(found[URLS[1]].location) == found[URLS[1]]
    assert damages == []


def test_a_revisit_of_what_is_not_there_is_told_of(file: Path):
    found, damages = read_all(file, revisit(b"lost"))
    assert found == []
    digest = payload_digest(b"lost")
    problem = f"revisit of {URLS[1]}, whose body ({digest}) is in none of the files given"
    assert damages == [f"paper.warc.gz: at byte 0: {problem}"]


def test_a_revisit_cannot_name_a_file_elsewhere(tmp_path: Path):
    (tmp_path / "secret.warc.gz").write_bytes(MEMBERS[0])
    (tmp_path / "in").mkdir()
    stated = {"WARC-Refers-To-Filename": "../secret.warc.gz", "WARC-Refers-To-File-Offset": "0"}
    data = record(URLS[1], b"", "revisit", {"WARC-Payload-Digest": payload_digest(BODIES[0])} | stated)
    found, damages = read_all(tmp_path / "in" / "paper.warc.gz", data)
    assert found == [] and len(damages) == 1


# -- damage ----------------------------------------------------------------------------------------------------------


def test_everything_before_a_cut_is_read_and_the_cut_is_told_of(file: Path):
    found, damages = read_all(file, b"".join(MEMBERS)[:-30])
    assert [one.url for one in found] == URLS[:2]
    offset = len(MEMBERS[0] + MEMBERS[1])
    assert damages == [f"paper.warc.gz: at byte {offset}: the file is cut off inside this record"]


def test_records_after_a_damaged_one_are_read(file: Path):
    broken = bytearray(MEMBERS[1])
    broken[len(broken) // 2] ^= 0xFF
    found, damages = read_all(file, MEMBERS[0] + bytes(broken) + MEMBERS[2])
    assert [one.url for one in found] == [URLS[0], URLS[2]]
    assert len(damages) == 1
    assert damages[0].startswith(f"paper.warc.gz: at byte {len(MEMBERS[0])}: damaged, cannot be unpacked (")


def test_what_stands_between_records_is_passed_over_and_told_of(file: Path):
    found, damages = read_all(file, MEMBERS[0] + b"\x1f\x8b\x08 no record" + MEMBERS[1])
    assert [one.url for one in found] == URLS[:2]
    assert len(damages) == 1


@pytest.mark.parametrize("packed", [True, False])
def test_a_file_cut_at_any_byte_gives_its_whole_records_and_one_damage(tmp_path: Path, packed):
    whole = [record(url, body, packed=packed) for url, body in zip(URLS, BODIES, strict=True)]
    ends = [len(b"".join(whole[: number + 1])) for number in range(3)]
    data = b"".join(whole)
    for cut in range(1, len(data), 37):
        found, damages = read_all(tmp_path / ("a.warc.gz" if packed else "a.warc"), data[:cut])
        # A plain record is whole before the two blank lines that end it.
        assert len(found) >= sum(end <= cut for end in ends)
        assert [one.body for one in found] == BODIES[: len(found)]
        assert len(damages) <= 1


def test_flipped_bytes_never_raise_and_never_invent_a_body(tmp_path: Path):
    data, chance = b"".join(MEMBERS), random.Random(7)
    for _ in range(200):
        broken = bytearray(data)
        for _ in range(chance.randint(1, 4)):
            broken[chance.randrange(len(broken))] = chance.randrange(256)
        found, damages = read_all(tmp_path / "a.warc.gz", bytes(broken))
        assert all(one.body in BODIES for one in found)
        assert len(found) == 3 or damages


def test_a_file_packed_as_one_stream_is_told_of_with_the_way_out(file: Path):
    whole = gzip.compress(b"".join(record(url, packed=False) for url in URLS))
    found, damages = read_all(file, whole)
    assert len(found) == 1
    assert "several records in one gzip member; read the file after 'warcio recompress IN OUT'" in damages[0]


@pytest.mark.parametrize("data", [b"", b"no archive at all", b"\x1f\x8b", b"\x1f\x8b\x08\x00"])
def test_a_file_that_is_no_warc_gives_one_line(file: Path, data):
    found, damages = read_all(file, data)
    assert found == [] and len(damages) == 1


def test_a_bomb_is_passed_over_in_little_memory(file: Path, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(warc, "MAX_RECORD", 100_000)
    found, damages = read_all(file, gzip.compress(b"\0" * 5_000_000) + MEMBERS[0])
    assert [one.url for one in found] == [URLS[0]]
    assert damages == ["paper.warc.gz: at byte 0: record of more than 100000 bytes: skipped"]


def test_a_record_that_lies_about_its_length_harms_no_other(file: Path):
    plain = record(URLS[1], b"short", packed=False)
    longer = plain.replace(b"Content-Length: 49", b"Content-Length: 9049")
    assert longer != plain
    found, damages = read_all(file, MEMBERS[0] + gzip.compress(longer) + MEMBERS[2])
    assert [one.url for one in found] == [URLS[0], URLS[2]]
    assert damages == [f"paper.warc.gz: at byte {len(MEMBERS[0])}: the record of {URLS[1]} is cut off"]


IMPOSSIBLE = ("1970-01-01T00:00:00Z", "2300-01-01T00:00:00Z", "9999-12-31T23:59:59-14:00")


@pytest.mark.parametrize("date", ["yesterday", "2026-13-45T00:00:00Z", "", *IMPOSSIBLE])
def test_a_record_with_no_readable_date_is_told_of(file: Path, date):
    found, damages = read_all(file, record(URLS[0], headers={"WARC-Date": date or " "}) + MEMBERS[1])
    assert [one.url for one in found] == [URLS[1]]
    assert len(damages) == 1 and URLS[0] in damages[0]


# -- WACZ ------------------------------------------------------------------------------------------------------------


def test_the_warc_files_inside_a_wacz_are_read(tmp_path: Path):
    package = tmp_path / "paper.wacz"
    with zipfile.ZipFile(package, "w") as made:
        made.writestr("datapackage.json", "{}")
        made.writestr("archive/b.warc.gz", MEMBERS[1])
        made.writestr("archive/a.warc.gz", MEMBERS[0] + MEMBERS[2])
    found, damages = read_all(package)
    assert [one.url for one in found] == [URLS[0], URLS[2], URLS[1]]
    assert found[1].capture.file == "paper.wacz/archive/a.warc.gz"
    assert found[1].capture.offset == len(MEMBERS[0])
    assert damages == []


def test_a_wacz_that_is_no_package_gives_one_line(tmp_path: Path):
    found, damages = read_all(tmp_path / "paper.wacz", b"PK no")
    assert found == []
    assert damages == ["paper.wacz: cannot be read: File is not a zip file"]


# -- loose files -----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "head",
    [
        '<link rel="canonical" href="http://paper.example/1">',
        '<meta property="og:url" content="http://paper.example/1">',
        '<meta property="og:url" content="http://paper.example/2"><link rel=canonical href=http://paper.example/1>',
    ],
)
def test_a_saved_page_says_its_own_address(tmp_path: Path, head):
    (found,), damages = read_all(tmp_path / "a.html", f"<html><head>{head}</head><p>x</p></html>".encode())
    assert found.url == "http://paper.example/1"
    assert found.capture.file == "a.html" and found.capture.offset is None
    assert damages == []


def test_a_saved_page_with_no_address_needs_one(tmp_path: Path):
    page = tmp_path / "a.html"
    found, damages = read_all(page, b'<link rel="canonical" href="/relative"><p>x</p>')
    assert found == []
    assert damages == ["a.html: says no URL of its own (no canonical link, no og:url); name it with --url"]
    moment = datetime(2024, 5, 6, 7, 8, 9, tzinfo=UTC)
    (named,) = records([page], url="http://paper.example/9", captured_at=moment)
    assert (named.url, named.captured_at) == ("http://paper.example/9", moment)
    assert read(named.location) == named


def test_a_loose_file_was_captured_when_it_was_last_written(tmp_path: Path):
    page = tmp_path / "a.txt"
    page.write_text("x")
    os.utime(page, (1_700_000_000.5, 1_700_000_000.5))
    (found,), _ = read_all(page)
    assert found.captured_at == datetime.fromtimestamp(1_700_000_000, UTC)


@pytest.mark.parametrize("written", [0, 10_413_792_000], ids=["1970", "2300"])
def test_a_loose_file_of_an_impossible_time_was_captured_when_it_is_read(tmp_path: Path, written: int):
    page = tmp_path / "page.html"
    page.write_bytes(b"<html><p>text")
    os.utime(page, (written, written))
    before = datetime.now(UTC).replace(microsecond=0)
    (found,) = records([page], url="https://paper.example/a")
    assert before <= found.captured_at <= datetime.now(UTC)


def test_text_cut_inside_a_character_is_still_utf_8(tmp_path: Path):
    text = "It rained – again".encode()
    (cut,), _ = read_all(tmp_path / "cut.txt", text[: text.index(b"\x80")])
    (latin,), _ = read_all(tmp_path / "latin.txt", "Café society".encode("latin-1"))
    assert cut.content_type == "text/plain; charset=utf-8"
    assert latin.content_type == "text/plain"


# -- folders and mistakes --------------------------------------------------------------------------------------------


def test_a_folder_is_read_in_the_order_of_names_with_captures_named_from_it(tmp_path: Path):
    for name, member in {"b/1.warc.gz": 0, "a.warc.gz": 1, "b/.hidden.warc.gz": 2}.items():
        (tmp_path / name).parent.mkdir(exist_ok=True)
        (tmp_path / name).write_bytes(MEMBERS[member])
    (tmp_path / "notes.md").write_text("not a recording")
    found = list(records([tmp_path]))
    assert [one.capture.file for one in found] == ["a.warc.gz", "b/.hidden.warc.gz", "b/1.warc.gz"]
    assert read(locate(tmp_path, found[2].capture)).body == BODIES[0]


def test_what_cannot_be_read_at_all_is_refused_at_once_in_one_line(tmp_path: Path):
    (tmp_path / "notes.md").write_text("x")
    for path, problem in {
        "none": "no such file or folder",
        "notes.md": "not a kind of file that can be read",
        ".": "nothing in this folder can be read",
    }.items():
        with pytest.raises(ArchiveError, match=problem) as caught:
            records([tmp_path / path])
        assert "\n" not in str(caught.value)


def test_a_capture_that_is_gone_is_refused_in_one_line(tmp_path: Path, file: Path):
    file.write_bytes(MEMBERS[0])
    for capture in (Capture("paper.warc.gz", 5), Capture("gone.warc.gz", 0), Capture("gone.html")):
        with pytest.raises(ArchiveError):
            read(locate(tmp_path, capture))


def test_dates_are_those_of_the_records(file: Path):
    (found,), _ = read_all(file, record(URLS[0], headers={"WARC-Date": "2026-03-02T06:00:00.123456Z"}))
    assert found.captured_at == datetime.fromisoformat(DATE)
