"""What a checkpoint says of itself, read without torch: so that a wrong one is refused before anything is loaded.

A checkpoint is a folder with a manifest and the files that it names, each with its hash.
"""

from __future__ import annotations

import dataclasses
import hashlib
import json
from collections.abc import Collection
from pathlib import Path
from typing import Any, Final

from engine.errors import TrainingError
from engine.model.configuration import ModelConfig

FORMAT: Final = "rusta-checkpoint"
VERSION: Final = 1
MANIFEST: Final = "manifest.json"


def read_manifest(path: Path, *, only: Collection[str] | None = None) -> dict[str, Any]:
    """The manifest of the checkpoint at ``path``, after the files it names (of them ``only``) were found unharmed.

    Raises `TrainingError` with one line when the checkpoint is not there, cut short or none of ours.
    """
    try:
        manifest = json.loads((path / MANIFEST).read_text(encoding="utf-8"))
    except (OSError, ValueError) as error:
        raise TrainingError(f"{path.name} is no checkpoint: it has no manifest", fix="take another one") from error
    ours = isinstance(manifest, dict) and manifest.get("format") == FORMAT and manifest.get("version") == VERSION
    if not ours or not isinstance(manifest.get("files"), dict):
        raise TrainingError(f"{path.name} is a checkpoint of something else", fix="take one that `rusta train` wrote")
    for name, expected in manifest["files"].items():
        file = path / name
        wanted = only is None or name in only
        if wanted and (not file.is_file() or hash_of(file) != expected):
            raise TrainingError(f"{path.name} is damaged: {name} is not what was written", fix="take an older one")
    return manifest


def hash_of(file: Path) -> str:
    """SHA-256 of a file, in hex."""
    with file.open("rb") as stream:
        return hashlib.file_digest(stream, "sha256").hexdigest()


def shape_of(manifest: dict[str, Any]) -> ModelConfig:
    """The shape of a checkpoint's model. Raises `TrainingError` when the manifest does not say one that can be."""
    known = {field.name for field in dataclasses.fields(ModelConfig)}
    try:
        return ModelConfig(**{name: value for name, value in manifest["shape"].items() if name in known})
    except (KeyError, TypeError, ValueError, AttributeError) as error:
        raise TrainingError("the checkpoint does not say the shape of its model", fix="take another one") from error
