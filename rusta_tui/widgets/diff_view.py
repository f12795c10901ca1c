"""A diff, virtual and in colour: what is on screen is lexed and drawn, the rest waits."""

from __future__ import annotations

from typing import ClassVar

from rich.cells import cell_len
from rich.segment import Segment
from rich.style import Style
from textual.message import Message
from textual.strip import Strip

from rusta_tui.diff import Diff, DiffLine, parse
from rusta_tui.lines import Line, harmless
from rusta_tui.syntax import COLOURS, Highlighter, Piece
from rusta_tui.widgets.lines_view import LinesView

_GUTTER = 9
_MARKS = {"+": "+", "-": "−", " ": " ", "\\": " "}


class DiffView(LinesView):
    """A unified diff with a hunk cursor. Hunks can be dropped; `kept` says which are left."""

    COMPONENT_CLASSES: ClassVar[set[str]] = {
        *(f"code--{colour}" for colour in COLOURS),
        "diff--added",
        "diff--removed",
        "diff--head",
        "diff--here",
        "diff--dropped",
    }

    class Moved(Message):
        """The cursor is on another hunk, or a hunk was kept or dropped."""

    def __init__(self, *, id: str | None = None) -> None:  # noqa: A002
        super().__init__(id=id)
        self.diff = Diff((), (), ())
        self.dropped: set[int] = set()
        self.hunk = 0
        self._widest = 0
        self._colours: dict[tuple[int, str], tuple[Highlighter, dict[int, int]]] = {}

    @property
    def kept(self) -> tuple[int, ...]:
        """The hunks that are not dropped, counted from 0 over the whole diff."""
        return tuple(hunk.index for hunk in self.diff.hunks if hunk.index not in self.dropped)

    def show(self, text: str) -> None:
        """Takes a unified diff; every hunk is kept, the cursor is on the first."""
        self.diff = parse(text)
        self.dropped, self.hunk = set(), 0
        self._colours.clear()
        self._widest = _GUTTER + max((len(row.text) for row in self.diff.rows), default=0)
        self.scroll_home(animate=False, immediate=True)
        self.update_lines()
        self.post_message(self.Moved())

    def count(self) -> int:
        """Rows of the diff."""
        return len(self.diff.rows)

    def widest(self) -> int:
        """Cells of the longest row, as good as its characters count."""
        return self._widest

    def line_at(self, index: int) -> Line:
        """A row as plain text, for whoever reads it without colours."""
        row = self.diff.rows[index]
        return ((f"{row.mark} {row.text}", "text"),)

    def go_to_hunk(self, index: int) -> None:
        """Moves the hunk cursor and scrolls its head into sight."""
        if not self.diff.hunks:
            return
        self.hunk = max(0, min(len(self.diff.hunks) - 1, index))
        hunk = self.diff.hunks[self.hunk]
        height, top = max(1, self.size.height), round(self.scroll_y)
        if hunk.row < top or hunk.row + min(hunk.rows, height) > top + height:
            self.scroll_to(y=max(0, hunk.row - 1), animate=False, immediate=True)
        self.refresh()
        self.post_message(self.Moved())

    def go_to_file(self, by: int) -> None:
        """Moves the hunk cursor to the first hunk of the next (1) or the previous (-1) file."""
        if self.diff.hunks:
            here = self.diff.hunks[self.hunk].file
            target = self.diff.files[max(0, min(len(self.diff.files) - 1, here + by))]
            self.go_to_hunk(target.first)

    def toggle(self) -> None:
        """Keeps or drops the hunk under the cursor."""
        if self.diff.hunks:
            self.dropped ^= {self.hunk}
            self.refresh()
            self.post_message(self.Moved())

    def render_line(self, y: int) -> Strip:
        """One row: line number, + or − mark, coloured source."""
        scroll_x, scroll_y = self.scroll_offset
        index, width, base = y + scroll_y, self.size.width, self.rich_style
        if index >= len(self.diff.rows):
            return Strip.blank(width, base)
        row = self.diff.rows[index]
        here = row.hunk == self.hunk
        edge = Segment("▌" if here else " ", base + self._part("diff--here"))
        if row.mark == "@":
            return self._head(row, width, base, edge)
        dropped = row.hunk in self.dropped
        if row.mark in "+-" and not dropped:
            base = base + self._part("diff--added" if row.mark == "+" else "diff--removed")
        sign = self.style_of("good" if row.mark == "+" else "bad" if row.mark == "-" else "dim")
        quiet = base + self.style_of("dim")
        number = f"{row.number:>5} " if row.number is not None else "      "
        gutter = Strip(
            [edge, Segment(number, quiet), Segment(_MARKS.get(row.mark, " ") + " ", quiet if dropped else base + sign)]
        )
        if dropped:
            code = [Segment(harmless(row.text), base + self._part("diff--dropped"))]
        else:
            code = [Segment(harmless(text), base + self._part(f"code--{colour}")) for text, colour in self._pieces(row)]
        room = max(0, width - gutter.cell_length)
        return Strip.join([gutter, Strip(code).crop_extend(scroll_x, scroll_x + room, base)])

    def _head(self, row: DiffLine, width: int, base: Style, edge: Segment) -> Strip:
        hunk, path = self.diff.hunks[row.hunk], self.diff.files[row.file].path
        base = base + self._part("diff--head")
        state, role = ("dropped", "wait") if row.hunk in self.dropped else ("keep", "good")
        mark = "✗ " if row.hunk in self.dropped else "✓ "
        left = f"{path}  hunk {row.hunk + 1} of {len(self.diff.hunks)}"
        right = f"+{hunk.added} −{hunk.removed}  "
        section = f"  {row.text}" if row.text else ""
        used = 1 + cell_len(left) + cell_len(right) + len(mark + state) + 2
        section = harmless(section)[: max(0, width - used)]
        gap = " " * max(1, width - used - cell_len(section))
        return Strip(
            [
                edge,
                Segment(left, base + self.style_of("strong")),
                Segment(section + gap, base + self.style_of("dim")),
                Segment(right, base + self.style_of("dim")),
                Segment(mark + state + " ", base + self.style_of("wait" if role == "wait" else "good")),
            ]
        ).adjust_cell_length(width, base)

    def _pieces(self, row: DiffLine) -> list[Piece]:
        """The coloured source of a row, lexed with its own side of its hunk around it."""
        if not self.diff.hunks:
            return [(row.text, "plain")]
        side = "old" if row.mark == "-" else "new"
        key = (row.hunk, side)
        if key not in self._colours:
            hunk = self.diff.hunks[row.hunk]
            rows = self.diff.rows[hunk.row + 1 : hunk.row + hunk.rows]
            skip = "+" if side == "old" else "-"
            own = [other for other in rows if other.mark not in (skip, "\\")]
            places = {other.index: place for place, other in enumerate(own)}
            path = self.diff.files[row.file].path
            self._colours[key] = (Highlighter(path, [other.text for other in own]), places)
        highlighter, places = self._colours[key]
        place = places.get(row.index)
        return [(row.text, "comment")] if place is None else highlighter.line(place)

    def _part(self, name: str) -> Style:
        return self.get_component_rich_style(name, partial=True)
