"""The curriculum as it is written down: stages with their gates, and the ladder of experiments."""

from __future__ import annotations

from functools import cache
from pathlib import Path
from typing import Any, Literal

import yaml
from pydantic import ValidationError, model_validator

from engine.errors import RecordError, RustaError
from engine.schema.base import Record, check_version, first_problem

Bound = Literal["at_least", "at_most", "below", "rises"]


class Grades(Record):
    """How many DevLogs the mentor must have graded on an axis."""

    axis: str
    count: int


class Evidence(Record):
    """What has to be there before a gate may open: in words, and what of it can be counted."""

    what: str
    graded: Grades | None = None


class Gate(Record):
    """What a stage is held to.

    ``metric`` names a figure (docs/metrics.md). ``threshold`` is None where the metric has to rise. ``task`` is the
    sealed set the exam is taken on; ``memory`` and ``epochs`` are terms of the run, as `rusta eval run` takes them.
    """

    metric: str
    bound: Bound
    threshold: float | None = None
    task: str
    memory: Literal["fresh", "carried"] = "fresh"
    epochs: int = 1

    @model_validator(mode="after")
    def _bounded(self) -> Gate:
        if (self.bound == "rises") != (self.threshold is None):
            raise ValueError("a gate has a threshold, unless its metric has to rise")
        return self


class Stage(Record):
    """A stage of the curriculum. ``prerequisites`` are the numbers of stages whose gates must be open."""

    number: int
    name: str
    objective: str
    data: tuple[str, ...]
    gate: Gate
    prerequisites: tuple[int, ...] = ()
    evidence: tuple[Evidence, ...]


class Experiment(Record):
    """A rung of the ladder. It is shown beside its stage and opens nothing."""

    id: str
    name: str
    stage: int
    objective: str
    data: tuple[str, ...]
    metric: str
    bound: Bound
    threshold: float | None = None
    prerequisites: tuple[str, ...] = ()
    evidence: str


@cache
def stages() -> tuple[Stage, ...]:
    """The stages in order. Raises `RecordError` for a file that is none, or names a stage that is not there."""
    found = tuple(_read("stages.yaml", "stages", Stage))
    known: set[int] = set()
    for stage in found:
        if not known.issuperset(stage.prerequisites):
            raise RecordError(f"stages.yaml: stage {stage.number} asks for a stage that does not come before it")
        known.add(stage.number)
    return found


@cache
def ladder() -> tuple[Experiment, ...]:
    """The experiments in order. Raises as `stages` does."""
    found = tuple(_read("ladder.yaml", "experiments", Experiment))
    known: set[str] = set()
    for experiment in found:
        if not known.issuperset(experiment.prerequisites) or experiment.stage not in {one.number for one in stages()}:
            raise RecordError(f"ladder.yaml: {experiment.id} asks for what does not come before it")
        known.add(experiment.id)
    return found


def stage_numbered(number: int) -> Stage:
    """The stage of that number. `RustaError` when there is none."""
    for stage in stages():
        if stage.number == number:
            return stage
    last = stages()[-1].number
    raise RustaError(f"there is no stage {number}", fix=f"stages are numbered 0 to {last}: `rusta curriculum status`")


def _read(file: str, key: str, kind: type[Any]) -> list[Any]:
    fields = yaml.safe_load(Path(__file__).with_name(file).read_text(encoding="utf-8"))
    check_version(fields, file)
    try:
        return [kind.model_validate(entry) for entry in fields[key]]
    except ValidationError as error:
        raise RecordError(f"{file}: {first_problem(error)}") from error
