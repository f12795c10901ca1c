"""Reflect: why it worked and the move's name, or which assumption was wrong. Every outcome teaches the judge."""

from __future__ import annotations

from engine.brain.protocol import Candidate
from engine.loop.recorder import now
from engine.loop.states.account import account_for
from engine.loop.states.think import record_hypothesis
from engine.loop.states.validate import Judgement
from engine.loop.task import Task
from engine.loop.work import Work
from engine.schema.event import LoopState, PatchEvent, ReflectionEvent
from engine.store.outcomes import OutcomeRecord


async def reflect(work: Work, task: Task, candidate: Candidate, judgement: Judgement) -> None:
    """Writes down what was learnt of one attempt, explains a fix, and tells the brain how it went."""
    async with work.entering(LoopState.REFLECT, task) as note:
        if not judgement.undecidable:  # what the tests could not tell is no experience with the move
            work.brain.learn(outcome_record(work, task, candidate, green=judgement.holds, verdict=_outcome(judgement)))
        if judgement.green:
            _prove(work, task)
        record_hypothesis(work, task, candidate.key, "confirmed" if judgement.holds else "refuted")
        if judgement.holds:
            await account_for(work, task, candidate)
            text = work.voice.say("reflect_green", move=candidate.move, reason=judgement.reason)
        elif judgement.flaky:
            text = work.voice.say("reflect_flaky", test=judgement.flaky[0])
        elif judgement.undecidable:
            text = work.voice.say("reflect_undecidable", reason=judgement.reason)
        else:
            text = work.voice.say("reflect_red", move=candidate.move, reason=judgement.reason)
        work.recorder.record(
            ReflectionEvent,
            task=task.id,
            outcome=_outcome(judgement),
            move=candidate.move,
            text=text,
        )
        note.text = text


def outcome_record(work: Work, task: Task, candidate: Candidate, *, green: bool, verdict: str) -> OutcomeRecord:
    """What the judge and the memory keep of one attempt."""
    return OutcomeRecord(
        session=work.recorder.session,
        at=now(),
        repository=work.bench.repository.key,
        code=task.diagnostic.code or "",
        move=candidate.move,
        applicability=str(candidate.applicability or ""),
        shape=candidate.shape,
        signature=f"{task.diagnostic.label}|{candidate.move}|{candidate.shape}",
        predicted=round(task.settled.get(candidate.key, task.belief.probability(candidate.key)), 4),
        green=green,
        candidate=candidate.key,
        verdict=verdict,
    )


def later_word(work: Work, item: PatchEvent, verdict: str) -> OutcomeRecord:
    """What is kept of a patch that had stood: the mentor "vetoed", took back ("undone") or "edited" it, it was "proven"
    by what came after, or "refuted", since it led nowhere."""
    diagnostic = work.state.tasks[item.task].diagnostic
    return OutcomeRecord(
        session=work.recorder.session,
        at=now(),
        repository=work.bench.repository.key,
        code=diagnostic.code or "",
        move=item.patch.move,
        applicability="",
        shape="",
        signature=f"{diagnostic.label}|{item.patch.move}|veto",
        predicted=1.0,
        green=False,
        candidate=item.hypothesis or "",
        verdict=verdict,
    )


def _prove(work: Work, task: Task) -> None:
    """Tells the memory that what stood as progress came to green, so that it is an example from now on."""
    for item in work.state.stacked:
        if work.state.tasks[item.task].diagnostic.package == task.diagnostic.package and item.status == "stacked":
            work.brain.learn(later_word(work, item, "proven"))


def _outcome(judgement: Judgement) -> str:
    if judgement.flaky:
        return "flaky"
    if not judgement.holds:
        return "red"
    return "green" if judgement.green else "progress"
