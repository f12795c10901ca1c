"""The mentor at the terminal: shows a patch that waits, asks for a verdict, and puts the decision into the inbox."""

from __future__ import annotations

import asyncio
import contextlib
import os
import sys
import termios
from collections.abc import Callable, Iterable
from dataclasses import dataclass

from engine.errors import RustaError
from engine.loop.fold import SessionState
from engine.loop.inbox import Inbox
from engine.schema.decision import Answer, Decision, Verdict
from engine.schema.event import AskEvent, PatchEvent
from rusta_cli.editing import edited, patched_files
from rusta_cli.narration import size_of
from rusta_cli.parts import PartError, kept_hunks, part_of, tests_of, uses_of, without
from rusta_cli.rows import Row, Screen, row

CHOICES = "[a]pprove  [h]unks  dr[x]op  [v]eto  [e]dit  [d]iff  [t]ests  [r]efs  [q]uit"
HELP = {
    "a": "commit the patch as it stands",
    "h 1 3": "keep only hunks 1 and 3; what is left is validated again",
    "x 1 -2 +2, 3": "drop the lines −2 and +2 of hunk 1, and hunk 3; what is left is validated again",
    "v": "take it back, with a reason that she thinks about next",
    "e": "change its files in $EDITOR; your version is validated again",
    "e 2": "change hunk 2 by itself",
    "d": "show the diff again",
    "t": "the tests that ran, with their times; `t parse` only those that hold the text",
    "r": "who uses what the hunks change; `r 2` for hunk 2 alone",
    "q": "leave it waiting; `rusta resume` asks again",
}


@dataclass(frozen=True)
class Quit:
    """The mentor leaves; the patch keeps waiting."""


class Terminal:
    """Lines typed at the terminal, read without blocking the event loop."""

    def __init__(self, descriptor: int) -> None:
        self._descriptor = descriptor
        self._pending = b""

    def forget_early_keys(self) -> None:
        """Drops what was typed before the question was on the screen, so that nothing is approved unseen."""
        self._pending = b""
        with contextlib.suppress(termios.error):
            termios.tcflush(self._descriptor, termios.TCIFLUSH)

    async def line(self, prompt: str) -> str | None:
        """Asks and waits for one line; None when the terminal has gone or sent end of file."""
        sys.stdout.write(prompt)
        sys.stdout.flush()
        loop = asyncio.get_running_loop()
        while b"\n" not in self._pending:
            ready = loop.create_future()
            loop.add_reader(self._descriptor, _set_once, ready)
            try:
                await ready
            finally:
                loop.remove_reader(self._descriptor)
            try:
                chunk = os.read(self._descriptor, 4096)
            except OSError:
                chunk = b""
            if not chunk:
                return None
            self._pending += chunk
        line, _, self._pending = self._pending.partition(b"\n")
        return line.decode(errors="replace").strip()


def _set_once(ready: asyncio.Future[None]) -> None:
    if not ready.done():
        ready.set_result(None)


