"""The registry of tasks: a name for cases, a brain and scorers that belong together."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import yaml

from engine.errors import RecordError, RustaError
from engine.evals.caseset import CaseSet, join, load_cases
from engine.evals.record import CaseLimits
from engine.resources import shipped
from engine.schema.base import Record

CLIPPY = "clippy"  # a scorer that costs another build a case, so no task has it by itself
SCORERS = ("fixes", "explanations", "calibration", "abstention", "probes", "repeats", "latency", "style")


@dataclass(frozen=True)
class Task:
    """A task. ``load`` reads its cases, whose source is its name; ``scorers`` name the figures its report shows."""

    name: str
    title: str
    load: Callable[[], CaseSet]
    brain: str = "search"
    scorers: tuple[str, ...] = SCORERS
    epochs: int = 1
    limits: CaseLimits = CaseLimits()  # noqa: RUF009  (frozen)


class PinnedCase(Record):
    """A canary: a case by id, and the SHA-256 it had when it was pinned."""

    id: str
    digest: str


def curated() -> CaseSet:
    """The curated cases that ship with Rusta."""
    return join("cases", (load_cases(shipped("data", "cases")),))


def golden() -> CaseSet:
    """The golden patches that ship with Rusta."""
    return join("golden", (load_cases(shipped("data", "golden")),))


def canaries() -> CaseSet:
    """The pinned canaries. `RecordError` when one is missing, or is not what was pinned any more."""
    pinned = _pinned(shipped("data", "evals", "canaries.yaml"))
    wanted = {pin.id for pin in pinned}
    found = join("canaries", (curated(),)).only(lambda known: known.case.id in wanted)
    held = {known.case.id: known.digest for known in found.cases}
    for pin in pinned:
        if held.get(pin.id) != pin.digest:
            problem = "is missing" if pin.id not in held else "is not what was pinned"
            raise RecordError(f"canary {pin.id} {problem}", fix="restore the case, or pin anew: `rusta eval pin`")
    return found


def pin(cases: CaseSet) -> str:
    """The text of a file of canaries."""
    entries = [PinnedCase(id=found.case.id, digest=found.digest).model_dump() for found in cases.cases]
    head = "# The canaries: a small set that is run before and after anything that changes her (docs/evals.md).\n"
    return head + yaml.safe_dump({"v": 1, "cases": entries}, sort_keys=False)


TASKS: dict[str, Task] = {
    task.name: task
    for task in (
        Task("cases", "The curated cases", curated),
        Task("golden", "The golden patches", golden),
        Task(
            "canaries",
            "A small pinned set, before and after every change",
            canaries,
            limits=CaseLimits(wall_seconds=120),
        ),
    )
}


def task_named(name: str) -> Task:
    """The task of that name. `RustaError` when there is none."""
    if name not in TASKS:
        raise RustaError(f"there is no task {name}", fix=f"take one of {', '.join(TASKS)}, or name cases with --cases")
    return TASKS[name]


def task_of(source: Path) -> Task:
    """A task of cases that lie anywhere, named after their folder or file."""
    place = source.resolve()
    return Task(place.stem, str(place), lambda: load_cases(place))


def _pinned(path: Path) -> tuple[PinnedCase, ...]:
    fields = yaml.safe_load(path.read_text(encoding="utf-8"))
    return tuple(PinnedCase.model_validate(entry) for entry in fields["cases"])
