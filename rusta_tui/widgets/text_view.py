"""Lines that somebody else has laid out: the timeline, a diagnostic, the facts beside a diff."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from textual import events

from rusta_tui.lines import Line
from rusta_tui.widgets.lines_view import LinesView

Layout = Callable[[int], Sequence[Line]]


class TextView(LinesView):
    """Shows what a layout function makes of its width. The function runs again when the width changes."""

    def __init__(self, *, follow: bool = False, id: str | None = None) -> None:  # noqa: A002
        super().__init__(follow=follow, id=id)
        self._layout: Layout = lambda width: ()
        self._lines: Sequence[Line] = ()
        self._width = -1

    def show(self, layout: Layout) -> None:
        """Takes a new layout and draws it."""
        self._layout = layout
        self.lay_out()

    def lay_out(self) -> None:
        """Asks the layout again, for what has changed behind it."""
        self._width = self.scrollable_content_region.width
        if self._width > 0:
            self._lines = self._layout(self._width)
            self.update_lines()

    def count(self) -> int:
        """How many lines the layout made."""
        return len(self._lines)

    def line_at(self, index: int) -> Line:
        """One of them."""
        return self._lines[index]

    def on_resize(self, event: events.Resize) -> None:
        """Lays out again when the width is another."""
        super().on_resize(event)
        if self.scrollable_content_region.width != self._width:
            self.lay_out()


class Fitted(TextView):
    """A text view that is as high as its lines, whenever they were laid out; the style sheet bounds it."""

    def update_lines(self) -> None:
        """Takes the height with the lines: a width that comes late would leave the height of another one."""
        self.styles.height = max(1, self.count())
        super().update_lines()
