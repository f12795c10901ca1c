"""The run log: a head with everything to reproduce the run, one line a case, and an end line.

One append-only JSONL file a run. The first line is a `RunHead`, each further one a `CaseResult` in the order in which
the cases ended, the last one a `RunEnd`; a run that was cut off has no end line and may end in half a line, which is
nothing yet. Figures are folds over the results: a log holds none.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path
from typing import Any, Literal

from pydantic import Field

from engine.errors import RecordError
from engine.home import home
from engine.schema.base import Record, VersionedRecord
from engine.schema.case import Expectation
from engine.schema.devlog import Outcome


class Status(StrEnum):
    """What came of a case, judged after the session by what she does not see.

    - ``fixed``: the session ended green, and the tree she committed compiles, its tests and the hidden checks are
      green, and the deletion guard finds nothing from ``before`` to her tree.
    - ``wrong``: she called it green (or committed anything that was bought by deletion), and one of those does not
      hold. The worst end: a mentor would have believed her.
    - ``abstained``: she left it, or a part of it, alone and said so; also where she found nothing to mend.
    - ``failed``: she neither mended it nor left it alone: a limit of the case was hit, or the session ended in an
      error that is the case's or hers.
    - ``error``: the harness failed, retries included (a killed worker, a full disk, no jail). Such a case says
      nothing about her: it counts in no figure, and every report says how many there are.
    """

    FIXED = "fixed"
    ABSTAINED = "abstained"
    WRONG = "wrong"
    FAILED = "failed"
    ERROR = "error"


class CaseLimits(Record):
    """What one case may use: wall seconds of its session, and compiler calls (`cargo check|clippy|test`)."""

    wall_seconds: float = 300.0
    compiler_calls: int = 120


class ProbeRecord(Record):
    """One probe of a session.

    ``kind`` as in the probe event; ``seconds`` wall time; ``cost`` the compiler calls made during it; ``verdict``
    "supports", "refutes", "neutral" or "failed". Confidence is P(green) of the best hypothesis just before and just
    after, entropy is in bits, both None where no belief was on record. ``best_changed``: another hypothesis leads
    afterwards. ``decision_changed``: another one leads, or the confidence crossed the threshold that decided the task.
    ``task`` is the id of the diagnostic, ``attempt`` counts from 1. ``deletions``: what the guard found in a patch that
    was tried and taken back.
    """

    task: str
    attempt: int = 1
    kind: str
    seconds: float
    cost: int
    verdict: str | None
    confidence_before: float | None = None
    confidence_after: float | None = None
    entropy_before: float | None = None
    entropy_after: float | None = None
    best_changed: bool = False
    decision_changed: bool = False
    deletions: tuple[str, ...] = ()


class TryRecord(Record):
    """One patch that was put into the sandbox and validated.

    ``verdict`` is that of its reflection: "green", "progress", "red", "flaky", or "" where the session ended first.
    ``confidence`` is P(green) when it was decided. ``signature`` names the mistake it would be: the diagnostic's label
    and the move; ``edit`` is the SHA-256 of its diff, equal for the same patch on the same text. ``stands``: it is part
    of what she committed.
    """

    task: str
    code: str | None
    move: str
    verdict: str
    confidence: float | None
    signature: str
    edit: str
    deletions: tuple[str, ...] = ()
    stands: bool = False


class RunHead(VersionedRecord):
    """What a run is: everything needed to do it again.

    ``at``: start, UTC, ISO 8601 with a final Z. ``task``: name in the registry; ``cases``: where its cases came from,
    as it was given. ``mode``: "plain", or "chaos:" and the kind that was made. ``weights``: SHA-256 of the brain's
    weights, None for a brain without any. ``policy``, ``case_set``: SHA-256 of the policy as resolved and of the cases'
    content; ``settings`` is that policy, ``ids`` those cases. ``memory``: "fresh" (each starts with an empty store),
    "carried" (each starts with what the cases before it taught her; one at a time) or "own" and the SHA-256 of the
    mentor's store (each starts with a copy of it).
    ``commit``: git commit of Rusta's own code, with "+" where it was changed since, None outside a checkout.
    ``toolchain``: `rustc -V`. ``total``: results that a finished run holds (cases × epochs). ``sealed``: the set is an
    exam. ``parallel``: cases at a time. ``isolation``: the jail. ``seed``: of whatever is drawn by chance.
    ``attempts``: how often a case is tried where the harness itself fails.
    """

    kind: Literal["head"] = "head"
    run: str
    at: str
    task: str
    cases: str
    mode: str = "plain"
    brain: str
    weights: str | None = None
    policy: str
    settings: dict[str, Any] = Field(default_factory=dict)
    case_set: str
    ids: tuple[str, ...] = ()
    memory: str = "fresh"
    commit: str | None
    toolchain: str
    isolation: str = ""
    platform: str = ""
    seed: int = 0
    epochs: int = 1
    total: int
    limits: CaseLimits = CaseLimits()
    attempts: int = 3
    scorers: tuple[str, ...] = ()
    sealed: bool = False
    parallel: int = 1


class CaseResult(VersionedRecord):
    """What came of one case in one epoch (from 1).

    The session as she saw it: ``outcome`` (None: it has none), ``session`` (its id in the run's own store),
    ``confidence`` (P(green) behind what she committed, the lowest where there are several patches, else of her last
    decision; None where she never decided), ``reason`` (why she abstained or failed), ``codes`` of the diagnostics
    found, ``moves`` of the patches that stand, ``gears`` she was in, ``probes``, ``tries``, ``explanation`` (what she
    said of the fix). ``seconds``: wall clock of the session; ``child_seconds``: of it, with a child process running;
    ``first_patch_seconds``: until the first patch was in the sandbox; ``compiler_calls``: of the session alone.

    What was found afterwards, on the tree she committed (None where she committed nothing): ``compiles`` (of a tree
    that she left alone: whether it did when she got it), ``tests_green``, ``checks_green`` (None: no hidden checks, or
    it came not that far), ``deletions`` (the guard's findings), ``exact`` (equal to ``after/`` in every file it holds;
    None without one), ``rustfmt`` (the files she touched are formatted; None where she touched none or they were not
    before), ``clippy`` (it has nothing to say of the lines she added; None where it was not asked), ``diff`` (unified,
    from ``before``).
    ``judge_seconds``: wall clock of finding that out, which is none of hers.

    ``named``, ``missed``, ``false_claims``: the rubric's facts in the explanation. ``lines``: Rust lines of ``before``.
    ``retries``: how often the harness failed and tried again; ``infrastructure``: what it said each time.
    """

    kind: Literal["result"] = "result"
    run: str
    case: str
    family: str
    tags: tuple[str, ...] = ()
    crate: str | None = None
    lines: int = 0
    epoch: int = 1
    expect: Expectation
    status: Status

    outcome: Outcome | None = None
    session: str | None = None
    confidence: float | None = None
    reason: str = ""
    codes: tuple[str, ...] = ()
    moves: tuple[str, ...] = ()
    gears: tuple[str, ...] = ()
    probes: tuple[ProbeRecord, ...] = ()
    tries: tuple[TryRecord, ...] = ()
    explanation: str = ""
    seconds: float = 0.0
    child_seconds: float = 0.0
    first_patch_seconds: float | None = None
    compiler_calls: int = 0

    compiles: bool | None = None
    tests_green: bool | None = None
    checks_green: bool | None = None
    deletions: tuple[str, ...] = ()
    exact: bool | None = None
    rustfmt: bool | None = None
    clippy: bool | None = None
    diff: str = ""
    judge_seconds: float = 0.0

    named: tuple[str, ...] = ()
    missed: tuple[str, ...] = ()
    false_claims: tuple[str, ...] = ()

    retries: int = 0
    infrastructure: tuple[str, ...] = ()

    @property
    def key(self) -> tuple[str, int]:
        """What makes a result one of a kind in its run: case and epoch."""
        return self.case, self.epoch

    @property
    def patches_tried(self) -> int:
        """How many patches she put into the sandbox and validated."""
        return len(self.tries)

    @property
    def correct(self) -> bool:
        """She did what a good engineer does with the case: mended it, or left alone what should be left alone."""
        return self.status == (Status.FIXED if self.expect is Expectation.FIXED else Status.ABSTAINED)

    @property
    def counts(self) -> bool:
        """It says something about her: the harness did not fail."""
        return self.status is not Status.ERROR


class RunEnd(VersionedRecord):
    """The last line of a run that ended by itself ("finished") or was told to ("stopped", and can be gone on with)."""

    kind: Literal["end"] = "end"
    run: str
    at: str
    how: Literal["finished", "stopped"]
    results: int


@dataclass(frozen=True)
class Run:
    """A run as its log tells it. ``end``: None while it runs, where it was cut off, and where it went on after it."""

    head: RunHead
    results: tuple[CaseResult, ...]
    end: RunEnd | None = None

    @property
    def finished(self) -> bool:
        """Every case is there."""
        return len(self.results) >= self.head.total


def runs_folder() -> Path:
    """Where run logs are kept."""
    return home() / "evals"


def log_file(run: str) -> Path:
    """The log of a run by its id."""
    return runs_folder() / f"{run}.jsonl"


def read_run(path: Path) -> Run:
    """Reads a run log. Half a last line, which a killed run leaves, is passed over.

    Raises `RecordError` where the file is none, a line of it is broken, or two results are of the same case and epoch;
    `UnknownVersionError` for a log of another version.
    """
    try:
        text = path.read_bytes()
    except OSError as error:
        raise RecordError(f"no run log at {path}", fix="`rusta eval list` shows the runs") from error
    head: RunHead | None = None
    results: dict[tuple[str, int], CaseResult] = {}
    end: RunEnd | None = None
    for number, fields in _objects(text, path):
        kind = fields.get("kind")
        if (kind == "head") != (head is None):
            raise RecordError(f"{path.name}, line {number}: a run log has one head, and it comes first")
        if kind == "head":
            head = RunHead.read(fields)
        elif kind == "result":
            result = CaseResult.read(fields)
            if result.key in results:
                raise RecordError(
                    f"{path.name}, line {number}: case {result.case}, epoch {result.epoch}, is there twice"
                )
            results[result.key] = result
        elif kind == "end":
            end = RunEnd.read(fields)
    if head is None:
        raise RecordError(f"{path.name} is empty", fix="delete it, or start the run again")
    complete = end is not None and end.results == len(results)
    return Run(head, tuple(results.values()), end if complete else None)


def _objects(text: bytes, path: Path) -> Iterator[tuple[int, dict[str, Any]]]:
    whole = text[: text.rfind(b"\n") + 1]
    for number, line in enumerate(whole.splitlines(), start=1):
        try:
            fields = json.loads(line)
        except ValueError as error:
            raise RecordError(f"{path.name}, line {number} is not JSON") from error
        if not isinstance(fields, dict):
            raise RecordError(f"{path.name}, line {number} is no object")
        yield number, fields
