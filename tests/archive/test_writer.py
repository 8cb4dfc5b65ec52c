"""What a crawl leaves in its archive, read back by other programs' eyes."""

import gzip
import os
import random
import resource
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest
from fastwarc.warc import ArchiveIterator, WarcRecordType
from scrapy import Request, Spider
from scrapy.http import HtmlResponse
from scrapy.statscollectors import StatsCollector
from scrapy.utils.test import get_crawler

from crawler.archive.reader import locate, read, records
from crawler.archive.writer import ArchiveWriter, WarcWriter
from crawler.items import Capture
from pipelines.session import Session
from tests.archive.local import Answer, command, crawl, environment, serve, spider_file

ARCHIVING = {"EXTENSIONS": {"crawler.archive.writer.ArchiveWriter": 0}, "ARCHIVE": "warc", "USER_AGENT": "tester"}
OFFLINE = {"ADDONS": {"crawler.archive.offline.OfflineAddon": 0}, "DOWNLOAD_DELAY": 30}
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


def test_a_body_met_before_in_the_crawl_is_written_as_a_revisit_that_names_the_first(tmp_path: Path):
    long = Answer(b"<p>" + b"The same text again. " * 100, headers=[HTML])
    with serve({"/first": long, "/second": long, "/short": Answer(PAGE), "/shorter": Answer(PAGE)}) as site:
        paths = ["/first", "/second", "/short", "/shorter"]
        run = crawl(tmp_path, [site.url(path) for path in paths], ARCHIVING | {"CONCURRENT_REQUESTS": 1})
    (file,) = (tmp_path / "warc").iterdir()
    with file.open("rb") as stream:
        revisits = [r.headers for r in ArchiveIterator(stream, record_types=WarcRecordType.revisit)]
    assert len(revisits) == 1
    first, second = run.items[:2]
    assert revisits[0]["WARC-Target-URI"] == second["url"]
    assert revisits[0]["WARC-Refers-To-Target-URI"] == first["url"]
    assert revisits[0]["WARC-Refers-To-Date"] == first["captured_at"].replace("+00:00", "Z")
    assert revisits[0]["WARC-Payload-Digest"] == first["capture"][2] == second["capture"][2]
    check = subprocess.run([sys.executable, "-m", "warcio.cli", "check", str(file)], capture_output=True, text=True)
    assert check.returncode == 0, check.stdout
    recorded = by_path(site, tmp_path / "warc")
    assert recorded["/second"].body == long.body
    # The capture that the crawl noted is enough to find the body again.
    assert read(locate(tmp_path / "warc", Capture(*second["capture"]))).body == long.body


def test_a_full_file_is_followed_by_another(tmp_path: Path):
    writer = WarcWriter(tmp_path, "paper", {"software": "test"}, rotate_at=3000)
    written = []
    for number in range(9):
        request = Request(f"http://paper.example/{number % 7}")
        body = random.Random(number % 7).randbytes(1000)
        written.append(writer.write(request, HtmlResponse(request.url, body=body, request=request)))
    writer.close()
    files = sorted(path.name for path in tmp_path.iterdir())
    assert files == [f"paper-{number:05d}.warc.gz" for number in range(4)]
    assert [w.capture.file for w in written] == [files[n] for n in (0, 0, 1, 1, 2, 2, 3, 3, 3)]
    assert [record.body for record in records([tmp_path])][7:] == [random.Random(n).randbytes(1000) for n in (0, 1)]
    for w in written:  # also a revisit whose body lies in an earlier file
        assert len(read(locate(tmp_path, w.capture)).body) == 1000


def test_only_so_many_bodies_are_remembered_and_the_oldest_is_written_again(tmp_path: Path, monkeypatch):
    monkeypatch.setattr("crawler.archive.writer.REMEMBERED", 2)
    writer = WarcWriter(tmp_path, "paper", {})
    for number in (0, 1, 1, 2, 0):
        request = Request(f"http://paper.example/{number}")
        writer.write(request, HtmlResponse(request.url, body=random.Random(number).randbytes(1000)))
    writer.close()
    with next(tmp_path.iterdir()).open("rb") as stream:
        kinds = [r.headers["WARC-Type"] for r in ArchiveIterator(stream, parse_http=False)]
    assert [kind for kind in kinds if kind != "request"][1:] == [
        "response",
        "response",
        "revisit",
        "response",
        "response",
    ]


