"""What the screens show: the state of a session as a mentor sees it. Filled by `rusta_tui.fold`, drawn by widgets.

The records of the wire are imported for their types only, so that an empty view costs nothing at start-up.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from engine.schema.diagnostic import Diagnostic
    from engine.schema.event import (
        AskEvent,
        CommitEvent,
        ErrorEvent,
        Event,
        HypothesisEvent,
        IntakeEvent,
        LogEvent,
        MeterEvent,
        PatchEvent,
        ReflectionEvent,
        SayEvent,
        UndoEvent,
        ValidationEvent,
    )

TAIL_LINES = 2000


@dataclass(slots=True)
class Finding:
    """A diagnostic in the queue. ``order`` is 0 until the engine has put the queue in order."""

    diagnostic: Diagnostic
    status: str = "found"
    order: int = 0
    follows: str | None = None


@dataclass(slots=True)
class Step:
    """A stay in one state. ``events`` are those that fell into it, ``version`` counts its changes.

    ``implied`` is true while the engine has not announced the state itself, only sent an event that belongs there.
    """

    state: str
    task: str | None
    attempt: int
    started: str
    text: str = ""
    seconds: float | None = None
    done: bool = False
    implied: bool = False
    events: list[Event] = field(default_factory=list)
    version: int = 0


@dataclass(slots=True)
class Task:
    """All that belongs to one diagnostic. ``confidence`` is the curve of the best hypothesis's P(green)."""

    id: str
    gear: str = "quick"
    attempt: int = 1
    hypotheses: dict[str, HypothesisEvent] = field(default_factory=dict)
    confidence: list[float] = field(default_factory=list)
    entropy: float | None = None
    reflection: ReflectionEvent | None = None
    intent: SayEvent | None = None
    explanation: SayEvent | None = None


@dataclass(slots=True)
class Job:
    """A running command: its last lines, how many there were, how far it is."""

    id: str
    command: str = ""
    text: str = ""
    lines: list[str] = field(default_factory=list)
    seen: int = 0
    dropped: int = 0
    done: int | None = None
    total: int | None = None
    elapsed: float = 0.0
    started: str = ""
    running: bool = True


@dataclass(slots=True)
class PatchState:
    """A patch and what became of it."""

    event: PatchEvent
    validation: ValidationEvent | None = None
    undone: bool = False


@dataclass(slots=True)
class View:
    """One session, or one check, as far as its events have come. ``places`` says which steps belong to a task."""

    session: str = ""
    last_seq: int = 0
    version: int = 0
    intake: IntakeEvent | None = None
    findings: dict[str, Finding] = field(default_factory=dict)
    steps: list[Step] = field(default_factory=list)
    places: dict[str | None, list[int]] = field(default_factory=dict)
    tasks: dict[str, Task] = field(default_factory=dict)
    current: str | None = None
    patches: dict[str, PatchState] = field(default_factory=dict)
    jobs: dict[str, Job] = field(default_factory=dict)
    job: Job | None = None
    meters: dict[str, MeterEvent] = field(default_factory=dict)
    says: list[SayEvent] = field(default_factory=list)
    asks: dict[str, AskEvent] = field(default_factory=dict)
    errors: list[ErrorEvent] = field(default_factory=list)
    commit: CommitEvent | None = None
    undos: list[UndoEvent] = field(default_factory=list)
    log: LogEvent | None = None
    paused: bool = False
    first_at: str = ""
    last_at: str = ""

    @property
    def ask(self) -> AskEvent | None:
        """What she waits for, the oldest first, or None."""
        return next(iter(self.asks.values()), None)

    @property
    def task(self) -> Task | None:
        """The diagnostic she works on, or worked on last."""
        return self.tasks.get(self.current) if self.current else None

    @property
    def over(self) -> bool:
        """True when nothing more can come."""
        return self.log is not None or any(error.fatal for error in self.errors)

    @property
    def undone(self) -> bool:
        """True when what this session committed has been taken back."""
        return any(undo.what == "commit" for undo in self.undos)

    def queue(self) -> list[Finding]:
        """The findings in the engine's order; before it has ordered them, errors first, as they came."""
        ranked = sorted(
            enumerate(self.findings.values()),
            key=lambda pair: (
                pair[1].order or 10**9,
                not pair[1].diagnostic.level.is_error,
                pair[0],
            ),
        )
        return [finding for _, finding in ranked]
