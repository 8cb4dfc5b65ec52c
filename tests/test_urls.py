"""One form for each address, by the short way and by the long one."""

import pytest

from crawler.urls import clean_url, site_and_path


@pytest.mark.parametrize(
    ("url", "clean"),
    [
        ("https://www.example.org/news/1-Boats_race.html", "https://www.example.org/news/1-Boats_race.html"),
        ("https://www.example.org", "https://www.example.org/"),
        ("https://WWW.example.org/News", "https://www.example.org/News"),
        ("http://127.0.0.1:38080/served/1", "http://127.0.0.1:38080/served/1"),
        ("http://127.0.0.1:08080/served/1", "http://127.0.0.1:8080/served/1"),
        ("https://www.example.org/./a/../news/", "https://www.example.org/news/"),
        ("https://www.example.org/caf%c3%a9", "https://www.example.org/caf%C3%A9"),
        ("https://www.example.org/news/1?utm_source=feed&b=2&a=1#top", "https://www.example.org/news/1?a=1&b=2"),
    ],
)
def test_an_address_is_cleaned_to_one_form(url: str, clean: str):
    assert clean_url(url) == clean


@pytest.mark.parametrize(
    ("url", "site", "path"),
    [
        ("https://www.example.org/news/1?a=1#top", "example.org", "/news/1"),
        ("https://example.org", "example.org", ""),
        ("http://Example.org:80/news", "example.org", "/news"),
        ("http://example.org:443?a", "example.org", ""),
        ("http://127.0.0.1:38080/served/1", "127.0.0.1:38080", "/served/1"),
        ("http://reader@example.org:8080/a", "example.org:8080", "/a"),
        ("http://example.org:65536/a", "", ""),
        ("mailto:desk@example.org", "", "desk@example.org"),
    ],
)
def test_the_site_of_an_address_is_told_with_its_path_there(url: str, site: str, path: str):
    assert site_and_path(url) == (site, path)
