"""Child processes: streamed, bounded, limited, and killed whole."""

from __future__ import annotations

import asyncio
import contextlib
import os
import shutil
import signal
import threading
import time
from collections import deque
from collections.abc import Callable, Coroutine, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import cast

from engine.errors import ToolMissingError

OnLine = Callable[[str, bool], None]
Wrap = Callable[[Sequence[str]], list[str]]

_TAIL_LINE_CHARS = 4096
# How long a pipe is read after its program ended: what it left there is read at once, so more is only spent on
# grandchildren that hold the pipe open. They are killed then, and those that fled the group are no longer heard.
_DRAIN_SECONDS = 0.5
_STDERR = 2


@dataclass(frozen=True)
class Limits:
    """What a child may use: wall clock and CPU in seconds, address space and file size in bytes.

    ``tail_lines`` is how many lines `Finished.tail` keeps; a longer line than ``line_bytes`` is cut into several.
    """

    wall_seconds: float = 120.0
    cpu_seconds: int | None = None
    memory_bytes: int | None = None
    file_bytes: int | None = None
    tail_lines: int = 200
    line_bytes: int = 1024 * 1024


@dataclass(frozen=True)
class Finished:
    """How a child ended. ``code`` is None when it was killed.

    ``tail``: its last lines, each cut at 4096 characters; ``dropped``: how many came before them.
    """

    argv: tuple[str, ...]
    code: int | None
    seconds: float
    timed_out: bool
    tail: tuple[str, ...]
    dropped: int

    @property
    def ok(self) -> bool:
        """It ended by itself, with status 0."""
        return self.code == 0


class _Stopwatch:
    """Wall time during which at least one child ran."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._running = 0
        self._since = 0.0
        self._total = 0.0

    def start(self) -> None:
        with self._lock:
            if self._running == 0:
                self._since = time.monotonic()
            self._running += 1

    def stop(self) -> None:
        with self._lock:
            self._running -= 1
            if self._running == 0:
                self._total += time.monotonic() - self._since

    def seconds(self) -> float:
        with self._lock:
            return self._total + (time.monotonic() - self._since if self._running else 0.0)


_STOPWATCH = _Stopwatch()


def child_seconds() -> float:
    """Seconds of wall clock, since this process began, during which at least one child ran."""
    return _STOPWATCH.seconds()


@contextlib.contextmanager
def counted() -> Iterator[None]:
    """Counts what runs inside as a child's time: for blocking calls of small programs such as git."""
    _STOPWATCH.start()
    try:
        yield
    finally:
        _STOPWATCH.stop()


async def run(
    argv: Sequence[str],
    *,
    cwd: Path,
    env: Mapping[str, str] | None = None,
    limits: Limits = Limits(),
    on_line: OnLine | None = None,
    merge_stderr: bool = False,
    stdin: bytes | None = None,
) -> Finished:
    """Runs a program to its end, handing over its lines (text, is_stderr) as they come.

    The child leads a process group of its own. At the wall limit, when the caller is cancelled and when
    ``on_line`` raises (its error comes out here), the group is killed; so is what is left of it once the child has
    ended. Undecodable bytes are replaced. Raises `ToolMissingError` when the program is absent,
    `FileNotFoundError` or `NotADirectoryError` when ``cwd`` is no folder.
    """
    tail: deque[str] = deque(maxlen=limits.tail_lines)
    count = 0

    def take(line: str, is_error: bool) -> None:
        nonlocal count
        count += 1
        tail.append(line[:_TAIL_LINE_CHARS])
        if on_line is not None:
            on_line(line, is_error)

    began = time.monotonic()
    with counted():
        child = _Child(take, limits.line_bytes)
        transport = await _started(child, _start(child, argv, cwd, env, limits, merge_stderr, stdin))
        try:
            timed_out = not await _within(limits.wall_seconds, child.exited, child.broken)
            if timed_out or child.broken.done():
                _kill(transport)
            await child.exited
            if not await _within(_DRAIN_SECONDS, child.closed, child.broken):
                _kill(transport)
                await _within(_DRAIN_SECONDS, child.closed, child.broken)
            child.flush()
            if child.broken.done():
                raise child.broken.result()
        finally:
            child.mute()
            _kill(transport)  # what outlived the child, or the child itself when the caller was cancelled
            try:
                await asyncio.shield(child.exited)
            finally:
                transport.close()
    returned = transport.get_returncode()
    code = None if timed_out or returned is None or returned < 0 else returned
    return Finished(
        tuple(argv), code, time.monotonic() - began, timed_out, tuple(tail), dropped=max(0, count - len(tail))
    )


async def _started(
    child: _Child, starting: Coroutine[None, None, asyncio.SubprocessTransport]
) -> asyncio.SubprocessTransport:
    """Starts a child to the end even when the caller is cancelled meanwhile, and kills it then.

    asyncio waits for ever for a child whose start it broke off: its pipes were never connected.
    """
    task = asyncio.ensure_future(starting)
    try:
        return await asyncio.shield(task)
    except asyncio.CancelledError:
        transport = await task
        child.mute()
        _kill(transport)
        await child.exited
        transport.close()
        raise


