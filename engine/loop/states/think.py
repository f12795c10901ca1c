"""Think: hypotheses about the root cause, their blast radius and confidence, and the gear. Communicate says it."""

from __future__ import annotations

from engine.brain.protocol import Outspoken
from engine.loop.belief import Belief
from engine.loop.guardrails import threshold
from engine.loop.task import Task, crosses, paths_of
from engine.loop.work import Work
from engine.rust.queue import SYNTAX, phase
from engine.schema.event import BeliefEvent, Gear, HypothesisEvent, LoopState, MeterEvent

_SHOWN = 3
_LISTED = 32


async def think(work: Work, task: Task) -> bool:
    """Asks the brain for candidates and chooses the gear. False when she has no hypothesis left."""
    async with work.entering(LoopState.THINK, task) as note:
        if _is_an_echo(work, task):
            note.text = "it follows from what I gave up in this file"
            return False
        task.candidates = await work.inbox.guard(work.brain.think(work.context(task)))
        _tell(work, task)
        task.belief = Belief({candidate.key: candidate.confidence for candidate in task.candidates}, task.belief)
        best = task.best
        if best is None:
            note.text = "no hypothesis"
            return False
        files = paths_of(best)
        if crosses(task, best) or best.confidence < threshold(work.policy, files):
            task.gear = Gear.DEEP
        for candidate in task.candidates[:_SHOWN]:
            record_hypothesis(work, task, candidate.key, "open")
        record_belief(work, task)
        note.text = f"{len(task.candidates)} hypotheses, {task.gear} gear"
    return True


def _is_an_echo(work: Work, task: Task) -> bool:
    """Whether a file does not read as Rust, and as many of its syntax errors were given up as a quick gear tries.

    One lost delimiter or quote brings forth hundreds, and each would be asked the same.
    """
    span = task.diagnostic.primary
    if span is None or phase(task.diagnostic) != SYNTAX or not task.diagnostic.level.is_error:
        return False
    given_up = sum(
        known.status == "abstained"
        and phase(known.diagnostic) == SYNTAX
        and known.diagnostic.primary is not None
        and known.diagnostic.primary.file == span.file
        for known in work.state.tasks.values()
    )
    return given_up >= work.policy.attempts.quick


def _tell(work: Work, task: Task) -> None:
    """Records what a brain that asks others has spent, and what they failed to say."""
    if isinstance(work.brain, Outspoken):
        for remark in work.brain.take_remarks():
            work.say(remark, tone="note", task=task)
        for meter in work.brain.take_meters():
            work.recorder.record(MeterEvent, name=meter.name, value=meter.value, unit=meter.unit)


async def communicate(work: Work, task: Task) -> None:
    """Says the intent in one line, the trade-off where there is one, and whether she is sure."""
    async with work.entering(LoopState.COMMUNICATE, task) as note:
        best = task.best
        if best is None:
            return
        note.text = best.intent
        work.say(best.intent, tone="intent", task=task, citations=best.citations)
        if best.trade_off:
            work.say(best.trade_off, tone="note", task=task)
        if task.belief.confidence < threshold(work.policy, paths_of(best)):
            work.say(work.voice.say("uncertain", confidence=task.belief.confidence), tone="note", task=task)


async def write_adr(work: Work, task: Task) -> None:
    """In the deep gear, a patch that crosses a module boundary gets a small decision record in the DevLog."""
    best = task.best
    if best is None or task.gear is not Gear.DEEP or not crosses(task, best):
        return
    blast = work.bench.index.blast_radius(best.edits)
    text = (
        f"Decision: {best.intent} Context: {task.diagnostic.where}, {best.statement}. "
        f"It changes {', '.join(blast.files)} and touches {', '.join(blast.symbols) or 'no named symbol'} "
        f"({blast.references} references). Consequence: {best.trade_off or 'these modules change together'}."
    )
    work.say(text, tone="adr", task=task)


def record_hypothesis(work: Work, task: Task, key: str, status: str) -> None:
    """Records what she thinks of one hypothesis now."""
    candidate = task.candidate(key)
    if candidate is None:
        return
    work.recorder.record(
        HypothesisEvent,
        id=key,
        task=task.id,
        statement=candidate.statement,
        move=candidate.move,
        confidence=round(task.belief.probability(key), 4),
        blast=work.bench.index.blast_radius(candidate.edits),
        status=status,
    )


def record_belief(work: Work, task: Task, because: str | None = None) -> None:
    """Records her belief over all hypotheses."""
    work.recorder.record(
        BeliefEvent,
        task=task.id,
        beliefs=dict(list(task.belief.probabilities.items())[:_LISTED]),
        confidence=round(task.belief.confidence, 4),
        entropy=round(task.belief.entropy, 4),
        because=because,
    )
