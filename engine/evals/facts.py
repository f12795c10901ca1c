"""What a session says of itself, as a result needs it: a fold over its events."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime

from engine.evals.record import ProbeRecord, TryRecord
from engine.loop.policy import Policy
from engine.schema.base import Record
from engine.schema.devlog import Outcome
from engine.schema.diagnostic import Diagnostic, Tool
from engine.schema.event import (
    BeliefEvent,
    CommitEvent,
    DecisionEvent,
    DiagnosticEvent,
    ErrorEvent,
    Event,
    IntakeEvent,
    LogEvent,
    PatchEvent,
    ProbeEvent,
    ProgressEvent,
    ReflectionEvent,
    SayEvent,
    StateEvent,
    ValidationEvent,
)

_COMPILER = ("cargo check", "cargo clippy", "cargo test")


class SessionFacts(Record):
    """The session's half of a `CaseResult`, under the same names, and what the judge starts from.

    ``compiles``: the package did as she was given it (None: nobody got so far as to say). ``base`` is the commit she
    was given, ``commit`` the last one she made (None: she committed nothing).
    ``crash``: one line where Rusta herself broke. ``breakdown``: one line where what she works with did, so that
    nothing can be said about her. ``limit``: which limit of the case ended the session.
    """

    outcome: Outcome | None = None
    compiles: bool | None = None
    session: str | None = None
    base: str | None = None
    commit: str | None = None
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
    crash: str = ""
    breakdown: str = ""
    limit: str = ""


def is_compiler_call(event: Event) -> bool:
    """Whether an event says that one of cargo's builds or test runs has ended."""
    return isinstance(event, ProgressEvent) and event.status == "done" and event.command.startswith(_COMPILER)


def facts_of(events: Iterable[Event], policy: Policy) -> SessionFacts:
    """Folds a session into its facts; wall-clock figures but that of the first patch are the caller's to add."""
    reader = _Reader(policy)
    for event in events:
        reader.take(event)
    return reader.facts()


@dataclass
class _Probing:
    event: ProbeEvent
    attempt: int
    cost: int
    before: BeliefEvent | None
    after: BeliefEvent | None = None


@dataclass(eq=False)
class _Tried:
    event: PatchEvent
    confidence: float | None
    verdict: str = ""
    deletions: tuple[str, ...] = ()


