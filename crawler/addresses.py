"""No request to an address inside a private network, whatever a page, a redirect or a DNS answer says.

A crawler follows links that strangers write: without this, a link to http://169.254.169.254/ or to a name that resolves to
10.0.0.5 would have it read, and archive, what only this machine may see. Ranges: IANA special-purpose address registries, as
Python's ipaddress knows them.
"""

from __future__ import annotations

import ipaddress
from urllib.parse import urlsplit

from scrapy import Request
from scrapy.core.downloader.handlers.http11 import HTTP11DownloadHandler
from scrapy.crawler import Crawler
from scrapy.exceptions import CannotResolveHostError, IgnoreRequest
from scrapy.http import Response
from scrapy.utils.defer import maybe_deferred_to_future
from scrapy.utils.httpobj import urlparse_cached
from twisted.internet.error import DNSLookupError

from crawler.sending import leave

Address = ipaddress.IPv4Address | ipaddress.IPv6Address


class RefusedAddressError(IgnoreRequest):
    """A host that lies inside a private network; the message names it and its address."""


class PublicHandler(HTTP11DownloadHandler):
    """Scrapy's handler for http and https, which connects to public addresses only. Redirects are requests like others.

    Setting ALLOWED_PRIVATE: hosts (names or addresses) that may be private, such as a proxy or a test's own server.
    Raises RefusedAddressError before a connection is opened.
    """

    def __init__(self, crawler: Crawler):
        super().__init__(crawler)
        self._signals = crawler.signals
        self._allowed = {host.lower() for host in crawler.settings.getlist("ALLOWED_PRIVATE")}
        if not crawler.settings.getbool("DNSCACHE_ENABLED"):
            # The connection would ask again, and could be given another answer than the one looked at here.
            raise ValueError("DNSCACHE_ENABLED is off: addresses cannot be vouched for without it")

    async def download_request(self, request: Request) -> Response:
        proxy = request.meta.get("proxy")
        host = (urlsplit(proxy) if proxy else urlparse_cached(request)).hostname or ""
        if host not in self._allowed:
            address = await resolved(host)
            if not is_public(address):
                where = f"{host} is" if host == str(address) else f"{host} is at {address},"
                raise RefusedAddressError(f"{where} an address inside a private network (setting ALLOWED_PRIVATE)")
        await leave(self._signals, request)
        return await super().download_request(request)


async def resolved(host: str) -> Address:
    """The address that a connection to host will go to. Raises CannotResolveHostError."""
    try:
        return ipaddress.ip_address(host)
    except ValueError:
        pass  # a name
    from twisted.internet import reactor

    try:
        # Scrapy's resolver, whose cache the connection will be answered from. Twisted's own interface declares no self.
        answer: str = await maybe_deferred_to_future(reactor.resolve(host))  # type: ignore[arg-type]
    except DNSLookupError as error:
        raise CannotResolveHostError(str(error)) from error
    return ipaddress.ip_address(answer)


def is_public(address: Address) -> bool:
    """Whether anyone on the internet can reach an address; of one that has an older address inside, whether that is so."""
    if isinstance(address, ipaddress.IPv6Address):
        inside = address.ipv4_mapped or address.sixtofour or (address.teredo or (None, None))[1]
        if inside is not None:
            return is_public(inside)
    return address.is_global and not address.is_multicast
