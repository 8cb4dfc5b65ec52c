"""A failed request to a Fetch with an outcome and a reason in plain words."""

from __future__ import annotations

from datetime import UTC, datetime

from scrapy.exceptions import IgnoreRequest
from scrapy.http import Request, Response
from scrapy.spidermiddlewares.httperror import HttpError
from twisted.python.failure import Failure

from crawler.addresses import RefusedAddressError
from crawler.items import Fetch, Outcome

GONE = (404, 410)
FORBIDDEN = "Forbidden by robots.txt"  # Scrapy's own words for a rule that forbids the page
MAX_REASON = 500  # characters
REFUSED = (401, 402, 403, 407, 451)


def fetch_of_failure(failure: Failure, publisher: str) -> Fetch:
    """What a request came to that gave nothing to read."""
    request: Request = failure.request  # type: ignore[attr-defined]  # Scrapy sets it on every failure it hands out
    response = response_of(failure)
    meta = response.meta if response is not None else request.meta
    fetch = Fetch(
        url=request.meta.get("redirect_urls", [request.url])[0],
        final_url=response.url if response is not None else request.url,
        status=response.status if response is not None else None,
        fetched_at=meta.get("captured_at") or datetime.now(UTC).replace(microsecond=0),
        capture=meta.get("capture"),
        publisher=publisher,
        lead=request.meta.get("lead"),
        attempts=meta.get("attempts", []),
        robots=meta.get("robots"),
    )
    fetch.outcome, fetch.reason = _verdict(failure, fetch.status)
    return fetch


def response_of(failure: Failure) -> Response | None:
    """The response of a request that failed by its status; None where there was none."""
    error = failure.value
    return error.response if isinstance(error, HttpError) else None


def _verdict(failure: Failure, status: int | None) -> tuple[Outcome, str]:
    if status is not None:
        reason = f"HTTP {status}"
        return ("gone" if status in GONE else "refused" if status in REFUSED else "failed"), reason
    message = " ".join(str(failure.value).split())[:MAX_REASON]
    if isinstance(failure.value, RefusedAddressError):
        return "refused", message
    if isinstance(failure.value, IgnoreRequest) and message.startswith(FORBIDDEN):
        return "refused", "robots.txt forbids it" if message == FORBIDDEN else message
    name = type(failure.value).__name__
    return "failed", f"{name}: {message}" if message else name
