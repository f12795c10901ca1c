"""A list with a cursor, virtual: ten thousand rows cost what the screen shows."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import ClassVar

from textual import events
from textual.binding import Binding, BindingType
from textual.message import Message

from rusta_tui.lines import Line
from rusta_tui.widgets.lines_view import LinesView


class RowList(LinesView):
    """Rows of one line each. Once moved, the cursor keeps to its key when the rows change under it; until then it
    stays on the first row, whichever that becomes."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("up,k", "move(-1)", "Up", show=False),
        Binding("down,j", "move(1)", "Down", show=False),
        Binding("pageup", "page(-1)", "Page up", show=False),
        Binding("pagedown", "page(1)", "Page down", show=False),
        Binding("home", "end(-1)", "First", show=False),
        Binding("end", "end(1)", "Last", show=False),
    ]

    @dataclass
    class Highlighted(Message):
        """The cursor is on another row. ``key`` is None when there is none."""

        list: RowList
        key: str | None

        @property
        def control(self) -> RowList:
            """The list that sent it."""
            return self.list

    @dataclass
    class Chosen(Message):
        """A row was clicked twice."""

        list: RowList
        key: str

        @property
        def control(self) -> RowList:
            """The list that sent it."""
            return self.list

    def __init__(self, *, id: str | None = None, empty: Sequence[Line] = ()) -> None:  # noqa: A002
        super().__init__(id=id)
        self.empty = tuple(empty)
        self._keys: Sequence[str] = ()
        self._line_of: Callable[[str, int], Line] = lambda key, width: ()
        self._cursor = 0
        self._moved = False

    @property
    def key(self) -> str | None:
        """The key of the row under the cursor."""
        return self._keys[self._cursor] if self._keys else None

    @property
    def keys(self) -> Sequence[str]:
        """The keys of all rows, from the top."""
        return self._keys

    def show(self, rows: Sequence[tuple[str, Line]]) -> None:
        """Replaces the rows, each with a key of its own."""
        lines = dict(rows)
        self.show_keys(list(lines), lambda key, width: lines[key])

    def show_keys(self, keys: Sequence[str], draw: Callable[[str, int], Line]) -> None:
        """Replaces the rows by keys; a row's line is made of its key and the width each time it is drawn.

        What a row says may change behind its key: `refresh` draws it again.
        """
        before = self.key
        self._keys, self._line_of = keys, draw
        if not self._moved:
            self._cursor = 0
        elif before in keys:
            self._cursor = keys.index(before)
        else:
            self._cursor = min(self._cursor, max(0, len(keys) - 1))
        self.update_lines()
        if self.key != before:
            self.post_message(self.Highlighted(self, self.key))

    def say(self, *lines: Line) -> None:
        """What stands there while there are no rows."""
        self.empty = lines
        self.update_lines()

    def count(self) -> int:
        """Rows, or the lines of the empty state."""
        return len(self._keys) or len(self.empty)

    def line_at(self, index: int) -> Line:
        """The line of a row."""
        return (
            self._line_of(self._keys[index], self.scrollable_content_region.width) if self._keys else self.empty[index]
        )

    def cursor_at(self, index: int) -> bool:
        """True on the cursor's row."""
        return bool(self._keys) and index == self._cursor

    def put_cursor(self, index: int) -> None:
        """Moves the cursor to a row and scrolls it into sight."""
        if not self._keys:
            return
        self._moved = True
        self._cursor = max(0, min(len(self._keys) - 1, index))
        top, height = round(self.scroll_y), max(1, self.size.height)
        if self._cursor < top:
            self.scroll_to(y=self._cursor, animate=False, immediate=True)
        elif self._cursor >= top + height:
            self.scroll_to(y=self._cursor - height + 1, animate=False, immediate=True)
        self.refresh()
        self.post_message(self.Highlighted(self, self.key))

    def go_to(self, key: str) -> None:
        """Moves the cursor to the row of that key, if there is one."""
        if key in self._keys:
            self.put_cursor(self._keys.index(key))

    def go_to_end(self, side: int) -> None:
        """Moves the cursor to the first row (-1) or the last (1)."""
        self.put_cursor(0 if side < 0 else len(self._keys) - 1)

    def action_move(self, by: int) -> None:
        """Moves the cursor by some rows."""
        self.put_cursor(self._cursor + by)

    def action_page(self, by: int) -> None:
        """Moves the cursor by a screen of rows."""
        self.put_cursor(self._cursor + by * max(1, self.size.height - 1))

    def action_end(self, side: int) -> None:
        """Moves the cursor to the first or the last row."""
        self.go_to_end(side)

    def on_click(self, event: events.Click) -> None:
        """A click moves the cursor, a double click chooses."""
        offset = event.get_content_offset(self)
        index = offset.y + round(self.scroll_y) if offset else len(self._keys)
        if index < len(self._keys):
            self.put_cursor(index)
            if event.chain == 2 and self.key is not None:
                self.post_message(self.Chosen(self, self.key))
