"""What a story's lines say of themselves, whatever page they were on: credit line, dateline, 'read more', captions.

In: paragraphs in order. Out: the same without those lines that are not the story's text.
"""

from __future__ import annotations

import re
from datetime import tzinfo

from crawler.extraction import dates
from crawler.extraction.alternatives import listed
from crawler.extraction.notations import date_share, parse_date
from crawler.items import Moment

SENTENCE_END = re.compile(r"[.!?۔。।؟…:][\"'”’)\]]*$")

MAX_HEAD_LINE = 120  # characters: a longer line is a paragraph of the story, or a headline that is no byline
MAX_FURNITURE = 300  # characters
MAX_DATE_LINE = 60  # characters
DATED_LINES = 2  # of the head that may be date lines: further down a date heads what follows it
DATE_SHARE = 0.7  # of a date line's characters: its date and the words that dates stand among
MAX_BYLINE_WORDS = 3  # besides the names: 'by', 'and', 'for the Courier'

_CREDIT_LINE = re.compile(r"Published in \S.{0,120}", re.IGNORECASE)
# What papers of each language write before the headline of another story of theirs, put between two paragraphs.
_READ_ALSO = """
    read|also read|read also|read more|know more|see also|explore|related
    leggi anche|vedi anche|lire aussi|à lire aussi|voir aussi|lea también|lee también|leia também|leia mais
    lesen sie auch|lees ook|læs også|les også|läs också|läs även|lue myös|czytaj też|czytaj także|czytaj również
    čtěte také|čítajte tiež|citește și|pročitajte i|olvassa el|διαβάστε επίσης|читайте также|читайте також|ayrıca okuyun
    baca juga|soma pia|đọc thêm|اقرأ أيضا|اقرأ أيضاً|یہ بھی پڑھیں|بیشتر بخوانید|ये भी पढ़ें|यह भी पढ़ें|আরও পড়ুন
    関連記事|相关阅读|延伸閱讀|관련기사
"""
# What they write above an advertisement, alone on its line.
_ADVERT = """
    advertisement|publicité|anzeige|werbung|publicidad|publicidade|pubblicità|advertentie|annonse|annonce|mainos|reklama
    reklam|реклама|διαφήμιση|hirdetés|iklan|quảng cáo|إعلان|اشتہار|विज्ञापन|বিজ্ঞাপন|広告|广告|廣告|광고
"""
# What they write where a teaser is cut off, alone on its line.
_READ_ON = """
    read more|read full story|read full article|read full review|continue reading|weiterlesen|mehr lesen|lire la suite
    leer más|seguir leyendo|leia mais|continue lendo|leggi tutto|continua a leggere|lees meer|lees verder|läs mer|les mer
    læs mere|czytaj więcej|czytaj dalej|читать далее|devamını oku|baca selengkapnya|اقرأ المزيد|مزید پڑھیں|और पढ़ें|আরও পড়ুন
    続きを読む|阅读更多|閱讀更多|더보기
"""
_READ_ALSO_WORDS, _ADVERT_WORDS, _READ_ON_WORDS = (
    "|".join(map(re.escape, listed(words))) for words in (_READ_ALSO, _ADVERT, _READ_ON)
)
_FURNITURE = re.compile(
    rf"(?:{_READ_ALSO_WORDS})\s*[:：|]\s*\S.*|(?:{_ADVERT_WORDS})|(?:{_READ_ON_WORDS})\s*[.…>»›→]*"
    r"|\d\d?:\d\d(?::\d\d)?\s?(?:[ap]\.?m\.?)?|table of contents:?|inhaltsverzeichnis:?|[.,;:…|()\[\]\u200b-]{1,5}",
    re.IGNORECASE,
)
# What is said of a link to those who hear the page read.
_NEW_WINDOW = re.compile(
    r" ?\((?:öffnet|opens?|s’ouvre|s'ouvre|se abre|si apre|abre)\b[^()]{1,30}"
    r"(?:fenster|tab|window|fenêtre|onglet|ventana|pestaña|finestra|scheda|janela)\)",
    re.IGNORECASE,
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


def without_furniture(lines: list[str]) -> list[str]:
    """The lines without 'Read more: ...', the word above an advertisement, the clock times that stand above the posts of a
    live page, lone punctuation, and what is said of links to those who hear the page read."""
    if any("(" in line and _NEW_WINDOW.search(line) for line in lines):
        lines = [_NEW_WINDOW.sub("", line) for line in lines]
    return [line for line in lines if len(line) > MAX_FURNITURE or not _FURNITURE.fullmatch(line)]


def without_head(lines: list[str], headline: str | None, authors: list[str]) -> list[str]:
    """The lines without the headline, the byline and the date line, where they stand again before the first whole
    paragraph, and without the authors' names alone under the last."""
    while len(lines) > 1 and _is_signature(lines[-1], authors):
        lines = lines[:-1]
    first = next((at for at, line in enumerate(lines) if len(line) > MAX_HEAD_LINE), 0)
    said = _plain(headline or "")
    head = [line for line in lines[:first] if _plain(line) != said and not _is_byline(line, authors)]
    dated = [line for line in head[:DATED_LINES] if not _is_date_line(line)]
    return dated + head[DATED_LINES:] + lines[first:]


def _is_date_line(line: str) -> bool:
    """Whether a line says when the story was published or updated, and nothing else."""
    return len(line) <= MAX_DATE_LINE and date_share(line) >= DATE_SHARE and parse_date(line) is not None


def _is_byline(line: str, authors: list[str]) -> bool:
    """Whether a line is a preposition and the story's authors, and hardly more."""
    rest = _plain(line)
    for author in authors:
        rest = rest.replace(_plain(author), "")
    return len(rest) < len(_plain(line)) and len(rest.split()) <= MAX_BYLINE_WORDS


def _is_signature(line: str, authors: list[str]) -> bool:
    """Whether a line is the story's authors and nothing else, as many papers sign."""
    said = _plain(line)
    return bool(said) and said in ({_plain(author) for author in authors} | {_plain(" ".join(authors))})


def _plain(text: str) -> str:
    return " ".join(re.findall(r"\w+", text.casefold()))


def dateline(paragraph: str, headline: str | None = None) -> str | None:
    """The place in capitals that opens a story's first paragraph, without its colon: 'ISLAMABAD: Iran on ...'."""
    match = _DATELINE.match(paragraph)
    if not match or match["place"].casefold() == (headline or "").casefold():
        return None
    return match["place"]
