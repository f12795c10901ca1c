"""What the store hands out and takes in, besides the records of `engine.schema`."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from engine.schema.devlog import Outcome


@dataclass(frozen=True)
class SessionRow:
    """A session as a list shows it. ``at`` and ``ended`` are UTC, ISO 8601; ``outcome`` is None while it is open."""

    id: str
    repository: str
    path: str
    at: str
    brain: str
    outcome: Outcome | None = None
    ended: str | None = None
    summary: str | None = None
    branch: str | None = None
    commit_sha: str | None = None


@dataclass(frozen=True)
class Grade:
    """One grade of a DevLog: ``value`` is 1 to 4 on ``axis``."""

    devlog: str
    axis: str
    value: int
    at: str


@dataclass(frozen=True)
class Comment:
    """What the mentor wrote beside a DevLog."""

    devlog: str
    text: str
    at: str


@dataclass(frozen=True)
class Mark:
    """What the mentor set a DevLog apart as, such as "golden"."""

    devlog: str
    mark: str
    at: str


@dataclass(frozen=True)
class DevLogRow:
    """A DevLog as a list shows it.

    ``codes`` and ``moves`` are those of its tags, ``given`` every grade that was given and not taken back, in order,
    as axis and value, ``grades`` those that count by axis, ``comments`` how many there are, ``seconds`` the wall time
    of its session.
    """

    id: str
    session: str
    at: str
    repository: str
    brain: str
    outcome: Outcome
    summary: str
    seconds: float
    codes: tuple[str, ...] = ()
    moves: tuple[str, ...] = ()
    grades: Mapping[str, int] = field(default_factory=dict)
    comments: int = 0
    marks: tuple[str, ...] = ()
    given: tuple[tuple[str, int], ...] = ()


@dataclass(frozen=True)
class MoveRow:
    """A named move she knows: its family, where it was learnt, and whether the mentor took it away."""

    name: str
    family: str
    source: str
    at: str
    revoked: bool = False
    reason: str = ""


@dataclass(frozen=True)
class Mistake:
    """A move that went wrong on an error of this signature: last in ``session`` at ``at``, ``count`` times in all."""

    signature: str
    move: str
    session: str
    at: str
    count: int
