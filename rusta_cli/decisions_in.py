"""Decisions in: a thread that reads one JSON object a line and hands each decision to the loop."""

from __future__ import annotations

import os
import threading
from collections.abc import Callable, Iterator
from typing import Protocol

from pydantic_core import PydanticSerializationError

from engine.errors import ProtocolError
from engine.schema.decision import Decision, read_decision

LINE_LIMIT = 16 * 1024 * 1024  # bytes; an edit verdict carries whole files, nothing else is long
_CHUNK = 65536


class Recipient(Protocol):
    """Where decisions go: the loop's inbox."""

    def put(self, decision: Decision) -> None:
        """Takes a decision; callable from any thread."""

    def close(self) -> None:
        """Nobody will answer any more."""


class DecisionsIn(threading.Thread):
    """Reads decisions from a file descriptor until it ends, then closes the inbox.

    A line that is no decision goes to ``refuse`` as a `ProtocolError`, and reading goes on. The descriptor is
    read directly: a thread that sleeps inside Python's own `sys.stdin` would hold its lock while Python exits.
    """

    def __init__(self, descriptor: int, inbox: Recipient, refuse: Callable[[ProtocolError], None]) -> None:
        super().__init__(name="decisions", daemon=True)
        self._descriptor = descriptor
        self._inbox = inbox
        self._refuse = refuse

    def run(self) -> None:
        """The thread: every line until the end of input."""
        for line in self._lines():
            if not line.strip():
                continue
            try:
                self._inbox.put(_understand(line))
            except ProtocolError as error:
                self._refuse(error)
        self._inbox.close()

    def _lines(self) -> Iterator[bytes]:
        pending = bytearray()
        overlong = False
        while chunk := self._read():
            *ended, rest = chunk.split(b"\n")
            for piece in ended:
                pending += piece
                if overlong or len(pending) > LINE_LIMIT:
                    self._refuse_overlong()
                else:
                    yield bytes(pending)
                pending.clear()
                overlong = False
            pending += rest
            if len(pending) > LINE_LIMIT:
                overlong = True
                pending.clear()
        if overlong:
            self._refuse_overlong()
        elif pending:
            yield bytes(pending)

    def _refuse_overlong(self) -> None:
        self._refuse(ProtocolError(f"a decision line is longer than {LINE_LIMIT} bytes", fix="see docs/protocol.md"))

    def _read(self) -> bytes:
        try:
            return os.read(self._descriptor, _CHUNK)
        except OSError:
            return b""


def _understand(line: bytes) -> Decision:
    try:
        decision = read_decision(line)
        # JSON may carry half a surrogate pair, which could be neither stored nor sent on.
        decision.model_dump_json()
    except RecursionError as error:
        raise ProtocolError("not a decision: nested too deeply", fix="see docs/protocol.md") from error
    except PydanticSerializationError as error:
        raise ProtocolError("not a decision: its text is no Unicode", fix="see docs/protocol.md") from error
    return decision
