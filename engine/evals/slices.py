"""Slices: the results of a run by what they have in common, each with its counts."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass

from engine.evals.record import CaseResult, Status
from engine.schema.case import Expectation

_DIFFICULTIES = ("trivial", "easy", "medium", "hard")
_SIZES = ((50, "up to 50 lines"), (150, "up to 150 lines"), (500, "up to 500 lines"))
_NONE = "none"


@dataclass(frozen=True)
class Tally:
    """Counts of a group of results. ``errors`` (of the harness) are in no other count."""

    counts: Mapping[Status, int]
    expected: Mapping[Expectation, int]
    correct: int

    @property
    def n(self) -> int:
        """Results that say something about her."""
        return sum(count for status, count in self.counts.items() if status is not Status.ERROR)

    @property
    def errors(self) -> int:
        """Results that the harness has to answer for."""
        return self.counts.get(Status.ERROR, 0)

    @property
    def share_correct(self) -> float | None:
        """Of those that count, which share was mended or left alone as a good engineer would; None of nothing."""
        return self.correct / self.n if self.n else None


def tally(results: Iterable[CaseResult]) -> Tally:
    """Counts results."""
    held = list(results)
    counted = [result for result in held if result.counts]
    return Tally(
        counts=Counter(result.status for result in held),
        expected=Counter(result.expect for result in counted),
        correct=sum(result.correct for result in counted),
    )


def _difficulty(result: CaseResult) -> tuple[str, ...]:
    return tuple(tag for tag in result.tags if tag in _DIFFICULTIES) or (_NONE,)


def _size(result: CaseResult) -> tuple[str, ...]:
    return (next((name for most, name in _SIZES if result.lines <= most), "longer"),)


SLICES: dict[str, Callable[[CaseResult], tuple[str, ...]]] = {
    "family": lambda result: (result.family,),
    "expect": lambda result: (str(result.expect),),
    "code": lambda result: result.codes or (_NONE,),
    "move": lambda result: result.moves or (_NONE,),
    "gear": lambda result: (result.gears[-1],) if result.gears else (_NONE,),
    "crate": lambda result: (result.crate or _NONE,),
    "difficulty": _difficulty,
    "size": _size,
}


def slices(results: Iterable[CaseResult], by: str) -> dict[str, tuple[CaseResult, ...]]:
    """Results by slice, the largest first. A result with several codes or moves is in several slices.

    ``by`` is one of `SLICES`; the gear is the last one of the session. Raises `KeyError` for another.
    """
    groups: dict[str, list[CaseResult]] = {}
    for result in results:
        for name in SLICES[by](result):
            groups.setdefault(name, []).append(result)
    ordered = sorted(groups.items(), key=lambda item: (-len(item[1]), item[0]))
    return {name: tuple(group) for name, group in ordered}
