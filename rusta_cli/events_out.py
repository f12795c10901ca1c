"""Events out: one JSON object a line, flushed as it happens."""

from __future__ import annotations

import threading
from collections.abc import Callable
from datetime import UTC, datetime
from typing import BinaryIO

from engine.errors import RustaError
from engine.schema.event import ErrorEvent, Event


class EventsOut:
    """Writes events to a stream of bytes; safe to call from several threads.

    When the reader has gone away, ``on_gone`` is called once and later events are dropped: the store has them.
    """

    def __init__(self, stream: BinaryIO, on_gone: Callable[[], None] | None = None) -> None:
        self._stream = stream
        self.on_gone = on_gone
        self._lock = threading.Lock()
        self.gone = False

    def __call__(self, event: Event) -> None:
        """Writes one event and flushes it."""
        line = event.model_dump_json().encode() + b"\n"
        with self._lock:
            if self.gone:
                return
            try:
                self._stream.write(line)
                self._stream.flush()
            except (BrokenPipeError, ConnectionResetError):
                self.gone = True
        if self.gone and self.on_gone is not None:
            self.on_gone()


def beside(session: str, error: RustaError, *, fatal: bool = False) -> ErrorEvent:
    """An error of the conversation itself. It is no part of the session's list, and so its ``seq`` is 0."""
    at = datetime.now(UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")
    return ErrorEvent(seq=0, at=at, session=session, text=str(error), fix=error.fix, fatal=fatal)
