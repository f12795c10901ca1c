"""A session, top to bottom: the loop as its table says it.

Intake → Think → Communicate → Probe → Decide → Do → Validate → Reflect → (Undo | Commit) → Log
"""

from __future__ import annotations

from collections.abc import Sequence

from engine.errors import RustaError
from engine.loop.inbox import StopRequestedError
from engine.loop.states.account import account_for_the_rest
from engine.loop.states.commit import commit
from engine.loop.states.decide import decide
from engine.loop.states.do import do
from engine.loop.states.intake import intake, relist
from engine.loop.states.log import log
from engine.loop.states.probe import probe
from engine.loop.states.reflect import later_word, reflect
from engine.loop.states.reopen import reopen
from engine.loop.states.review import SuspendedError, review
from engine.loop.states.stand import stand
from engine.loop.states.think import communicate, think, write_adr
from engine.loop.states.validate import validate
from engine.loop.task import Draw, Task
from engine.loop.work import UndoRequestedError, Work
from engine.schema.devlog import Outcome
from engine.schema.event import DiagnosticEvent, ErrorEvent, Gear, LogEvent, LoopState, PatchEvent, ReflectionEvent
from engine.schema.patch import Patch
from engine.store.store import Store


class SessionSuspendedError(RustaError):
    """The session waits for the mentor and nobody is there; it is saved and can be resumed."""

    def __init__(self, session: str) -> None:
        super().__init__(
            f"session {session} waits for your verdict; nothing is committed", fix=f"run `rusta resume {session}`"
        )
        self.session = session


async def run(work: Work, store: Store, unvalidated: Sequence[PatchEvent] = ()) -> LogEvent:
    """Runs a session whose intake event is on record to its end.

    ``unvalidated``: patches of a resumed session that were applied when it broke off; they are applied again
    after the listing and then validated. Raises `SessionSuspendedError` when a verdict is needed that nobody can
    give. Every other failure ends the session with an error event and its log.
    """
    try:
        await intake(work)
        for item in unvalidated:
            work.bench.apply(item.patch)
        await mend(work)
        await account_for_the_rest(work)
        say_what_is_held_back(work)
    except StopRequestedError:
        return log(work, store, Outcome.STOPPED)
    except SuspendedError as error:
        raise SessionSuspendedError(work.recorder.session) from error
    except RustaError as error:
        work.recorder.record(ErrorEvent, text=str(error), fix=error.fix, fatal=True)
        return log(work, store, Outcome.ERROR)
    return log(work, store)


async def mend(work: Work) -> None:
    """Works through the queue, root causes first, and brings each package that turned green to review."""
    while True:
        try:
            if edited := _edited(work):
                await _validate_edit(work, edited)
            elif series := _green_series(work):
                if await review(work, series):
                    await commit(work, series)
                if not _edited(work):  # an edit is judged by the listing without it
                    await relist(work)
            elif task := _next_task(work):
                await work_on(work, task)
            elif not await reopen(work):
                return
        except UndoRequestedError as undone:
            _reopen(work, undone.item)
            await relist(work)


async def work_on(work: Work, task: Task) -> None:
    """One diagnostic: hypotheses, probes and patches until one holds or she abstains."""
    work.recorder.record(
        DiagnosticEvent, diagnostic=task.diagnostic, status="active", order=work.state.tasks[task.id].order
    )
    while await think(work, task):
        await communicate(work, task)
        await probe(work, task)
        if task.gone:
            return await relist(work)
        if not await decide(work, task):
            return await give_up(work, task, "not sure enough")
        chosen = task.best
        patch = await do(work, task)
        if patch is None or chosen is None:
            continue
        await write_adr(work, task)
        judgement = await validate(work, task, patch)
        await reflect(work, task, chosen, judgement)
        if judgement.holds:
            return await relist(work)
        await undo(work, task, patch)
        if judgement.unjudged is not None:
            task.draws.append(Draw(chosen, patch, judgement.unjudged))
        if judgement.undecidable:
            return abstain(work, task, f"{judgement.reason}, so green cannot be told from red here")
        if not _another_attempt(work, task):
            return await give_up(work, task, f"{task.attempt} patches were red")
    return await give_up(work, task, "no hypothesis is left" if task.attempt > 1 else "I have no move for this")


