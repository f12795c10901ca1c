"""Who watches a training run, and how: lines on a screen, or the event protocol with decisions on stdin."""

from __future__ import annotations

import os
import signal
import sys
import threading
import time
from typing import TYPE_CHECKING, Any

import typer

from rusta_cli.failures import INTERRUPTED
from rusta_cli.interrupts import SIGNALS

if TYPE_CHECKING:
    from engine.schema.decision import Decision


def watching(command: str, steps: int, *, events: bool) -> OnScreen | InEvents | Unwatched:
    """Who watches a run of so many steps that ``command`` started; of several processes only the first is watched."""
    if os.environ.get("RANK", "0") != "0":
        return Unwatched(command, steps)
    return InEvents(command, steps) if events else OnScreen(command, steps)


class Control:
    """Whether to go on. Decisions come from a thread or a signal, and count before the next step."""

    def __init__(self) -> None:
        self._runs = threading.Event()
        self._runs.set()
        self._stopped = False

    @property
    def stopped(self) -> bool:
        """Whether it was said to stop."""
        return self._stopped

    def put(self, decision: Decision) -> None:
        """Pause, resume or stop; what else can be decided does not concern a training run."""
        if decision.kind == "pause":
            self._runs.clear()
        elif decision.kind == "resume":
            self._runs.set()
        elif decision.kind == "stop":
            self.stop()

    def stop(self) -> None:
        """Saves before the next step, and ends."""
        self._stopped = True
        self._runs.set()

    def close(self) -> None:
        """Nobody will decide any more: a run that was paused goes on."""
        self._runs.set()

    def wanted(self) -> bool:
        """Waits while it is paused; false once it was stopped."""
        self._runs.wait()
        return not self._stopped


class Watch:
    """What both kinds of reader share: an interrupt saves and stops; one that is ignored (nohup) stays ignored."""

    def __init__(self, command: str, steps: int) -> None:
        self._control = Control()
        self._command, self._steps = command, steps
        self.wanted = self._control.wanted
        for number in SIGNALS:
            if signal.getsignal(number) is not signal.SIG_IGN:
                signal.signal(number, lambda *_: self._control.stop())

    def note(self, *lines: str) -> None:
        """Lines on what is done and no step."""
        raise NotImplementedError

    def preparing(self, line: str) -> None:
        """A line before the first step. Raises `typer.Exit` where nobody wants it any more."""
        self.note(line)
        if self._control.stopped:
            raise typer.Exit(INTERRUPTED)


class Unwatched(Watch):
    """Nobody: of several processes only the first one speaks, and stops or pauses them all."""

    def note(self, *lines: str) -> None:
        """Says nothing."""

    def meter(self, step: int, measured: dict[str, float]) -> None:
        """Says nothing."""

    def end(self, text: str) -> None:
        """Says nothing."""


class OnScreen(Watch):
    """Somebody who reads the screen."""

    def note(self, *lines: str) -> None:
        """As they are."""
        for line in lines:
            print(line, flush=True)

    def meter(self, step: int, measured: dict[str, float]) -> None:
        """A line an evaluation."""
        if "held_out/loss" in measured:
            print(f"step {step} of {self._steps}  held out {measured['held_out/loss']:.3f} bits", flush=True)

    def end(self, text: str) -> None:
        """The last line."""
        print(text)


class InEvents(Watch):
    """A client of the event protocol. The events of a run belong to no session."""

    def __init__(self, command: str, steps: int) -> None:
        from rusta_cli.decisions_in import DecisionsIn
        from rusta_cli.events_out import EventsOut, beside

        super().__init__(command, steps)
        self._seq = 0
        self._began = time.monotonic()
        self._done = 0
        self._out = EventsOut(sys.stdout.buffer, on_gone=self._control.stop)
        DecisionsIn(sys.stdin.fileno(), self._control, lambda error: self._out(beside("", error))).start()

    def meter(self, step: int, measured: dict[str, float]) -> None:
        """A meter a figure, on the curve at its step, and how far the run is."""
        from engine.schema.event import MeterEvent

        units = {"symbols_per_second": "bytes/s", "memory_mb": "MB", "held_out/bits_per_byte": "bits"}
        for name, value in measured.items():
            if name != "batch":
                fields = {"name": f"train/{name}", "value": value, "unit": units.get(name, ""), "step": step}
                self._send(MeterEvent, **fields)
        self._done = step
        self._progress("running", f"step {step}")

    def note(self, *lines: str) -> None:
        """A progress event a line."""
        for line in lines:
            self._progress("running", line)

    def end(self, text: str) -> None:
        """The job is over."""
        self._progress("done", text)

    def _progress(self, status: str, text: str) -> None:
        from engine.schema.event import ProgressEvent

        elapsed = round(time.monotonic() - self._began, 3)
        fields = {"job": "train", "command": self._command, "elapsed": elapsed}
        self._send(ProgressEvent, **fields, status=status, text=text, done=self._done, total=self._steps)

    def _send(self, kind: type[Any], **fields: Any) -> None:
        from engine.loop.recorder import now

        self._seq += 1
        self._out(kind(seq=self._seq, at=now(), session="", **fields))
