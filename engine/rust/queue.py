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


@dataclass(frozen=True)
class Queued:
    """A finding in the queue; ``follows`` is the id of the finding that it seems to follow from."""

    diagnostic: Diagnostic
    follows: str | None = None


def phase(found: Diagnostic) -> int:
    """The phase of the compiler that reports such a finding: syntax, resolution, types, borrows, lints."""
    if not found.level.is_error:
        return LINTS
    code = found.code or ""
    if code in _RESOLUTION:
        return RESOLUTION
    if code in _BORROWS:
        return BORROWS
    if code:
        return TYPES
    return BORROWS if _speaks_of_lifetimes(found) else RESOLUTION if _speaks_of_names(found) else SYNTAX


def order_queue(found: Iterable[Diagnostic], workspace: Workspace | None) -> tuple[Queued, ...]:
    """Orders findings, root causes first, and marks those that follow from an earlier one."""
    ranks = {package.name: rank for rank, package in enumerate(workspace.order)} if workspace else {}

    def key(diagnostic: Diagnostic) -> tuple[object, ...]:
        span = diagnostic.primary
        return (
            not diagnostic.level.is_error,
            ranks.get(diagnostic.package, len(ranks)),
            phase(diagnostic),
            span.file if span else "",
            span.byte_start if span else 0,
            diagnostic.id,
        )

    ordered = sorted(found, key=key)
    return tuple(Queued(diagnostic, _cause(diagnostic, ordered[:at])) for at, diagnostic in enumerate(ordered))


def _cause(diagnostic: Diagnostic, earlier: list[Diagnostic]) -> str | None:
    """The first earlier error that this one probably hangs on.

    Syntax errors breed everything after them in their file; a name that does not resolve breeds what mentions it;
    any error breeds a later phase's error on the same lines.
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
    if one is None or other is None or one.file != other.file:
        return False
    before, after = phase(cause), phase(effect)
    if before == SYNTAX:
        return True
    if before == RESOLUTION and _names(cause) & _names(effect):
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


def _speaks_of_lifetimes(found: Diagnostic) -> bool:
    return "lifetime may not live long enough" in found.message or "borrow" in found.message


def _speaks_of_names(found: Diagnostic) -> bool:
    return found.message.startswith(("cannot find", "cannot determine", "unresolved"))
