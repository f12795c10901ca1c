"""What became of the candidates she tried: one record each, and their counts, which the judge learns from."""

from __future__ import annotations

from dataclasses import dataclass

FOR_MEMORY_ALONE = frozenset({"refuted", "undone", "edited", "proven"})
"""Verdicts that no prediction is judged by."""


@dataclass(frozen=True)
class OutcomeRecord:
    """What became of one candidate: ``predicted`` is the P(green) it was tried with, ``green`` what happened.

    ``candidate`` is its key. ``verdict`` says more than ``green``: green, progress, red, vetoed; "refuted" (by a
    probe), "undone" and "edited" (by the mentor) and "proven" (progress that came to green) are for the memory
    alone, since nothing was predicted of them that came to be judged.
    """

    session: str
    at: str
    repository: str
    code: str | None
    move: str
    applicability: str | None
    shape: str
    signature: str
    predicted: float
    green: bool
    candidate: str = ""
    verdict: str = ""


@dataclass(frozen=True)
class OutcomeCount:
    """How often candidates of one kind were tried (``total``) and how often they ended green."""

    code: str | None
    move: str
    applicability: str | None
    shape: str
    repository: str
    green: int
    total: int
