"""The challenge: she takes the month's edition under the real loop, and each attempt is scored as it ends.

What was attempted is never attempted again in the same exam, and what was attempted but not scored when the process
died is scored when it is gone on with: the run log and the store are both written case by case.
"""

from __future__ import annotations

import asyncio
import shutil
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from tempfile import mkdtemp
from typing import Any

from curriculum.golden.edition import Standing, draw, frozen, sealed_goldens, standings, thaw, this_month
from curriculum.golden.lint import lints_of
from curriculum.golden.scoring import diffs, score, total
from engine.errors import RustaError
from engine.evals.caseset import CaseFiles, CaseSet
from engine.evals.harness import go_on, run_plan
from engine.evals.plan import Plan, shipped_policy
from engine.evals.record import CaseResult, Run, RunHead, Status, log_file, read_run
from engine.evals.sealed import Sealed
from engine.evals.tasks import task_named
from engine.loop.inbox import Inbox
from engine.loop.policy import Policy
from engine.store.golden import GoldenAttempt, GoldenExam
from engine.store.store import Store


@dataclass(frozen=True)
class Step:
    """How far it is: ``done`` of ``total`` cases are scored. ``attempt`` is the one just scored, None otherwise."""

    month: str
    text: str
    done: int
    total: int
    attempt: GoldenAttempt | None = None


@dataclass
class Challenge:
    """One sitting of the challenge. ``goldens``, ``sealed``: the shipped ones, unless a test brings others."""

    store: Store
    inbox: Inbox
    watch: Callable[[Step], object]
    goldens: CaseSet = field(default_factory=lambda: task_named("golden").load())
    sealed: Sealed = field(default_factory=Sealed.load)
    parallel: int = 1
    policy: Policy = field(default_factory=shipped_policy)

    async def run(self, month: str, *, brain: str = "search", again: bool = False) -> GoldenExam:
        """Takes the edition of ``month``, or goes on with the exam that was cut off; returns it as it stands.

        Raises `RustaError` when the month cannot be taken (any more, or again without ``again``), when what was begun
        cannot be gone on with, and what the harness raises.
        """
        before = self.store.golden_exams(month)
        unfinished = before[-1] if before and before[-1].ended is None and not again else None
        if before and unfinished is None and not again:
            raise RustaError(
                f"the edition of {month} was taken already",
                fix="--again takes it once more; it is recorded, and shown as worn",
            )
        cases = self._cases(month)
        self.watch(Step(month, f"{len(cases.cases)} goldens of {month}", 0, len(cases.cases)))
        if unfinished is not None:
            return await self._sit(month, cases, self._plan(cases, unfinished.brain), _log_of(unfinished))
        return await self._sit(month, cases, self._plan(cases, brain), None)

    def _cases(self, month: str) -> CaseSet:
        known = self.store.golden_edition(month)
        if known is not None:
            return thaw(known, self.goldens)
        if month != this_month():
            when = "has passed" if month < this_month() else "has not come"
            raise RustaError(f"{month} {when}", fix=f"an edition is first taken in its own month, now {this_month()}")
        return draw(month, sealed_goldens(self.goldens, self.sealed), self._standings())

    def _standings(self) -> dict[str, Standing]:
        return standings(self.store.golden_rulings())

    def _plan(self, cases: CaseSet, brain: str) -> Plan:
        task = task_named("golden")
        return Plan(
            task=task.name,
            cases=cases,
            brain=brain,
            policy=self.policy,
            limits=task.limits,
            parallel=self.parallel,
            # She sits the exam as she is, with what she remembers; only a store in SQLite can be copied for that.
            memory="own" if self.store.url.startswith("sqlite:///") else "fresh",
            scorers=task.scorers,
        )

    async def _sit(self, month: str, cases: CaseSet, plan: Plan, log: Path | None) -> GoldenExam:
        marker = _Marker(self.store, cases, self.policy, month, self.watch)

        def start(head: RunHead, done: int) -> None:
            standing = self._standings()
            self.store.open_golden_exam(frozen(cases, standing), month, head.run, head.brain, head.weights)
            if done:
                marker.go_on(read_run(log_file(head.run)).results)

        def result(head: RunHead, found: CaseResult, done: int) -> None:
            marker.take(found)

        try:
            if log is None:
                run = await run_plan(plan, self.inbox, start, result)
            else:
                run = await go_on(plan, log, self.inbox, start, result)
            await marker.finish()
        finally:
            marker.close()
        return self._conclude(month, run)

    def _conclude(self, month: str, run: Run) -> GoldenExam:
        if run.finished:
            self.store.end_golden_exam(run.head.run)
        return next(exam for exam in self.store.golden_exams(month) if exam.run == run.head.run)


def _log_of(exam: GoldenExam) -> Path:
    log = log_file(exam.run)
    if not log.is_file():
        raise RustaError(f"the run log {log.name} is gone", fix="--again begins a new exam")
    return log


class _Marker:
    """Scores results one after the other, while the harness is at the next case."""

    def __init__(
        self, store: Store, cases: CaseSet, policy: Policy, month: str, watch: Callable[[Step], object]
    ) -> None:
        self._store, self._policy, self._month, self._watch = store, policy, month, watch
        self._cases = {found.case.id: found for found in cases.cases}
        self._folder = Path(mkdtemp(prefix="rusta-golden-"))
        self._last: asyncio.Task[None] | None = None
        self._marked: set[str] = set()

    def take(self, result: CaseResult) -> None:
        """Queues a result."""
        self._last = asyncio.ensure_future(self._mark(result, self._last))

    def go_on(self, results: Sequence[CaseResult]) -> None:
        """Counts the results on record that have a score, and queues those that have none."""
        self._marked |= {one.golden for one in self._store.golden_attempts(results[0].run)}
        text = f"{len(results)} of them on record already"
        self._watch(Step(self._month, text, len(self._marked), len(self._cases)))
        for result in results:
            if result.case not in self._marked:
                self.take(result)

    async def finish(self) -> None:
        """Waits for the last score."""
        if self._last is not None:
            await self._last

    def close(self) -> None:
        """Drops what is not scored yet, and the scratch."""
        if self._last is not None:
            self._last.cancel()
        shutil.rmtree(self._folder, ignore_errors=True)

    async def _mark(self, result: CaseResult, before: asyncio.Task[None] | None) -> None:
        if before is not None:
            await before
        found = self._cases[result.case]
        attempt = await self._attempt(result, found)
        self._store.save_golden_attempt(attempt)
        self._marked.add(result.case)
        worth = "no score" if attempt.total is None else f"{attempt.total:.0f} of 100"
        text = f"{result.case}: {result.status}, {worth}"
        self._watch(Step(self._month, text, len(self._marked), len(self._cases), attempt))

    async def _attempt(self, result: CaseResult, found: CaseFiles) -> GoldenAttempt:
        clippy = None
        if result.status is Status.FIXED and result.diff:
            clippy = await lints_of(found.before, result.diff, self._folder, self._policy)
        parts = score(result, found, clippy)
        body: dict[str, Any] = {
            "parts": parts.facts(),
            **diffs(result, found),
            "explanation": result.explanation,
            "reason": result.reason,
            "deletions": list(result.deletions),
            "moves": list(result.moves),
            "confidence": result.confidence,
            "seconds": result.seconds,
            "named": len(result.named),
            "facts": len(result.named) + len(result.missed),
            "false_claims": list(result.false_claims),
        }
        return GoldenAttempt(result.run, result.case, str(result.status), total(parts, result), body)
