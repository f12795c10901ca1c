"""What a training run is told: one file of YAML, every field with its meaning."""

from __future__ import annotations

import dataclasses
import hashlib
import json
from dataclasses import asdict, dataclass, field
from math import cos, pi
from pathlib import Path
from typing import Any, Literal

import yaml

from engine.errors import TrainingError
from engine.model.configuration import CONFIGS, ModelConfig


@dataclass(frozen=True)
class Settings:
    """A run. ``batch`` rows make a micro-batch over all processes, ``accumulate`` micro-batches a step."""

    stage: str = "E0"
    model: str = "nano"
    context: int = 0  # symbols a row; 0: what the model's configuration says
    steps: int = 200
    batch: int = 8
    accumulate: int = 1
    rate: float = 2e-3
    warm_up: int = 20  # steps; a run that starts from older weights warms up again
    schedule: Literal["stable", "cosine"] = "stable"  # level until the end falls; or falling all along
    decay: float = 0.3  # share of the steps, at the end, in which the rate falls; 1 for cosine whatever is said
    lowest: float = 0.0  # share of the rate that it falls to
    weight_decay: float = 0.1
    clip: float = 1.0
    ema: float = 0.0  # 0: no average of the weights is kept
    evaluate_every: int = 50
    evaluate_rows: int = 32
    save_every: int = 50
    keep: int = 2
    patience: int = 0  # evaluations without a better one before it stops early; 0: never
    seed: int = 0
    workers: int = 0
    precision: Literal["no", "bf16"] = "no"
    compile: bool = False
    tensorboard: bool = False  # curves in OUT/tensorboard, beside the journal
    completions: int = 0  # functions that E0 completes at the end, to see whether they compile
    start_from: str = ""  # a checkpoint whose weights are taken, and nothing else of it
    weights: dict[str, float] = field(default_factory=dict)  # of the sources by name; 1 where none is given

    @property
    def shape(self) -> ModelConfig:
        """The model's configuration, with this run's context."""
        shape = CONFIGS[self.model]
        return dataclasses.replace(shape, context=self.context or shape.context)

    def hash(self) -> str:
        """A name for what decides the result. Where it is saved and how many workers read decide nothing."""
        nothing = ("workers", "keep", "save_every", "completions", "tensorboard")
        told = {key: value for key, value in asdict(self).items() if key not in nothing}
        return hashlib.blake2b(json.dumps(told, sort_keys=True).encode(), digest_size=8).hexdigest()

    def rate_at(self, step: int) -> float:
        """Learning rate of a step (from 0).

        It warms up; then it is level and falls in a line at the end (warm-up, stable, decay; Hu et al. 2024), or falls
        all along half a cosine (Loshchilov and Hutter 2017). A run that starts from older weights warms up again.
        """
        up = min(1.0, (step + 1) / max(1, self.warm_up))
        if self.schedule == "cosine":
            gone = max(0, step + 1 - self.warm_up) / max(1, self.steps - self.warm_up)
            left = (1 + cos(pi * min(1.0, gone))) / 2
        else:
            left = min(1.0, (self.steps - step) / max(1, round(self.steps * self.decay)))
        return self.rate * up * (self.lowest + (1 - self.lowest) * left)


def settings_of(fields: dict[str, Any]) -> Settings:
    """Settings from a mapping. Raises `TrainingError` with one line for what is unknown or cannot be."""
    known = {one.name for one in dataclasses.fields(Settings)}
    for name in fields:
        if name not in known:
            raise TrainingError(f"a training run has no setting {name}", fix=f"known are {', '.join(sorted(known))}")
    made = Settings(**fields)
    for one in dataclasses.fields(Settings):
        value, default = getattr(made, one.name), getattr(Settings(), one.name)
        kind = (int, float) if isinstance(default, float) else type(default)
        if not isinstance(value, kind) or isinstance(value, bool) != isinstance(default, bool):
            raise TrainingError(f"{one.name}: {value!r} is not a {type(default).__name__}", fix="mend the settings")
    if made.model not in CONFIGS:
        raise TrainingError(f"there is no model {made.model}", fix=f"take one of {', '.join(CONFIGS)}")
    for name, choices in (("precision", ("no", "bf16")), ("schedule", ("stable", "cosine"))):
        if getattr(made, name) not in choices:
            raise TrainingError(f"{name} is {' or '.join(choices)}, not {getattr(made, name)}", fix="mend the settings")
    if min(made.steps, made.batch, made.accumulate, made.evaluate_every, made.save_every, made.keep) < 1:
        raise TrainingError("steps, batch, accumulate, evaluate_every, save_every and keep are at least 1")
    return made


def read_settings(path: Path) -> Settings:
    """Settings from a file of YAML. Raises `TrainingError`."""
    try:
        fields = yaml.safe_load(path.read_text(encoding="utf-8")) or {}
    except (OSError, UnicodeDecodeError, yaml.YAMLError) as error:
        raise TrainingError(
            f"{path} cannot be read: {str(error).splitlines()[0]}", fix="give a file of YAML"
        ) from error
    if not isinstance(fields, dict):
        raise TrainingError(f"{path} holds no settings", fix="one `name: value` a line")
    return settings_of(fields)
