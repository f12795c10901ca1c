"""Which brain is put to the test: one of the registry, or one made by a function in a file."""

from __future__ import annotations

import hashlib
import importlib.util
from collections.abc import Callable
from pathlib import Path
from typing import cast

from engine.brain.protocol import Brain
from engine.brain.registry import UnknownBrainError, add_brain, get_brain
from engine.store.store import Store


def install_brain(name: str) -> str:
    """Makes a brain known by the name that a request takes, and returns that name.

    ``name`` is one of the registry's, or "path/to/file.py:function" with a function from a store to a brain.
    Raises `UnknownBrainError` where the file or the function is missing.
    """
    path, colon, function = name.rpartition(":")
    if not colon:
        return name
    spec = importlib.util.spec_from_file_location(Path(path).stem, path)
    if spec is None or spec.loader is None or not Path(path).is_file():
        raise UnknownBrainError(f"there is no file of a brain at {path}", fix="write it as path/to/file.py:function")
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    make = getattr(module, function, None)
    if make is None:
        raise UnknownBrainError(f"{path} has no function {function}", fix="write it as path/to/file.py:function")
    add_brain(name, cast("Callable[[Store], Brain]", make))
    return name


def weights_of(name: str, store: Store) -> str | None:
    """SHA-256 of what the brain has learnt outside the store, None for a brain that is code alone.

    A brain with weights has them under ``weights``, a path; one from a file counts that file. Raises as `install_brain`
    and `get_brain` do.
    """
    brain = get_brain(install_brain(name), store)
    path, colon, _ = name.rpartition(":")
    weights = path if colon else getattr(brain, "weights", None)
    return hashlib.sha256(Path(weights).read_bytes()).hexdigest() if weights else None
