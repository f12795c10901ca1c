"""A byte-level model behind one thread: loaded while she looks around, asked within a time limit, left when cancelled.

Torch is imported on that thread alone and only when a checkpoint was found sound, so a wrong setting costs nothing.
"""

from __future__ import annotations

import asyncio
import importlib.util
import threading
import time
from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar

from engine.brain.minds.byte_trained import Trained, trained
from engine.brain.minds.mind import MindError
from engine.brain.minds.settings import ByteSettings
from engine.errors import TrainingError
from engine.model.manifest import read_manifest, shape_of

if TYPE_CHECKING:
    from engine.model.transformer import ByteModel

_Found = TypeVar("_Found")
Going = Callable[[], bool]
"""Asked by the model's thread between two passes: false when nobody waits for more."""


class ByteMachine:
    """The model of a checkpoint. ``seconds`` and the bytes ``read`` and ``written`` are running totals.

    Raises `MindError` with one line where torch or the checkpoint is missing, damaged or not of `rusta train`.
    """

    def __init__(self, settings: ByteSettings) -> None:
        if importlib.util.find_spec("torch") is None:
            raise MindError("the brain `byte` needs torch", fix="pip install 'rusta-tui[train]'")
        path = newest(Path(settings.checkpoint).expanduser())
        try:
            manifest = read_manifest(path)
            self.room = shape_of(manifest).context
        except TrainingError as error:
            raise MindError(str(error), fix=error.fix) from error
        self.trained: Trained = trained(manifest)
        self.name = (
            f"byte:{manifest.get('settings', {}).get('model', '')}-{manifest.get('settings_hash', path.name)[:8]}"
        )
        self.seconds = 0.0
        self.read = 0
        self.written = 0
        self._thread = ThreadPoolExecutor(1, thread_name_prefix="byte")
        self._model: Future[ByteModel] = self._thread.submit(_load, path, settings.device)

    async def ask(self, question: Callable[[ByteModel, Going], _Found], seconds: float) -> _Found:
        """What ``question`` finds on the model's thread in about ``seconds``; loading the model is not counted.

        A question is told to end when time is up or the caller is cancelled; it ends between two passes of the model.
        Raises `MindError` when the model cannot be loaded or fails.
        """
        given_up = threading.Event()
        try:
            model = await asyncio.shield(asyncio.wrap_future(self._model))
            began = time.monotonic()
            answer = self._thread.submit(
                question, model, lambda: not given_up.is_set() and time.monotonic() - began < seconds
            )
            found = await asyncio.wrap_future(answer)
        except (TrainingError, RuntimeError, OSError, MemoryError) as error:
            raise MindError(f"the byte model does not answer: {' '.join(str(error).split())[:160]}") from error
        finally:
            given_up.set()
        self.seconds += time.monotonic() - began
        return found


def newest(path: Path) -> Path:
    """The checkpoint at a path: itself, or the newest of the training run whose folder it is.

    Raises `MindError` where there is nothing.
    """
    for folder in (path, path / "checkpoints"):
        found = sorted(folder.glob("step-*")) if folder.is_dir() else []
        if found:
            return found[-1]
    if not path.is_dir():
        raise MindError(f"there is no checkpoint at {path}", fix="name one that `rusta train` wrote")
    return path


def _load(path: Path, device: str) -> Any:
    from engine.model.stored import load_model

    return load_model(path, device)
