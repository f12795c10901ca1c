"""Repeated mistakes: having gone wrong once, does she go wrong the same way again.

A mistake is a patch that was red, known by its signature: the label of the diagnostic and the move. Whenever she tries
to mend a diagnostic with a label on which a mistake is on record, that is a chance to repeat it; she does when the try
is red and has the signature of an earlier one. The rate is repeats a chance, so a brain is not praised for meeting
nothing twice, and one that learnt has something to show for it. (The idea of counting a lapse only where the lesson had
been given is that of forgetting in continual learning: D. Lopez-Paz and M. Ranzato, NeurIPS 2017, arXiv:1706.08840.)
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence

from engine.evals.figures import Figure
from engine.evals.metrics.intervals import clustered_share
from engine.evals.record import CaseResult, TryRecord


def repeat_figures(results: Sequence[CaseResult], *, carried: bool = False) -> tuple[Figure, ...]:
    """The figure of repeated mistakes.

    ``carried``: her memory went from case to case, so a mistake is a lesson for all cases after it, in the order of
    ``results``. Otherwise each starts afresh, and only a mistake in the same session is one.
    """
    lessons: set[str] = set()
    clusters: defaultdict[str, tuple[int, int]] = defaultdict(lambda: (0, 0))
    for result in results:
        if not result.counts:
            continue
        if not carried:
            lessons = set()
        repeats, chances = chances_to_repeat(result.tries, lessons)
        before = clusters[result.case]
        clusters[result.case] = (before[0] + repeats, before[1] + chances)
    return (
        clustered_share(
            "repeats",
            "repeat_rate",
            "Mistakes repeated, of chances to",
            list(clusters.values()),
            "across cases" if carried else "within a session: her memory was not carried from case to case",
        ),
    )


def chances_to_repeat(tries: Iterable[TryRecord], lessons: set[str]) -> tuple[int, int]:
    """How many of the tries repeat one of ``lessons`` (signatures), and how many could have; adds what is new."""
    repeats = chances = 0
    for tried in tries:
        label = _label(tried.signature)
        if any(_label(lesson) == label for lesson in lessons):
            chances += 1
            repeats += tried.verdict == "red" and tried.signature in lessons
        if tried.verdict == "red":
            lessons.add(tried.signature)
    return repeats, chances


def _label(signature: str) -> str:
    return signature.rpartition("|")[0]
