"""The tests that ran on a patch: failed ones first, with the time that each target took."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar

from textual import on
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.widgets import Input

from rusta_tui.hunk_facts import rows_of_tests
from rusta_tui.screens.base import RustaScreen
from rusta_tui.widgets.key_line import KeyLine
from rusta_tui.widgets.row_list import RowList
from rusta_tui.widgets.top_bar import TopBar

if TYPE_CHECKING:
    from engine.schema.event import ValidationEvent


class TestsScreen(RustaScreen):
    """A list over the whole screen; `/` filters it."""

    __test__ = False  # not a test case, whatever its name says to pytest

    CSS_PATH = "tests.tcss"
    AUTO_FOCUS = "#tests"
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("slash", "filter", "Filter", key_display="/", tooltip="Only tests that hold a text", id="tests.filter"),
        Binding("escape,t", "back", "Back", tooltip="Clear the filter, or go back to the patch", id="tests.back"),
    ]

    def __init__(self, validation: ValidationEvent | None) -> None:
        super().__init__()
        self._validation = validation

    def compose(self) -> ComposeResult:
        """Header, list, filter, keys."""
        yield TopBar("session")
        yield RowList(id="tests", empty=[((" Nothing was run on this patch yet.", "dim"),)])
        yield Input(placeholder="filter", id="filter", compact=True)
        yield KeyLine()

    def on_mount(self) -> None:
        """The filter opens with `/`."""
        self.query_one("#filter").display = False
        self.query_one("#tests").border_title = "Tests that ran"

    def on_resize(self) -> None:
        """Rows fill the width."""
        self.call_after_refresh(self._draw)

    def _draw(self) -> None:
        rows = self.query_one("#tests", RowList)
        wanted = self.query_one("#filter", Input).value
        if wanted:
            rows.say(((f" no test holds “{wanted}”", "dim"),), ((" esc clears the filter", "dim"),))
        rows.show(rows_of_tests(self._validation, wanted, rows.scrollable_content_region.width))

    def action_filter(self) -> None:
        """Opens the filter."""
        line = self.query_one("#filter", Input)
        line.display = True
        line.focus()

    @on(Input.Changed, "#filter")
    def _changed(self) -> None:
        self._draw()

    @on(Input.Submitted, "#filter")
    def _submitted(self) -> None:
        self.query_one("#tests").focus()

    def action_back(self) -> None:
        """Clears the filter; without one, goes back."""
        line = self.query_one("#filter", Input)
        if line.display:
            line.value = ""
            line.display = False
            self.query_one("#tests").focus()
        else:
            self.dismiss()
