"""What the mentor writes down: short `rusta` commands, queued, run one after another, none of them ever waited for.

A screen shows at once what it has asked for and says how to take that back. One child, `rusta batch`, is started
with the first command and runs them all, since starting Python for each would cost more than the command.
"""

from __future__ import annotations

import asyncio
import contextlib
import json
import os
import queue
import select
import subprocess
import tempfile
import threading
from collections.abc import Callable, Sequence
from contextvars import Context, copy_context
from dataclasses import dataclass, field
from typing import IO, Any

_LONGEST_SECONDS = 60.0


@dataclass(frozen=True)
class Reply:
    """How a command ended: its exit code, what it printed, what it complained about."""

    code: int
    out: str = ""
    err: str = ""

    @property
    def trouble(self) -> str:
        """One line on what went wrong; empty when nothing did."""
        if self.code == 0:
            return ""
        lines = self.err.strip().splitlines()
        return lines[0].removeprefix("rusta: ") if lines else f"the engine ended with code {self.code}"

    @property
    def records(self) -> list[dict[str, Any]]:
        """The JSON objects it printed, one a line."""
        found = []
        for line in self.out.splitlines():
            with contextlib.suppress(ValueError):
                record = json.loads(line)
                if isinstance(record, dict):
                    found.append(record)
        return found


@dataclass(frozen=True)
class _Command:
    """``settle`` takes the reply, and says whether its trouble is for the mentor to hear; it runs in ``context``."""

    arguments: tuple[str, ...]
    settle: Callable[[Reply], bool]
    wanted: Callable[[], bool] = lambda: True
    context: Context = field(default_factory=copy_context)

    @property
    def line(self) -> bytes:
        return json.dumps(self.arguments).encode() + b"\n"


def _nothing(*_: object) -> None:
    pass


