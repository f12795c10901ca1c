"""Review: the mentor's word on each patch of a green package. Partial approvals and edits are validated anew."""

from __future__ import annotations

from engine.errors import PatchError
from engine.loop.fold import verdict_action
from engine.loop.inbox import NobodyAnswersError
from engine.loop.reach import reach
from engine.loop.states.intake import list_diagnostics, wants_warnings
from engine.loop.states.reflect import later_word
from engine.loop.work import Work
from engine.sandbox.patches import Read, apply_edits, hunks, patch_to, result_of, select_hunks
from engine.schema.decision import Verdict
from engine.schema.event import (
    AskEvent,
    DecisionEvent,
    ErrorEvent,
    LoopState,
    PatchEvent,
    ReflectionEvent,
)
from engine.schema.patch import Patch


class SuspendedError(Exception):
    """A verdict is needed and nobody is there to give it; the session waits to be resumed."""


async def review(work: Work, series: list[PatchEvent]) -> bool:
    """Asks for a verdict on each patch of a series, oldest first. True when all of them are approved.

    A veto takes back the patch and those stacked upon it; its reason is evidence for the next thought. An
    edit replaces the last patch of the series and is validated like any other.
    """
    async with work.entering(LoopState.REVIEW) as note:
        if work.request.approve == "never":
            _decline(work, series)
            note.text = "nothing is committed: the session was asked not to"
            return False
        for index, item in enumerate(series, start=1):
            if item.patch.id in work.state.approved:
                continue
            verdict = await _verdict(work, series, index)
            action = verdict_action(verdict)
            work.recorder.record(
                DecisionEvent,
                by="mentor" if work.request.approve == "ask" else "policy",
                action=action,
                task=item.task,
                patch=item.patch.id,
                hunks=verdict.hunks,
                lines=verdict.lines,
                reason=verdict.reason,
            )
            if action == "veto":
                _veto(work, item, series[index - 1 :], verdict.reason)
                note.text = f"vetoed: {verdict.reason}" if verdict.reason else "vetoed"
                return False
            if action == "edit":
                fits = await _replace(work, item, series[index:], verdict)
                note.text = "edited; validating it" if fits else "the edit does not fit"
                return False
        note.text = f"{len(series)} approved"
    return True


async def _verdict(work: Work, series: list[PatchEvent], index: int) -> Verdict:
    """The mentor's word on the patch at ``index`` (from 1), or the policy's where the mentor left it to the policy."""
    item = series[index - 1]
    if work.request.approve == "auto":
        return Verdict(patch=item.patch.id, verdict="approve", reason="")
    question = f"{item.patch.intent} Commit it?"
    work.recorder.record(
        AskEvent,
        id=f"review-{item.patch.id}",
        wants="verdict",
        questions=(question,),
        patch=item.patch.id,
        task=item.task,
        index=index,
        of=len(series),
        touched=reach(item.patch, _reader_after(work, item.patch), work.bench.index),
    )
    try:
        reply = await work.inbox.reply(lambda found: isinstance(found, Verdict) and found.patch == item.patch.id)
    except NobodyAnswersError as error:
        raise SuspendedError from error
    assert isinstance(reply, Verdict)
    return reply


def _reader_after(work: Work, patch: Patch) -> Read:
    """Gives files as ``patch`` leaves them: what stands upon it in the sandbox is taken back, in memory only."""
    stacked = [item.patch for item in work.state.stacked]
    later = stacked[stacked.index(patch) + 1 :]

    def read(path: str) -> bytes | None:
        content = work.bench.sandbox.read(path)
        for upon in reversed(later):
            if path in upon.paths:
                content = apply_edits(content or b"", [edit for edit in upon.inverse if edit.path == path])
        return content

    return read


def _decline(work: Work, series: list[PatchEvent]) -> None:
    """Leaves a green series uncommitted, because the session may not commit; the DevLog keeps the patches."""
    for item in series:
        work.recorder.record(
            DecisionEvent, by="policy", action="abstain", task=item.task, patch=item.patch.id, reason="approve: never"
        )


def _veto(work: Work, item: PatchEvent, standing: list[PatchEvent], reason: str) -> None:
    """Takes back a vetoed patch and what stands on it; the veto is evidence, and counts against the move."""
    for later in reversed(standing):
        work.take_back(later.patch, later.task, note="vetoed" if later is item else "it stood on a vetoed patch")
    text = work.voice.say("reflect_vetoed", move=item.patch.move, reason=reason or "no reason given")
    work.recorder.record(ReflectionEvent, task=item.task, outcome="vetoed", move=item.patch.move, text=text)
    work.brain.learn(later_word(work, item, "vetoed"))


async def _replace(work: Work, item: PatchEvent, later: list[PatchEvent], verdict: Verdict) -> bool:
    """Puts the mentor's version of a patch in its place. False when it does not fit: a part that is none leaves the
    patch to be asked about again, a text that does not apply leaves it taken back."""
    try:
        part = _part(work, item.patch, verdict) if verdict.files is None else None
    except PatchError as error:
        work.recorder.record(ErrorEvent, text=f"that is no part of the patch: {error}", fix="it is asked about again")
        return False
    for other in reversed(later):
        work.take_back(other.patch, other.task, note="it stood on a patch that was edited")
    work.take_back(item.patch, item.task, note="the mentor edits it")
    work.brain.learn(later_word(work, item, "edited"))
    await list_diagnostics(work, clippy=wants_warnings(work.request))
    read = work.bench.sandbox.read
    try:
        edited = part or patch_to(
            read,
            {path: text.encode() for path, text in (verdict.files or {}).items()},
            intent=item.patch.intent,
            move=item.patch.move,
            diagnostics=item.patch.diagnostics,
        )
        work.bench.apply(edited)
    except PatchError as error:
        work.recorder.record(ErrorEvent, text=f"the edited patch does not fit: {error}", fix=error.fix)
        return False
    work.recorder.record(PatchEvent, task=item.task, hypothesis=item.hypothesis, patch=edited, status="applied")
    return True


def _part(work: Work, patch: Patch, verdict: Verdict) -> Patch:
    """What the verdict keeps of a patch, made before anything is taken back. `PatchError` when that is no part."""
    before = result_of(patch, _reader_after(work, patch), undo=True)
    keep = range(len(hunks(patch))) if verdict.hunks is None else set(verdict.hunks)
    return select_hunks(patch, before.__getitem__, keep, verdict.lines)
