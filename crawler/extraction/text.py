"""What a story's lines say of themselves, whatever page they were on: credit line, dateline, 'read more', captions.

In: paragraphs in order. Out: the same without those lines that are not the story's text.
"""

from __future__ import annotations

import re
from datetime import tzinfo

from crawler.extraction import dates
from crawler.items import Moment

SENTENCE_END = re.compile(r"[.!?۔。।؟…:][\"'”’)\]]*$")

_CREDIT_LINE = re.compile(r"Published in \S.{0,120}", re.IGNORECASE)
_READ_MORE = re.compile(
    r"(?:Read|Also read|Read also|Read more|Know more|See also|Explore)\s*[:|]\s*\S.*", re.IGNORECASE
)
_DATELINE = re.compile(r"(?P<place>[A-Z][A-Z’'.,/() -]{1,58}[A-Z)])\s?:\s+\S")


def take_credit_line(lines: list[str], timezone: tzinfo | None = None) -> tuple[list[str], str | None, Moment | None]:
    """The lines before the last credit line ('Published in Dawn, July 26th, 2016'), that line, and its date. What
    follows it belongs to the page, not to the story. A credit line cut short by the page's end has no date."""
    for at in range(len(lines) - 1, -1, -1):
        if _CREDIT_LINE.fullmatch(lines[at]):
            printed = dates.credit_line(lines[at], timezone)
            if printed or (at == len(lines) - 1 and len(lines[at].split()) < 8):
                return lines[:at], lines[at], printed
    return lines, None, None


def is_credit_line(line: str) -> bool:
    return bool(_CREDIT_LINE.fullmatch(line) and dates.credit_line(line))


def without_read_more(lines: list[str]) -> list[str]:
    return [line for line in lines if not (len(line) < 300 and _READ_MORE.fullmatch(line))]


def dateline(paragraph: str, headline: str | None = None) -> str | None:
    """The place in capitals that opens a story's first paragraph, without its colon: 'ISLAMABAD: Iran on ...'."""
    match = _DATELINE.match(paragraph)
    if not match or match["place"].casefold() == (headline or "").casefold():
        return None
    return match["place"]
