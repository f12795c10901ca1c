"""One command of the engine while it runs: its child process, and the view that its events are folded into."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from typing import TYPE_CHECKING, Literal

from rusta_tui.client import LIVE_BUDGET, STORED_BUDGET, EngineClient
from rusta_tui.view import Finding, View

if TYPE_CHECKING:
    from engine.schema.event import Event

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
        events = self.client.take(STORED_BUDGET if self.purpose == "replay" else LIVE_BUDGET)
        if not events:
            return False
        for event in events:
            self.take(event)
        return True

    def take(self, event: Event) -> None:
        """Folds one event."""
        from rusta_tui.fold import fold

        fold(self.view, event)

    @property
    def trouble(self) -> str:
        """Why a child that has ended did not end well, in one line; nothing when it did, or when its events said so."""
        if self.cancelled:
            return f"the {self.purpose} was cancelled"
        if self.client.code in (0, None) or self.view.errors or self.view.log:
            return self.client.problems[0] if self.client.problems else ""
        last = self.client.complaints[-1] if self.client.complaints else ""
        return last or f"the engine ended with code {self.client.code}"


class Watch(Run):
    """A check that begins anew at each save. ``view`` is the last whole round, or the first one while it comes.

    ``fresh`` are the findings of the newest round, by id, that the round before did not have. A finding that only
    moved to another line is not new.
    """

    def __init__(self, command: Sequence[str]) -> None:
        super().__init__("check", command, View())
        self.fresh: set[str] = set()
        self.rounds = 0
        self.looking = True
        self._next: View | None = None

    def take(self, event: Event) -> None:
        """Folds one event into the round it belongs to."""
        from rusta_tui.fold import fold

        if event.kind == "progress" and event.job == "watch":
            if event.status == "running":
                self.looking = True
                self._next = View() if self.rounds else None
            else:
                self._end_round()
        else:
            fold(self._next or self.view, event)

    def _end_round(self) -> None:
        self.looking = False
        self.rounds += 1
        if self._next is not None:
            known = Counter(_likeness(finding) for finding in self.view.findings.values())
            fresh = set()
            for key, finding in self._next.findings.items():
                if known[_likeness(finding)]:
                    known[_likeness(finding)] -= 1
                else:
                    fresh.add(key)
            self.view, self.fresh, self._next = self._next, fresh, None


def _likeness(finding: Finding) -> tuple[str, str, str]:
    record = finding.diagnostic
    return (record.label, record.message, record.where.partition(":")[0])
