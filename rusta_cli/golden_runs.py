"""Conducts one sitting of the golden patch challenge for a person or for a program."""

from __future__ import annotations

import asyncio
import statistics
import sys
import time
from typing import Any, TypeVar

from curriculum.golden.challenge import Challenge, Step
from engine.errors import RustaError
from engine.loop.inbox import Inbox
from engine.loop.recorder import now
from engine.schema.decision import Stop
from engine.schema.event import EventBase, MeterEvent, ProgressEvent
from engine.store.golden import GoldenExam
from engine.store.store import Store
from rusta_cli.decisions_in import DecisionsIn
from rusta_cli.events_out import EventsOut, beside
from rusta_cli.failures import INTERRUPTED
from rusta_cli.golden import MARKS
from rusta_cli.interrupts import on_interrupt
from rusta_cli.rows import open_screen, row

E = TypeVar("E", bound=EventBase)


def conduct(month: str, *, brain: str, again: bool, parallel: int, events: bool) -> int:
    """Lets her take an edition, or goes on with it; returns the exit code.

    An interrupt stops the exam: what is scored stays, and the next `rusta golden run` goes on.
    """
    inbox = Inbox()
    watcher = _Program(inbox) if events else _Person()

    async def work() -> GoldenExam:
        on_interrupt(lambda: inbox.put(Stop()))
        with Store.open() as store:
            return await Challenge(store, inbox, watcher.step, parallel=parallel).run(month, brain=brain, again=again)

    try:
        exam = asyncio.run(work())
        watcher.end(exam)
    except RustaError as error:
        watcher.fail(error)
        raise
    finally:
        watcher.close()
    return 0 if exam.ended else INTERRUPTED


class _Person:
    """Somebody who reads the screen."""

    def __init__(self) -> None:
        self._screen = open_screen()

    def step(self, step: Step) -> None:
        self._screen.busy(f"{step.done} of {step.total}" if step.done < step.total else None)
        if step.attempt is None:
            self._screen.show(row(step.month, step.text))
            return
        sign, role = MARKS[step.attempt.status]
        worth = "no score" if step.attempt.total is None else f"{step.attempt.total:.1f}"
        self._screen.show(
            row(
                step.attempt.status,
                (f"{sign} ", role),
                (f"{worth:>5}  ", "strong"),
                step.attempt.golden,
                (f"  {step.attempt.body['reason']}", "dim"),
            )
        )

    def end(self, exam: GoldenExam) -> None:
        command = f"rusta golden show {exam.month}" if exam.ended else f"rusta golden run --month {exam.month}"
        said = "scored; see it with " if exam.ended else "stopped; go on with "
        self._screen.show(row("", (said, "plain" if exam.ended else "wait"), (command, "code")))

    def fail(self, error: RustaError) -> None:
        """The command says so itself."""

    def close(self) -> None:
        self._screen.busy(None)
        self._screen.close()


class _Program:
    """A client of the event protocol. The events of an exam belong to no session."""

    def __init__(self, inbox: Inbox) -> None:
        self._seq = 0
        self._began = time.monotonic()
        self._last: Step | None = None
        self._totals: list[float] = []
        self._out = EventsOut(sys.stdout.buffer, on_gone=lambda: inbox.put(Stop()))
        DecisionsIn(sys.stdin.fileno(), inbox, lambda error: self._out(beside("", error))).start()

    def step(self, step: Step) -> None:
        self._last = step
        self._send(ProgressEvent, **self._progress(step), text=step.text)
        if step.attempt is not None and step.attempt.total is not None:
            self._totals.append(step.attempt.total)
            share = round(statistics.fmean(self._totals) / 100, 4)
            self._send(MeterEvent, name="golden/score", value=share, unit="share", step=step.done)

    def end(self, exam: GoldenExam) -> None:
        text = f"{exam.month}: {'finished' if exam.ended else 'stopped'}"
        known = self._progress(self._last) if self._last else {"job": "golden"}
        self._send(ProgressEvent, **(known | {"status": "done"}), text=text)

    def fail(self, error: RustaError) -> None:
        self._out(beside("", error, fatal=True))

    def close(self) -> None:
        """Every event is flushed."""

    def _progress(self, step: Step) -> dict[str, Any]:
        return {
            "job": "golden",
            "command": f"rusta golden run --month {step.month}",
            "done": step.done,
            "total": step.total,
            "elapsed": round(time.monotonic() - self._began, 3),
        }

    def _send(self, kind: type[E], **fields: Any) -> None:
        self._seq += 1
        event: Any = kind(seq=self._seq, at=now(), session="", **fields)
        self._out(event)
