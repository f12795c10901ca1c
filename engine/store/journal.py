"""Sessions and their events: the append-only list that everything else is a fold over."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

from engine.errors import StoreError
from engine.schema.devlog import Outcome
from engine.schema.event import Event, LogEvent, read_event
from engine.store.diary import Diary, wanted_tags
from engine.store.rows import SessionRow
from engine.store.shelf import now

_COLUMNS = "id, repository, path, at, brain, outcome, ended, summary, branch, commit_sha"
_PAGE = 500

# One statement, so that the check and the insert cannot be torn apart by a second writer.
_APPEND = """
    INSERT INTO events (session, seq, at, kind, body)
    SELECT :session, :seq, :at, :kind, :body
    WHERE (SELECT COALESCE(MAX(seq), 0) + 1 FROM events WHERE session = :session) = :seq
"""


class Journal(Diary):
    """Keeps sessions and events, on top of the DevLogs that sessions end with."""

    def create_session(self, id: str, *, repository: str, path: str, at: str, brain: str) -> None:  # noqa: A002
        """Opens a session. ``repository`` is the repository's key, ``path`` what the mentor pointed at.

        Raises `StoreError` when the id is taken.
        """
        self._db.write(
            "INSERT INTO sessions (id, repository, path, at, brain) VALUES (:id, :repository, :path, :at, :brain)",
            id=id,
            repository=repository,
            path=path,
            at=at,
            brain=brain,
        )

    def append(self, event: Event) -> None:
        """Keeps one event; on return it survives the death of this process.

        A `LogEvent` ends its session in the same transaction: its DevLog is kept and its outcome noted. Raises
        `StoreError` when the session is unknown or ``seq`` is not the next number.
        """
        if isinstance(event, LogEvent):
            with self._db.transaction():
                self._append(event)
                self.save_devlog(event.devlog)
                self.finish_session(
                    event.session,
                    event.outcome,
                    at=event.at,
                    summary=event.devlog.summary,
                    branch=event.branch,
                    commit=event.commit,
                )
        else:
            self._append(event)

    def _append(self, event: Event) -> None:
        written = self._db.write(
            _APPEND,
            session=event.session,
            seq=event.seq,
            at=event.at,
            kind=event.kind,
            body=event.model_dump_json(),
        )
        if written != 1:
            expected = self.next_seq(event.session)
            raise StoreError(
                f"event {event.seq} of session {event.session} is out of order; the next is {expected}",
                fix="another process may be writing to this session; wait for it, then resume",
            )

    def next_seq(self, session: str) -> int:
        """The number the session's next event has to carry, from 1."""
        ((last,),) = self._db.read("SELECT COALESCE(MAX(seq), 0) FROM events WHERE session = :session", session=session)
        return int(last) + 1

    def events(self, session: str, after: int = 0) -> Iterator[Event]:
        """The session's events with a number above ``after``, in order, read page by page."""
        return (read_event(line) for line in self.event_lines(session, after))

    def event_lines(self, session: str, after: int = 0) -> Iterator[str]:
        """The same events as they are kept: one JSON object each, without a line break."""
        while True:
            page = self._db.read(
                "SELECT seq, body FROM events WHERE session = :session AND seq > :after ORDER BY seq LIMIT :page",
                session=session,
                after=after,
                page=_PAGE,
            )
            yield from (body for _, body in page)
            if len(page) < _PAGE:
                return
            after = page[-1][0]

    def session(self, id_or_prefix: str | None = None) -> SessionRow:
        """The session of that id or of the one id that starts so; the last one when None.

        Raises `StoreError` when there is none, or more than one.
        """
        if id_or_prefix is None:
            rows = self._db.read(f"SELECT {_COLUMNS} FROM sessions ORDER BY at DESC, id DESC LIMIT 1")
            if not rows:
                raise StoreError("there is no session yet", fix="start one with: rusta fix")
            return _session_row(rows[0])
        rows = self._db.read(
            f"SELECT {_COLUMNS} FROM sessions WHERE id = :id OR SUBSTR(id, 1, :length) = :id "
            "ORDER BY CASE WHEN id = :id THEN 0 ELSE 1 END, id LIMIT 2",
            id=id_or_prefix,
            length=len(id_or_prefix),
        )
        if not rows:
            raise StoreError(f"there is no session {id_or_prefix}", fix="list them with: rusta sessions")
        if len(rows) > 1 and rows[0][0] != id_or_prefix:
            raise StoreError(f"more than one session starts with {id_or_prefix}", fix="give more of its id")
        return _session_row(rows[0])

    def finish_session(
        self,
        id: str,  # noqa: A002
        outcome: Outcome | str,
        *,
        at: str | None = None,
        summary: str | None = None,
        branch: str | None = None,
        commit: str | None = None,
    ) -> None:
        """Notes how a session ended; what is None stays as it was noted before. `StoreError` when it is unknown."""
        written = self._db.write(
            "UPDATE sessions SET outcome = :outcome, ended = :at, summary = COALESCE(:summary, summary), "
            "branch = COALESCE(:branch, branch), commit_sha = COALESCE(:sha, commit_sha) WHERE id = :id",
            id=id,
            outcome=Outcome(outcome).value,
            at=at or now(),
            summary=summary,
            branch=branch,
            sha=commit,
        )
        if written != 1:
            raise StoreError(f"there is no session {id}", fix="list them with: rusta sessions")

    def sessions(
        self,
        limit: int | None = 50,
        *,
        text: str | None = None,
        outcome: Outcome | str | None = None,
        code: str | None = None,
        move: str | None = None,
        repository: str | None = None,
    ) -> list[SessionRow]:
        """The newest sessions first, at most ``limit``, that meet every condition given.

        ``text`` is looked for, whatever its case, in id, path, repository and the words of the DevLog; ``code`` and
        ``move`` in the DevLog's tags.
        """
        from sqlmodel import col, func, or_, select

        from engine.store.tables import DevLogTable, DevLogTagTable, SessionTable

        query = select(SessionTable).order_by(col(SessionTable.at).desc(), col(SessionTable.id).desc())
        if outcome is not None:
            query = query.where(SessionTable.outcome == Outcome(outcome).value)
        if repository is not None:
            query = query.where(SessionTable.repository == repository)
        for tag in wanted_tags(code, move):
            tagged = select(DevLogTable.session).join(DevLogTagTable, col(DevLogTagTable.devlog) == col(DevLogTable.id))
            query = query.where(col(SessionTable.id).in_(tagged.where(DevLogTagTable.tag == tag)))
        if text:
            words = text.casefold()
            told = select(DevLogTable.session).where(col(DevLogTable.search).contains(words, autoescape=True))
            named = [SessionTable.id, SessionTable.path, SessionTable.repository]
            query = query.where(
                or_(
                    *(func.lower(col(name)).contains(words, autoescape=True) for name in named),
                    col(SessionTable.id).in_(told),
                )
            )
        with self._ask() as asked:
            found = asked.exec(query.limit(limit))
            return [_session_row([getattr(row, name) for name in _COLUMNS.split(", ")]) for row in found]


def _session_row(values: Sequence[Any]) -> SessionRow:
    id_, repository, path, at, brain, outcome, *rest = values
    return SessionRow(id_, repository, path, at, brain, Outcome(outcome) if outcome else None, *rest)
