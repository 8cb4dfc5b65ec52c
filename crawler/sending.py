"""The last step before the network: the signal that a request leaves now, that a host is left alone, and the end of a
request that was kept back."""

from __future__ import annotations

import asyncio

from scrapy import Request
from scrapy.exceptions import IgnoreRequest
from scrapy.signalmanager import SignalManager

# Sent with request= when it is written to the network. Scrapy's own request_reached_downloader comes when a request takes
# its place in the line of its host, where it may wait for minutes and be taken back. A receiver that has to see to
# something first gives a Future, and the request waits for it.
request_leaves = object()
# Sent with host=, seconds= (None: for the rest of the run), why= and status= when a host is left alone.
host_rests = object()


class NotSentError(IgnoreRequest):
    """A request that was kept back for our own reasons (a budget, a host left alone), or whose answer could not be kept:
    it counts as not made."""


async def leave(signals: SignalManager, request: Request) -> None:
    """Tell that a request leaves, and wait until it may."""
    for _, noted in signals.send_catch_log(request_leaves, request=request):
        if isinstance(noted, asyncio.Future):
            await noted
