"""Manners, tried on a real server by a real crawl."""

from datetime import UTC, datetime, timedelta
from email.utils import format_datetime
from itertools import pairwise
from pathlib import Path

import pytest
from scrapy.http import Response

from crawler.middlewares import retry_after
from tests.archive.local import Answer, crawl, serve

POLITE = {
    "ROBOTSTXT_OBEY": True,
    "USER_AGENT": "morgue",
    "SCHEDULER_PRIORITY_QUEUE": "crawler.middlewares.HoldingQueue",
    "DOWNLOADER_MIDDLEWARES": {
        "scrapy.downloadermiddlewares.robotstxt.RobotsTxtMiddleware": None,
        "crawler.middlewares.RobotsMiddleware": 100,
        "crawler.middlewares.RetryAfterMiddleware": 560,
        "crawler.middlewares.BackOffMiddleware": 570,
    },
    "CONCURRENT_REQUESTS_PER_DOMAIN": 16,
    "DOWNLOAD_DELAY_JITTER": 0,
}
# Without a delay Scrapy 2.19.0 lets a host's whole queue go at once, whatever its concurrency is.
ONE_BY_ONE = {"CONCURRENT_REQUESTS_PER_DOMAIN": 1, "DOWNLOAD_DELAY": 0.02}
PAGE = Answer(b"<p>A page</p>")


def robots(text: str) -> Answer:
    return Answer(text.encode(), headers=[("Content-Type", "text/plain")], delay=0.2)


def too_many(wait: str) -> Answer:
    return Answer(b"slower", 429, [("Retry-After", wait)])


def test_none_of_ten_requests_at_once_to_a_forbidden_path_is_sent(tmp_path: Path):
    script = {"/robots.txt": robots("User-agent: *\nDisallow: /secret/")} | {f"/secret/{n}": PAGE for n in range(10)}
    with serve(script) as site:
        run = crawl(tmp_path, [site.url(f"/secret/{n}") for n in range(10)], POLITE)
    assert site.paths() == ["/robots.txt"]
    assert [item["message"] for item in run.items] == ["Forbidden by robots.txt"] * 10


def test_crawl_delay_is_kept_though_jitter_and_auto_throttle_would_go_below_it(tmp_path: Path):
    script = {"/robots.txt": robots("User-agent: morgue\nCrawl-delay: 0.4")} | {f"/{n}": PAGE for n in range(4)}
    settings = POLITE | {"AUTOTHROTTLE_ENABLED": True, "AUTOTHROTTLE_START_DELAY": 0, "DOWNLOAD_DELAY_JITTER": 0.5}
    with serve(script) as site:
        run = crawl(tmp_path, [site.url(f"/{n}") for n in range(4)], settings)
    moments = [moment for moment, path in site.asked if path != "/robots.txt"]
    assert len(run.items) == 4
    assert min(later - sooner for sooner, later in pairwise(moments)) > 0.35


def test_a_crawl_delay_never_makes_a_crawl_faster_and_is_capped(tmp_path: Path):
    script = {"/robots.txt": robots("User-agent: *\nCrawl-delay: 86400")} | {f"/{n}": PAGE for n in range(3)}
    with serve(script) as site:
        run = crawl(tmp_path, [site.url(f"/{n}") for n in range(3)], POLITE | {"CRAWL_DELAY_MAX": 0.3})
    assert len(run.items) == 3
    assert "127.0.0.1 asks for 86400.0 seconds between requests; waiting 0.3" in run.log


def test_a_host_that_asks_for_a_pause_gets_it_while_another_goes_on(tmp_path: Path):
    busy = {f"/busy/{n}": (lambda before: PAGE if before else too_many("2")) for n in range(3)}
    script = {"/robots.txt": robots("")} | busy | {f"/free/{n}": Answer(b"x", delay=0.1) for n in range(5)}
    urls = []
    with serve(script) as site:
        urls += [site.url(f"/busy/{n}") for n in range(3)]
        urls += [site.url(f"/free/{n}", "localhost") for n in range(5)]
        # Three places in all, of which the busy host takes two at first: it must give them back.
        settings = POLITE | ONE_BY_ONE | {"CONCURRENT_REQUESTS": 3}
        run = crawl(tmp_path, urls, settings)
    first = min(moment for moment, path in site.asked if path.startswith("/busy"))
    again = [m for m, path in site.asked if path.startswith("/busy") and m > first + 0.1]
    assert min(again) - first >= 1.9
    assert max(m for m, path in site.asked if path.startswith("/free")) < first + 1.9
    assert sorted(item["status"] for item in run.items) == [200] * 8


