"""WARC records made by warcio, as another archivist's tools would write them."""

from __future__ import annotations

from io import BytesIO

from warcio.statusandheaders import StatusAndHeaders
from warcio.warcwriter import WARCWriter

DATE = "2026-03-02T06:00:00Z"


def record(
    url: str,
    body: bytes = b"<p>A page</p>",
    kind: str = "response",
    headers: dict[str, str] | None = None,
    http: list[tuple[str, str]] | None = None,
    packed: bool = True,
) -> bytes:
    """One record: a gzip member, or plain."""
    out = BytesIO()
    writer = WARCWriter(out, gzip=packed, warc_version="1.1")
    head = None
    if kind in ("response", "revisit"):
        head = StatusAndHeaders("200 OK", http or [("Content-Type", "text/html")], protocol="HTTP/1.1")
    named = {"WARC-Date": DATE} | (headers or {})
    made = writer.create_warc_record(
        url, kind, payload=BytesIO(body), length=len(body), http_headers=head, warc_headers_dict=named
    )
    writer.write_record(made)
    return out.getvalue()
