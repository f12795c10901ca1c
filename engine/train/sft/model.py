"""The model of a tuning run: loaded whole or in four bits, frozen, with a fresh adapter that alone is learnt."""

from __future__ import annotations

import importlib.util
import shutil
import warnings
from pathlib import Path
from typing import Any

import torch

from engine.errors import TrainingError
from engine.model.causal import dtype_of, load_causal, short
from engine.train.sft.settings import Adapter

ADAPTER = "adapter"


def adapted(settings: Adapter, device: torch.device, *, sharded: bool, seed: int) -> Any:
    """A model with its new adapter, the same on every process. Raises `TrainingError` with one line."""
    from peft import LoraConfig, get_peft_model

    folder = Path(settings.model).expanduser()
    dtype = dtype_of(settings.dtype, device)
    if settings.quantize == "none":
        # A model that is sharded never stands whole on one GPU.
        base = load_causal(folder, torch.device("cpu") if sharded else device, dtype)
    elif sharded:
        raise TrainingError("a model in four bits is not sharded", fix="set `quantize: none`, or take one GPU")
    elif importlib.util.find_spec("bitsandbytes") is None:
        raise TrainingError("bitsandbytes is not installed", fix="pip install 'rusta-tui[qlora]'")
    else:
        from transformers import BitsAndBytesConfig

        four_bits = BitsAndBytesConfig(
            load_in_4bit=True,
            bnb_4bit_quant_type="nf4",
            bnb_4bit_use_double_quant=True,
            bnb_4bit_compute_dtype=dtype,
        )
        base = load_causal(folder, device, dtype, quantization_config=four_bits, device_map={"": str(device)})
    base.config.use_cache = False
    torch.manual_seed(seed)
    config = LoraConfig(
        r=settings.r,
        lora_alpha=settings.alpha,
        lora_dropout=settings.dropout,
        target_modules=settings.targets if isinstance(settings.targets, str) else list(settings.targets),
        use_dora=settings.method == "dora",
        use_rslora=settings.method == "rslora",
        task_type="CAUSAL_LM",
    )
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore", FutureWarning)  # of one library about another
            model = get_peft_model(base, config)
            if settings.recompute:
                model.gradient_checkpointing_enable(gradient_checkpointing_kwargs={"use_reentrant": False})
                model.enable_input_require_grads()
    except (ValueError, KeyError, NotImplementedError) as error:
        line = short(error)
        raise TrainingError(f"the adapter cannot be put on this model: {line}", fix="change `targets`") from error
    return model


def shard(model: Any, device: torch.device) -> None:
    """Spreads the frozen weights over all processes, a layer at a time; the adapter stays whole on each of them."""
    from torch.distributed.fsdp import fully_shard

    learnt = {one for one in model.parameters() if one.requires_grad}
    for one in learnt:
        one.data = one.data.to(device)  # what is not sharded is not moved either
    layers = model.get_base_model().get_decoder().layers
    for layer in layers:
        fully_shard(layer, ignored_params={one for one in layer.parameters() if one in learnt})
    fully_shard(model, ignored_params=learnt)


def learnt(model: Any) -> dict[str, torch.nn.Parameter]:
    """The weights that are learnt, by name."""
    return {name: one for name, one in model.named_parameters() if one.requires_grad}


def write_adapter(model: Any, out: Path) -> Path:
    """Writes ``out/adapter``, in place of an earlier one, as PEFT reads it. Raises `TrainingError`."""
    place, new, old = out / ADAPTER, out / f".new-{ADAPTER}", out / f".old-{ADAPTER}"
    try:
        for stale in (new, old):
            shutil.rmtree(stale, ignore_errors=True)
        model.save_pretrained(new, save_embedding_layers=False)
        if place.exists():
            place.rename(old)
        new.rename(place)
        shutil.rmtree(old, ignore_errors=True)
    except OSError as error:
        raise TrainingError(f"no adapter could be written: {error.strerror}", fix="make room, then go on") from error
    return place
