"""A stored session as a film: wound to any event, forward or back, and played at any speed. No screen, no clock."""

from __future__ import annotations

from bisect import bisect_right
from copy import copy
from dataclasses import replace
from datetime import datetime
from typing import TYPE_CHECKING, Literal

from rusta_tui.fold import fold
from rusta_tui.view import View

if TYPE_CHECKING:
    from engine.schema.event import Event

SPEEDS = (1.0, 2.0, 4.0, 8.0, 16.0, 32.0, 64.0, float("inf"))
LONGEST_GAP = 3.0
"""Seconds: while a mentor slept nothing happened that a replay should show."""

_STRIDE = 128
_MOST_STILLS = 64

Stop = Literal["event", "state", "patch", "ask"]
_KINDS: dict[Stop, tuple[str, ...]] = {"state": ("state",), "patch": ("patch",), "ask": ("ask",)}


class Reel:
    """The events of one session and a place among them.

    ``position`` counts the events that have been shown, from 0 to ``len(reel)``; ``view`` is the session as it was
    then. Stills are kept every so many events, at most 64 of them, so that winding back folds a few events again
    instead of all; whatever the length of a session, their number is bounded.
    """

    def __init__(self) -> None:
        self.events: list[Event] = []
        self.position = 0
        self.view = View()
        self._times: list[float] = []
        self._stills: dict[int, View] = {}
        self._stride = _STRIDE

    def __len__(self) -> int:
        return len(self.events)

    def extend(self, events: list[Event]) -> None:
        """Adds what comes after; the place stays."""
        for event in events:
            gap = _seconds(event.at) - _seconds(self.events[-1].at) if self.events else 0.0
            before = self._times[-1] if self._times else 0.0
            self._times.append(before + min(max(0.0, gap), LONGEST_GAP))
            self.events.append(event)

    @property
    def seconds(self) -> float:
        """How long the whole session takes at its own speed, long waits cut short."""
        return self._times[-1] if self._times else 0.0

    @property
    def at(self) -> float:
        """The time of the last event shown, in seconds from the first."""
        return self._times[self.position - 1] if self.position else 0.0

    def place_at(self, seconds: float) -> int:
        """The place that is reached so many seconds after the first event."""
        return bisect_right(self._times, seconds)

    def wind(self, position: int) -> None:
        """Goes to a place, forward or back."""
        target = max(0, min(len(self.events), position))
        if target < self.position:
            still = max((place for place in self._stills if place <= target), default=0)
            self.view = _still(self._stills[still]) if still else View()
            self.position = still
        while self.position < target:
            fold(self.view, self.events[self.position])
            self.position += 1
            if self.position % self._stride == 0 and self.position not in self._stills:
                self._keep()

    def next(self, stop: Stop, by: int) -> int:
        """The place of the next (1) or the last (-1) event of a kind; the end or the beginning when there is none."""
        if stop == "event":
            return max(0, min(len(self.events), self.position + by))
        kinds = _KINDS[stop]
        here = self.position - 1
        places = range(here + 1, len(self.events)) if by > 0 else range(here - 1, -1, -1)
        found = next((place for place in places if self._is(place, kinds)), None)
        return (found + 1) if found is not None else (len(self.events) if by > 0 else 0)

    def patch_diffs(self) -> list[str]:
        """The diffs of the patches that stand at this place, oldest first."""
        return [state.event.patch.diff for state in self.view.patches.values() if not state.undone]

    def _is(self, place: int, kinds: tuple[str, ...]) -> bool:
        event = self.events[place]
        # Leaving a state is no place of its own: the next one begins there.
        return event.kind in kinds and getattr(event, "status", "") != "done"

    def _keep(self) -> None:
        self._stills[self.position] = _still(self.view)
        if len(self._stills) > _MOST_STILLS:
            self._stride *= 2
            self._stills = {place: view for place, view in self._stills.items() if place % self._stride == 0}


def _still(view: View) -> View:
    """A copy that later events do not change. Records of the wire never change, so they are shared."""
    jobs = {key: replace(job, lines=list(job.lines)) for key, job in view.jobs.items()}
    return replace(
        view,
        findings={key: copy(finding) for key, finding in view.findings.items()},
        steps=[replace(step, events=list(step.events)) for step in view.steps],
        places={key: list(places) for key, places in view.places.items()},
        tasks={
            key: replace(task, hypotheses=dict(task.hypotheses), confidence=list(task.confidence))
            for key, task in view.tasks.items()
        },
        patches={key: copy(state) for key, state in view.patches.items()},
        jobs=jobs,
        job=jobs.get(view.job.id) if view.job else None,
        meters=dict(view.meters),
        says=list(view.says),
        asks=dict(view.asks),
        errors=list(view.errors),
        undos=list(view.undos),
    )


def _seconds(at: str) -> float:
    try:
        return datetime.fromisoformat(at).timestamp()
    except ValueError:
        return 0.0
