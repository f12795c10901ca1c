"""What is learnt, one file an objective; the names are those of the experiment ladder."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

from engine.errors import TrainingError
from engine.train.objectives import byte_lm
from engine.train.packing import Text

# An objective reads data and yields a text with whether it is held out.
OBJECTIVES: dict[str, Callable[[Path], Iterator[tuple[bool, Text]]]] = {"E0": byte_lm.texts}


def objective(stage: str) -> Callable[[Path], Iterator[tuple[bool, Text]]]:
    """The objective of a stage. Raises `TrainingError` when there is none."""
    if stage not in OBJECTIVES:
        raise TrainingError(f"nothing can be trained for {stage} yet", fix=f"take one of {', '.join(OBJECTIVES)}")
    return OBJECTIVES[stage]
