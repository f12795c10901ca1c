"""A session told in short lines: every event becomes the rows a person wants to read, or none."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import PurePath

from engine.schema.devlog import Outcome
from engine.schema.diagnostic import Diagnostic
from engine.schema.event import (
    BeliefEvent,
    CommitEvent,
    DecisionEvent,
    DiagnosticEvent,
    ErrorEvent,
    Event,
    Gear,
    HypothesisEvent,
    IntakeEvent,
    LogEvent,
    LoopState,
    PatchEvent,
    ProbeEvent,
    ProgressEvent,
    ReflectionEvent,
    SayEvent,
    StateEvent,
    UndoEvent,
    ValidationEvent,
)
from engine.schema.patch import Patch
from rusta_cli.rows import Role, Row, row

_VERDICT: dict[str | None, Role] = {"supports": "good", "refutes": "bad", "failed": "bad"}
OUTCOME_ROLE: dict[Outcome, Role] = {
    Outcome.FIXED: "good",
    Outcome.CLEAN: "good",
    Outcome.ABSTAINED: "wait",
    Outcome.VETOED: "wait",
    Outcome.STOPPED: "wait",
    Outcome.UNDONE: "wait",
    Outcome.ERROR: "bad",
}


class Narrator:
    """Tells one session. It remembers only what later lines refer to."""

    def __init__(self) -> None:
        self._confidence: dict[str, float] = {}
        self._deep: set[str | None] = set()
        self._queued: set[str] = set()
        self._intents: dict[str, str] = {}
        self._said = ""
        self._patched = False
        self._watching = False

    def tell(self, event: Event) -> Iterator[Row]:
        """The rows of one event; none for what a person need not see."""
        match event:
            case IntakeEvent():
                yield from _intake(event)
            case DiagnosticEvent(status="queued") if event.diagnostic.id not in self._queued:
                self._queued.add(event.diagnostic.id)
                yield _queued(event)
            case DiagnosticEvent(status="active"):
                yield row("")
                yield headline(event.diagnostic)
            case StateEvent(state=LoopState.DO):
                yield from self._do(event)
            case StateEvent(gear=Gear.DEEP) if event.task not in self._deep:
                self._deep.add(event.task)
                yield row("gear", ("deep: several hypotheses, more probes", "dim"))
            case SayEvent():
                self._said = event.text
                yield _say(event)
            case HypothesisEvent(status="open"):
                yield row("think", event.statement, (f"  {event.confidence:.2f}  {event.move}", "dim"))
            case HypothesisEvent(status="refuted"):
                yield row("think", (f"refuted: {event.statement}", "bad"))
            case ProbeEvent(status="done"):
                yield _probe(event)
            case BeliefEvent():
                yield from self._belief(event)
            case DecisionEvent():
                yield _decision(event, self._intents.get(event.patch or "", ""))
            case PatchEvent(status="applied"):
                self._patched = True
                self._intents[event.patch.id] = event.patch.intent
                yield _patch(event)
            case ValidationEvent():
                yield from _validation(event)
            case ReflectionEvent() if event.text != self._said:
                role: Role = "good" if event.outcome in ("green", "progress") else "wait"
                yield row("reflect", (event.outcome, role), f"  {event.text}")
            case UndoEvent():
                yield _undo(event)
            case CommitEvent(status="done"):
                yield from _commit(event)
            case ProgressEvent(job="watch", status="running"):
                self._watching = True
                yield row("watch", (event.text, "dim"))
            case ProgressEvent(job="check", status="done") if self._watching and event.text:
                yield row("", (event.text, "dim"))
            case ErrorEvent():
                yield row("error", (event.text, "bad"), *(((f"\n{event.fix}", "plain"),) if event.fix else ()))
            case LogEvent():
                yield from _log(event)
            case _:
                return

    def _do(self, event: StateEvent) -> Iterator[Row]:
        if event.status == "enter":
            self._patched = False
        elif not self._patched and event.text:
            yield row("do", (f"no patch: {event.text}", "wait"))

    def _belief(self, event: BeliefEvent) -> Iterator[Row]:
        before = self._confidence.get(event.task)
        self._confidence[event.task] = event.confidence
        if before is not None and round(before, 2) != round(event.confidence, 2):
            yield row("belief", (f"{before:.2f} → {event.confidence:.2f}", "dim"))


def size_of(patch: Patch) -> str:
    """`+2 −1`: lines that the diff adds and takes away."""
    lines = patch.diff.split("\n")
    added = sum(line.startswith("+") and not line.startswith("+++ ") for line in lines)
    removed = sum(line.startswith("-") and not line.startswith("--- ") for line in lines)
    return f"+{added} −{removed}"


def _intake(event: IntakeEvent) -> Iterator[Row]:
    place = event.branch or (f"detached at {event.head[:9]}" if event.head else "no commit yet")
    facts = [
        f"session {event.session}",
        place,
        f"brain {event.brain}",
        f"isolation {event.isolation.partition(':')[0] or 'unknown'}",
    ]
    yield row("", (PurePath(event.repository).name, "strong"), (f"  {' · '.join(facts)}", "dim"))
    if event.dirty and event.include_dirty:
        count = len(event.dirty)
        yield row("intake", (f"{count} uncommitted file{'s' * (count != 1)} taken along", "dim"))


def _queued(event: DiagnosticEvent) -> Row:
    diagnostic = event.diagnostic
    role: Role = "bad" if diagnostic.level.is_error else "wait"
    after: tuple[tuple[str, Role], ...] = (("  follows from another", "dim"),) if event.follows else ()
    return row("queue", (diagnostic.label, role), (f" {diagnostic.where}", "strong"), f"  {diagnostic.message}", *after)


def headline(diagnostic: Diagnostic) -> Row:
    """The line that stands over everything about one diagnostic."""
    role: Role = "bad" if diagnostic.level.is_error else "wait"
    return row(
        "", ("● ", role), (diagnostic.label, role), (f" {diagnostic.where}", "strong"), f"  {diagnostic.message}"
    )


def _say(event: SayEvent) -> Row:
    label = {"intent": "intent", "explain": "why", "adr": "adr", "warn": "note", "note": "note"}[event.tone]
    role: Role = "wait" if event.tone == "warn" else "voice"
    pages: tuple[tuple[str, Role], ...] = ((f"\n{' · '.join(event.citations)}", "dim"),) if event.citations else ()
    return row(label, (event.text, role), *pages)


def _probe(event: ProbeEvent) -> Row:
    verdict: tuple[str, Role] = (event.verdict or "done", _VERDICT.get(event.verdict, "dim"))
    finding = f"  {event.finding}" if event.finding else ""
    return row("probe", (event.command, "code"), (f"  {event.seconds:.2f} s  ", "dim"), verdict, finding)


def _decision(event: DecisionEvent, intent: str) -> Row:
    who = "" if event.by == "rusta" else f"{event.by}: "
    measure = ""
    if event.confidence is not None:
        measure = f"{event.confidence:.2f}"
        if event.threshold is not None:
            measure += f" {'≥' if event.confidence >= event.threshold else '<'} {event.threshold:.2f}"
    role: Role = "good" if event.action in ("apply", "approve") else "wait"
    kept = f"hunks kept: {', '.join(str(hunk + 1) for hunk in event.hunks)}" if event.hunks is not None else ""
    dropped = f"lines dropped: {sum(map(len, event.lines.values()))}" if event.lines else ""
    facts = dict.fromkeys(fact for fact in (measure, intent, kept, dropped, event.reason) if fact)
    return row("decide", (f"{who}{event.action}", role), ("".join(f"  {fact}" for fact in facts), "dim"))


def _patch(event: PatchEvent) -> Row:
    proven: tuple[str, Role] = ("  reversible, proven", "dim") if event.proven else ("", "plain")
    return row("do", ", ".join(event.patch.paths), (f"  {size_of(event.patch)}", "dim"), proven)


def _validation(event: ValidationEvent) -> Iterator[Row]:
    for step in event.steps:
        mark: tuple[str, Role] = ("✓ ", "good") if step.passed else ("✗ ", "bad")
        yield row("validate", mark, (step.command, "code"), (f"  {step.seconds:.2f} s  ", "dim"), step.summary)
    for finding in event.deletions:
        yield row("validate", (f"✗ bought by deletion: {finding}", "bad"))
    for finding in event.new_diagnostics:
        yield row("validate", (f"✗ new: {finding}", "bad"))
    if not event.green and event.progress:
        yield row("validate", (f"progress, {event.remaining} to go", "wait"))


def _undo(event: UndoEvent) -> Row:
    what = "patch taken back" if event.what == "patch" else f"commit taken back on {event.ref}"
    how = {"inverse": "by its inverse", "restore-ref": "by restoring the ref", "revert": "by a revert commit"}[
        event.how
    ]
    exact: tuple[str, Role] = (", byte for byte", "good") if event.exact else ("", "plain")
    return row("undo", f"{what} {how}", exact, f"  {event.note}" if event.note else "")


def _commit(event: CommitEvent) -> Iterator[Row]:
    name = event.ref.removeprefix("refs/heads/")
    for made in event.commits:
        yield row("commit", (made.sha[:9], "code"), f" {made.subject}")
    yield row("commit", ("on ", "dim"), (name, "strong"), f"  {event.note}" if event.note else "")


def _log(event: LogEvent) -> Iterator[Row]:
    outcome = str(event.outcome)
    rest = event.devlog.summary.removeprefix(outcome).lstrip("; ")
    seconds = f"  {event.devlog.seconds:.1f} s"
    yield row("")
    yield row("", (outcome, OUTCOME_ROLE[event.outcome]), f"  {rest}" if rest else "", (seconds, "dim"))
    for question in event.devlog.questions:
        yield row("question", (question, "wait"))
    if event.branch and event.commit:
        yield row("", ("look: ", "dim"), (f"git show {event.commit[:9]}", "code"), (f"  on {event.branch}", "dim"))
        yield row("", ("undo: ", "dim"), (f"rusta undo {event.session}", "code"))
