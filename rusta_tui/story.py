"""The timeline as lines: every state of the loop with what happened in it. Pure: a view and a width in, lines out."""

from __future__ import annotations

from engine.schema.event import (
    AskEvent,
    DecisionEvent,
    ErrorEvent,
    LogEvent,
    ReflectionEvent,
    UndoEvent,
    ValidationEvent,
)
from rusta_tui.lines import BLANK, Line, Role, Span, bar, fit, seconds, spread, wrap
from rusta_tui.moments import ending, event_lines, moment
from rusta_tui.view import Job, Step, View

INDENT = 16
CLOCK = 9
ORDER = ("intake", "think", "communicate", "probe", "decide", "do", "validate", "reflect", "review", "commit", "log")


class Story:
    """Draws one view's timeline. Steps that have not changed since the last drawing are not drawn again."""

    def __init__(self, view: View) -> None:
        self.view = view
        self._drawn: dict[tuple[int, int], tuple[int, bool, list[Line]]] = {}

    def lines(self, width: int, now: float, *, moving: bool = True) -> list[Line]:
        """The whole timeline, ``width`` cells wide.

        ``now`` (seconds since the epoch) is the time that running commands are measured to; ``moving`` is false for
        a session that nobody works on any more.
        """
        view = self.view
        out: list[Line] = []
        heading: str | None = None
        last = len(view.steps) - 1
        for index, step in enumerate(view.steps):
            if step.task and step.task != heading:
                heading = step.task
                out += [BLANK] if out else []
                out.append(heading_of(view, step.task, width))
            live = moving and index == last and not view.over
            key = (index, width)
            cached = self._drawn.get(key)
            if cached is None or live or cached[0] != step.version or cached[1]:
                cached = (step.version, live, _step(view, step, width, now, live))
                self._drawn[key] = cached
            out += cached[2]
        out += _pending(view, width) if moving else []
        return out


def heading_of(view: View, task_id: str, width: int) -> Line:
    """The line over everything that belongs to one diagnostic."""
    finding = view.findings.get(task_id)
    if finding is None:
        return (("▎", "voice"), (task_id, "strong"))
    diagnostic = finding.diagnostic
    return fit(
        (
            ("▎", "voice"),
            (diagnostic.label, "strong"),
            ("  ", "text"),
            (diagnostic.where, "dim"),
            ("  ", "text"),
            (diagnostic.message, "text"),
        ),
        width,
    )


def _pending(view: View, width: int) -> list[Line]:
    if view.over or not view.steps:
        return []
    state = view.steps[-1].state
    if state not in ORDER:
        return []
    rest = ORDER[ORDER.index(state) + 1 :]
    spans: list[Span] = [(" ", "text")]
    for name in rest:
        spans += [("○ ", "dim"), (name.capitalize() + "   ", "dim")]
    return [fit(tuple(spans), width)] if rest else []


def _step(view: View, step: Step, width: int, now: float, live: bool) -> list[Line]:
    waiting = live and any(isinstance(event, AskEvent) and event.id in view.asks for event in step.events)
    mark, role = _mark(step, live, waiting, view.paused)
    name = step.state.capitalize()
    head: Line = ((" ", "text"), (f"{mark} ", role), (f"{name:<13}", "strong" if live else "text"))
    details = _details(view, step, width - INDENT - CLOCK, now, live)
    if live and view.paused:
        details.insert(0, (("paused: p goes on", "wait"),))
    time: Line = ()
    if step.seconds is not None:
        time = ((seconds(step.seconds), "dim"),) if step.seconds >= 0.01 else ()
    elif live and not waiting and (started := moment(step.started)):
        time = ((seconds(max(0.0, now - started)), "voice"),)
    first = details[0] if details else ()
    pad: Line = ((" " * INDENT, "text"),)
    return [spread((*head, *first), time, width), *(fit((*pad, *line), width) for line in details[1:])]


def _mark(step: Step, live: bool, waiting: bool, paused: bool) -> tuple[str, Role]:
    if waiting or (live and paused):
        return "◆", "wait"
    if live and not step.done:
        return "●", "voice"
    for event in reversed(step.events):
        match event:
            case ValidationEvent():
                return ("✓", "good") if event.green or event.progress else ("✗", "bad")
            case ErrorEvent():
                return "!", "bad"
            case UndoEvent():
                return "↩", "wait"
            case DecisionEvent(action="abstain" | "veto" | "stop"):
                return "–", "wait"
            case LogEvent():
                mark, _, role = ending(event)
                return mark, role
            case ReflectionEvent(outcome="red" | "vetoed" | "abstained" | "flaky"):
                return "✗", "wait"
            case _:
                continue
    return "✓", "good"


def _details(view: View, step: Step, width: int, now: float, live: bool) -> list[Line]:
    lines: list[Line] = []
    for event in step.events:
        lines += event_lines(view, step, event, width, now)
    if not lines and step.text:
        lines = [((text, "text"),) for text in wrap(step.text, width)]
    if live and step.state in ("validate", "intake", "do", "commit") and view.job and view.job.running:
        lines.append(_running(view.job))
    return lines


def _running(job: Job) -> Line:
    spans: list[Span] = [(job.command or job.text, "text")]
    if job.done is not None and job.total:
        spans += [("  ", "text"), (bar(job.done / job.total, 10), "voice"), (f" {job.done}/{job.total}", "text")]
    return tuple(spans)
