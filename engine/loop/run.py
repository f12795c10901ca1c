"""What the faces call: fix, resume and check."""

from __future__ import annotations

import secrets
from collections.abc import Sequence
from datetime import UTC, datetime
from pathlib import Path

from engine.brain.registry import get_brain
from engine.brain.voice import Voice
from engine.errors import RustaError
from engine.loop.fold import SessionState, fold
from engine.loop.inbox import Inbox
from engine.loop.policy import Policy
from engine.loop.recorder import Emit, Recorder, now
from engine.loop.request import Request
from engine.loop.session import run
from engine.loop.states.commit import finish_commit
from engine.loop.states.intake import list_diagnostics, open_session, queue, survey
from engine.loop.warmup import warm_up
from engine.loop.work import Hands, Work
from engine.loop.workbench import open_workbench
from engine.sandbox.repository import open_repository
from engine.sandbox.snapshot import take
from engine.schema.event import Event, IntakeEvent, LogEvent, PatchEvent, ProgressEvent, Scope
from engine.store.store import Store


async def fix(request: Request, *, store: Store, inbox: Inbox, emit: Emit) -> LogEvent:
    """Runs a new session and returns its last event.

    Raises a `RustaError` when the session cannot even be opened (nothing is recorded then), and
    `SessionSuspendedError` when it waits for a verdict that nobody can give.
    """
    inbox.attach()
    warm = warm_up()
    policy = request.policy or Policy.load()
    voice, brain = Voice.load(), get_brain(request.brain, store)
    repository = open_repository(request.path)
    bench = open_workbench(repository, request.path, policy)
    try:
        snapshot = take(repository, request.include_dirty)
        session = f"{datetime.now(UTC):%y%m%d-%H%M%S}-{secrets.token_hex(2)}"
        store.create_session(
            session, repository=str(repository.root), path=str(request.path), at=now(), brain=brain.name
        )
        recorder = Recorder(session, store=store, emit=emit, state=SessionState())
        work = Work(request, policy, bench, inbox, recorder, brain=brain, voice=voice)
        open_session(work, snapshot)
        return await run(work, store)
    finally:
        await warm
        bench.close()


async def resume(session: str | None, *, store: Store, inbox: Inbox, emit: Emit) -> LogEvent:
    """Goes on with a session from its last event: the one named (a prefix will do), else the last.

    The sandbox is rebuilt from the events: the base, then every patch that stood. Raises `RustaError`
    when the session has ended, and as `fix` does.
    """
    inbox.attach()
    row = store.session(session)
    events: Sequence[Event] = list(store.events(row.id))
    state = fold(events)
    if state.log is not None:
        raise RustaError(
            f"session {row.id} has ended: {state.log.outcome}",
            fix=f"`rusta replay {row.id}` shows it; `rusta fix` starts a new one",
        )
    if state.intake is None:
        raise RustaError(f"session {row.id} was cut off before its intake; nothing is lost", fix="start a new one")
    request = request_of(state.intake)
    policy = request.policy or Policy()
    voice, brain = Voice.load(), get_brain(request.brain, store)
    repository = open_repository(request.path)
    bench = open_workbench(repository, request.path, policy)
    try:
        recorder = Recorder(row.id, store=store, emit=emit, state=state, last_seq=events[-1].seq)
        work = Work(request, policy, bench, inbox, recorder, brain=brain, voice=voice)
        work.say(voice.say("resumed", count=len(events)))
        finish_commit(work)
        bench.sandbox.reset(state.base)
        validated = [item for item in state.stacked if item.status != "applied"]
        for item in validated:
            bench.apply(item.patch)
        return await run(work, store, unvalidated=_unvalidated(state))
    finally:
        bench.close()


async def check(path: Path, *, include_dirty: bool, emit: Emit, clippy: bool = False) -> int:
    """Lists what is broken, as `diagnostic` events with an empty session; nothing is stored.

    Each finding is emitted as cargo reports it ("found"), then all again in queue order ("queued").
    Returns the number of errors. Raises `RustaError` as `fix` does.
    """
    inbox = Inbox()
    inbox.attach()
    policy = Policy.load()
    request = Request(path, Scope(all=True), include_dirty=include_dirty)
    repository = open_repository(path)
    bench = open_workbench(repository, path, policy)
    try:
        bench.sandbox.reset(take(repository, include_dirty).base)
        recorder = Recorder("", store=None, emit=emit, state=SessionState())
        hands = Hands(request, policy, bench, inbox, recorder)
        await survey(hands)
        listed = await list_diagnostics(hands, clippy=clippy, live=True)
        queue(hands, listed)
        errors = sum(found.level.is_error for found in listed)
        recorder.record(
            ProgressEvent, job="check", status="done", text=f"{errors} errors, {len(listed) - errors} warnings"
        )
        return errors
    finally:
        bench.close()


def request_of(intake: IntakeEvent) -> Request:
    """The request that an intake event recorded."""
    return Request(
        path=Path(intake.path),
        scope=intake.scope,
        brain=intake.brain,
        approve=intake.approve,
        include_dirty=intake.include_dirty,
        policy=Policy.model_validate(intake.policy),
    )


def _unvalidated(state: SessionState) -> list[PatchEvent]:
    return [item for item in state.stacked if item.status == "applied"]
