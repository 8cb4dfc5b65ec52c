"""What a crawl leaves in its archive, read back by other programs' eyes."""

import gzip
import subprocess
import sys
from pathlib import Path

import pytest
from fastwarc.warc import ArchiveIterator, WarcRecordType

from crawler.archive.reader import records
from tests.archive.local import Answer, crawl, serve

ARCHIVING = {"EXTENSIONS": {"crawler.archive.writer.ArchiveWriter": 0}, "ARCHIVE": "warc", "USER_AGENT": "tester"}
PAGE = b"<html><p>The harbour opened on Monday.</p></html>"
HTML = ("Content-Type", "text/html")


@pytest.fixture(scope="module")
def archived(tmp_path_factory: pytest.TempPathFactory):
    folder = tmp_path_factory.mktemp("crawl")
    packed = gzip.compress(PAGE)
    script = {
        "/plain": Answer(PAGE, headers=[HTML, ("Set-Cookie", "a=1"), ("X-Name", "Caf\xe9"), ("Set-Cookie", "b=2")]),
        "/packed": Answer(packed, headers=[HTML, ("Content-Encoding", "gzip")]),
        "/chunked": Answer(headers=[HTML], chunks=[PAGE[:10], PAGE[10:]]),
        "/moved": Answer(b"moved", 301, [("Location", "/plain?from=moved")]),
        "/plain?from=moved": Answer(PAGE, headers=[HTML]),
        "/broken": Answer(b"sorry", 500),
    }
    with serve(script) as site:
        settings = ARCHIVING | {"RETRY_ENABLED": False}
        run = crawl(folder, [site.url(path) for path in script if "from" not in path], settings)
    return site, run, folder / "warc"


def by_path(site, folder: Path):
    return {record.url.removeprefix(site.url("")): record for record in records([folder])}


def test_every_response_is_archived_whatever_its_status(archived):
    site, _, folder = archived
    recorded = by_path(site, folder)
    assert {path: record.status for path, record in recorded.items()} == {
        "/plain": 200,
        "/packed": 200,
        "/chunked": 200,
        "/moved": 301,
        "/plain?from=moved": 200,
        "/broken": 500,
    }


def test_a_body_is_archived_as_it_came_before_it_was_unpacked(archived):
    site, run, folder = archived
    record = by_path(site, folder)["/packed"]
    assert gzip.decompress(record.body) == PAGE
    assert (b"Content-Encoding", b"gzip") in record.headers
    assert run.item(site.url("/packed"))["body"] == PAGE.decode()


def test_repeated_headers_and_bytes_that_are_not_ascii_are_kept(archived):
    site, _, folder = archived
    headers = by_path(site, folder)["/plain"].headers
    assert [value for name, value in headers if name == b"Set-Cookie"] == [b"a=1", b"b=2"]
    assert (b"X-Name", b"Caf\xe9") in headers


def test_a_body_sent_in_chunks_is_archived_joined(archived):
    site, _, folder = archived
    assert by_path(site, folder)["/chunked"].body == PAGE


def test_a_page_knows_where_its_own_response_lies_also_after_a_redirect(archived):
    site, run, folder = archived
    recorded = by_path(site, folder)
    for path in ("/plain", "/packed", "/chunked", "/plain?from=moved"):
        item, record = run.item(site.url(path)), recorded[path]
        assert item["capture"] == [record.capture.file, record.capture.offset, record.capture.digest]
        assert item["captured_at"] == record.captured_at.isoformat()


def test_other_programs_find_nothing_wrong_with_the_file(archived):
    _, _, folder = archived
    (file,) = folder.iterdir()
    assert file.name.startswith("reader-2") and file.name.endswith(".warc.gz")
    check = subprocess.run(
        [sys.executable, "-m", "warcio.cli", "check", "-v", str(file)], capture_output=True, text=True
    )
    assert check.returncode == 0, check.stdout
    assert check.stdout.count("digest pass") == 13  # a warcinfo, six responses, six requests
    with file.open("rb") as stream:
        found = [
            (r.record_type, r.verify_block_digest(consume=False)) for r in ArchiveIterator(stream, parse_http=False)
        ]
    assert [kind for kind, _ in found].count(WarcRecordType.request) == 6
    assert all(sound for _, sound in found)


def test_the_file_says_which_software_fetched_it_and_how(archived):
    _, _, folder = archived
    (file,) = folder.iterdir()
    info = gzip.decompress(file.read_bytes()).partition(b"WARC/1.1\r\nWARC-Type: response")[0].decode()
    assert "software: news-morgue (Scrapy/" in info
    assert "http-header-user-agent: tester" in info
    assert "robots: ignore" in info


def test_a_request_is_archived_beside_its_response(archived):
    site, _, folder = archived
    (file,) = folder.iterdir()
    text = gzip.decompress(file.read_bytes())
    assert b"GET /plain?from=moved HTTP/1.1\r\nHost: 127.0.0.1:%d\r\n" % site.port in text
    assert text.count(b"WARC-Concurrent-To: ") == 6
    assert text.count(b"WARC-IP-Address: 127.0.0.1") == 6


def test_a_crawl_that_cannot_be_archived_fetches_nothing_and_says_so(tmp_path: Path):
    (tmp_path / "warc").write_text("a file in the place of the folder")
    with serve({"/": Answer(PAGE)}) as site:
        run = crawl(tmp_path, [site.url("/")], ARCHIVING)
    assert site.asked == []
    assert run.items == []
    assert "cannot archive to warc: File exists" in run.log
    assert "Traceback" not in run.log
