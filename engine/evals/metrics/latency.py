"""Latency: how long a person waits, in the middle and at the worst of twenty.

Quantiles are the median-unbiased estimate of R. Hyndman and Y. Fan ("Sample quantiles in statistical packages", The
American Statistician 50, 1996, type 8); their intervals are order statistics chosen by the binomial distribution
(H. David and H. Nagaraja, Order Statistics, 3rd ed., 2003, §7.1), which assume nothing about how long things take.
"""

from __future__ import annotations

from collections.abc import Sequence

from engine.evals.figures import Figure
from engine.evals.record import CaseResult, Status
from engine.schema.event import Gear


def latency_figures(results: Sequence[CaseResult]) -> tuple[Figure, ...]:
    """The figures of waiting, over the results that count. A quick case is one that never left the quick gear."""
    counted = [result for result in results if result.counts]
    quick = [result.seconds for result in counted if result.gears == (Gear.QUICK,) and result.status is Status.FIXED]
    first = [result.first_patch_seconds for result in counted if result.first_patch_seconds is not None]
    calls = [float(result.compiler_calls) for result in counted]
    every = [result.seconds for result in counted]
    return (
        quantile("latency", "quickfix_p50", "Quickfix, seconds, median", quick, 0.5),
        quantile("latency", "quickfix_p95", "Quickfix, seconds, 95th percentile", quick, 0.95),
        quantile("latency", "seconds_p50", "Seconds a case, median", every, 0.5),
        quantile("latency", "seconds_p95", "Seconds a case, 95th percentile", every, 0.95),
        quantile("latency", "first_patch", "Seconds to the first patch, median", first, 0.5),
        quantile("latency", "calls", "Compiler calls a case, median", calls, 0.5, "calls"),
    )


def quantile(group: str, name: str, title: str, values: Sequence[float], at: float, unit: str = "s") -> Figure:
    """One quantile with its interval; an end that so few values cannot tell is left out, and then so is the other."""
    if not values:
        return Figure(group, name, title, None, 0, unit)
    import numpy as np
    from scipy.stats import binom

    ordered, n = sorted(values), len(values)
    value = float(np.quantile(ordered, at, method="median_unbiased"))
    lower = int(binom.ppf(0.025, n, at))  # the (lower)th smallest lies below the quantile in 97.5 % of samples
    upper = int(binom.ppf(0.975, n, at)) + 1
    if lower < 1 or upper > n:
        return Figure(group, name, title, value, n, unit, note="too few for an interval")
    return Figure(group, name, title, value, n, unit, ordered[lower - 1], ordered[upper - 1])
