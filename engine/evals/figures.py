"""Figures of a run: named values with their interval, as reports and tables show them."""

from __future__ import annotations

import math
from dataclasses import dataclass

_Z = 1.959963984540054  # two-sided 95 %


@dataclass(frozen=True)
class Figure:
    """One value. ``low`` and ``high`` are its 95 % interval, None where there is none; ``n`` what it is over.

    ``value`` is None where there is nothing to measure. ``unit``: "share" (0 to 1), "s", "calls",
    "score" for a number without a unit, or "" for a count.
    ``group`` is the scorer it belongs to, ``note`` one line on how to read it.
    """

    group: str
    name: str
    title: str
    value: float | None
    n: int
    unit: str = "share"
    low: float | None = None
    high: float | None = None
    note: str = ""


def value_text(value: float | None, unit: str) -> str:
    """A value as people read it: shares in per cent, "–" for none."""
    if value is None:
        return "–"
    if unit == "share":
        return f"{100 * value:.1f} %"
    if unit == "score":
        return f"{value:.3f}"
    return f"{value:.2f} s" if unit == "s" else f"{value:g}"


def interval_text(figure: Figure) -> str:
    """A figure's interval as people read it, nothing where it has none."""
    if figure.low is None or figure.high is None:
        return ""
    return f"{value_text(figure.low, figure.unit)} to {value_text(figure.high, figure.unit)}"


def wilson(hits: float, n: float) -> tuple[float | None, float | None]:
    """The 95 % Wilson score interval of ``hits`` in ``n``; None twice for no trial. ``hits`` may be a sum of shares."""
    if not n:
        return None, None
    rate, square = hits / n, _Z * _Z
    middle = rate + square / (2 * n)
    reach = _Z * math.sqrt(rate * (1 - rate) / n + square / (4 * n * n))
    scale = 1 + square / n
    return max(0.0, (middle - reach) / scale), min(1.0, (middle + reach) / scale)
