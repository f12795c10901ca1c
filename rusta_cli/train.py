"""`rusta train`: trains a stage of the ladder, and goes on where it was stopped."""

from __future__ import annotations

import importlib.util
import os
from contextlib import ExitStack
from dataclasses import asdict, replace
from math import isfinite
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from rusta_cli.drift import refuse_stopped
from rusta_cli.failures import INTERRUPTED
from rusta_cli.training_watch import watching

if TYPE_CHECKING:
    from collections.abc import Iterator

    from engine.train.settings import Settings

BRAIN = "byte"  # who thinks with what is trained here
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
    from engine.resources import shipped
    from engine.train import folder
    from engine.train.objectives import OBJECTIVES
    from engine.train.settings import read_settings, settings_of

    refuse_stopped(BRAIN)
    if (lacks := missing()) is not None:
        raise TrainingError(f"{lacks} is not installed", fix="pip install 'rusta-tui[train]'")
    if out is None and "RANK" in os.environ:
        raise TrainingError("several processes need one folder", fix="name it by --out")
    out = out or (folder.last_run(stage) if resume else folder.new_run(stage))
    told = folder.started(out) if resume else None
    if config is None and told is None and stage in OBJECTIVES:
        config = shipped("configs", f"{stage}.yaml")
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

    watch = watching(f"rusta train {settings.stage}", settings.steps, events=events)
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
    best = f"held out {result.best:.3f} bits" if isfinite(result.best) else "nothing measured yet"
    watch.end(f"{result.step} of {settings.steps} steps; {best}; {result.checkpoint}")
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
