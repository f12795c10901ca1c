"""DevLogs and the mentor's grades on them."""

from __future__ import annotations

from engine.errors import StoreError
from engine.schema.devlog import DevLog, Outcome
from engine.store.rows import Grade
from engine.store.shelf import Shelf, now


class Diary(Shelf):
    """Keeps DevLogs and grades."""

    def save_devlog(self, devlog: DevLog) -> None:
        """Keeps a DevLog, in place of an earlier one of the same id. Its grades stay."""
        with self._db.transaction():
            self._db.write(
                "INSERT INTO devlogs (id, session, at, repository, brain, outcome, search, body) "
                "VALUES (:id, :session, :at, :repository, :brain, :outcome, :search, :body) "
                "ON CONFLICT (id) DO UPDATE SET session = excluded.session, at = excluded.at, "
                "repository = excluded.repository, brain = excluded.brain, outcome = excluded.outcome, "
                "search = excluded.search, body = excluded.body",
                id=devlog.id,
                session=devlog.session,
                at=devlog.at,
                repository=devlog.repository,
                brain=devlog.brain,
                outcome=devlog.outcome.value,
                search=_words(devlog),
                body=devlog.model_dump_json(),
            )
            self._db.write("DELETE FROM devlog_tags WHERE devlog = :id", id=devlog.id)
            for tag in sorted(_tags(devlog)):
                self._db.write("INSERT INTO devlog_tags (devlog, tag) VALUES (:id, :tag)", id=devlog.id, tag=tag)

    def devlog(self, id: str) -> DevLog:  # noqa: A002
        """The DevLog of that id; `StoreError` when there is none."""
        rows = self._db.read("SELECT body FROM devlogs WHERE id = :id", id=id)
        if not rows:
            raise StoreError(f"there is no DevLog {id}", fix="list the sessions with: rusta sessions")
        return DevLog.read(rows[0][0])

    def devlogs(
        self,
        limit: int | None = 50,
        *,
        text: str | None = None,
        outcome: Outcome | str | None = None,
        code: str | None = None,
        move: str | None = None,
        repository: str | None = None,
        session: str | None = None,
        graded: bool | None = None,
    ) -> list[DevLog]:
        """The newest DevLogs first, at most ``limit``, that meet every condition given.

        ``text`` is looked for, whatever its case, in the words of the DevLog; ``graded`` keeps those that have a
        grade (True) or none (False).
        """
        from sqlmodel import col, exists, select

        from engine.store.tables import DevLogTable, DevLogTagTable, GradeTable

        query = select(DevLogTable).order_by(col(DevLogTable.at).desc(), col(DevLogTable.id).desc())
        equal = {
            DevLogTable.outcome: Outcome(outcome).value if outcome else None,
            DevLogTable.repository: repository,
            DevLogTable.session: session,
        }
        for column, value in equal.items():
            if value is not None:
                query = query.where(col(column) == value)
        for tag in wanted_tags(code, move):
            tagged = select(DevLogTagTable.devlog).where(DevLogTagTable.tag == tag)
            query = query.where(col(DevLogTable.id).in_(tagged))
        if text:
            query = query.where(col(DevLogTable.search).contains(text.casefold(), autoescape=True))
        if graded is not None:
            has_grade = exists().where(col(GradeTable.devlog) == col(DevLogTable.id))
            query = query.where(has_grade if graded else ~has_grade)
        with self._ask() as asked:
            return [DevLog.read(row.body) for row in asked.exec(query.limit(limit))]

    def add_grade(self, devlog: str, axis: str, value: int, *, at: str | None = None) -> None:
        """Grades a DevLog on an axis, 1 to 4; it counts in place of an earlier grade on that axis.

        Raises `StoreError` for another value, or when there is no such DevLog.
        """
        if value not in (1, 2, 3, 4):
            raise StoreError(f"a grade is 1 to 4, not {value}")
        with self._db.transaction():
            if not self._db.read("SELECT 1 FROM devlogs WHERE id = :id", id=devlog):
                raise StoreError(f"there is no DevLog {devlog}", fix="list the sessions with: rusta sessions")
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
                "SELECT id, axis, value, at FROM grades WHERE devlog = :devlog ORDER BY id DESC LIMIT 1", devlog=devlog
            )
            if not rows:
                return None
            number, axis, value, at = rows[0]
            self._db.write("DELETE FROM grades WHERE id = :id", id=number)
        return Grade(devlog, axis, value, at)

    def grades(self, devlog: str) -> dict[str, Grade]:
        """The grades of a DevLog that count, by axis."""
        rows = self._db.read("SELECT axis, value, at FROM grades WHERE devlog = :devlog ORDER BY id", devlog=devlog)
        return {axis: Grade(devlog, axis, value, at) for axis, value, at in rows}


def wanted_tags(code: str | None, move: str | None) -> list[str]:
    """The tags that a search for a code and a move asks for."""
    return ([f"error/{code}"] if code else []) + ([f"move/{move}"] if move else [])


def _tags(devlog: DevLog) -> set[str]:
    """Its own tags, and those of its entries, so that a hand-written one is found without repeating them."""
    return set(devlog.tags).union(*(wanted_tags(entry.code, entry.move) for entry in devlog.entries))


def _words(devlog: DevLog) -> str:
    """The text a search looks through, one field a line, case-folded."""
    words = [devlog.summary, devlog.repository, devlog.branch or "", *devlog.questions, *devlog.tags]
    for entry in devlog.entries:
        words += [entry.code or "", entry.message, entry.where, entry.move or "", entry.intent]
        words += [entry.reflection, entry.explanation, entry.adr or "", *entry.mentor]
    return "\n".join(word for word in words if word).casefold()
