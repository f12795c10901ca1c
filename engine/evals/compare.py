"""Two runs, case by case: what one does better on the very same cases, and which cases flipped.

A pair of runs shares its cases, so their difficulty cancels out of the difference, and the interval of the difference
is narrower than the runs' own intervals suggest. Cases are resampled, not results: epochs of a case stay together (P.
Koehn, "Statistical significance tests for machine translation evaluation", EMNLP 2004; E. Miller, "Adding error bars to
evals", arXiv:2411.00640).
"""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

from engine.errors import RustaError
from engine.evals.record import CaseResult, Run, Status
from engine.schema.case import Expectation

Score = Callable[[CaseResult], float | None]
RESAMPLES = 4000


@dataclass(frozen=True)
class Difference:
    """Second run less first, over the ``n`` cases of both; ``low`` and ``high``: 95 % paired bootstrap interval.

    ``lost`` and ``gained`` are cases whose score fell or rose, by id.
    """

    n: int
    first: float
    second: float
    value: float
    low: float
    high: float
    lost: tuple[str, ...]
    gained: tuple[str, ...]


def mended(result: CaseResult) -> float | None:
    """Compile-fix as a score: 1 or 0, None for a case that is not there to be mended."""
    return float(result.status is Status.FIXED) if result.expect is Expectation.FIXED else None


def compiled(result: CaseResult) -> float | None:
    """Compile-ability as a score: 1 or 0, None for a case that is not there to be mended."""
    return float(result.compiles is True) if result.expect is Expectation.FIXED else None


def correct(result: CaseResult) -> float | None:
    """1 where she did as a good engineer would."""
    return float(result.correct)


SCORES: dict[str, Score] = {"compile_fix": mended, "compile_ability": compiled, "correct": correct}


def compare(first: Run, second: Run, score: Score = mended, seed: int = 0) -> Difference:
    """Compares two runs on the cases they share.

    Raises `RustaError` where they were not made on the same case set, or share nothing that counts.
    """
    if first.head.case_set != second.head.case_set:
        raise RustaError(
            f"runs {first.head.run} and {second.head.run} are not of the same cases",
            fix="run both on one case set: `rusta eval run`",
        )
    before, after = by_case(first, score), by_case(second, score)
    shared = sorted(before.keys() & after.keys())
    if not shared:
        raise RustaError(f"runs {first.head.run} and {second.head.run} share no case that counts", fix="run them again")
    return difference([before[case] for case in shared], [after[case] for case in shared], shared, seed)


def difference(first: Sequence[float], second: Sequence[float], names: Sequence[str], seed: int = 0) -> Difference:
    """The difference of paired scores, one a case, by the BCa bootstrap (B. Efron, JASA 82, 1987).

    Where no pair differs from another, resampling shows no spread, however few pairs there are. Then the interval is
    as wide as the exact one for a change that was not seen in n cases (the rule of three, J. Hanley and A.
    Lippman-Hand, JAMA 249, 1983).
    """
    gaps = [after - before for before, after in zip(first, second, strict=True)]
    n = len(gaps)
    value = math.fsum(gaps) / n
    low, high = _interval(gaps, seed)
    return Difference(
        n=n,
        first=math.fsum(first) / n,
        second=math.fsum(second) / n,
        value=value,
        low=low,
        high=high,
        lost=tuple(name for name, gap in zip(names, gaps, strict=True) if gap < 0),
        gained=tuple(name for name, gap in zip(names, gaps, strict=True) if gap > 0),
    )


def by_case(run: Run, score: Score) -> Mapping[str, float]:
    """The mean score of each case over its epochs; cases that do not count are left out."""
    scores: dict[str, list[float]] = {}
    for result in run.results:
        value = score(result) if result.counts else None
        if value is not None:
            scores.setdefault(result.case, []).append(value)
    return {case: math.fsum(values) / len(values) for case, values in scores.items()}


def _interval(gaps: Sequence[float], seed: int) -> tuple[float, float]:
    n = len(gaps)
    if min(gaps) == max(gaps):
        reach = 1 - 0.025 ** (1 / n)
        return max(-1.0, gaps[0] - reach), min(1.0, gaps[0] + reach)
    import numpy as np
    from scipy.stats import bootstrap

    found = bootstrap(
        (np.asarray(gaps),),
        np.mean,
        n_resamples=RESAMPLES,
        confidence_level=0.95,
        batch=max(1, 4_000_000 // n),
        rng=np.random.default_rng(seed),
    ).confidence_interval
    return float(found.low), float(found.high)
