"""What an attempt is worth beside the golden patch, in parts and in all."""

from __future__ import annotations

import statistics
from dataclasses import asdict, dataclass
from typing import Any

from curriculum.golden.size import Size, golden_diff, patched, size_of
from engine.errors import PatchError
from engine.evals.caseset import CaseFiles
from engine.evals.metrics.conformity import added_lines, naming
from engine.evals.record import CaseResult, Status

# Hidden tests weigh most: what she calls green has compiled and passed her own tests by rule, so those tell little.
WEIGHTS = {"compiles": 10.0, "tests": 15.0, "hidden": 40.0, "minimal": 15.0, "style": 10.0, "exact": 10.0}


@dataclass(frozen=True)
class Score:
    """The parts of an attempt, each from 0 to 1, None where it could not be told.

    ``minimal``: how small hers is beside the golden, the mean of golden ÷ hers in changed lines and in changed syntax
    nodes, each at most 1. ``style``: the mean of rustfmt, clippy on the lines she touched, and naming. ``exact``: the
    very text of the golden. ``total``: 0 to 100, the parts by `WEIGHTS`; a part that is None gives its weight to the
    others. ``minimal``, ``style`` and ``exact`` count only for a mend that holds, and what was bought by deletion is
    worth nothing. None where the harness failed.
    """

    compiles: float | None = None
    tests: float | None = None
    hidden: float | None = None
    minimal: float | None = None
    style: float | None = None
    exact: float | None = None
    rustfmt: bool | None = None
    clippy: tuple[str, ...] | None = None
    naming: float | None = None
    own_size: Size | None = None
    golden_size: Size | None = None

    def facts(self) -> dict[str, Any]:
        """The parts as JSON has them."""
        return asdict(self)


def score(result: CaseResult, found: CaseFiles, clippy: tuple[str, ...] | None) -> Score:
    """The parts of an attempt. ``clippy``: what it says of the lines she touched, None where it was not asked."""
    golden_tree = {**found.before, **found.after}
    golden_size = size_of(found.before, golden_tree)
    parts = Score(
        compiles=_share(result.compiles),
        tests=_share(result.tests_green),
        hidden=_share(result.checks_green) if found.checks else None,
        golden_size=golden_size,
    )
    if result.status is not Status.FIXED or not result.diff:
        return parts
    try:
        own_size = size_of(found.before, patched(found.before, result.diff))
    except (PatchError, UnicodeDecodeError):
        own_size = None
    cased = naming(added_lines(result.diff))
    marks = [float(mark) for mark in (result.rustfmt, None if clippy is None else not clippy) if mark is not None]
    marks += [cased] if cased is not None else []
    return Score(
        compiles=parts.compiles,
        tests=parts.tests,
        hidden=parts.hidden,
        minimal=_smallness(own_size, golden_size),
        style=statistics.fmean(marks) if marks else None,
        exact=_share(result.exact),
        rustfmt=result.rustfmt,
        clippy=clippy,
        naming=cased,
        own_size=own_size,
        golden_size=golden_size,
    )


def total(parts: Score, result: CaseResult) -> float | None:
    """The score in all, 0 to 100, to a tenth; None where the harness failed."""
    if result.status is Status.ERROR:
        return None
    if result.deletions or result.compiles is None:
        return 0.0
    known = {name: getattr(parts, name) for name in WEIGHTS}
    if result.status is not Status.FIXED:  # what does not hold is neither small nor well made
        known |= dict.fromkeys(("minimal", "style", "exact"), 0.0)
        known["hidden"] = known["hidden"] or 0.0
    told: dict[str, float] = {name: value for name, value in known.items() if value is not None}
    weight = sum(WEIGHTS[name] for name in told)
    return round(100 * sum(WEIGHTS[name] * value for name, value in told.items()) / weight, 1)


def diffs(result: CaseResult, found: CaseFiles) -> dict[str, str]:
    """Her patch and the golden's, as unified diffs."""
    return {"diff": result.diff, "golden": golden_diff(found.before, found.after)}


def _share(fact: bool | None) -> float | None:
    return None if fact is None else float(fact)


def _smallness(own: Size | None, golden: Size) -> float | None:
    if own is None:
        return None
    pairs = [(golden.lines, own.lines), (golden.nodes, own.nodes)]
    return statistics.fmean(min(1.0, theirs / hers) if hers else 0.0 for theirs, hers in pairs if theirs)
