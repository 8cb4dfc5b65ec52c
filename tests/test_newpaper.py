"""`scrapy newpaper URL` on real sockets: the sample paper, invented ones of other layouts, hostile ones, and bad input."""

from __future__ import annotations

import ast
import gzip
import html
import json
import os
import re
import sqlite3
import subprocess
import sys
from contextlib import closing
from datetime import UTC, datetime, timedelta, timezone
from pathlib import Path
from shutil import copy
from typing import Any

import pytest

from crawler.commands.newpaper import learn
from crawler.commands.newpaper.source import NewPaper, source
from tests.archive.local import Answer, Script, serve
from tests.conftest import ROOT
from tests.newsroom.server import Newsroom
from tests.newsroom.stock import ZONE

HURRIED = {"DOWNLOAD_DELAY": 0.01, "AUTOTHROTTLE_ENABLED": False, "ALLOWED_PRIVATE": "127.0.0.1", "RETRY_TIMES": 0}
NAME = "paper_127_0_0_1"


class Desk:
    """A folder that new papers are written to, in the place of the project's own."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.spider = folder / "fresh" / f"{NAME}.py"
        self.page = folder / "pages" / f"{NAME}.warc.gz"
        for name in ("fresh", "pages"):
            (folder / name).mkdir()
        (folder / "fresh" / "__init__.py").touch()
        copy(ROOT / "tests" / "pages" / "dawn.warc.gz", folder / "pages")  # for the contracts that all spiders inherit

    def scrapy(self, *arguments: str, **settings: object) -> subprocess.CompletedProcess[str]:
        settings = {"NEWSPIDER_MODULE": "fresh", "CONTRACT_PAGES": self.folder / "pages", **settings}
        settings |= {"DATABASE": self.folder / "news.db", "ARCHIVE": self.folder / "warc"}
        command = [sys.executable, "-m", "scrapy", *arguments]
        for name, value in settings.items():
            command += ["-s", f"{name}={value}"]
        environment = {**os.environ, "PYTHONPATH": os.pathsep.join((str(self.folder), str(ROOT)))}
        return subprocess.run(
            command, cwd=ROOT, env=environment, capture_output=True, text=True, timeout=100, check=False
        )

    def newpaper(self, *urls: str, **settings: object) -> subprocess.CompletedProcess[str]:
        return self.scrapy("newpaper", *urls, **{**HURRIED, **settings})

    def written(self) -> set[str]:
        return {path.name for folder in ("fresh", "pages") for path in (self.folder / folder).iterdir()} - {
            "__init__.py", "__pycache__", "dawn.warc.gz"
        }  # fmt: skip

    def attributes(self) -> dict[str, Any]:
        """What the written spider's class says of itself."""
        (paper,) = (node for node in ast.parse(self.spider.read_text("utf-8")).body if isinstance(node, ast.ClassDef))
        lines = [line for line in paper.body if isinstance(line, ast.Assign)]
        return {ast.unparse(line.targets[0]): ast.literal_eval(line.value) for line in lines}

    def assert_sound(self) -> None:
        """The written file is short, as ruff wants it, and keeps its promises at once."""
        assert self.written() == {self.spider.name, self.page.name}
        assert len(self.spider.read_text("utf-8").splitlines()) <= 40
        for check in (("check",), ("format", "--check", "--diff")):
            run = subprocess.run(
                [sys.executable, "-m", "ruff", *check, "--config", ROOT / "pyproject.toml", self.spider],
                capture_output=True, text=True, check=False,
            )  # fmt: skip
            assert run.returncode == 0, run.stdout
        checked = self.scrapy("check", NAME, SPIDER_MODULES="fresh")
        assert checked.returncode == 0, checked.stderr
        ran = re.search(r"Ran (\d+) contracts", checked.stderr)
        assert ran and int(ran[1]) > 5


@pytest.fixture
def desk(tmp_path: Path) -> Desk:
    return Desk(tmp_path)


# -- papers that behave ----------------------------------------------------------------------------------------------


