"""The last lines of a running command, sent in batches: never an event a line, never without bound."""

from __future__ import annotations

import asyncio
import re
import time
from collections import deque

from engine.loop.recorder import Recorder
from engine.schema.event import ProgressEvent

_FLUSH_SECONDS = 0.1
_BATCH_LINES = 100
_LINE_CHARACTERS = 500
_ANNOUNCED = re.compile(r"^running (\d+) tests?$")
_ENDED = re.compile(r"^test .+ \.\.\. (?:ok|FAILED|ignored)")


class Tail:
    """Collects a command's lines and records them at most ten times a second.

    Of a flood only the newest lines of each batch are kept; how many were dropped is recorded. Paths below
    ``root``, the sandbox, are shown relative to it: where it lies is of no interest.
    """

    def __init__(self, recorder: Recorder, job: str, command: str, *, root: str) -> None:
        self._recorder, self._job, self._command = recorder, job, command
        self._root = root
        self._lines: deque[str] = deque(maxlen=_BATCH_LINES)
        self._dropped = 0
        self._tests = self._ended = 0
        self._started = time.monotonic()
        self._timer: asyncio.TimerHandle | None = None

    def line(self, text: str, _is_error: bool = False) -> None:
        """Takes one line of output, and counts the tests that it announces or ends."""
        if announced := _ANNOUNCED.match(text):
            self._tests += int(announced[1])
        elif _ENDED.match(text):
            self._ended += 1
        if len(self._lines) == _BATCH_LINES:
            self._dropped += 1
        shown = text.replace(f"{self._root}/", "").replace(self._root, ".")
        self._lines.append(shown[:_LINE_CHARACTERS])
        if self._timer is None:
            self._timer = asyncio.get_running_loop().call_later(_FLUSH_SECONDS, self._flush)

    def close(self, text: str = "") -> None:
        """Records what is left and that the command has ended; ``text`` sums it up in one line."""
        if self._timer is not None:
            self._timer.cancel()
        self._send("done", text)

    def _flush(self) -> None:
        self._timer = None
        self._send("running", "")

    def _send(self, status: str, text: str) -> None:
        self._recorder.record(
            ProgressEvent,
            job=self._job,
            command=self._command,
            status=status,
            text=text,
            lines=tuple(self._lines),
            dropped=self._dropped,
            done=self._ended if self._tests else None,
            total=self._tests or None,
            elapsed=round(time.monotonic() - self._started, 3),
        )
        self._lines.clear()
        self._dropped = 0