class CommandQueue:
    """Runs `rusta` commands in the order they were put in, one at a time. Belongs to the app, outlives its screens.

    ``engine`` is the command before the arguments; ``say`` is told one line when a command fails. All callbacks run
    in the event loop in which the first command was put in, each in the context its command was put in, so that it
    knows its app; none after `close`.
    """

    def __init__(
        self,
        engine: Sequence[str],
        *,
        say: Callable[[str], object] = _nothing,
        longest_seconds: float = _LONGEST_SECONDS,
    ) -> None:
        self._engine = tuple(engine)
        self._say = say
        self._longest = longest_seconds
        self._commands: queue.SimpleQueue[_Command | None] = queue.SimpleQueue()
        self._unsettled = 0
        self._idle = asyncio.Event()
        self._idle.set()
        self._loop: asyncio.AbstractEventLoop | None = None
        self._thread: threading.Thread | None = None
        self._child: subprocess.Popen[bytes] | None = None
        self._complaints: IO[bytes] | None = None
        self._answered = False
        self._closed = False

    @property
    def waiting(self) -> int:
        """How many commands have not been answered yet."""
        return self._unsettled

    def put(
        self,
        *arguments: str,
        rollback: Callable[[], object] = _nothing,
        done: Callable[[Reply], object] = _nothing,
    ) -> None:
        """Queues a command and returns at once: ``put("devlogs", "grade", id, "voice", "3", rollback=…)``.

        ``done`` is called with its reply once it is stored. When it fails, ``rollback`` is called instead and the
        reason is said; later commands may be on their way by then, so it takes back this one's change alone. A
        command whose engine died may have been stored all the same: let ``rollback`` read again where that matters.
        """

        def settle(reply: Reply) -> bool:
            if reply.trouble:
                rollback()
                return True
            done(reply)
            return False

        self._add(_Command(arguments, settle))

    def query(self, *arguments: str, then: Callable[[Reply], object]) -> None:
        """Queues a command whose reply, whatever it is, goes to ``then``: before that of any later command."""

        def settle(reply: Reply) -> bool:
            then(reply)
            return False

        self._add(_Command(arguments, settle))

    async def ask(self, *arguments: str) -> Reply:
        """Runs a command after those that were put in before it, and returns its reply, whatever it is.

        Cancelled before its turn, it is not run at all.
        """
        answer: asyncio.Future[Reply] = asyncio.get_running_loop().create_future()

        def settle(reply: Reply) -> bool:
            if not answer.done():
                answer.set_result(reply)
            return False

        self._add(_Command(arguments, settle, lambda: not answer.cancelled()))
        return await answer

    async def drain(self, seconds: float) -> bool:
        """Waits until every command is answered, at most ``seconds``; True when they are."""
        with contextlib.suppress(TimeoutError):
            await asyncio.wait_for(self._idle.wait(), seconds)
        return self._idle.is_set()

    async def close(self, seconds: float = 10.0) -> int:
        """Finishes what was put in, and ends the child. Returns how many commands are lost, nearly always 0.

        Commands that have not had their turn after ``seconds`` are handed to the child, which outlives the app for
        as long as they take.
        """
        drained = await self.drain(seconds)
        self._closed = True
        if not drained:
            return self._hand_over()
        if self._thread is not None:
            self._commands.put(None)
            await asyncio.to_thread(self._thread.join, seconds)
        return 0

    def _add(self, command: _Command) -> None:
        if self._closed:
            self._tell([command], Reply(1, err="it was not stored: the app is closing"))
            return
        self._unsettled += 1
        self._idle.clear()
        self._commands.put(command)
        if self._thread is None:
            self._loop = asyncio.get_running_loop()
            self._thread = threading.Thread(target=self._work, name="commands", daemon=True)
            self._thread.start()

    def _tell(self, commands: Sequence[_Command], reply: Reply) -> None:
        """Settles commands that all ended alike, the last one first, as changes are taken back."""
        failed = [command for command in reversed(commands) if command.context.run(command.settle, reply)]
        if failed:
            failed[0].context.run(self._say, reply.trouble)

    def _settle(self, commands: Sequence[_Command], reply: Reply) -> None:
        if self._closed:
            return
        try:
            self._tell(commands, reply)
        finally:
            self._unsettled -= len(commands)
            if not self._unsettled:
                self._idle.set()

    # What follows runs in a thread of its own: a pipe that is full or silent holds up nobody else.

    def _work(self) -> None:
        assert self._loop is not None
        while (command := self._commands.get()) is not None:
            settled = [command]
            if command.wanted():
                reply = self._run(command)
                if reply.trouble and not self._answered:
                    # No engine, or one that ends before its first answer: the next one would do the same.
                    settled += self._rest()
            else:
                reply = Reply(1)
            with contextlib.suppress(RuntimeError):  # the loop is over, and so is everybody who would listen
                self._loop.call_soon_threadsafe(self._settle, settled, reply)
        self._end_child()

    def _rest(self) -> list[_Command]:
        rest: list[_Command] = []
        with contextlib.suppress(queue.Empty):
            while True:
                command = self._commands.get_nowait()
                if command is None:
                    self._commands.put(None)
                    break
                rest.append(command)
        return rest

    def _run(self, command: _Command) -> Reply:
        try:
            child = self._running_child()
        except OSError as error:
            return Reply(1, err=f"{self._engine[0]} does not start: {error.strerror or error}")
        assert child.stdin is not None
        assert child.stdout is not None
        with contextlib.suppress(OSError):  # a child that has gone away is noticed when it is read from
            child.stdin.write(command.line)
            child.stdin.flush()
        if not select.select([child.stdout], [], [], self._longest)[0]:
            child.kill()
            self._end_child()
            return Reply(1, err=f"rusta {' '.join(command.arguments[:2])} did not answer in {self._longest:.0f} s")
        line = child.stdout.readline()
        if not line.endswith(b"\n"):
            return Reply(1, err=self._last_words())
        self._answered = True
        try:
            fields = json.loads(line)
            return Reply(int(fields["code"]), str(fields["out"]), str(fields["err"]))
        except (ValueError, TypeError, KeyError):
            return Reply(1, err=f"the engine gave no answer but: {line.decode(errors='replace').strip()[:200]}")

    def _running_child(self) -> subprocess.Popen[bytes]:
        if self._child is None or self._child.poll() is not None:
            self._end_child()
            self._answered = False
            self._complaints = tempfile.TemporaryFile()  # noqa: SIM115
            # A session of its own: a terminal that is closed does not take what is still to be written with it.
            self._child = subprocess.Popen(
                (*self._engine, "batch"),
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                stderr=self._complaints,
                start_new_session=True,
            )
        return self._child

    def _last_words(self) -> str:
        assert self._child is not None
        assert self._complaints is not None
        code = self._child.wait()
        self._complaints.seek(0)
        lines = self._complaints.read().decode(errors="replace").strip().splitlines()
        self._end_child()
        return lines[-1] if lines else f"the engine ended with code {code}"

    def _end_child(self) -> None:
        child, self._child = self._child, None
        if child is not None:
            for pipe in (child.stdin, child.stdout):
                with contextlib.suppress(OSError):
                    if pipe is not None:
                        pipe.close()
            child.wait()
        if self._complaints is not None:
            self._complaints.close()
            self._complaints = None

    def _hand_over(self) -> int:
        """Writes to the child what the thread has not come to. Returns how many commands found no place there."""
        rest, child = self._rest(), self._child
        if not rest:
            return 0
        if child is None or child.stdin is None:
            return len(rest)
        lines = b"".join(command.line for command in rest)
        try:
            os.set_blocking(child.stdin.fileno(), False)
            return 0 if os.write(child.stdin.fileno(), lines) == len(lines) else len(rest)
        except OSError:
            return len(rest)
