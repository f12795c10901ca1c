"""DevLogs: kept, found again, and searched."""

from __future__ import annotations

from collections import defaultdict
from typing import TYPE_CHECKING

from engine.errors import StoreError
from engine.schema.devlog import DevLog, Outcome
from engine.store.desk import Desk, no_devlog
from engine.store.rows import DevLogRow

if TYPE_CHECKING:
    from sqlmodel.sql.expression import SelectOfScalar

    from engine.store.tables import DevLogTable


class Diary(Desk):
    """Keeps DevLogs, under what the mentor leaves on them."""

    def save_devlog(self, devlog: DevLog) -> None:
        """Keeps a DevLog, in place of an earlier one of the same id. Its grades, comments and marks stay."""
        with self._db.transaction():
            self._db.write(
                "INSERT INTO devlogs (id, session, at, repository, brain, outcome, search, summary, seconds, "
                "body) VALUES (:id, :session, :at, :repository, :brain, :outcome, :search, :summary, :seconds, :body) "
                "ON CONFLICT (id) DO UPDATE SET session = excluded.session, at = excluded.at, "
                "repository = excluded.repository, brain = excluded.brain, outcome = excluded.outcome, "
                "search = excluded.search, summary = excluded.summary, seconds = excluded.seconds, "
                "body = excluded.body",
                id=devlog.id,
                session=devlog.session,
                at=devlog.at,
                repository=devlog.repository,
                brain=devlog.brain,
                outcome=devlog.outcome.value,
                search=_words(devlog),
                summary=devlog.summary,
                seconds=devlog.seconds,
                body=devlog.model_dump_json(),
            )
            self._db.write("DELETE FROM devlog_tags WHERE devlog = :id", id=devlog.id)
            for tag in sorted(_tags(devlog)):
                self._db.write("INSERT INTO devlog_tags (devlog, tag) VALUES (:id, :tag)", id=devlog.id, tag=tag)

    def devlog(self, id: str) -> DevLog:  # noqa: A002
        """The DevLog of that id; `StoreError` when there is none."""
        rows = self._db.read("SELECT body FROM devlogs WHERE id = :id", id=id)
        if not rows:
            raise no_devlog(id)
        return DevLog.read(rows[0][0])

    def has_devlog(self, id: str) -> bool:  # noqa: A002
        """Whether there is a DevLog of that id."""
        return bool(self._db.read("SELECT 1 FROM devlogs WHERE id = :id", id=id))

    def devlog_id(self, id_or_prefix: str) -> str:
        """The id of the DevLog that is named by its id, by its session's, or by the start of either.

        Raises `StoreError` when there is none, or more than one.
        """
        rows = self._db.read(
            "SELECT id, session FROM devlogs WHERE SUBSTR(id, 1, :length) = :id OR SUBSTR(session, 1, :length) = :id "
            "ORDER BY CASE WHEN id = :id THEN 0 WHEN session = :id THEN 1 ELSE 2 END, id LIMIT 2",
            id=id_or_prefix,
            length=len(id_or_prefix),
        )
        if not rows or not id_or_prefix:
            raise no_devlog(id_or_prefix)
        found, session = rows[0]
        if len(rows) > 1 and found != id_or_prefix and (session != id_or_prefix or rows[1][1] == session):
            raise StoreError(f"more than one DevLog starts with {id_or_prefix}", fix="give more of its id")
        return str(found)

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
        query = _matching(text, outcome, code, move, repository, session, graded)
        with self._ask() as asked:
            return [DevLog.read(row.body) for row in asked.exec(query.limit(limit))]

    def devlog_rows(
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
    ) -> list[DevLogRow]:
        """What `devlogs` finds, as a list shows it: with what the mentor left on each, and no record opened."""
        from sqlmodel import col, func, select

        from engine.store.tables import CommentTable, DevLogTable, DevLogTagTable, GradeTable, MarkTable

        query = _matching(text, outcome, code, move, repository, session, graded).limit(limit)
        wanted = query.with_only_columns(col(DevLogTable.id)).subquery()
        tags: defaultdict[str, list[str]] = defaultdict(list)
        grades: defaultdict[str, dict[str, int]] = defaultdict(dict)
        marks: defaultdict[str, list[str]] = defaultdict(list)
        columns = [getattr(DevLogTable, name) for name in _COLUMNS]
        with self._ask() as asked:
            rows = asked.connection().execute(query.with_only_columns(*columns)).all()
            inside = select(wanted.c.id)
            tagged = select(DevLogTagTable.devlog, DevLogTagTable.tag).where(col(DevLogTagTable.devlog).in_(inside))
            for devlog, tag in asked.exec(tagged.order_by(DevLogTagTable.tag)):
                tags[devlog].append(tag)
            graded_so = select(GradeTable.devlog, GradeTable.axis, GradeTable.value)
            graded_so = graded_so.where(col(GradeTable.devlog).in_(inside)).order_by(col(GradeTable.at), col(GradeTable.id))
            for devlog, axis, value in asked.exec(graded_so):
                grades[devlog][axis] = value
            marked = select(MarkTable.devlog, MarkTable.mark).where(col(MarkTable.devlog).in_(inside))
            for devlog, mark in asked.exec(marked.order_by(MarkTable.mark)):
                marks[devlog].append(mark)
            counted = select(CommentTable.devlog, func.count()).where(col(CommentTable.devlog).in_(inside))
            comments = dict(asked.exec(counted.group_by(CommentTable.devlog)).all())
        return [
            DevLogRow(
                **{**dict(zip(_COLUMNS, row, strict=True)), "outcome": Outcome(row.outcome)},
                codes=_untagged("error/", tags[row.id]),
                moves=_untagged("move/", tags[row.id]),
                grades=grades[row.id],
                comments=comments.get(row.id, 0),
                marks=tuple(marks[row.id]),
            )
            for row in rows
        ]


_COLUMNS = ("id", "session", "at", "repository", "brain", "outcome", "summary", "seconds")


def _matching(
    text: str | None,
    outcome: Outcome | str | None,
    code: str | None,
    move: str | None,
    repository: str | None,
    session: str | None,
    graded: bool | None,
) -> SelectOfScalar[DevLogTable]:
    """The question for the DevLogs that meet every condition given, newest first."""
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
    return query


def _untagged(kind: str, tags: list[str]) -> tuple[str, ...]:
    return tuple(tag.removeprefix(kind) for tag in tags if tag.startswith(kind))


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
