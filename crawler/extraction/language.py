"""The language of a text by its script, where the script leaves no doubt.

In: a text. Out: a short BCP 47 tag, or None for Latin script and for texts without letters. Letters that one language
alone uses among those of a script decide: Urdu's and Persian's in Arabic script, Ukrainian's and Belarusian's in
Cyrillic (The Unicode Standard, chapters 7 to 18).
"""

from __future__ import annotations

import re
from bisect import bisect_right
from collections import Counter

MAX_TEXT = 2_000  # characters looked at
CLEAR_SHARE = 0.6  # of the letters that must be of one script
ENGLISH = "en"
_ENGLISH_WORDS = ("the", "of", "and", "to")
# On the bench's pages that declare English, texts of so many words in it have at least .012 of them, those in others .008.
TELLING_WORDS = 60
LEAST_ENGLISH = 0.01

# First letter of each block and the script it is of; "" ends a block that no paper's language uses.
_BLOCKS = [
    (0x0000, "latin"), (0x0370, "el"), (0x0400, "cyrillic"), (0x0530, "hy"), (0x0590, "he"), (0x0600, "arabic"),
    (0x0780, ""), (0x0900, "devanagari"), (0x0980, "bn"), (0x0A00, "pa"), (0x0A80, "gu"), (0x0B00, "or"),
    (0x0B80, "ta"), (0x0C00, "te"), (0x0C80, "kn"), (0x0D00, "ml"), (0x0D80, "si"), (0x0E00, "th"), (0x0E80, "lo"),
    (0x0F00, "bo"), (0x1000, "my"), (0x10A0, "ka"), (0x1100, "ko"), (0x1200, "am"), (0x1380, ""), (0x1780, "km"),
    (0x1800, ""), (0x1E00, "latin"), (0x1F00, "el"), (0x2000, ""), (0x3040, "ja"), (0x3100, ""), (0x3400, "han"),
    (0xA000, ""), (0xAC00, "ko"), (0xD7B0, ""), (0xF900, "han"), (0xFB00, ""), (0xFB50, "arabic"), (0xFE00, ""),
    (0xFE70, "arabic"), (0xFF00, ""),
]  # fmt: skip
_ENDS = [start for start, _script in _BLOCKS[1:]] + [0x110000]
# A letter of a script that can tell; a text without one is most often Latin, and then nothing need be counted.
_TELLING = re.compile(
    "["
    + "".join(
        f"{chr(start)}-{chr(end - 1)}"
        for (start, script), end in zip(_BLOCKS, _ENDS, strict=True)
        if script not in ("latin", "")
    )
    + "]"
)
_STARTS = [start for start, _script in _BLOCKS]
_URDU = set("ٹڈڑںےہھ")
_PERSIAN = set("پچژگکی")
_UKRAINIAN = set("їєіґЇЄІҐ")
_BELARUSIAN = set("ўЎ")


def language_of(text: str) -> str | None:
    """The language a text's script shows, or None where it may be one of many."""
    if not _TELLING.search(text, 0, MAX_TEXT):
        return None
    letters = [letter for letter in text[:MAX_TEXT] if letter.isalpha()]
    scripts = Counter(_BLOCKS[bisect_right(_STARTS, ord(letter)) - 1][1] for letter in letters)
    if scripts["ja"] and scripts["ja"] + scripts["han"] >= CLEAR_SHARE * len(letters):
        return "ja"
    script, count = scripts.most_common(1)[0] if scripts else ("", 0)
    return _of_script(script, set(letters)) if count >= CLEAR_SHARE * len(letters) else None


def belies_english(text: str) -> bool:
    """Whether a text is long enough to tell, and has next to none of the words that no English does without."""
    words = text.lower().split()
    return len(words) >= TELLING_WORDS and sum(map(words.count, _ENGLISH_WORDS)) < LEAST_ENGLISH * len(words)


def is_latin(language: str) -> bool:
    """Whether a language is none of those that language_of can tell, and so may be written in Latin script."""
    return language not in _TOLD


def _of_script(script: str, letters: set[str]) -> str | None:
    if script == "arabic":
        return "ur" if letters & _URDU else "fa" if len(letters & _PERSIAN) > 1 else "ar"
    if script == "cyrillic":
        return "be" if letters & _BELARUSIAN else "uk" if letters & _UKRAINIAN else "ru"
    return {"devanagari": "hi", "han": "zh"}.get(script, None if script in ("latin", "") else script)


_TOLD = {script for _start, script in _BLOCKS if len(script) == 2} | {
    "ur", "fa", "ar", "ps", "sd", "ku", "ckb", "ug", "be", "uk", "ru", "bg", "sr", "mk", "kk", "ky", "mn", "tg", "hi",
    "mr", "ne", "zh", "yi", "iw",
}  # fmt: skip
