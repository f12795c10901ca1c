"""Past sessions: read one again, or go on with one that was left before its end."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar, cast

from textual import on, work
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.screen import Screen
from textual.widgets import Footer, Input

from rusta_tui.sessions import PastSession, read_sessions, session_row
from rusta_tui.widgets.row_list import RowList
from rusta_tui.widgets.top_bar import TopBar

if TYPE_CHECKING:
    from rusta_tui.app import RustaApp


class HistoryScreen(Screen[None]):
    """Lists what the store holds, newest first, each time it is shown."""

    CSS_PATH = "history.tcss"
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("enter", "open", "Open", tooltip="Show the session as it was"),
        Binding("r", "resume", "Resume", tooltip="Go on with a session that was left before its end"),
        Binding("slash", "filter", "Filter", key_display="/", tooltip="Show only sessions that contain a text"),
        Binding("escape", "home", "Back to the list", show=False),
    ]

    def __init__(self) -> None:
        super().__init__()
        self._past: list[PastSession] = []
        self._trouble = ""

    def compose(self) -> ComposeResult:
        """Header, list, filter, keys."""
        yield TopBar("history")
        yield RowList(id="sessions", empty=[((" Reading the store…", "dim"),)])
        yield Input(placeholder="filter", id="filter", compact=True)
        yield Footer(compact=True)

    def on_mount(self) -> None:
        """The filter opens with `/`."""
        self.query_one("#filter").display = False
        self.query_one("#sessions").border_title = "Sessions"
        self.query_one("#sessions").focus()

    def on_screen_resume(self) -> None:
        """Reads the list again: the desk may have added to it."""
        self._read()

    @work(exclusive=True)
    async def _read(self) -> None:
        self._past, self._trouble = await read_sessions(cast("RustaApp", self.app).engine)
        self._draw()

    def on_resize(self) -> None:
        """Rows fill the width."""
        self.call_after_refresh(self._draw)

    def _draw(self) -> None:
        rows = self.query_one("#sessions", RowList)
        wanted = self.query_one("#filter", Input).value.lower()
        width = rows.scrollable_content_region.width
        shown = [
            past
            for past in self._past
            if wanted in f"{past.id} {past.path} {past.outcome or 'unfinished'} {past.summary} {past.branch}".lower()
        ]
        if self._trouble:
            rows.say(((f" ! {self._trouble}", "bad"),), ((" rusta doctor says how to mend it", "dim"),))
        elif wanted:
            rows.say(((" nothing matches", "dim"),), ((" esc clears the filter", "dim"),))
        else:
            rows.say(((" No session yet.", "strong"),), ((" 1 goes to the queue, ⏎ starts on a finding there", "dim"),))
        rows.border_title = f"Sessions · {len(shown)}"
        rows.show([(past.id, session_row(past, width)) for past in shown])
        self.refresh_bindings()

    @property
    def _selected(self) -> PastSession | None:
        key = self.query_one("#sessions", RowList).key
        return next((past for past in self._past if past.id == key), None)

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        """Offers only the keys that do something now."""
        if not self.is_attached:
            return True
        past = self._selected
        busy = cast("RustaApp", self.app).desk.busy
        match action:
            case "open":
                return past is not None and not busy
            case "resume":
                return past is not None and past.open and not busy
            case _:
                return True

    def action_open(self) -> None:
        """Shows the session under the cursor."""
        if past := self._selected:
            cast("RustaApp", self.app).show_session(past.id, resume=False)

    def action_resume(self) -> None:
        """Goes on with the session under the cursor."""
        if past := self._selected:
            cast("RustaApp", self.app).show_session(past.id, resume=True)

    def action_filter(self) -> None:
        """Opens the filter."""
        field = self.query_one("#filter", Input)
        field.display = True
        field.focus()

    def action_home(self) -> None:
        """Clears the filter."""
        field = self.query_one("#filter", Input)
        field.value, field.display = "", False
        self.query_one("#sessions").focus()

    @on(Input.Changed)
    def _filter(self) -> None:
        self._draw()

    @on(Input.Submitted)
    def _filtered(self, event: Input.Submitted) -> None:
        event.input.display = bool(event.value)
        self.query_one("#sessions").focus()

    @on(RowList.Highlighted)
    def _highlighted(self) -> None:
        self.refresh_bindings()

    @on(RowList.Chosen)
    def _chosen(self) -> None:
        self.action_open()