def test_a_file_that_is_there_already_is_never_touched(tmp_path: Path):
    (tmp_path / "paper-00000.warc.gz").write_bytes(b"an earlier crawl's")
    writer = WarcWriter(tmp_path, "paper", {})
    request = Request("http://paper.example/")
    assert writer.write(request, HtmlResponse(request.url)).capture.file == "paper-00001.warc.gz"
    assert (tmp_path / "paper-00000.warc.gz").read_bytes() == b"an earlier crawl's"


def test_captures_are_on_the_disk_before_what_the_database_says_of_them(tmp_path: Path, monkeypatch):
    crawler = get_crawler(settings_dict={"DATABASE": str(tmp_path / "news.db"), "ARCHIVE": str(tmp_path / "warc")})
    crawler.spider = Spider("paper")
    crawler.stats = StatsCollector(crawler)
    archive, session, synced = ArchiveWriter.from_crawler(crawler), Session.of(crawler), []
    archive.open()
    session.open()
    monkeypatch.setattr(os, "fsync", lambda number: synced.append(os.fstat(number).st_ino))
    request = Request("http://paper.example/")
    archive.write(HtmlResponse(request.url), request)
    for flush in (False, True):
        session.archive.begin()
        session.commit(flush)
    files = [next((tmp_path / "warc").iterdir()), tmp_path / "news.db-wal"]
    assert synced == [file.stat().st_ino for file in files]
    session.close("finished")
    archive.close()


def test_a_full_disk_ends_the_crawl_with_a_reason_and_leaves_whole_records(tmp_path: Path):
    script = {f"/{n}": Answer(random.Random(n).randbytes(40_000)) for n in range(8)}
    with serve(script) as site:
        limited = "import resource, signal\nresource.setrlimit(resource.RLIMIT_FSIZE, (100_000, 100_000))\n"
        limited += "signal.signal(signal.SIGXFSZ, signal.SIG_IGN)\n"
        settings = ARCHIVING | {"CONCURRENT_REQUESTS": 1}
        run = crawl(tmp_path, [site.url(f"/{n}") for n in range(8)], settings, before=limited)
    assert "Spider closed (cannot archive to warc/reader-" in run.log
    assert "File too large" in run.log
    damages = []
    assert len(list(records([tmp_path / "warc"], on_damage=damages.append))) == 2
    assert damages == []
    assert len(site.asked) <= 4


@pytest.mark.parametrize("size", [300, 20_000])
def test_a_disk_that_was_full_for_a_moment_leaves_whole_records_only(size: int, tmp_path: Path):
    usual, most = resource.getrlimit(resource.RLIMIT_FSIZE)
    writer = WarcWriter(tmp_path, "paper", {})
    pages = [HtmlResponse(f"http://paper.example/{n}", body=random.Random(n).randbytes(size)) for n in range(40)]
    written, refused = [], 0
    resource.setrlimit(resource.RLIMIT_FSIZE, (5_000 + 3 * size // 2, most))
    try:
        for page in pages:
            try:
                capture = writer.write(Request(page.url), page).capture
            except OSError:
                refused += 1
                resource.setrlimit(resource.RLIMIT_FSIZE, (usual, most))
            else:
                written.append((capture.offset, page.body))
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, (usual, most))
    writer.close()
    damages = []
    found = [(record.capture.offset, record.body) for record in records([tmp_path], on_damage=damages.append)]
    assert (found, damages, refused) == (written, [], 1)


@pytest.mark.parametrize("sooner", [3, 12])
def test_a_killed_crawl_leaves_what_it_had_written_and_it_replays(tmp_path: Path, sooner):
    script = {f"/{n}": Answer(random.Random(n).randbytes(30_000), delay=0.01) for n in range(60)}
    urls = [f"/{n}" for n in range(60)]
    with serve(script) as site:
        spider = spider_file(tmp_path, [site.url(url) for url in urls], ARCHIVING | {"CONCURRENT_REQUESTS": 1})
        told = {"stdout": subprocess.DEVNULL, "stderr": subprocess.DEVNULL}
        process = subprocess.Popen(command(spider), cwd=tmp_path, env=environment(), **told)
        while len(site.asked) < sooner and process.poll() is None:
            time.sleep(0.005)
        process.send_signal(signal.SIGKILL)
        assert process.wait() == -signal.SIGKILL
    damages = []
    recorded = list(records([tmp_path / "warc"], on_damage=damages.append))
    assert len(site.asked) - 2 <= len(recorded) < 60  # at most the one on its way and the one being written
    assert len(damages) <= 1
    again = crawl(tmp_path, [record.url for record in recorded], OFFLINE | {"RECORDED": [str(tmp_path / "warc")]})
    assert sorted(item["body"] for item in again.items) == sorted(r.body.decode("latin-1") for r in recorded)
