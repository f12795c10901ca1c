"""Training runs as `rusta train` writes them, without training: the journal, checkpoints and what was told."""

from __future__ import annotations

import hashlib
import json
from math import log
from pathlib import Path
from typing import Any

AT = "2026-01-01T00:00:00.000Z"


def write_run(
    path: Path,
    *,
    steps: int = 20,
    of: int = 40,
    save_every: int = 0,
    evaluate_every: int = 10,
    commit: str = "a84a5af00d",
    data: str = "d",
    ended: str = "",
    **settings: Any,
) -> Path:
    """A run that did ``steps`` of ``of`` steps, its loss falling by 1/20 bit a step down to 3 bits at the last one."""
    path.mkdir(parents=True)
    told = {"stage": "E0", "model": "nano", "steps": of, "batch": 8, "rate": 0.002, "warm_up": 20, **settings}
    started = {"stage": "E0", "settings": told, "data": "crates", "at": AT, "ended": ended}
    (path / "run.json").write_text(json.dumps(started))
    with (path / "events.jsonl").open("w") as journal:
        for step in range(1, steps + 1):
            bits = 3 + (steps - step) / 20
            line = {"step": step, "kind": "step", "loss": bits * log(2), "rate": 0.002, "norm": 1.0, "symbols": 512.0,
                    "symbols_per_second": 900.0 + step, "memory_mb": 640.0, "batch": 7.0}  # fmt: skip
            journal.write(json.dumps(line) + "\n")
            if step % evaluate_every == 0:
                found = {"loss": bits + 0.5, "bits_per_byte": bits + 0.5, "lm_right": 0.25}
                journal.write(json.dumps({"step": step, "kind": "held_out", **found}) + "\n")
            if save_every and step % save_every == 0:
                write_checkpoint(path / "checkpoints" / f"step-{step:09d}", step, told, commit, data)
    return path


def write_checkpoint(place: Path, step: int, settings: dict[str, Any], commit: str, data: str) -> None:
    """A checkpoint with a tensor of sixteen bytes."""
    place.mkdir(parents=True)
    header = json.dumps({"weight": {"dtype": "F32", "shape": [4], "data_offsets": [0, 16]}}).encode()
    content = len(header).to_bytes(8, "little") + header + bytes(range(16))
    (place / "model.safetensors").write_bytes(content)
    manifest = {
        "format": "rusta-checkpoint", "version": 1, "step": step, "best": 3.5, "worse": 0, "settings": settings,
        "settings_hash": "x", "data": {"E0": data}, "processes": 1, "commit": commit, "versions": {"torch": "2"},
        "files": {"model.safetensors": hashlib.sha256(content).hexdigest()},
    }  # fmt: skip
    (place / "manifest.json").write_text(json.dumps(manifest))
