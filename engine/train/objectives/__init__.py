"""What is learnt, one file an objective; the names are those of the experiment ladder."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

from engine.errors import TrainingError
from engine.train.lessons import Gathered
from engine.train.material import Material
from engine.train.objectives import byte_lm, confidence, explainer, patching, presence, tool_use
from engine.train.packing import Text

STAGES = ("E0", "E1", "E2", "E3", "E4", "E5")


@dataclass(frozen=True)
class Objective:
    """How the lessons of a stage are gathered, for rows of a length.

    ``parts`` are held out, each of other repositories; the last one is never looked at before the end.
    """

    gather: Callable[[Material, int], Gathered]
    parts: int = 1


# E0 reads whole files, not lessons: `byte_lm`.
OBJECTIVES = {
    "E1": Objective(explainer.gather),
    "E2": Objective(tool_use.gather),
    "E3": Objective(patching.gather),
    "E4": Objective(confidence.gather, parts=2),
    "E5": Objective(presence.gather),
}


def check_stage(stage: str) -> None:
    """Raises `TrainingError` when there is no such stage."""
    if stage not in STAGES:
        raise TrainingError(f"there is no stage {stage} of the ladder", fix=f"take one of {', '.join(STAGES)}")


def objective(stage: str) -> Callable[[Path], Iterator[tuple[bool, Text]]]:
    """What E0 reads."""
    check_stage(stage)
    return byte_lm.texts
