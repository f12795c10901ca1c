"""The judge: how likely a candidate is to end green, from what is known beforehand and how its like ended.

A hierarchical Beta prior. Each level starts from the mean of the level above it, which counts as much as
``strength`` outcomes, and adds the outcomes of its own kind:

    the move's (or the applicability's) prior → move everywhere → error code and move
    → and applicability and edit shape → in this repository

With no outcomes every level repeats the prior; with many, the most specific level decides. (This is the
empirical-Bayes chain of Gelman et al., *Bayesian Data Analysis*, ch. 5, with fixed strengths.)
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence

from engine.schema.diagnostic import Applicability
from engine.store.outcomes import OutcomeCount, OutcomeRecord

# How often a suggestion of each applicability ends green, before there is experience of our own.
APPLICABILITY_PRIORS = {
    Applicability.MACHINE_APPLICABLE: 0.95,
    Applicability.MAYBE_INCORRECT: 0.85,
    Applicability.HAS_PLACEHOLDERS: 0.28,
    Applicability.UNSPECIFIED: 0.5,
}
_STRENGTHS = (12.0, 8.0, 6.0, 4.0)
_FLOOR = 0.01
_CEILING = 0.99


class Judge:
    """P(green) of candidates, learnt from outcomes."""

    def __init__(self, counts: Iterable[OutcomeCount] = ()) -> None:
        # kind → [green, total]; a kind is a tuple that is longer the more specific the level.
        self._tally: defaultdict[tuple[str, ...], list[int]] = defaultdict(lambda: [0, 0])
        for count in counts:
            levels = _levels(count.move, count.code, count.applicability, count.shape, count.repository)
            self._add(levels, count.green, count.total)

    def learn(self, outcome: OutcomeRecord) -> None:
        """Adds one outcome."""
        kind = (outcome.move, outcome.code, outcome.applicability, outcome.shape, outcome.repository)
        self._add(_levels(*kind), int(outcome.green), 1)

    def probability(
        self,
        prior: float,
        *,
        move: str,
        code: str | None,
        applicability: Applicability | str | None,
        shape: str,
        repository: str,
    ) -> float:
        """P(green) of one candidate, between 0.01 and 0.99, whose ``prior`` is what is thought of its like."""
        mean = prior
        for kind, strength in zip(_levels(move, code, applicability, shape, repository), _STRENGTHS, strict=True):
            green, total = self._tally.get(kind, (0, 0))
            mean = (mean * strength + green) / (strength + total)
        return min(max(mean, _FLOOR), _CEILING)

    def _add(self, levels: Iterable[tuple[str, ...]], green: int, total: int) -> None:
        for kind in levels:
            self._tally[kind][0] += green
            self._tally[kind][1] += total


def share(probabilities: Sequence[float], limit: float = 0.98) -> tuple[float, ...]:
    """Makes alternatives of which only one is what was meant share at most ``limit``, in proportion.

    Alternatives that together stay below it are left as they are.
    """
    total = sum(probabilities)
    return tuple(probabilities) if total <= limit else tuple(each * limit / total for each in probabilities)


def _levels(
    move: str, code: str | None, applicability: str | None, shape: str, repository: str
) -> tuple[tuple[str, ...], ...]:
    kind = (move, code or "", str(applicability or ""), shape, repository)
    return kind[:1], kind[:2], kind[:4], kind
