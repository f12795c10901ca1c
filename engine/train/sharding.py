"""Several processes: each with all the weights (DDP), or each with its share of them (FSDP2).

Accelerate's configuration says which: `accelerate launch` hands it over in the environment. Sharding is torch's own
`fully_shard`, a block at a time, so that it is the same on CPUs and on GPUs; a checkpoint holds the whole weights
either way.
"""

from __future__ import annotations

import os
import warnings
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from typing import Any

import torch
from accelerate import Accelerator
from torch import Tensor
from torch.distributed.fsdp import MixedPrecisionPolicy, fully_shard
from torch.distributed.tensor import DTensor, distribute_tensor

from engine.errors import TrainingError
from engine.model.stored import fitted
from engine.model.transformer import ByteModel
from engine.train.settings import Settings


def is_sharded(accelerator: Accelerator) -> bool:
    """Whether the weights are to be spread over the processes."""
    return accelerator.num_processes > 1 and os.environ.get("ACCELERATE_USE_FSDP", "false").lower() == "true"


def shard(model: ByteModel, settings: Settings) -> None:
    """Spreads a model's weights over all processes, in place. Raises `TrainingError` for what cannot go with it."""
    if settings.compile:
        raise TrainingError("a sharded run cannot be compiled", fix="set `compile: false`, or take no FSDP")
    half = torch.bfloat16 if settings.precision == "bf16" else None
    policy = MixedPrecisionPolicy(param_dtype=half, reduce_dtype=torch.float32, cast_forward_inputs=False)
    # It says so of the keys and values that a block gives beside its result; nothing of ours is changed in place.
    warnings.filterwarnings("ignore", message="FSDP2-wrapped module")
    for block in model.blocks:
        fully_shard(block, mp_policy=policy)
    fully_shard(model, mp_policy=policy)


def unsharded(model: ByteModel) -> ByteModel:
    """A copy with all the weights, on every process, to read with. Every process has to ask for it."""
    return fitted(model.config, {name: whole(weight).cpu() for name, weight in model.state_dict().items()}, "auto")


def own(weight: Tensor) -> Tensor:
    """The part of a weight that this process holds; the same memory."""
    return weight.to_local() if isinstance(weight, DTensor) else weight


def whole(weight: Tensor) -> Tensor:
    """All of a weight, or of what is laid out like one. Every process has to ask for it."""
    weight = weight.detach()
    return weight.full_tensor() if isinstance(weight, DTensor) else weight


def like(weight: Tensor, full: Tensor) -> Tensor:
    """``full``, laid out as ``weight`` is. Every process has to ask for it."""
    full = full.to(weight.device, weight.dtype)
    return distribute_tensor(full, weight.device_mesh, weight.placements) if isinstance(weight, DTensor) else full


@contextmanager
def gathering(accelerator: Accelerator, model: Any, last: bool) -> Iterator[None]:
    """While a micro-batch is learnt: only after the ``last`` one of a step are gradients added over the processes."""
    if is_sharded(accelerator):
        model.set_requires_gradient_sync(last)
        yield
    elif last:
        yield
    else:
        with accelerator.no_sync(model):
            yield


def clipped(weights: Iterable[Tensor], most: float) -> float:
    """Clips the gradients to the norm ``most``, taken over all weights of all processes; what it was before."""
    return float(whole(torch.nn.utils.clip_grad_norm_(weights, most)))
