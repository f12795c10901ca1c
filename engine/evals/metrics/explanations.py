"""Explanation accuracy: does she name the facts of the case, and claim nothing false about it.

The facts are a rubric's, as the nuggets of E. Voorhees ("Overview of the TREC 2003 question answering track", 2003) and
the atomic facts of S. Min et al. ("FActScore", EMNLP 2023, arXiv:2305.14251): an answer is held to each on its own.
"""

from __future__ import annotations

from collections.abc import Sequence

from engine.evals.figures import Figure
from engine.evals.metrics.fixes import by_case
from engine.evals.metrics.intervals import clustered_share
from engine.evals.record import CaseResult


def explanation_figures(results: Sequence[CaseResult]) -> tuple[Figure, ...]:
    """The figures of explaining, over the results that count and have a rubric that asks for something."""
    marked = [result for result in results if result.counts and (result.named or result.missed)]
    facts = [(len(result.named), len(result.named) + len(result.missed)) for result in marked]
    return (
        by_case(
            "explanations",
            "explanation_accuracy",
            "Explanations that are right",
            marked,
            accurate,
            "every fact of the rubric is named, and nothing is claimed that must not be",
        ),
        clustered_share("explanations", "facts", "Facts named, of those asked for", facts),
        by_case(
            "explanations",
            "false_claims",
            "Explanations with a false claim",
            marked,
            lambda one: bool(one.false_claims),
        ),
    )


def accurate(result: CaseResult) -> bool:
    """Whether an explanation names every fact and makes no false claim."""
    return not result.missed and not result.false_claims
