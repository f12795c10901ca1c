"""What she went through: every candidate that was tried, with the signature of its situation and how it ended."""

from __future__ import annotations

import json
from dataclasses import dataclass, replace
from typing import Any

from engine.store.memory import DOUBTED
from engine.store.shelf import Shelf

GOOD = "green"
"""The verdict of what stood when everything was green."""
TAKEN_BACK = ("vetoed", "undone", "edited")
"""The mentor's verdicts, after which an edit is no example any more."""
BARRED = ("vetoed", "undone")
"""Verdicts of the mentor's, after which an idea is not proposed again in that repository."""

_FIELDS = (
    "session, at, repository, code, message, types, item, place, context, signature, idea, deed, verdict, move, "
    "intent, candidate, template, ground"
)
_MINED = "name, code, at, intent, prior, template, sessions, evidence"


@dataclass(frozen=True)
class Experience:
    """One candidate and what became of it.

    ``code`` to ``signature`` describe the situation, ``idea`` is the key of the abstract edit in it,
    ``deed`` the key of the edit in its item, whatever the situation. ``verdict`` is
    one of green, progress (it stands, and other errors do too), red, refuted (by a probe), vetoed, undone and edited.
    ``candidate`` is the key of the very edits. ``template`` (JSON) fills the edit in at another place and ``ground``
    (JSON) is the code it was made on; both are "" for what did not stand.
    """

    session: str
    at: str
    repository: str
    code: str
    message: str
    types: str
    item: str
    place: str
    context: str
    signature: str
    idea: str
    deed: str
    verdict: str
    move: str
    intent: str
    candidate: str
    template: str = ""
    ground: str = ""


@dataclass(frozen=True)
class IdeaCount:
    """How often an idea ended with a verdict in one context of a repository."""

    idea: str
    repository: str
    context: str
    verdict: str
    count: int


@dataclass(frozen=True)
class MinedMove:
    """A move that was mined: its template (JSON), the sessions it was generalised from, and what was held out.

    ``evidence``: how many held-out cases it fitted ("fits"), how many of these it mended ("mended").
    """

    name: str
    code: str
    at: str
    intent: str
    prior: float
    template: str
    sessions: tuple[str, ...]
    evidence: dict[str, int]


