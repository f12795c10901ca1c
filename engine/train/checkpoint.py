"""Checkpoints: folders that are there whole or not at all, and are refused when they are not what they say.

A checkpoint holds the weights, what the optimizer remembers and, if kept, the averaged weights as safetensors, the
states of all random generators, and a manifest with the hash of every file. It is written beside its place, flushed
and renamed.
"""

from __future__ import annotations

import json
import os
import shutil
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

import torch
from safetensors.torch import load_file, save_file
from torch import Tensor

from engine.errors import TrainingError
from engine.model.configuration import ModelConfig
from engine.model.manifest import FORMAT, MANIFEST, VERSION, hash_of, read_manifest
from engine.train.sharding import like, whole

COMPILED = "_orig_mod."  # what torch.compile puts before the names of weights


@dataclass(frozen=True)
class Checkpoint:
    """What is in a checkpoint, read and verified."""

    path: Path
    manifest: dict[str, Any]
    tensors: dict[str, dict[str, Tensor]]  # model, optimizer, ema, random

    @property
    def step(self) -> int:
        """Steps done when it was written."""
        return int(self.manifest["step"])


def plain(weights: dict[str, Tensor]) -> dict[str, Tensor]:
    """Weights by the names that they have without torch.compile."""
    return {name.replace(COMPILED, ""): weight for name, weight in weights.items()}


def save(folder: Path, step: int, tensors: dict[str, dict[str, Tensor]], facts: dict[str, Any], keep: int) -> Path:
    """Writes ``folder/step-…`` and keeps the newest ``keep``. Raises `TrainingError` when the disk refuses."""
    place = folder / f"step-{step:09d}"
    new = folder / f".new-{place.name}"
    try:
        shutil.rmtree(new, ignore_errors=True)
        new.mkdir(parents=True)
        hashes = {}
        for name, content in tensors.items():
            file = new / f"{name}.safetensors"
            save_file({key: value.detach().cpu().contiguous() for key, value in content.items()}, file)
            hashes[file.name] = hash_of(file)
            _flush(file)
        manifest = {"format": FORMAT, "version": VERSION, "step": step, "files": hashes, **facts}
        (new / MANIFEST).write_text(json.dumps(manifest, indent=1, sort_keys=True), encoding="utf-8")
        _flush(new / MANIFEST)
        shutil.rmtree(place, ignore_errors=True)
        new.rename(place)
        _flush(folder)
        for old in checkpoints(folder)[:-keep]:
            shutil.rmtree(old)
    except OSError as error:
        raise TrainingError(f"no checkpoint could be written: {error.strerror}", fix="make room, then go on") from error
    return place


def checkpoints(folder: Path) -> list[Path]:
    """The checkpoints of a run, oldest first."""
    return sorted(folder.glob("step-*")) if folder.is_dir() else []


def load(path: Path) -> Checkpoint:
    """Reads and verifies a checkpoint. Raises `TrainingError` with one line when it is cut short or none of ours."""
    manifest = read_manifest(path)
    tensors = {Path(name).stem: load_file(path / name) for name in manifest["files"]}
    return Checkpoint(path, manifest, tensors)


def to_start_from(path: Path, shape: ModelConfig) -> Checkpoint:
    """The checkpoint at ``path``, or the newest of the run there, for a model of ``shape`` to begin with.

    Raises `TrainingError` with one line when there is none, or its model has another shape.
    """
    newest = (*checkpoints(path), *checkpoints(path / "checkpoints"))
    found = load(newest[-1] if newest else path)
    for name, wanted in asdict(shape).items():
        had = found.manifest.get("shape", {}).get(name)
        if name != "context" and had != wanted:
            raise TrainingError(
                f"{found.path.name} is a model of another shape: {name} is {had} there, and {wanted} here",
                fix="train the model that it was made with (`model` in the settings), or start without it",
            )
    return found


def random_states() -> dict[str, Tensor]:
    """The states of torch's generators on this process."""
    states = {"cpu": torch.get_rng_state()}
    if torch.cuda.is_available():
        states["cuda"] = torch.cuda.get_rng_state()
    return states


def restore_random(states: dict[str, Tensor]) -> None:
    """Puts the states back."""
    torch.set_rng_state(states["cpu"])
    if "cuda" in states and torch.cuda.is_available():
        torch.cuda.set_rng_state(states["cuda"])


def flat_optimizer(optimizer: torch.optim.Optimizer) -> dict[str, Tensor]:
    """What an optimizer remembers, by "<number of the weight>.<name>", whole. Every process has to ask for it."""
    weights = enumerate(one for group in optimizer.param_groups for one in group["params"])
    kept = ((at, name, value) for at, one in weights for name, value in optimizer.state[one].items())
    return {f"{at}.{name}": whole(torch.as_tensor(value)).cpu() for at, name, value in kept}


def restore_optimizer(optimizer: torch.optim.Optimizer, flat: dict[str, Tensor]) -> None:
    """Puts it back, laid out as the weights are. The groups, and so the rates, stay as the optimizer was made with."""
    weights = [one for group in optimizer.param_groups for one in group["params"]]
    for key, value in flat.items():
        at, _, name = key.partition(".")
        weight = weights[int(at)]
        placed = like(weight, value) if value.shape == weight.shape else value.to(weight.device)
        optimizer.state[weight][name] = placed


def _flush(path: Path) -> None:
    handle = os.open(path, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
