"""The help: what the marks mean and what every key does, read from the bindings themselves."""

from __future__ import annotations

from collections.abc import Iterable
from typing import ClassVar

from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.screen import ModalScreen

from rusta_tui.lines import BLANK, Line, Role, wrap
from rusta_tui.widgets.key_line import KeyLine
from rusta_tui.widgets.text_view import TextView

_MARKS: tuple[tuple[str, Role, str], ...] = (
    ("✓", "good", "done, or green"),
    ("●", "voice", "what she works on now"),
    ("○", "dim", "still to come"),
    ("◆", "wait", "waits for you"),
    ("✗", "bad", "red, refuted or vetoed"),
    ("↩", "wait", "taken back, byte for byte"),
    ("+", "good", "a line the patch adds"),
    ("−", "bad", "a line it removes"),
)
_IDEA = (
    "Rusta finds an error, forms hypotheses, probes them, says what she intends, applies the smallest patch in a "
    "sandbox, validates it and reflects. Nothing reaches your repository before it is green and you approve it."
)


class HelpScreen(ModalScreen[None]):
    """Keys by screen. ``groups`` are a title and its bindings each."""

    CSS_PATH = "dialog.tcss"
    BINDINGS: ClassVar[list[BindingType]] = [Binding("escape,question_mark,q", "leave", "Back", id="help.back")]

    def __init__(self, groups: Iterable[tuple[str, list[tuple[str, str, str]]]]) -> None:
        super().__init__()
        self._groups = list(groups)

    def compose(self) -> ComposeResult:
        """One scrolling page."""
        yield TextView(id="help")
        yield KeyLine(palette=False)

    def on_mount(self) -> None:
        """Fills the page."""
        page = self.query_one("#help", TextView)
        page.border_title = "Help"
        page.show(self._lines)
        page.focus()

    def action_leave(self) -> None:
        """Back."""
        self.dismiss()

    def _lines(self, width: int) -> list[Line]:
        lines: list[Line] = [((text, "text"),) for text in wrap(_IDEA, width)]
        for title, keys in self._groups:
            lines += [BLANK, ((title, "strong"),)]
            for key, name, what in keys:
                first, *more = wrap(what or name, max(20, width - 26))
                lines.append(((f"  {key:<10}", "voice"), (f"{name:<14}", "text"), (first if what else "", "dim")))
                lines += [((" " * 26 + text, "dim"),) for text in more]
        lines += [BLANK, (("Marks", "strong"),)]
        lines += [((f"  {mark:<10}", role), (meaning, "text")) for mark, role, meaning in _MARKS]
        return lines
