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
            _MODULES.get(diagnostic.code or "", len(_MODULES)),
            span.file if span else "",
            span.byte_start if span else 0,
            diagnostic.id,
        )

    ordered = sorted(found, key=key)
    return tuple(Queued(diagnostic, _cause(diagnostic, ordered[:at])) for at, diagnostic in enumerate(ordered))


def _cause(diagnostic: Diagnostic, earlier: list[Diagnostic]) -> str | None:
    """The first earlier error that this one probably hangs on.

    Syntax errors breed everything after them in their file; a name that does not resolve breeds what mentions it,
    a missing module or import even in other files; any error breeds a later phase's error on the same lines.
    """
    if not diagnostic.level.is_error:
        return None
    for candidate in earlier:
        if candidate.package != diagnostic.package or not candidate.level.is_error:
            continue
        if _breeds(candidate, diagnostic):
            return candidate.id
    return None


def _breeds(cause: Diagnostic, effect: Diagnostic) -> bool:
    one, other = cause.primary, effect.primary
    if one is None or other is None:
        return False
    before, after = phase(cause), phase(effect)
    if after == LINTS:
        return False
    if before == RESOLUTION and _names(cause) & _names(effect) and (one.file == other.file or cause.code in _MODULES):
        return True
    if one.file != other.file:
        return False
    if before == SYNTAX and one.line_start <= other.line_start:
        return True
    if before >= after:
        return False
    return any(
        first.file == second.file and first.line_start <= second.line_end and second.line_start <= first.line_end
        for first in cause.spans
        for second in effect.spans
    )


def _names(found: Diagnostic) -> set[str]:
    """The names that a message quotes, the last segment of each path."""
    return {quoted.rsplit("::", 1)[-1] for quoted in _QUOTED.findall(found.message)}


def _phase_of_words(found: Diagnostic) -> int:
    """The phase of an error without a code: most are the parser's, but not all."""
    for signs, its_phase in _WORDS:
        if any(sign in found.message for sign in signs):
            return its_phase
    return SYNTAX
