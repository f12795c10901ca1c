"""What became of the candidates she tried: one record each, and their counts, which the judge learns from."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class OutcomeRecord:
    """What became of one candidate: ``predicted`` is the P(green) it was tried with, ``green`` what happened."""

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
