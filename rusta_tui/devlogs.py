"""DevLogs as a list holds them, what a mentor may leave on one, and what is looked for among them. Pure."""

from __future__ import annotations

import json
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, field, replace
from functools import cached_property
from typing import Any, Literal

AXES = ("correctness", "clarity", "voice", "process")
GOLDEN, TRAINING = "golden", "training-worthy"
Verb = Literal["grade", "ungrade", "comment", "uncomment", "mark", "unmark"]
_GRADED = ("no", "part", "yes", "all")


@dataclass(frozen=True)
class Standing:
    """What the mentor left on a DevLog.

    ``given`` is every grade in order, as axis and value; of ``comments`` the text is None where only their number is
    known.
    """

    given: tuple[tuple[str, int], ...] = ()
    comments: tuple[str | None, ...] = ()
    marks: frozenset[str] = frozenset()

    @property
    def grades(self) -> dict[str, int]:
        """The grades that count: the last one of each axis."""
        return dict(self.given)

    @cached_property
    def graded(self) -> bool:
        """True when every axis has a grade."""
        return set(AXES) <= self.grades.keys()

    def next_axis(self, after: str) -> str | None:
        """The axis to grade after ``after``: the next one without a grade, from the first again; None when all have."""
        place = AXES.index(after) + 1
        return next((axis for axis in (*AXES[place:], *AXES[:place]) if axis not in self.grades), None)


@dataclass(frozen=True)
class Deed:
    """One thing the mentor does to a DevLog: what it makes of a standing, and the command that makes it last."""

    verb: Verb
    text: str = ""
    value: int = 0

    def on(self, standing: Standing) -> Standing:
        """The standing afterwards."""
        match self.verb:
            case "grade":
                return replace(standing, given=(*standing.given, (self.text, self.value)))
            case "ungrade":
                return replace(standing, given=standing.given[:-1])
            case "comment":
                return replace(standing, comments=(*standing.comments, self.text))
            case "uncomment":
                return replace(standing, comments=standing.comments[:-1])
            case "mark":
                return replace(standing, marks=standing.marks | {self.text})
            case "unmark":
                return replace(standing, marks=standing.marks - {self.text})

    def command(self, devlog: str) -> tuple[str, ...]:
        """The arguments of `rusta` that store it."""
        match self.verb:
            case "grade":
                return ("devlogs", "grade", devlog, self.text, str(self.value))
            case "comment":
                return ("devlogs", "comment", "--", devlog, self.text)  # it may begin with a dash
            case "mark" | "unmark":
                return ("devlogs", self.verb, devlog, self.text)
            case _:
                return ("devlogs", self.verb, devlog)


@dataclass(frozen=True)
class Log:
    """A DevLog as a list shows it, with the standing the store has told of."""

    id: str
    session: str = ""
    at: str = ""
    repository: str = ""
    brain: str = ""
    outcome: str = ""
    summary: str = ""
    seconds: float = 0.0
    codes: tuple[str, ...] = ()
    moves: tuple[str, ...] = ()
    standing: Standing = field(default_factory=Standing)


def parse_logs(text: str) -> list[Log]:
    """Reads what `rusta devlogs list --json` prints; a line that is no DevLog is left out."""
    found = []
    for line in text.splitlines():
        try:
            fields = json.loads(line)
            found.append(_log(fields))
        except (ValueError, TypeError, KeyError, AttributeError):
            continue
    return found


def _log(fields: Mapping[str, Any]) -> Log:
    return Log(
        id=fields["id"],
        session=fields["session"],
        at=fields["at"],
        repository=fields["repository"],
        brain=fields["brain"],
        outcome=fields["outcome"],
        summary=fields["summary"],
        seconds=fields["seconds"],
        codes=tuple(fields["codes"]),
        moves=tuple(fields["moves"]),
        standing=Standing(
            tuple((axis, value) for axis, value in fields["given"]),
            (None,) * fields["comments"],
            frozenset(fields["marks"]),
        ),
    )


@dataclass(frozen=True)
class Page:
    """One DevLog to read: its Markdown, and what the mentor left on it when it was read."""

    text: str
    standing: Standing


def parse_page(fields: Mapping[str, Any]) -> Page:
    """Reads what `rusta devlogs show --json` prints; raises `ValueError` when it is something else."""
    try:
        mentor = fields["mentor"]
        return Page(
            str(fields["page"]),
            Standing(
                tuple((grade["axis"], int(grade["value"])) for grade in mentor["grades"]),
                tuple(str(comment["text"]) for comment in mentor["comments"]),
                frozenset(mark["mark"] for mark in mentor["marks"]),
            ),
        )
    except (KeyError, TypeError) as error:
        raise ValueError(f"not a DevLog to read: {error}") from error


@dataclass(frozen=True)
class Search:
    """What is looked for: ``code:E0502 move:clone outcome:fixed graded:no mark:golden`` and words, all of them."""

    words: tuple[str, ...] = ()
    conditions: tuple[tuple[str, str], ...] = ()
    trouble: str = ""

    def matches(self, log: Log, standing: Standing, deep: Collection[str] = ()) -> bool:
        """True when the DevLog meets every condition; ``deep`` holds the ids whose whole text has the words."""
        for name, wanted in self.conditions:
            match name:
                case "code":
                    met = any(wanted in code.casefold() for code in log.codes)
                case "move":
                    met = any(wanted in move.casefold() for move in log.moves)
                case "outcome":
                    met = log.outcome.startswith(wanted)
                case "mark":
                    met = any(mark.startswith(wanted) for mark in standing.marks)
                case "brain":
                    met = wanted in log.brain.casefold()
                case _:
                    met = _is_graded(standing, wanted)
            if not met:
                return False
        if not self.words or log.id in deep:
            return True
        text = f"{log.id} {log.session} {log.repository} {log.outcome} {log.summary} {log.codes} {log.moves}".casefold()
        return all(word in text for word in self.words)


def _is_graded(standing: Standing, wanted: str) -> bool:
    match wanted:
        case "no":
            return not standing.given
        case "part":
            return bool(standing.given) and not standing.graded
        case "all":
            return standing.graded
        case _:
            return bool(standing.given)


def parse_search(text: str) -> Search:
    """Reads what was typed into the filter. A condition nobody knows is said in ``trouble`` and left out."""
    words, conditions, trouble = [], [], ""
    for part in text.casefold().split():
        name, colon, wanted = part.partition(":")
        if not colon or name not in ("code", "move", "outcome", "graded", "mark", "brain"):
            words.append(part)
        elif name == "graded" and wanted not in _GRADED:
            trouble = "graded: is no, part, all or yes" if wanted else ""
        elif wanted:
            conditions.append((name, wanted))
    return Search(tuple(words), tuple(conditions), trouble)


def next_ungraded(ids: Iterable[str], here: str | None, graded: Collection[str]) -> str | None:
    """The id of the next DevLog that lacks a grade: below ``here``, then from the top; None when there is none left."""
    order = list(ids)
    place = order.index(here) + 1 if here in order else 0
    return next((id_ for id_ in (*order[place:], *order[:place]) if id_ not in graded and id_ != here), None)
