"""Reopen: a dead end takes back the last choice that stands, so that the second best is tried.

Chronological backtracking over the patches that stand: each was believed when it was made, and an error that nothing
mends is evidence against it. When no choice is left, the patches that led furthest stand again, so that the DevLog
shows how far she came.
"""

from __future__ import annotations

from engine.loop.states.intake import relist
from engine.loop.states.reflect import later_word
from engine.loop.work import Furthest, Work
from engine.schema.event import DiagnosticEvent, HypothesisEvent, LoopState, PatchEvent


async def reopen(work: Work) -> bool:
    """Takes back the last choice that stands and puts its finding, and those that were given up, into the queue again.

    False when no choice is left, or the policy's number of them is spent.
    """
    standing = [item for item in work.state.stacked if item.patch.id not in work.state.declined]
    if work.furthest is not None and work.furthest.landed != len(work.state.commits):
        work.furthest = None
    _remember(work, standing)
    if not standing or work.reopened >= work.policy.attempts.reopened or not _is_stuck(work, standing[-1]):
        _go_back(work, standing)
        return False
    work.reopened += 1
    await _take_back(work, standing[-1])
    return True


def _is_stuck(work: Work, last: PatchEvent) -> bool:
    package = work.state.tasks[last.task].diagnostic.package
    return any(
        known.status == "abstained" and known.diagnostic.package == package and known.diagnostic.level.is_error
        for known in work.state.tasks.values()
    )


async def _take_back(work: Work, last: PatchEvent) -> None:
    async with work.entering(LoopState.UNDO) as note:
        package = work.state.tasks[last.task].diagnostic.package
        given_up = [
            known
            for known in work.state.tasks.values()
            if known.status == "abstained" and known.diagnostic.package == package
        ]
        stuck = given_up[0].diagnostic
        note.text = f"it led to {stuck.label} at {stuck.where}, which I cannot mend; I try my second choice"
        work.take_back(last.patch, last.task, note=note.text)
        work.brain.learn(later_word(work, last, "refuted"))
        work.recorder.record(
            HypothesisEvent,
            id=last.hypothesis or "",
            task=last.task,
            statement=last.patch.intent,
            move=last.patch.move,
            confidence=0.0,
            status="refuted",
        )
        for known in given_up:
            work.recorder.record(
                DiagnosticEvent,
                diagnostic=known.diagnostic,
                status="queued",
                order=known.order,
                follows=known.follows,
            )
    await relist(work)


def _remember(work: Work, standing: list[PatchEvent]) -> None:
    left = sum(found.level.is_error for found in work.diagnostics) or len(work.red_tests)
    if standing and (work.furthest is None or left < work.furthest.left):
        work.furthest = Furthest(tuple(standing), left, len(work.state.commits))


def _go_back(work: Work, standing: list[PatchEvent]) -> None:
    """Puts the patches that led furthest in the place of those that stand now."""
    best = work.furthest
    if best is None or [item.patch.id for item in standing] == [item.patch.id for item in best.patches]:
        return
    for item in reversed(standing):
        work.take_back(item.patch, item.task, note="another way led further")
    for item in best.patches:
        work.bench.apply(item.patch)
        work.recorder.record(
            PatchEvent,
            task=item.task,
            hypothesis=item.hypothesis,
            patch=item.patch,
            status="stacked",
            proven=True,
            blast=item.blast,
        )
