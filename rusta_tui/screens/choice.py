"""A question with a few answers, one key each."""

from __future__ import annotations

from collections.abc import Mapping

from textual import events
from textual.app import ComposeResult
from textual.containers import Vertical
from textual.content import Content
from textual.screen import ModalScreen
from textual.widgets import Static


class ChoiceScreen(ModalScreen["str | None"]):
    """Returns the chosen answer, or None on escape. ``choices`` maps an answer to its key and its words."""

    CSS_PATH = "dialog.tcss"

    def __init__(self, title: str, text: str, choices: Mapping[str, tuple[str, str]]) -> None:
        super().__init__()
        self._title, self._text, self._choices = title, text, dict(choices)

    def compose(self) -> ComposeResult:
        """Title, text, one line an answer."""
        with Vertical(id="dialog"):
            yield Static(Content(self._title), id="title")
            yield Static(Content(self._text), id="text")
            for answer, (key, words) in self._choices.items():
                yield Static(
                    Content.assemble((f" {key} ", "$primary bold"), (f" {words}", "$foreground")),
                    id=f"choice-{answer}",
                    classes="choice",
                )
            yield Static(
                Content.assemble((" esc ", "$primary bold"), (" neither, go back", "$quiet")), classes="choice"
            )

    def on_key(self, event: events.Key) -> None:
        """An answer's key gives it, escape gives none."""
        event.stop()
        if event.key == "escape":
            self.dismiss(None)
        for answer, (key, _) in self._choices.items():
            if event.key == key:
                self.dismiss(answer)

    def on_click(self, event: events.Click) -> None:
        """A click on an answer gives it."""
        name = event.widget.id if event.widget is not None else None
        if name and name.startswith("choice-"):
            self.dismiss(name.removeprefix("choice-"))
