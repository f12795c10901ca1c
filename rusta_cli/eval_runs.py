"""Conducts one evaluation run for a person or for a program."""

from __future__ import annotations

import asyncio
import sys
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, TypeVar

from engine.evals.harness import go_on, run_plan
from engine.evals.log import find_run
from engine.evals.plan import Plan, plan_again
from engine.evals.record import CaseResult, Run, RunHead, Status, read_run
from engine.evals.slices import tally
from engine.loop.inbox import Inbox
from engine.loop.recorder import now
from engine.schema.decision import Stop
from engine.schema.event import EventBase, MeterEvent, ProgressEvent
from rusta_cli.decisions_in import DecisionsIn
from rusta_cli.events_out import EventsOut, beside
from rusta_cli.failures import INTERRUPTED
from rusta_cli.interrupts import on_interrupt
from rusta_cli.rows import Role, open_screen, row

E = TypeVar("E", bound=EventBase)
ROLES: dict[Status, Role] = {
    Status.FIXED: "good",
    Status.ABSTAINED: "wait",
    Status.WRONG: "bad",
    Status.FAILED: "bad",
    Status.ERROR: "wait",
}


def plan_of_run(name: str | None) -> tuple[Path, Plan]:
    """The log of a run and the plan that it was begun with. `RustaError` when either cannot be had any more."""
    path = find_run(name)
    return path, plan_again(read_run(path).head)


def conduct(
    plan: Plan, *, events: bool, go_on_with: Path | None = None, conclude: Callable[[Run], str] | None = None
) -> int:
    """Runs a plan, or goes on with the run of that log; returns the exit code.

    An interrupt stops the run: it stays on record and can be gone on with. ``conclude`` is given a finished run, and
    what it makes of it is said last.
    """
    inbox = Inbox()
    watcher = _Program(inbox) if events else _Person()

    async def work() -> Run:
        on_interrupt(lambda: inbox.put(Stop()))
        if go_on_with is not None:
            return await go_on(plan, go_on_with, inbox, watcher.start, watcher.result)
        return await run_plan(plan, inbox, watcher.start, watcher.result)

    try:
        run = asyncio.run(work())
    finally:
        watcher.close()
    watcher.end(run, conclude(run) if conclude is not None and run.finished else "")
    return 0 if run.finished else INTERRUPTED


@dataclass
class _Person:
    """Somebody who reads the screen."""

    _results: list[CaseResult] = field(default_factory=list)

    def __post_init__(self) -> None:
        self._screen = open_screen()
        self._began = time.monotonic()

    def start(self, head: RunHead, done: int) -> None:
        again = f", {done} of them on record already" if done else ""
        exam = "; this is an exam, and counted" if head.sealed else ""
        self._screen.show(row(head.run, f"{head.task}, {head.brain}, {head.mode}: {head.total} cases{again}{exam}"))
        self._busy(done, head.total)

    def result(self, head: RunHead, result: CaseResult, done: int) -> None:
        self._results.append(result)
        why = "" if result.correct else (result.infrastructure[-1] if not result.counts else result.reason)
        again = f" (tried again {result.retries}×: {result.infrastructure[0]})" if result.retries else ""
        self._screen.show(
            row(
                str(result.status),
                (f"{'✓' if result.correct else '✗'} ", ROLES[result.status]),
                result.case,
                (f"  {result.seconds:.1f} s", "dim"),
                (f"  {why}{again}" if why or again else "", "dim"),
            )
        )
        self._busy(done, head.total)

    def end(self, run: Run, conclusion: str) -> None:
        counts = tally(run.results)
        parts = ", ".join(f"{count} {status}" for status, count in sorted(counts.counts.items()))
        self._screen.show(row("", (f"{counts.correct} of {counts.n} as they should be", "strong"), f"  ({parts})"))
        if run.finished:
            self._screen.show(row("", (f"rusta eval report {run.head.run}", "code")))
            if conclusion:
                self._screen.show(row("", (conclusion, "strong")))
        else:
            self._screen.show(
                row("", ("stopped; go on with ", "wait"), (f"rusta eval run --resume {run.head.run}", "code"))
            )

    def close(self) -> None:
        self._screen.busy(None)
        self._screen.close()

    def _busy(self, done: int, total: int) -> None:
        spent, new = time.monotonic() - self._began, len(self._results)
        left = f", about {spent / new * (total - done):.0f} s left" if new and done < total else ""
        self._screen.busy(f"{done} of {total}{left}" if done < total else None)


class _Program:
    """A client of the event protocol. The events of a run belong to no session."""

    def __init__(self, inbox: Inbox) -> None:
        self._seq = 0
        self._began = time.monotonic()
        self._results: list[CaseResult] = []
        self._out = EventsOut(sys.stdout.buffer, on_gone=lambda: inbox.put(Stop()))
        DecisionsIn(sys.stdin.fileno(), inbox, lambda error: self._out(beside("", error))).start()

    def start(self, head: RunHead, done: int) -> None:
        self._send(ProgressEvent, **self._progress(head, done), text=f"{head.run}: {head.task}, {head.mode}")

    def result(self, head: RunHead, result: CaseResult, done: int) -> None:
        self._results.append(result)
        self._send(ProgressEvent, **self._progress(head, done), text=f"{result.case}: {result.status}")
        counts = tally(self._results)
        for status in (Status.FIXED, Status.ABSTAINED, Status.WRONG, Status.FAILED):
            share = counts.counts.get(status, 0) / counts.n if counts.n else 0.0
            self._send(MeterEvent, name=f"eval/{status}", value=round(share, 4), unit="share", step=done)
        if counts.share_correct is not None:
            self._send(MeterEvent, name="eval/correct", value=round(counts.share_correct, 4), unit="share", step=done)

    def end(self, run: Run, conclusion: str) -> None:
        text = f"{run.head.run}: {'finished' if run.finished else 'stopped'}{f'; {conclusion}' if conclusion else ''}"
        done = self._progress(run.head, len(run.results)) | {"status": "done"}
        self._send(ProgressEvent, **done, text=text)

    def close(self) -> None:
        """Every event is flushed."""

    def _progress(self, head: RunHead, done: int) -> dict[str, Any]:
        elapsed = round(time.monotonic() - self._began, 3)
        return {
            "job": "eval",
            "command": f"rusta eval run ({head.task})",
            "done": done,
            "total": head.total,
            "elapsed": elapsed,
        }

    def _send(self, kind: type[E], **fields: Any) -> None:
        self._seq += 1
        event: Any = kind(seq=self._seq, at=now(), session="", **fields)
        self._out(event)
