"""Conducts one drill for a person or for a program."""

from __future__ import annotations

import asyncio
import sys
import time
from dataclasses import dataclass
from pathlib import Path
from typing import Any, TypeVar

from curriculum.drills.week import Step, Week
from engine.errors import RustaError
from engine.loop.inbox import Inbox
from engine.loop.recorder import now
from engine.rust.docs import Docs
from engine.rust.toolchain import find_toolchain
from engine.schema.decision import Stop
from engine.schema.event import EventBase, MeterEvent, ProgressEvent
from engine.store.drills import DrillSession
from engine.store.store import Store
from rusta_cli.decisions_in import DecisionsIn
from rusta_cli.drill import MARK_ROLE
from rusta_cli.events_out import EventsOut, beside
from rusta_cli.failures import INTERRUPTED
from rusta_cli.interrupts import on_interrupt
from rusta_cli.rows import open_screen, row

E = TypeVar("E", bound=EventBase)


def conduct(*, size: int, seed: str | None, brain: str, events: bool) -> int:
    """Deals or goes on with a drill and lets her answer; returns the exit code.

    An interrupt stops it after what is under way was dropped: the rest waits for the next start.
    """
    inbox = Inbox()
    watcher = _Program(inbox) if events else _Person()

    async def work() -> DrillSession:
        inbox.attach()
        on_interrupt(lambda: inbox.put(Stop()))
        toolchain = find_toolchain(Path.cwd())
        week = Week(Store.open(), toolchain, Docs(toolchain.docs), inbox, watcher.step, brain)
        return await week.run(size, seed)

    try:
        session = asyncio.run(work())
        watcher.end(session)
    except RustaError as error:
        watcher.fail(error)
        raise
    finally:
        watcher.close()
    return 0 if session.ended else INTERRUPTED


class _Person:
    """Somebody who reads the screen."""

    def __init__(self) -> None:
        self._screen = open_screen()

    def step(self, step: Step) -> None:
        if step.card is None or step.answer is None:
            self._screen.busy(f"{step.done + 1} of {step.total}  {step.text}" if step.total else step.text)
            return
        answer, card = step.answer, step.card
        self._screen.show(
            row(
                card.id,
                (f"{card.kind:<8}", "dim"),
                (f"{answer.mark:<9}", MARK_ROLE[answer.mark]),
                (f"{card.code or '     '}  ", "code"),
                f"{answer.said} " if answer.said else "",
                (answer.text if not answer.said else f"truth: {answer.truth}  {answer.note}", "dim"),
            )
        )

    def end(self, session: DrillSession) -> None:
        if session.ended:
            self._screen.show(row("", "all answered; grade what waits: ", ("rusta drill next", "code")))
        else:
            self._screen.show(row("", ("stopped; the rest waits for ", "wait"), ("rusta drill start", "code")))

    def fail(self, error: RustaError) -> None:
        """The command says so itself."""

    def close(self) -> None:
        self._screen.busy(None)
        self._screen.close()


@dataclass
class _Tally:
    right: int = 0
    marked: int = 0


class _Program:
    """A client of the event protocol. The events of a drill belong to no session."""

    def __init__(self, inbox: Inbox) -> None:
        self._seq = 0
        self._began = time.monotonic()
        self._last = Step("")
        self._tallies: dict[str, _Tally] = {}
        self._out = EventsOut(sys.stdout.buffer, on_gone=lambda: inbox.put(Stop()))
        DecisionsIn(sys.stdin.fileno(), inbox, lambda error: self._out(beside("", error))).start()

    def step(self, step: Step) -> None:
        self._last = step if step.total else self._last
        label = f"{step.card.id} {step.card.kind} {step.card.code or step.card.topic}" if step.card else step.text
        told = f"{label}: {step.answer.mark}" if step.answer else label
        self._send(ProgressEvent, **self._progress(step), text=told)
        if step.card is None or step.answer is None or step.answer.mark == "unmarked":
            return
        tally = self._tallies.setdefault(step.card.kind, _Tally())
        tally.marked += 1
        tally.right += step.answer.mark == "right"
        share = round(tally.right / tally.marked, 4)
        self._send(MeterEvent, name=f"drill/{step.card.kind} right", value=share, unit="share", step=step.done)

    def end(self, session: DrillSession) -> None:
        text = f"{session.id}: {'finished' if session.ended else 'stopped'}"
        self._send(ProgressEvent, **self._progress(self._last), status="done", text=text)

    def fail(self, error: RustaError) -> None:
        self._out(beside("", error, fatal=True))

    def close(self) -> None:
        """Every event is flushed."""

    def _progress(self, step: Step) -> dict[str, Any]:
        known = {"done": step.done, "total": step.total} if step.total else {}
        elapsed = round(time.monotonic() - self._began, 3)
        return {"job": "drill", "command": "rusta drill start", "elapsed": elapsed, **known}

    def _send(self, kind: type[E], **fields: Any) -> None:
        self._seq += 1
        event: Any = kind(seq=self._seq, at=now(), session="", **fields)
        self._out(event)
