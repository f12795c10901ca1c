"""The tests that ran, target by target, as a validation records them."""

from __future__ import annotations

from engine.rust.cargo import TestResult
from engine.schema.event import TestRun, TestTarget

NAMES = 1000  # of one run; a record of every test of a large crate would outweigh the rest of the session


def targets_of(result: TestResult) -> tuple[TestTarget, ...]:
    """The targets of a run with their tests, failed ones first, and the times that libtest gave."""
    grouped: dict[str, list[TestRun]] = {name: [] for name in result.target_seconds}
    for full, outcome in result.outcomes.items():
        target, _, name = full.partition("::")
        grouped.setdefault(target, []).append(TestRun(name=name or full, outcome=outcome))
    room = NAMES - sum(outcome == "failed" for outcome in result.outcomes.values())
    targets = []
    for target, runs in grouped.items():
        failed = [run for run in runs if run.outcome == "failed"]
        others = [run for run in runs if run.outcome != "failed"]
        kept = others[: max(0, room)]
        room -= len(kept)
        targets.append(
            TestTarget(
                name=target,
                seconds=result.target_seconds.get(target),
                tests=(*failed, *kept),
                left_out=len(others) - len(kept),
            )
        )
    return tuple(targets)
