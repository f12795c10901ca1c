"""A model from the checkpoint that training wrote: its weights alone, ready to read with."""

from __future__ import annotations

from pathlib import Path

import torch
from safetensors.torch import load_file
from torch import Tensor

from engine.errors import TrainingError
from engine.model.configuration import ModelConfig
from engine.model.manifest import read_manifest, shape_of
from engine.model.transformer import ByteModel

WEIGHTS = ("ema.safetensors", "model.safetensors")  # the averaged ones are the better ones, where they were kept


def weights_file(files: dict[str, str]) -> str:
    """Which of a checkpoint's files holds the weights to read with. Raises `TrainingError` when none does."""
    for name in WEIGHTS:
        if name in files:
            return name
    raise TrainingError("the checkpoint holds no weights", fix="take another one")


def load_model(path: Path, device: str = "cpu") -> ByteModel:
    """The model of the checkpoint at ``path``, in float32 and not for training; ``device`` "auto" takes a GPU if any.

    Raises `TrainingError` with one line when the checkpoint is damaged, none of ours, or its weights do not fit.
    """
    manifest = read_manifest(path, only=())
    name = weights_file(manifest["files"])
    read_manifest(path, only={name})
    return fitted(shape_of(manifest), load_file(path / name), device)


def fitted(shape: ModelConfig, weights: dict[str, Tensor], device: str = "cpu") -> ByteModel:
    """A model of that shape with these weights. Raises `TrainingError` when they do not fit it."""
    place = ("cuda" if torch.cuda.is_available() else "cpu") if device == "auto" else device
    with torch.device("meta"):
        model = ByteModel(shape)
    try:
        model.load_state_dict({name: weight.float() for name, weight in weights.items()}, assign=True)
        return model.to(place).eval().requires_grad_(False)
    except (RuntimeError, ValueError) as error:
        line = " ".join(str(error).split())[:120]
        raise TrainingError(f"the weights do not fit: {line}", fix="take another checkpoint or device") from error
