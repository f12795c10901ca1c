"""The DevLog of a session: a fold over its events."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field

from engine.schema.devlog import DevLog, Entry, Outcome, ProbeNote, ValidationNote
from engine.schema.diagnostic import Diagnostic
from engine.schema.event import (
    AskEvent,
    BeliefEvent,
    CommitEvent,
    DecisionEvent,
    DiagnosticEvent,
    Event,
    HypothesisEvent,
    IntakeEvent,
    MeterEvent,
    PatchEvent,
    ProbeEvent,
    ReflectionEvent,
    SayEvent,
    StateEvent,
    ValidationEvent,
)
from engine.schema.patch import Patch


@dataclass
class _Draft:
    """An entry while it is being written."""

    diagnostic: Diagnostic
    status: str = "queued"
    gear: str = "quick"
    attempts: int = 0
    intent: str = ""
    move: str | None = None
    confidence: float = 0.0
    probes: list[ProbeNote] = field(default_factory=list)
    patch: Patch | None = None
    validation: tuple[ValidationNote, ...] = ()
    reflection: str = ""
    explanation: str = ""
    citations: tuple[str, ...] = ()
    adr: str | None = None
    mentor: list[str] = field(default_factory=list)
    vetoed: bool = False
    committed: bool = False

    def entry(self) -> Entry:
        """The finished entry."""
        return Entry(
            diagnostic=self.diagnostic.id,
            code=self.diagnostic.code,
            message=self.diagnostic.message,
            where=self.diagnostic.where,
            gear="deep" if self.gear == "deep" else "quick",
            attempts=self.attempts,
            intent=self.intent,
            move=self.move,
            confidence=self.confidence,
            probes=tuple(self.probes),
            patch=self.patch,
            validation=self.validation,
            reflection=self.reflection,
            explanation=self.explanation,
            citations=self.citations,
            adr=self.adr,
            outcome=self._outcome(),
            mentor=tuple(self.mentor),
        )

    def _outcome(self) -> Outcome:
        if self.committed:
            return Outcome.FIXED
        if self.vetoed:
            return Outcome.VETOED
        if self.status == "gone" and self.patch is None:
            return Outcome.CLEAN
        return Outcome.ABSTAINED


class _Writer:
    """Takes events in, one at a time."""

    def __init__(self) -> None:
        self.intake: IntakeEvent | None = None
        self.drafts: dict[str, _Draft] = {}
        self.commits: list[CommitEvent] = []
        self.questions: list[str] = []
        self.seconds = 0.0

    def take(self, event: Event) -> None:
        """One event of the session, in order."""
        match event:
            case IntakeEvent():
                self.intake = event
            case DiagnosticEvent() if event.status != "found":
                draft = self.drafts.setdefault(event.diagnostic.id, _Draft(event.diagnostic))
                draft.status = event.status
            case AskEvent(wants="answer"):
                self.questions.extend(event.questions)
            case CommitEvent(status="done"):
                self.commits.append(event)
                for made in event.commits:
                    for draft in self.drafts.values():
                        draft.committed |= draft.patch is not None and draft.patch.id == made.patch
            case MeterEvent(name="wall_seconds"):
                self.seconds += event.value
            case _:
                draft_of = self.drafts.get(getattr(event, "task", None) or "")
                if draft_of is not None:
                    _take_into(draft_of, event)


def _take_into(draft: _Draft, event: Event) -> None:
    match event:
        case StateEvent(status="done"):
            draft.gear = event.gear
        case SayEvent(tone="intent"):
            draft.intent = event.text
        case SayEvent(tone="explain"):
            draft.explanation, draft.citations = event.text, event.citations
        case SayEvent(tone="adr"):
            draft.adr = event.text
        case HypothesisEvent(status="chosen" | "confirmed"):
            draft.move = event.move
        case ProbeEvent(status="done"):
            draft.probes.append(
                ProbeNote(
                    probe=event.probe,
                    command=event.command,
                    seconds=event.seconds,
                    verdict=event.verdict or "neutral",
                    finding=event.finding,
                )
            )
        case BeliefEvent():
            draft.confidence = event.confidence
            if event.because and draft.probes:
                draft.probes[-1] = draft.probes[-1].model_copy(update={"belief": event.confidence})
        case PatchEvent():
            draft.patch, draft.vetoed = event.patch, False
            draft.attempts += event.status == "applied"
        case ValidationEvent():
            draft.validation = tuple(
                ValidationNote(command=step.command, seconds=step.seconds, passed=step.passed, summary=step.summary)
                for step in event.steps
            )
        case ReflectionEvent():
            draft.reflection = event.text
            draft.vetoed = event.outcome == "vetoed"
        case DecisionEvent(by="mentor"):
            draft.mentor.append(f"{event.action}: {event.reason}" if event.reason else event.action)
        case _:
            pass


def write_devlog(session: str, events: Iterable[Event], outcome: Outcome, *, at: str) -> DevLog:
    """Folds a session's events into its DevLog; ``outcome`` is how it ended, ``at`` when (UTC)."""
    writer = _Writer()
    for event in events:
        writer.take(event)
    entries = tuple(draft.entry() for draft in writer.drafts.values())
    intake = writer.intake
    tags = {f"error/{entry.code or 'uncoded'}" for entry in entries}
    tags |= {f"move/{entry.move}" for entry in entries if entry.move}
    last = writer.commits[-1] if writer.commits else None
    return DevLog(
        id=f"devlog-{session}",
        session=session,
        at=at,
        repository=intake.repository if intake else "",
        base=intake.base if intake else "",
        brain=intake.brain if intake else "",
        outcome=outcome,
        summary=_summary(outcome, entries),
        entries=entries,
        branch=last.ref.removeprefix("refs/heads/") if last else None,
        commits=tuple(made.sha for commit in writer.commits for made in commit.commits),
        questions=tuple(writer.questions),
        tags=tuple(sorted(tags)),
        seconds=round(writer.seconds, 3),
    )


def _summary(outcome: Outcome, entries: tuple[Entry, ...]) -> str:
    fixed = [entry for entry in entries if entry.outcome is Outcome.FIXED]
    left = [entry for entry in entries if entry.outcome in (Outcome.ABSTAINED, Outcome.VETOED)]
    names = ", ".join(dict.fromkeys(entry.code or "uncoded" for entry in fixed))
    parts: list[str] = []
    if fixed:
        parts.append(f"{len(fixed)} fixed ({names})")
    if left:
        parts.append(f"{len(left)} left: {left[0].code or 'uncoded'} at {left[0].where}")
    return "; ".join(parts) or str(outcome)