def test_the_sample_papers_spider_is_started_from_its_front_page(newsroom: Newsroom, desk: Desk) -> None:
    newsroom.at = datetime(2026, 3, 4, 20, tzinfo=ZONE)
    run = desk.newpaper(f"{newsroom.base}/")
    assert run.returncode == 0, run.stderr
    assert newsroom.paths()[:2] == ["/robots.txt", "/"]
    assert len([path for path in newsroom.paths() if path.startswith("/news/")]) == 5
    assert not [path for path in newsroom.paths() if path.startswith(("/archive", "/search"))]
    assert re.search(r"feed +\S+/feeds/home: \d+ stories", run.stdout)
    assert run.stdout.count("  headline  ") == run.stdout.count("  published 2026-03-0") == 5
    assert "sidebar   Editorial (editorial): 6 entries" in run.stdout
    said = desk.attributes()
    assert (said["feeds"], said["sitemaps"], said["language"]) == (("/feeds/home",), ("/feeds/sitemap",), "en")
    assert re.match(said["story_path"], "/news/1981801/any-slug")[1] == "1981801"
    assert "+05:00" in run.stdout and "a guess by nothing but the offsets of" in run.stdout
    desk.assert_sound()


def test_a_second_start_writes_over_nothing(newsroom: Newsroom, desk: Desk) -> None:
    desk.spider.write_text("mine")
    asked = len(newsroom.paths())
    run = desk.newpaper(f"{newsroom.base}/")
    assert (run.returncode, desk.spider.read_text(), desk.written()) == (2, "mine", {desk.spider.name})
    assert run.stderr.strip() == f"scrapy newpaper: {desk.spider} is there already: nothing is written over it"
    assert len(newsroom.paths()) == asked, "nobody is asked for a paper that is there"


PARAGRAPHS = (
    "Der Bach war über Nacht um einen Meter gestiegen, und am Morgen stand das Wasser in den Kellern der unteren Gasse. Die"
    " Feuerwehr pumpte bis zum Mittag, dann brachte der Bäcker Brot für alle, die geholfen hatten.",
    "„So hoch stand es zuletzt vor vierzig Jahren“, sagte die Bürgermeisterin, die selbst in Gummistiefeln gekommen war. Sie"
    " will nun die alte Mauer am Wehr erhöhen lassen, für die seit Langem das Geld gefehlt hat.",
    "Verletzt wurde niemand. Ein Kalb, das in den Fluten vermisst worden war, fand sich am Nachmittag auf dem Heuboden eines"
    " Nachbarn wieder, trocken und guter Dinge, wie die Kinder der Straße der Zeitung berichteten.",
    "Am Abend lag das Wasser wieder in seinem Bett. Der Gemeinderat trifft sich am Donnerstag, um über die Mauer zu beraten,"
    " und bittet alle Anwohner, ihre Bilder der Nacht zu der Sitzung mitzubringen.",
)
SLUGS = ("bach-steigt-ueber-die-ufer", "kalb-auf-dem-heuboden", "mauer-am-wehr-wird-hoeher", "brot-fuer-alle-helfer")
AT = datetime(2025, 9, 14, 8, 30, tzinfo=timezone(timedelta(hours=2)))


def story(number: int, title: str | None = None, extra: str = "") -> bytes:
    """A story of the Talbote, an invented paper: its own markup, its data in JSON-LD, a list beside it."""
    title = title or SLUGS[number].replace("-", " ").capitalize()
    data = {"@type": "NewsArticle", "headline": title, "datePublished": (AT - timedelta(days=number)).isoformat()}
    data["author"] = {"@type": "Person", "name": "Resi Obermoser"}
    text = "".join(f"<div class=absatz>{text}</div>" for text in PARAGRAPHS[number:] + PARAGRAPHS[:number])
    beside = "".join(
        f"<li><a href='{path(n)}'>{slug.replace('-', ' ').title()} im Tal</a></li>" for n, slug in enumerate(SLUGS)
    )
    return (
        f"<!doctype html><html lang=de-AT><head><meta charset=utf-8><title>{html.escape(title)}</title>{extra}"
        f"<script type='application/ld+json'>{json.dumps(data).replace('<', chr(92) + 'u003c')}</script></head><body>"
        f"<div id=kopf><a href=/>Talbote</a> <a href=/dorf/>Dorf</a> <a href=/vieh/>Vieh</a></div><div class=spalte>"
        f"<h1>{html.escape(title)}</h1><div class=wer>Von Resi Obermoser</div>{text}</div>"
        f"<div class=rand><h4>Meistgelesen</h4><ol>{beside}</ol></div><div id=fuss>Impressum</div></body></html>"
    ).encode()  # fmt: skip


