"""The golden patch challenge: the month's goldens, her patch beside the golden one, the trend, an exam under way."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar, cast

from textual import on, work
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Horizontal, Vertical

from rusta_tui import golden_view
from rusta_tui.golden import RULINGS, Challenge, Golden
from rusta_tui.lines import Line
from rusta_tui.screens.choice import ChoiceScreen
from rusta_tui.screens.line_input import LineInputScreen
from rusta_tui.screens.paned import JobScreen
from rusta_tui.widgets.key_line import KeyLine
from rusta_tui.widgets.pane_tabs import PaneTabs
from rusta_tui.widgets.patch_pair import PatchPair
from rusta_tui.widgets.row_list import RowList
from rusta_tui.widgets.text_view import TextView
from rusta_tui.widgets.top_bar import TopBar

if TYPE_CHECKING:
    from rusta_tui.app import RustaApp


class GoldenScreen(JobScreen):
    """A month at a time. An exam runs in a child; every golden that is scored shows at once."""

    CSS_PATH = "golden.tcss"
    AUTO_FOCUS = "#goldens"
    PANES: ClassVar[dict[str, str]] = {"goldens": "Goldens", "score": "Score", "pair": "Patches", "trend": "Trend"}
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("s", "start", "Start", tooltip="Let her take this month's edition, or go on with it",
                id="golden.start"),
        Binding("x", "stop", "Stop", tooltip="Stop the exam; what is scored stays, s goes on later", id="golden.stop"),
        Binding("p", "rule('pin')", "Pin", tooltip="Ask this golden every month, or leave it to the draw again",
                id="golden.pin"),
        Binding("R", "rule('retire')", "Retire", tooltip="Ask this golden no more, or bring it back",
                id="golden.retire"),
        Binding("left_square_bracket", "month('before')", "Month before", key_display="[",
                tooltip="The month before that was taken", id="golden.month-before"),
        Binding("right_square_bracket", "month('after')", "Month after", key_display="]",
                tooltip="The month after it", id="golden.month-after"),
        Binding("r", "read", "Read again", show=False, tooltip="Read the month from the store again",
                id="golden.read"),
        Binding("space,f", "turn(1)", "Patches down", show=False, tooltip="The patches, a screen down",
                id="golden.down"),
        Binding("b", "turn(-1)", "Patches up", show=False, tooltip="The patches, a screen up", id="golden.up"),
        Binding("enter", "pane('pair')", "Patches", show=False, tooltip="Go to the patches", id="golden.patches"),
        Binding("tab", "pane", "Pane", show=False, priority=True, tooltip="Turn to the next pane", id="golden.pane"),
        Binding("escape", "pane('goldens')", "Back to the list", show=False, tooltip="Back to the goldens",
                id="golden.list"),
    ]  # fmt: skip

    def __init__(self) -> None:
        super().__init__()
        self._challenge: Challenge | None = None
        self._here: str | None = None

    def compose(self) -> ComposeResult:
        """Header, the month, its goldens beside a score and the trend, both patches below, keys."""
        yield TopBar("golden")
        yield TextView(id="headline")
        yield PaneTabs(self.PANES)
        with Vertical(id="challenge"):
            with Horizontal(id="upper"):
                yield RowList(id="goldens", empty=golden_view.empty(read=False, trouble=""))
                yield TextView(id="score")
                yield TextView(id="trend")
            yield PatchPair(id="pair")
        yield KeyLine(palette=False)

    def on_mount(self) -> None:
        """Connects the panes to the challenge."""
        self._challenge = Challenge(cast("RustaApp", self.app).commands, self._draw)
        for name, layout in (("headline", self._headline), ("score", self._score), ("trend", self._trend)):
            view = self.query_one(f"#{name}", TextView)
            view.can_focus = name in self.PANES
            view.show(layout)
        self.query_one("#trend").border_title = "Trend"
        self.query_one("#score").border_title = "Score"
        self.bring("goldens")
        self._draw()

    def on_screen_resume(self) -> None:
        """Reads the month again: time has passed."""
        self.challenge.read_again()

    @property
    def challenge(self) -> Challenge:
        """The challenge; there from the first frame on."""
        assert self._challenge is not None
        return self._challenge

    @property
    def chosen(self) -> Golden | None:
        """The golden under the cursor."""
        return self.challenge.goldens.get(self._here or "")

    # What is drawn.

    def _draw(self) -> None:
        if len(self.query("#headline, #goldens, #score, #pair, #trend")) < 5:
            return  # the app is closing, and the last answers still come
        challenge, rows = self.challenge, self.query_one("#goldens", RowList)
        rows.say(*golden_view.empty(read=challenge.read, trouble=challenge.trouble))
        scored = sum(bool(golden.status) for golden in challenge.month.asked)
        rows.border_title = f"{challenge.month.name} · {scored} of {len(challenge.month.asked)} scored"
        rows.show_keys(list(challenge.goldens), self._row)
        rows.refresh()
        self._here = rows.key
        for name in ("headline", "trend"):
            self.query_one(f"#{name}", TextView).lay_out()
        self._draw_attempt()

    def _draw_attempt(self) -> None:
        golden = self.chosen
        attempt = self.challenge.attempt(golden.id) if golden else None
        self.query_one("#score", TextView).lay_out()
        pair = self.query_one("#pair", PatchPair)
        pair.border_title = f"Hers and the golden patch · {golden.id}" if golden else "Hers and the golden patch"
        pair.show(attempt.diff if attempt else "", attempt.golden if attempt else "")
        self.refresh_bindings()

    def _row(self, key: str, width: int) -> Line:
        return golden_view.row(self.challenge.goldens[key], width)

    def _headline(self, width: int) -> list[Line]:
        job = self.job if self.running else None
        return [golden_view.headline(self.challenge.month, job, width, read=self.challenge.read)]

    def _score(self, width: int) -> list[Line]:
        golden = self.chosen
        attempt = self.challenge.attempt(golden.id) if golden else None
        return golden_view.score(golden, attempt, dict(self.challenge.month.weights), width)

    def _trend(self, width: int) -> list[Line]:
        return golden_view.trend(self.challenge.trend, width)

    # Where the mentor is.

    @on(RowList.Highlighted)
    def _highlighted(self, event: RowList.Highlighted) -> None:
        if event.key != self._here:
            self._here = event.key
            self._draw_attempt()

    @on(RowList.Chosen)
    def _opened(self) -> None:
        self.bring("pair")

    def action_turn(self, by: int) -> None:
        """Scrolls the patches by a screen."""
        pair = self.query_one("#pair", PatchPair)
        pair.scroll_relative(y=by * max(1, pair.size.height - 2), animate=False)

    def action_month(self, side: str) -> None:
        """Turns to the month before or after."""
        month = self.challenge.month
        wanted = month.before if side == "before" else month.after
        if wanted is not None:
            self.challenge.turn_to(wanted)

    def action_read(self) -> None:
        """Reads the month from the store."""
        self.challenge.read_again()

    # What the mentor does.

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        """Offers only the keys that do something now."""
        if self._challenge is None:
            return True
        month = self.challenge.month
        match action:
            case "start":
                return not self.running and bool(month.asked) and (month.now or month.exams > 0)
            case "stop":
                return self.running
            case "rule":
                return self.chosen is not None
            case "month":
                return bool(month.before if parameters[0] == "before" else month.after)
            case _:
                return True

    @work(group="rule")
    async def action_rule(self, ruling: str) -> None:
        """Asks for a reason and pins or retires the golden, or takes that back."""
        golden = self.chosen
        if golden is None:
            return
        undo = golden.pinned if ruling == "pin" else golden.retired
        words = RULINGS[ruling] if undo else ruling
        what = {
            "pin": "It is asked every month from the next edition on.",
            "unpin": "It is left to the draw again.",
            "retire": "It is asked no more.",
            "restore": "It is back in the draw.",
        }
        screen = LineInputScreen(f"{words.capitalize()} {golden.id}", what[words], hint="why", needed=True)
        reason = await self.app.push_screen_wait(screen)
        if reason:
            self.challenge.rule(golden.id, words, reason)

    # The exam as a child.

    @work(exclusive=True, group="exam")
    async def action_start(self) -> None:
        """Starts the exam, or goes on with it; a month that was taken is taken again only when that is wanted."""
        month = self.challenge.month
        if self.running or not month.name:
            return
        again: tuple[str, ...] = ()
        if month.taken and not month.unfinished:
            answer = await self.app.push_screen_wait(
                ChoiceScreen(
                    f"{month.name} was taken",
                    "Another exam is recorded and shown as worn; the score that counts stays the first.",
                    {"again": ("a", "take it again")},
                )
            )
            if answer != "again":
                return
            again = ("--again",)
        self.run_job("the exam", "golden", "run", "--month", month.name, "--events", *again)

    def draw_job(self) -> None:
        """Draws how far she is."""
        self.query_one("#headline", TextView).lay_out()
        self.refresh_bindings()

    def job_moved(self) -> None:
        """Another golden is scored."""
        self.challenge.read_again()

    def job_ended(self) -> None:
        """Reads what was scored."""
        self.challenge.read_again()
        self._draw()
