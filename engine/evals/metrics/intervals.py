"""Intervals: what a figure may be off by, given that results of one case are not independent of each other."""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import TYPE_CHECKING

from engine.evals.figures import Figure, wilson

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

RESAMPLES = 2000
Z = 1.959963984540054  # two-sided 95 %


def clustered_share(group: str, name: str, title: str, clusters: Sequence[tuple[int, int]], note: str = "") -> Figure:
    """A share of things that come in clusters (probes of a case, epochs of a case).

    ``clusters`` are (hits, n) each; those with n = 0 are left out. The interval is Wilson's on the effective number
    of observations, as R. Korn and B. Graubard ("Confidence intervals for proportions with small expected number of
    positive counts", Survey Methodology 24, 1998) do for Clopper–Pearson's: what the clusters vary by is the
    linearised variance of a ratio (W. Cochran, Sampling Techniques, 3rd ed., 1977, §6.3).
    """
    held = [(hits, n) for hits, n in clusters if n]
    total = sum(n for _, n in held)
    hits = sum(hits for hits, _ in held)
    if not total:
        return Figure(group, name, title, None, 0, note=note)
    effective = effective_count(held)
    low, high = wilson(hits / total * effective, effective)
    return Figure(group, name, title, hits / total, total, low=low, high=high, note=note)


def effective_count(clusters: Sequence[tuple[int, int]]) -> float:
    """How many independent observations the clusters are worth: at most as many as there are observations.

    Where every observation agrees there is no variance to learn from, and a cluster is worth one.
    """
    count, total = len(clusters), sum(n for _, n in clusters)
    rate = sum(hits for hits, _ in clusters) / total
    if count == total:
        return float(total)
    if count < 2 or rate in (0.0, 1.0):
        return float(count)
    spread = sum((hits - rate * n) ** 2 for hits, n in clusters)
    variance = count / (count - 1) * spread / total**2
    alike = rate * (1 - rate) / total
    return total / max(1.0, variance / alike)


def mean_figure(
    group: str, name: str, title: str, values: Sequence[float], unit: str = "share", note: str = "", seed: int = 0
) -> Figure:
    """The mean of ``values`` and its BCa bootstrap interval (B. Efron, JASA 82, 1987).

    Where no value differs from another, resampling shows no spread at all, however few there are: for shares Wilson's
    interval takes its place, which for anything between 0 and 1 errs on the wide side; otherwise there is none.
    """
    if not values:
        return Figure(group, name, title, None, 0, unit, note=note)
    mean = math.fsum(values) / len(values)
    if min(values) == max(values):
        low, high = wilson(math.fsum(values), len(values)) if unit == "share" else (None, None)
        return Figure(group, name, title, mean, len(values), unit, low, high, note)
    import numpy as np
    from scipy.stats import bootstrap

    found = bootstrap(
        (np.asarray(values),), np.mean, n_resamples=RESAMPLES, confidence_level=0.95, rng=np.random.default_rng(seed)
    ).confidence_interval
    return Figure(group, name, title, mean, len(values), unit, float(found.low), float(found.high), note)


def percentiles(draws: NDArray[np.float64]) -> tuple[float, float]:
    """The 95 % percentile interval of bootstrap draws."""
    import numpy as np

    low, high = np.quantile(draws, (0.025, 0.975))
    return float(low), float(high)


def paired_drop(lost: int, gained: int, n: int) -> tuple[float, float]:
    """The 95 % interval of a drop, (lost − gained) / n, between two runs of the same n cases.

    It is the score interval of T. Tango ("Equivalence test and confidence interval for the difference in proportions
    for the paired-sample design", Statistics in Medicine 17, 1998), which holds where few cases flip, and none.
    """
    from scipy.optimize import brentq

    def score(drop: float, side: float) -> float:
        b = -lost - gained + (2 * n - lost + gained) * drop
        root = max(0.0, b * b + 8 * n * gained * drop * (1 - drop))
        rate = (math.sqrt(root) - b) / (4 * n)
        spread = math.sqrt(max(0.0, n * (2 * rate + drop * (1 - drop))))
        return (lost - gained - n * drop) - side * Z * spread

    edge, drop = 1e-9, (lost - gained) / n  # at the drop itself the score is 0, whatever the interval
    low = -1.0 if lost == 0 and gained == n else brentq(score, -1.0, drop - edge, args=(1.0,), xtol=1e-10)
    high = 1.0 if gained == 0 and lost == n else brentq(score, drop + edge, 1.0, args=(-1.0,), xtol=1e-10)
    return float(low), float(high)
