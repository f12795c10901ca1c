"""Calibration: is she right as often as she says she will be.

A prediction is a patch that she decided to try with a P(green); it came true when the patch was validated, and when
the case was not found wrong afterwards by checks she never saw.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import TYPE_CHECKING

from engine.evals.figures import Figure
from engine.evals.metrics.intervals import mean_figure, percentiles
from engine.evals.record import CaseResult, Status

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

LEAST_TO_GATE = 2000
_MOST_BINS = 15
_LEAST_A_BIN = 20
_DRAWS = 1000
_GREEN = ("green", "progress")


@dataclass(frozen=True)
class Prediction:
    """What she said, P(green) from 0 to 1, and whether it came true."""

    confidence: float
    right: bool


@dataclass(frozen=True)
class Calibration:
    """The expected calibration error of ``n`` predictions in ``bins`` bins, and what it can be told apart from.

    ``low`` and ``high``: 95 % bootstrap interval. ``null`` and ``null_high``: mean and 95 % quantile of the error of
    a perfectly calibrated predictor that said the same things; an error below ``null_high`` is no evidence of any.
    ``gates``: there are enough predictions for it to decide something.
    """

    ece: float
    n: int
    bins: int
    low: float
    high: float
    null: float
    null_high: float

    @property
    def gates(self) -> bool:
        """Whether there are enough predictions for a gate to rest on it."""
        return self.n >= LEAST_TO_GATE


def predictions(results: Iterable[CaseResult]) -> tuple[Prediction, ...]:
    """The predictions in results that count."""
    return tuple(
        Prediction(tried.confidence, tried.verdict in _GREEN and not (tried.stands and result.status is Status.WRONG))
        for result in results
        if result.counts
        for tried in result.tries
        if tried.confidence is not None and tried.verdict
    )


def calibration(said: Sequence[Prediction], seed: int = 0) -> Calibration | None:
    """The expected calibration error with adaptive bins; None of nothing.

    Each bin holds the same number of predictions (K. Nguyen and B. O'Connor, EMNLP 2015, arXiv:1508.05154; J. Nixon et
    al., arXiv:1904.01685): with bins of equal width most would be empty. The error is the mean, over predictions, of
    the distance between a bin's mean confidence and its share of right ones (M. Naeini et al., AAAI 2015). It is never
    0 by chance alone, so it is read beside that of a perfectly calibrated predictor at the same n (D. Widmann et al.,
    NeurIPS 2019, arXiv:1910.11385).
    """
    if not said:
        return None
    import numpy as np

    ordered = sorted(said, key=lambda one: one.confidence)
    sure = np.array([one.confidence for one in ordered])
    right = np.array([one.right for one in ordered], dtype=float)
    n = len(ordered)
    bins = max(1, min(_MOST_BINS, n // _LEAST_A_BIN))
    rng = np.random.default_rng(seed)
    again = np.sort(rng.integers(0, n, size=(_DRAWS, n)), axis=1)  # sorted places keep the confidences sorted
    low, high = percentiles(_errors(sure[again], right[again], bins))
    perfect = _errors(np.broadcast_to(sure, (_DRAWS, n)), rng.random((_DRAWS, n)) < sure, bins)
    return Calibration(
        ece=float(_errors(sure[None], right[None], bins)[0]),
        n=n,
        bins=bins,
        low=low,
        high=high,
        null=float(perfect.mean()),
        null_high=float(np.quantile(perfect, 0.95)),
    )


def reliability(said: Sequence[Prediction]) -> tuple[tuple[float, float, int], ...]:
    """The bins that the error is made of: mean confidence, share that came true, how many; surest last."""
    ordered = sorted(said, key=lambda one: one.confidence)
    bins = max(1, min(_MOST_BINS, len(ordered) // _LEAST_A_BIN))
    edges = [round(number * len(ordered) / bins) for number in range(bins + 1)]
    parts = [ordered[low:high] for low, high in pairwise(edges) if high > low]
    return tuple(
        (sum(one.confidence for one in part) / len(part), sum(one.right for one in part) / len(part), len(part))
        for part in parts
    )


def brier(said: Sequence[Prediction]) -> float | None:
    """The mean squared distance of confidence and outcome (G. Brier, Monthly Weather Review 78, 1950)."""
    return sum(_squares(said)) / len(said) if said else None


def risk_coverage(said: Sequence[Prediction]) -> tuple[tuple[float, float], ...]:
    """Coverage and risk: of the surest 1, 2, … n predictions, which share is wrong.

    Where confidences are tied, any order would be chance, so the expected risk over all orders stands.
    (R. El-Yaniv and Y. Wiener, JMLR 11, 2010.)
    """
    ties: dict[float, list[bool]] = {}
    for one in sorted(said, key=lambda one: -one.confidence):
        ties.setdefault(one.confidence, []).append(not one.right)
    curve: list[tuple[float, float]] = []
    wrong = 0.0
    for tied in ties.values():
        for _ in tied:
            wrong += sum(tied) / len(tied)
            curve.append(((len(curve) + 1) / len(said), wrong / (len(curve) + 1)))
    return tuple(curve)


def aurc(said: Sequence[Prediction]) -> float | None:
    """The area under the risk–coverage curve: the mean risk over all coverages; 0 is best. (Y. Geifman et al., ICLR
    2019, arXiv:1805.08206.)
    """
    curve = risk_coverage(said)
    return sum(risk for _, risk in curve) / len(curve) if curve else None


def calibration_figures(results: Sequence[CaseResult], seed: int = 0) -> tuple[Figure, ...]:
    """The figures of calibration, over the results that count."""
    said = predictions(results)
    found = calibration(said, seed)
    return (
        _ece_figure(found),
        Figure(
            "calibration",
            "ece_null",
            "ECE of a perfect predictor that said the same",
            found.null if found else None,
            len(said),
            "score",
            note="" if found is None else f"95 % of such predictors stay below {found.null_high:.3f}",
        ),
        mean_figure(
            "calibration", "brier", "Brier score", _squares(said), "score", "0 is best; always saying 0.5 gets 0.25"
        ),
        Figure("calibration", "aurc", "Area under risk–coverage", aurc(said), len(said), "score", note="0 is best"),
    )


def _ece_figure(found: Calibration | None) -> Figure:
    title = "ECE, bins of equal mass"
    if found is None:
        return Figure("calibration", "ece", title, None, 0, "score")
    why = "" if found.gates else f"; shown, gates nothing below n = {LEAST_TO_GATE}"
    return Figure(
        "calibration", "ece", title, found.ece, found.n, "score", found.low, found.high, f"{found.bins} bins{why}"
    )


def _squares(said: Sequence[Prediction]) -> list[float]:
    return [(one.confidence - one.right) ** 2 for one in said]


def _errors(
    sure: NDArray[np.float64], right: NDArray[np.bool_] | NDArray[np.float64], bins: int
) -> NDArray[np.float64]:
    """The error of each row; rows are sorted by confidence."""
    import numpy as np

    n = sure.shape[1]
    edges = np.linspace(0, n, bins + 1).round().astype(int)[:-1]
    gaps = np.add.reduceat(sure - right, edges, axis=1)
    return np.asarray(np.abs(gaps).sum(axis=1) / n)
