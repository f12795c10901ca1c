"""The mentor's settings for brains that use a model: `brains.yaml` in the home.

    server:
      url: http://127.0.0.1:11434/v1
      model: qwen2.5-coder:7b
    hf:
      model: /path/to/a/model
      adapter: /path/to/an/adapter
    byte:
      checkpoint: /path/to/a/training/run

A key is never written here: `key_from` names the environment variable that holds it.
"""

from __future__ import annotations

from pathlib import Path
from typing import Literal, TypeVar

import yaml
from pydantic import BaseModel, ConfigDict, Field, ValidationError

from engine import home
from engine.brain.minds.mind import MindError
from engine.brain.minds.pack import DEFAULT_BYTES
from engine.schema.base import first_problem


class _Part(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class Asking(_Part):
    """How a model is asked, whatever it runs on.

    ``samples`` answers are drawn for a finding, the first at ``temperature`` 0. ``pack_bytes`` bounds what it is shown,
    ``seconds`` one answer, ``max_tokens`` its length.
    """

    samples: int = Field(2, ge=1, le=16)
    temperature: float = Field(0.7, ge=0, le=2)
    max_tokens: int = Field(2048, ge=16)
    pack_bytes: int = Field(DEFAULT_BYTES, ge=500)
    seconds: float = Field(120.0, gt=0)


class Prices(_Part):
    """What a million tokens cost, in the currency that the mentor thinks in."""

    million_in: float = Field(0.0, ge=0)
    million_out: float = Field(0.0, ge=0)


class ServerSettings(Asking):
    """An OpenAI-compatible server: vLLM, Ollama, llama.cpp or a hosted one.

    ``url`` ends in the version (``…/v1``). ``constrain`` holds answers to the edit format by the server's decoder:
    "schema" where it takes a JSON Schema, "object" where it takes any JSON object, "none". ``silence_seconds`` is the
    longest pause inside an answer, ``tries`` the most attempts at one. ``most_cost`` ends a session's questions.
    """

    url: str = Field(pattern=r"^https?://")
    model: str = Field(min_length=1)
    key_from: str | None = None
    constrain: Literal["schema", "object", "none"] = "schema"
    connect_seconds: float = Field(5.0, gt=0)
    silence_seconds: float = Field(60.0, gt=0)
    tries: int = Field(3, ge=1, le=10)
    prices: Prices | None = None
    most_cost: float | None = Field(None, gt=0)


class LocalSettings(Asking):
    """A causal language model on this machine, with an adapter of PEFT's where there is one.

    ``model`` and ``adapter`` are folders. ``dtype`` "auto" is bfloat16 on a GPU and float32 on a CPU. ``constrain``
    "schema" lets the model write nothing but the edit format; loading it is not counted in ``seconds``.
    """

    model: str = Field(min_length=1)
    adapter: str | None = None
    device: str = "auto"
    dtype: Literal["auto", "bfloat16", "float16", "float32"] = "auto"
    constrain: Literal["schema", "none"] = "schema"


class ByteSettings(_Part):
    """A byte-level model of Rusta's own.

    ``checkpoint`` is one that `rusta train` wrote, or a run's folder (then its newest). ``seconds`` bound what it
    thinks about one finding, ``proposals`` how many edits it writes itself (0: it only ranks), and ``weight`` says how
    much its reading counts: 0 leaves the order of candidates as it is.
    """

    checkpoint: str = Field(min_length=1)
    seconds: float = Field(2.0, gt=0)
    proposals: int = Field(3, ge=0, le=16)
    weight: float = Field(1.0, ge=0, le=10)
    device: str = Field("cpu", pattern=r"^(auto|cpu|cuda(:\d+)?)$")


class BrainSettings(_Part):
    """The whole file."""

    server: ServerSettings | None = None
    hf: LocalSettings | None = None
    byte: ByteSettings | None = None


_Known = TypeVar("_Known", ServerSettings, LocalSettings, ByteSettings)


def load_settings(path: Path | None = None) -> BrainSettings:
    """The mentor's file, or nothing set where there is none; `MindError` for one that is not valid."""
    file = path or home.home() / "brains.yaml"
    if not file.exists():
        return BrainSettings()
    try:
        found = yaml.safe_load(file.read_text(encoding="utf-8"))
        return BrainSettings.model_validate(found or {})
    except (OSError, UnicodeDecodeError, yaml.YAMLError) as error:
        raise MindError(f"{file} cannot be read: {str(error).splitlines()[0]}") from error
    except ValidationError as error:
        raise MindError(
            f"{file} is not valid: {first_problem(error)}", fix="see docs/brains.md for the settings"
        ) from error


def needed(part: _Known | None, name: str) -> _Known:
    """The settings of a brain that was asked for; `MindError` when the mentor has given none."""
    if part is None:
        raise MindError(
            f"the brain `{name}` has no settings", fix=f"write a `{name}:` part into brains.yaml, see docs/brains.md"
        )
    return part
