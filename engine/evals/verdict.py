"""The status of a result, from what she said and what the judge found."""

from __future__ import annotations

from engine.evals.facts import SessionFacts
from engine.evals.judge import Judgement
from engine.evals.record import Status
from engine.schema.devlog import Outcome


def status_of(facts: SessionFacts, judgement: Judgement | None) -> Status:
    """What came of a case, as `Status` defines it. ``judgement`` is None where she committed nothing."""
    if facts.breakdown:
        return Status.ERROR
    if judgement is not None and judgement.deletions:
        return Status.WRONG
    if facts.outcome is Outcome.FIXED:
        return Status.FIXED if judgement is not None and judgement.holds else Status.WRONG
    if facts.crash or facts.limit or facts.outcome in (None, Outcome.ERROR, Outcome.STOPPED):
        return Status.FAILED
    return Status.ABSTAINED
