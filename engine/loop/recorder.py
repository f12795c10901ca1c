"""Writes events: to the store first, into the session's state, and then out to whoever watches."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any, TypeVar

from engine.loop.fold import SessionState
from engine.schema.event import Event, EventBase

if TYPE_CHECKING:
    from engine.store.store import Store

E = TypeVar("E", bound=EventBase)
Emit = Callable[[Event], None]


def now() -> str:
    """UTC, ISO 8601, milliseconds, with a final Z."""
    return datetime.now(UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")


class Recorder:
    """Numbers, stores, folds and emits the events of one session, in that order.

    With ``store`` None nothing is kept: that is for listings, which are no sessions.
    """

    def __init__(self, session: str, *, store: Store | None, emit: Emit, state: SessionState, last_seq: int = 0):
        self.session = session
        self.state = state
        self._store = store
        self._emit = emit
        self._seq = last_seq

    def record(self, kind: type[E], **fields: Any) -> E:
        """Makes an event of ``kind``, keeps it, and sends it out. `StoreError` when it cannot be kept."""
        event = kind(seq=self._seq + 1, at=now(), session=self.session, **fields)
        known: Event = event  # type: ignore[assignment]  # every subclass of EventBase is a member of the union
        if self._store is not None:
            self._store.append(known)
        self._seq = event.seq
        self.state.apply(known)
        self._emit(known)
        return event
