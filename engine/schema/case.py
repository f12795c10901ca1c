"""A case: a broken package, what is expected of Rusta on it, and facts that her explanation is held to."""

from __future__ import annotations

from enum import StrEnum

from engine.schema.base import Record, VersionedRecord
from engine.schema.provenance import Provenance


class Expectation(StrEnum):
    """What a good engineer does with the case."""

    FIXED = "fixed"
    ABSTAIN = "abstain"


class Rubric(Record):
    """Facts that an explanation must name, and claims that it must not make."""

    must_name: tuple[str, ...] = ()
    must_not_claim: tuple[str, ...] = ()


class Case(VersionedRecord):
    """The head of a case folder (`case.yaml`) or one JSONL line.

    In a folder, ``before/`` holds the package, ``checks/`` files overlaid after Rusta has finished,
    ``after/`` the golden. In a JSONL line the same three are maps of path to text.
    """

    id: str
    family: str
    expect: Expectation
    license: str
    provenance: Provenance
    rubric: Rubric = Rubric()
    tags: tuple[str, ...] = ()
    before: dict[str, str] | None = None
    checks: dict[str, str] | None = None
    after: dict[str, str] | None = None
