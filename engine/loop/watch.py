"""Checks again whenever something is saved, until it is stopped."""

from __future__ import annotations

import asyncio
from pathlib import Path

from engine.errors import RustaError
from engine.loop.fold import SessionState
from engine.loop.recorder import Emit, Recorder
from engine.loop.run import check
from engine.sandbox.repository import open_repository
from engine.schema.event import ErrorEvent, ProgressEvent

_SETTLE_MILLISECONDS = 300
_SUFFIXES = (".rs", ".toml", ".lock")
_NOT_SOURCES = ("target", ".git")


async def watch(path: Path, *, include_dirty: bool, emit: Emit, clippy: bool = False) -> None:
    """Emits what `check` does, once now and once after each save, as rounds of the job "watch".

    A round begins with a progress event of that job that says why ("src/lib.rs"), and ends with one that is done. A
    round that fails (a manifest that is half written, a session at work in the same repository) is told as an error
    that is not fatal; the next save tries again. Raises `RustaError` when there is no repository to watch.
    """
    root = open_repository(path).root
    recorder = Recorder("", store=None, emit=emit, state=SessionState())
    reason = "the first look"
    saves: asyncio.Queue[str] = asyncio.Queue()
    # The watching begins before the first look and goes on during each: no save falls between two rounds.
    listening = asyncio.create_task(_listen(root, saves))
    try:
        while True:
            recorder.record(ProgressEvent, job="watch", text=reason)
            try:
                await check(path, include_dirty=include_dirty, emit=emit, clippy=clippy)
            except RustaError as error:
                recorder.record(ErrorEvent, text=str(error), fix=error.fix)
            recorder.record(ProgressEvent, job="watch", status="done", text="watching for saves")
            reason = await saves.get()
            while not saves.empty():
                reason = saves.get_nowait()
    finally:
        listening.cancel()


async def _listen(root: Path, saves: asyncio.Queue[str]) -> None:
    """Puts down what was saved, in words, each time the saving rests; files that cargo itself writes do not count."""
    from watchfiles import awatch

    def counts(_change: object, name: str) -> bool:
        parts = Path(name).relative_to(root).parts if Path(name).is_relative_to(root) else ()
        return name.endswith(_SUFFIXES) and not set(parts) & set(_NOT_SOURCES)

    async for changes in awatch(root, watch_filter=counts, debounce=_SETTLE_MILLISECONDS):
        names = sorted({Path(name).relative_to(root).as_posix() for _, name in changes})
        saves.put_nowait(names[0] if len(names) == 1 else f"{names[0]} and {len(names) - 1} more")
