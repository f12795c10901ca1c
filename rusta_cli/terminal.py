"""Rich output for a terminal: rows, Markdown, diffs with syntax colours, and one passing line of what is going on."""

from __future__ import annotations

import time

from rich.console import Console, RenderableType
from rich.live import Live
from rich.spinner import Spinner
from rich.table import Table
from rich.text import Text
from rich.theme import Theme

from engine.schema.patch import Patch
from rusta_cli.rows import LABEL_WIDTH, Row, harmless

# Only the terminal's own sixteen colours, so that every row is readable on dark and on light.
_THEME = Theme(
    {
        "plain": "none",
        "dim": "dim",
        "strong": "bold",
        "voice": "cyan",
        "good": "green",
        "bad": "red",
        "wait": "yellow",
        "code": "magenta",
    },
    inherit=True,
)


class TerminalScreen:
    """Shows rows in two columns; long ones wrap within their column."""

    def __init__(self, *, interactive: bool) -> None:
        self.interactive = interactive
        self._console = Console(theme=_THEME, highlight=False, markup=False, emoji=False)
        self._live: Live | None = None
        self._doing = ""
        self._since = 0.0

    def show(self, line: Row) -> None:
        """Prints the row above whatever is going on."""
        body = Text.assemble(*((harmless(text), role) for text, role in line.parts))
        if not line.label:
            self._console.print(body)
            return
        grid = Table.grid(padding=(0, 1, 0, 0))
        grid.add_column(width=LABEL_WIDTH, no_wrap=True)
        grid.add_column(overflow="fold")
        grid.add_row(Text(line.label, "dim"), body)
        self._console.print(grid)

    def prose(self, markdown: str) -> None:
        """Renders Markdown, its Rust blocks coloured."""
        from rich.markdown import Markdown

        from rusta_cli.diffs import code_theme

        self._console.print(Markdown(harmless(markdown), code_theme=code_theme(), inline_code_lexer="rust"))

    def code(self, text: str) -> None:
        """Prints the code in its colours, indented."""
        from rich.padding import Padding
        from rich.syntax import Syntax

        from rusta_cli.diffs import code_theme

        lines = Syntax("", "rust", theme=code_theme()).highlight(harmless(text).expandtabs(4))
        lines.rstrip()
        self._console.print(Padding(lines, (0, 0, 0, 4)))

    def diff(self, patch: Patch) -> None:
        """Prints the diff: line numbers, − and +, Rust in its colours."""
        from rusta_cli.diffs import coloured

        self._console.print(coloured(patch.diff))

    def busy(self, text: str | None) -> None:
        """Shows a spinner with the text and its age, or takes it away."""
        if text is None:
            if self._live is not None:
                self._live.stop()
                self._live = None
            return
        if text != self._doing or self._live is None:
            self._doing, self._since = text, time.monotonic()
        if self._live is None and self._console.is_interactive:
            self._spinner = Spinner("dots", style="voice")
            self._live = Live(console=self._console, get_renderable=self._passing, refresh_per_second=8, transient=True)
            self._live.start()

    def close(self) -> None:
        """Gives the cursor back."""
        self.busy(None)

    def _passing(self) -> RenderableType:
        age = time.monotonic() - self._since
        text = Text.assemble((harmless(self._doing), "dim"), (f"  {age:.0f} s" if age >= 1 else "", "dim"))
        text.no_wrap, text.overflow = True, "ellipsis"
        self._spinner.update(text=text)
        return self._spinner
