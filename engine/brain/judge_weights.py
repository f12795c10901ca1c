"""What the judge has learnt: a logistic regression and a correction of it, as numbers, read without any library.

P(green) = c(σ(w₀ + Σ wᵢ·(xᵢ - meanᵢ)/spreadᵢ)). The correction c is Platt's line in log-odds (J. Platt,
"Probabilistic outputs for support vector machines", 1999), or isotonic steps with straight lines between them (B.
Zadrozny and C. Elkan, KDD 2002); which of them is decided by `benchmarks/repair/fit_judge.py`, which makes the file.
"""

from __future__ import annotations

import json
import math
from bisect import bisect_right
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from typing import Any, Literal

from engine.resources import shipped

_CLIP = 0.005
STAGES = ("before", "decided")
"""Before anything is tried, and when she decides whether to apply a patch."""


def logit(p: float) -> float:
    """Log-odds; probabilities beyond 0.005 and 0.995 count as these."""
    clipped = min(max(p, _CLIP), 1 - _CLIP)
    return math.log(clipped / (1 - clipped))


def sigmoid(z: float) -> float:
    """The probability of log-odds, without overflow."""
    return 1 / (1 + math.exp(-z)) if z >= 0 else math.exp(z) / (1 + math.exp(z))


@dataclass(frozen=True)
class Weight:
    """One feature's weight, per ``spread`` that it is away from its ``mean``."""

    weight: float
    mean: float
    spread: float


@dataclass(frozen=True)
class Correction:
    """``platt``: (a, b) make σ(a·logit p + b). ``isotonic``: points (p, corrected), rising, joined by lines."""

    kind: Literal["none", "platt", "isotonic"] = "none"
    points: tuple[tuple[float, float], ...] = ()

    def __call__(self, p: float) -> float:
        """The corrected probability."""
        if self.kind == "platt":
            a, b = self.points[0]
            return sigmoid(a * logit(p) + b)
        if self.kind == "none":
            return p
        at = bisect_right(self.points, (p, math.inf))
        if at == 0 or at == len(self.points):
            return self.points[min(at, len(self.points) - 1)][1]
        (x0, y0), (x1, y1) = self.points[at - 1], self.points[at]
        return y0 + (y1 - y0) * (p - x0) / (x1 - x0)


@dataclass(frozen=True)
class Stage:
    """The model of one moment: what it starts from, its weights by feature, and its correction."""

    start: float
    weights: Mapping[str, Weight]
    correction: Correction = field(default_factory=Correction)

    def probability(self, features: Mapping[str, float], evidence: float = 0.0) -> float:
        """P(green) from 0.005 to 0.995; ``evidence`` are log-odds that outcomes of its like add.

        A feature that is not given counts as usual (its mean).
        """
        z = self.start + sum(
            each.weight * (features[name] - each.mean) / each.spread
            for name, each in self.weights.items()
            if name in features
        )
        return sigmoid(min(max(logit(self.correction(sigmoid(z))) + evidence, logit(0.0)), logit(1.0)))


@dataclass(frozen=True)
class Learnt:
    """The stages that could be read, by name, and the ``problem`` where they could not ("": there is none)."""

    stages: Mapping[str, Stage]
    problem: str = ""


def read_stages(content: Any) -> dict[str, Stage]:
    """The stages in the content of a weights file; KeyError, TypeError or ValueError where it is none."""
    if content["v"] != 1:
        raise ValueError(f"version {content['v']} is not known")
    found = {}
    for name in STAGES:
        stage = content[name]
        weights = {key: Weight(*_numbers(each, 3)) for key, each in stage["weights"].items()}
        if any(each.spread <= 0 for each in weights.values()):
            raise ValueError("a spread is not above 0")
        points = tuple((x, y) for x, y in (_numbers(each, 2) for each in stage["correction"]["points"]))
        kind = stage["correction"]["kind"]
        if kind not in ("none", "platt", "isotonic") or (kind != "none" and not points):
            raise ValueError(f"the correction `{kind}` is not known or has no points")
        if kind == "isotonic" and list(points) != sorted(points):
            raise ValueError("the points do not rise")
        found[name] = Stage(_numbers([stage["start"]], 1)[0], weights, Correction(kind, points))
    return found


def load_stages(file: Path | None = None) -> Learnt:
    """What is in ``file``, else in the shipped one; nothing, and why in one line, where it cannot be read."""
    if file is None:
        return _shipped()
    try:
        return Learnt(read_stages(json.loads(file.read_text(encoding="utf-8"))))
    except (OSError, ValueError, KeyError, TypeError, AttributeError) as error:
        return _nothing(file.name, error)


@cache
def _shipped() -> Learnt:
    try:
        return load_stages(shipped("data", "judge.json"))
    except FileNotFoundError as error:
        return _nothing("judge.json", error)


def _nothing(name: str, error: Exception) -> Learnt:
    why = f"{name} cannot be read ({type(error).__name__}: {error}), so I go by priors set by hand, not calibrated."
    return Learnt({}, " ".join(why.split()))


def _numbers(values: Sequence[Any], count: int) -> tuple[float, ...]:
    numbers = tuple(float(each) for each in values)
    if len(numbers) != count or not all(map(math.isfinite, numbers)):
        raise ValueError(f"{list(values)} are not {count} numbers")
    return numbers
