"""Abstention: does she leave alone what should be left alone, and only that.

The words are those of B. Wen et al. ("Know your limits: a survey of abstention in large language models", TACL 2025,
arXiv:2407.18418): abstention recall and precision, and over-abstention on what could be answered.
"""

from __future__ import annotations

from collections.abc import Sequence

from engine.evals.figures import Figure
from engine.evals.metrics.fixes import by_case
from engine.evals.record import CaseResult, Status
from engine.schema.case import Expectation


def abstention_figures(results: Sequence[CaseResult]) -> tuple[Figure, ...]:
    """The figures of leaving alone, over the results that count."""
    counted = [result for result in results if result.counts]
    spared = [result for result in counted if result.expect is Expectation.ABSTAIN]
    asked = [result for result in counted if result.expect is Expectation.FIXED]
    left = [result for result in counted if result.status is Status.ABSTAINED]
    return (
        by_case(
            "abstention",
            "abstention",
            "Left alone, of what should be",
            spared,
            lambda one: one.status is Status.ABSTAINED,
        ),
        by_case(
            "abstention",
            "over_abstention",
            "Left alone, of what can be mended",
            asked,
            lambda one: one.status is Status.ABSTAINED,
        ),
        by_case(
            "abstention",
            "abstention_precision",
            "Should be left alone, of what she left alone",
            left,
            lambda one: one.expect is Expectation.ABSTAIN,
        ),
    )
