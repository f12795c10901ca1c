"""A stored session played again: the timeline and the diff as they were, step by step or at any speed."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING, ClassVar, Literal, cast

from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Horizontal
from textual.timer import Timer

from rusta_tui.client import FLUSHES_PER_SECOND, STORED_BUDGET, EngineClient
from rusta_tui.lines import Line, fit, seconds
from rusta_tui.reel import SPEEDS, Reel, Stop
from rusta_tui.screens.paned import PanedScreen
from rusta_tui.story import Story
from rusta_tui.widgets.diff_view import DiffView
from rusta_tui.widgets.key_line import KeyLine
from rusta_tui.widgets.pane_tabs import PaneTabs
from rusta_tui.widgets.tail import Tail
from rusta_tui.widgets.text_view import TextView
from rusta_tui.widgets.top_bar import TopBar

if TYPE_CHECKING:
    from rusta_tui.app import RustaApp


class ReplayScreen(PanedScreen):
    """Plays one session. Nothing is run again: what is shown is what the store holds."""

    CSS_PATH = "replay.tcss"
    AUTO_FOCUS = "#timeline"
    PANES: ClassVar[dict[str, str]] = {"timeline": "Timeline", "diff": "Diff", "tail": "Output"}
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("space", "play", "Play/pause", id="replay.play", tooltip="Play on, or hold"),
        Binding(
            "right,l",
            "step('event', 1)",
            "Step",
            priority=True,
            key_display="← →",
            id="replay.next",
            tooltip="The next event",
        ),
        Binding(
            "left,h",
            "step('event', -1)",
            "Back",
            priority=True,
            show=False,
            id="replay.back",
            tooltip="The event before",
        ),
        Binding("n", "step('state', 1)", "State", key_display="n N", id="replay.next-state", tooltip="The next state"),
        Binding("N", "step('state', -1)", "", show=False, id="replay.last-state", tooltip="The state before"),
        Binding("d", "step('patch', 1)", "Patch", key_display="d D", id="replay.next-patch", tooltip="The next patch"),
        Binding("D", "step('patch', -1)", "", show=False, id="replay.last-patch", tooltip="The patch before"),
        Binding("a", "step('ask', 1)", "Asking", id="replay.next-ask", tooltip="Where she next waited for the mentor"),
        Binding("plus,greater_than_sign", "speed(1)", "Faster", key_display="+ −", id="replay.faster"),
        Binding("minus,less_than_sign", "speed(-1)", "Slower", show=False, id="replay.slower"),
        Binding("home", "wind(0)", "Start", show=False, priority=True, id="replay.start", tooltip="Its start"),
        Binding("end", "wind(1)", "End", show=False, priority=True, id="replay.end", tooltip="After the last event"),
        Binding("tab", "pane", "Pane", show=False, priority=True, id="replay.pane", tooltip="The next pane"),
        Binding("escape", "leave", "Back", id="replay.leave", tooltip="Back to where you came from"),
    ]

    def __init__(self, session: str) -> None:
        super().__init__()
        self.session = session
        self.reel = Reel()
        self.playing = False
        self.pace = 2
        self._client: EngineClient | None = None
        self._trouble = ""
        self._clock = 0.0
        self._ticked = 0.0
        self._shown = -1
        self._diffs: list[str] = []
        self._story = Story(self.reel.view)
        self._flush: Timer | None = None

    def compose(self) -> ComposeResult:
        """Timeline and diff side by side, the command's output, the bar that tells where we are."""
        yield TopBar("history")
        yield PaneTabs(self.PANES)
        with Horizontal(id="film"):
            yield TextView(follow=True, id="timeline")
            yield DiffView(id="diff")
        yield Tail(id="tail")
        yield TextView(id="bar")
        yield KeyLine(palette=False)

    def on_mount(self) -> None:
        """Reads the session."""
        self.query_one("#timeline", TextView).show(self._timeline)
        bar = self.query_one("#bar", TextView)
        bar.can_focus = False
        bar.show(lambda width: [self._bar(width)])
        self.bring("timeline")
        self._flush = self.set_interval(1 / FLUSHES_PER_SECOND, self._on_flush)
        self.run_worker(self._open())

    async def on_unmount(self) -> None:
        """No child outlives the screen."""
        if self._client is not None:
            await self._client.end()

    async def _open(self) -> None:
        engine = cast("RustaApp", self.app).engine
        client = EngineClient((*engine, "replay", self.session, "--events"))
        try:
            await client.start()
        except OSError as error:
            self._trouble = f"{engine[0]} does not start: {error.strerror or error}"
            self._draw()
        else:
            self._client = client

    def _on_flush(self) -> None:
        read = self._read()
        now = time.monotonic()
        if self.playing:
            self._clock += (now - self._ticked) * SPEEDS[self.pace]
            self.reel.wind(self.reel.place_at(self._clock))
            if self.reel.position == len(self.reel) and not self._reading:
                self.playing = False
        self._ticked = now
        if read or self.reel.position != self._shown:
            self._draw()
        if self._flush is not None and not self.playing and not self._reading:
            self._flush.pause()

    @property
    def _reading(self) -> bool:
        return not self._trouble and (self._client is None or not self._client.finished)

    def _read(self) -> bool:
        """Takes what has come of the session; a short while after the start all of it has."""
        if self._client is None:
            return False
        events = self._client.take(STORED_BUDGET)
        self.reel.extend(events)
        if self._client.finished and not self.reel.events and not self._trouble:
            told = self._client.complaints or self._client.problems
            self._trouble = told[-1] if told else f"session {self.session} has no events"
            return True
        return bool(events)

    def _draw(self) -> None:
        if not self.is_attached:
            return
        self._shown = self.reel.position
        self._story.view = self.reel.view
        timeline = self.query_one("#timeline", TextView)
        timeline.border_title = f"Replay {self.session}"
        timeline.lay_out()
        diffs = self.reel.patch_diffs()
        if diffs != self._diffs:
            self._diffs = diffs
            self.query_one("#diff", DiffView).show("".join(diffs))
        patches = f"{len(diffs)} patch{'es' * (len(diffs) != 1)} standing" if diffs else "no patch yet"
        self.query_one("#diff").border_title = f"The diff as it was · {patches}"
        tail = self.query_one("#tail", Tail)
        job = self.reel.view.job
        tail.set_class(job is None, "-empty")
        tail.show(job)
        tail.border_title = (job.command if job else "").replace("[", "\\[")
        self.query_one("#bar", TextView).lay_out()

    def _timeline(self, width: int) -> list[Line]:
        if self._trouble:
            return [((f"! {self._trouble}", "bad"),), (("esc goes back", "dim"),)]
        if not self.reel.position:
            words = "Reading the session…" if not self.reel.events else "Before the first event"
            return [((words, "dim"),), (("space plays, → steps", "dim"),)]
        return self._story.lines(width, 0.0, moving=False)

    def _bar(self, width: int) -> Line:
        reel, pace = self.reel, SPEEDS[self.pace]
        speed = "at once" if pace == float("inf") else f"{pace:g}×"
        left = f" {'▶' if self.playing else '❚❚'} {speed:<8}"
        right = f" {reel.position}/{len(reel)} · {seconds(reel.at)} of {seconds(reel.seconds)} "
        room = max(4, width - len(left) - len(right))
        done = round(room * reel.position / max(1, len(reel)))
        return fit(((left, "voice"), ("━" * done, "voice"), ("─" * (room - done), "dim"), (right, "text")), width)

    def action_play(self) -> None:
        """Plays on, from the start again when the end is reached; or holds."""
        if not self.playing and self.reel.position == len(self.reel) and not self._reading:
            self.reel.wind(0)
        self.playing = not self.playing
        self._go_on()

    def action_step(self, stop: Stop, by: int) -> None:
        """Goes to another place and holds there."""
        self.playing = False
        self.reel.wind(self.reel.next(stop, by))
        self._go_on()

    def action_wind(self, share: Literal[0, 1]) -> None:
        """Goes to the start or the end and holds there."""
        self.playing = False
        self.reel.wind(share * len(self.reel))
        self._go_on()

    def action_speed(self, by: int) -> None:
        """Faster or slower."""
        self.pace = max(0, min(len(SPEEDS) - 1, self.pace + by))
        self._go_on()

    def action_leave(self) -> None:
        """Back."""
        self.dismiss()

    def _go_on(self) -> None:
        self._clock, self._ticked = self.reel.at, time.monotonic()
        self._draw()
        if self._flush is not None:
            self._flush.resume()
