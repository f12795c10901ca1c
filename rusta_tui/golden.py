"""The golden patch challenge on the mentor's desk: a month, its attempts, the trend, and the sitting under way."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any, Protocol

from rusta_tui.commands import Reply

RULINGS = {"pin": "unpin", "unpin": "pin", "retire": "restore", "restore": "retire"}


class Queue(Protocol):
    """What the challenge needs of a `CommandQueue`."""

    def put(self, *arguments: str, rollback: Callable[[], object] = ..., done: Callable[[Reply], object] = ...) -> None:
        """Queues a command."""

    def query(self, *arguments: str, then: Callable[[Reply], object]) -> None:
        """Queues a question."""


@dataclass(frozen=True)
class Golden:
    """One golden as `rusta golden show --json` tells it; ``score`` is 0 to 100, ``asked`` whether the month asks it."""

    id: str
    title: str = ""
    family: str = ""
    tags: tuple[str, ...] = ()
    pinned: bool = False
    retired: bool = False
    reason: str = ""
    asked: bool = True
    status: str = ""
    score: float | None = None
    parts: Mapping[str, float | None] = field(default_factory=dict)
    seconds: float | None = None


@dataclass(frozen=True)
class Month:
    """An edition and how she did. ``before`` and ``after`` are the months that can be turned to."""

    name: str = ""
    before: str | None = None
    after: str | None = None
    now: bool = True
    taken: bool = False
    unfinished: bool = False
    exams: int = 0
    worn_out: bool = False
    brain: str = ""
    total: float | None = None
    retakes: tuple[float | None, ...] = ()
    weights: Mapping[str, float] = field(default_factory=dict)
    goldens: tuple[Golden, ...] = ()

    @property
    def asked(self) -> tuple[Golden, ...]:
        """The goldens of the edition."""
        return tuple(golden for golden in self.goldens if golden.asked)


@dataclass(frozen=True)
class Attempt:
    """One case in full: both patches, what she said, the marks that the style is made of."""

    diff: str = ""
    golden: str = ""
    explanation: str = ""
    reason: str = ""
    marks: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True)
class Point:
    """A finished month of the trend; scores from 0 to 100."""

    month: str
    total: float | None
    low: float | None
    high: float | None
    fixed: int
    n: int
    exams: int
    common: float | None
    shared: int


def parse_month(fields: Mapping[str, Any]) -> Month:
    """Reads what `rusta golden show --json` prints; raises `ValueError` when it is something else."""
    try:
        return Month(
            name=str(fields["month"]),
            before=fields["before"],
            after=fields["after"],
            now=bool(fields["now"]),
            taken=bool(fields["taken"]),
            unfinished=bool(fields["unfinished"]),
            exams=int(fields["exams"]),
            worn_out=bool(fields["worn_out"]),
            brain=str(fields["brain"] or ""),
            total=fields["total"],
            retakes=tuple(fields["retakes"]),
            weights=dict(fields["weights"]),
            goldens=(
                *(_golden(case, asked=True) for case in fields["cases"]),
                *(_golden(case, asked=False) for case in fields["others"]),
            ),
        )
    except (KeyError, TypeError, ValueError) as error:
        raise ValueError(f"not a month of the challenge: {error}") from error


def parse_attempt(fields: Mapping[str, Any]) -> Attempt:
    """Reads what `rusta golden show MONTH CASE --json` prints; raises `ValueError` when it is something else."""
    try:
        return Attempt(
            diff=str(fields["diff"]),
            golden=str(fields["golden"]),
            explanation=str(fields.get("explanation", "")),
            reason=str(fields.get("reason", "")),
            marks=dict(fields.get("parts") or {}),
        )
    except (KeyError, TypeError, ValueError) as error:
        raise ValueError(f"not an attempt: {error}") from error


def parse_point(fields: Mapping[str, Any]) -> Point:
    """Reads one line of `rusta golden trend --json`; raises `ValueError` when it is something else."""
    try:
        return Point(**{name: fields[name] for name in Point.__dataclass_fields__})
    except KeyError as error:
        raise ValueError(f"not a month of the trend: {error}") from error


class Challenge:
    """The month that is shown, read from the store. ``changed`` is called after every change."""

    def __init__(self, queue: Queue, changed: Callable[[], object] = lambda: None) -> None:
        self.month = Month()
        self.trend: tuple[Point, ...] = ()
        self.attempts: dict[tuple[str, str], Attempt] = {}
        self.read = False
        self.trouble = ""
        self._queue = queue
        self._changed = changed
        self._asked: set[tuple[str, str]] = set()
        self._wanted: str | None = None

    @property
    def goldens(self) -> dict[str, Golden]:
        """The goldens of the month by id: those it asks first, then the others."""
        return {golden.id: golden for golden in self.month.goldens}

    def turn_to(self, month: str | None) -> None:
        """Reads a month (None: this one) and the trend."""
        self._wanted = month
        arguments = ("golden", "show", *([month] if month else []), "--json")
        self._queue.query(*arguments, then=lambda reply: self._take_month(month, reply))
        self._queue.query("golden", "trend", "--json", then=self._take_trend)

    def read_again(self) -> None:
        """Reads what is shown again; attempts are asked anew."""
        self.attempts.clear()
        self._asked.clear()
        self.turn_to(self._wanted)

    def attempt(self, id_: str) -> Attempt | None:
        """One case in full; None while it is being read."""
        key = (self.month.name, id_)
        if key not in self.attempts and key not in self._asked and self.month.name:
            self._asked.add(key)
            self._queue.query("golden", "show", *key, "--json", then=lambda reply: self._take_attempt(key, reply))
        return self.attempts.get(key)

    def rule(self, id_: str, ruling: str, reason: str) -> None:
        """Pins, unpins, retires or restores a golden: stored in its turn, and read again then."""
        command = ("golden", ruling, "--json", id_, f"--reason={reason}")
        self._queue.put(*command, done=lambda reply: self.read_again(), rollback=self.read_again)

    def _take_month(self, month: str | None, reply: Reply) -> None:
        if month != self._wanted:
            return
        self.read, self.trouble = True, reply.trouble
        if not reply.trouble:
            try:
                self.month = parse_month(next(iter(reply.records), {}))
            except ValueError as error:
                self.trouble = str(error)
        self._changed()

    def _take_trend(self, reply: Reply) -> None:
        if not reply.trouble:
            try:
                self.trend = tuple(map(parse_point, reply.records))
            except ValueError as error:
                self.trouble = str(error)
        self._changed()

    def _take_attempt(self, key: tuple[str, str], reply: Reply) -> None:
        try:
            if reply.trouble:
                raise ValueError(reply.trouble)
            self.attempts[key] = parse_attempt(next(iter(reply.records), {}))
        except ValueError as error:
            self.trouble = str(error)
        self._changed()


def _golden(fields: Mapping[str, Any], *, asked: bool) -> Golden:
    return Golden(
        id=str(fields["id"]),
        title=str(fields["title"]),
        family=str(fields["family"]),
        tags=tuple(map(str, fields["tags"])),
        pinned=bool(fields.get("pinned", False)),
        retired=bool(fields.get("retired", False)),
        reason=str(fields.get("reason", "")),
        asked=asked,
        status=str(fields.get("status") or ""),
        score=fields.get("score"),
        parts=dict(fields.get("parts") or {}),
        seconds=fields.get("seconds"),
    )
