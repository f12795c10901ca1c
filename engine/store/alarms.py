"""Drift: the states of a brain that were found good, and the alarms that rang."""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import Any

from engine.errors import StoreError
from engine.store.shelf import Shelf, now

_MEMORY = {
    "moves": ("name", "family", "source", "at", "revoked", "reason"),
    "mistakes": ("signature", "move", "session", "at", "count"),
    "outcomes": (
        *("session", "at", "repository", "code", "move", "applicability", "shape", "signature", "predicted"),
        "green",
    ),
    "mined_moves": ("name", "code", "at", "intent", "prior", "template", "sessions", "evidence"),
}
_STATE = "id, at, brain, brain_hash, weights, run, case_set"
_ALARM = "id, at, brain, brain_hash, baseline, run, fall, low, high, n, flipped, restored, cleared, reason"


@dataclass(frozen=True)
class BrainState:
    """A state to go back to: what the brain had learnt when its canaries were run.

    ``run`` are those canaries, the baseline of every later comparison; ``case_set`` their hash. ``weights``: where its
    weights lie, None for a brain without any. Her memory is kept with it, and is read only to restore it.
    """

    id: int
    at: str
    brain: str
    brain_hash: str
    weights: str | None
    run: str
    case_set: str


@dataclass(frozen=True)
class DriftAlarm:
    """An alarm: compile-fix of ``run`` is lower than that of ``baseline`` by ``drop`` (a share; ``low`` to ``high``).

    ``flipped`` are the cases that were mended before and are not any more. ``restored``: the state she was put back
    into, None where there was none. ``cleared``: when the mentor ended it, and the ``reason``; None while it stands.
    """

    id: int
    at: str
    brain: str
    brain_hash: str
    baseline: str
    run: str
    drop: float
    low: float
    high: float
    n: int
    flipped: tuple[str, ...]
    restored: int | None
    cleared: str | None = None
    reason: str = ""


class Alarms(Shelf):
    """Keeps good states and alarms."""

    def keep_state(self, brain: str, brain_hash: str, weights: str | None, run: str, case_set: str) -> BrainState:
        """Keeps what she remembers now as a state to go back to."""
        memory = {
            table: [list(row) for row in self._db.read(f"SELECT {', '.join(names)} FROM {table}")]
            for table, names in _MEMORY.items()
        }
        # Experiences hold code, and are many: of them a state knows the last one.
        memory["experiences"] = [[int(self._db.read("SELECT COALESCE(MAX(id), 0) FROM experiences")[0][0])]]
        at = now()
        with self._db.transaction():
            self._db.write(
                "INSERT INTO brain_states (at, brain, brain_hash, weights, run, case_set, memory) "
                "VALUES (:at, :brain, :brain_hash, :weights, :run, :case_set, :memory)",
                at=at,
                brain=brain,
                brain_hash=brain_hash,
                weights=weights,
                run=run,
                case_set=case_set,
                memory=json.dumps(memory),
            )
            number = int(self._db.read("SELECT MAX(id) FROM brain_states")[0][0])
        return BrainState(number, at, brain, brain_hash, weights, run, case_set)

    def good_state(self, brain: str) -> BrainState | None:
        """The newest state of a brain that was found good."""
        rows = self._db.read(
            f"SELECT {_STATE} FROM brain_states WHERE brain = :brain ORDER BY id DESC LIMIT 1", brain=brain
        )
        return BrainState(*rows[0]) if rows else None

    def restore_state(self, state: BrainState) -> int:
        """Puts back what she remembered in that state, all of it or nothing; returns how much she had learnt since.

        What is taken from her are conclusions: sessions, DevLogs and grades stay as they are.
        """
        rows = self._db.read("SELECT memory FROM brain_states WHERE id = :id", id=state.id)
        if not rows:
            raise StoreError(f"there is no state {state.id} to go back to", fix="pin one: `rusta eval drift pin`")
        memory: dict[str, list[list[Any]]] = json.loads(rows[0][0])
        with self._db.transaction():
            before = int(self._db.read("SELECT COUNT(*) FROM outcomes")[0][0])
            if "experiences" in memory:
                self._db.write("DELETE FROM experiences WHERE id > :last", last=memory["experiences"][0][0])
            for table, names in _MEMORY.items():
                if table not in memory:  # a state of before there was such a table
                    continue
                self._db.write(f"DELETE FROM {table}")
                marks = ", ".join(f":{name}" for name in names)
                for row in memory[table]:
                    self._db.write(
                        f"INSERT INTO {table} ({', '.join(names)}) VALUES ({marks})",
                        **{name: _plain(name, value) for name, value in zip(names, row, strict=True)},
                    )
        return before - len(memory["outcomes"])

    def ring(
        self, state: BrainState, brain_hash: str, run: str, drop: tuple[float, float, float], n: int,
        flipped: tuple[str, ...], restored: bool,
    ) -> DriftAlarm:  # fmt: skip
        """Keeps an alarm against ``state``; ``drop`` is the drop with the lower and upper end of its interval."""
        at = now()
        fields = {
            "at": at,
            "brain": state.brain,
            "brain_hash": brain_hash,
            "baseline": state.run,
            "run": run,
            "drop": drop[0],
            "low": drop[1],
            "high": drop[2],
            "n": n,
            "flipped": json.dumps(flipped),
            "restored": state.id if restored else None,
        }
        with self._db.transaction():
            self._db.write(
                "INSERT INTO drift_alarms "
                "(at, brain, brain_hash, baseline, run, fall, low, high, n, flipped, restored, cleared, reason) VALUES "
                "(:at, :brain, :brain_hash, :baseline, :run, :drop, :low, :high, :n, :flipped, :restored, NULL, '')",
                **fields,
            )
            number = int(self._db.read("SELECT MAX(id) FROM drift_alarms")[0][0])
        return self._alarm(number)

    def alarms(self, brain: str | None = None, *, standing: bool = False) -> list[DriftAlarm]:
        """The alarms, oldest first: of one brain or of all; ``standing``: only those that nobody has ended."""
        rows = self._db.read(f"SELECT {_ALARM} FROM drift_alarms ORDER BY id")
        found = [DriftAlarm(*(*row[:10], tuple(json.loads(row[10])), *row[11:])) for row in rows]
        return [one for one in found if brain in (None, one.brain) and not (standing and one.cleared)]

    def clear_alarm(self, number: int, reason: str) -> DriftAlarm:
        """Ends an alarm. `StoreError` without a reason, or where there is no such alarm or it was ended already."""
        if not reason.strip():
            raise StoreError("an alarm is ended with a written reason", fix="say why she may go on: --reason '…'")
        done = self._db.write(
            "UPDATE drift_alarms SET cleared = :at, reason = :reason WHERE id = :id AND cleared IS NULL",
            id=number,
            at=now(),
            reason=" ".join(reason.split()),
        )
        if done == 0:
            raise StoreError(f"no alarm {number} is standing", fix="see `rusta eval drift status`")
        return self._alarm(number)

    def _alarm(self, number: int) -> DriftAlarm:
        return next(one for one in self.alarms() if one.id == number)


def _plain(name: str, value: Any) -> Any:
    # SQLite gives a truth value back as a number, which PostgreSQL does not take for one.
    return bool(value) if name in ("revoked", "green") else value