def path(number: int) -> str:
    return f"/dorf/2025/09/{14 - number:02}/{SLUGS[number]}.html"


def front(links: str = "", head: str = "") -> Answer:
    menu = "<a href=/dorf/>Dorf</a> <a href=/vieh/>Vieh</a> <a href=/kontakt>Kontakt</a>"
    return Answer(
        f"<!doctype html><html lang=de-AT><head><meta charset=utf-8>{head}</head><body>{menu}{links}</body></html>".encode()
    )


def talbote(**more: Answer) -> Script:
    links = "".join(f"<p><a href='{path(n)}'>{slug}</a></p>" for n, slug in enumerate(SLUGS))
    stories: Script = {path(number): Answer(story(number)) for number in range(len(SLUGS))}
    return {"/": front(links), **stories, **{f"/{name.replace('_', '.')}": answer for name, answer in more.items()}}


def xml(text: str) -> Answer:
    return Answer(text.encode(), headers=[("Content-Type", "application/xml")])


def test_a_paper_of_another_layout_is_found_by_its_robots_and_a_packed_index(desk: Desk) -> None:
    script = talbote()
    with serve(script) as site:
        listed = "".join(
            f"<url><loc>{site.url(path(n))}</loc><news:news><news:publication_date>{(AT - timedelta(days=n)).isoformat()}"
            f"</news:publication_date><news:title>{slug}</news:title></news:news></url>" for n, slug in enumerate(SLUGS)
        )  # fmt: skip
        namespace = 'xmlns="http://www.sitemaps.org/schemas/sitemap/0.9" xmlns:news="http://www.google.com/schemas/sitemap-news/0.9"'
        script["/robots.txt"] = Answer(f"User-agent: *\nDisallow: /vieh/\nSitemap: {site.url('/karte.xml')}\n".encode())
        script["/karte.xml"] = xml(
            f"<sitemapindex {namespace}><sitemap><loc>{site.url('/alles.xml')}</loc></sitemap>"
            f"<sitemap><loc>{site.url('/news-1.xml.gz')}</loc></sitemap></sitemapindex>"
        )
        script["/news-1.xml.gz"] = Answer(
            gzip.compress(f"<urlset {namespace}>{listed}</urlset>".encode()),
            headers=[("Content-Type", "application/gzip")],
        )
        run = desk.newpaper(site.url("/"))
    assert run.returncode == 0, run.stderr
    assert "/alles.xml" not in site.paths(), "the whole archive is not asked for"
    said = desk.attributes()
    assert (said["sitemaps"], said["language"], said.get("feeds")) == (("/news-1.xml.gz",), "de", None)
    assert re.match(said["story_path"], path(2))[1] == "2025/09/12/mauer-am-wehr-wird-hoeher"
    assert not re.match(said["story_path"], "/dorf/")
    assert (said["timezone"], "the page's language tag de-AT") == (
        "Europe/Berlin",
        "the page's language tag de-AT",
    ) or (said["timezone"] == "Europe/Vienna" and "the page's language tag de-AT" in run.stdout)
    assert "Meistgelesen (most-read): 4 entries" in run.stdout
    desk.assert_sound()


def test_a_site_with_no_feed_and_no_sitemap_is_read_from_its_front_page(desk: Desk) -> None:
    with serve(talbote()) as site:
        run = desk.newpaper(site.url("/"))
    assert run.returncode == 0, run.stderr
    said = desk.attributes()
    assert (said["sections"], "feeds" in said, "sitemaps" in said) == (("/",), False, False)
    assert run.stdout.count("  headline  ") == len(SLUGS)
    desk.assert_sound()


