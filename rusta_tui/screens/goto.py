"""Go to: a letter on every pane, a digit on every tab, `g` for the top and `G` for the end."""

from __future__ import annotations

from collections.abc import Sequence

from textual import events
from textual.app import ComposeResult
from textual.content import Content
from textual.geometry import Offset
from textual.screen import ModalScreen, Screen
from textual.widget import Widget
from textual.widgets import Static

from rusta_tui.places import PLACES
from rusta_tui.widgets.pane_tabs import PaneLabel

_LETTERS = "asdfjklhqwertyuiopzxcvbnm"


class GoToScreen(ModalScreen["Widget | str | None"]):
    """Lies over a screen and marks where one can go.

    Returns a widget (a pane, or a pane's name on a narrow terminal), the mode of a tab, "top" or "end", or None.
    """

    CSS_PATH = "goto.tcss"

    def __init__(self, below: Screen[object]) -> None:
        super().__init__()
        self.targets = dict(zip(_LETTERS, _targets(below), strict=False))

    def compose(self) -> ComposeResult:
        """One mark a target, and a line on what else can be pressed."""
        for letter, target in self.targets.items():
            mark = Static(Content(f" {letter} "), classes="mark")
            mark.styles.offset = _corner(target)
            yield mark
        tabs = " ".join(f"{place.digit} {place.label}" for place in PLACES)
        yield Static(Content(f" go to:  a letter: that pane   g top   G end   esc back   {tabs}"), id="how")

    def on_key(self, event: events.Key) -> None:
        """Any key leaves; one that marks a place goes there."""
        event.stop()
        tab = next((place.mode for place in PLACES if place.digit == event.character), None)
        if event.character in self.targets:
            self.dismiss(self.targets[event.character])
        else:
            self.dismiss({"g": "top", "G": "end"}.get(event.character or "", tab))

    def on_click(self) -> None:
        """A click only leaves."""
        self.dismiss(None)


def _targets(below: Screen[object]) -> Sequence[Widget]:
    """What can be gone to: the names of panes where they are tabs, else the panes that take keys."""
    names = [label for label in below.query(PaneLabel) if label.region and label.is_on_screen]
    return names or [widget for widget in below.focus_chain if widget.region]


def _corner(target: Widget) -> Offset:
    region = target.region
    return Offset(region.x if isinstance(target, PaneLabel) else region.x + max(0, region.width - 5), region.y)