class Reviewer:
    """Answers the asks of one session from the terminal."""

    def __init__(self, screen: Screen, state: SessionState, inbox: Inbox, leave: Callable[[], None]) -> None:
        self._screen = screen
        self._state = state
        self._inbox = inbox
        self._leave = leave
        self._terminal = Terminal(sys.stdin.fileno())
        self._asking: asyncio.Task[None] | None = None
        self.editing = False

    def hear(self, ask: AskEvent) -> None:
        """Starts to ask; the loop waits at its inbox meanwhile. An older question is over."""
        if self._asking is not None:
            self._asking.cancel()
        self._asking = asyncio.create_task(self._ask(ask))
        self._asking.add_done_callback(self._leave_if_broken)

    async def close(self) -> None:
        """Stops asking; raises what went wrong while asking, if anything did."""
        if self._asking is not None:
            self._asking.cancel()
            with contextlib.suppress(asyncio.CancelledError):
                await self._asking

    async def _ask(self, ask: AskEvent) -> None:
        self._terminal.forget_early_keys()
        found: Decision | Quit = await (self._verdict(ask) if ask.wants == "verdict" else self._answer(ask))
        if isinstance(found, Quit):
            self._leave()
        else:
            self._inbox.put(found)

    def _leave_if_broken(self, asking: asyncio.Task[None]) -> None:
        if not asking.cancelled() and asking.exception() is not None:
            self._leave()

    async def _answer(self, ask: AskEvent) -> Decision | Quit:
        for question in ask.questions:
            self._screen.show(row("question", (question, "wait")))
        text = await self._terminal.line("your answer (empty leaves it open)> ")
        return Answer(ask=ask.id, text=text) if text else Quit()

    async def _verdict(self, ask: AskEvent) -> Decision | Quit:
        event = next((item for item in reversed(self._state.stacked) if item.patch.id == ask.patch), None)
        if event is None:
            raise RustaError(f"the patch {ask.patch} that she asks about is not in the session")
        patch = event.patch
        count = f"patch {ask.index} of {ask.of}  " if ask.of > 1 else ""
        self._screen.show(row(""))
        self._screen.show(row("review", (f"{count}{patch.intent}", "voice"), (f"  {size_of(patch)}", "dim")))
        self._screen.diff(patch)
        while True:
            line = await self._terminal.line(f"{CHOICES}> ")
            if line is None:
                return Quit()
            decision = await self._understand(line, ask, event)
            if decision is not None:
                return decision

    async def _understand(self, line: str, ask: AskEvent, event: PatchEvent) -> Decision | Quit | None:
        patch = event.patch
        word, _, rest = line.partition(" ")
        match word.lower():
            case "a" | "approve" | "y" | "yes":
                return Verdict(patch=patch.id, verdict="approve")
            case "h" | "hunks" | "x" | "drop":
                return await self._part(word.lower()[0] in "h", rest, event)
            case "v" | "veto" | "n" | "no":
                reason = rest or await self._terminal.line("why (she thinks about it next)> ")
                return Quit() if reason is None else Verdict(patch=patch.id, verdict="veto", reason=reason)
            case "e" | "edit":
                return await self._edit(rest, event)
            case "d" | "diff":
                self._screen.diff(patch)
            case "t" | "tests":
                self._show(tests_of(self._state.validations.get(patch.id), rest))
            case "r" | "refs":
                self._show(uses_of(ask.touched, rest))
            case "q" | "quit":
                return Quit()
            case _:
                self._show([row(key, meaning) for key, meaning in HELP.items()])
        return None

    def _show(self, rows: Iterable[Row]) -> None:
        for each in rows:
            self._screen.show(each)

    async def _part(self, keep: bool, text: str, event: PatchEvent) -> Verdict | None:
        """A verdict on a part of the patch, and why; None when the part is not understood."""
        try:
            hunks, lines = kept_hunks(event.patch, text) if keep else without(event.patch, text)
        except PartError as error:
            self._screen.show(row("", (str(error), "wait")))
            return None
        reason = await self._terminal.line("why not the rest (optional; she thinks about it next)> ")
        return Verdict(patch=event.patch.id, verdict="approve", hunks=hunks, lines=lines, reason=reason or "")

    async def _edit(self, text: str, event: PatchEvent) -> Verdict | None:
        self.editing = True
        try:
            whole = patched_files(self._state, event)
            if text.strip():
                piece = part_of(event.patch, text, whole)
                files = piece.joined(await edited(piece.files))
            else:
                files = await edited(whole)
        except PartError as error:
            self._screen.show(row("edit", (str(error), "wait")))
            return None
        except RustaError as error:
            self._screen.show(row("edit", (f"{error}", "bad"), f"  {error.fix}"))
            return None
        finally:
            self.editing = False
        if not files:
            self._screen.show(row("edit", ("nothing changed", "wait")))
            return None
        reason = await self._terminal.line("why (optional)> ")
        return Verdict(patch=event.patch.id, verdict="edit", files=files, reason=reason or "")
