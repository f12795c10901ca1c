"""One command of the engine while it runs: its child process, and the view that its events are folded into."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Literal

from rusta_tui.client import EngineClient
from rusta_tui.view import View

Purpose = Literal["check", "fix", "resume", "replay", "undo"]


class Run:
    """A child of the engine and where its events go. ``closed`` once its end has been dealt with."""

    def __init__(self, purpose: Purpose, command: Sequence[str], view: View) -> None:
        self.purpose = purpose
        self.view = view
        self.client = EngineClient(command)
        self.closed = False
        self.cancelled = False

    async def start(self) -> str:
        """Starts the child; returns what went wrong, in one line, or nothing."""
        try:
            await self.client.start()
        except OSError as error:
            self.closed = True
            return f"{self.client.argv[0]} does not start: {error.strerror or error}"
        return ""

    def pump(self) -> bool:
        """Folds the events that have come since; True when there were any."""
        events = self.client.take()
        if not events:
            return False
        from rusta_tui.fold import fold

        for event in events:
            fold(self.view, event)
        return True

    @property
    def trouble(self) -> str:
        """Why a child that has ended did not end well, in one line; nothing when it did, or when its events said so."""
        if self.cancelled:
            return f"the {self.purpose} was cancelled"
        if self.client.code in (0, None) or self.view.errors or self.view.log:
            return self.client.problems[0] if self.client.problems else ""
        last = self.client.complaints[-1] if self.client.complaints else ""
        return last or f"the engine ended with code {self.client.code}"
