"""What is learnt, one file an objective; the names are those of the experiment ladder."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from engine.errors import TrainingError
from engine.train.lessons import Gathered, Lesson
from engine.train.material import Material
from engine.train.objectives import confidence, explainer, patching, presence, tool_use

STAGES = ("E0", "E1", "E2", "E3", "E4", "E5")


@dataclass(frozen=True)
class Objective:
    """How the lessons of a stage are gathered, for rows of a length.

    ``parts`` are held out, each of other repositories; the last one is never looked at before the end.
    """

    gather: Callable[[Material, int], Gathered]
    parts: int = 1
    differs: Callable[[Lesson], int] | None = None  # what must not be the same of all lessons

    def enough(self, found: Gathered) -> bool:
        """Whether there are repositories to hold out, and something to tell apart."""
        kinds = len({self.differs(one) for one in found.lessons}) if self.differs else 2
        return kinds > 1 and len({one.repository for one in found.lessons}) > self.parts


# E0 reads whole files, not lessons: `byte_lm`.
OBJECTIVES = {
    "E1": Objective(explainer.gather),
    "E2": Objective(tool_use.gather),
    "E3": Objective(patching.gather),
    "E4": Objective(confidence.gather, parts=2, differs=lambda one: one.text.green),
    "E5": Objective(presence.gather),
}


def check_stage(stage: str) -> None:
    """Raises `TrainingError` when there is no such stage."""
    if stage not in STAGES:
        raise TrainingError(f"there is no stage {stage} of the ladder", fix=f"take one of {', '.join(STAGES)}")
