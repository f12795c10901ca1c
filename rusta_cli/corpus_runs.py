"""Conducts one build of a corpus for a person or for a program."""

from __future__ import annotations

import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any, Protocol, TypeVar

from engine.corpus.build import Progress, Recipe, build
from engine.corpus.package.manifest import Manifest
from engine.corpus.workers import Workers
from engine.loop.inbox import Inbox
from engine.loop.recorder import now
from engine.schema.decision import Stop
from engine.schema.event import EventBase, MeterEvent, ProgressEvent
from rusta_cli.decisions_in import DecisionsIn
from rusta_cli.events_out import EventsOut, beside
from rusta_cli.failures import INTERRUPTED
from rusta_cli.rows import open_screen, row

E = TypeVar("E", bound=EventBase)
_MEGA = 1e6


class Watcher(Protocol):
    """Who is told of a build."""

    def told(self, progress: Progress) -> None:
        """How far it is; may raise `_Stopped`."""
        ...

    def end(self, manifest: Manifest | None, out: Path) -> None:
        """It is finished, or (None) stopped."""
        ...


class _Stopped(Exception):  # noqa: N818 — no error: somebody said stop
    """The mentor said stop."""


def conduct(make: Callable[[Watcher], Recipe], out: Path, workers: Workers, *, events: bool) -> int:
    """Builds what ``make`` reads from its sources, and says how far it is; the exit code."""
    watcher: Watcher = _Program() if events else _Person()
    try:
        manifest = build(make(watcher), out, workers, watcher.told)
    except (_Stopped, KeyboardInterrupt):
        watcher.end(None, out)
        return INTERRUPTED
    watcher.end(manifest, out)
    return 0


class _Clock:
    """How fast a stage goes, and how long it still takes."""

    def __init__(self) -> None:
        self.began = self._stage_began = time.monotonic()
        self._stage = ""

    def enter(self, stage: str) -> bool:
        """Takes note of the stage; True when it is a new one."""
        if stage == self._stage:
            return False
        self._stage, self._stage_began = stage, time.monotonic()
        return True

    @property
    def spent(self) -> float:
        """Seconds in the stage so far."""
        return time.monotonic() - self._stage_began

    def told(self, progress: Progress) -> str:
        """The stage in a line: how much, how fast, how long."""
        parts = [f"{progress.stage}: {progress.done} of {progress.total}"]
        if progress.bytes:
            parts.append(
                f"{progress.bytes / _MEGA:.1f} MB at {progress.bytes / _MEGA / max(self.spent, 1e-3):.1f} MB/s"
            )
        if 0 < progress.done < progress.total:
            parts.append(f"about {self.spent / progress.done * (progress.total - progress.done):.0f} s left")
        return ", ".join(parts)


class _Person:
    """Somebody who reads the screen."""

    def __init__(self) -> None:
        self._screen = open_screen()
        self._clock = _Clock()

    def told(self, progress: Progress) -> None:
        self._clock.enter(progress.stage)
        if progress.note:
            self._screen.show(row("", (progress.note, "wait")))
        if progress.done >= progress.total:
            seconds = f"  {self._clock.spent:.1f} s"
            self._screen.show(row("", ("✓ ", "good"), self._clock.told(progress), (seconds, "dim")))
            self._screen.busy(None)
        else:
            self._screen.busy(self._clock.told(progress))

    def end(self, manifest: Manifest | None, out: Path) -> None:
        self._screen.busy(None)
        if manifest is None:
            self._screen.show(row("", ("stopped; what is done is kept, run it again to go on", "wait")))
        else:
            self._screen.show(row("", (f"corpus {manifest.corpus[:16]}", "strong"), f"  in {out}"))
            self._screen.show(row("", (f"rusta corpus stats {out}", "code")))
        self._screen.close()


class _Program:
    """A client of the event protocol. The events of a build belong to no session."""

    def __init__(self) -> None:
        self._seq = 0
        self._clock = _Clock()
        self._inbox = Inbox()
        self._out = EventsOut(sys.stdout.buffer, on_gone=lambda: self._inbox.put(Stop()))
        DecisionsIn(sys.stdin.fileno(), self._inbox, lambda error: self._out(beside("", error))).start()

    def told(self, progress: Progress) -> None:
        self._clock.enter(progress.stage)
        text = progress.note or self._clock.told(progress)
        self._send(ProgressEvent, **self._progress(progress.done, progress.total), text=text)
        if progress.bytes:
            rate = progress.bytes / _MEGA / max(self._clock.spent, 1e-3)
            self._send(MeterEvent, name="corpus/rate", value=round(rate, 3), unit="MB/s", step=progress.done)
        if self._inbox.stopped:
            raise _Stopped

    def end(self, manifest: Manifest | None, out: Path) -> None:
        text = "stopped" if manifest is None else f"corpus {manifest.corpus[:16]} in {out}"
        self._send(ProgressEvent, **self._progress(1, 1), status="done", text=text)

    def _progress(self, done: int, total: int) -> dict[str, Any]:
        elapsed = round(time.monotonic() - self._clock.began, 3)
        return {"job": "corpus", "command": "rusta corpus build", "done": done, "total": total, "elapsed": elapsed}

    def _send(self, kind: type[E], **fields: Any) -> None:
        self._seq += 1
        event: Any = kind(seq=self._seq, at=now(), session="", **fields)
        self._out(event)
