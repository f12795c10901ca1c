"""The book of the golden patch challenge: editions, exams, her attempts, and what the mentor ruled of goldens."""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from typing import Any, Literal

from engine.errors import StoreError
from engine.store.shelf import Shelf, now

Ruling = Literal["pin", "unpin", "retire", "restore"]
_EXAM = "id, month, run, at, brain, weights, ended"


@dataclass(frozen=True)
class GoldenEdition:
    """The cases of a month, as they were when its first exam began: (id, SHA-256 of its content, pinned)."""

    month: str
    at: str
    cases: tuple[tuple[str, str, bool], ...]

    @property
    def ids(self) -> tuple[str, ...]:
        """The ids of its cases."""
        return tuple(id_ for id_, _, _ in self.cases)


@dataclass(frozen=True)
class GoldenExam:
    """One time that an edition was taken: run ``run`` by ``brain``. ``ended`` is None until every case is scored."""

    id: int
    month: str
    run: str
    at: str
    brain: str
    weights: str | None
    ended: str | None


@dataclass(frozen=True)
class GoldenAttempt:
    """Her attempt at one case of an exam. ``total``: 0 to 100, None where the harness failed. ``body``: the rest."""

    run: str
    golden: str
    status: str
    total: float | None
    body: dict[str, Any] = field(default_factory=dict)


@dataclass(frozen=True)
class GoldenRuling:
    """What the mentor ruled of a golden, and why; the last ruling of its kind holds."""

    golden: str
    ruling: Ruling
    reason: str
    at: str


class Goldens(Shelf):
    """Keeps the challenge. Editions and attempts are written once; rulings are only added."""

    def golden_edition(self, month: str) -> GoldenEdition | None:
        """The edition of a month (YYYY-MM), or None where none was frozen."""
        rows = self._db.read("SELECT month, at, cases FROM golden_editions WHERE month = :month", month=month)
        return _edition(rows[0]) if rows else None

    def golden_editions(self) -> list[GoldenEdition]:
        """Every edition, the first month first."""
        return [_edition(row) for row in self._db.read("SELECT month, at, cases FROM golden_editions ORDER BY month")]

    def open_golden_exam(
        self, cases: tuple[tuple[str, str, bool], ...], month: str, run: str, brain: str, weights: str | None
    ) -> GoldenExam:
        """Keeps that an exam began, and with a month's first one its edition. The same run is kept once."""
        at = now()
        with self._db.transaction():
            if self.golden_edition(month) is None:
                self._db.write(
                    "INSERT INTO golden_editions (month, at, cases) VALUES (:month, :at, :cases)",
                    month=month,
                    at=at,
                    cases=json.dumps(cases),
                )
            if not self._db.read("SELECT id FROM golden_exams WHERE run = :run", run=run):
                self._db.write(
                    "INSERT INTO golden_exams (month, run, at, brain, weights) "
                    "VALUES (:month, :run, :at, :brain, :weights)",
                    month=month,
                    run=run,
                    at=at,
                    brain=brain,
                    weights=weights,
                )
        return next(exam for exam in self.golden_exams(month) if exam.run == run)

    def golden_exams(self, month: str | None = None) -> list[GoldenExam]:
        """The exams in the order they began: of a month, or all."""
        where, terms = ("", {}) if month is None else ("WHERE month = :month ", {"month": month})
        rows = self._db.read(f"SELECT {_EXAM} FROM golden_exams {where}ORDER BY id", **terms)
        return [GoldenExam(*row) for row in rows]

    def end_golden_exam(self, run: str) -> None:
        """Notes that every case of an exam is scored."""
        self._db.write("UPDATE golden_exams SET ended = :at WHERE run = :run AND ended IS NULL", at=now(), run=run)

    def save_golden_attempt(self, attempt: GoldenAttempt) -> None:
        """Keeps an attempt. The first one of a case in an exam stays, however often it is saved."""
        with self._db.transaction():
            known = self._db.read(
                "SELECT id FROM golden_attempts WHERE run = :run AND golden = :golden",
                run=attempt.run,
                golden=attempt.golden,
            )
            if not known:
                self._db.write(
                    "INSERT INTO golden_attempts (run, golden, status, total, body) "
                    "VALUES (:run, :golden, :status, :total, :body)",
                    **{**vars(attempt), "body": json.dumps(attempt.body, ensure_ascii=False)},
                )

    def golden_attempts(self, run: str | None = None) -> list[GoldenAttempt]:
        """The attempts of an exam, by case, or all there are, the oldest exam first."""
        where, terms = ("", {}) if run is None else ("WHERE run = :run ", {"run": run})
        rows = self._db.read(
            f"SELECT run, golden, status, total, body FROM golden_attempts {where}ORDER BY run, golden", **terms
        )
        return [GoldenAttempt(run_, case, status, total, json.loads(body)) for run_, case, status, total, body in rows]

    def rule_golden(self, golden: str, ruling: Ruling, reason: str) -> GoldenRuling:
        """Keeps a ruling. `StoreError` without a reason."""
        reason = " ".join(reason.split())
        if not reason:
            raise StoreError(f"a golden is not {_DONE[ruling]} without a reason", fix="say why: --reason '…'")
        made = GoldenRuling(golden, ruling, reason, now())
        self._db.write(
            "INSERT INTO golden_rulings (golden, ruling, reason, at) VALUES (:golden, :ruling, :reason, :at)",
            **vars(made),
        )
        return made

    def golden_rulings(self) -> list[GoldenRuling]:
        """Every ruling, oldest first."""
        rows = self._db.read("SELECT golden, ruling, reason, at FROM golden_rulings ORDER BY id")
        return [GoldenRuling(*row) for row in rows]


_DONE: dict[str, str] = {"pin": "pinned", "unpin": "unpinned", "retire": "retired", "restore": "restored"}


def _edition(row: tuple[Any, ...]) -> GoldenEdition:
    month, at, cases = row
    return GoldenEdition(month, at, tuple((str(id_), str(digest), bool(pin)) for id_, digest, pin in json.loads(cases)))