def test_what_was_written_crawls_the_paper_as_it_is(desk: Desk) -> None:
    with serve(talbote()) as site:
        assert desk.newpaper(site.url("/")).returncode == 0
        run = desk.scrapy("crawl", NAME, SPIDER_MODULES="fresh", **HURRIED)
    assert run.returncode == 0, run.stderr
    with closing(sqlite3.connect(desk.folder / "news.db")) as connection:
        stored = connection.execute("SELECT key, publisher, published_on, authors FROM stories ORDER BY key").fetchall()
    assert [row[0] for row in stored] == sorted(path(n)[6:-5] for n in range(len(SLUGS)))
    assert stored[-1][1:] == (NAME, "2025-09-14", '["Resi Obermoser"]')


# -- papers that do not ----------------------------------------------------------------------------------------------

TITLE = 'He said """quit"""\nimport os; os.abort()  # \\" \u202eevil\u2066 \\N{DOLLAR SIGN} {braces} %s @url http://x.example/'


def test_a_hostile_page_gets_out_of_no_string_and_no_docstring(desk: Desk) -> None:
    feed = "/f\"'+__import__('os').abort()+'\\.xml?a=\"\"\"&b=\\n#"
    head = f'<link rel=alternate type="application/rss+xml" href="{html.escape(feed, quote=True)}">'
    head += '<link rel=alternate type="application/rss+xml" href="http://[bad"><base target=x>'
    hostile = {path(number): Answer(story(number, TITLE, '<meta name=author content=\'"""\'>')) for number in range(4)}
    script: Script = {**talbote(), **hostile}
    with serve(script) as site:
        items = "".join(
            f"<item><title>{html.escape(TITLE)}</title><link>{site.url(path(n))}</link></item>" for n in range(4)
        )
        asked = "/f%22'+__import__('os').abort()+'/.xml?a=%22%22%22&b=%5Cn"
        rss = xml(f'<rss version="2.0"><channel><title>x</title>{items}</channel></rss>')
        script |= {"/": front(head=head), asked: rss}
        run = desk.newpaper(site.url("/"))
    assert run.returncode == 0, run.stderr
    tree = ast.parse(desk.spider.read_text("utf-8"))
    assert [type(node).__name__ for node in tree.body] == [
        "Expr", "ImportFrom", "ImportFrom", "ImportFrom", "ImportFrom", "ImportFrom", "ClassDef"
    ]  # fmt: skip
    calls = [ast.unparse(node) for node in ast.walk(tree) if isinstance(node, ast.Call)]
    assert calls == ["super().parse_story(response)", "super()"]
    assert len(desk.attributes()["feeds"]) == 1
    assert not re.search("[\u202a-\u202e\u2066-\u2069\x1b]", desk.spider.read_text("utf-8") + run.stdout)
    desk.assert_sound()


@pytest.mark.parametrize("title", ['"', '"""', "\\", 'a\\"""', "'''", "\n\n@url x", "{}", "%(x)s", "\u2028"])
def test_any_text_is_held_by_the_source_as_it_was(title: str) -> None:
    paper = NewPaper(
        "a", f"https://a.example/{title}", title, title, "UTC", title, r"/(\d+)", AT.date(), (title,), (title, title)
    )
    paper.contracts = [f"@begins {' '.join(title.split())}"]
    (made,) = (node for node in ast.parse(source(paper)).body if isinstance(node, ast.ClassDef))
    said = {
        ast.unparse(node.targets[0]): ast.literal_eval(node.value) for node in made.body if isinstance(node, ast.Assign)
    }
    assert (said["language"], said["feeds"], said["sitemaps"]) == (title, (title,), (title, title))
    (method,) = (node for node in made.body if isinstance(node, ast.FunctionDef))
    assert f"@begins {' '.join(title.split())}".strip() in (ast.get_docstring(method) or "")


