"""`scrapy schedule`: a small file to a crontab or to systemd's timers, whose commands do what the file says."""

from __future__ import annotations

import json
import re
import shutil
import subprocess
import sys
from itertools import pairwise
from pathlib import Path

import pytest

from crawler.schedule import BadSchedule, Place, read
from crawler.schedule.cadence import DAY, SPANS, Start, spread
from crawler.schedule.crontab import LONGEST, crontab
from crawler.schedule.systemd import units
from tests.conftest import ROOT, Workplace

ANALYZE = shutil.which("systemd-analyze")
needs_systemd = pytest.mark.skipif(ANALYZE is None, reason="no systemd-analyze on this machine")

TWO_PAPERS = """
mail = "desk@example.org"
health = "07:05"

[dawn]
every = "30m"

[site."https://example.org/a%20page?day=$1&'quoted'=\\"so\\""]
at = ["06:00", "18:30"]
"""
STUB = f"#!{sys.executable}\nimport json, os, sys\nprint(json.dumps([os.getcwd(), *sys.argv[1:]]))\n"


def written(folder: Path, text: str) -> Path:
    file = folder / "schedule.toml"
    file.write_text(text, encoding="utf-8")
    return file


def awkward_place(folder: Path) -> Place:
    """A project in a folder of a name that needs quoting, whose Python tells how it was called."""
    project = folder / 'news\' 100% "morgue"'
    (project / "data").mkdir(parents=True)
    python = project / "my python"
    python.write_text(STUB)
    python.chmod(0o755)
    return Place(project, python, ("DATABASE=/srv/a b/100%.db",))


def jobs_of(text: str) -> list[tuple[str, str]]:
    """The lines of a crontab as cron reads them: when, and the command for sh."""
    lines = [line for line in text.splitlines() if line and not re.match(r"#|[A-Z]+=", line)]
    assert all(re.match(r"[\d,]+ (?:\*|[\d,]+) \* \* \* ", line) for line in lines), lines
    assert not [line for line in lines if re.search(r"(?<!\\)%", line)], "an unescaped % is a line break for cron"
    return [(" ".join(line.split(" ")[:2]), line.split(" ", 5)[5].replace(r"\%", "%")) for line in lines]


def called(command: str) -> list[str]:
    """What the stub tells of a command that cron hands to sh."""
    result = subprocess.run(["sh", "-c", command], capture_output=True, text=True, check=True, env={"PATH": "/bin"})
    found: list[str] = json.loads(result.stdout)
    return found


def test_a_crontab_calls_each_paper_at_its_times_from_any_folder(tmp_path: Path) -> None:
    place = awkward_place(tmp_path)
    text = crontab(read(written(tmp_path, TWO_PAPERS)), place)
    assert "\nMAILTO=desk@example.org\n" in text
    jobs = jobs_of(text)
    minutes = ",".join(map(str, spread("dawn", 30).minutes))
    assert [when for when, _ in jobs] == [f"{minutes} *", "0 6", "30 18", "5 7"]
    given = ["-s", "DATABASE=/srv/a b/100%.db"]
    for _, command in jobs[:3]:
        assert subprocess.run(["sh", "-c", command], check=True, capture_output=True).stdout == b""
    dawn, site = (
        [json.loads(line) for line in log.read_text().splitlines()] for log in sorted(place.folder.glob("data/*.log"))
    )
    assert dawn == [[str(place.folder), "-m", "scrapy", "crawl", "dawn", *given]]
    address = "url=https://example.org/a%20page?day=$1&'quoted'=\"so\""
    assert site == [[str(place.folder), "-m", "scrapy", "crawl", "site", "-a", address, *given]] * 2
    assert called(jobs[3][1]) == [str(place.folder), "-m", "scrapy", "health", "--quiet", *given]


def test_a_scheduled_line_crawls_the_paper(tmp_path: Path, workplace: Workplace) -> None:
    file = written(tmp_path, '[sample]\nevery = "1d"\n')
    result = workplace.scrapy("schedule", file)
    assert (result.returncode, result.stderr) == (0, "")
    ((_, command),) = jobs_of(result.stdout)
    command, _, log = command.partition(" >> ")
    assert log == "data/sample.log 2>&1"
    crawl = subprocess.run(
        ["sh", "-c", command], cwd="/", env={"PATH": "/usr/bin:/bin"}, capture_output=True, text=True, check=False
    )
    assert crawl.returncode == 0, crawl.stderr
    assert workplace.value("SELECT count(*) FROM stories") > 90


