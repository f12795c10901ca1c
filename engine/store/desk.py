"""What the mentor leaves on a DevLog: grades, comments and marks."""

from __future__ import annotations

from engine.errors import StoreError
from engine.store.rows import Comment, Grade, Mark
from engine.store.shelf import Shelf, now


class Desk(Shelf):
    """Keeps grades, comments and marks. Whatever leaves one raises `StoreError` when there is no such DevLog."""

    def add_grade(self, devlog: str, axis: str, value: int, *, at: str | None = None) -> None:
        """Grades a DevLog on an axis, 1 to 4; it counts in place of an earlier grade on that axis.

        A grade on "correctness" weighs what the judge learns of the session: see `Memory.outcome_counts`. Raises
        `StoreError` for another value.
        """
        if value not in (1, 2, 3, 4):
            raise StoreError(f"a grade is 1 to 4, not {value}")
        with self._db.transaction():
            self._expect(devlog)
            self._db.write(
                "INSERT INTO grades (devlog, axis, value, at) VALUES (:devlog, :axis, :value, :at)",
                devlog=devlog,
                axis=axis,
                value=value,
                at=at or now(),
            )

    def undo_grade(self, devlog: str) -> Grade | None:
        """Takes back the last grade given to a DevLog, so that the one before it on its axis counts again.

        Returns what was taken back, None when there was none.
        """
        with self._db.transaction():
            rows = self._db.read(
                "SELECT id, axis, value, at FROM grades WHERE devlog = :devlog ORDER BY at DESC, id DESC LIMIT 1",
                devlog=devlog,
            )
            if not rows:
                return None
            number, axis, value, at = rows[0]
            self._db.write("DELETE FROM grades WHERE id = :id", id=number)
        return Grade(devlog, axis, value, at)

    def all_grades(self, devlog: str) -> list[Grade]:
        """Every grade that was given to a DevLog and not taken back, the first one first."""
        rows = self._db.read("SELECT axis, value, at FROM grades WHERE devlog = :devlog ORDER BY at, id", devlog=devlog)
        return [Grade(devlog, axis, value, at) for axis, value, at in rows]

    def grades(self, devlog: str) -> dict[str, Grade]:
        """The grades of a DevLog that count, by axis."""
        return {grade.axis: grade for grade in self.all_grades(devlog)}

    def grades_on(self, axis: str) -> list[tuple[str, str, int]]:
        """The grades that count on an axis over all DevLogs, oldest first: the DevLog's time, its brain, the value."""
        rows = self._db.read(
            "SELECT devlogs.id, devlogs.at, devlogs.brain, grades.value FROM grades "
            "JOIN devlogs ON devlogs.id = grades.devlog WHERE grades.axis = :axis "
            "ORDER BY devlogs.at, devlogs.id, grades.at, grades.id",
            axis=axis,
        )
        counting = {id_: (at, brain, value) for id_, at, brain, value in rows}
        return list(counting.values())

    def add_comment(self, devlog: str, text: str, *, at: str | None = None) -> None:
        """Writes a comment beside a DevLog. Raises `StoreError` when it says nothing."""
        if not text.strip():
            raise StoreError("a comment has to say something")
        with self._db.transaction():
            self._expect(devlog)
            self._db.write(
                "INSERT INTO comments (devlog, text, at) VALUES (:devlog, :text, :at)",
                devlog=devlog,
                text=text,
                at=at or now(),
            )

    def undo_comment(self, devlog: str) -> Comment | None:
        """Takes back the last comment on a DevLog; returns it, None when there was none."""
        with self._db.transaction():
            rows = self._db.read(
                "SELECT id, text, at FROM comments WHERE devlog = :devlog ORDER BY at DESC, id DESC LIMIT 1",
                devlog=devlog,
            )
            if not rows:
                return None
            number, text, at = rows[0]
            self._db.write("DELETE FROM comments WHERE id = :id", id=number)
        return Comment(devlog, text, at)

    def comments(self, devlog: str) -> list[Comment]:
        """The comments on a DevLog, the first one first."""
        rows = self._db.read("SELECT text, at FROM comments WHERE devlog = :devlog ORDER BY at, id", devlog=devlog)
        return [Comment(devlog, text, at) for text, at in rows]

    def add_mark(self, devlog: str, mark: str, *, at: str | None = None) -> bool:
        """Sets a DevLog apart, as "golden" say; False when it bore that mark already."""
        with self._db.transaction():
            self._expect(devlog)
            written = self._db.write(
                "INSERT INTO marks (devlog, mark, at) VALUES (:devlog, :mark, :at) "
                "ON CONFLICT (devlog, mark) DO NOTHING",
                devlog=devlog,
                mark=mark,
                at=at or now(),
            )
        return written == 1

    def remove_mark(self, devlog: str, mark: str) -> bool:
        """Takes a mark from a DevLog; False when it bore none of that name."""
        with self._db.transaction():
            self._expect(devlog)
            return (
                self._db.write("DELETE FROM marks WHERE devlog = :devlog AND mark = :mark", devlog=devlog, mark=mark)
                == 1
            )

    def marks(self, devlog: str) -> list[Mark]:
        """The marks a DevLog bears, by name."""
        rows = self._db.read("SELECT mark, at FROM marks WHERE devlog = :devlog ORDER BY mark", devlog=devlog)
        return [Mark(devlog, mark, at) for mark, at in rows]

    def _expect(self, devlog: str) -> None:
        if not self._db.read("SELECT 1 FROM devlogs WHERE id = :id", id=devlog):
            raise no_devlog(devlog)


def no_devlog(id_: str) -> StoreError:
    """The error for a DevLog that is not there."""
    return StoreError(f"there is no DevLog {id_}", fix="list them with: rusta devlogs list")
