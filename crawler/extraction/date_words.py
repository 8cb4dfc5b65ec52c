"""The words dates are written with on news pages: months, halves of the day and zone names of many languages.

In: nothing. Out: lookup tables for notations.py. The months' names lie in months.txt.
"""

from __future__ import annotations

from crawler.extraction.files import read

AFTER_NOON = {
    "pm", "p.m", "p.m.", "م", "مساءً", "مساء", "شام", "رات", "بعدازظهر", "ب.ظ", "下午", "晚上", "午後", "오후", "μμ",
    "μ.μ.", "मध्याह्न", "अपराह्न", "सायं", "ptg", "petang",
}  # fmt: skip
BEFORE_NOON = {
    "am", "a.m", "a.m.", "ص", "صباحًا", "صباحا", "صبح", "ق.ظ", "上午", "凌晨", "早上", "午前", "오전", "πμ", "π.μ.",
    "पूर्वाह्न", "pg", "pagi",
}  # fmt: skip

# Words that stand in date lines beside the date: they make a line no less a date line.
DATE_WORDS = {
    "am", "pm", "uhr", "um", "at", "on", "le", "à", "the", "of", "de", "del", "el", "a", "las", "th", "st", "nd",
    "rd", "utc", "gmt", "est", "edt", "et", "pst", "pdt", "cet", "ist", "pkt", "bst", "published", "publish", "posted",
    "updated", "update", "last", "created", "date", "first", "modified", "monday", "tuesday", "wednesday", "thursday",
    "friday", "saturday", "sunday", "mon", "tue", "tues", "wed", "thu", "thur", "thurs", "fri", "sat", "sun", "montag",
    "dienstag", "mittwoch", "donnerstag", "freitag", "samstag", "sonntag", "mo", "di", "mi", "do", "fr", "sa", "so",
    "lundi", "mardi", "mercredi", "jeudi", "vendredi", "samedi", "dimanche", "publié", "mis", "jour", "veröffentlicht",
    "erstellt", "aktualisiert", "stand", "publicado", "pubblicato", "actualizado", "aggiornato", "lunes", "martes",
    "miércoles", "jueves", "viernes", "sábado", "domingo", "lunedì", "martedì", "mercoledì", "giovedì", "venerdì",
    "sabato", "domenica", "ore", "datum", "geplaatst", "gepubliceerd", "bijgewerkt", "publisert", "oppdatert", "kl",
    "klo", "publicerad", "uppdaterad", "wib", "min", "read", "by",
}  # fmt: skip

# Zone abbreviations as papers print them, as minutes east of UTC. IST is India's: no other paper prints it more often.
ZONES = {
    "z": 0, "utc": 0, "gmt": 0, "wet": 0, "west": 60, "bst": 60, "cet": 60, "mez": 60, "cest": 120, "mesz": 120,
    "eet": 120, "eest": 180, "msk": 180, "мск": 180, "sast": 120, "eat": 180, "wat": 60, "cat": 120, "trt": 180, "gst": 240,
    "pkt": 300, "pst+5": 300, "ist": 330, "bdt": 360, "npt": 345, "wib": 420, "wita": 480, "wit": 540, "myt": 480,
    "sgt": 480, "hkt": 480, "jst": 540, "kst": 540, "aest": 600, "aedt": 660, "acst": 570, "awst": 480, "nzst": 720,
    "nzdt": 780, "est": -300, "edt": -240, "cst": -360, "cdt": -300, "mst": -420, "mdt": -360, "pst": -480,
    "pdt": -420, "akst": -540, "akdt": -480, "hst": -600, "ast": -240, "adt": -180, "nst": -210, "brt": -180,
    "art": -180,
}  # fmt: skip

# Names that stand for standard and summer time alike: the zone decides by the day.
ZONE_NAMES = {
    "et": "America/New_York", "ct": "America/Chicago", "mt": "America/Denver", "pt": "America/Los_Angeles",
    "eastern": "America/New_York", "central": "America/Chicago", "mountain": "America/Denver",
    "pacific": "America/Los_Angeles",
}  # fmt: skip


def _read_months() -> tuple[dict[str, int], dict[str, int]]:
    """Month numbers by name, in the common calendar and in the solar one of Iran."""
    common: dict[str, int] = {}
    solar: dict[str, int] = {}
    for line in read("months.txt").decode("utf-8").splitlines():
        language, *months = line.split()
        if language == "#":
            continue
        table = solar if language == "fa-solar" else common
        for number, names in enumerate(months, start=1):
            table.update((name.replace("+", " "), number) for name in names.split("/"))
    return common, solar


MONTH_NUMBERS, SOLAR_MONTH_NUMBERS = _read_months()