BAD: dict[str, tuple[Script | None, list[str], str]] = {
    "no address": (None, [], "name the address of one paper's front page"),
    "no web address": (None, ["ftp://a.example/"], "ftp://a.example/ is no web address"),
    "an unknown host": (None, ["http://no-such-paper.invalid/"], "http://no-such-paper.invalid/: CannotResolveHostError"),
    "a paper that is there": (None, ["https://www.dawn.com/"], "dawn.com has a spider already: dawn"),
    "robots.txt forbids": ({"/robots.txt": Answer(b"User-agent: *\nDisallow: /\n")}, ["/"], "robots.txt forbids it"),
    "an error page": ({}, ["/"], "HTTP 404"),
    "no web page": ({"/": Answer(b"\x89PNG", headers=[("Content-Type", "image/png")])}, ["/"], "no web page there"),
    "endless redirects": ({"/": Answer(b"", 302, [("Location", "/")])}, ["/"], "redirect"),
    "a redirect off the site": ({"/": Answer(b"", 302, [("Location", "http://other.example/")])}, ["/"], "other.example"),
    "no stories": ({"/": front("<p>Nothing new today.</p>")}, ["/"], "no stories found"),
    "no story behind the links": (
        {"/": front(f"<a href='{path(1)}'>x</a>"), path(1): front("<p>Sold out.</p>")}, ["/"], "no stories found"
    ),
}  # fmt: skip


@pytest.mark.parametrize("case", BAD)
def test_what_cannot_be_started_ends_in_one_line_and_nothing_written(case: str, desk: Desk) -> None:
    script, urls, problem = BAD[case]
    with serve(script or {}) as site:
        run = desk.newpaper(*(site.url(url) if url.startswith("/") else url for url in urls))
    lines = [line for line in run.stderr.splitlines() if line.startswith("scrapy newpaper: ")]
    assert run.returncode == 2 and len(lines) == 1, run.stderr
    assert problem in lines[0]
    assert "Traceback" not in run.stderr
    assert desk.written() == set()


def test_an_address_inside_the_private_network_is_refused(desk: Desk) -> None:
    with serve(talbote()) as site:
        run = desk.newpaper(site.url("/"), ALLOWED_PRIVATE="")
        assert site.paths() == []
    assert run.returncode == 2
    assert "inside a private network" in run.stderr
    assert desk.written() == set()


def test_a_module_that_is_no_package_is_named(desk: Desk) -> None:
    run = desk.newpaper("https://paper.example/", NEWSPIDER_MODULE="nosuch.spiders")
    assert run.returncode == 2
    assert "setting NEWSPIDER_MODULE: nosuch.spiders is no package" in run.stderr


def test_a_folder_that_takes_no_file_is_named(desk: Desk) -> None:
    with serve(talbote()) as site:
        taken = desk.folder / "taken"
        taken.touch()
        run = desk.newpaper(site.url("/"), CONTRACT_PAGES=taken / "pages")
    assert run.returncode == 2
    assert f"{taken / 'pages' / desk.page.name} cannot be written" in run.stderr
    assert desk.written() == set()


# -- guesses ---------------------------------------------------------------------------------------------------------

ADDRESSES = {
    "an id in a folder": (["/news/1981801/a-slug", "/news/1981802", "/news/1981803/b"], ["/news/", "/feeds/home"], "1981801"),
    "an id after the slug": (["/a/b-c-10013341.html", "/d/e-10013342.html"], ["/a/", "/"], "10013341"),
    "an id before the slug": (["/20413377-steg-bleibt", "/20413378-mauer"], ["/wien"], "20413377"),
    "a day and a slug": (["/dorf/2025/09/14/x-y.html", "/vieh/2025/09/14/z.html"], ["/dorf/2025/"], "2025/09/14/x-y"),
    "a day with hyphens": (["/espana/2025-11-09/el-pueblo.html", "/x/2025-11-09/b.html"], ["/espana/"], "2025-11-09/el-pueblo"),
    "a month and a slug": (["/cotidiano/2025/11/barbeiro.shtml", "/p/2025/11/b.shtml"], ["/p/"], "2025/11/barbeiro"),
    "a slug": (["/t/bridge-crew-learns-to-wave/", "/u/v/the-ferry-answers-letters/"], ["/t/"], "bridge-crew-learns-to-wave"),
    "letters and digits": (["/district/k7wq2mzt4d", "/capital/a8c1v0tyqe"], ["/district", "/bangladesh"], "k7wq2mzt4d"),
    "a folder named by the day": (["/20250914/one-two.html", "/20250914/three.html", "/20250913/four.html"], ["/"], None),
}  # fmt: skip


