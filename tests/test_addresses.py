"""No request reaches a private address: tried on a real server that must not be asked."""

import ipaddress
from pathlib import Path

import pytest

from crawler.addresses import is_public
from tests.archive.local import Answer, crawl, serve

HANDLER = "crawler.addresses.PublicHandler"
PUBLIC = {"DOWNLOAD_HANDLERS": {"http": HANDLER, "https": HANDLER, "file": None, "ftp": None}, "RETRY_ENABLED": False}


def test_a_private_address_is_not_asked_however_it_is_written(tmp_path: Path):
    hosts = {
        "127.0.0.1": "127.0.0.1 is",
        "localhost": "localhost is at 127.0.0.1,",
        "2130706433": "2130706433 is at 127.0.0.1,",
        "127.1": "127.1 is at 127.0.0.1,",
        "[::1]": "::1 is",
        "0.0.0.0": "0.0.0.0 is",
    }
    with serve({"/": Answer(b"secret")}) as site:
        run = crawl(tmp_path, [site.url("/", host) for host in hosts], PUBLIC)
    assert site.asked == []
    assert {item["url"]: (item["error"], item["message"]) for item in run.items} == {
        site.url("/", host): (
            "RefusedAddressError",
            f"{where} an address inside a private network (setting ALLOWED_PRIVATE)",
        )
        for host, where in hosts.items()
    }


def test_a_redirect_to_a_private_address_is_not_followed(tmp_path: Path):
    with serve({"/secret": Answer(b"secret")}) as site:
        site.script["/moved"] = Answer(status=302, headers=[("Location", site.url("/secret", "localhost"))])
        run = crawl(tmp_path, [site.url("/moved")], PUBLIC | {"ALLOWED_PRIVATE": ["127.0.0.1"]})
    assert site.paths() == ["/moved"]
    assert run.items[0]["error"] == "RefusedAddressError"


def test_a_host_that_is_allowed_is_asked(tmp_path: Path):
    with serve({"/": Answer(b"ours")}) as site:
        run = crawl(tmp_path, [site.url("/", "localhost")], PUBLIC | {"ALLOWED_PRIVATE": ["Localhost"]})
    assert run.items[0]["body"] == "ours"


def test_other_schemes_are_not_read(tmp_path: Path):
    run = crawl(tmp_path, ["file:///etc/hostname", "ftp://127.0.0.1/x"], PUBLIC)
    assert [item["error"] for item in run.items] == ["NotSupported"] * 2


def test_a_name_that_does_not_exist_fails_as_ever(tmp_path: Path):
    run = crawl(tmp_path, ["http://paper.invalid/"], PUBLIC)
    assert run.items[0]["error"] == "CannotResolveHostError"


@pytest.mark.parametrize(
    ("address", "public"),
    [
        ("93.184.215.14", True),
        ("2606:2800:21f:cb07:6820:80da:af6b:8b2c", True),
        ("10.0.0.5", False),
        ("172.16.0.1", False),
        ("192.168.1.1", False),
        ("169.254.169.254", False),
        ("100.64.0.1", False),
        ("224.0.0.1", False),
        ("255.255.255.255", False),
        ("::ffff:10.0.0.5", False),
        ("::ffff:93.184.215.14", True),
        ("2002:0a00:0005::1", False),  # 6to4 of 10.0.0.5
        ("fe80::1", False),
        ("fd00::1", False),
        ("::", False),
    ],
)
def test_which_addresses_are_public(address, public):
    assert is_public(ipaddress.ip_address(address)) is public
