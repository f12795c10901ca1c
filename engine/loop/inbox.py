"""The mentor's decisions on their way to the loop."""

from __future__ import annotations

import asyncio
import threading
from collections import deque
from collections.abc import Awaitable, Callable
from typing import TypeVar

from engine.schema.decision import Answer, Decision, Pause, Resume, Stop, Undo, Verdict

T = TypeVar("T")


class StopRequestedError(Exception):
    """The mentor said stop; the loop unwinds, undoes what stands and writes its DevLog."""


class NobodyAnswersError(Exception):
    """An answer is needed and the decision stream is closed."""


class Inbox:
    """Decisions in, one at a time, from any thread; the loop takes them out at its own pace.

    A pause, a stop and an undo count from the moment they arrive; verdicts and answers wait until they
    are asked for. ``close()`` says that nobody will decide any more.
    """

    def __init__(self) -> None:
        self._loop: asyncio.AbstractEventLoop | None = None
        self._replies: deque[Verdict | Answer] = deque()
        self._changed = asyncio.Event()
        self._early: deque[Decision | None] = deque()
        self._door = threading.Lock()
        self.paused = False
        self.stopped = False
        self.undo_wanted = False
        self.closed = False

    def put(self, decision: Decision) -> None:
        """Hands over one decision. Safe from any thread; before the loop has started it is kept."""
        self._hand_over(decision)

    def close(self) -> None:
        """Says that no decision will follow. Safe from any thread."""
        self._hand_over(None)

    def attach(self) -> None:
        """Binds the inbox to the running event loop and takes in what came before."""
        with self._door:
            self._loop = asyncio.get_running_loop()
        while self._early:
            self._take(self._early.popleft())

    def take_undo(self) -> bool:
        """True once for each undo the mentor asked for."""
        wanted, self.undo_wanted = self.undo_wanted, False
        return wanted

    async def reply(self, matches: Callable[[Verdict | Answer], bool]) -> Verdict | Answer:
        """Waits for the first reply that ``matches``; older replies that do not are dropped.

        Raises `StopRequestedError` on stop, `NobodyAnswersError` when the inbox is closed and empty.
        """
        while True:
            while self._replies:
                candidate = self._replies.popleft()
                if matches(candidate):
                    return candidate
            await self._wait()

    async def until_resumed(self) -> None:
        """Returns when the session is not paused; raises like `reply`."""
        while self.paused:
            await self._wait()

    async def guard(self, work: Awaitable[T]) -> T:
        """Runs ``work`` unless the mentor stops the session meanwhile; then it is cancelled.

        Raises `StopRequestedError` after the cancelled work has cleaned up.
        """
        task = asyncio.ensure_future(work)
        try:
            while not task.done():
                self._changed.clear()
                if self.stopped:
                    raise StopRequestedError
                change = asyncio.ensure_future(self._changed.wait())
                await asyncio.wait({task, change}, return_when=asyncio.FIRST_COMPLETED)
                change.cancel()
            return await task
        finally:
            if not task.done():
                task.cancel()
                await asyncio.gather(task, return_exceptions=True)

    def _hand_over(self, decision: Decision | None) -> None:
        with self._door:
            if self._loop is None:
                self._early.append(decision)
            elif not self._loop.is_closed():
                self._loop.call_soon_threadsafe(self._take, decision)

    def _take(self, decision: Decision | None) -> None:
        match decision:
            case None:
                self.closed = True
            case Pause():
                self.paused = True
            case Resume():
                self.paused = False
            case Stop():
                self.stopped = True
            case Undo():
                self.undo_wanted = True
            case Verdict() | Answer():
                self._replies.append(decision)
        self._changed.set()

    async def _wait(self) -> None:
        if self.stopped:
            raise StopRequestedError
        if self.closed:
            raise NobodyAnswersError
        self._changed.clear()
        await self._changed.wait()
