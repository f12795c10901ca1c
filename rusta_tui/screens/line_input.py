"""One typed line: the reason of a veto, say."""

from __future__ import annotations

from typing import ClassVar

from textual import on
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Vertical
from textual.content import Content
from textual.screen import ModalScreen
from textual.widgets import Input, Static


class LineInputScreen(ModalScreen["str | None"]):
    """Returns the line, or None on escape. With ``needed`` an empty line is not taken."""

    CSS_PATH = "dialog.tcss"
    BINDINGS: ClassVar[list[BindingType]] = [Binding("escape", "leave", "Back")]

    def __init__(self, title: str, text: str, *, hint: str = "", needed: bool = False) -> None:
        super().__init__()
        self._title, self._text, self._hint, self._needed = title, text, hint, needed

    def compose(self) -> ComposeResult:
        """Title, text, the line, what the keys do."""
        with Vertical(id="dialog"):
            yield Static(Content(self._title), id="title")
            yield Static(Content(self._text), id="text")
            yield Input(placeholder=self._hint, id="line")
            yield Static(
                Content.assemble(
                    (" ⏎ ", "$primary bold"), ("send   ", "$quiet"), ("esc ", "$primary bold"), ("go back", "$quiet")
                )
            )

    @on(Input.Submitted)
    def _send(self, event: Input.Submitted) -> None:
        text = event.value.strip()
        if text or not self._needed:
            self.dismiss(text)
        else:
            self.query_one("#line").add_class("-wanted")

    def action_leave(self) -> None:
        """Goes back without a line."""
        self.dismiss(None)
