"""The desks that are open, the repositories that Rusta has worked on, and a line for any other."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from pathlib import Path
from typing import ClassVar

from textual import on
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Vertical
from textual.screen import ModalScreen
from textual.suggester import Suggester
from textual.widgets import Input, Static

from rusta_tui.desk import Desk
from rusta_tui.desks import Desks
from rusta_tui.lines import Line, Role, fit
from rusta_tui.widgets.row_list import RowList

_PHASES: dict[str, tuple[str, Role, str]] = {
    "idle": ("○", "dim", "nothing runs"),
    "running": ("●", "voice", "running"),
    "paused": ("◆", "wait", "paused"),
    "waiting": ("◆", "wait", "waits for you"),
    "over": ("✓", "good", "the session is over"),
    "broken": ("!", "bad", "ended too early, can be resumed"),
}


class RepositoriesScreen(ModalScreen["Path | None"]):
    """Returns the path of the repository to bring to the front, or None."""

    CSS_PATH = "dialog.tcss"
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("escape", "leave", "Back", id="repositories.back"),
        Binding("enter", "open", "Open", id="repositories.open", tooltip="Bring it to the front"),
        Binding("tab", "turn", "Another path", id="repositories.turn", priority=True, tooltip="Type a path"),
    ]

    def __init__(self, desks: Desks) -> None:
        super().__init__()
        self._desks = desks
        self._paths = {str(path): path for path in (*(desk.path for desk in desks), *_recent(desks))}

    def compose(self) -> ComposeResult:
        """The list, and the line under it."""
        with Vertical(id="dialog"):
            yield Static("Repositories", id="title")
            yield RowList(id="repositories")
            yield Input(placeholder="another path (tab)", suggester=_Paths(), id="line")

    def on_mount(self) -> None:
        """Fills the list; the cursor is on the first desk that waits."""
        rows = self.query_one("#repositories", RowList)
        rows.show_keys(list(self._paths), self._row)
        rows.styles.height = min(12, len(self._paths) + 2)
        rows.focus()
        waiting = self._desks.waiting or [self._desks.front]
        rows.put_cursor(list(self._paths).index(str(waiting[0].path)))

    def action_leave(self) -> None:
        """Back to the desk in front."""
        self.dismiss(None)

    def action_open(self) -> None:
        """The repository under the cursor."""
        key = self.query_one("#repositories", RowList).key
        self.dismiss(self._paths[key] if key else None)

    def action_turn(self) -> None:
        """Between the list and the line."""
        line = self.query_one("#line", Input)
        (self.query_one("#repositories") if line.has_focus else line).focus()

    @on(RowList.Chosen)
    def _chosen(self) -> None:
        self.action_open()

    @on(Input.Submitted)
    def _typed(self, event: Input.Submitted) -> None:
        path = Path(event.value.strip()).expanduser().absolute()
        if event.value.strip() and path.exists():
            self.dismiss(path)
        else:
            self.notify(f"there is no {path}" if event.value.strip() else "type a path", severity="warning")

    def _row(self, key: str, width: int) -> Line:
        desk = next((desk for desk in self._desks if str(desk.path) == key), None)
        mark, role, words = _PHASES[desk.phase] if desk else (" ", "dim", "not open")
        errors = _errors(desk) if desk else ""
        front: Role = "strong" if desk is self._desks.front else "text"
        line: Line = (
            (f" {mark} ", role),
            (f"{Path(key).name:<20} ", front),
            (f"{words}{errors}  ", role),
            (key, "dim"),
        )
        return fit(line, width)


class _Paths(Suggester):
    """Completes the name of a folder."""

    def __init__(self) -> None:
        super().__init__(use_cache=False, case_sensitive=True)

    async def get_suggestion(self, value: str) -> str | None:
        """The value with the first folder that begins like its last part."""
        return await asyncio.to_thread(completed, value)


def completed(typed: str) -> str | None:
    """A typed path with the first folder that begins like its last part; None when there is none."""
    path = Path(typed).expanduser()
    folder, start = (path, "") if typed.endswith("/") else (path.parent, path.name)
    try:
        names = sorted(found.name for found in folder.iterdir() if found.name.startswith(start) and found.is_dir())
    except OSError:
        return None
    return typed[: len(typed) - len(start)] + names[0] + "/" if names and typed else None


def _errors(desk: Desk) -> str:
    left = sum(finding.status != "gone" and finding.diagnostic.level.is_error for finding in desk.findings())
    return f" · {left} error{'s' * (left != 1)}" if left else ""


def _recent(desks: Desks) -> Sequence[Path]:
    """Repositories of past sessions that are still there, newest first."""
    known = {desk.path for desk in desks} | {desk.tree.root for desk in desks if desk.tree}
    recent = dict.fromkeys(Path(past.repository) for desk in desks for past in desk.past if past.repository)
    return [path for path in recent if path not in known and path.is_dir()][:10]
