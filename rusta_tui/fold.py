"""Events in, view out: the one place that knows what an event changes on the screen. No screen, no clock."""

from __future__ import annotations

from collections.abc import Iterable

from engine.schema.event import (
    AskEvent,
    BeliefEvent,
    CommitEvent,
    DecisionEvent,
    DiagnosticEvent,
    ErrorEvent,
    Event,
    HypothesisEvent,
    IntakeEvent,
    LogEvent,
    MeterEvent,
    PatchEvent,
    ProbeEvent,
    ProgressEvent,
    ReflectionEvent,
    SayEvent,
    StateEvent,
    UndoEvent,
    ValidationEvent,
)
from rusta_tui.view import TAIL_LINES, Finding, Job, PatchState, Step, Task, View


def fold_all(events: Iterable[Event]) -> View:
    """The view of a whole list of events."""
    view = View()
    for event in events:
        fold(view, event)
    return view


def fold(view: View, event: Event) -> None:
    """Takes one event into the view.

    An event that the view already holds (same session, same ``seq``) is ignored; ``seq`` 0 stands beside the list.
    """
    if event.session and event.seq > 0:
        if event.session == view.session and event.seq <= view.last_seq:
            return
        view.session = event.session
        view.last_seq = event.seq
    view.first_at = view.first_at or event.at
    view.last_at = event.at
    view.version += 1
    match event:
        case IntakeEvent():
            view.intake = event
            _note(view, event, None)
        case DiagnosticEvent():
            _found(view, event)
        case StateEvent():
            _entered(view, event)
        case SayEvent():
            view.says.append(event)
            if event.task:
                task = _task(view, event.task)
                if event.tone == "intent":
                    task.intent = event
                elif event.tone == "explain":
                    task.explanation = event
            _note(view, event, event.task)
        case HypothesisEvent():
            task = _task(view, event.task)
            known = event.id in task.hypotheses
            task.hypotheses[event.id] = event
            if known:
                _touch(view, event.task)
            else:
                _note(view, event, event.task)
        case ProbeEvent():
            _probed(view, event)
        case BeliefEvent():
            _believed(view, event)
        case DecisionEvent():
            _decided(view, event)
        case PatchEvent():
            known_patch = view.patches.get(event.patch.id)
            view.patches[event.patch.id] = PatchState(event, known_patch.validation if known_patch else None)
            if known_patch is None:
                _note(view, event, event.task)
            else:
                _touch(view, event.task)
        case ValidationEvent():
            if event.patch in view.patches:
                view.patches[event.patch].validation = event
            _note(view, event, event.task)
        case ReflectionEvent():
            _task(view, event.task).reflection = event
            _note(view, event, event.task)
        case AskEvent():
            view.asks[event.id] = event
            _note(view, event, event.task)
        case CommitEvent():
            view.commit = event
            if event.status == "done":
                _note(view, event, None)
        case UndoEvent():
            view.undos.append(event)
            if event.patch in view.patches:
                view.patches[event.patch].undone = True
            _note(view, event, event.task)
        case MeterEvent():
            view.meters[event.name] = event
        case ProgressEvent():
            _progressed(view, event)
        case ErrorEvent():
            view.errors.append(event)
            if event.fatal:
                view.asks.clear()
            _note(view, event, None)
        case LogEvent():
            view.log = event
            view.asks.clear()
            view.paused = False
            if view.steps:
                view.steps[-1].done = True
            _note(view, event, None)


def _task(view: View, task_id: str) -> Task:
    return view.tasks.setdefault(task_id, Task(task_id))


def _found(view: View, event: DiagnosticEvent) -> None:
    finding = view.findings.get(event.diagnostic.id)
    if finding is None:
        finding = view.findings[event.diagnostic.id] = Finding(event.diagnostic)
    finding.diagnostic = event.diagnostic
    finding.status = event.status
    finding.order = event.order or finding.order
    finding.follows = event.follows or finding.follows


