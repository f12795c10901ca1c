"""The judge: how likely a candidate is to end green, from what is known beforehand and how its like ended.

What it starts from is a hierarchical Beta prior. Each level starts from the mean of the level above it, which counts as
much as ``strength`` outcomes, and adds the outcomes of its own kind:

    the move's (or the applicability's) prior → move everywhere → error code and move
    → and applicability and edit shape → in this repository

With no outcomes every level repeats the prior; with many, the most specific level decides. (This is the
empirical-Bayes chain of Gelman et al., *Bayesian Data Analysis*, ch. 5, with fixed strengths.)

On top of it lies what was fitted on outcomes of a benchmark (`judge_weights`): it corrects the prior, and the outcomes
of this machine add their log-odds to the corrected one in full.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import replace
from typing import TYPE_CHECKING

from engine.brain import judge_features
from engine.brain.judge_weights import Learnt, load_stages, logit
from engine.schema.diagnostic import Applicability, Diagnostic, Tool
from engine.store.outcomes import OutcomeCount, OutcomeRecord

if TYPE_CHECKING:
    from engine.brain.protocol import Candidate, Context, Standing

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
    """P(green) of candidates, learnt from outcomes. ``learnt`` is what was fitted before (None: the shipped one)."""

    def __init__(self, counts: Iterable[OutcomeCount] = (), learnt: Learnt | None = None) -> None:
        self._learnt = load_stages() if learnt is None else learnt
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

    @property
    def problem(self) -> str:
        """Why nothing that was fitted could be read, in one line; "" where it could."""
        return self._learnt.problem

    def before(self, context: Context, candidates: Iterable[Candidate]) -> list[Candidate]:
        """The candidates of one finding, best first, with calibrated confidences, before anything is tried.

        Changes for failing tests stay as they are: there are too many of them to tell one from the other beforehand.
        """
        ranked = sorted(candidates, key=lambda candidate: -candidate.confidence)
        stage = self._learnt.stages.get("before")
        if stage is None or context.diagnostic.tool is Tool.TEST:
            return ranked
        others = sum(other.level.is_error for other in context.others)
        listing = judge_features.Listing(len(ranked), others, context.diagnostic.code is not None)
        found = []
        for rank, each in enumerate(ranked):
            features = judge_features.before(each.confidence, each.evidence, rank, listing)
            found.append(replace(each, confidence=stage.probability(features, each.evidence)))
        return found

    def decided(self, diagnostic: Diagnostic, candidate: Candidate, standing: Standing) -> float | None:
        """P(green) of a candidate that passed its check; None where nothing fitted speaks of the like."""
        stage = self._learnt.stages.get("decided")
        if stage is None or diagnostic.tool is Tool.TEST or standing.left is None:
            return None
        belief, evidence, at = candidate.confidence, candidate.evidence, diagnostic.primary
        span = (at.file, at.byte_start, at.byte_end) if at else None
        features = judge_features.decided(
            belief, evidence, candidate.applicability, candidate.edits, span, standing, diagnostic.code
        )
        return stage.probability(features, evidence)

    def _add(self, levels: Iterable[tuple[str, ...]], green: int, total: int) -> None:
        for kind in levels:
            self._tally[kind][0] += green
            self._tally[kind][1] += total


def gained(prior: float, probability: float) -> float:
    """The log-odds that outcomes added to a ``prior``, where they made ``probability`` of it."""
    return logit(probability) - logit(min(max(prior, _FLOOR), _CEILING))


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
