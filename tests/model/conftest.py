"""The smallest model that has all parts of a large one."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from engine.model.configuration import ModelConfig

if TYPE_CHECKING:
    from engine.model.transformer import ByteModel

GRAIN = ModelConfig(layers=3, width=32, heads=4, kv_heads=2, context=32, window=6, hidden=48, global_every=3)


@pytest.fixture(name="model")
def _model() -> ByteModel:
    """Drawn anew for each test."""
    import torch

    from engine.model.transformer import new_model

    torch.set_num_threads(1)
    model = new_model(GRAIN, seed=3)
    with torch.no_grad():  # heads begin at zero: let them say something
        for head in (model.lm, model.action, model.green):
            head.weight.normal_(generator=torch.Generator().manual_seed(1))
    return model
