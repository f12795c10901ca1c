"""A training run that has learnt nothing, for tests of what uses one. Needs torch and safetensors."""

from __future__ import annotations

from dataclasses import asdict
from pathlib import Path

import torch

from engine.model.configuration import ACTIONS, ModelConfig
from engine.model.transformer import new_model
from engine.train import checkpoint

GRAIN = ModelConfig(layers=2, width=32, heads=4, kv_heads=2, context=256, window=64, hidden=48, global_every=2)


def written(folder: Path, *, likes: str = "", stages: tuple[str, ...] = ("E0", "E2", "E3", "E4")) -> Path:
    """A training run's folder whose one checkpoint knows nothing but speaks with every head.

    Its Action head ``likes`` one action more than all others.
    """
    torch.set_num_threads(1)
    model = new_model(GRAIN, seed=1)
    source = torch.Generator().manual_seed(2)
    for head in (model.lm, model.action, model.green):
        torch.nn.init.normal_(head.weight, generator=source)
    if likes:
        with torch.no_grad():
            model.action.bias[ACTIONS.index(likes)] = 100.0
    facts = {
        "shape": asdict(GRAIN),
        "settings": {"stage": stages[-1], "model": "grain"},
        "settings_hash": "0123456789",
        "objectives": list(stages),
    }
    checkpoint.save(folder / "checkpoints", 3, {"model": model.state_dict()}, facts, keep=1)
    return folder
