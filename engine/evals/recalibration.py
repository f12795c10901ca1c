"""Calibration mode: a correction of her confidence is fitted on one half of the cases and reported on the other.

The correction is Platt's: a line in log-odds, p′ = σ(a·logit p + b), fitted by maximum likelihood with his smoothed
targets (J. Platt, "Probabilistic outputs for support vector machines", 1999). All epochs and patches of a case fall
into the same half: what was learnt of a case must not be reported on it.
"""

from __future__ import annotations

import hashlib
import math
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from engine.errors import RustaError
from engine.evals.metrics.calibration import Calibration, Prediction, brier, calibration, predictions
from engine.evals.record import CaseResult

_LEAST = 10
_STEPS = 100
_CLIP = 1e-6


@dataclass(frozen=True)
class Correction:
    """The line in log-odds. a = 1 and b = 0 leave a confidence as it is; a < 1 says that she is too sure of herself."""

    a: float
    b: float

    def __call__(self, confidence: float) -> float:
        """The corrected confidence."""
        return _sigmoid(self.a * _logit(confidence) + self.b)


@dataclass(frozen=True)
class Scores:
    """How well confidences fit on the half that is reported: ECE with its interval, and Brier score."""

    ece: Calibration
    brier: float


@dataclass(frozen=True)
class Recalibration:
    """What was fitted on ``fitted`` predictions, and how the others fared as they were said and corrected."""

    correction: Correction
    fitted: int
    reported: int
    before: Scores
    after: Scores


def recalibrate(results: Iterable[CaseResult], seed: int = 0) -> Recalibration:
    """Fits on one half of the cases and reports on the other; ``seed`` draws the halves.

    Raises `RustaError` where a half has fewer than ten predictions.
    """
    halves: tuple[list[CaseResult], list[CaseResult]] = ([], [])
    for result in results:
        halves[hashlib.sha256(f"{seed}/{result.case}".encode()).digest()[0] % 2].append(result)
    fit, report = predictions(halves[0]), predictions(halves[1])
    if min(len(fit), len(report)) < _LEAST:
        raise RustaError(
            f"{len(fit)} predictions to fit on and {len(report)} to report on are too few",
            fix=f"at least {_LEAST} each: run more cases, or name several runs",
        )
    correction = fit_correction(fit)
    corrected = [Prediction(correction(one.confidence), one.right) for one in report]
    return Recalibration(correction, len(fit), len(report), _scores(report, seed), _scores(corrected, seed))


def fit_correction(said: Sequence[Prediction]) -> Correction:
    """The correction that makes what came true most likely; Newton's method with halved steps."""
    right = sum(one.right for one in said)
    high, low = (right + 1) / (right + 2), 1 / (len(said) - right + 2)
    points = [(_logit(one.confidence), high if one.right else low) for one in said]
    a, b = 1.0, 0.0
    for _ in range(_STEPS):
        down_a = down_b = aa = ab = bb = 0.0
        for x, target in points:
            p = _sigmoid(a * x + b)
            weight = max(p * (1 - p), 1e-12)
            down_a, down_b = down_a + (p - target) * x, down_b + p - target
            aa, ab, bb = aa + weight * x * x, ab + weight * x, bb + weight
        determinant = (aa + 1e-9) * (bb + 1e-9) - ab * ab
        step_a = ((bb + 1e-9) * down_a - ab * down_b) / determinant
        step_b = ((aa + 1e-9) * down_b - ab * down_a) / determinant
        a, b = _downhill(points, (a, b), (step_a, step_b))
        if abs(step_a) + abs(step_b) < 1e-10:
            break
    return Correction(a, b)


def _downhill(
    points: Sequence[tuple[float, float]], at: tuple[float, float], step: tuple[float, float]
) -> tuple[float, float]:
    here, scale = _loss(points, *at), 1.0
    while scale > 1e-8:
        there = (at[0] - scale * step[0], at[1] - scale * step[1])
        if _loss(points, *there) <= here:
            return there
        scale /= 2
    return at


def _loss(points: Sequence[tuple[float, float]], a: float, b: float) -> float:
    """Cross entropy: log(1 + e^z) − target·z, without overflow."""
    return sum(
        max(z, 0.0) + math.log1p(math.exp(-abs(z))) - target * z for z, target in ((a * x + b, t) for x, t in points)
    )


def _scores(said: Sequence[Prediction], seed: int) -> Scores:
    found, score = calibration(said, seed), brier(said)
    if found is None or score is None:
        raise RustaError("there are no predictions to report on", fix="run more cases")
    return Scores(found, score)


def _logit(p: float) -> float:
    clipped = min(max(p, _CLIP), 1 - _CLIP)
    return math.log(clipped / (1 - clipped))


def _sigmoid(z: float) -> float:
    return 1 / (1 + math.exp(-z)) if z >= 0 else math.exp(z) / (1 + math.exp(z))
