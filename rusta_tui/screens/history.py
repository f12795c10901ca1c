"""Past sessions: find one, read it again, watch it, write it out, or go on with one that was left before its end."""

from __future__ import annotations

import asyncio
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, ClassVar, cast

from textual import on, work
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.timer import Timer
from textual.widgets import Input

from rusta_tui.children import output_of
from rusta_tui.screens.base import RustaScreen
from rusta_tui.sessions import PastSession, read_sessions, session_row
from rusta_tui.widgets.key_line import KeyLine
from rusta_tui.widgets.row_list import RowList
from rusta_tui.widgets.top_bar import TopBar

if TYPE_CHECKING:
    from rusta_tui.app import RustaApp

_TYPING_SECONDS = 0.25


class HistoryScreen(RustaScreen):
    """Lists what the store holds, newest first, each time it is shown. The store does the searching."""

    CSS_PATH = "history.tcss"
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("enter", "open", "Open", id="history.open", tooltip="Show the session as it was"),
        Binding("w", "replay", "Replay", id="history.replay", tooltip="Watch it again, step by step or at any speed"),
        Binding(
            "r", "resume", "Resume", id="history.resume", tooltip="Go on with a session that was left before its end"
        ),
        Binding("e", "export('md')", "Export", id="history.export", tooltip="Write it to a Markdown file"),
        Binding(
            "E", "export('json')", "As JSON", show=False, id="history.export-json", tooltip="Write it to a JSON file"
        ),
        Binding(
            "slash",
            "filter",
            "Search",
            key_display="/",
            id="history.search",
            tooltip="Words, and code:E0502 move:clone-where-it-moves outcome:fixed",
        ),
        Binding("escape", "home", "Back to the list", show=False, id="history.home", tooltip="Clear the search"),
    ]

    def __init__(self) -> None:
        super().__init__()
        self._past: dict[str, PastSession] = {}
        self._trouble = ""
        self._wanted = ""
        self._typing: Timer | None = None

    def compose(self) -> ComposeResult:
        """Header, list, search, keys."""
        yield TopBar("history")
        yield RowList(id="sessions", empty=[((" Reading the store…", "dim"),)])
        yield Input(placeholder="words  code:E0502  move:…  outcome:fixed", id="filter", compact=True)
        yield KeyLine()

    def on_mount(self) -> None:
        """The search opens with `/`."""
        self.query_one("#filter").display = False
        self.query_one("#sessions").border_title = "Sessions"
        self.query_one("#sessions").focus()

    def on_screen_resume(self) -> None:
        """Reads the list again: the desk may have added to it."""
        self._read()

    @work(group="read", exclusive=True)
    async def _read(self) -> None:
        past, self._trouble = await read_sessions(cast("RustaApp", self.app).engine, wanted=self._wanted)
        self._past = {session.id: session for session in past}
        self._draw()

    def _draw(self) -> None:
        rows = self.query_one("#sessions", RowList)
        if self._trouble:
            rows.say(((f" ! {self._trouble}", "bad"),), ((" rusta doctor says how to mend it", "dim"),))
        elif self._wanted:
            rows.say(((" no session is like that", "dim"),), ((" esc clears the search", "dim"),))
        else:
            rows.say(((" No session yet.", "strong"),), ((" 1 goes to the queue, ⏎ starts on a finding there", "dim"),))
        rows.border_title = f"Sessions · {len(self._past)}" + (
            f" · /{self._wanted}".replace("[", "\\[") * bool(self._wanted)
        )
        rows.show_keys(list(self._past), lambda key, width: session_row(self._past[key], width))
        self.refresh_bindings()

    @property
    def _selected(self) -> PastSession | None:
        return self._past.get(self.query_one("#sessions", RowList).key or "")

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        """Offers only the keys that do something now."""
        if not self.is_attached:
            return True
        past = self._selected
        busy = cast("RustaApp", self.app).desk.busy
        match action:
            case "open":
                return past is not None and not busy
            case "replay" | "export":
                return past is not None
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

    def action_replay(self) -> None:
        """Watches the session under the cursor."""
        from rusta_tui.screens.replay import ReplayScreen

        if past := self._selected:
            self.app.push_screen(ReplayScreen(past.id))

    def action_export(self, form: str) -> None:
        """Asks where to, and writes the session under the cursor there."""
        from engine.home import home
        from rusta_tui.screens.line_input import LineInputScreen

        if past := self._selected:
            usual = str(home() / "exports" / f"{past.id}.{form}")
            self.app.push_screen(
                LineInputScreen("Export", "Where to? The file is replaced if it is there.", hint=usual),
                partial(self._write, past.id, form, usual),
            )

    def _write(self, session: str, form: str, usual: str, where: str | None) -> None:
        if where is not None:
            self._export(session, form, Path(where.strip() or usual).expanduser())

    @work(group="export")
    async def _export(self, session: str, form: str, file: Path) -> None:
        engine = cast("RustaApp", self.app).engine
        try:
            told = await output_of((*engine, "export", session, "--format", form))
            if told.returncode != 0:
                lines = told.stderr.decode(errors="replace").strip().splitlines()
                raise OSError(lines[-1] if lines else f"the engine ended with code {told.returncode}")
            await asyncio.to_thread(_put, file, told.stdout)
        except OSError as error:
            self.notify(f"nothing was written: {error.strerror or error}", severity="error")
        else:
            self.notify(str(file), title="Written")

    def action_filter(self) -> None:
        """Opens the search."""
        field = self.query_one("#filter", Input)
        field.display = True
        field.focus()

    def action_home(self) -> None:
        """Clears the search."""
        field = self.query_one("#filter", Input)
        field.value, field.display = "", False
        self.query_one("#sessions").focus()

    @on(Input.Changed)
    def _type(self, event: Input.Changed) -> None:
        """Searches once the typing rests: each search is a look into the store by a child process."""
        if self._typing is not None:
            self._typing.stop()
        self._wanted = event.value.strip()
        self._typing = self.set_timer(_TYPING_SECONDS, self._read)

    @on(Input.Submitted)
    def _typed(self, event: Input.Submitted) -> None:
        event.input.display = bool(event.value)
        self.query_one("#sessions").focus()

    @on(RowList.Highlighted)
    def _highlighted(self) -> None:
        self.refresh_bindings()

    @on(RowList.Chosen)
    def _chosen(self) -> None:
        self.action_open()


def _put(file: Path, data: bytes) -> None:
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_bytes(data)
