"""On a narrow terminal the panes are tabs; this line names them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from textual.app import ComposeResult
from textual.containers import Horizontal
from textual.content import Content
from textual.message import Message
from textual.widgets import Static


class PaneLabel(Static):
    """The name of a pane; a click brings it to the front."""

    def __init__(self, pane: str, label: str) -> None:
        super().__init__(Content(label), id=f"label-{pane}")
        self.pane = pane

    def on_click(self) -> None:
        """Asks for the pane."""
        self.post_message(PaneTabs.Wanted(self.pane))


class PaneTabs(Horizontal):
    """The panes by name, the front one marked."""

    @dataclass
    class Wanted(Message):
        """A pane was asked for."""

        pane: str

    def __init__(self, panes: Mapping[str, str]) -> None:
        super().__init__()
        self.panes = dict(panes)

    def compose(self) -> ComposeResult:
        """One label a pane, and how to turn them."""
        for pane, label in self.panes.items():
            yield PaneLabel(pane, label)
        yield Static(Content("tab turns"), id="turn")

    def show(self, front: str) -> None:
        """Marks the front pane."""
        for label in self.query(PaneLabel):
            label.set_class(label.pane == front, "-current")
