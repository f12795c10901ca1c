"""What the harness asks of a slot, and what comes back: one JSON line each."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Annotated, Any, Literal

from pydantic import Field, TypeAdapter

from engine.evals.caseset import CaseFiles
from engine.evals.chaos import ChaosOrder
from engine.evals.record import CaseLimits
from engine.schema.base import Record
from engine.schema.case import Case


class SessionOrder(Record):
    """Let her at the case that is laid out in ``folder``.

    ``answer``: the file for the `SessionFacts`; ``memory``: the store that she starts with a copy of; ``lints``: she is
    asked about warnings and clippy's findings too, not only about errors.
    """

    do: Literal["session"] = "session"
    folder: Path
    answer: Path
    brain: str
    policy: dict[str, Any]
    limits: CaseLimits
    memory: Path
    lints: bool = False
    chaos: ChaosOrder | None = None


class JudgeOrder(Record):
    """Judge ``commit``, made on ``base``; ``lints``: ask clippy too. Sent only once the session's process has ended."""

    do: Literal["judge"] = "judge"
    folder: Path
    answer: Path
    case: Case
    before: dict[str, str]
    checks: dict[str, str]
    after: dict[str, str]
    policy: dict[str, Any]
    base: str
    commit: str
    lints: bool = False

    @property
    def found(self) -> CaseFiles:
        """The case with its files."""
        return CaseFiles(self.case, *(unpacked(files) for files in (self.before, self.checks, self.after)))


class Ended(Record):
    """How the process that carried out an order ended: its exit status, or the signal that killed it."""

    code: int | None = None
    signal: int | None = None


Order = SessionOrder | JudgeOrder
ORDERS: TypeAdapter[Order] = TypeAdapter(Annotated[Order, Field(discriminator="do")])


def packed(files: Mapping[str, bytes]) -> dict[str, str]:
    """Files as text that JSON can carry, a character a byte."""
    return {path: content.decode("latin-1") for path, content in files.items()}


def unpacked(files: Mapping[str, str]) -> dict[str, bytes]:
    """The way back of `packed`."""
    return {path: text.encode("latin-1") for path, text in files.items()}
