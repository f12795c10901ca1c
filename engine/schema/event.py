"""The events of a session: one append-only list that everything else is a fold over.

An event is one JSON object a line: ``{"v":1,"seq":7,"at":"…Z","session":"…","kind":"…", …}``. ``seq`` starts at
1 and has no gaps within a session.
"""

from __future__ import annotations

import contextlib
from enum import StrEnum
from typing import Annotated, Any, Literal

from pydantic import Field, TypeAdapter, ValidationError

from engine.errors import RecordError
from engine.schema.base import Record, VersionedRecord, check_version, first_problem, parse_object
from engine.schema.devlog import DevLog, Outcome
from engine.schema.diagnostic import Diagnostic
from engine.schema.patch import Patch


class LoopState(StrEnum):
    """The states of the loop, in the order of its table."""

    INTAKE = "intake"
    THINK = "think"
    COMMUNICATE = "communicate"
    PROBE = "probe"
    DECIDE = "decide"
    DO = "do"
    VALIDATE = "validate"
    REFLECT = "reflect"
    REVIEW = "review"
    UNDO = "undo"
    COMMIT = "commit"
    LOG = "log"


class Gear(StrEnum):
    """How hard she thinks: quick for one local confident file, deep for the rest."""

    QUICK = "quick"
    DEEP = "deep"


class EventBase(VersionedRecord):
    """The head of every event. ``at`` is UTC, ISO 8601 with a final Z."""

    seq: int
    at: str
    session: str


class Scope(Record):
    """What the mentor asked for: one code, one file, one diagnostic id, everything (warnings and clippy
    too), or, when nothing is set, all errors."""

    code: str | None = None
    file: str | None = None
    only: str | None = None
    all: bool = False


class BlastRadius(Record):
    """What a patch touches, and who refers to it."""

    files: tuple[str, ...] = ()
    symbols: tuple[str, ...] = ()
    references: int = 0


class IntakeEvent(EventBase):
    """The session opened: all that is needed to resume it. ``base`` is the commit the sandbox starts from."""

    kind: Literal["intake"] = "intake"
    repository: str
    path: str
    head: str | None
    branch: str | None
    base: str
    dirty: tuple[str, ...] = ()
    include_dirty: bool = False
    brain: str = "search"
    approve: Literal["ask", "auto", "never"] = "ask"
    scope: Scope = Scope()
    policy: dict[str, Any] = Field(default_factory=dict)
    isolation: str = ""


class DiagnosticEvent(EventBase):
    """One finding, as cargo reports it. ``follows`` is the id of the root cause it hangs on, if it does."""

    kind: Literal["diagnostic"] = "diagnostic"
    diagnostic: Diagnostic
    status: Literal["found", "queued", "active", "gone", "abstained"] = "found"
    order: int = 0
    follows: str | None = None


class StateEvent(EventBase):
    """She enters or leaves a state. ``task`` is the diagnostic's id, ``attempt`` counts from 1."""

    kind: Literal["state"] = "state"
    state: LoopState
    status: Literal["enter", "done"] = "enter"
    task: str | None = None
    attempt: int = 1
    gear: Gear = Gear.QUICK
    text: str = ""
    seconds: float | None = None


class SayEvent(EventBase):
    """A line in her voice. ``citations`` are pages of the installed docs (`book/ch04-02-….html#anchor`)."""

    kind: Literal["say"] = "say"
    text: str
    tone: Literal["intent", "explain", "note", "warn", "adr"] = "note"
    task: str | None = None
    citations: tuple[str, ...] = ()


class HypothesisEvent(EventBase):
    """A root cause she considers, with the move that would mend it and P(green) as judged now."""

    kind: Literal["hypothesis"] = "hypothesis"
    id: str
    task: str
    statement: str
    move: str
    confidence: float
    blast: BlastRadius = BlastRadius()
    status: Literal["open", "chosen", "confirmed", "refuted"] = "open"