@pytest.mark.parametrize("case", ADDRESSES)
def test_a_rule_for_stories_is_learnt_from_their_addresses(case: str) -> None:
    stories, others, key = ADDRESSES[case]
    rule = learn.story_path(
        [f"https://a.example{story}" for story in stories], [f"https://a.example{other}" for other in others]
    )
    if key is None:
        assert rule is None
        return
    assert rule
    assert re.match(rule, stories[0])[1] == key  # type: ignore[index]
    assert all(re.match(rule, story) for story in stories)
    assert not any(re.match(rule, other) for other in others)


def test_what_all_stories_addresses_begin_with_is_in_the_rule_only_where_there_are_enough() -> None:
    few, many = ([f"https://a.example/news/{1981800 + n}/a" for n in range(count)] for count in (3, 9))
    assert (learn.story_path(few, []) or "").startswith("/(?:")
    assert (learn.story_path(many, []) or "").startswith("/news/")


def test_a_rule_is_not_bound_to_the_one_section_that_a_feed_is_of() -> None:
    feed = [f"https://a.example/politics/{1981800 + n}/a" for n in range(9)]
    front = ["https://a.example/sport/1981850/b"]
    rule = learn.story_path(feed, ["https://a.example/sport/"], front) or ""
    assert re.match(rule, "/sport/1981850/b")


def test_a_rule_for_most_of_the_stories_is_better_than_none() -> None:
    stories = [f"https://a.example/news/{1981800 + n}/a" for n in range(6)]
    odd = [f"https://a.example/{kind}" for kind in ("live", "video/today", "quiz", "games")]
    rule = learn.story_path([*stories, *odd], ["https://a.example/news/"]) or ""
    assert len(learn.matching(rule, [*stories, *odd])) == len(stories)
    assert learn.story_path([*stories[:3], *odd], []) is None


def test_addresses_of_a_page_that_plays_tricks_are_not_long_looked_at() -> None:
    tricks = [
        f"https://a.example/{'a-' * 200_000}b",
        f"https://a.example/{'1' * 500_000}",
        "https://a.example/" + "x/" * 300_000,
    ]
    assert learn.story_path(tricks, tricks) is None
    assert learn.matching(r"/(.*)", tricks) == []


SUMMER, WINTER = (datetime(2025, month, 10, 12, tzinfo=timezone(timedelta(hours=2 - (month == 1)))) for month in (7, 1))

WEST = timezone(timedelta(hours=-4))


@pytest.mark.parametrize(
    ("url", "language", "declared", "dates", "zone", "reason"),
    [
        ("https://www.a.example.at/", "de", [], [], "Europe/Vienna", "the domain's ending .at"),
        ("https://www.a.co.uk/", "en", [], [], "Europe/London", "the domain's ending .uk"),
        ("https://a.com.br/", "pt", [], [SUMMER.astimezone(WEST)], "America/Campo_Grande", "offsets of 1 dates"),
        ("https://a.com.br/", "pt", [], [], "America/Sao_Paulo", "the domain's ending .br"),
        ("https://a.io/", "ja", [], [], "Asia/Tokyo", "the language ja"),
        ("https://a.com/", "en", ["en-CA"], [], "America/Toronto", "the page's language tag en-CA"),
        ("https://a.com/", "en", ["en_US"], [SUMMER, WINTER], "Europe/Paris", "nothing but the offsets of 2 dates"),
        ("https://a.com/", None, [], [SUMMER.astimezone(UTC)], "UTC", "nothing: set it by hand"),
    ],
)  # fmt: skip
def test_a_zone_is_guessed_by_country_and_offsets(
    url: str, language: str | None, declared: list[str], dates: list[datetime], zone: str, reason: str
) -> None:
    guessed, why = learn.timezone(url, language, declared, dates)
    assert guessed == zone
    assert reason in why


@pytest.mark.parametrize(
    ("url", "name"),
    [
        ("https://www.dawn.com/", "dawn"),
        ("https://jyllands-posten.dk/", "jyllands_posten"),
        ("https://www.20min.ch/", "paper_20min"),
        ("https://class.example.org/", "example"),
        ("https://import.com/", "paper_import"),
        ("https://www.news.com.au/", "news_com_au"),
        ("http://127.0.0.1:8000/", NAME),
        ("https://пример.рф/", "paper"),
    ],
)
def test_a_name_is_one_that_python_takes(url: str, name: str) -> None:
    assert learn.name(url) == name
    assert name.isidentifier()
