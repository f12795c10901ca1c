"""The state of a session as a fold over its events. A live session and a resumed one read the same fold."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field

from engine.schema.decision import Verdict
from engine.schema.devlog import Outcome
from engine.schema.diagnostic import Diagnostic
from engine.schema.event import (
    CommitEvent,
    DecisionEvent,
    DiagnosticEvent,
    Event,
    HypothesisEvent,
    IntakeEvent,
    LogEvent,
    PatchEvent,
    ReflectionEvent,
    UndoEvent,
    ValidationEvent,
)


@dataclass
class TaskState:
    """What the events say of one diagnostic."""

    diagnostic: Diagnostic
    order: int
    status: str = "queued"
    follows: str | None = None
    refuted: set[str] = field(default_factory=set)
    attempts: int = 0


@dataclass
class SessionState:
    """Everything a session knows, derived from its events alone.

    ``barred`` are the hypotheses whose patches the mentor vetoed or took back: they are not proposed again for
    any diagnostic of the session. ``declined`` are green patches that may not be committed; they stand until the end.
    """

    intake: IntakeEvent | None = None
    tasks: dict[str, TaskState] = field(default_factory=dict)
    stacked: list[PatchEvent] = field(default_factory=list)
    approved: set[str] = field(default_factory=set)
    barred: set[str] = field(default_factory=set)
    declined: set[str] = field(default_factory=set)
    evidence: list[str] = field(default_factory=list)
    reasons: list[str] = field(default_factory=list)
    commits: list[CommitEvent] = field(default_factory=list)
    unfinished_commit: CommitEvent | None = None
    flaky: set[str] = field(default_factory=set)
    validations: dict[str, ValidationEvent] = field(default_factory=dict)
    vetoed: bool = False
    undone: list[UndoEvent] = field(default_factory=list)
    log: LogEvent | None = None

    @property
    def tip(self) -> str | None:
        """The commit that holds all landed work of the session, or None while nothing has landed."""
        return self.commits[-1].new if self.commits else None

    @property
    def base(self) -> str:
        """The commit the sandbox stands on: what has landed, else what the session started from."""
        return self.tip or (self.intake.base if self.intake else "")

    def apply(self, event: Event) -> None:
        """Takes one event into the state."""
        match event:
            case IntakeEvent():
                self.intake = event
            case DiagnosticEvent():
                self._apply_diagnostic(event)
            case HypothesisEvent(status="refuted"):
                self._task(event.task).refuted.add(event.id)
            case PatchEvent():
                self._apply_patch(event)
            case ValidationEvent():
                self.validations[event.patch] = event
                self.flaky |= {name for step in event.steps if step.tests for name in step.tests.flaky}
            case UndoEvent(what="patch"):
                self.stacked = [item for item in self.stacked if item.patch.id != event.patch]
                self.approved.discard(event.patch or "")
            case UndoEvent(what="commit"):
                self.undone.append(event)
            case ReflectionEvent():
                self._apply_reflection(event)
            case DecisionEvent(by="mentor" | "policy"):
                self._apply_decision(event)
            case CommitEvent(status="intent"):
                self.unfinished_commit = event
            case CommitEvent(status="done"):
                self._apply_commit(event)
            case LogEvent():
                self.log = event
            case _:
                pass

    def _task(self, task: str) -> TaskState:
        return self.tasks[task]

    def _apply_diagnostic(self, event: DiagnosticEvent) -> None:
        if event.status == "found":
            return
        known = self.tasks.get(event.diagnostic.id)
        if known is None:
            known = self.tasks[event.diagnostic.id] = TaskState(event.diagnostic, event.order)
        if known.status == "abstained" and event.status == "queued":
            known.refuted.clear()  # what was tried in vain was tried upon a choice that was taken back
        known.diagnostic, known.order = event.diagnostic, event.order
        known.status, known.follows = event.status, event.follows

    def _apply_patch(self, event: PatchEvent) -> None:
        self.stacked = [item for item in self.stacked if item.patch.id != event.patch.id]
        self.stacked.append(event)
        if event.status == "applied":
            self._task(event.task).attempts += 1

    def _apply_reflection(self, event: ReflectionEvent) -> None:
        if event.outcome in ("red", "flaky"):
            self.evidence.append(event.text)

    def _apply_decision(self, event: DecisionEvent) -> None:
        if event.reason:
            self.evidence.append(event.reason)
            if event.by == "mentor":
                self.reasons.append(event.reason)
        if event.action == "approve" and event.patch:
            self.approved.add(event.patch)
        if event.action == "abstain" and event.patch:
            self.declined.add(event.patch)
        if event.action in ("veto", "undo"):
            self.barred |= {item.hypothesis or "" for item in self.stacked if item.patch.id == event.patch}
            self.vetoed = self.vetoed or event.action == "veto"

    def _apply_commit(self, event: CommitEvent) -> None:
        self.commits.append(event)
        self.unfinished_commit = None
        landed = {made.patch for made in event.commits}
        self.stacked = [item for item in self.stacked if item.patch.id not in landed]
        self.approved -= {patch for patch in landed if patch}


def fold(events: Iterable[Event]) -> SessionState:
    """The state after all ``events``, in order."""
    state = SessionState()
    for event in events:
        state.apply(event)
    return state


def verdict_action(verdict: Verdict) -> str:
    """The action a verdict stands for: partial approval counts as an edit, since it is validated anew."""
    partial = verdict.hunks is not None or any((verdict.lines or {}).values())
    return "edit" if verdict.verdict == "approve" and partial else verdict.verdict


def outcome_of(state: SessionState) -> Outcome:
    """How the session stands if it ended now: fixed only when nothing that was asked for is left."""
    open_tasks = [task for task in state.tasks.values() if task.status != "gone"]
    if not state.tasks:
        return Outcome.CLEAN
    if not open_tasks and state.commits:
        return Outcome.FIXED
    if state.vetoed and not state.commits:
        return Outcome.VETOED
    return Outcome.ABSTAINED
