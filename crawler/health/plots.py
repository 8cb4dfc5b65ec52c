"""Small plots as SVG, to stand in a page without any script or style from elsewhere.

In: one value a day, None for a day that has none. Out: an <svg> element. Every day has the same width, so that plots
under each other can be compared.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from html import escape

WIDTH, HEIGHT = 560, 110  # of the plot's field
LEFT, RIGHT, TOP, BOTTOM = 44, 18, 8, 20  # room for the labels


@dataclass(frozen=True, slots=True)
class Line:
    """A line of values with its name and colour."""

    name: str
    colour: str
    values: Sequence[float | None]


def plot(days: Sequence[date], title: str, bars: Line | None, lines: Sequence[Line], top: float | None = None) -> str:
    """Bars and lines over the days. top: the value at the upper edge; else the greatest there is."""
    shown = [*([bars] if bars else []), *lines]
    greatest = top or max((value for line in shown for value in line.values if value is not None), default=0) or 1
    step = WIDTH / max(len(days), 1)
    parts = [_frame(days, title, greatest, top == 1, step)]
    if bars:
        parts += [
            _bar(place, value, greatest, step, bars, days[place]) for place, value in enumerate(bars.values) if value
        ]
    parts += [_line(line, greatest, step) for line in lines]
    legend = " ".join(f'<tspan fill="{line.colour}">■ {escape(line.name)}</tspan>' for line in shown)
    parts.append(f'<text x="{LEFT}" y="{TOP + HEIGHT + BOTTOM + 12}" class="legend">{legend}</text>')
    size = f"{LEFT + WIDTH + RIGHT} {TOP + HEIGHT + BOTTOM + 18}"
    return f'<svg viewBox="0 0 {size}" role="img" aria-label="{escape(title)}">{"".join(parts)}</svg>'


def _frame(days: Sequence[date], title: str, greatest: float, percent: bool, step: float) -> str:
    parts = [f"<title>{escape(title)}</title>"]
    for part in (0, 0.5, 1):
        y = TOP + HEIGHT * (1 - part)
        label = f"{greatest * part:.0%}" if percent else f"{greatest * part:.3g}"
        parts.append(f'<line x1="{LEFT}" x2="{LEFT + WIDTH}" y1="{y:.1f}" y2="{y:.1f}" class="grid"/>')
        parts.append(f'<text x="{LEFT - 5}" y="{y + 4:.1f}" class="scale">{label}</text>')
    for place, day in enumerate(days):
        if day.weekday() == 6:  # Sundays, which are often quiet
            x = LEFT + (place + 0.5) * step
            parts.append(f'<text x="{x:.1f}" y="{TOP + HEIGHT + 14}" class="day">{day:%m-%d}</text>')
    return "".join(parts)


def _bar(place: int, value: float, greatest: float, step: float, bars: Line, day: date) -> str:
    height = HEIGHT * min(value / greatest, 1)
    return (
        f'<rect x="{LEFT + place * step + 0.5:.1f}" y="{TOP + HEIGHT - height:.1f}" width="{max(step - 1, 1):.1f}"'
        f' height="{height:.1f}" fill="{bars.colour}"><title>{day}: {value:.4g}</title></rect>'
    )


def _line(line: Line, greatest: float, step: float) -> str:
    """Runs of neighbouring days are joined; a day between two without a value is a dot."""
    parts: list[str] = []
    run: list[str] = []
    for place, value in enumerate([*line.values, None]):
        if value is not None:
            run.append(f"{LEFT + (place + 0.5) * step:.1f},{TOP + HEIGHT * (1 - min(value / greatest, 1)):.1f}")
            continue
        if len(run) > 1:
            parts.append(f'<polyline points="{" ".join(run)}" stroke="{line.colour}"/>')
        elif run:
            x, y = run[0].split(",")
            parts.append(f'<circle cx="{x}" cy="{y}" r="2" fill="{line.colour}"/>')
        run = []
    return "".join(parts)
