"""Figures of a run: named values with their interval, as reports and tables show them."""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from engine.evals.record import CaseResult, Run, Status
from engine.schema.case import Expectation

_Z = 1.959963984540054  # two-sided 95 %


@dataclass(frozen=True)
class Figure:
    """One value. ``low`` and ``high`` are its 95 % interval, None where there is none; ``n`` what it is over.

    ``value`` is None where there is nothing to measure. ``unit``: "share" (0 to 1), "s", "calls" or "" for a count.
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


def figures_of(run: Run) -> tuple[Figure, ...]:
    """Every figure of a run that its results allow, in the order in which they are shown."""
    return (*_counts(run), *_work(run))


def value_text(value: float | None, unit: str) -> str:
    """A value as people read it: shares in per cent, "–" for none."""
    if value is None:
        return "–"
    if unit == "share":
        return f"{100 * value:.1f} %"
    return f"{value:.2f} s" if unit == "s" else f"{value:g}"


def interval_text(figure: Figure) -> str:
    """A figure's interval as people read it, nothing where it has none."""
    if figure.low is None or figure.high is None:
        return ""
    return f"{value_text(figure.low, figure.unit)} to {value_text(figure.high, figure.unit)}"


def share(group: str, name: str, title: str, hits: int, n: int, note: str = "") -> Figure:
    """A share with its Wilson interval (E. B. Wilson, JASA 22, 1927)."""
    low, high = wilson(hits, n)
    return Figure(group, name, title, hits / n if n else None, n, low=low, high=high, note=note)


def wilson(hits: float, n: int) -> tuple[float | None, float | None]:
    """The 95 % Wilson score interval of ``hits`` in ``n``; None twice for no trial. ``hits`` may be a sum of shares."""
    if not n:
        return None, None
    rate, square = hits / n, _Z * _Z
    middle = rate + square / (2 * n)
    reach = _Z * math.sqrt(rate * (1 - rate) / n + square / (4 * n * n))
    scale = 1 + square / n
    return max(0.0, (middle - reach) / scale), min(1.0, (middle + reach) / scale)


def _counts(run: Run) -> tuple[Figure, ...]:
    counted = [result for result in run.results if result.counts]
    asked = [result for result in counted if result.expect is Expectation.FIXED]
    spared = [result for result in counted if result.expect is Expectation.ABSTAIN]
    green = [result for result in counted if result.status in (Status.FIXED, Status.WRONG)]
    golden = [result for result in asked if result.status is Status.FIXED and result.exact is not None]
    lost = run.head.total - len(run.results)
    return (
        share("fixes", "fixed", "Mended, of what can be mended", _with(asked, Status.FIXED), len(asked)),
        share(
            "fixes",
            "false_green",
            "False greens, of what she called green",
            _with(green, Status.WRONG),
            len(green),
            "checks that she never saw are red, or it was bought by deletion",
        ),
        share(
            "fixes",
            "exact",
            "Equal to the golden, of mended ones with one",
            sum(bool(one.exact) for one in golden),
            len(golden),
        ),
        share(
            "abstention", "left_alone", "Left alone, of what should be", _with(spared, Status.ABSTAINED), len(spared)
        ),
        share("abstention", "gave_up", "Left alone, of what can be mended", _with(asked, Status.ABSTAINED), len(asked)),
        Figure(
            "harness",
            "errors",
            "Failures of the harness",
            float(_with(run.results, Status.ERROR)),
            len(run.results),
            "",
        ),
        Figure(
            "harness",
            "retries",
            "Cases tried again by the harness",
            float(sum(bool(one.retries) for one in run.results)),
            len(run.results),
            "",
        ),
        Figure("harness", "missing", "Cases not on record", float(lost), run.head.total, ""),
    )


def _work(run: Run) -> tuple[Figure, ...]:
    counted = [result for result in run.results if result.counts]
    mended = [result for result in counted if result.status is Status.FIXED]
    return (
        _median("latency", "seconds", "Seconds a case, median", counted, lambda one: one.seconds, "s"),
        _median("latency", "first_patch", "Seconds to the first patch, median of mended", mended, _first_patch, "s"),
        _median(
            "latency", "calls", "Compiler calls a case, median", counted, lambda one: float(one.compiler_calls), "calls"
        ),
    )


def _first_patch(result: CaseResult) -> float:
    return result.first_patch_seconds or 0.0


def _median(
    group: str, name: str, title: str, results: Sequence[CaseResult], value: Callable[[CaseResult], float], unit: str
) -> Figure:
    values = sorted(map(value, results))
    middle = len(values) // 2
    median = None
    if values:
        median = values[middle] if len(values) % 2 else (values[middle - 1] + values[middle]) / 2
    return Figure(group, name, title, median, len(values), unit)


def _with(results: Sequence[CaseResult], status: Status) -> int:
    return sum(result.status is status for result in results)
