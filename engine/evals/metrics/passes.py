"""pass@k: whether at least one of k attempts at a case mends it, where a run has several epochs.

Of n epochs of which c are mended, k drawn without replacement hold no mended one with probability C(n−c, k) / C(n, k);
one less that, averaged over cases, is the unbiased estimate of M. Chen et al., "Evaluating large language models
trained on code", arXiv:2107.03374.
"""

from __future__ import annotations

from collections.abc import Sequence
from math import comb

from engine.evals.figures import Figure
from engine.evals.metrics.intervals import mean_figure
from engine.evals.record import CaseResult, Status
from engine.schema.case import Expectation


def pass_at(k: int, n: int, mended: int) -> float:
    """pass@k of one case: ``mended`` of ``n`` attempts mended it. Raises `ValueError` unless 1 ≤ k ≤ n."""
    if not 1 <= k <= n:
        raise ValueError(f"pass@{k} cannot be told from {n} attempts")
    return 1.0 - comb(n - mended, k) / comb(n, k)


def pass_figures(results: Sequence[CaseResult]) -> tuple[Figure, ...]:
    """pass@1, pass@2, pass@4, … up to the epochs that every case has; nothing for a single epoch."""
    attempts: dict[str, list[bool]] = {}
    for result in results:
        if result.counts and result.expect is Expectation.FIXED:
            attempts.setdefault(result.case, []).append(result.status is Status.FIXED)
    most = min(map(len, attempts.values()), default=0)
    if most < 2:
        return ()
    steps = sorted({min(2**step, most) for step in range(most.bit_length() + 1)})
    return tuple(
        mean_figure(
            "fixes",
            f"pass_at_{k}",
            f"pass@{k}",
            [pass_at(k, len(one), sum(one)) for one in attempts.values()],
            "share",
            f"at least one of {k} epochs mends it",
        )
        for k in steps
    )