def test_a_host_that_never_stops_refusing_ends_as_a_failure_with_its_status(tmp_path: Path):
    with serve({"/robots.txt": robots(""), "/busy": too_many("1")}) as site:
        run = crawl(tmp_path, [site.url("/busy")], POLITE | {"RETRY_TIMES": 1})
    assert len(site.times("/busy")) == 2
    assert run.items[0]["error"] == "HttpError"
    assert run.items[0]["status"] == 429


def test_a_host_that_asks_for_too_long_a_pause_is_left_alone_and_the_reason_is_given(tmp_path: Path):
    script = {"/robots.txt": robots("")} | {f"/{n}": too_many("86400") for n in range(4)}
    with serve(script) as site:
        run = crawl(tmp_path, [site.url(f"/{n}") for n in range(4)], POLITE | ONE_BY_ONE)
    reason = (
        "127.0.0.1 answered 429 and asked to wait 86400 seconds, "
        "more than 600 (setting RETRY_AFTER_MAX): left alone for this run"
    )
    assert len(site.asked) == 2  # robots.txt and one page
    assert sorted(item["error"] for item in run.items) == [
        "HttpError",
        "NotSentError",
        "NotSentError",
        "NotSentError",
    ]
    assert {item["message"] for item in run.items if item["error"] == "NotSentError"} == {reason}
    assert run.log.count(reason) == 1


def test_a_robots_txt_that_cannot_be_read_forbids_all_and_one_that_is_not_there_nothing(tmp_path: Path):
    for status, asked in {503: ["/robots.txt"] * 2, 404: ["/robots.txt", "/1"], 403: ["/robots.txt", "/1"]}.items():
        script = {"/robots.txt": Answer(b"User-agent: *\nDisallow: /", status), "/1": PAGE}
        with serve(script) as site:
            run = crawl(tmp_path, [site.url("/1")], POLITE | {"RETRY_TIMES": 1, "BACK_OFF": 0.1})
        assert site.paths() == asked
        if status == 503:
            reason = "Forbidden by robots.txt: it answered 503, which allows nothing"
            assert run.items[0]["message"] == reason


def test_robots_txt_is_obeyed_also_on_a_host_outside_the_papers_own_domains(tmp_path: Path):
    with serve({"/robots.txt": robots("User-agent: *\nDisallow: /"), "/1": PAGE}) as site:
        run = crawl(tmp_path, [site.url("/1")], POLITE, before="domains = ['paper.example']\n")
    assert site.paths() == ["/robots.txt"]
    assert run.items[0]["message"] == "Forbidden by robots.txt"


def test_while_robots_txt_cannot_be_reached_no_page_is_asked_for(tmp_path: Path):
    silent = Answer(b"", delay=1)
    script = {"/robots.txt": lambda before: silent if before == 0 else robots(""), "/1": PAGE, "/2": PAGE}
    with serve(script) as site:
        settings = POLITE | ONE_BY_ONE | {"DOWNLOAD_TIMEOUT": 0.5, "RETRY_TIMES": 0}
        run = crawl(tmp_path, [site.url("/1"), site.url("/2")], settings)
    assert site.paths()[:2] == ["/robots.txt"] * 2
    assert len(site.asked) == 3
    assert sorted(item.get("error") or "" for item in run.items) == ["", "DownloadTimeoutError"]


def test_an_overloaded_host_gets_longer_pauses_each_time(tmp_path: Path):
    script = {"/robots.txt": robots(""), "/1": lambda before: PAGE if before == 3 else Answer(b"busy", 503)}
    with serve(script) as site:
        run = crawl(tmp_path, [site.url("/1")], POLITE | {"RETRY_TIMES": 3, "BACK_OFF": 0.4})
    assert run.items[0]["status"] == 200
    pauses = [later - sooner for sooner, later in pairwise(site.times("/1"))]
    assert [pause >= least for pause, least in zip(pauses, (0.4, 0.8, 1.6), strict=True)] == [True] * 3


def test_a_broken_page_or_two_earn_a_host_no_pause(tmp_path: Path):
    script = {"/robots.txt": robots(""), "/1": Answer(b"", 500), "/2": Answer(b"", 500), "/3": PAGE, "/4": PAGE}
    with serve(script) as site:
        settings = POLITE | ONE_BY_ONE | {"BACK_OFF": 60, "RETRY_TIMES": 0}
        run = crawl(tmp_path, [site.url(f"/{n}") for n in range(1, 5)], settings)
    assert sorted(item["status"] for item in run.items) == [200, 200, 500, 500]
    assert "left alone" not in run.log