class ProbeEvent(EventBase):
    """A cheap check: sent once when it starts (status "running") and once when it ends ("done").

    ``deletions`` are what the deletion guard found in the patch that a trial held.
    """

    kind: Literal["probe"] = "probe"
    id: str
    task: str
    probe: Literal["check", "trial", "structure", "analyzer", "test", "clippy", "docs"]
    command: str
    status: Literal["running", "done"]
    seconds: float = 0.0
    verdict: Literal["supports", "refutes", "neutral", "failed"] | None = None
    finding: str = ""
    deletions: tuple[str, ...] = ()


class BeliefEvent(EventBase):
    """Her belief after a probe: P by hypothesis id, the best one's confidence, entropy in bits."""

    kind: Literal["belief"] = "belief"
    task: str
    beliefs: dict[str, float]
    confidence: float
    entropy: float
    because: str | None = None


class DecisionEvent(EventBase):
    """A choice, hers or the mentor's, with what decided it."""

    kind: Literal["decision"] = "decision"
    by: Literal["rusta", "mentor", "policy"]
    action: Literal["apply", "abstain", "ask", "approve", "veto", "edit", "answer", "pause", "resume", "stop", "undo"]
    task: str | None = None
    confidence: float | None = None
    threshold: float | None = None
    patch: str | None = None
    ask: str | None = None
    hunks: tuple[int, ...] | None = None
    lines: dict[int, tuple[int, ...]] | None = None
    reason: str = ""


class PatchEvent(EventBase):
    """A patch in the sandbox. Undone patches are named by an `undo` event."""

    kind: Literal["patch"] = "patch"
    task: str
    hypothesis: str | None = None
    patch: Patch
    status: Literal["applied", "stacked", "green"]
    proven: bool = False
    blast: BlastRadius = BlastRadius()


class TestRun(Record):
    """One test and how it ended."""

    __test__ = False

    name: str
    outcome: Literal["ok", "failed", "ignored"]


class TestTarget(Record):
    """The tests of one target ("<package> <path>") and the seconds that libtest says it took, if it said so.

    ``tests`` are at most a thousand over all targets of a step, failed ones first; ``left_out`` counts the others.
    """

    __test__ = False

    name: str
    seconds: float | None = None
    tests: tuple[TestRun, ...] = ()
    left_out: int = 0


class TestTally(Record):
    """How many tests ended how, and the names that matter."""

    passed: int = 0
    failed: int = 0
    ignored: int = 0
    failures: tuple[str, ...] = ()
    newly_red: tuple[str, ...] = ()
    flaky: tuple[str, ...] = ()
    targets: tuple[TestTarget, ...] = ()


class CheckStep(Record):
    """One command of a validation."""

    command: str
    seconds: float
    passed: bool
    summary: str
    tests: TestTally | None = None


class ValidationEvent(EventBase):
    """What validation found. ``green``: the package compiles and its tests pass. ``progress``: not yet
    green, but this diagnostic is gone, none is new and no test is newly red."""

    kind: Literal["validation"] = "validation"
    task: str
    patch: str
    steps: tuple[CheckStep, ...]
    green: bool
    progress: bool
    deletions: tuple[str, ...] = ()
    new_diagnostics: tuple[str, ...] = ()
    remaining: int = 0


class ReflectionEvent(EventBase):
    """What was learnt: why it worked, or which assumption was wrong."""

    kind: Literal["reflection"] = "reflection"
    task: str
    outcome: Literal["green", "progress", "red", "vetoed", "abstained", "flaky"]
    move: str | None = None
    text: str


class Use(Record):
    """A place that names a symbol. ``line`` counts from 1; ``text`` is the line, without the space around it."""

    path: str
    line: int
    text: str


class TouchedSymbol(Record):
    """An item that hunks of a patch change, and who uses it by name (names are not resolved).

    ``hunks`` count from 0 over the whole diff. ``signature``: more than the inside of a body changes. ``uses`` are
    at most twenty of ``total``.
    """

    path: str
    symbol: str
    hunks: tuple[int, ...]
    signature: bool = False
    uses: tuple[Use, ...] = ()
    total: int = 0


