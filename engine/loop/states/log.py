"""Log: what is not committed is undone, and the session's diary is written. Always the last state."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING

from engine.loop.devlog import write_devlog
from engine.loop.fold import outcome_of
from engine.loop.recorder import now
from engine.loop.work import Work
from engine.process import child_seconds
from engine.schema.devlog import Outcome
from engine.schema.event import LogEvent, MeterEvent, StateEvent

if TYPE_CHECKING:
    from engine.store.store import Store

_EXIT_CODES = {
    Outcome.FIXED: 0,
    Outcome.CLEAN: 0,
    Outcome.ERROR: 1,
    Outcome.ABSTAINED: 3,
    Outcome.STOPPED: 3,
    Outcome.UNDONE: 3,
    Outcome.VETOED: 4,
}


def log(work: Work, store: Store, outcome: Outcome | None = None) -> LogEvent:
    """Ends the session: undoes the rest and records the outcome. ``outcome`` None: as it stands.

    With the event the store keeps the DevLog and closes the session, in one transaction.
    """
    recorder = work.recorder
    for item in reversed(work.state.stacked):
        work.take_back(item.patch, item.task, note="it was not committed")
    recorder.record(MeterEvent, name="wall_seconds", value=round(time.monotonic() - work.started, 3), unit="s")
    recorder.record(MeterEvent, name="child_seconds", value=round(child_seconds() - work.children_before, 3), unit="s")
    decided = outcome or outcome_of(work.state)
    recorder.record(StateEvent, state="log", status="enter")
    devlog = write_devlog(recorder.session, store.events(recorder.session), decided, at=now())
    last = work.state.commits[-1] if work.state.commits else None
    recorder.record(StateEvent, state="log", status="done", text=devlog.summary)
    return recorder.record(
        LogEvent,
        outcome=decided,
        devlog=devlog,
        branch=last.ref.removeprefix("refs/heads/") if last else None,
        commit=last.new if last else None,
        exit_code=_EXIT_CODES[decided],
    )
