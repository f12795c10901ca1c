"""Child processes: streamed, bounded, limited, and killed whole."""

from __future__ import annotations

import asyncio
import contextlib
import os
import resource
import signal
import time
from collections import deque
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from engine.errors import ToolMissingError

OnLine = Callable[[str, bool], None]
Wrap = Callable[[Sequence[str]], list[str]]

_LINE_BYTES = 1024 * 1024
_CHUNK_BYTES = 64 * 1024


@dataclass(frozen=True)
class Limits:
    """What a child may use: wall clock and CPU in seconds, address space and file size in bytes, tail in lines."""

    wall_seconds: float = 120.0
    cpu_seconds: int | None = None
    memory_bytes: int | None = None
    file_bytes: int | None = None
    tail_lines: int = 200


@dataclass(frozen=True)
class Finished:
    """How a child ended. ``code`` is None when it was killed; ``tail``: its last lines; ``dropped``: the others."""

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
        self._running = 0
        self._since = 0.0
        self._total = 0.0

    def start(self) -> None:
        if self._running == 0:
            self._since = time.monotonic()
        self._running += 1

    def stop(self) -> None:
        self._running -= 1
        if self._running == 0:
            self._total += time.monotonic() - self._since

    def seconds(self) -> float:
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

    The child leads a process group of its own; at the wall limit, or when the caller is cancelled, the group is
    killed. Lines are cut at 1 MiB, undecodable bytes are replaced. Raises `ToolMissingError` when
    the program is absent.
    """
    tail: deque[str] = deque(maxlen=limits.tail_lines)
    count = 0

    def take(line: str, is_error: bool) -> None:
        nonlocal count
        count += 1
        tail.append(line)
        if on_line is not None:
            on_line(line, is_error)

    began = time.monotonic()
    with counted():
        child = await _start(argv, cwd, env, limits, merge_stderr, stdin is not None)
        timed_out = False
        work = asyncio.ensure_future(_talk(child, stdin, take))
        try:
            await asyncio.wait_for(asyncio.shield(work), limits.wall_seconds)
        except TimeoutError:
            timed_out = True
        finally:
            if not work.done():
                _kill(child)
                work.cancel()
            await asyncio.gather(work, return_exceptions=True)
            await asyncio.shield(child.wait())
            _kill(child)  # grandchildren that outlived their parent
    code = None if timed_out or (child.returncode or 0) < 0 else child.returncode
    return Finished(
        tuple(argv), code, time.monotonic() - began, timed_out, tuple(tail), dropped=max(0, count - len(tail))
    )


async def _start(
    argv: Sequence[str],
    cwd: Path,
    env: Mapping[str, str] | None,
    limits: Limits,
    merge_stderr: bool,
    has_input: bool,
) -> asyncio.subprocess.Process:
    try:
        child = await asyncio.create_subprocess_exec(
            *argv,
            cwd=cwd,
            env=env,
            stdin=asyncio.subprocess.PIPE if has_input else asyncio.subprocess.DEVNULL,
            stdout=asyncio.subprocess.PIPE,
            stderr=asyncio.subprocess.STDOUT if merge_stderr else asyncio.subprocess.PIPE,
            start_new_session=True,
        )
    except (FileNotFoundError, PermissionError) as error:
        if error.filename == str(cwd):
            raise
        raise ToolMissingError(f"{argv[0]} cannot be started: {error.strerror}", fix=f"install {argv[0]}") from error
    _limit(child.pid, limits)
    return child


def _limit(pid: int, limits: Limits) -> None:
    """Sets the child's limits from outside, which its children inherit; a preexec function could deadlock here."""
    wanted = (
        (resource.RLIMIT_CPU, limits.cpu_seconds),
        (resource.RLIMIT_AS, limits.memory_bytes),
        (resource.RLIMIT_FSIZE, limits.file_bytes),
    )
    for name, value in wanted:
        if value is not None and hasattr(resource, "prlimit"):
            with contextlib.suppress(ProcessLookupError, PermissionError, ValueError):
                resource.prlimit(pid, name, (value, value))


async def _talk(child: asyncio.subprocess.Process, stdin: bytes | None, take: OnLine) -> None:
    readers = [_read(stream, is_error, take) for stream, is_error in _streams(child)]
    await asyncio.gather(_write(child, stdin), *readers)
    await child.wait()


def _streams(child: asyncio.subprocess.Process) -> list[tuple[asyncio.StreamReader, bool]]:
    return [(stream, is_error) for stream, is_error in ((child.stdout, False), (child.stderr, True)) if stream]


async def _write(child: asyncio.subprocess.Process, stdin: bytes | None) -> None:
    if stdin is None or child.stdin is None:
        return
    with contextlib.suppress(BrokenPipeError, ConnectionResetError):
        child.stdin.write(stdin)
        await child.stdin.drain()
    child.stdin.close()


async def _read(stream: asyncio.StreamReader, is_error: bool, take: OnLine) -> None:
    """Splits a stream into lines by hand: `readline` fails on lines longer than its buffer."""
    rest = b""
    while chunk := await stream.read(_CHUNK_BYTES):
        *lines, rest = (rest + chunk).split(b"\n")
        for line in lines:
            take(_decode(line), is_error)
        if len(rest) > _LINE_BYTES:
            take(_decode(rest[:_LINE_BYTES]), is_error)
            rest = b""
    if rest:
        take(_decode(rest), is_error)


def _decode(line: bytes) -> str:
    return line[:_LINE_BYTES].removesuffix(b"\r").decode("utf-8", "replace")


def _kill(child: asyncio.subprocess.Process) -> None:
    with contextlib.suppress(ProcessLookupError, PermissionError):
        os.killpg(child.pid, signal.SIGKILL)
