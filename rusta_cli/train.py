"""`rusta train`: trains a stage of the ladder, and goes on where it was stopped."""

from __future__ import annotations

import importlib.util
import os
import signal
import sys
import threading
import time
from contextlib import ExitStack
from dataclasses import asdict, replace
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from rusta_cli.failures import INTERRUPTED
from rusta_cli.interrupts import SIGNALS

if TYPE_CHECKING:
    from collections.abc import Iterator

    from engine.schema.decision import Decision
    from engine.train.settings import Settings

NEEDED = ("torch", "accelerate", "safetensors", "zstandard")


def train(
    stage: Annotated[str, typer.Argument(help="Which experiment of the ladder: E0 to E5.", metavar="STAGE")] = "E0",
    config: Annotated[Path | None, typer.Option(help="Settings (docs/training.md).", metavar="FILE")] = None,
    data: Annotated[
        Path | None,
        typer.Option(help="A corpus, or a folder of crates; E0 takes this folder by default.", metavar="DIR"),
    ] = None,
    out: Annotated[
        Path | None, typer.Option(help="Where the run is kept; by default a folder in Rusta's home.", metavar="DIR")
    ] = None,
    resume: Annotated[
        bool, typer.Option("--resume", help="Go on from the newest checkpoint of OUT, or of the stage's last run.")
    ] = False,
    init: Annotated[
        Path | None, typer.Option(help="A run or a checkpoint whose weights it begins with.", metavar="CHECKPOINT")
    ] = None,
    play: Annotated[int, typer.Option(help="Sessions of self-play, where they are needed (E1 to E5).", min=1)] = 24,
    events: Annotated[
        bool, typer.Option("--events", help="Print one JSON event a line; read decisions on stdin (docs/protocol.md).")
    ] = False,
) -> None:
    """Train a model on what a stage of the ladder asks for."""
    from engine.errors import TrainingError
    from engine.train import folder
    from engine.train.settings import read_settings, settings_of

    if (lacks := missing()) is not None:
        raise TrainingError(f"{lacks} is not installed", fix="pip install 'rusta-tui[train]'")
    if out is None and "RANK" in os.environ:
        raise TrainingError("several processes need one folder", fix="name it by --out")
    out = out or (folder.last_run(stage) if resume else folder.new_run(stage))
    told = folder.started(out) if resume else None
    default = told.settings if told is not None else {"stage": stage}
    settings = read_settings(config) if config is not None else settings_of(default)
    if init is not None:
        settings = replace(settings, start_from=str(init.absolute()))
    if settings.stage != stage:
        where = config or out
        raise TrainingError(f"{where} is for {settings.stage}, not {stage}", fix=f"rusta train {settings.stage}")
    if data is None and (told is not None or stage == "E0"):
        data = Path(told.data) if told is not None and told.data else (Path() if stage == "E0" else None)
    _conduct(settings, data.absolute() if data is not None else None, out, resume=resume, play=play, events=events)


def _conduct(settings: Settings, data: Path | None, out: Path, *, resume: bool, play: int, events: bool) -> None:
    """Prepares, trains and accounts for a run in ``out``."""
    from engine.errors import RustaError
    from engine.evals.sealed import Sealed
    from engine.loop.recorder import now
    from engine.store.store import Store
    from engine.train import folder
    from engine.train.stage import Wish, account, prepare
    from engine.train.trainer import train as run

    watch = _Program(settings) if events else _Person(settings)
    new = folder.Started(settings.stage, asdict(settings), str(data or ""), now())
    with folder.held(out, new, resume=resume) as ended, ExitStack() as stack:
        store = stack.enter_context(Store.open())
        wish = Wish(data, (store,), Sealed.load().bars, play, watch.preparing)
        try:
            prepared = prepare(settings, out, wish, resume=resume)
        except (RustaError, typer.Exit):
            if not resume:
                folder.forget(out)
            raise
        result = run(
            prepared.sources,
            settings,
            out,
            resume=resume,
            meter=watch.meter,
            wanted=watch.wanted,
            at_end=prepared.at_end,
            told=prepared.told,
        )
        if result.finished and os.environ.get("RANK", "0") == "0":
            watch.note(*_said(account(settings, out, prepared, result)))
        ended(result.finished)
    watch.end(f"{result.step} of {settings.steps} steps; held out {result.best:.3f} bits; {result.checkpoint}")
    if not result.finished:
        raise typer.Exit(INTERRUPTED)


def _said(made: dict[str, Any]) -> Iterator[str]:
    """What an account says, in lines."""
    measured = made["measured"]
    if "compile_ability" in measured:
        yield (
            f"of {measured['completions']:.0f} completed functions {measured['parse_ability']:.0%} parse and "
            f"{measured['compile_ability']:.0%} compile"
        )
    for head in ("action", "green"):
        if f"{head}_right" in measured:
            yield f"held out: {measured[f'{head}_right']:.1%} of the {head} head's answers are right"
    if (found := made.get("calibration")) is not None:
        yield (
            f"temperature {found['temperature']}: ECE {found['ece_before']:.3f}, with it {found['ece_after']:.3f}, "
            f"on {found['measured_on']['of']} outcomes, {found['measured_on']['green']} of them green"
            + ("" if found["enough"] else "; too few for a gate")
        )


def missing() -> str | None:
    """The first package that training needs and that is not installed; None when all are."""
    return next((name for name in NEEDED if importlib.util.find_spec(name) is None), None)


class _Control:
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


class _Watch:
    """What both kinds of reader share: an interrupt saves and stops; one that is ignored (nohup) stays ignored."""

    def __init__(self, settings: Settings) -> None:
        self._control = _Control()
        self._settings = settings
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


class _Person(_Watch):
    """Somebody who reads the screen."""

    def note(self, *lines: str) -> None:
        """As they are."""
        for line in lines:
            print(line, flush=True)

    def meter(self, step: int, measured: dict[str, float]) -> None:
        """A line an evaluation."""
        if "held_out/loss" in measured:
            print(f"step {step} of {self._settings.steps}  held out {measured['held_out/loss']:.3f} bits", flush=True)

    def end(self, text: str) -> None:
        """The last line."""
        print(text)


class _Program(_Watch):
    """A client of the event protocol. The events of a run belong to no session."""

    def __init__(self, settings: Settings) -> None:
        from rusta_cli.decisions_in import DecisionsIn
        from rusta_cli.events_out import EventsOut, beside

        super().__init__(settings)
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
        fields = {"job": "train", "command": f"rusta train {self._settings.stage}", "elapsed": elapsed}
        self._send(ProgressEvent, **fields, status=status, text=text, done=self._done, total=self._settings.steps)

    def _send(self, kind: type[Any], **fields: Any) -> None:
        from engine.loop.recorder import now

        self._seq += 1
        self._out(kind(seq=self._seq, at=now(), session="", **fields))
