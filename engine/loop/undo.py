"""Takes a session back: its patches in the sandbox, and its commits where they landed."""

from __future__ import annotations

from pathlib import Path

from engine.errors import RustaError
from engine.loop.devlog import write_devlog
from engine.loop.fold import fold
from engine.loop.recorder import Emit, Recorder, now
from engine.loop.states.commit import landing_of
from engine.sandbox.landing import Landing, landed_state
from engine.sandbox.landing import undo as undo_landing
from engine.sandbox.repository import open_repository
from engine.sandbox.worktree import Sandbox
from engine.schema.devlog import Outcome
from engine.schema.event import CommitEvent, LogEvent, UndoEvent
from engine.store.store import Store


def undo(session: str | None, *, store: Store, emit: Emit) -> list[UndoEvent]:
    """Undoes a session (a prefix will do; None: the last one) and returns what was taken back.

    A commit is undone by restoring the ref it moved if nobody built on it, else by a revert commit. Raises
    `RustaError` when there is nothing to undo, `SandboxError` while the session is running, `LandingError`
    when work that is not Rusta's stands in the way.
    """
    row = store.session(session)
    events = list(store.events(row.id))
    state = fold(events)
    if state.intake is None or not (state.commits or state.stacked or state.unfinished_commit):
        raise RustaError(f"session {row.id} left nothing behind that could be undone", fix="see `rusta sessions`")
    if state.undone:
        raise RustaError(f"session {row.id} is undone already: {state.undone[-1].note}", fix="see `rusta sessions`")
    repository = open_repository(Path(state.intake.repository))
    sandbox = Sandbox.acquire(repository)
    try:
        recorder = Recorder(row.id, store=store, emit=emit, state=state, last_seq=events[-1].seq)
        if state.stacked:
            sandbox.reset(state.base)
        done = [
            recorder.record(UndoEvent, what="patch", how="inverse", patch=item.patch.id, task=item.task, note="undone")
            for item in reversed(state.stacked)
        ]
        commits = [*state.commits, *([state.unfinished_commit] if state.unfinished_commit else [])]
        for landing in _landings(commits):
            if landed_state(repository, landing) == "before":
                continue
            made = [item for commit in commits if commit.ref == landing.ref for item in commit.commits]
            undone = undo_landing(repository, landing, made)
            done.append(
                recorder.record(
                    UndoEvent,
                    what="commit",
                    how=undone.how,
                    ref=undone.ref,
                    old=undone.old,
                    new=undone.new,
                    note=undone.note,
                )
            )
        store.take_back_session(row.id, at=now())
        _close(recorder, store)
        return done
    finally:
        sandbox.release()


def _landings(commits: list[CommitEvent]) -> list[Landing]:
    """One landing a ref, newest first: from where the session found the ref to where it left it."""
    merged: dict[str, CommitEvent] = {}
    for commit in commits:
        first = merged.get(commit.ref)
        merged[commit.ref] = commit if first is None else commit.model_copy(update={"old": first.old})
    return [landing_of(commit) for commit in reversed(merged.values())]


def _close(recorder: Recorder, store: Store) -> None:
    """Rewrites the DevLog with its new outcome; a session that never ended ends here."""
    devlog = write_devlog(recorder.session, store.events(recorder.session), Outcome.UNDONE, at=now())
    if recorder.state.log is None:
        recorder.record(LogEvent, outcome=Outcome.UNDONE, devlog=devlog, exit_code=0)
    else:
        store.save_devlog(devlog)
        store.finish_session(recorder.session, outcome=Outcome.UNDONE)
