"""Charts as SVG text, for pages that load nothing: every value stands beside its mark, and colour never says it alone.

Colours are CSS variables of the page, so that a chart is readable on light and on dark.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from html import escape

WIDTH = 640
_ROW = 24
_LABEL = 230
_WIDE_LABEL = 310
_RIGHT = 90


@dataclass(frozen=True)
class Part:
    """A part of a bar: how much, which colour variable, which glyph."""

    label: str
    value: float
    colour: str
    glyph: str


@dataclass(frozen=True)
class Interval:
    """One line of an interval plot; all values are shares, 0 to 1."""

    label: str
    value: float
    low: float
    high: float
    text: str


Point = tuple[float, float]


def stacked_bars(rows: Sequence[tuple[str, Sequence[Part]]]) -> str:
    """One bar a row, each as long as its row's share of the longest; counts stand inside where there is room."""
    longest = max((sum(part.value for part in parts) for _, parts in rows), default=0.0) or 1.0
    scale = (WIDTH - _LABEL - _RIGHT) / longest
    lines: list[str] = []
    for number, (label, parts) in enumerate(rows):
        top = number * _ROW
        lines.append(_text(_LABEL - 8, top + 16, label, anchor="end"))
        left = float(_LABEL)
        for part in parts:
            width = part.value * scale
            if part.value:
                title = f"{label}: {part.value:g} {part.label}"
                lines.append(_rect(left, top + 4, width, _ROW - 8, part.colour, title))
                if width > 26:
                    lines.append(
                        _text(left + width / 2, top + 16, f"{part.glyph}{part.value:g}", anchor="middle", on=True)
                    )
            left += width
        lines.append(_text(left + 6, top + 16, f"{sum(part.value for part in parts):g}"))
    return _svg(len(rows) * _ROW + 4, lines, "Counts by group")


def interval_plot(rows: Sequence[Interval]) -> str:
    """Values with their intervals on a common axis from 0 to 100 %."""
    left = _WIDE_LABEL
    span = WIDTH - left - _RIGHT
    bottom = len(rows) * _ROW + 4
    lines = [_line(left + span * tick / 4, 0, left + span * tick / 4, bottom, "--faint") for tick in range(5)]
    lines += [_text(left + span * tick / 4, bottom + 14, f"{25 * tick} %", anchor="middle") for tick in range(5)]
    for number, row in enumerate(rows):
        middle = number * _ROW + _ROW / 2
        lines.append(_text(left - 8, middle + 4, row.label, anchor="end"))
        lines.append(_line(left + span * row.low, middle, left + span * row.high, middle, "--ink", 2))
        lines.append(_dot(left + span * row.value, middle, "--accent", f"{row.label}: {row.text}"))
        lines.append(_text(WIDTH - _RIGHT + 8, middle + 4, row.text))
    return _svg(bottom + 20, lines, "Shares with 95 % intervals")


def curve(
    title: str, across: str, up: str, points: Sequence[Point], *, diagonal: bool = False, steps: bool = False
) -> str:
    """A curve of points in the unit square, joined in order; ``diagonal`` draws where both are equal."""
    left, top, side = 56.0, 12.0, 280.0
    lines = [_rect(left, top, side, side, "--back", "")]
    for tick in range(5):
        at = side * tick / 4
        lines += [
            _line(left, top + side - at, left + side, top + side - at, "--faint"),
            _text(left - 6, top + side - at + 4, f"{0.25 * tick:.2f}", anchor="end"),
            _text(left + at, top + side + 16, f"{0.25 * tick:.2f}", anchor="middle"),
        ]
    if diagonal:
        lines.append(_line(left, top + side, left + side, top, "--faint", 2))
    placed = [(left + side * x, top + side - side * y) for x, y in points]
    path: list[str] = []
    for number, (x, y) in enumerate(placed):
        if steps and number:
            path.append(f"H{x:.1f}")
        path.append(f"{'L' if number else 'M'}{x:.1f} {y:.1f}")
    if path:
        lines.append(f'<path d="{" ".join(path)}" fill="none" stroke="var(--accent)" stroke-width="2"/>')
    if len(placed) <= 40:
        lines += [
            _dot(x, y, "--accent", f"{px:.2f}, {py:.2f}") for (x, y), (px, py) in zip(placed, points, strict=True)
        ]
    lines.append(_text(left + side / 2, top + side + 36, across, anchor="middle"))
    lines.append(_text(left + side + 12, top + 12, up))
    return _svg(top + side + 44, lines, title)


def _svg(height: float, lines: Sequence[str], title: str) -> str:
    head = f'<svg viewBox="0 0 {WIDTH} {height:.0f}" role="img" xmlns="http://www.w3.org/2000/svg">'
    return f"{head}<title>{escape(title)}</title>{''.join(lines)}</svg>"


def _text(x: float, y: float, text: str, *, anchor: str = "start", on: bool = False) -> str:
    colour = "--on" if on else "--ink"
    return f'<text x="{x:.1f}" y="{y:.1f}" text-anchor="{anchor}" fill="var({colour})">{escape(text)}</text>'


def _rect(x: float, y: float, width: float, height: float, colour: str, title: str) -> str:
    return (
        f'<rect x="{x:.1f}" y="{y:.1f}" width="{width:.1f}" height="{height:.1f}" fill="var({colour})">'
        f"<title>{escape(title)}</title></rect>"
    )


def _line(x1: float, y1: float, x2: float, y2: float, colour: str, width: float = 1) -> str:
    place = f'x1="{x1:.1f}" y1="{y1:.1f}" x2="{x2:.1f}" y2="{y2:.1f}"'
    return f'<line {place} stroke="var({colour})" stroke-width="{width:g}"/>'


def _dot(x: float, y: float, colour: str, title: str) -> str:
    return f'<circle cx="{x:.1f}" cy="{y:.1f}" r="4" fill="var({colour})"><title>{escape(title)}</title></circle>'