async def undo(work: Work, task: Task, patch: Patch) -> None:
    """Takes a red patch back, byte for byte."""
    async with work.entering(LoopState.UNDO, task) as note:
        work.take_back(patch, task.id, note="red")
        note.text = "byte-exact"


async def give_up(work: Work, task: Task, reason: str) -> None:
    """Abstains, unless a patch compiled and only tests are red that may be another fault's doing: then it stands."""
    draw = min(task.draws, key=lambda each: len(each.tests.failures), default=None)
    if draw is None or not draw.tests.outcomes:
        return abstain(work, task, reason)
    await stand(work, task, draw)
    return await relist(work)


def abstain(work: Work, task: Task, reason: str) -> None:
    """Leaves a diagnostic alone, says why, and marks it so that the queue goes on."""
    known = work.state.tasks[task.id]
    text = work.voice.say("abstain", label=task.diagnostic.label, where=task.diagnostic.where, reason=reason)
    work.say(text, tone="warn", task=task)
    work.recorder.record(ReflectionEvent, task=task.id, outcome="abstained", text=text)
    work.recorder.record(
        DiagnosticEvent, diagnostic=known.diagnostic, status="abstained", order=known.order, follows=known.follows
    )


def say_what_is_held_back(work: Work) -> None:
    """Says of patches that hold but may not be committed which errors keep their package from being green."""
    held = {work.state.tasks[item.task].diagnostic.package for item in work.state.stacked}
    for package in sorted(held):
        left = [found for found in work.diagnostics if found.package == package and found.level.is_error]
        if left:
            first = f"{left[0].label} at {left[0].where}"
            errors = f"{len(left)} error{'s' * (len(left) != 1)}"
            work.say(work.voice.say("held_back", package=package, errors=errors, first=first), tone="warn")


def _next_task(work: Work) -> Task | None:
    """The next finding to work on; none when the queue is done or the session has tried enough patches."""
    if sum(known.attempts for known in work.state.tasks.values()) >= work.policy.attempts.session:
        return None
    waiting = [known for known in work.state.tasks.values() if known.status in ("queued", "active")]
    first = min(waiting, key=lambda known: known.order, default=None)
    return Task(first.diagnostic, attempt=first.attempts + 1) if first else None


def _another_attempt(work: Work, task: Task) -> bool:
    """Charges a red patch. A quick gear that has used up its attempts shifts to the deep one."""
    task.attempt += 1
    spent = task.attempt - 1
    if spent >= work.policy.attempts.quick:
        task.gear = Gear.DEEP
    return spent < work.policy.attempts.deep


def _green_series(work: Work) -> list[PatchEvent]:
    """The stacked patches of the first package that is green and undecided, oldest first; empty when none is."""
    packages: dict[str, list[PatchEvent]] = {}
    for item in work.state.stacked:
        if item.patch.id in work.state.declined:
            continue
        packages.setdefault(work.state.tasks[item.task].diagnostic.package, []).append(item)
    return next((series for series in packages.values() if series[-1].status == "green"), [])


def _edited(work: Work) -> PatchEvent | None:
    """A patch that stands in the sandbox without having been validated: the mentor's edit, or a crash's remains."""
    return next((item for item in work.state.stacked if item.status == "applied"), None)


async def _validate_edit(work: Work, item: PatchEvent) -> None:
    task = Task(work.state.tasks[item.task].diagnostic, attempt=work.state.tasks[item.task].attempts)
    judgement = await validate(work, task, item.patch)
    work.recorder.record(
        ReflectionEvent,
        task=task.id,
        outcome=("green" if judgement.green else "progress") if judgement.holds else "red",
        move=item.patch.move,
        text=judgement.reason,
    )
    if not judgement.holds:
        await undo(work, task, item.patch)
    await relist(work)


def _reopen(work: Work, item: PatchEvent) -> None:
    """Puts a task whose patch the mentor took back into the queue again; its hypothesis is barred by now."""
    work.brain.learn(later_word(work, item, "undone"))
    known = work.state.tasks[item.task]
    work.recorder.record(
        DiagnosticEvent, diagnostic=known.diagnostic, status="queued", order=known.order, follows=known.follows
    )