def test_a_host_that_refuses_ten_requests_in_a_row_is_left_alone_and_the_reason_is_given(tmp_path: Path):
    script = {"/robots.txt": robots("")} | {f"/{n}": Answer(b"no", 403) for n in range(30)}
    with serve(script) as site:
        run = crawl(tmp_path, [site.url(f"/{n}") for n in range(30)], POLITE | ONE_BY_ONE)
    reason = "127.0.0.1 answered 403 to the last of 10 requests that it all refused: left alone for this run"
    assert len(site.asked) == 11
    assert [item["error"] for item in run.items].count("NotSentError") == 20
    assert reason in [item["message"] for item in run.items]
    assert run.log.count(reason) == 1


def test_refusals_between_pages_that_are_given_do_no_harm(tmp_path: Path):
    script = {"/robots.txt": robots("")} | {f"/{n}": PAGE if n % 8 == 7 else Answer(b"no", 403) for n in range(24)}
    with serve(script) as site:
        run = crawl(tmp_path, [site.url(f"/{n}") for n in range(24)], POLITE | ONE_BY_ONE)
    assert len(site.asked) == 25
    assert [item["status"] for item in run.items].count(403) == 21


def test_a_host_that_is_down_is_given_up_after_ten_failures_in_a_row(tmp_path: Path):
    with serve({}) as gone:
        urls = [gone.url(f"/{n}") for n in range(14)]
    settings = POLITE | ONE_BY_ONE | {"ROBOTSTXT_OBEY": False, "RETRY_TIMES": 0, "BACK_OFF": 0.01}
    run = crawl(tmp_path, urls, settings)
    errors = [item["error"] for item in run.items]
    # Those that were on their way when a pause began do not count.
    assert 10 <= errors.count("DownloadConnectionRefusedError") < 14
    assert errors.count("DownloadConnectionRefusedError") + errors.count("NotSentError") == 14
    assert "failed (DownloadConnectionRefusedError), as 10 requests in a row: left alone for this run" in run.log


REFRESHING = {
    "DOWNLOADER_MIDDLEWARES": {
        "scrapy.downloadermiddlewares.redirect.MetaRefreshMiddleware": None,
        "crawler.middlewares.MetaRedirectMiddleware": 580,
    }
}


def test_a_page_that_sends_its_readers_on_by_its_markup_is_followed(tmp_path: Path):
    script = {"/old": Answer(b'<META content="0; URL=/new" HTTP-EQUIV="Refresh">'), "/new": PAGE}
    with serve(script) as site:
        run = crawl(tmp_path, [site.url("/old")], REFRESHING)
    assert [item["url"] for item in run.items] == [site.url("/new")]


def test_a_page_that_reloads_itself_is_asked_for_once_and_read(tmp_path: Path):
    script = {"/live": Answer(b'<meta http-equiv="refresh" content="60; url=/live"><p>Two goals so far.')}
    with serve(script) as site:
        run = crawl(tmp_path, [site.url("/live")], REFRESHING)
    assert site.paths() == ["/live"]
    assert "Two goals so far." in run.item(site.url("/live"))["body"]


@pytest.mark.parametrize(
    ("value", "date", "seconds"),
    [
        ("120", None, 120.0),
        ("0", None, 0.0),
        ("Fri, 31 Dec 1999 23:59:59 GMT", None, 0.0),
        ("Fri, 31 Dec 1999 23:59:59 GMT", "Fri, 31 Dec 1999 23:58:59 GMT", 60.0),
        ("-5", None, None),
        ("soon", None, None),
        ("", None, None),
        ("Fri, 99 Dec 1999 23:59:59 GMT", None, None),
    ],
)
def test_retry_after_is_read_as_seconds_or_as_a_date_by_the_servers_clock(value, date, seconds):
    headers = {"Retry-After": value} | ({"Date": date} if date else {})
    assert retry_after(Response("http://paper.example/", headers=headers)) == seconds


def test_retry_after_as_a_date_counts_from_now_where_the_server_tells_no_time():
    until = format_datetime(datetime.now(UTC) + timedelta(seconds=90), usegmt=True)
    wait = retry_after(Response("http://paper.example/", headers={"Retry-After": until}))
    assert wait is not None and 85 < wait <= 90
