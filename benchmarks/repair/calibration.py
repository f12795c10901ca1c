"""How far stated confidences are from what came true, in bins of equal width, with what chance alone would show."""

from __future__ import annotations

import random
from collections.abc import Sequence
from dataclasses import dataclass

BINS = 10
RESAMPLES = 1000


@dataclass(frozen=True)
class Calibration:
    """Expected calibration error over ``n`` answers in ten bins of equal width (Naeini et al., 2015).

    ``low``–``high``: 95 % of bootstrap resamples; ``null``: the mean that perfectly calibrated answers with the same
    confidences would show.
    """

    n: int
    ece: float
    low: float
    high: float
    null: float


def error(pairs: Sequence[tuple[float, bool]]) -> float:
    """The expected calibration error of (confidence, came true) pairs."""
    bins: dict[int, list[tuple[float, bool]]] = {}
    for confidence, right in pairs:
        bins.setdefault(min(BINS - 1, int(confidence * BINS)), []).append((confidence, right))
    return sum(abs(sum(c for c, _ in each) - sum(r for _, r in each)) for each in bins.values()) / max(1, len(pairs))


def calibrate(pairs: Sequence[tuple[float, bool]]) -> Calibration:
    """The calibration of pairs, with interval and null from seeded resampling."""
    draw = random.Random(0)
    again = sorted(error(draw.choices(pairs, k=len(pairs))) for _ in range(RESAMPLES)) if pairs else [0.0]
    chance = [error([(c, draw.random() < c) for c, _ in pairs]) for _ in range(RESAMPLES)]
    low, high = again[int(0.025 * len(again))], again[min(len(again) - 1, int(0.975 * len(again)))]
    return Calibration(len(pairs), error(pairs), low, high, sum(chance) / len(chance))