@dataclass
class _Reader:
    policy: Policy
    intake: IntakeEvent | None = None
    log: LogEvent | None = None
    fatal: str = ""
    broken: bool = False
    calls: int = 0
    first_patch: float | None = None
    explained: list[str] = field(default_factory=list)
    left: list[str] = field(default_factory=list)
    diagnostics: dict[str, Diagnostic] = field(default_factory=dict)
    gears: dict[str, None] = field(default_factory=dict)
    attempts: dict[str, int] = field(default_factory=dict)
    beliefs: dict[str, BeliefEvent] = field(default_factory=dict)
    probing: dict[str, tuple[int, BeliefEvent | None]] = field(default_factory=dict)
    probes: dict[str, _Probing] = field(default_factory=dict)
    thresholds: dict[str, float] = field(default_factory=dict)
    decided: dict[str, float | None] = field(default_factory=dict)
    last_decision: DecisionEvent | None = None
    tried: list[_Tried] = field(default_factory=list)
    committed: set[str] = field(default_factory=set)
    commit: str | None = None

    def take(self, event: Event) -> None:
        """One event, in order."""
        match event:
            case IntakeEvent():
                self.intake = event
            case DiagnosticEvent():
                self.diagnostics[event.diagnostic.id] = event.diagnostic
                found = event.diagnostic
                self.broken |= event.status == "found" and found.level.is_error and found.tool is Tool.RUSTC
            case StateEvent() if event.task is not None:
                self.gears[event.gear] = None
                self.attempts[event.task] = event.attempt
            case ProgressEvent():
                self.calls += is_compiler_call(event)
            case ProbeEvent():
                self._take_probe(event)
            case BeliefEvent():
                self._take_belief(event)
            case DecisionEvent(by="rusta") if event.task is not None:
                self._take_decision(event, event.task)
            case PatchEvent(status="applied"):
                self._take_patch(event)
            case ValidationEvent():
                for tried in self._tries_of(event.patch):
                    tried.deletions = event.deletions
            case ReflectionEvent():
                self._take_reflection(event)
            case SayEvent(tone="explain"):
                self.explained.append(event.text)
            case CommitEvent(status="done"):
                self.commit = event.new
                self.committed |= {made.patch for made in event.commits if made.patch}
            case ErrorEvent(fatal=True):
                self.fatal = event.text
            case LogEvent():
                self.log = event
            case _:
                pass

    def facts(self) -> SessionFacts:
        """Everything taken so far, as facts."""
        stand = [tried for tried in self.tried if self._stands(tried)]
        sure = [tried.confidence for tried in stand if tried.confidence is not None]
        last = self.last_decision
        codes = dict.fromkeys(found.code for found in self.diagnostics.values() if found.code and found.level.is_error)
        return SessionFacts(
            outcome=self.log.outcome if self.log else None,
            compiles=self._compiled(),
            session=self.intake.session if self.intake else None,
            base=self.intake.base if self.intake else None,
            commit=self.commit,
            confidence=min(sure) if sure else (last.confidence if last else None),
            reason=self._reason(),
            codes=tuple(codes),
            moves=tuple(dict.fromkeys(tried.event.patch.move for tried in stand)),
            gears=tuple(str(gear) for gear in self.gears),
            probes=tuple(map(self._probe, self.probes.values())),
            tries=tuple(map(self._try, self.tried)),
            explanation="\n\n".join(self.explained or self.left),
            first_patch_seconds=self.first_patch,
            compiler_calls=self.calls,
        )

    def _compiled(self) -> bool | None:
        if not self.calls:
            return None
        return not self.broken and not self.fatal

    def _reason(self) -> str:
        if self.fatal:
            return self.fatal
        if self.log is None or self.log.outcome in (Outcome.FIXED, Outcome.CLEAN):
            return "" if self.log else "the session has no end"
        last = self.last_decision
        if last is not None and last.action != "apply" and last.reason:
            return last.reason
        return self.left[-1] if self.left else self.log.devlog.summary

    def _take_probe(self, event: ProbeEvent) -> None:
        if event.status == "running":
            self.probing[event.id] = (self.calls, self.beliefs.get(event.task))
            return
        calls, before = self.probing.pop(event.id, (self.calls, self.beliefs.get(event.task)))
        self.probes[event.id] = _Probing(event, self.attempts.get(event.task, 1), self.calls - calls, before)

    def _take_belief(self, event: BeliefEvent) -> None:
        if event.because in self.probes:
            self.probes[event.because].after = event
        self.beliefs[event.task] = event

    def _take_decision(self, event: DecisionEvent, task: str) -> None:
        self.last_decision = event
        self.decided[task] = event.confidence
        if event.threshold is not None:
            self.thresholds[task] = event.threshold

    def _take_patch(self, event: PatchEvent) -> None:
        self.tried.append(_Tried(event, self.decided.get(event.task)))
        if self.first_patch is None and self.intake is not None:
            self.first_patch = round((_moment(event.at) - _moment(self.intake.at)).total_seconds(), 3)

    def _take_reflection(self, event: ReflectionEvent) -> None:
        if event.outcome == "abstained":
            self.left.append(event.text)
            return
        for tried in reversed(self.tried):
            if tried.event.task == event.task:
                tried.verdict = tried.verdict or event.outcome
                return

    def _tries_of(self, patch: str) -> list[_Tried]:
        """The last try of a patch; the same one may be tried again."""
        return [tried for tried in self.tried if tried.event.patch.id == patch][-1:]

    def _stands(self, tried: _Tried) -> bool:
        return tried.event.patch.id in self.committed and tried in self._tries_of(tried.event.patch.id)

    def _try(self, tried: _Tried) -> TryRecord:
        found = self.diagnostics.get(tried.event.task)
        move = tried.event.patch.move
        return TryRecord(
            task=tried.event.task,
            code=found.code if found else None,
            move=move,
            verdict=tried.verdict,
            confidence=tried.confidence,
            signature=f"{found.label if found else ''}|{move}",
            edit=hashlib.sha256(tried.event.patch.diff.encode()).hexdigest(),
            deletions=tried.deletions,
            stands=self._stands(tried),
        )

    def _probe(self, ended: _Probing) -> ProbeRecord:
        event, before, after = ended.event, ended.before, ended.after
        best_changed = crossed = False
        if before is not None and after is not None:
            need = self.thresholds.get(event.task, self.policy.confidence.apply_quick)
            best_changed = _best(before) != _best(after)
            crossed = (before.confidence >= need) != (after.confidence >= need)
        return ProbeRecord(
            task=event.task,
            attempt=ended.attempt,
            kind=event.probe,
            seconds=event.seconds,
            cost=ended.cost,
            verdict=event.verdict,
            confidence_before=before.confidence if before else None,
            confidence_after=after.confidence if after else None,
            entropy_before=before.entropy if before else None,
            entropy_after=after.entropy if after else None,
            best_changed=best_changed,
            decision_changed=best_changed or crossed,
            deletions=event.deletions,
        )


def _best(belief: BeliefEvent) -> str | None:
    return max(belief.beliefs, key=lambda key: belief.beliefs[key], default=None)


def _moment(at: str) -> datetime:
    return datetime.fromisoformat(at)
