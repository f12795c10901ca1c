"""What she remembers across sessions: the moves she knows, where they went wrong, and how candidates ended."""

from __future__ import annotations

from dataclasses import replace

from engine.errors import StoreError
from engine.store.outcomes import OutcomeCount, OutcomeRecord
from engine.store.rows import Mistake, MoveRow
from engine.store.shelf import Shelf

# The sessions whose green outcomes the mentor found wrong.
DOUBTED = """
    SELECT devlogs.session FROM grades JOIN devlogs ON devlogs.id = grades.devlog
    WHERE grades.axis = 'correctness' AND grades.value <= 2 AND NOT EXISTS (
        SELECT 1 FROM grades AS later
        WHERE later.devlog = grades.devlog AND later.axis = grades.axis
        AND (later.at > grades.at OR (later.at = grades.at AND later.id > grades.id))
    )
"""


class Memory(Shelf):
    """Keeps moves, mistakes and outcomes."""

    def record_outcome(self, outcome: OutcomeRecord) -> None:
        """Keeps what became of a candidate."""
        self._db.write(
            "INSERT INTO outcomes "
            "(session, at, repository, code, move, applicability, shape, signature, predicted, green) VALUES "
            "(:session, :at, :repository, :code, :move, :applicability, :shape, :signature, :predicted, :green)",
            **vars(outcome),
        )

    def outcome_counts(self, repository: str | None = None) -> list[OutcomeCount]:
        """How often each kind of candidate was tried and ended green, in one repository or in all.

        The mentor's grade weighs what the tools said. Where the DevLog of a session has a grade of 2 or less on
        "correctness" (the newest one counts), what ended green in that session is counted as not green; with 3 or 4,
        or none, green stays green. What ended red is red whatever the grade: no opinion makes it compile. Grades
        are looked up when counting, so taking one back takes back its weight too.
        """
        kind = "code, move, applicability, shape, repository"
        here = "" if repository is None else "AND repository = :repository "
        rows = self._db.read(
            f"SELECT {kind}, SUM(won), SUM(tried) FROM ("
            f"SELECT {kind}, SUM(CASE WHEN green THEN 1 ELSE 0 END) AS won, COUNT(*) AS tried FROM outcomes "
            f"WHERE 1 = 1 {here}GROUP BY {kind} UNION ALL "
            f"SELECT {kind}, -COUNT(*) AS won, 0 AS tried FROM outcomes "
            f"WHERE green {here}AND session IN ({DOUBTED}) GROUP BY {kind}"
            f") AS counted GROUP BY {kind} ORDER BY {kind}",
            **({} if repository is None else {"repository": repository}),
        )
        # PostgreSQL sums into a decimal.
        return [OutcomeCount(*row[:5], *map(int, row[5:])) for row in rows]

    def outcomes(self, session: str) -> list[OutcomeRecord]:
        """What became of the candidates of one session, in the order they were tried."""
        rows = self._db.read(
            "SELECT session, at, repository, code, move, applicability, shape, signature, predicted, green "
            "FROM outcomes WHERE session = :session ORDER BY id",
            session=session,
        )
        return [replace(OutcomeRecord(*row), green=bool(row[-1])) for row in rows]

    def record_mistake(self, signature: str, move: str, *, session: str, at: str) -> None:
        """Notes that a move went wrong on an error of this signature; a repetition raises its count."""
        self._db.write(
            "INSERT INTO mistakes (signature, move, session, at, count) VALUES (:signature, :move, :session, :at, 1) "
            "ON CONFLICT (signature, move) DO UPDATE SET session = excluded.session, at = excluded.at, "
            "count = mistakes.count + 1",
            signature=signature,
            move=move,
            session=session,
            at=at,
        )

    def mistakes(self, signature: str) -> list[Mistake]:
        """The moves that went wrong on errors of this signature, the most frequent first."""
        rows = self._db.read(
            "SELECT signature, move, session, at, count FROM mistakes WHERE signature = :signature "
            "ORDER BY count DESC, at DESC, move",
            signature=signature,
        )
        return [Mistake(*row) for row in rows]

    def save_move(self, move: MoveRow) -> None:
        """Keeps a move, in place of an earlier one of the same name. A revoked one stays revoked."""
        self._db.write(
            "INSERT INTO moves (name, family, source, at, revoked, reason) "
            "VALUES (:name, :family, :source, :at, :revoked, :reason) ON CONFLICT (name) DO UPDATE SET "
            "family = excluded.family, source = excluded.source, at = excluded.at, "
            "revoked = moves.revoked OR excluded.revoked, "
            "reason = CASE WHEN excluded.revoked THEN excluded.reason ELSE moves.reason END",
            **vars(move),
        )

    def moves(self, *, revoked: bool | None = None) -> list[MoveRow]:
        """The moves by name: all, only those in use (False), or only those taken away (True)."""
        rows = self._db.read("SELECT name, family, source, at, revoked, reason FROM moves ORDER BY name")
        known = [MoveRow(name, family, source, at, bool(gone), why) for name, family, source, at, gone, why in rows]
        return [move for move in known if revoked is None or move.revoked == revoked]

    def revoke_move(self, name: str, *, revoked: bool = True, reason: str = "") -> None:
        """Takes a move away from her, or gives it back; `StoreError` when she does not know it."""
        written = self._db.write(
            "UPDATE moves SET revoked = :revoked, reason = :reason WHERE name = :name",
            name=name,
            revoked=revoked,
            reason=reason,
        )
        if written != 1:
            raise StoreError(f"she knows no move {name}")
