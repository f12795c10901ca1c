"""Checks ahead: while one state of the tree is checked, those that are likely to be asked for next are checked too.

They lie in copies of the tree, one a core to spare. What a check says hangs on the files alone, so an answer from a
copy is the answer; where nobody asks for it any more it is dropped.
"""

from __future__ import annotations

import asyncio
import os
from collections.abc import Callable, Hashable, Mapping, Sequence
from dataclasses import dataclass, field

from engine.rust.cargo import Cargo, CheckResult
from engine.sandbox.copies import TreeCopy, is_worth_it
from engine.sandbox.worktree import Sandbox


@dataclass
class Ahead:
    """The copies and what runs in them. ``cargo_in`` makes the cargo of a copy; ``most`` states are checked at once."""

    sandbox: Sandbox
    cargo_in: Callable[[TreeCopy], Cargo]
    most: int
    _free: list[tuple[TreeCopy, Cargo]] | None = None
    _running: dict[Hashable, asyncio.Task[CheckResult]] = field(default_factory=dict)

    async def room(self) -> int:
        """How many states may be started now. The first call copies the tree as it stands."""
        if self._free is None:
            spare = min(self.most, len(os.sched_getaffinity(0))) - 1
            self._free = await asyncio.to_thread(self._made, spare) if spare > 0 else []
        return len(self._free)

    def start(
        self, key: Hashable, contents: Mapping[str, bytes | None], packages: Sequence[str], *, clippy: bool
    ) -> None:
        """Checks the tree with these files in a free copy; ``key`` is what it is asked for by.

        The files are in their place when this returns, so the sandbox's own may change from then on.
        """
        if not self._free or key in self._running:
            return
        copy, cargo = self._free.pop()
        try:
            copy.hold(contents)
        except OSError:  # a copy that cannot be written is used no more
            return
        free = self._free
        running = self._running[key] = asyncio.create_task(cargo.check(packages=packages, clippy=clippy))
        running.add_done_callback(lambda _: free.append((copy, cargo)))

    async def take(self, key: Hashable) -> CheckResult | None:
        """What was found for a key, waited for; None where it was not started, or cargo did not come to an end."""
        running = self._running.pop(key, None)
        if running is None:
            return None
        try:
            found = await running
        except asyncio.CancelledError:
            running.cancel()
            raise
        return found if found.finished.code is not None and not found.finished.timed_out else None

    async def drop(self) -> None:
        """Ends what nobody has asked for; its children are gone when this returns."""
        running, self._running = self._running, {}
        for task in running.values():
            task.cancel()
        await asyncio.gather(*running.values(), return_exceptions=True)

    def _made(self, count: int) -> list[tuple[TreeCopy, Cargo]]:
        if not is_worth_it(self.sandbox):
            return []
        made = []
        for number in range(1, count + 1):
            copy = TreeCopy(self.sandbox, number)
            try:
                copy.make()
            except OSError:  # no room for it, or a tree that cannot be copied: everything goes one by one
                break
            made.append((copy, self.cargo_in(copy)))
        return made