class _Child(asyncio.SubprocessProtocol):
    """Splits what a child writes into lines, as it comes, and tells when the child and its pipes have ended.

    The event loop reads at most one buffer of a pipe at a time and hands it over right here, so nothing piles up.
    """

    def __init__(self, take: OnLine, line_bytes: int) -> None:
        loop = asyncio.get_running_loop()
        self.exited: asyncio.Future[None] = loop.create_future()
        self.closed: asyncio.Future[None] = loop.create_future()
        self.broken: asyncio.Future[Exception] = loop.create_future()  # what ``take`` raised
        self._take: OnLine | None = take
        self._line_bytes = line_bytes
        self._rest: dict[int, bytearray] = {}
        self._open: set[int] = set()

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        piped = cast("asyncio.SubprocessTransport", transport)
        self._open = {number for number in (1, _STDERR) if piped.get_pipe_transport(number) is not None}

    def pipe_data_received(self, fd: int, data: bytes | str) -> None:
        rest = self._rest.setdefault(fd, bytearray())
        checked = len(rest)
        rest += cast("bytes", data)
        end = rest.rfind(b"\n", checked)
        if end >= 0:
            lines = bytes(rest[:end]).split(b"\n")
            del rest[: end + 1]
            for line in lines:
                self._tell(fd, line)
        while len(rest) > self._line_bytes:
            self._tell(fd, bytes(rest[: self._line_bytes]))
            del rest[: self._line_bytes]

    def pipe_connection_lost(self, fd: int, _exc: Exception | None) -> None:
        self._open.discard(fd)
        if not self._open and not self.closed.done():
            self.closed.set_result(None)

    def process_exited(self) -> None:
        if not self.exited.done():
            self.exited.set_result(None)

    def flush(self) -> None:
        """Tells of the last lines that no line end follows, such as the name of the test that hangs."""
        for fd, rest in self._rest.items():
            if rest:
                self._tell(fd, bytes(rest))
            rest.clear()

    def mute(self) -> None:
        """From here on nobody hears of a line."""
        self._take = None

    def _tell(self, fd: int, line: bytes) -> None:
        while len(line) > self._line_bytes:
            self._hand_over(fd, line[: self._line_bytes])
            line = line[self._line_bytes :]
        self._hand_over(fd, line)

    def _hand_over(self, fd: int, line: bytes) -> None:
        if self._take is None:
            return
        try:
            self._take(line.removesuffix(b"\r").decode("utf-8", "replace"), fd == _STDERR)
        except Exception as error:  # raised where the caller waits, instead of inside the event loop
            self.mute()
            self.broken.set_result(error)


async def _within(seconds: float, *any_of: asyncio.Future[None] | asyncio.Future[Exception]) -> bool:
    """Waits for one of some futures; False when the time is up."""
    done, _ = await asyncio.wait(any_of, timeout=seconds, return_when=asyncio.FIRST_COMPLETED)
    return bool(done)


async def _start(
    child: _Child,
    argv: Sequence[str],
    cwd: Path,
    env: Mapping[str, str] | None,
    limits: Limits,
    merge_stderr: bool,
    stdin: bytes | None,
) -> asyncio.SubprocessTransport:
    _require(argv[0], cwd, env)
    try:
        transport, _ = await asyncio.get_running_loop().subprocess_exec(
            lambda: child,
            *_limited(argv, limits),
            cwd=cwd,
            env=env,
            stdin=asyncio.subprocess.DEVNULL if stdin is None else asyncio.subprocess.PIPE,
            stdout=asyncio.subprocess.PIPE,
            stderr=asyncio.subprocess.STDOUT if merge_stderr else asyncio.subprocess.PIPE,
            start_new_session=True,
        )
    except OSError as error:  # not executable, not for this machine, too long a command line
        raise ToolMissingError(f"{argv[0]} cannot be started: {error.strerror}", fix=f"install {argv[0]}") from error
    if stdin is not None:
        pipe = cast("asyncio.WriteTransport", transport.get_pipe_transport(0))
        pipe.write(stdin)
        pipe.write_eof()  # after what was written; a child that does not read it is no error
    return transport


def _require(program: str, cwd: Path, env: Mapping[str, str] | None) -> None:
    """Says what is missing, the folder or the program: the shell in between would only mumble about it."""
    if not cwd.is_dir():
        raise (NotADirectoryError if cwd.exists() else FileNotFoundError)(f"{cwd} is no folder to start {program} in")
    path = (os.environ if env is None else env).get("PATH", os.defpath)
    if shutil.which(cwd / program if "/" in program else program, path=path) is None:
        raise ToolMissingError(f"{program} is not installed", fix=f"install {program}, or put it on the PATH")


def _limited(argv: Sequence[str], limits: Limits) -> list[str]:
    """A command line under limits of its own.

    A shell sets them and then becomes the program. Set from outside, they would come too late for what the program
    starts at once (a jail does); set by a function between fork and exec, they could deadlock. ``ulimit`` counts
    seconds, KiB and blocks of 512 bytes. A limit above the one that holds already is passed over.
    """
    wanted = (
        ("-t", limits.cpu_seconds, 1),
        ("-v", limits.memory_bytes, 1024),
        ("-f", limits.file_bytes, 512),
    )
    words = [f"ulimit {flag} {-(-value // unit)} 2>/dev/null || :" for flag, value, unit in wanted if value is not None]
    return ["/bin/sh", "-c", "; ".join([*words, 'exec "$@"']), "sh", *argv] if words else list(argv)


def _kill(transport: asyncio.SubprocessTransport) -> None:
    with contextlib.suppress(ProcessLookupError, PermissionError):
        os.killpg(transport.get_pid(), signal.SIGKILL)
