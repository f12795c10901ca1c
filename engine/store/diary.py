"""DevLogs: kept, found again, and searched."""

from __future__ import annotations

import re
from collections.abc import Sequence
from itertools import groupby
from operator import itemgetter
from typing import Any

from engine.errors import StoreError
from engine.schema.devlog import DevLog, Outcome
from engine.store.desk import Desk, no_devlog
from engine.store.rows import DevLogRow


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
        if id_or_prefix and self.has_devlog(id_or_prefix):  # what a program names it by, and quicker found
            return id_or_prefix
        rows = self._db.read(
            "SELECT id, session FROM devlogs WHERE SUBSTR(id, 1, :length) = :id OR SUBSTR(session, 1, :length) = :id "
            "ORDER BY CASE WHEN session = :id THEN 0 ELSE 1 END, id LIMIT 2",
            id=id_or_prefix,
            length=len(id_or_prefix),
        )
        if not rows or not id_or_prefix:
            raise no_devlog(id_or_prefix)
        found, session = rows[0]
        if len(rows) > 1 and (session != id_or_prefix or rows[1][1] == session):
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
        which, values = _matching(limit, text, outcome, code, move, repository, session, graded)
        return [DevLog.read(body) for (body,) in self._db.read(f"SELECT body FROM devlogs {which}", **values)]

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
        skip: int = 0,
    ) -> list[DevLogRow]:
        """What `devlogs` finds, as a list shows it: with what the mentor left on each, and no record opened.

        ``skip`` leaves out that many of the newest, for who reads in pages.
        """
        which, values = _matching(limit, text, outcome, code, move, repository, session, graded)
        if skip:
            which += f"{'' if limit is not None else ' LIMIT 9223372036854775807'} OFFSET :skip"
            values["skip"] = skip

        def beside(columns: str, table: str, order: str) -> dict[str, list[tuple[Any, ...]]]:
            """What stands beside the DevLogs in another table, by DevLog, each row with the DevLog's id first."""
            found = self._db.read(
                f"SELECT devlog, {columns} FROM {table} WHERE devlog IN (SELECT id FROM devlogs {which}) "
                f"ORDER BY devlog, {order}",
                **values,
            )
            return {devlog: list(rows) for devlog, rows in groupby(found, itemgetter(0))}

        rows = self._db.read(f"SELECT {_COLUMNS} FROM devlogs {which}", **values)
        tags = beside("tag", "devlog_tags", "tag")
        grades = beside("axis, value", "grades", "at, id")
        comments = beside("id", "comments", "id")
        marks = beside("mark", "marks", "mark")
        return [
            DevLogRow(
                id=row[0],
                session=row[1],
                at=row[2],
                repository=row[3],
                brain=row[4],
                outcome=Outcome(row[5]),
                summary=row[6],
                seconds=row[7],
                codes=_untagged("error/", tags.get(row[0], [])),
                moves=_untagged("move/", tags.get(row[0], [])),
                grades={axis: value for _, axis, value in grades.get(row[0], [])},
                comments=len(comments.get(row[0], [])),
                marks=tuple(mark for _, mark in marks.get(row[0], [])),
                given=tuple((axis, value) for _, axis, value in grades.get(row[0], [])),
            )
            for row in rows
        ]


_WILD = re.compile("[/%_]")
_COLUMNS = "id, session, at, repository, brain, outcome, summary, seconds"


def _matching(
    limit: int | None,
    text: str | None,
    outcome: Outcome | str | None,
    code: str | None,
    move: str | None,
    repository: str | None,
    session: str | None,
    graded: bool | None,
) -> tuple[str, dict[str, Any]]:
    """What follows ``FROM devlogs`` to get those that meet every condition given, newest first, and its values.

    Plain SQL, because an app that opens its list should not wait for SQLModel to load.
    """
    equal = {"outcome": Outcome(outcome).value if outcome else None, "repository": repository, "session": session}
    values: dict[str, Any] = {name: value for name, value in equal.items() if value is not None}
    wanted = [f"{name} = :{name}" for name in values]
    for name, tag in {"code": f"error/{code}" if code else "", "move": f"move/{move}" if move else ""}.items():
        if tag:
            wanted.append(f"id IN (SELECT devlog FROM devlog_tags WHERE tag = :{name})")
            values[name] = tag
    if text:
        wanted.append("search LIKE :text ESCAPE '/'")
        values["text"] = "%" + _WILD.sub(r"/\g<0>", text.casefold()) + "%"
    if graded is not None:
        wanted.append(f"{'' if graded else 'NOT '}EXISTS (SELECT 1 FROM grades WHERE grades.devlog = devlogs.id)")
    if limit is not None:
        values["limit"] = limit
    where = f"WHERE {' AND '.join(wanted)} " if wanted else ""
    return f"{where}ORDER BY at DESC, id DESC{'' if limit is None else ' LIMIT :limit'}", values


def _untagged(kind: str, tags: Sequence[tuple[Any, ...]]) -> tuple[str, ...]:
    return tuple(tag.removeprefix(kind) for _, tag in tags if tag.startswith(kind))


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