@pytest.mark.parametrize("span", SPANS)
def test_a_span_is_kept_all_day_long_from_a_minute_that_the_name_decides(span: int) -> None:
    for name in ("dawn", "thenews", "site-example.org-176e57"):
        start = spread(name, span)
        assert start == spread(name, span)
        hours = start.hours or tuple(range(24))
        day = [60 * hour + minute for hour in hours for minute in start.minutes]
        assert [after - before for before, after in pairwise([*day, day[0] + DAY])] == [span] * (DAY // span)


def test_papers_do_not_all_start_at_once() -> None:
    starts = [spread(f"paper-{number}", 60).minutes for number in range(25)]
    assert max(starts.count(start) for start in starts) <= 3
    assert spread("dawn", 30) == Start((), (26, 56))  # the same on every machine and in every version


@needs_systemd
def test_the_units_are_sound_and_their_times_are_those_of_the_crontab(tmp_path: Path) -> None:
    schedule = read(written(tmp_path, TWO_PAPERS))
    folder = tmp_path / "units"
    folder.mkdir()
    for name, text in units(schedule, Place.here(ROOT, ('USER_AGENT=a "b" 100% $c',))).items():
        (folder / name).write_text(text)
    files = sorted(map(str, folder.iterdir()))
    assert len(files) == 6
    verified = subprocess.run([str(ANALYZE), "verify", "--man=no", *files], capture_output=True, text=True, check=False)
    assert (verified.returncode, verified.stderr) == (0, "")
    for timer in folder.glob("*.timer"):
        for calendar in re.findall(r"^OnCalendar=(.+)", timer.read_text(), re.MULTILINE):
            subprocess.run([str(ANALYZE), "calendar", calendar], capture_output=True, check=True)
    assert "OnCalendar=*-*-* 06:00:00\nOnCalendar=*-*-* 18:30:00\n" in next(folder.glob("*site*.timer")).read_text()


def test_units_quote_as_systemd_reads_not_as_a_shell_does(tmp_path: Path) -> None:
    place = Place(Path("/srv/100%"), Path("/srv/100%/python"), ('A=a "b" $c \\d',))
    text = units(read(written(tmp_path, '[dawn]\nevery = "2h"\n')), place)["news-morgue-dawn.service"]
    assert "\nWorkingDirectory=/srv/100%%\n" in text
    assert '\nExecStart="/srv/100%%/python" -m scrapy crawl dawn -s "A=a \\"b\\" $$c \\\\d"\n' in text


def test_units_are_written_into_a_folder(tmp_path: Path, workplace: Workplace) -> None:
    file = written(tmp_path, '[sample]\nat = "06:00"\n')
    result = workplace.scrapy("schedule", file, "--systemd", "--folder", tmp_path / "new" / "units")
    assert (result.returncode, result.stderr) == (0, "")
    names = {path.name for path in (tmp_path / "new" / "units").iterdir()}
    assert names == {"news-morgue-sample.service", "news-morgue-sample.timer"}
    assert "systemctl --user enable --now news-morgue-sample.timer" in result.stdout
    printed = workplace.scrapy("schedule", file, "--systemd").stdout
    for path in (tmp_path / "new" / "units").iterdir():
        assert f"# ---- {path.name} ----\n{path.read_text()}" in printed


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("[dawn]\nevery = ", "is no TOML"),
        ("", "no paper is scheduled"),
        ('[dawn]\nevery = "7m"', "[dawn] every = '7m' cannot be kept by cron: write 5m, "),
        ('[dawn]\nevery = "90m"', "cannot be kept"),
        ('[dawn]\nevery = "0m"', "cannot be kept"),
        ('[dawn]\nevery = "٣0m"', "cannot be kept"),
        ("[dawn]\nevery = 30", "cannot be kept"),
        ('[dawn]\nat = "24:00"', "is no time of the day"),
        ('[dawn]\nat = "06:00\\n"', "is no time of the day"),
        ("[dawn]\nat = 06:00:00", "is no time of the day"),
        ("[dawn]\nat = []", "names no time"),
        ('[dawn]\nat = "06:00"\nevery = "1d"', "not both"),
        ("[dawn]", 'needs one of every = "30m" and at = "06:00"'),
        ('[dawn]\neach = "30m"', "[dawn] each: there is no such word"),
        ('dawn = "30m"', "is no table"),
        ('[site]\nevery = "30m"', "[site] needs an address, not 'every'"),
        ('[site."file:///etc/passwd"]\nat = "06:00"', "[site] needs an address"),
        ('[site."https://example.org/\\n* * * * * sh"]\nat = "06:00"', "[site] needs an address"),
        ('mail = "a\\nb"\n[dawn]\nat = "06:00"', "mail = 'a\\nb' is no address"),
        ('health = "soon"\n[dawn]\nat = "06:00"', "health = 'soon' is no time of the day"),
    ],
)
def test_a_mistake_in_the_file_is_told_in_one_line(text: str, said: str, tmp_path: Path) -> None:
    file = written(tmp_path, text)
    with pytest.raises(BadSchedule) as caught:
        read(file)
    message = str(caught.value)
    assert said in message and str(file) in message and "\n" not in message


def test_a_mark_of_the_editor_does_no_harm_and_a_time_given_twice_is_one(tmp_path: Path) -> None:
    file = written(tmp_path, '\ufeff[dawn]\nat = ["06:00", "06:00"]')
    assert [job.starts for job in read(file).crawls] == [(Start((6,), (0,)),)]


def test_a_command_longer_than_cron_takes_is_refused(tmp_path: Path) -> None:
    schedule = read(written(tmp_path, f'[site."https://example.org/{"a" * LONGEST}"]\nat = "06:00"'))
    with pytest.raises(BadSchedule, match="longer than cron takes"):
        crontab(schedule, Place.here(ROOT))


def test_a_folder_no_crontab_can_name_is_refused() -> None:
    with pytest.raises(BadSchedule, match="no crontab can"):
        Place.here(Path("/srv/a\nb"))


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ('[dwan]\nevery = "30m"\n', "scrapy schedule: unknown spider 'dwan': did you mean 'dawn'?"),
        ('[dawn\nevery = "30m"\n', "is no TOML: "),
        (None, "nowhere.toml cannot be read: No such file or directory"),
    ],
)
def test_bad_input_prints_one_line_and_nothing_else(text: str | None, said: str, workplace: Workplace) -> None:
    file = workplace.folder / "nowhere.toml" if text is None else written(workplace.folder, text)
    folder = workplace.folder / "units"
    result = workplace.scrapy("schedule", file, "--systemd", "--folder", folder)
    assert (result.returncode, result.stdout, folder.exists()) == (2, "", False)
    assert said in result.stderr
    assert result.stderr.count("\n") == 1


def test_the_schedule_that_comes_with_the_project_can_be_used() -> None:
    schedule = read(ROOT / "schedule.toml")
    assert [job.name.partition("-")[0] for job in schedule.crawls] == ["dawn", "site"]
    assert schedule.health is not None
