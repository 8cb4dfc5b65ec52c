"""A request leaves when all that is to be seen to first is done."""

from __future__ import annotations

import asyncio

from scrapy import Request
from scrapy.signalmanager import SignalManager

from crawler.sending import leave, request_leaves


def test_a_request_waits_for_what_a_receiver_has_to_see_to_first() -> None:
    async def leaves_before() -> bool:
        signals, first = SignalManager(), asyncio.get_running_loop().create_future()

        def receive(request: Request) -> asyncio.Future[None]:
            return first

        signals.connect(receive, request_leaves)
        leaving = asyncio.ensure_future(leave(signals, Request("https://example.org/")))
        await asyncio.sleep(0)
        await asyncio.sleep(0)
        left = leaving.done()
        first.set_result(None)
        await leaving
        return left

    assert asyncio.run(leaves_before()) is False


def test_a_request_of_which_nobody_takes_note_leaves_at_once() -> None:
    signals = SignalManager()

    def receive(request: Request) -> None:
        assert request.url == "https://example.org/"

    signals.connect(receive, request_leaves)
    assert asyncio.run(asyncio.wait_for(leave(signals, Request("https://example.org/")), timeout=5)) is None
