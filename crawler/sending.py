"""The last step before the network: the signal that a request leaves now, that a host is left alone, and the end of a
request that was kept back."""

from __future__ import annotations

from scrapy.exceptions import IgnoreRequest

# Sent with request= when it is written to the network. Scrapy's own request_reached_downloader comes when a request takes
# its place in the line of its host, where it may wait for minutes and be taken back.
request_leaves = object()
# Sent with host=, seconds= (None: for the rest of the run), why= and status= when a host is left alone.
host_rests = object()


class NotSentError(IgnoreRequest):
    """A request that was kept back for our own reasons (a budget, a host left alone): nothing was asked."""
