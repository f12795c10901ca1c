"""What one event says in the timeline. Pure: an event and the view it belongs to in, lines out."""

from __future__ import annotations

from datetime import datetime

from rich.cells import cell_len

from engine.schema.devlog import Outcome
from engine.schema.event import (
    AskEvent,
    BeliefEvent,
    CommitEvent,
    DecisionEvent,
    ErrorEvent,
    Event,
    HypothesisEvent,
    IntakeEvent,
    LogEvent,
    PatchEvent,
    ProbeEvent,
    ReflectionEvent,
    SayEvent,
    UndoEvent,
    ValidationEvent,
)
from rusta_tui.diff import parse
from rusta_tui.lines import Line, Role, Span, bar, fit, seconds, spark, width_of, wrap
from rusta_tui.view import Step, View

VERDICTS: dict[str | None, tuple[str, Role]] = {
    "supports": ("✓", "good"),
    "refutes": ("✗", "bad"),
    "neutral": ("·", "dim"),
    "failed": ("!", "wait"),
}
_HYPOTHESES: dict[str, tuple[str, Role]] = {
    "open": (" ", "text"),
    "chosen": ("▸", "voice"),
    "confirmed": ("✓", "good"),
    "refuted": ("✗", "dim"),
}
ENDINGS: dict[Outcome, tuple[str, str, Role]] = {
    Outcome.FIXED: ("✓", "fixed", "good"),
    Outcome.CLEAN: ("✓", "nothing to fix", "good"),
    Outcome.ABSTAINED: ("–", "abstained: nothing was committed", "wait"),
    Outcome.VETOED: ("✗", "vetoed: everything was taken back", "wait"),
    Outcome.STOPPED: ("■", "stopped: your tree was never touched", "wait"),
    Outcome.UNDONE: ("↩", "undone", "wait"),
    Outcome.ERROR: ("!", "ended by an error; the session is stored", "bad"),
}


def ending(log: LogEvent) -> tuple[str, str, Role]:
    """Mark, words and role for how a session ended."""
    if log.outcome is Outcome.ABSTAINED and log.commit:
        return "◐", "partly fixed", "wait"
    return ENDINGS[log.outcome]


def moment(at: str) -> float:
    """An event's time in seconds since the epoch; 0 when it cannot be read."""
    try:
        return datetime.fromisoformat(at).timestamp()
    except ValueError:
        return 0.0


def event_lines(view: View, step: Step, event: Event, width: int, now: float) -> list[Line]:
    """The lines of an event, at most ``width`` cells wide; none for one that the timeline does not show."""
    match event:
        case IntakeEvent():
            return [_intake(event)]
        case HypothesisEvent():
            return _hypothesis(view, event, width)
        case SayEvent():
            return _say(event, width)
        case ProbeEvent():
            return _probe(view, event, width, now)
        case BeliefEvent():
            return [_belief(view, step, event)]
        case DecisionEvent():
            return _decision(event, width)
        case PatchEvent():
            return [_patch(view, event)]
        case ValidationEvent():
            return _validation(event, width)
        case ReflectionEvent():
            named: Line = ((f"{event.move} · ", "dim"),) if event.move else ()
            first, *more = wrap(event.text, width - sum(len(text) for text, _ in named)) or [""]
            return [(*named, (first, "text")), *(((text, "text"),) for text in more)]
        case AskEvent():
            return _ask(view, event, width)
        case CommitEvent():
            return _commit(event, width)
        case UndoEvent():
            return [_undo(event)]
        case ErrorEvent():
            return _error(event, width)
        case LogEvent():
            return _log(event, width)
        case _:
            return []


def _intake(event: IntakeEvent) -> Line:
    base = f" at {event.base[:7]}" if event.base else ""
    spans: list[Span] = [(f"{event.branch or 'detached HEAD'}{base}", "text")]
    if event.dirty and event.include_dirty:
        spans.append((f" · {len(event.dirty)} uncommitted files included", "wait"))
    elif event.dirty:
        spans.append((f" · {len(event.dirty)} uncommitted files left out", "wait"))
    if event.isolation:
        spans.append((f" · {event.isolation}", "dim" if event.isolation != "none" else "wait"))
    return tuple(spans)


