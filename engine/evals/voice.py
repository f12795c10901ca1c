"""How well she speaks, as the mentor grades it: the mean of the voice grades with an interval, by month and by brain.

A grade of 1 to 4 is taken for a share of the way from the worst to the best. The interval is Wilson's score interval
(E. B. Wilson, 1927, doi:10.1080/01621459.1927.10502953) on that share: no variable between 0 and 1 varies more than one
that is only ever 0 or 1, so for grades it errs on the wide side, and it stays within the scale however few there are.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass

from engine.evals.figures import wilson

WORST, BEST = 1, 4


@dataclass(frozen=True)
class VoiceGrade:
    """One grade of her voice: ``month`` as `2026-01` and ``brain`` are those of the DevLog it was given to."""

    month: str
    brain: str
    value: float


@dataclass(frozen=True)
class VoiceScore:
    """The mean of ``n`` grades, 1 to 4, and where it lies with 95 % confidence.

    ``month`` and ``brain`` are None where the score is over all of them.
    """

    month: str | None
    brain: str | None
    n: int
    mean: float
    low: float
    high: float


def voice_scores(grades: Iterable[VoiceGrade]) -> list[VoiceScore]:
    """The scores over everything, then by month, by brain, and by both; months in order. None without a grade."""
    groups: defaultdict[tuple[str | None, str | None], list[float]] = defaultdict(list)
    for grade in grades:
        for key in ((None, None), (grade.month, None), (None, grade.brain), (grade.month, grade.brain)):
            groups[key].append(grade.value)

    def order(key: tuple[str | None, str | None]) -> tuple[int, str, str]:
        month, brain = key
        return (month is not None) + 2 * (brain is not None), month or "", brain or ""

    return [_score(*key, groups[key]) for key in sorted(groups, key=order)]


def _score(month: str | None, brain: str | None, values: list[float]) -> VoiceScore:
    mean = sum(values) / len(values)
    span = BEST - WORST
    low, high = wilson(sum(value - WORST for value in values) / span, len(values))
    assert low is not None
    assert high is not None
    return VoiceScore(month, brain, len(values), mean, WORST + low * span, WORST + high * span)
