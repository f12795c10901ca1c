"""What a tuning run is told. Needs no torch."""

from __future__ import annotations

import dataclasses
import hashlib
import json
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final, Literal

import yaml
from pydantic import BaseModel, ConfigDict, Field, ValidationError

from engine.errors import TrainingError
from engine.schema.base import first_problem
from engine.train.settings import Settings, settings_of

STAGE: Final = "SFT"
LOOP: Final = (
    "steps",
    "batch",
    "accumulate",
    "rate",
    "warm_up",
    "decay",
    "lowest",
    "schedule",
    "clip",
    "weight_decay",
    "evaluate_every",
    "evaluate_rows",
    "save_every",
    "keep",
    "patience",
    "seed",
    "tensorboard",
    "weights",
)
"""Settings that mean the same here as in `rusta train`."""


class Adapter(BaseModel):
    """The adapter, and how the model below it is held.

    ``method``: LoRA (Hu et al. 2021), with magnitudes of their own (DoRA, Liu et al. 2024), or scaled by the root of
    the rank (rsLoRA, Kalajdzievski 2023). ``targets`` are names of linear layers, or "all-linear". ``quantize`` "nf4"
    keeps the model in four bits (QLoRA, Dettmers et al. 2023). ``length`` is in tokens: what is longer is left out.
    ``recompute`` keeps one activation a layer and recomputes the others.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    model: str = Field(min_length=1)
    method: Literal["lora", "dora", "rslora"] = "lora"
    r: int = Field(16, ge=1)
    alpha: float = Field(32, gt=0)
    dropout: float = Field(0.0, ge=0, lt=1)
    targets: Literal["all-linear"] | tuple[str, ...] = "all-linear"
    quantize: Literal["none", "nf4"] = "none"
    dtype: Literal["auto", "bfloat16", "float32"] = "auto"
    length: int = Field(2048, ge=16)
    recompute: bool = False


@dataclass(frozen=True)
class Tuning:
    """A whole run: its adapter, and its loop (of which only `LOOP` counts)."""

    adapter: Adapter
    loop: Settings

    def told(self) -> dict[str, Any]:
        """All settings in one mapping; `tuning_of` reads it."""
        loop = {name: value for name, value in dataclasses.asdict(self.loop).items() if name in LOOP}
        return {**loop, **self.adapter.model_dump(mode="json")}

    def hash(self) -> str:
        """A name for what decides the result. Where the model lies and what is kept decide nothing."""
        nothing = ("model", "keep", "save_every", "tensorboard")
        told = {key: value for key, value in self.told().items() if key not in nothing}
        return hashlib.blake2b(json.dumps(told, sort_keys=True).encode(), digest_size=8).hexdigest()


def tuning_of(fields: dict[str, Any]) -> Tuning:
    """A run's settings from one mapping. Raises `TrainingError` with one line for what is unknown or cannot be."""
    own = Adapter.model_fields
    for name in fields:
        if name not in own and name not in LOOP:
            known = ", ".join(sorted({*own, *LOOP}))
            raise TrainingError(f"a tuning run has no setting {name}", fix=f"known are {known}")
    try:
        adapter = Adapter.model_validate({name: value for name, value in fields.items() if name in own})
    except ValidationError as error:
        raise TrainingError(
            f"the settings are not valid: {first_problem(error)}", fix="see docs/finetuning.md"
        ) from error
    return Tuning(adapter, settings_of({name: value for name, value in fields.items() if name in LOOP}))


def read_tuning(path: Path, **instead: Any) -> Tuning:
    """Settings from a file of YAML, with some of them set anew. Raises `TrainingError`."""
    try:
        fields = yaml.safe_load(path.read_text(encoding="utf-8")) or {}
    except (OSError, UnicodeDecodeError, yaml.YAMLError) as error:
        line = str(error).splitlines()[0]
        raise TrainingError(f"{path} cannot be read: {line}", fix="give a file of YAML") from error
    if not isinstance(fields, dict):
        raise TrainingError(f"{path} holds no settings", fix="one `name: value` a line")
    return tuning_of(fields | instead)
