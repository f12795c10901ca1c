"""E2: what she did next in the sessions on record. The Action head learns it from the state alone.

A state is what `engine.model.prompts.state_prompt` shows of a finding and the probes so far. At each of them the target
is the probe that was taken, or to apply, abstain or ask; where something was applied, a second target, asked in
another form, is the name of the move. A probe counts for more when it changed the decision: another hypothesis was
best afterwards, or the confidence stood on another side of what was needed.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field

from engine.model.configuration import ACTIONS, MOVES
from engine.model.prompts import finding_of, lines_of, probe_note, state_prompt
from engine.schema.diagnostic import Diagnostic
from engine.schema.event import (
    BeliefEvent,
    DecisionEvent,
    DiagnosticEvent,
    Event,
    HypothesisEvent,
    ProbeEvent,
)
from engine.train.lessons import Gathered, Lesson
from engine.train.material import Material
from engine.train.packing import Text

CHANGED = 3  # times that a probe is learnt which changed the decision


@dataclass
class Step:
    """What she did at one point: an action, or a move by name; ``notes`` are the probes before."""

    diagnostic: Diagnostic
    notes: tuple[bytes, ...]
    action: str = ""
    move: str = ""
    changed: bool = False


@dataclass
class _Task:
    """What is known of a finding by now."""

    diagnostic: Diagnostic
    notes: list[bytes] = field(default_factory=list)
    asked: Step | None = None
    before: BeliefEvent | None = None
    waits: bool = False


def gather(material: Material, room: int) -> Gathered:
    """A lesson a step of every session. ``moves`` says which place of the Action head has which move's name, ``taken``
    how often each action was taken."""
    found = [(repository, step) for repository, events in material.sessions() for step in steps(events)]
    moves = _named(material.moves, (step.move for _, step in found))
    lessons = []
    for repository, step in found:
        if step.move and step.move not in moves:
            continue
        action = len(ACTIONS) + moves.index(step.move) if step.move else ACTIONS.index(step.action)
        shown = finding_of(step.diagnostic), lines_of(step.diagnostic)
        symbols = state_prompt(*shown, step.notes, room, move=bool(step.move))
        text = Text(symbols, given=len(symbols), action=action)
        lessons.append(Lesson(repository, text, times=CHANGED if step.changed else 1))
    taken = Counter(step.action for _, step in found if step.action)
    return Gathered(lessons, {"moves": list(moves), "taken": dict(taken)})


def steps(events: Iterable[Event]) -> Iterator[Step]:
    """The steps of a session, in order, as a fold over its events; what a probe changed is known when it ended."""
    tasks: dict[str, _Task] = {}
    done: list[Step] = []
    need = 0.0
    for event in events:
        if isinstance(event, DiagnosticEvent):
            tasks.setdefault(event.diagnostic.id, _Task(event.diagnostic))
        task = tasks.get(getattr(event, "task", None) or "")
        if task is None:
            continue
        notes = tuple(task.notes)
        if isinstance(event, ProbeEvent) and event.status == "running":
            task.asked = Step(task.diagnostic, notes, action=event.probe)
            done.append(task.asked)
        elif isinstance(event, ProbeEvent):
            task.notes.append(probe_note(event.probe, event.verdict))
            task.waits = True
        elif isinstance(event, BeliefEvent):
            if task.waits and task.asked is not None and task.before is not None:
                task.asked.changed = _changed(task.before, event, need)
            task.before, task.waits = event, False
        elif isinstance(event, DecisionEvent) and event.by == "rusta" and event.action in ACTIONS:
            need = event.threshold or need
            done.append(Step(task.diagnostic, notes, action=event.action))
        elif isinstance(event, HypothesisEvent) and event.status == "chosen":
            done.append(Step(task.diagnostic, notes, move=event.move))
    yield from done


def _changed(before: BeliefEvent, after: BeliefEvent, need: float) -> bool:
    return _best(before) != _best(after) or (before.confidence >= need) != (after.confidence >= need)


def _best(belief: BeliefEvent) -> str | None:
    return max(belief.beliefs, key=lambda key: belief.beliefs[key], default=None)


def _named(known: Sequence[str], seen: Iterable[str]) -> tuple[str, ...]:
    """The moves by place: those that have one keep it, then the others, the commonest first, while there is room."""
    count = Counter(move for move in seen if move and move not in known)
    ordered = sorted(count, key=lambda move: (-count[move], move))
    return (*known, *ordered)[:MOVES]