class AskEvent(EventBase):
    """She waits for the mentor: a verdict on a patch, or an answer to one or two questions.

    ``touched``: with a verdict, what each hunk of the patch reaches.
    """

    kind: Literal["ask"] = "ask"
    id: str
    wants: Literal["verdict", "answer"]
    questions: tuple[str, ...]
    patch: str | None = None
    task: str | None = None
    index: int = 1
    of: int = 1
    touched: tuple[TouchedSymbol, ...] = ()


class CommitMade(Record):
    """One commit of a session and the patch it holds (None for the snapshot of uncommitted work)."""

    sha: str
    patch: str | None
    subject: str


class CommitEvent(EventBase):
    """Refs move. "intent" is written before, "done" after, so that a crash between them can be told apart.

    ``ref`` went from ``old`` (None: it did not exist) to ``new``.
    """

    kind: Literal["commit"] = "commit"
    status: Literal["intent", "done"]
    ref: str
    old: str | None
    new: str
    commits: tuple[CommitMade, ...] = ()
    landed: Literal["branch", "current"] = "branch"
    note: str = ""


class UndoEvent(EventBase):
    """Something was taken back: a patch in the sandbox by its inverse, or a commit."""

    kind: Literal["undo"] = "undo"
    what: Literal["patch", "commit"]
    how: Literal["inverse", "restore-ref", "revert"]
    patch: str | None = None
    task: str | None = None
    ref: str | None = None
    old: str | None = None
    new: str | None = None
    exact: bool = True
    note: str = ""


class MeterEvent(EventBase):
    """A measured value with its unit: probes used, seconds of budget, share of time in children.

    ``step`` is where on a curve the value belongs: a training step, a case of a run. None where there is no curve.
    """

    kind: Literal["meter"] = "meter"
    name: str
    value: float
    limit: float | None = None
    unit: str = ""
    step: int | None = None


class ProgressEvent(EventBase):
    """Life of a running command: its last lines in batches (never a line an event), and what was dropped."""

    kind: Literal["progress"] = "progress"
    job: str
    command: str = ""
    status: Literal["running", "done"] = "running"
    text: str = ""
    lines: tuple[str, ...] = ()
    dropped: int = 0
    done: int | None = None
    total: int | None = None
    elapsed: float = 0.0


class ErrorEvent(EventBase):
    """Something broke: what, what was saved, what to do. ``fatal`` ends the session."""

    kind: Literal["error"] = "error"
    text: str
    fix: str = ""
    fatal: bool = False


class LogEvent(EventBase):
    """The last event of a session: its outcome, its DevLog, and the branch and commit that were made."""

    kind: Literal["log"] = "log"
    outcome: Outcome
    devlog: DevLog
    branch: str | None = None
    commit: str | None = None
    exit_code: int = 0


Event = (
    IntakeEvent
    | DiagnosticEvent
    | StateEvent
    | SayEvent
    | HypothesisEvent
    | ProbeEvent
    | BeliefEvent
    | DecisionEvent
    | PatchEvent
    | ValidationEvent
    | ReflectionEvent
    | AskEvent
    | CommitEvent
    | UndoEvent
    | MeterEvent
    | ProgressEvent
    | ErrorEvent
    | LogEvent
)

EVENT_ADAPTER: TypeAdapter[Event] = TypeAdapter(Annotated[Event, Field(discriminator="kind")])


def read_event(data: str | bytes | dict[str, Any]) -> Event:
    """Reads an event of any kind; `UnknownVersionError` or `RecordError` when it is none."""
    if not isinstance(data, dict):
        with contextlib.suppress(ValidationError):  # what is wrong is found out below, where it can be named
            return EVENT_ADAPTER.validate_json(data)
    fields = parse_object(data, "event")
    check_version(fields, "event")
    try:
        return EVENT_ADAPTER.validate_python(fields)
    except ValidationError as error:
        raise RecordError(f"not an event: {first_problem(error)}") from error
