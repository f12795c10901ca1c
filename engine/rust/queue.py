"""The order in which findings are worked on: root causes first.

rustc works in phases, and an early error hides or breeds later ones: a name that does not resolve has no type, and
what has no type is not borrow-checked. So upstream packages come first, then earlier phases, then earlier lines.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass

from engine.rust.workspace import Workspace
from engine.schema.diagnostic import Diagnostic

_QUOTED = re.compile(r"`([^`]+)`")

SYNTAX, RESOLUTION, TYPES, BORROWS, LINTS = range(5)

_ERROR_CODE = re.compile(r"E\d{4}")
_SYNTAX = frozenset(
    [
        "E0178",
        "E0584",
        "E0585",
        "E0586",
        "E0670",
        "E0703",
        "E0748",
        "E0753",
        "E0758",
        "E0762",
        "E0763",
        "E0765",
        "E0766",
        "E0768",
    ]
)
# A crate, module or import that is missing is missed in other files too, so it comes before other names.
_MODULES = {"E0463": 0, "E0583": 1, "E0432": 2}
# What never ends turns all text behind it inside out, and the compiler says so last.
_ENDLESS = frozenset(["E0758", "E0762", "E0763", "E0765", "E0766", "E0748"])
_RESOLUTION = frozenset(
    [
        "E0106",
        "E0107",
        "E0116",
        "E0117",
        "E0118",
        "E0119",
        "E0120",
        "E0220",
        "E0223",
        "E0229",
        "E0261",
        "E0262",
        "E0263",
        "E0401",
        "E0403",
        "E0404",
        "E0405",
        "E0407",
        "E0408",
        "E0411",
        "E0412",
        "E0415",
        "E0416",
        "E0422",
        "E0423",
        "E0424",
        "E0425",
        "E0426",
        "E0428",
        "E0429",
        "E0430",
        "E0431",
        "E0432",
        "E0433",
        "E0434",
        "E0435",
        "E0437",
        "E0438",
        "E0463",
        "E0531",
        "E0532",
        "E0573",
        "E0574",
        "E0575",
        "E0576",
        "E0583",
        "E0603",
        "E0659",
    ]
)
_BORROWS = frozenset(
    [
        "E0373",
        "E0381",
        "E0382",
        "E0384",
        "E0492",
        "E0493",
        "E0499",
        "E0500",
        "E0501",
        "E0502",
        "E0503",
        "E0505",
        "E0506",
        "E0507",
        "E0508",
        "E0509",
        "E0510",
        "E0515",
        "E0521",
        "E0524",
        "E0594",
        "E0596",
        "E0597",
        "E0621",
        "E0626",
        "E0700",
        "E0712",
        "E0713",
        "E0716",
    ]
)
# What errors without a code say, by phase; macros are expanded while names are resolved.
_WORDS = (
    (("lifetime may not live long enough", "borrow", "higher-ranked lifetime", "is not general enough"), BORROWS),
    (("cannot be sent between threads", "cannot be shared between threads", "reached the recursion limit"), TYPES),
    (("cannot find", "cannot determine", "unresolved", "format string", "format argument"), RESOLUTION),
    (("argument never used", "arguments never used", "no rules expected", "macro invocation", "panicked"), RESOLUTION),
)


@dataclass(frozen=True)
class Queued:
    """A finding in the queue; ``follows`` is the id of the finding that it seems to follow from."""

    diagnostic: Diagnostic
    follows: str | None = None


def phase(found: Diagnostic) -> int:
    """The phase of the compiler that reports such a finding: syntax, resolution, types, borrows, lints."""
    code = found.code or ""
    if not found.level.is_error or (code and not _ERROR_CODE.fullmatch(code)):
        return LINTS  # a lint that is denied is an error too, and has its own name for a code
    if not code:
        return _phase_of_words(found)
    for codes, its_phase in ((_SYNTAX, SYNTAX), (_RESOLUTION, RESOLUTION), (_BORROWS, BORROWS)):
        if code in codes:
            return its_phase
    return TYPES


def order_queue(found: Iterable[Diagnostic], workspace: Workspace | None) -> tuple[Queued, ...]:
    """Orders findings, root causes first, and marks those that follow from an earlier one."""
    ranks = {package.name: rank for rank, package in enumerate(workspace.order)} if workspace else {}

    def key(diagnostic: Diagnostic) -> tuple[object, ...]:
        span = diagnostic.primary
        return (
            not diagnostic.level.is_error,
            ranks.get(diagnostic.package, len(ranks)),
            phase(diagnostic),
            diagnostic.code not in _ENDLESS,
            _MODULES.get(diagnostic.code or "", len(_MODULES)),
            span.file if span else "",
            span.byte_start if span else 0,
            diagnostic.id,
        )

    ordered = sorted(found, key=key)
    causes = _Causes()
    return tuple(Queued(diagnostic, causes.of(diagnostic)) for diagnostic in ordered)


@dataclass(frozen=True)
class _Error:
    """What is compared of an error, read once: a broken crate has thousands, and every pair may be looked at."""

    rank: int
    id: str
    phase: int
    names: frozenset[str]
    file: str
    line: int
    places: tuple[tuple[str, int, int], ...]


class _Causes:
    """The errors so far, in the order of the queue, by package and file; missing modules by package alone."""

    def __init__(self) -> None:
        self._in_file: dict[tuple[str, str], list[_Error]] = {}
        self._missing: dict[str, list[_Error]] = {}
        self._count = 0

    def of(self, diagnostic: Diagnostic) -> str | None:
        """The id of the first earlier error that this one probably hangs on; it counts for later ones from now on.

        Syntax errors breed everything after them in their file; a name that does not resolve breeds what mentions
        it, a missing module or import even in other files; any error breeds a later phase's error on the same lines.
        """
        span = diagnostic.primary
        its_phase = phase(diagnostic)
        if span is None or its_phase == LINTS:
            return None
        error = _Error(
            rank=self._count,
            id=diagnostic.id,
            phase=its_phase,
            names=_names(diagnostic),
            file=span.file,
            line=span.line_start,
            places=tuple((place.file, place.line_start, place.line_end) for place in diagnostic.spans),
        )
        near = self._in_file.setdefault((diagnostic.package, span.file), [])
        missing = self._missing.setdefault(diagnostic.package, [])
        first = (
            next((cause for cause in near if _breeds(cause, error)), None),
            next((cause for cause in missing if cause.names & error.names), None),
        )
        self._count += 1
        near.append(error)
        if diagnostic.code in _MODULES:
            missing.append(error)
        return min((cause for cause in first if cause), key=lambda cause: cause.rank).id if any(first) else None


def _breeds(cause: _Error, effect: _Error) -> bool:
    """Whether one error brings forth another of the same file."""
    if cause.phase == RESOLUTION and cause.names & effect.names:
        return True
    if cause.phase == SYNTAX and cause.line <= effect.line:
        return True
    return cause.phase < effect.phase and any(
        file == other and first <= other_last and other_first <= last
        for file, first, last in cause.places
        for other, other_first, other_last in effect.places
    )


def _names(found: Diagnostic) -> frozenset[str]:
    """The names that a message quotes, the last segment of each path."""
    return frozenset(quoted.rsplit("::", 1)[-1] for quoted in _QUOTED.findall(found.message))


def _phase_of_words(found: Diagnostic) -> int:
    """The phase of an error without a code: most are the parser's, but not all."""
    for signs, its_phase in _WORDS:
        if any(sign in found.message for sign in signs):
            return its_phase
    return SYNTAX
