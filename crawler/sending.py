"""The last step before the network: the signal that a request leaves now, and the end of one that was kept back."""

from __future__ import annotations

from scrapy.exceptions import IgnoreRequest

# Sent with request= when it is written to the network. Scrapy's own request_reached_downloader comes when a request takes
# its place in the line of its host, where it may wait for minutes and be taken back.
request_leaves = object()


class NotSentError(IgnoreRequest):
    """A request that was kept back for our own reasons (a budget, a host left alone): nothing was asked."""
