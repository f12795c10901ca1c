"""The app's only way to the engine: `rusta … --events` as a child process.

Lines are collected by a reader task and taken out in batches by whoever draws, 30 times a second; a flood of
events costs no message each. When nobody takes, reading stops and the child waits on its pipe.
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
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from engine.schema.decision import Decision
    from engine.schema.event import Event

FLUSHES_PER_SECOND = 30
_CHUNK = 1 << 16
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
    error in ``complaints``.
    """

    def __init__(self, argv: Sequence[str]) -> None:
        self.argv = tuple(argv)
        self.code: int | None = None
        self.problems: list[str] = []
        self.complaints: deque[str] = deque(maxlen=_STDERR_LINES)
        self._lines: deque[bytes] = deque()
        self._room = asyncio.Event()
        self._process: asyncio.subprocess.Process | None = None
        self._life: asyncio.Task[None] | None = None

    @property
    def alive(self) -> bool:
        """True from `start` until the child has ended."""
        return self._life is not None and not self._life.done()

    @property
    def finished(self) -> bool:
        """True when the child has ended and every line of it was taken."""
        return self._life is not None and self._life.done() and not self._lines

    async def start(self) -> None:
        """Starts the child in a process group of its own; raises `OSError` when the program is missing."""
        self._process = await asyncio.create_subprocess_exec(
            *self.argv,
            stdin=asyncio.subprocess.PIPE,
            stdout=asyncio.subprocess.PIPE,
            stderr=asyncio.subprocess.PIPE,
            start_new_session=True,
        )
        self._life = asyncio.create_task(self._live(self._process))

    def take(self, budget: float = 0.012) -> list[Event]:
        """The events that have come, oldest first, as many as can be read in ``budget`` seconds."""
        if not self._lines:
            return []
        from engine.errors import RustaError
        from engine.schema.event import read_event

        until, events = time.perf_counter() + budget, []
        while self._lines:
            line = self._lines.popleft()
            try:
                events.append(read_event(line))
            except RustaError as error:
                self.problems.append(str(error))
            if time.perf_counter() > until:
                break
        if len(self._lines) < _BACKLOG:
            self._room.set()
        return events

    def send(self, decision: Decision) -> bool:
        """Sends one decision; False when nobody is there to take it."""
        stdin = self._process.stdin if self._process else None
        if stdin is None or stdin.is_closing() or not self.alive:
            return False
        stdin.write(decision.model_dump_json(exclude_none=True).encode() + b"\n")
        return True

    async def end(self) -> None:
        """Ends the child and what it started: first politely, after some seconds by force. Its session stays stored."""
        if self._process is None or self._life is None:
            return
        self._room.set()
        if not self._life.done():
            self._signal(signal.SIGTERM)
            await asyncio.wait({self._life}, timeout=_GRACE_SECONDS)
        if not self._life.done():
            self._signal(signal.SIGKILL)
            await asyncio.wait({self._life}, timeout=_GRACE_SECONDS)

    async def wait(self) -> None:
        """Returns when the child has ended. Its lines may still wait to be taken."""
        if self._life is not None:
            await asyncio.shield(self._life)

    def _signal(self, number: signal.Signals) -> None:
        if self._process is not None:
            with contextlib.suppress(ProcessLookupError, PermissionError):
                os.killpg(self._process.pid, number)

    async def _live(self, process: asyncio.subprocess.Process) -> None:
        assert process.stdout is not None
        assert process.stderr is not None
        await asyncio.gather(self._read_events(process.stdout), self._read_complaints(process.stderr))
        self.code = await process.wait()
        if process.stdin is not None:
            process.stdin.close()

    async def _read_events(self, stream: asyncio.StreamReader) -> None:
        rest = b""
        while chunk := await stream.read(_CHUNK):
            *whole, rest = (rest + chunk).split(b"\n")
            self._lines.extend(line for line in whole if line.strip())
            while len(self._lines) >= _BACKLOG and self._process and self._process.returncode is None:
                self._room.clear()
                await self._room.wait()
        if rest.strip():
            self._lines.append(rest)

    async def _read_complaints(self, stream: asyncio.StreamReader) -> None:
        rest = b""
        while chunk := await stream.read(_CHUNK):
            *whole, rest = (rest + chunk)[-4 * _CHUNK :].split(b"\n")
            self.complaints.extend(line.decode(errors="replace").rstrip() for line in whole if line.strip())
        if rest.strip():
            self.complaints.append(rest.decode(errors="replace").rstrip())
