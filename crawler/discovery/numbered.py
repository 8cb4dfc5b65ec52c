"""Characters written by their numbers. In: the bytes of a feed or sitemap. Out: the same, each number a character's.

Papers write emoji as two halves, &#55357;&#56832;, which XML forbids: one such title, and the parser gives up the whole file.
Rule: XML 1.0, section 2.2.
"""

from __future__ import annotations

import re

_NUMBERED = re.compile(rb"&(?:amp;)*#(?:[xX]([0-9a-fA-F]+)|([0-9]+));?")  # also where a text was escaped twice
_DIGITS = 7  # of the greatest number that a character has, 1114111
_GREATEST = 0x10FFFF
_HALVES = range(0xD800, 0xE000)
_UNREADABLE = b"&#65533;"


def readable(body: bytes) -> bytes:
    """body with the mark for an unreadable character in place of every number that is no character's."""
    return _NUMBERED.sub(_character, body)


def _character(match: re.Match[bytes]) -> bytes:
    digits = (match[1] or match[2]).lstrip(b"0") or b"0"
    if len(digits) > _DIGITS:
        return _UNREADABLE
    number = int(digits, 16 if match[1] else 10)
    return _UNREADABLE if number in _HALVES or number > _GREATEST else match[0]
