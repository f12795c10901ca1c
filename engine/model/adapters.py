"""Adapters of PEFT's on a causal language model: looked at before they touch it, swapped while it runs, merged."""

from __future__ import annotations

import json
import os
from collections.abc import Iterator
from contextlib import contextmanager, nullcontext, suppress
from pathlib import Path
from typing import Any, Final

os.environ.setdefault("HF_HUB_OFFLINE", "1")

from peft import PeftModel
from safetensors import SafetensorError, safe_open

from engine.errors import TrainingError

CONFIG: Final = "adapter_config.json"
WEIGHTS: Final = "adapter_model.safetensors"
_BEFORE: Final = "base_model.model."


class Adapted:
    """A model whose adapter can be changed between two answers. ``model`` is what is asked; ``path`` its adapter."""

    def __init__(self, base: Any) -> None:
        self.model = base
        self.path: Path | None = None
        self._number = 0

    def use(self, path: Path | None) -> None:
        """From now on the adapter at ``path``, or none. Raises `TrainingError`; what was used before stays then."""
        if path is None:
            self.path = None
            return
        check_fits(self.base(), path)
        name = f"adapter-{self._number + 1}"
        try:
            if isinstance(self.model, PeftModel):
                before = self.model.active_adapter
                self.model.load_adapter(str(path), adapter_name=name, is_trainable=False)
                self.model.set_adapter(name)
                self.model.delete_adapter(before)
            else:
                self.model = PeftModel.from_pretrained(self.model, str(path), adapter_name=name, is_trainable=False)
        except (OSError, ValueError, KeyError, TypeError, RuntimeError, ImportError) as error:
            with suppress(Exception):
                self.model.delete_adapter(name)
            line = " ".join(str(error).split())[:160]
            raise TrainingError(f"the adapter {path} cannot be loaded: {line}", fix=_FIX) from error
        self._number += 1
        self.path = path
        self.model.eval()

    def base(self) -> Any:
        """The model below the adapter."""
        return self.model.get_base_model() if isinstance(self.model, PeftModel) else self.model

    @contextmanager
    def as_set(self) -> Iterator[Any]:
        """The model to ask, with its adapter switched off where none is to be used."""
        off = self.path is None and isinstance(self.model, PeftModel)
        with self.model.disable_adapter() if off else nullcontext():
            yield self.model


_FIX: Final = "name an adapter that was trained on this very model"


def check_fits(base: Any, path: Path) -> None:
    """Reads an adapter's shapes, not its weights. Raises `TrainingError` with one line when it is not for ``base``."""
    try:
        json.loads((path / CONFIG).read_text(encoding="utf-8"))
        with safe_open(path / WEIGHTS, framework="pt") as file:
            shapes = {name: tuple(file.get_slice(name).get_shape()) for name in file.keys()}  # noqa: SIM118 - no dict
    except (OSError, ValueError, SafetensorError) as error:
        what = "is not there" if not path.is_dir() else f"has no sound {CONFIG} and {WEIGHTS}"
        raise TrainingError(f"the adapter {path} {what}", fix=_FIX) from error
    modules = {_plain(name): module for name, module in base.named_modules()}
    for name, shape in shapes.items():
        owner, mark, _ = name.removeprefix(_BEFORE).partition(".lora_")
        if not mark:
            owner = owner.rpartition(".")[0]
        module = modules.get(owner)
        if module is None:
            raise TrainingError(f"the adapter {path.name} does not fit: the model has no {owner}", fix=_FIX)
        wide = {"A": ("in_features", -1), "B": ("out_features", 0)}
        side, at = wide.get(name.partition(".lora_")[2][:1], ("", 0))
        had = getattr(module, side, None) if side else None
        if had is not None and shape[at] != had:
            raise TrainingError(
                f"the adapter {path.name} does not fit: {owner} is {had} wide in the model, {shape[at]} in the adapter",
                fix=_FIX,
            )


def merge(folder: Path, adapter: Path, out: Path, *, dtype: str = "auto", device: str = "auto") -> None:
    """Writes the model of ``folder`` with the adapter added into its weights, and its tokenizer, to ``out``.

    Raises `TrainingError` when one of them cannot be read, or ``out`` holds something.
    """
    from engine.model.causal import device_of, dtype_of, load_causal, load_tokenizer

    if out.exists() and (not out.is_dir() or any(out.iterdir())):
        raise TrainingError(f"{out} holds something already", fix="name another --out")
    where = device_of(device)
    tokenizer = load_tokenizer(folder)
    adapted = Adapted(load_causal(folder, where, dtype_of(dtype, where)))
    adapted.use(adapter)
    whole = adapted.model.merge_and_unload(safe_merge=True)
    new = out.with_name(f".{out.name}.new")
    try:
        whole.save_pretrained(new)
        tokenizer.save_pretrained(new)
        if out.exists():
            out.rmdir()
        new.rename(out)
    except OSError as error:
        raise TrainingError(f"{out} cannot be written: {error.strerror}", fix="make room, or name another") from error


def _plain(name: str) -> str:
    """A module's name without what an adapter that is on the model already put around it."""
    return name.removesuffix(".base_layer")