def _hypothesis(view: View, event: HypothesisEvent, width: int) -> list[Line]:
    task = view.tasks.get(event.task)
    known = task.hypotheses if task else {}
    now = known.get(event.id, event)
    place = list(known).index(event.id) + 1 if event.id in known else 1
    mark, role = _HYPOTHESES[now.status]
    tone: Role = "dim" if now.status == "refuted" else "text"
    lead: Line = (
        (f"{mark} ", role),
        (f"{place} ", "dim"),
        (bar(now.confidence, 6), "voice" if tone == "text" else "dim"),
        (f" {now.confidence:.2f}  ", tone),
    )
    pad = width_of(lead)
    first, *more = wrap(now.statement, width - pad)
    lines: list[Line] = [(*lead, (first, tone)), *(((" " * pad + text, tone),) for text in more)]
    if width_of(lines[-1]) + len(now.move) + 3 <= width:
        lines[-1] = (*lines[-1], (f" · {now.move}", "dim"))
    return lines


def _say(event: SayEvent, width: int) -> list[Line]:
    if event.tone == "adr":
        return [(("Decision note", "strong"),), *(((text, "text"),) for text in wrap(event.text, width))]
    role: Role = "wait" if event.tone == "warn" else "voice"
    return [((text, role),) for text in wrap(f"“{event.text}”", width)]


def _probe(view: View, event: ProbeEvent, width: int, now: float) -> list[Line]:
    if event.status == "running":
        elapsed = max(0.0, now - moment(event.at)) if not view.over else event.seconds
        return [(("● ", "voice"), (event.command, "text"), (f"  {seconds(elapsed)}", "voice"))]
    mark, role = VERDICTS.get(event.verdict, ("·", "dim"))
    line: Line = (
        (f"{mark} ", role),
        (event.command, "text"),
        (f"  {seconds(event.seconds)}", "dim"),
        (f"  {event.verdict or ''}", role),
    )
    if not event.finding:
        return [line]
    if width_of(line) + cell_len(event.finding) + 2 <= width:
        return [(*line, (f"  {event.finding}", "text"))]
    return [line, *((("  " + text, "dim"),) for text in wrap(event.finding, width - 2))]


def _belief(view: View, step: Step, event: BeliefEvent) -> Line:
    task = view.tasks.get(event.task)
    curve = task.confidence if task else [event.confidence]
    seen = curve[: curve.index(event.confidence) + 1] if event.confidence in curve else curve
    before = f"{seen[-2]:.2f} → " if len(seen) > 1 else ""
    return (
        ("confidence ", "dim"),
        (before, "dim"),
        (f"{event.confidence:.2f} ", "strong"),
        (spark(seen[-24:]), "voice"),
        (f"  entropy {event.entropy:.2f} bit", "dim"),
    )


def _decision(event: DecisionEvent, width: int) -> list[Line]:
    who = {"rusta": "", "mentor": "you: ", "policy": "policy: "}[event.by]
    role: Role = {"apply": "good", "approve": "good", "veto": "bad", "stop": "wait", "abstain": "wait"}.get(
        event.action, "text"
    )  # type: ignore[assignment]
    spans: list[Span] = [(who, "dim"), (event.action.capitalize(), role)]
    if event.confidence is not None:
        spans.append((f" {event.confidence:.2f}", "strong"))
        if event.threshold is not None:
            spans.append((f" {'≥' if event.confidence >= event.threshold else '<'} {event.threshold:.2f}", "dim"))
    if event.hunks is not None:
        spans.append((f" · {len(event.hunks)} hunks kept", "text"))
    if event.lines:
        lines = sum(map(len, event.lines.values()))
        spans.append((f" · {lines} line{'s' * (lines != 1)} dropped", "text"))
    if not event.reason or event.reason in "".join(text for text, _ in spans):
        return [tuple(spans)]
    spans.append(("  ", "text"))
    lead = sum(len(text) for text, _ in spans)
    first, *more = wrap(event.reason, width - lead)
    return [(*spans, (first, "text")), *(((" " * lead + text, "text"),) for text in more)]


