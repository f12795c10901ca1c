"""Causal language models of other people's, from a folder on this machine: nothing is ever downloaded or executed.

Weights are read from safetensors only, and code that a folder brings along is not run.
"""

from __future__ import annotations

import os
from collections.abc import Sequence
from pathlib import Path
from typing import Any, Final

for _name in ("HF_HUB_OFFLINE", "TRANSFORMERS_OFFLINE", "HF_HUB_DISABLE_TELEMETRY", "DO_NOT_TRACK"):
    os.environ.setdefault(_name, "1")

import torch  # noqa: E402 - after its switches
from transformers import AutoModelForCausalLM, AutoTokenizer  # noqa: E402
from transformers.utils import logging  # noqa: E402

from engine.errors import TrainingError  # noqa: E402

logging.set_verbosity_error()
logging.disable_progress_bar()

DTYPES: Final = {"bfloat16": torch.bfloat16, "float16": torch.float16, "float32": torch.float32}
_ANOTHER: Final = "name a folder with config.json, safetensors and a tokenizer"

Message = dict[str, str]
"""``role`` ("system", "user" or "assistant") and ``content``."""


def device_of(wanted: str) -> torch.device:
    """``auto`` is the first GPU, or the CPU where there is none. Raises `TrainingError` for one that is not there."""
    if wanted == "auto":
        return torch.device("cuda" if torch.cuda.is_available() else "cpu")
    try:
        device = torch.device(wanted)
    except RuntimeError as error:
        raise TrainingError(f"{wanted} is no device", fix="take auto, cpu or cuda") from error
    if device.type == "cuda" and not torch.cuda.is_available():
        raise TrainingError("there is no GPU that torch can use", fix="take `device: cpu`")
    return device


def dtype_of(wanted: str, device: torch.device) -> torch.dtype:
    """``auto`` is bfloat16 on a GPU and float32 on a CPU."""
    return DTYPES["bfloat16" if device.type == "cuda" else "float32"] if wanted == "auto" else DTYPES[wanted]


def load_tokenizer(folder: Path) -> Any:
    """The tokenizer of a model's folder. Raises `TrainingError` with one line."""
    _look(folder)
    try:
        return AutoTokenizer.from_pretrained(str(folder), local_files_only=True, trust_remote_code=False)
    except (OSError, ValueError, KeyError, TypeError, RuntimeError, ImportError) as error:
        raise TrainingError(f"{folder} has no tokenizer that can be read: {short(error)}", fix=_ANOTHER) from error


def load_causal(folder: Path, device: torch.device, dtype: torch.dtype, **more: Any) -> Any:
    """The model of a folder, ready to be asked. ``more`` goes to `from_pretrained`. Raises `TrainingError`."""
    _look(folder)
    try:
        model = AutoModelForCausalLM.from_pretrained(
            str(folder), dtype=dtype, local_files_only=True, trust_remote_code=False, use_safetensors=True, **more
        )
        return (model if "device_map" in more else model.to(device)).eval()
    except (OSError, ValueError, KeyError, TypeError, RuntimeError, ImportError) as error:
        raise TrainingError(f"the model at {folder} cannot be loaded: {short(error)}", fix=_ANOTHER) from error


def rendered(tokenizer: Any, messages: Sequence[Message], *, answer: bool) -> str:
    """Messages as the text that the model knows them by: its chat template, or headings where it has none.

    With ``answer`` the text ends where the model is to begin. A template that takes no system message is given its
    words at the head of the first one.
    """
    if not getattr(tokenizer, "chat_template", None):
        parts = [f"### {one['role'].capitalize()}\n{one['content'].rstrip()}\n\n" for one in messages]
        return "".join([*parts, "### Assistant\n"] if answer else parts)
    try:
        return str(tokenizer.apply_chat_template(list(messages), tokenize=False, add_generation_prompt=answer))
    except Exception as error:  # jinja2's own errors: the template is the folder's
        if messages[0]["role"] != "system" or len(messages) < 2:
            raise TrainingError(f"the model's chat template fails: {short(error)}", fix="mend or remove it") from error
        second = {**messages[1], "content": f"{messages[0]['content']}\n\n{messages[1]['content']}"}
        return rendered(tokenizer, [second, *messages[2:]], answer=answer)


def encoded(tokenizer: Any, text: str) -> list[int]:
    """A rendered text as tokens. A template writes its own beginning; without one the tokenizer adds it."""
    special = not getattr(tokenizer, "chat_template", None)
    return list(tokenizer(text, add_special_tokens=special)["input_ids"])


def context_of(model: Any) -> int | None:
    """How many tokens a model reads at most; None where its configuration does not say."""
    found = getattr(model.config.get_text_config(), "max_position_embeddings", None)
    return int(found) if found else None


def short(error: BaseException) -> str:
    """An error of a library as one line."""
    text = " ".join(str(error).split()) or type(error).__name__
    return text if len(text) <= 200 else text[:199] + "…"


def _look(folder: Path) -> None:
    if not (folder / "config.json").is_file():
        what = "has no config.json" if folder.is_dir() else "is not there"
        raise TrainingError(f"{folder} {what}", fix=_ANOTHER)
