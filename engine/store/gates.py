"""The book of gates: every exam that decided one, and every time the mentor overruled one, with the reason."""

from __future__ import annotations

from dataclasses import dataclass

from engine.errors import StoreError
from engine.store.shelf import Shelf, now

_RESULT = "id, stage, at, brain, brain_hash, run, seal, case_set, metric, value, low, high, n, baseline, rise, rise_low"
_OVERRIDE = "id, stage, at, brain, brain_hash, reason"


@dataclass(frozen=True)
class GateResult:
    """What an exam found of the brain with ``brain_hash``: a figure with its 95 % interval, on a sealed set.

    ``value``, ``low`` and ``high`` are None where the run allowed no figure. ``baseline`` is the run that it is paired
    with, case by case, ``rise`` the difference to it and ``rise_low`` the lower end of that difference's interval.
    """

    stage: int
    at: str
    brain: str
    brain_hash: str
    run: str
    seal: str
    case_set: str
    metric: str
    value: float | None
    low: float | None
    high: float | None
    n: int
    baseline: str | None = None
    rise: float | None = None
    rise_low: float | None = None
    id: int | None = None


@dataclass(frozen=True)
class GateOverride:
    """The mentor's word that a gate is open for a brain, whatever the exam said, and why."""

    stage: int
    at: str
    brain: str
    brain_hash: str
    reason: str
    id: int | None = None


class Gates(Shelf):
    """Keeps exams and overrides. Neither is ever changed or taken out."""

    def record_gate(self, result: GateResult) -> None:
        """Keeps what an exam found. One run is one result of a stage, however often it is recorded."""
        with self._db.transaction():
            known = self._db.read(
                "SELECT id FROM gate_results WHERE stage = :stage AND run = :run", stage=result.stage, run=result.run
            )
            if not known:
                fields = {name: value for name, value in vars(result).items() if name != "id"}
                names = ", ".join(fields)
                marks = ", ".join(f":{name}" for name in fields)
                self._db.write(f"INSERT INTO gate_results ({names}) VALUES ({marks})", **fields)

    def gate_results(self, stage: int | None = None) -> list[GateResult]:
        """The exams, oldest first: of one stage, or of all."""
        where, terms = ("", {}) if stage is None else ("WHERE stage = :stage ", {"stage": stage})
        rows = self._db.read(f"SELECT {_RESULT} FROM gate_results {where}ORDER BY id", **terms)
        names = _RESULT.split(", ")
        return [GateResult(**dict(zip(names, row, strict=True))) for row in rows]

    def override_gate(self, stage: int, brain: str, brain_hash: str, reason: str) -> GateOverride:
        """Keeps that the mentor opened a gate. `StoreError` without a reason."""
        reason = " ".join(reason.split())
        if not reason:
            raise StoreError("an override needs a written reason", fix="say why the gate is opened: --reason '…'")
        made = GateOverride(stage, now(), brain, brain_hash, reason)
        self._db.write(
            "INSERT INTO gate_overrides (stage, at, brain, brain_hash, reason) "
            "VALUES (:stage, :at, :brain, :brain_hash, :reason)",
            **{name: value for name, value in vars(made).items() if name != "id"},
        )
        return made

    def gate_overrides(self, stage: int | None = None) -> list[GateOverride]:
        """The overrides, oldest first: of one stage, or of all."""
        where, terms = ("", {}) if stage is None else ("WHERE stage = :stage ", {"stage": stage})
        rows = self._db.read(f"SELECT {_OVERRIDE} FROM gate_overrides {where}ORDER BY id", **terms)
        names = _OVERRIDE.split(", ")
        return [GateOverride(**dict(zip(names, row, strict=True))) for row in rows]

    def graded_devlogs(self, axis: str) -> int:
        """How many DevLogs have a grade on an axis."""
        rows = self._db.read("SELECT COUNT(DISTINCT devlog) FROM grades WHERE axis = :axis", axis=axis)
        return int(rows[0][0])
