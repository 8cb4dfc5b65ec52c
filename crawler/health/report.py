"""The papers' health as a page to read: alarms first, then each paper's plots and its days in a table.

In: Health of papers. Out: HTML, whole in one file, without scripts and without anything fetched from elsewhere.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from html import escape

from crawler.health import Day, Health
from crawler.health.checks import WEEKDAYS, expected, unseen_pages
from crawler.health.days import SHARES, share
from crawler.health.plots import Line, plot

COLOURS = (
    "#2f6f9f",
    "#b5532b",
    "#3f8f5f",
    "#8a5fa8",
    "#a8892f",
    "#555555",
)  # told apart with poor sight of colours too
TABLED = 14  # days
LEAST_PLOTTED = 14  # days, also where the paper is known for fewer
STYLE = """
body{max-width:78em;margin:1.5em auto;padding:0 1em;font:15px/1.45 sans-serif;color:#222;background:#fff}
h1{font-size:1.5em}h2{font-size:1.25em;margin:2em 0 .4em;border-top:1px solid #bbb;padding-top:.7em}
.alarm{color:#a01818;font-weight:bold}.quiet{color:#2c6e3f}.unknown{color:#777}
.plots{display:grid;grid-template-columns:repeat(auto-fit,minmax(min(30em,100%),1fr));gap:.8em 1.5em}figure{margin:0}
figcaption{font-weight:bold;font-size:.9em}svg{width:100%;height:auto}
svg text{font:10px sans-serif;fill:#555}svg .scale{text-anchor:end}svg .day{text-anchor:middle}
svg .legend tspan{font:11px sans-serif}svg .grid{stroke:#ddd}svg polyline{fill:none;stroke-width:1.5}
.scroll{overflow-x:auto}table{border-collapse:collapse;margin:.8em 0;font-size:.85em}
td,th{padding:.15em .6em;text-align:right;border-bottom:1px solid #e4e4e4;white-space:nowrap}
td:first-child,th:first-child{text-align:left}
@media(prefers-color-scheme:dark){body{background:#181818;color:#ddd}.alarm{color:#ff8a80}.quiet{color:#8fd0a0}
svg text{fill:#aaa}svg .grid{stroke:#444}td,th{border-color:#333}}
"""


def report(papers: Sequence[Health]) -> str:
    """The whole page."""
    at = f"{papers[0].at:%Y-%m-%d %H:%M %Z}" if papers else "an empty archive"
    alarms = sum(len(health.alarms) for health in papers)
    verdict = (
        f'<p class="alarm">{alarms} alarm{"s" * (alarms > 1)}.</p>'
        if alarms
        else '<p class="quiet">Nothing unusual.</p>'
    )
    parts = [
        "<!doctype html>",
        '<html lang="en"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width">',
        f"<title>Health of the papers, {at}</title><style>{STYLE}</style></head><body>",
        f"<h1>Health of the papers, {at}</h1>{verdict}",
        *(part for health in papers for part in _paper(health)),
        "</body></html>",
    ]
    return "\n".join(parts) + "\n"


def _paper(health: Health) -> Iterator[str]:
    yield f"<h2>{escape(health.paper)}</h2>"
    if not health.days:
        yield f'<p class="unknown">Not crawled since {health.last:%Y-%m-%d}: nothing to judge.</p>'
        return
    for day, check in health.alarms:
        yield f'<p class="alarm">{day} {escape(check.what)}: {escape(check.found)}</p>'
    for day, checks in health.checks.items():
        unknown = [check.what for check in checks if check.unknown]
        if unknown:
            yield f'<p class="unknown">{day}: not enough history to judge {escape(", ".join(unknown))}.</p>'
    yield '<div class="plots">'
    yield from (f"<figure><figcaption>{title}</figcaption>{drawn}</figure>" for title, drawn in _plots(health.days))
    yield "</div>"
    yield from _table(health.days[-TABLED:])


def _plots(days: Sequence[Day]) -> Iterator[tuple[str, str]]:
    first = next((place for place, day in enumerate(days) if day.fetches), 0)
    days = days[min(first, len(days) - LEAST_PLOTTED) :]
    dates = [day.on for day in days]
    usual = [expected(day, days[:place]) for place, day in enumerate(days)]

    def drawn(title: str, bars: Line | None, *lines: Line, top: float | None = None) -> tuple[str, str]:
        return title, plot(dates, title, bars, lines, top)

    received = Line("received", COLOURS[0], [day.new if day.fetches else None for day in days])
    listed = Line("listed by the paper", COLOURS[4], [day.listed or None for day in days])
    yield drawn("New stories a day", received, Line("usual on such a weekday", COLOURS[1], usual), listed)
    fields = [
        Line(name, colour, [share(day, name) for day in days]) for name, colour in zip(SHARES, COLOURS, strict=True)
    ]
    yield drawn("Share of the pages with each field", None, *fields, top=1)
    yield drawn("Words of the middle story", None, Line("words", COLOURS[0], [day.story_length for day in days]))
    yield drawn(
        "Sidebar entries of the middle page", None, Line("entries", COLOURS[2], [d.sidebar_length for d in days])
    )
    failed = [day.failed / day.fetches if day.fetches else None for day in days]
    yield drawn("Share of the fetches that failed", Line("failed", COLOURS[1], failed), top=1)
    strange = [unseen_pages(day, days[:place]) / max(day.framed.total(), 1) for place, day in enumerate(days)]
    yield drawn("Share of the pages in unseen layouts", Line("unseen", COLOURS[3], strange), top=1)


def _table(days: Sequence[Day]) -> Iterator[str]:
    heads = [
        "day",
        "new",
        "asked of listed",
        "pages",
        *SHARES,
        "words",
        "entries",
        "changed",
        "failed",
        "kinds of failure",
    ]
    yield '<div class="scroll"><table><tr>' + "".join(f"<th>{head}</th>" for head in heads) + "</tr>"
    for day in reversed(days):
        title = f"{WEEKDAYS[day.on.weekday()][:3]} {day.on}" + ("" if day.whole else " so far")
        cells = [title, *_cells(day)] if day.fetches else [title, "not crawled", *[""] * (len(heads) - 2)]
        yield "<tr>" + "".join(f"<td>{escape(cell)}</td>" for cell in cells) + "</tr>"
    yield "</table></div>"


def _cells(day: Day) -> Iterator[str]:
    yield from (str(day.new), f"{day.asked} of {day.listed}" if day.listed else "", str(day.pages))
    for name in SHARES:
        value = share(day, name)
        yield "" if value is None else f"{value:.0%}"
    yield from ("" if value is None else f"{value:.0f}" for value in (day.story_length, day.sidebar_length))
    yield f"{day.changed} of {day.known}"
    yield f"{day.failed} of {day.fetches}"
    yield ", ".join(f"{number} {kind}" for kind, number in day.failures.most_common(3))
