"""What a run measures, written down: JSON lines, and beside them curves for TensorBoard where they are asked for."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any, TextIO

from engine.errors import TrainingError

Meter = Callable[[int, dict[str, float]], None]
CURVES = "tensorboard"


class Journal:
    """One JSON object a line; a step that is done again after a resume has its last line count.

    Only the first process ``writes``. Raises `TrainingError` when curves are asked for and cannot be drawn.
    """

    def __init__(self, out: Path, *, writes: bool, meter: Meter | None, curves: bool, first: int) -> None:
        self._stream: TextIO | None = None
        self._curves: Any = None
        self._meter: Meter | None = None
        if writes:
            self._meter = meter
            self._curves = _curves(out / CURVES, first) if curves else None
            out.mkdir(parents=True, exist_ok=True)
            self._stream = (out / "events.jsonl").open("a", encoding="utf-8")

    def write(self, step: int, kind: str, measured: dict[str, float]) -> None:
        """One line, flushed."""
        named = {(key if kind == "step" else f"{kind}/{key}"): value for key, value in measured.items()}
        if self._stream is not None:
            self._stream.write(json.dumps({"step": step, "kind": kind, **measured}) + "\n")
            self._stream.flush()
        for name, value in named.items() if self._curves is not None else ():
            if name != "batch":
                self._curves.add_scalar(name, value, step)
        if self._meter is not None:
            self._meter(step, named)

    def close(self) -> None:
        """Nothing more comes."""
        for one in (self._stream, self._curves):
            if one is not None:
                one.close()


def _curves(folder: Path, first: int) -> Any:
    try:
        from torch.utils.tensorboard import SummaryWriter
    except ImportError as error:
        raise TrainingError("tensorboard is not installed", fix="pip install tensorboard, or leave it off") from error
    return SummaryWriter(str(folder), purge_step=first + 1)  # what came after the checkpoint is drawn anew
