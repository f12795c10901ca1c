"""The diary of a session: intent, probes, patch, validation, reflection. A fold over its events."""

from __future__ import annotations

from enum import StrEnum
from typing import Literal

from engine.schema.base import Record, VersionedRecord
from engine.schema.patch import Patch


class Outcome(StrEnum):
    """How a session ended."""

    FIXED = "fixed"
    CLEAN = "clean"
    ABSTAINED = "abstained"
    VETOED = "vetoed"
    STOPPED = "stopped"
    UNDONE = "undone"
    ERROR = "error"


class ProbeNote(Record):
    """One probe as the diary keeps it. ``seconds`` is wall time; ``belief`` is P(hypothesis) afterwards."""

    probe: str
    command: str
    seconds: float
    verdict: str
    finding: str
    belief: float | None = None


class ValidationNote(Record):
    """What was run on the patch, and how it ended."""

    command: str
    seconds: float
    passed: bool
    summary: str


class Entry(Record):
    """The diary of one diagnostic within a session."""

    diagnostic: str
    code: str | None
    message: str
    where: str
    gear: Literal["quick", "deep"]
    attempts: int
    intent: str
    move: str | None
    confidence: float
    probes: tuple[ProbeNote, ...] = ()
    patch: Patch | None = None
    validation: tuple[ValidationNote, ...] = ()
    reflection: str = ""
    explanation: str = ""
    citations: tuple[str, ...] = ()
    adr: str | None = None
    outcome: Outcome
    mentor: tuple[str, ...] = ()


class DevLog(VersionedRecord):
    """The final record of a session. ``tags`` hold its error classes (`error/E0502`) and moves (`move/…`)."""

    id: str
    session: str
    at: str
    repository: str
    base: str
    brain: str
    outcome: Outcome
    summary: str
    entries: tuple[Entry, ...] = ()
    branch: str | None = None
    commits: tuple[str, ...] = ()
    questions: tuple[str, ...] = ()
    tags: tuple[str, ...] = ()
    seconds: float = 0.0
