"""A scrolling view of lines with roles: only the lines on screen are ever drawn, however many there are."""

from __future__ import annotations

from typing import ClassVar

from rich.segment import Segment
from rich.style import Style
from textual import events
from textual.geometry import Region, Size
from textual.scroll_view import ScrollView
from textual.strip import Strip

from rusta_tui.lines import ROLES, Line, Role, fit, harmless, plain


class LinesView(ScrollView, can_focus=True):
    """Shows `Line`s. Subclasses give `count` and `line_at`, and call `update_lines` when they changed.

    With ``follow`` the view stays at the end while the reader is there, and stays put when they have scrolled up.
    """

    COMPONENT_CLASSES: ClassVar[set[str]] = {*(f"lines--{role}" for role in ROLES), "lines--cursor"}

    def __init__(self, *, follow: bool = False, id: str | None = None, classes: str | None = None) -> None:  # noqa: A002
        super().__init__(id=id, classes=classes)
        self.follow = follow
        self._at_end = True
        self._base = Style()

    def count(self) -> int:
        """How many lines there are."""
        raise NotImplementedError

    def line_at(self, index: int) -> Line:
        """The line at ``index``, counted from 0."""
        raise NotImplementedError

    def widest(self) -> int:
        """Cells of the widest line; 0 when lines are cut to the width of the view."""
        return 0

    def cursor_at(self, index: int) -> bool:
        """True when the cursor is on the line."""
        return False

    def copyable(self) -> str:
        """What a copy takes: the line under the cursor, or all lines where there is none."""
        rows = range(self.count())
        here = [index for index in rows if self.cursor_at(index)]
        return "\n".join(plain(self.line_at(index)).rstrip() for index in here or rows)

    def go_to_end(self, side: int) -> None:
        """Goes to the first line (-1) or the last (1)."""
        if side < 0:
            self.scroll_home(animate=False, immediate=True)
        else:
            self.scroll_end(animate=False, immediate=True)

    def update_lines(self) -> None:
        """Takes note that lines came, went or changed, and draws what is on screen."""
        size = Size(max(self.widest(), 1), self.count())
        if size != self.virtual_size:
            self._resize_to(size)
        self._keep_end()
        self.refresh()

    def _resize_to(self, size: Size) -> None:
        """Takes a new size. Where only the thumb of the scrollbar changes, the screen need not be laid out again."""
        height = self.container_size.height
        grows_below = size.width == self.virtual_size.width and min(size.height, self.virtual_size.height) > height > 0
        if grows_below and self.show_vertical_scrollbar:
            self.set_reactive(LinesView.virtual_size, size)
            self.vertical_scrollbar.window_virtual_size = size.height
        else:
            self.virtual_size = size

    def watch_scroll_y(self, old_value: float, new_value: float) -> None:
        """Remembers whether the reader is at the end."""
        super().watch_scroll_y(old_value, new_value)
        self._at_end = new_value >= self.max_scroll_y - 0.5

    def watch_show_vertical_scrollbar(self, shown: bool) -> None:
        """Gives a scrollbar that comes the place of the view: Textual tells it only of moves while it is there."""
        if shown:
            self.vertical_scrollbar.position = self.scroll_y

    def on_resize(self, event: events.Resize) -> None:
        """The end stays in sight when the view gets smaller."""
        self._keep_end()

    def _keep_end(self) -> None:
        if self.follow and self._at_end and not self.is_vertical_scrollbar_grabbed:
            self.scroll_to(y=self.max_scroll_y, animate=False, immediate=True, force=True)
            self._at_end = True

    def style_of(self, role: Role) -> Style:
        """The style of a role in the current theme."""
        return self.get_component_rich_style(f"lines--{role}", partial=True)

    def render_lines(self, crop: Region) -> list[Strip]:
        """What is on screen (Textual's line API). The view's own style is worked out once a frame, not once a line."""
        self._base = self.rich_style
        return super().render_lines(crop)

    def render_line(self, y: int) -> Strip:
        """One screen line (Textual's line API)."""
        scroll_x, scroll_y = self.scroll_offset
        index, width, base = y + scroll_y, self.size.width, self._base
        if index >= self.count():
            return Strip.blank(width, base)
        cursor = self.get_component_rich_style("lines--cursor", partial=True) if self.cursor_at(index) else None
        if cursor is not None:
            base = base + cursor
        line = self.line_at(index) if self.widest() else fit(self.line_at(index), width)
        strip = Strip([Segment(harmless(text), base + self.style_of(role)) for text, role in line])
        return strip.crop_extend(scroll_x, scroll_x + width, base)
