"""The app's only way to the engine: `rusta … --events` as a child process.

Lines pile up in a deque and are taken out in batches by whoever draws, 30 times a second; a flood of events costs
no message each. When nobody takes, reading stops and the child waits on its pipe.
"""

from __future__ import annotations

import asyncio
import contextlib
import os
import shlex
import signal
import sys
import time
from collections import deque
from collections.abc import Sequence
from typing import TYPE_CHECKING, cast

if TYPE_CHECKING:
    from engine.schema.decision import Decision
    from engine.schema.event import Event

FLUSHES_PER_SECOND = 30
LIVE_BUDGET = 0.012
STORED_BUDGET = 0.04
"""Seconds a frame that may go into reading events: from an engine at work, and from the store.

What is stored comes at once and nobody answers it, so more of it is taken at a time.
"""

_BACKLOG = 20_000
_GRACE_SECONDS = 3.0
_STDERR_LINES = 40


def engine_command() -> tuple[str, ...]:
    """The command that runs the engine: `RUSTA_TUI_ENGINE`, or this Python's own `rusta`."""
    override = os.environ.get("RUSTA_TUI_ENGINE")
    return tuple(shlex.split(override)) if override else (sys.executable, "-m", "rusta_cli")


class EngineClient:
    """One child process that speaks the event protocol.

    ``argv`` is the whole command. ``code`` is None until the child has ended; ``finished`` turns true only when
    its output has been taken, too. Lines that are no events end up in ``problems``, the last lines of standard
    error in ``complaints``; ``complained`` is set by the first of those.
    """

    def __init__(self, argv: Sequence[str]) -> None:
        self.argv = tuple(argv)
        self.code: int | None = None
        self.problems: list[str] = []
        self.complaints: deque[str] = deque(maxlen=_STDERR_LINES)
        self.complained = asyncio.Event()
        self._pipe: _Pipe | None = None
        self._start: asyncio.Task[None] | None = None

    @property
    def alive(self) -> bool:
        """True from `start` until the child has ended."""
        return self._pipe is not None and not self._pipe.over.is_set()

    @property
    def finished(self) -> bool:
        """True when the child has ended and every line of it was taken."""
        return self._pipe is not None and self._pipe.over.is_set() and not self._pipe.lines

    async def start(self) -> None:
        """Starts the child in a process group of its own; raises `OSError` when the program is missing."""
        self._start = asyncio.create_task(self._spawn())
        await asyncio.shield(self._start)

    def take(self, budget: float = LIVE_BUDGET) -> list[Event]:
        """The events that have come, oldest first, as many as can be read in ``budget`` seconds."""
        if self._pipe is None or not self._pipe.lines:
            return []
        from engine.errors import RustaError
        from engine.schema.event import read_event

        until, events = time.perf_counter() + budget, []
        while self._pipe.lines:
            line = self._pipe.lines.popleft()
            try:
                events.append(read_event(line))
            except RustaError as error:
                self.problems.append(str(error))
            if time.perf_counter() > until:
                break
        self._pipe.make_room()
        return events

    def send(self, decision: Decision) -> bool:
        """Sends one decision; False when nobody is there to take it."""
        if self._pipe is None or not self.alive:
            return False
        return self._pipe.write(decision.model_dump_json(exclude_none=True).encode() + b"\n")

    async def end(self) -> None:
        """Ends the child and what it started: politely, after some seconds by force. Its session stays stored."""
        if self._start is not None:
            with contextlib.suppress(OSError):
                await self._start
        if self._pipe is None:
            return
        for number in (signal.SIGTERM, signal.SIGKILL):
            if self._pipe.over.is_set():
                return
            self._pipe.signal(number)
            with contextlib.suppress(TimeoutError):
                await asyncio.wait_for(self._pipe.over.wait(), _GRACE_SECONDS)

    async def _spawn(self) -> None:
        loop = asyncio.get_running_loop()
        _, self._pipe = await loop.subprocess_exec(lambda: _Pipe(self), *self.argv, start_new_session=True)


class _Pipe(asyncio.SubprocessProtocol):
    """The wire to the child: bytes in, lines out; ``over`` is set once it has ended and every pipe is drained."""

    def __init__(self, client: EngineClient) -> None:
        self.lines: deque[bytes] = deque()
        self.over = asyncio.Event()
        self._client = client
        self._rest = {1: bytearray(), 2: bytearray()}
        self._full = False

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self._transport = cast("asyncio.SubprocessTransport", transport)

    def pipe_data_received(self, fd: int, data: bytes) -> None:
        rest = self._rest[fd]
        rest += data
        if b"\n" in data:  # a line of many chunks is put together once, not anew with each of them
            *whole, last = bytes(rest).split(b"\n")
            self._rest[fd] = bytearray(last)
            self._keep(fd, whole)
        if fd == 1 and len(self.lines) >= _BACKLOG and not self._full:
            self._full = True
            self._reading().pause_reading()

    def pipe_connection_lost(self, fd: int, exc: Exception | None) -> None:
        if fd in self._rest:
            self._keep(fd, [bytes(self._rest[fd])])

    def connection_lost(self, exc: Exception | None) -> None:
        self._client.code = self._transport.get_returncode()
        self._transport.close()
        self.over.set()

    def make_room(self) -> None:
        """Reads on when there is room again."""
        if self._full and len(self.lines) < _BACKLOG // 2:
            self._full = False
            self._reading().resume_reading()

    def write(self, line: bytes) -> bool:
        """Writes to the child's standard input; False when that is closed."""
        stdin = cast("asyncio.WriteTransport | None", self._transport.get_pipe_transport(0))
        if stdin is None or stdin.is_closing():
            return False
        stdin.write(line)
        return True

    def signal(self, number: signal.Signals) -> None:
        """Signals the child's whole process group, and lets it finish what it writes."""
        self.lines.clear()
        self.make_room()
        with contextlib.suppress(ProcessLookupError, PermissionError):
            os.killpg(self._transport.get_pid(), number)

    def _keep(self, fd: int, lines: Sequence[bytes]) -> None:
        kept = [line for line in lines if line.strip()]
        if fd == 1:
            self.lines.extend(kept)
        elif kept:
            self._client.complaints.extend(line.decode(errors="replace").rstrip() for line in kept)
            self._client.complained.set()

    def _reading(self) -> asyncio.ReadTransport:
        return cast("asyncio.ReadTransport", self._transport.get_pipe_transport(1))
