"""`scrapy verify`: an archive's soundness."""

import gzip
from pathlib import Path

import pytest

from crawler.archive.verify import matches, verify
from crawler.archive.writer import payload_digest
from tests.archive.made import record
from tests.archive.test_reader import BODIES, IMPOSSIBLE, MEMBERS, URLS, revisit


def problems(folder: Path) -> list[str]:
    found = []
    verify([folder], found.append)
    return [str(damage) for damage in found]


def test_a_sound_archive_is_called_sound(workplace):
    workplace.archive.mkdir()
    (workplace.archive / "a.warc.gz").write_bytes(b"".join(MEMBERS) + revisit(BODIES[0]))
    (workplace.archive / "b.warc").write_bytes(record(URLS[0], packed=False))
    run = workplace.scrapy("verify")
    assert run.stdout == "5 records in 2 files: all sound\n"
    assert run.returncode == 0


def test_damage_gets_a_line_each_and_exit_code_1(workplace):
    workplace.archive.mkdir()
    (workplace.archive / "a.warc.gz").write_bytes(b"".join(MEMBERS)[:-9])
    changed = record(URLS[0], b"It rained", packed=False).replace(b"It rained", b"It snowed")
    (workplace.archive / "b.warc").write_bytes(changed)
    run = workplace.scrapy("verify")
    lines = run.stdout.splitlines()
    offset = len(MEMBERS[0] + MEMBERS[1])
    assert lines[0] == f"damaged: a.warc.gz: at byte {offset}: the file is cut off inside this record"
    assert lines[1].startswith(f"damaged: b.warc: at byte 0: response {URLS[0]} is not what its WARC-Block-Digest says")
    assert lines[2:] == ["3 records in 2 files: 2 damaged"]
    assert run.returncode == 1


def test_verify_names_what_it_cannot_find_and_exits_with_2(workplace):
    run = workplace.scrapy("verify")
    assert run.returncode == 2
    assert run.stderr == (
        f"scrapy verify: no archive at {workplace.archive}: "
        "name files or a folder, or the archive with -s ARCHIVE=FOLDER\n"
    )
    run = workplace.scrapy("verify", workplace.folder / "none.warc.gz")
    assert run.returncode == 2
    assert run.stderr == f"scrapy verify: {workplace.folder / 'none.warc.gz'}: no such file or folder\n"


def test_a_payload_changed_together_with_its_block_digest_is_found(tmp_path: Path):
    lying = record(URLS[0], b"It snowed", headers={"WARC-Payload-Digest": payload_digest(b"It rained")})
    (tmp_path / "a.warc.gz").write_bytes(lying)
    (problem,) = problems(tmp_path)
    assert "is not what its WARC-Payload-Digest says" in problem


def test_a_revisit_whose_body_is_lost_is_found(tmp_path: Path):
    (tmp_path / "a.warc.gz").write_bytes(MEMBERS[0] + revisit(b"lost"))
    (problem,) = problems(tmp_path)
    assert f"revisit {URLS[1]}: its body ({payload_digest(b'lost')}) is in none of the files given" in problem


@pytest.mark.parametrize("date", IMPOSSIBLE)
def test_a_record_of_a_time_that_cannot_be_is_no_sound_one(tmp_path: Path, date: str):
    (tmp_path / "a.warc.gz").write_bytes(record(URLS[0], headers={"WARC-Date": date}))
    (problem,) = problems(tmp_path)
    assert f"response {URLS[0]} has no date that can be: " in problem


def test_records_without_digests_are_counted_as_unchecked(tmp_path: Path):
    plain = record(URLS[0], packed=False)
    bare = b"\r\n".join(line for line in plain.split(b"\r\n") if b"-Digest" not in line)
    (tmp_path / "a.warc.gz").write_bytes(gzip.compress(bare))
    report = verify([tmp_path], print)
    assert (report.records, report.unchecked, report.damages) == (1, 1, 0)


@pytest.mark.parametrize(
    ("stated", "verdict"),
    [
        ("sha1:VGMT4NSHA2AWVOR6EVYXQUGCNSONBWE5", True),  # of b"abc", RFC 3174
        ("sha1:a9993e364706816aba3e25717850c26c9cd0d89d", True),
        ("SHA-1:a9993e364706816aba3e25717850c26c9cd0d89d", True),
        ("sha256:ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad", True),
        ("sha1:AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA", False),
        ("sha1:not base 32", False),
        ("crc9:1234", None),
        ("", None),
        (None, None),
    ],
)
def test_digests_are_read_in_base_32_and_in_hexadecimal(stated, verdict):
    assert matches(stated, b"abc") is verdict
