"""Decide: apply, abstain or ask, with the confidence that decided it."""

from __future__ import annotations

from typing import Literal

from engine.brain.protocol import Calibrated, Candidate, Standing
from engine.loop.guardrails import threshold, too_wide
from engine.loop.inbox import NobodyAnswersError
from engine.loop.task import Task, paths_of
from engine.loop.work import Work
from engine.schema.decision import Answer
from engine.schema.event import AskEvent, DecisionEvent, LoopState

Choice = Literal["apply", "abstain", "ask"]

_YES = {"y", "yes", "ok", "okay", "sure", "apply", "try", "go", "do"}


async def decide(work: Work, task: Task) -> bool:
    """True: apply the best hypothesis. False: she abstains.

    Where she would rather ask, she asks one or two concrete questions once, and takes the answer as
    evidence; a plain yes permits the patch that the question was about.
    """
    async with work.entering(LoopState.DECIDE, task) as note:
        confidence = settle(work, task)
        choice, reason = _choose(work, task, confidence)
        best = task.best
        need = threshold(work.policy, paths_of(best)) if best else work.policy.confidence.apply_quick
        work.recorder.record(
            DecisionEvent,
            by="rusta",
            action=choice,
            task=task.id,
            confidence=round(confidence, 4),
            threshold=need,
            reason=reason,
        )
        note.text = f"{choice}: {reason}"
        if choice == "ask" and best is not None:
            return await _ask(work, task, best, reason)
        return choice == "apply"


def settle(work: Work, task: Task) -> float:
    """P(green) of the best hypothesis, as the brain has learnt to read what the probes found, else the belief in it."""
    best = task.best
    if best is None:
        return 0.0
    rivals = [candidate.confidence for candidate in task.candidates if candidate.key != best.key]
    tests, before = task.tested.get(best.key), work.baselines.get(task.diagnostic.package)
    standing = Standing(
        errors=sum(found.level.is_error for found in work.diagnostics),
        left=task.left.get(best.key),
        tested=None if tests is None else not set(tests.failures) - set(before.failures if before else ()),
        rival=max(rivals, default=0.0),
    )
    learnt = work.brain.settle(task.diagnostic, best, standing) if isinstance(work.brain, Calibrated) else None
    confidence = task.belief.confidence if learnt is None else learnt
    task.settled[best.key] = confidence
    return confidence


def _choose(work: Work, task: Task, confidence: float) -> tuple[Choice, str]:
    best = task.best
    if best is None or task.gone:
        return "abstain", "no hypothesis is left"
    need = threshold(work.policy, paths_of(best))
    wide = too_wide(work.policy, work.bench.index.blast_radius(best.edits))
    if task.permitted or (confidence >= need and not wide and not best.invented):
        return "apply", "the mentor permits it" if task.permitted else f"{confidence:.2f} ≥ {need:.2f}"
    # A step on the way costs a check, and is taken back where it leads nowhere: that it holds is enough.
    holds = task.belief.confidence
    if task.left.get(best.key) and holds >= need > confidence and not wide and not best.invented:
        return "apply", f"a step: {holds:.2f} ≥ {need:.2f} that it holds, {confidence:.2f} that it comes to green"
    if best.invented:
        reason = best.invented
    elif wide:
        reason = wide
    elif confidence < work.policy.confidence.ask_below:
        reason = f"{confidence:.2f} < {work.policy.confidence.ask_below:.2f} after {task.probes_used} probes"
    else:
        reason = f"{confidence:.2f} < {need:.2f} after {task.probes_used} probes"
    # What she would make up is for the mentor to say, however little she believes in her own guess.
    hopeless = confidence < 0.05 and not best.invented
    reachable = work.request.approve == "ask" and not work.inbox.closed and not task.asked and not hopeless
    return ("ask" if reachable else "abstain"), reason


async def _ask(work: Work, task: Task, best: Candidate, reason: str) -> bool:
    """Asks, waits for the answer, and says whether it permits the patch."""
    task.asked = True
    name = f"ask-{task.id}-{task.attempt}"
    questions = (
        f"{best.intent} I am not sure enough ({reason}). Shall I try it? Answer yes, or tell me what you want instead.",
        *_second_question(task, best),
    )
    work.recorder.record(AskEvent, id=name, wants="answer", questions=questions, task=task.id)
    try:
        reply = await work.inbox.reply(lambda found: isinstance(found, Answer) and found.ask == name)
    except NobodyAnswersError:
        work.recorder.record(
            DecisionEvent, by="policy", action="abstain", task=task.id, ask=name, reason="nobody answers"
        )
        return False
    text = reply.text.strip() if isinstance(reply, Answer) else ""
    work.recorder.record(DecisionEvent, by="mentor", action="answer", task=task.id, ask=name, reason=text)
    task.permitted = bool(_YES.intersection(text.lower().replace(",", " ").replace(".", " ").split()[:1]))
    return task.permitted


def _second_question(task: Task, best: Candidate) -> tuple[str, ...]:
    """The choice between the two best hypotheses, where they are close."""
    others = [candidate for candidate in task.candidates if candidate.key != best.key]
    if not others:
        return ()
    rival = max(others, key=lambda candidate: task.belief.probability(candidate.key))
    if task.belief.probability(rival.key) < 0.5 * task.belief.probability(best.key):
        return ()
    return (f"Or is it rather this: {rival.statement}?",)