class Experiences(Shelf):
    """Keeps experiences and mined moves."""

    def record_experience(self, experience: Experience) -> None:
        """Keeps what became of a candidate, with its situation."""
        marks = ", ".join(f":{name.strip()}" for name in _FIELDS.split(","))
        self._db.write(f"INSERT INTO experiences ({_FIELDS}) VALUES ({marks})", **vars(experience))

    def idea_counts(self, signature: str, *, but: str = "") -> list[IdeaCount]:
        """How the ideas that were had in situations of this signature ended, by repository and context.

        What the session ``but`` went through is left out.
        """
        rows = self._db.read(
            "SELECT idea, repository, context, verdict, COUNT(*) FROM experiences WHERE signature = :signature "
            "AND session <> :but GROUP BY idea, repository, context, verdict",
            signature=signature,
            but=but,
        )
        return [IdeaCount(idea, repository, context, verdict, int(n)) for idea, repository, context, verdict, n in rows]

    def barred_deeds(self, repository: str, *, but: str = "") -> frozenset[str]:
        """The deeds that the mentor vetoed or took back in a repository, those of the session ``but`` left out."""
        rows = self._db.read(
            "SELECT DISTINCT deed FROM experiences WHERE repository = :repository "
            "AND verdict IN ('vetoed', 'undone') AND session <> :but",
            repository=repository,
            but=but,
        )
        return frozenset(row[0] for row in rows)

    def fixes(self, *, code: str, signature: str, repository: str, limit: int = 12) -> list[Experience]:
        """What stood in situations like this one, newest first within each: of the signature in the repository, of
        the signature anywhere, of the code in the repository, of the code anywhere; ``limit`` of each at most.

        Sessions that the mentor graded as wrong are left out, and so is the ground, which is large.
        """
        known: dict[int, Experience] = {}
        fields = _FIELDS.replace("ground", "'' AS ground")
        for what, value in (("signature", signature), ("code", code)):
            for here in ("AND repository = :repository ", ""):
                rows = self._db.read(
                    f"SELECT id, {fields} FROM experiences WHERE {what} = :value {here}"
                    f"AND verdict = 'green' AND template <> '' AND session NOT IN ({DOUBTED}) "
                    "ORDER BY id DESC LIMIT :limit",
                    value=value,
                    limit=limit,
                    **({"repository": repository} if here else {}),
                )
                for row in rows:
                    known.setdefault(row[0], Experience(*row[1:]))
        return list(known.values())

    def experiences(self, *, session: str | None = None, grounded: bool = False) -> list[Experience]:
        """All that she went through, oldest first, or one session's; ``grounded``: only what can be mined."""
        where = "WHERE 1 = 1"
        where += "" if session is None else " AND session = :session"
        where += f" AND ground <> '' AND verdict = 'green' AND session NOT IN ({DOUBTED})" * grounded
        rows = self._db.read(
            f"SELECT {_FIELDS} FROM experiences {where} ORDER BY id",
            **({} if session is None else {"session": session}),
        )
        return [Experience(*row) for row in rows]

    def experience_of(self, session: str, candidate: str) -> Experience | None:
        """The newest experience of a session with a candidate."""
        rows = self._db.read(
            f"SELECT {_FIELDS} FROM experiences WHERE session = :session AND candidate = :candidate "
            "ORDER BY id DESC LIMIT 1",
            session=session,
            candidate=candidate,
        )
        return Experience(*rows[0]) if rows else None

    def take_back(self, experience: Experience, verdict: str, *, at: str) -> None:
        """Notes the mentor's verdict on what had stood, whose edit is not an example to follow any more."""
        with self._db.transaction():
            self._db.write(
                "UPDATE experiences SET template = '', ground = '' WHERE session = :session AND candidate = :candidate",
                session=experience.session,
                candidate=experience.candidate,
            )
            self.record_experience(replace(experience, verdict=verdict, at=at, template="", ground=""))

    def take_back_session(self, session: str, *, at: str) -> None:
        """Notes that the mentor took back what a session did: nothing of it is an example any more."""
        with self._db.transaction():
            for experience in self.experiences(session=session):
                if experience.verdict in (GOOD, "progress"):
                    self.take_back(experience, "undone", at=at)

    def prove(self, experience: Experience) -> None:
        """Keeps what came to green in the place of what was noted of the same candidate in its session before."""
        with self._db.transaction():
            self._db.write(
                "DELETE FROM experiences WHERE session = :session AND candidate = :candidate",
                session=experience.session,
                candidate=experience.candidate,
            )
            self.record_experience(experience)

    def save_mined(self, move: MinedMove) -> None:
        """Keeps a mined move, in place of an earlier one of its name."""
        fields: dict[str, Any] = {
            **vars(move),
            "sessions": json.dumps(move.sessions),
            "evidence": json.dumps(move.evidence),
        }
        with self._db.transaction():
            self._db.write("DELETE FROM mined_moves WHERE name = :name", name=move.name)
            marks = ", ".join(f":{name.strip()}" for name in _MINED.split(","))
            self._db.write(f"INSERT INTO mined_moves ({_MINED}) VALUES ({marks})", **fields)

    def mined_moves(self, code: str | None = None) -> list[MinedMove]:
        """The mined moves by name: all, or those for one error code ("" for errors without one)."""
        where = "" if code is None else "WHERE code = :code"
        rows = self._db.read(
            f"SELECT {_MINED} FROM mined_moves {where} ORDER BY name", **({} if code is None else {"code": code})
        )
        return [_mined(*row) for row in rows]


def _mined(
    name: str, code: str, at: str, intent: str, prior: float, template: str, sessions: str, evidence: str
) -> MinedMove:
    return MinedMove(name, code, at, intent, prior, template, tuple(json.loads(sessions)), json.loads(evidence))