def _patch(view: View, event: PatchEvent) -> Line:
    patch = event.patch
    diff = parse(patch.diff)
    paths = ", ".join(patch.paths[:3]) + (f" and {len(patch.paths) - 3} more" if len(patch.paths) > 3 else "")
    now = view.patches.get(patch.id)
    spans: list[Span] = [(paths, "text"), (f"  +{diff.added}", "good"), (f" −{diff.removed}", "bad")]
    if (now.event if now else event).proven:
        spans.append(("  inverse proven", "dim"))
    if now and now.undone:
        spans.append(("  taken back", "wait"))
    return tuple(spans)


def _validation(event: ValidationEvent, width: int) -> list[Line]:
    lines: list[Line] = []
    for check in event.steps:
        mark: Span = ("✓ ", "good") if check.passed else ("✗ ", "bad")
        lines.append(
            (mark, (check.command, "text"), (f"  {seconds(check.seconds)}", "dim"), (f"  {check.summary}", "text"))
        )
        if check.tests:
            lines += [((f"  {name}", "bad"),) for name in check.tests.newly_red[:3]]
            lines += [((f"  {name} flickers", "wait"),) for name in check.tests.flaky[:3]]
    lines += [((f"bought by deletion: {text}", "bad"),) for text in event.deletions]
    if event.green:
        lines.append((("green", "good"),))
    elif event.progress:
        left = f", {event.remaining} to go" if event.remaining else ""
        lines.append((("progress", "good"), (f": this diagnostic is gone, none is new{left}", "dim")))
    else:
        lines.append((("red", "bad"),))
    return [fit(line, width) for line in lines]


def _ask(view: View, event: AskEvent, width: int) -> list[Line]:
    if event.id not in view.asks:
        return []
    which = f" ({event.index} of {event.of})" if event.of > 1 else ""
    want = "your verdict on the patch" if event.wants == "verdict" else "your answer"
    lines: list[Line] = [(("waits for ", "wait"), (want + which, "strong"), (" · r opens it", "wait"))]
    if event.wants == "answer":
        lines += [((text, "text"),) for question in event.questions for text in wrap(question, width)]
    return lines


def _commit(event: CommitEvent, width: int) -> list[Line]:
    ref = event.ref.removeprefix("refs/heads/")
    lines: list[Line] = [(("on ", "dim"), (ref, "strong"), (f"  {event.new[:9]}", "dim"))]
    lines += [((f"{made.sha[:7]} ", "dim"), (made.subject, "text")) for made in event.commits if made.patch]
    lines += [((text, "wait"),) for text in wrap(event.note, width)] if event.note else []
    return lines


def _undo(event: UndoEvent) -> Line:
    what = "patch taken back" if event.what == "patch" else "commit taken back"
    how = {"inverse": "by its inverse", "restore-ref": "by restoring the ref", "revert": "by a revert commit"}[
        event.how
    ]
    exact = ", byte-exact" if event.exact else ""
    return ((f"{what} {how}{exact}", "text"), (f"  {event.note}" if event.note else "", "dim"))


def _error(event: ErrorEvent, width: int) -> list[Line]:
    lines: list[Line] = [((text, "bad"),) for text in wrap(event.text, width)]
    return lines + ([((text, "text"),) for text in wrap(f"→ {event.fix}", width)] if event.fix else [])


def _log(event: LogEvent, width: int) -> list[Line]:
    _, words, role = ending(event)
    spans: list[Span] = [(words, role)]
    if event.branch:
        spans.append((f"  on {event.branch.removeprefix('refs/heads/')}", "text"))
    if event.commit:
        spans.append((f"  {event.commit[:9]}", "dim"))
    lines: list[Line] = [tuple(spans)]
    if event.devlog.summary:
        lines += [((text, "dim"),) for text in wrap(event.devlog.summary, width)]
    return lines + [
        ((f"? {text}", "wait"),) for question in event.devlog.questions for text in wrap(question, width - 2)
    ]
