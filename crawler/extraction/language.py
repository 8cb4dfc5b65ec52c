"""The language of a text, where its script leaves no doubt, or its words that it is English; and whether it contradicts
what its paper or page declares.

In: a text. Out: a short BCP 47 tag, or None for other texts in Latin script and for texts without letters. Letters that
one language alone uses among those of a script decide: Urdu's and Persian's in Arabic script, Ukrainian's and
Belarusian's in Cyrillic (The Unicode Standard, chapters 7 to 18).
"""

from __future__ import annotations

import re
from bisect import bisect_right
from collections import Counter

MAX_TEXT = 1_500  # characters looked at
CLEAR_SHARE = 0.6  # of the letters that must be of one script
LATIN = "latin"
# Of 833 stories of the bench's papers that declare English, 4 have none of these words, and none of the 4 is English: they
# are Swahili, Zulu, Xhosa and Spanish. Of 108 that declare another language of Latin script, 2 have more than .016: both
# are English.
_ENGLISH = (" the ", " of ", " and ")
ENGLISH = 0.04  # share of an English text's words that these are, and of no other's
TELLING_WORDS = 50  # in fewer, none of them may stand by chance

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
# The languages written in a script that several share, by ISO 15924's and CLDR's lists, as far as they have newspapers.
_WRITTEN = {
    "arabic": {"ar", "ur", "fa", "ps", "sd", "ku", "ckb", "ug", "pa", "ks", "az"},
    "cyrillic": {"ru", "uk", "be", "bg", "sr", "mk", "kk", "ky", "mn", "tg", "uz", "bs", "ba", "tt"},
    "devanagari": {"hi", "mr", "ne", "sa", "kok", "mai", "bho", "sd", "ks"},
    "han": {"zh", "yue", "ja", "ko"},
    "he": {"he", "iw", "yi"},
    "am": {"am", "ti"},
    "bn": {"bn", "as"},
}
_OWN_SCRIPTS = {script for _start, script in _BLOCKS if len(script) == 2}
_ALSO_LATIN = {"sr", "bs", "ku", "kk", "uz", "az", "tt", "mn", "tg", "pa", "sd", "ks"}
_NEVER_LATIN = _OWN_SCRIPTS.union(*_WRITTEN.values()) - _ALSO_LATIN


def language_of(text: str) -> str | None:
    """The language that a text shows by its script, or as English by its words; None where it may be one of many."""
    script = script_of(text)
    if script == LATIN:
        return "en" if english_words(text) >= ENGLISH else None
    letters = set(text[:MAX_TEXT])
    if script == "arabic":
        return "ur" if letters & _URDU else "fa" if len(letters & _PERSIAN) > 1 else "ar"
    if script == "cyrillic":
        return "be" if letters & _BELARUSIAN else "uk" if letters & _UKRAINIAN else "ru"
    return {"devanagari": "hi", "han": "zh"}.get(script or "", script)


def is_against(text: str, language: str) -> bool:
    """Whether a text shows that it is not of a language: it is in another script, or English, or not English at all."""
    language = language.partition("-")[0]
    script = script_of(text)
    if script is None:
        return False
    if script != LATIN:
        return language not in _WRITTEN.get(script, {script})
    if language == "en":
        return text.count(" ", 0, MAX_TEXT) >= TELLING_WORDS and not english_words(text)
    return language in _NEVER_LATIN or english_words(text) >= ENGLISH


def script_of(text: str) -> str | None:
    """The script of a text, or the language that alone has it; None where it has several, or too few letters to tell."""
    if not _TELLING.search(text, 0, MAX_TEXT):
        return LATIN if len(text) >= TELLING_WORDS else None
    letters = [letter for letter in text[:MAX_TEXT] if letter.isalpha()]
    scripts = Counter(_BLOCKS[bisect_right(_STARTS, ord(letter)) - 1][1] for letter in letters)
    if scripts["ja"] and scripts["ja"] + scripts["han"] >= CLEAR_SHARE * len(letters):
        return "ja"
    script, count = scripts.most_common(1)[0] if scripts else ("", 0)
    return script if script and count >= CLEAR_SHARE * len(letters) else None


def english_words(text: str) -> float:
    """The share of a text's words that are one of English's commonest; 0 for a text too short to tell."""
    words = text.count(" ", 0, MAX_TEXT)
    if words < TELLING_WORDS:
        return 0.0
    low = text[:MAX_TEXT].lower()
    return sum(map(low.count, _ENGLISH)) / words