def _entered(view: View, event: StateEvent) -> None:
    if event.task:
        task = _task(view, event.task)
        task.gear, task.attempt = str(event.gear), event.attempt
        view.current = event.task
    state = str(event.state)
    if event.status == "done":
        for step in reversed(view.steps):
            if step.state == state and step.task == event.task and not step.done:
                step.done = True
                step.seconds = event.seconds
                step.text = event.text or step.text
                step.version += 1
                return
    last = view.steps[-1] if view.steps else None
    if last is not None and last.implied and last.state == state and last.task == event.task:
        last.implied, last.done, last.started, last.text = False, event.status == "done", event.at, event.text
        last.seconds = event.seconds
        last.version += 1
        return
    if view.steps and not view.steps[-1].done:
        view.steps[-1].done = True
        view.steps[-1].version += 1
    done = event.status == "done"
    _add(view, Step(state, event.task, event.attempt, event.at, event.text, event.seconds, done))


_HOME = {
    "intake": "intake",
    "error": "intake",
    "hypothesis": "think",
    "probe": "probe",
    "belief": "probe",
    "decision": "decide",
    "patch": "do",
    "validation": "validate",
    "reflection": "reflect",
    "ask": "review",
    "commit": "commit",
    "undo": "undo",
    "log": "log",
}
_ALONE = ("intake", "ask", "commit", "undo", "error", "log")


def _note(view: View, event: Event, task: str | None) -> None:
    """Puts an event into the step it belongs to; makes the step when the engine did not announce it."""
    step = view.steps[-1] if view.steps else None
    fits = step is not None and (task is None or step.task in (task, None))
    if step is not None and step.state != _HOME.get(event.kind) and event.kind in _ALONE:
        fits = fits and not step.done and event.kind not in ("intake", "commit", "log")
    if step is None or not fits:
        if step is not None:
            step.done = True
            step.version += 1
        step = _add(
            view, Step(_HOME.get(event.kind, "think"), task, 1, event.at, done=event.kind in _ALONE, implied=True)
        )
    step.events.append(event)
    step.version += 1


def _touch(view: View, task: str | None) -> None:
    for place in view.places.get(task, ()):
        view.steps[place].version += 1


def _add(view: View, step: Step) -> Step:
    view.places.setdefault(step.task, []).append(len(view.steps))
    view.steps.append(step)
    return step


def _probed(view: View, event: ProbeEvent) -> None:
    if event.status == "done":
        for step in reversed(view.steps):
            for index, seen in enumerate(step.events):
                if isinstance(seen, ProbeEvent) and seen.id == event.id:
                    step.events[index] = event
                    step.version += 1
                    return
    _note(view, event, event.task)


def _believed(view: View, event: BeliefEvent) -> None:
    task = _task(view, event.task)
    task.confidence.append(event.confidence)
    task.entropy = event.entropy
    for key, belief in event.beliefs.items():
        known = task.hypotheses.get(key)
        if known is not None and known.confidence != belief:
            task.hypotheses[key] = known.model_copy(update={"confidence": belief})
    _touch(view, event.task)
    _note(view, event, event.task)


def _decided(view: View, event: DecisionEvent) -> None:
    if event.action in ("pause", "resume"):
        view.paused = event.action == "pause"
    if event.ask:
        view.asks.pop(event.ask, None)
    if event.patch and event.by != "rusta":
        for key in [key for key, ask in view.asks.items() if ask.patch == event.patch]:
            del view.asks[key]
    if event.action == "stop":
        view.asks.clear()
    _note(view, event, event.task)


def _progressed(view: View, event: ProgressEvent) -> None:
    job = view.jobs.get(event.job)
    if job is None:
        job = view.jobs[event.job] = Job(event.job, started=event.at)
    job.command = event.command or job.command
    job.text = event.text or job.text
    job.lines.extend(event.lines)
    job.seen += len(event.lines)
    if len(job.lines) > 2 * TAIL_LINES:
        del job.lines[:-TAIL_LINES]
    job.dropped += event.dropped
    job.done = event.done if event.done is not None else job.done
    job.total = event.total if event.total is not None else job.total
    job.elapsed = max(job.elapsed, event.elapsed)
    job.running = event.status == "running"
    if job.running or view.job is None:
        view.job = job
    elif view.job is job:
        view.job = next((other for other in reversed(view.jobs.values()) if other.running), job)
