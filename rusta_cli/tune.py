"""`rusta tune`: an adapter for a language model is learnt from a corpus, and merged into the model."""

from __future__ import annotations

import importlib.util
import json
import os
from pathlib import Path
from typing import Annotated

import typer

from rusta_cli.failures import INTERRUPTED
from rusta_cli.training_watch import watching

NEEDED = ("torch", "transformers", "peft", "accelerate", "safetensors", "zstandard")
Model = Annotated[
    Path | None, typer.Option(help="The model's folder, in place of the one in the settings.", metavar="DIR")
]


def build() -> typer.Typer:
    """The command group `rusta tune`."""
    group = typer.Typer(name="tune", help="Fine-tune a language model by an adapter.", no_args_is_help=True)
    for command in (run, merge):
        group.command()(command)
    return group


def run(
    config: Annotated[Path | None, typer.Option(help="Settings (docs/finetuning.md).", metavar="FILE")] = None,
    data: Annotated[Path | None, typer.Option(help="A packaged corpus.", metavar="CORPUS")] = None,
    out: Annotated[
        Path | None, typer.Option(help="Where the run is kept; by default a folder in Rusta's home.", metavar="DIR")
    ] = None,
    model: Model = None,
    resume: Annotated[
        bool, typer.Option("--resume", help="Go on from the newest checkpoint of OUT, or of the last run.")
    ] = False,
    events: Annotated[
        bool, typer.Option("--events", help="Print one JSON event a line; read decisions on stdin (docs/protocol.md).")
    ] = False,
) -> None:
    """Learn an adapter on the corpus's samples; the best one is kept in OUT/adapter."""
    from engine.errors import TrainingError
    from engine.loop.recorder import now
    from engine.train import folder
    from engine.train.sft.settings import STAGE, read_tuning, tuning_of

    _ready()
    if out is None and "RANK" in os.environ:
        raise TrainingError("several processes need one folder", fix="name it by --out")
    out = out or (folder.last_run(STAGE) if resume else folder.new_run(STAGE))
    told = folder.started(out) if resume else None
    if config is None and told is None:
        raise TrainingError("a tuning run needs settings", fix="name a file by --config, see docs/finetuning.md")
    corpus = data.absolute() if data is not None else Path(told.data) if told is not None else None
    if corpus is None:
        raise TrainingError("a tuning run needs a corpus", fix="name one by --data, `rusta corpus build` makes it")
    instead = {"model": str(model.absolute())} if model is not None else {}
    before = {name: value for name, value in told.settings.items() if name != "stage"} if told is not None else {}
    tuning = read_tuning(config, **instead) if config is not None else tuning_of(before | instead)
    watch = watching("rusta tune run", tuning.loop.steps, events=events)
    started = folder.Started(STAGE, {"stage": STAGE, **tuning.told()}, str(corpus), now())
    with folder.held(out, started, resume=resume) as ended:
        from engine.model.causal import load_tokenizer
        from engine.train.material import Material
        from engine.train.sft.examples import examples
        from engine.train.sft.rows import rows_of
        from engine.train.sft.trainer import tune

        try:
            tokenizer = load_tokenizer(Path(tuning.adapter.model).expanduser())
            rows = rows_of(tokenizer, examples(Material(corpus)), tuning.adapter.length)
            counts = ", ".join(f"{len(found)} of {name}" for name, found in rows.train.items())
            watch.preparing(f"{counts}; {len(rows.held_out)} held out; {rows.too_long} too long")
        except (TrainingError, typer.Exit):
            if not resume:
                folder.forget(out)
            raise
        pad = tokenizer.pad_token_id if tokenizer.pad_token_id is not None else tokenizer.eos_token_id
        result = tune(rows, tuning, out, pad=pad, resume=resume, meter=watch.meter, wanted=watch.wanted)
        ended(result.finished)
    watch.end(f"{result.step} of {tuning.loop.steps} steps; held out {result.best:.3f} bits; {out / 'adapter'}")
    if not result.finished:
        raise typer.Exit(INTERRUPTED)


def merge(
    adapter: Annotated[Path, typer.Argument(help="A tuning run, or an adapter's folder.", metavar="RUN")],
    out: Annotated[Path, typer.Option(help="The folder of the new model.", metavar="DIR")],
    model: Model = None,
    dtype: Annotated[str, typer.Option(help="auto, bfloat16, float16 or float32.")] = "auto",
    device: Annotated[str, typer.Option(help="auto, cpu or cuda.")] = "cpu",
) -> None:
    """Add an adapter into the weights of its model: a folder that runs without PEFT."""
    from engine.errors import TrainingError

    _ready()
    from engine.model.adapters import CONFIG
    from engine.model.adapters import merge as merged
    from engine.model.causal import DTYPES

    if dtype not in ("auto", *DTYPES):
        raise TrainingError(f"there is no dtype {dtype}", fix=f"take one of auto, {', '.join(DTYPES)}")
    folder = adapter if (adapter / CONFIG).exists() else adapter / "adapter"
    if model is None:
        try:
            told = json.loads((folder / CONFIG).read_text(encoding="utf-8"))["base_model_name_or_path"]
        except (OSError, ValueError, KeyError, TypeError) as error:
            raise TrainingError(f"{adapter} is no adapter", fix="name a run of `rusta tune run`") from error
        model = Path(str(told))
    merged(model, folder, out, dtype=dtype, device=device)
    print(f"{out} is {model.name} with {adapter.name} in its weights")


def _ready() -> None:
    from engine.errors import TrainingError

    lacks = next((name for name in NEEDED if importlib.util.find_spec(name) is None), None)
    if lacks is not None:
        raise TrainingError(f"{lacks} is not installed", fix="pip install 'rusta-tui[hf]'")
