"""A long command of the engine while it runs: an exam, a training. Its progress, its curves, its last words."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from rusta_tui.client import EngineClient
from rusta_tui.lines import BLANK, Line, Span, bar, fit, seconds, wrap

if TYPE_CHECKING:
    from engine.schema.event import Event

LINES = 400
_ON_RECORD = "on record already"  # how a child ends its word on what it need not do again
INTERRUPTED = 130  # the exit code of a command that was stopped and kept what it had done


@dataclass
class Curve:
    """The values of one meter, in order: where on the curve, and how much."""

    unit: str = ""
    points: list[tuple[float, float]] = field(default_factory=list)


class Job:
    """One child and what it has told: ``done`` of ``total``, ``elapsed`` seconds, its ``lines`` and its meters' curves.

    ``moved`` turns true whenever more is done, for whoever reads what it leaves in the store. ``over``: it says that it
    is done. ``trouble`` is one line on what went wrong, empty when nothing did.
    """

    def __init__(self, name: str, command: Sequence[str]) -> None:
        self.name = name
        self.client = EngineClient(command)
        self.text = "starting"
        self.done = 0
        self.total = 0
        self.elapsed = 0.0
        self.paused = False
        self.stopping = False
        self.moved = False
        self.over = False
        self.closed = False
        self.trouble = ""
        self.lines: list[str] = []
        self.curves: dict[str, Curve] = {}
        self._began: tuple[int, float] | None = None  # what was done when its work began, and after how many seconds

    @property
    def left(self) -> float | None:
        """Seconds that are left at its own pace; None while there is none. What was on record before does not count."""
        done, elapsed = self._began or (0, 0.0)
        if self.done <= done or not self.total:
            return None
        return (self.elapsed - elapsed) / (self.done - done) * (self.total - self.done)

    @property
    def latest(self) -> dict[str, float]:
        """The newest value of each meter."""
        return {name: curve.points[-1][1] for name, curve in self.curves.items() if curve.points}

    async def start(self) -> None:
        """Starts the child; what goes wrong is in ``trouble``."""
        try:
            await self.client.start()
        except OSError as error:
            self.closed, self.trouble = True, f"{self.client.argv[0]} does not start: {error.strerror or error}"

    def pump(self) -> bool:
        """Takes in what has come; True when something changed. Closes the job once the child has ended."""
        if self.closed:
            return False
        events = self.client.take()
        for event in events:
            self.take(event)
        if self.client.finished:
            self.closed = True
            self.lines += list(self.client.complaints)
            asked = self.stopping and self.client.code == INTERRUPTED
            if self.client.code not in (0, None) and not asked and not self.trouble:
                told = self.client.complaints
                self.trouble = told[0].removeprefix("rusta: ") if told else f"it ended with code {self.client.code}"
        return bool(events) or self.closed

    def take(self, event: Event) -> None:
        """Takes one event."""
        match event.kind:
            case "progress":
                self.text = event.text or event.command or self.text
                before, self.done = self.done, event.done if event.done is not None else self.done
                self.total = event.total or self.total
                self.elapsed = max(self.elapsed, event.elapsed)
                self.over = event.status == "done"
                begins = event.total is not None and (self._began is None or event.text.endswith(_ON_RECORD))
                if begins:
                    self._began = (self.done, self.elapsed)
                self.moved = self.moved or begins or self.done != before
                self.lines += [*event.lines, *([event.text] if event.text else [])]
                del self.lines[:-LINES]
            case "meter":
                curve = self.curves.setdefault(event.name, Curve(event.unit))
                curve.points.append((float(event.step if event.step is not None else self.done), event.value))
            case "error":
                self.trouble = f"{event.text}: {event.fix}" if event.fix else event.text
                self.lines.append(self.trouble)
            case _:
                pass

    def turn_pause(self) -> None:
        """Holds the job, or lets it go on."""
        from engine.schema.decision import Pause, Resume

        if self.client.send(Resume() if self.paused else Pause()):
            self.paused = not self.paused

    def ask_to_stop(self) -> None:
        """Asks the job to save and end, in the time that it needs."""
        from engine.schema.decision import Stop

        self.stopping = self.client.send(Stop())

    async def stop(self) -> None:
        """Asks the job to stop, and ends it when it does not; what it has done so far stays on record."""
        self.ask_to_stop()
        await self.client.end()


def progress(job: Job, width: int, *, meters: bool = True) -> list[Line]:
    """The job in a few lines: what it is at, how far, how long yet, and its newest ``meters``."""
    if job.closed:
        if not job.trouble:
            mark: Span = ("◐ ", "wait") if job.stopping else ("✓ ", "good")
            return [(mark, (f"{job.name}: {'stopped' if job.stopping else 'done'}", "strong"))]
        first, *more = wrap(job.trouble, width - 2)
        return [(("! ", "bad"), (first, "strong")), *((("  " + text, "text"),) for text in more)]
    state = "saves and ends" if job.stopping else "paused" if job.paused else "running"
    lines: list[Line] = [fit((("● ", "voice"), (f"{job.name} · {state}  ", "strong"), (job.text, "dim")), width)]
    if job.total:
        share = job.done / job.total
        left = f" · {seconds(job.left)} left" if job.left is not None else ""
        lines.append(((bar(share, 24), "voice"), (f" {job.done}/{job.total}{left}", "text")))
    for name, curve in job.curves.items():
        if meters and curve.points:
            unit = f" {curve.unit}" if curve.unit else ""
            lines.append(((f"{name} ", "dim"), (f"{curve.points[-1][1]:.4g}{unit}", "text")))
    return [*lines, BLANK]
