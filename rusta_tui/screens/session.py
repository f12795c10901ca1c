"""The session screen: one repository, one session. It owns its keys and its flush; the board draws."""

from __future__ import annotations

import time
from collections.abc import Awaitable, Callable
from functools import partial
from typing import TYPE_CHECKING, ClassVar, cast

from textual import on, work
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.timer import Timer
from textual.widgets import Input

from rusta_tui.client import FLUSHES_PER_SECOND
from rusta_tui.desk import Desk
from rusta_tui.screens.base import RustaScreen
from rusta_tui.screens.paned import WIDTHS
from rusta_tui.widgets.board import Board
from rusta_tui.widgets.key_line import KeyLine
from rusta_tui.widgets.pane_tabs import PaneTabs
from rusta_tui.widgets.row_list import RowList
from rusta_tui.widgets.top_bar import TopBar

if TYPE_CHECKING:
    from rusta_tui.app import RustaApp

_TICK = 0.1
_HANDS_SECONDS = 0.08
_PATIENCE_SECONDS = 0.3
_OFFERED = ("review", "start", "start_all", "resume", "pause", "stop", "undo", "form", "inspect", "replay", "check")


class SessionScreen(RustaScreen):
    """Draws the desk 30 times a second while something happens, else not at all."""

    CSS_PATH = "session.tcss"
    HORIZONTAL_BREAKPOINTS = WIDTHS
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("r", "review", "Review", id="session.review", tooltip="Open what waits for you: a patch or a question"),
        Binding(
            "enter", "start", "Start", id="session.start", tooltip="Start a session on the finding under the cursor"
        ),
        Binding(
            "A",
            "start_all",
            "All",
            id="session.start-all",
            tooltip="Start a session on every error; on everything when there is none",
        ),
        Binding(
            "R", "resume", "Resume", id="session.resume", tooltip="Go on with the session that was left before its end"
        ),
        Binding("p", "pause", "Pause", id="session.pause", tooltip="Hold before the next state, or go on"),
        Binding(
            "s",
            "stop",
            "Stop",
            id="session.stop",
            tooltip="Cancel the running command and end the session; its diary is written",
        ),
        Binding("u", "undo", "Undo", id="session.undo", tooltip="Take back the last patch; after the end, the commit"),
        Binding(
            "f", "form", "Form", id="session.form", tooltip="Say, Explain, Do, Undo, Reflect; or the full timeline"
        ),
        Binding(
            "i",
            "inspect",
            "Inspect",
            id="session.inspect",
            tooltip="The finding in the compiler's own words",
        ),
        Binding("w", "replay", "Replay", id="session.replay", tooltip="Watch this session again, step by step"),
        Binding("c", "check", "Check", id="session.check", tooltip="Ask the compiler again"),
        Binding("W", "watch", "Watch", id="session.watch", tooltip="Check again at each save, or leave that be"),
        Binding("o", "repositories", "Repositories", id="session.repositories", tooltip="Other desks, or a new one"),
        Binding(
            "slash",
            "filter",
            "Filter",
            key_display="/",
            id="session.filter",
            tooltip="Show only findings with these words; code:E0502 file:parse level:error status:abstained",
        ),
        Binding("n", "match(1)", "Next match", show=False, id="session.next-match", tooltip="The next finding"),
        Binding("N", "match(-1)", "Match before", show=False, id="session.last-match", tooltip="The finding before"),
        Binding("tab", "pane(1)", "Next pane", show=False, priority=True, id="session.next-pane"),
        Binding("shift+tab", "pane(-1)", "Previous pane", show=False, priority=True, id="session.last-pane"),
        Binding("escape", "home", "Back to the queue", show=False, id="session.home"),
    ]

    def __init__(self, desk: Desk) -> None:
        super().__init__()
        self.desk = desk
        self._flush: Timer | None = None
        self._offered: set[tuple[str, int]] = set()
        self._keys: tuple[bool | None, ...] = ()
        self._drawn_at = 0.0
        self._owed = False

    @property
    def board(self) -> Board:
        """The panes."""
        return self.query_one(Board)

    def compose(self) -> ComposeResult:
        """Header, board, keys."""
        yield TopBar("session")
        yield Board(self.desk)
        yield KeyLine()

    def on_mount(self) -> None:
        """Starts the check and the flush."""
        self._flush = self.set_interval(1 / FLUSHES_PER_SECOND, self._on_flush)
        self.call_after_refresh(self._begin)

    def _begin(self) -> None:
        self._do(self.desk.check)
        self._look()

    async def on_unmount(self) -> None:
        """No child outlives the screen."""
        await self.desk.end()

    # What comes in.

    async def _on_flush(self) -> None:
        changed = self.desk.pump() or self._owed
        ended = await self.desk.settle()
        if any(run.purpose in ("fix", "resume", "undo") for run in ended):
            self._look()
        checks_again = self.desk.wants_watch and self.desk.watching is None and not self.desk.busy
        if any(run.purpose == "undo" or (checks_again and run.purpose != "check") for run in ended):
            self.action_check()
        now = time.monotonic()
        reading = self.desk.reading
        moves = self.desk.check_runs or self.desk.phase == "running"
        # While keys come, what they change is painted first and the flood a few times a second.
        hands = now - cast("RustaApp", self.app).touched < _HANDS_SECONDS and now - self._drawn_at < _PATIENCE_SECONDS
        self._owed = changed and not reading and hands and not ended
        if ((changed and not reading) or ended or (moves and now - self._drawn_at >= _TICK)) and not self._owed:
            self._drawn_at = now
            self._draw()
        if changed or ended:
            self._offer()
        if not self.desk.alive and not self._owed and self._flush is not None:
            self._flush.pause()

    @work(group="look", exclusive=True)
    async def _look(self) -> None:
        await self.desk.look()
        self._draw()

    @work(group="desk")
    async def _do(self, command: Callable[[], Awaitable[None]]) -> None:
        """Runs one command of the desk and starts to draw what comes of it."""
        await command()
        if self._flush is not None:
            self._flush.resume()
        self._draw()

    def _draw(self) -> None:
        if not self.is_attached:
            return
        cast("RustaApp", self.app).tell_of_desks()
        if not self.is_current:
            return
        self.board.draw()
        offered = tuple(self.check_action(action, ()) for action in _OFFERED)
        if offered != self._keys:
            self._keys = offered
            self.refresh_bindings()

    def on_screen_resume(self) -> None:
        """Catches up with what came while another screen was in front."""
        if self.board.is_mounted:
            self._draw()

    def _offer(self) -> None:
        """Opens what waits for the mentor, once by itself; after that `r` opens it."""
        ask = self.desk.view.ask
        if self.desk.phase != "waiting" or ask is None or (ask.id, ask.seq) in self._offered:
            return
        self._offered.add((ask.id, ask.seq))
        if cast("RustaApp", self.app).desk is not self.desk:
            self.notify(f"she waits for you in {self.desk.name}: o goes there", title="Rusta")
        if self.is_current and not self.board.query_one("#filter", Input).has_focus:
            self.action_review()

    # Keys.

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        """Offers only the keys that do something now."""
        if not self.is_attached:
            return True
        phase, busy = self.desk.phase, self.desk.busy
        match action:
            case "review":
                return phase == "waiting"
            case "start":
                return not busy and bool(self.desk.findings())
            case "start_all":
                return not busy and not self.desk.trouble and not self.desk.found.errors
            case "resume":
                return not busy and (phase == "broken" or self.desk.unfinished is not None)
            case "pause":
                return phase in ("running", "paused", "waiting")
            case "stop":
                return self.desk.alive
            case "undo":
                done = self.desk.view.commit is not None and not self.desk.view.undone
                return phase in ("running", "paused", "waiting") or (phase == "over" and done)
            case "form":
                return bool(self.desk.view.steps)
            case "replay":
                return bool(self.desk.view.session) and not busy
            case "inspect":
                return bool(self.desk.view.steps) or busy
            case "check":
                return not self.desk.check_runs and not busy
            case _:
                return True

    def action_start(self) -> None:
        """Starts on the finding under the cursor."""
        finding = self.board.selected
        if finding is None:
            self.notify("nothing to start on yet" if self.desk.check_runs else "nothing to start on: c checks again")
            return
        self._start(finding.diagnostic.id)

    def action_start_all(self) -> None:
        """Starts on every error; when there is none, on everything."""
        self._start(None)

    def _start(self, only: str | None) -> None:
        from rusta_tui.screens.choice import ChoiceScreen

        desk = self.desk
        errors = any(finding.diagnostic.level.is_error for finding in desk.findings())

        def begin(answer: str | None) -> None:
            if answer is None:
                return
            desk.include_dirty = answer == "include"
            self._show_session()
            self._do(partial(desk.fix, only=only, everything=only is None and not errors))

        if desk.tree is None or not desk.tree.dirty or desk.include_dirty is not None:
            begin("include" if desk.include_dirty else "head")
            return
        paths = f"{desk.tree.dirty} paths differ" if desk.tree.dirty != 1 else "1 path differs"
        self.app.push_screen(
            ChoiceScreen(
                "Uncommitted work",
                f"{paths} from HEAD. Rusta works on a copy either way; your tree and index stay as they are.",
                {
                    "include": ("i", "include it: what you see is what she mends"),
                    "head": ("h", "leave it out: work on HEAD only"),
                },
            ),
            begin,
        )

    def _show_session(self) -> None:
        self.board.inspecting = False
        if self.board.narrow:
            self.board.bring("timeline")

    def action_resume(self) -> None:
        """Goes on with the session that was left before its end."""
        past = self.desk.unfinished
        session = self.desk.view.session if self.desk.phase == "broken" else past.id if past else ""
        if session:
            self.resume(session)

    def resume(self, session: str) -> None:
        """Goes on with a session."""
        self._show_session()
        self._do(partial(self.desk.resume, session))

    def open(self, session: str) -> None:
        """Shows a past session."""
        self._show_session()
        self._do(partial(self.desk.open, session))

    def action_pause(self) -> None:
        """Holds, or goes on."""
        from engine.schema.decision import Pause, Resume

        self.desk.send(Resume() if self.desk.view.paused else Pause())

    def action_stop(self) -> None:
        """Ends the session, or the check."""
        from engine.schema.decision import Stop

        if not self.desk.busy:
            self._do(self.desk.end_check)
        elif self.desk.send(Stop()):
            self.notify("stopping: the sandbox is undone, the diary is written")

    def action_undo(self) -> None:
        """Takes back the last patch, or the commit once the session is over."""
        from engine.schema.decision import Undo

        if self.desk.busy:
            self.desk.send(Undo())
        else:
            self._do(self.desk.undo)

    def action_review(self) -> None:
        """Opens the patch or the question that waits."""
        ask = self.desk.view.ask
        if ask is None:
            return
        if ask.wants == "answer":
            from rusta_tui.screens.question import QuestionScreen

            self.app.push_screen(QuestionScreen(self.desk, ask))
        elif ask.patch in self.desk.view.patches:
            from rusta_tui.screens.review import ReviewScreen

            self.app.push_screen(ReviewScreen(self.desk, ask))

    def action_check(self) -> None:
        """Asks the compiler again."""
        self.board.since = time.time()
        self._do(self.desk.check)

    def action_watch(self) -> None:
        """Checks again at each save, or leaves that be."""
        self.notify("checking at each save" if not self.desk.wants_watch else "not watching any more")
        self._do(self.desk.turn_watch)

    def action_replay(self) -> None:
        """Watches the session on the desk again."""
        from rusta_tui.screens.replay import ReplayScreen

        self.app.push_screen(ReplayScreen(self.desk.view.session))

    def action_repositories(self) -> None:
        """Lists the desks, and opens another."""
        cast("RustaApp", self.app).choose_repository()

    def action_match(self, by: int) -> None:
        """Goes to the next finding that the filter lets through, or to the one before; round at the ends."""
        queue = self.board.query_one("#queue", RowList)
        if queue.keys:
            here = queue.keys.index(queue.key) if queue.key in queue.keys else 0
            queue.put_cursor((here + by) % len(queue.keys))

    def action_form(self) -> None:
        """Turns between the full timeline and the short form."""
        self.board.short = not self.board.short
        self.board.inspecting = False
        self._draw()

    def action_inspect(self) -> None:
        """Turns between the timeline and the finding under the cursor."""
        self.board.inspecting = not self.board.inspecting
        if self.board.narrow:
            self.board.bring("timeline")
        self._draw()

    def action_pane(self, by: int) -> None:
        """Goes to another pane."""
        self.board.turn(by)

    def action_home(self) -> None:
        """Clears the filter and goes back to the queue."""
        field = self.query_one("#filter", Input)
        field.value, self.board.wanted = "", ""
        field.display = False
        self.board.bring("queue")
        self._draw()

    def action_filter(self) -> None:
        """Opens the filter."""
        field = self.query_one("#filter", Input)
        self.board.bring("queue")
        field.display = True
        field.focus()

    @on(Input.Changed, "#filter")
    def _filter(self, event: Input.Changed) -> None:
        self.board.wanted = event.value
        self._draw()

    @on(Input.Submitted, "#filter")
    def _filtered(self) -> None:
        self.query_one("#filter").display = bool(self.board.wanted)
        self.board.bring("queue")

    @on(RowList.Highlighted, "#queue")
    def _highlighted(self) -> None:
        self.board.draw_timeline()

    @on(RowList.Chosen, "#queue")
    def _chosen(self) -> None:
        if not self.desk.busy:
            self.action_start()

    @on(PaneTabs.Wanted)
    def _wanted(self, event: PaneTabs.Wanted) -> None:
        self.board.bring(event.pane)
