"""A diff, virtual and in colour: what is on screen is lexed, compared word by word and drawn; the rest waits."""

from __future__ import annotations

from collections.abc import Sequence
from typing import ClassVar

from rich.cells import cell_len
from rich.segment import Segment
from rich.style import Style
from textual import events
from textual.binding import Binding, BindingType
from textual.message import Message
from textual.strip import Strip

from rusta_tui.choosing import MARKS, Choosing
from rusta_tui.diff import Diff, DiffLine, parse, partners, side_by_side
from rusta_tui.lines import Line, harmless
from rusta_tui.syntax import COLOURS, Highlighter, Piece
from rusta_tui.widgets.lines_view import LinesView
from rusta_tui.words import Span, changed_words, cut

_MARKS = {"+": "+", "-": "−", " ": " ", "\\": " "}
_KEPT = 2000  # drawn rows
_Pair = tuple[int | None, int | None]


class DiffView(LinesView):
    """A diff in one column or two, with a line cursor. Hunks and lines can be dropped: `choosing` says which.

    ``split`` puts old and new side by side; ``words`` marks the words that were changed, underlined and bold.
    """

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("up,k", "move(-1)", "Up", show=False, tooltip="The line above", id="diff.up"),
        Binding("down,j", "move(1)", "Down", show=False, tooltip="The line below", id="diff.down"),
        Binding("pageup", "page(-1)", "Page up", show=False, tooltip="A screen up", id="diff.page-up"),
        Binding("pagedown", "page(1)", "Page down", show=False, tooltip="A screen down", id="diff.page-down"),
        Binding("home", "end(-1)", "First", show=False, tooltip="The first line", id="diff.first"),
        Binding("end", "end(1)", "Last", show=False, tooltip="The last line", id="diff.last"),
    ]
    COMPONENT_CLASSES: ClassVar[set[str]] = {
        *(f"code--{colour}" for colour in COLOURS),
        "diff--added",
        "diff--removed",
        "diff--head",
        "diff--here",
        "diff--dropped",
        "diff--word",
    }

    class Moved(Message):
        """The cursor moved."""

    class Chosen(Message):
        """Something was kept or dropped."""

    def __init__(self, *, id: str | None = None) -> None:  # noqa: A002
        super().__init__(id=id)
        self.diff = Diff((), (), ())
        self.choosing = Choosing(self.diff)
        self.words = True
        self.split = False
        self._row = 0
        self._pairs: list[_Pair] = []
        self._places: dict[int, int] = {}
        self._digits = 3
        self._widest = 0
        self._colours: dict[tuple[int, str], tuple[Highlighter, dict[int, int]]] = {}
        self._partners: dict[int, dict[int, int]] = {}
        self._drawn: dict[tuple[int, Style, bool, bool], Strip] = {}

    @property
    def row(self) -> int:
        """The row of the diff that the cursor is on."""
        return self._row

    @property
    def hunk(self) -> int:
        """The hunk that the cursor is in, counted from 0 over the whole diff."""
        return self.diff.rows[self._row].hunk if self.diff.hunks else 0

    @property
    def file(self) -> int:
        """The file that the cursor is in."""
        return self.diff.hunks[self.hunk].file if self.diff.hunks else 0

    def show(self, text: str) -> None:
        """Takes a unified diff; everything is kept, the cursor is on the first changed line."""
        self.diff = parse(text)
        self.choosing = Choosing(self.diff)
        self._colours.clear()
        self._partners.clear()
        self._drawn.clear()
        self._digits = max(3, len(str(max((row.number or 0 for row in self.diff.rows), default=0))))
        self._widest = max((len(row.text) for row in self.diff.rows), default=0)
        self._row = self._first_change(0) if self.diff.hunks else 0
        self._lay_out()
        self.scroll_home(animate=False, immediate=True)
        self.update_lines()
        self.post_message(self.Moved())

    def put_split(self, split: bool) -> None:
        """One column or two; the cursor stays on its line, and the line where it is on the screen."""
        offset = self._place(self._row) - round(self.scroll_y)
        self.split = split
        self._lay_out()
        self.update_lines()
        self.scroll_to(y=max(0, self._place(self._row) - offset), animate=False, immediate=True)

    def put_words(self, words: bool) -> None:
        """With or without word marks."""
        self.words = words
        self.refresh()

    def _lay_out(self) -> None:
        self._pairs, self._places = [], {}
        if not self.split or not self.diff.hunks:
            return
        for hunk in self.diff.hunks:
            self._pairs += [(hunk.row, hunk.row), *side_by_side(self.diff, hunk)]
        for place, pair in enumerate(self._pairs):
            for row in pair:
                if row is not None:
                    self._places[row] = place

    def _place(self, row: int) -> int:
        """The screen row of a row of the diff."""
        return self._places.get(row, row)

    def _at(self, place: int) -> int:
        """The row of the diff that a screen row shows; of two the new one."""
        if not self._pairs:
            return place
        old, new = self._pairs[place]
        return new if new is not None else old if old is not None else 0

    def count(self) -> int:
        """Screen rows of the diff."""
        return len(self._pairs) or len(self.diff.rows)

    def widest(self) -> int:
        """Cells of the longest row, as good as its characters count."""
        half = 2 if self._pairs else 1
        return half * (self._gutter + self._widest)

    def line_at(self, index: int) -> Line:
        """A row as plain text, for whoever reads it without colours."""
        row = self.diff.rows[self._at(index)]
        return ((f"{row.mark} {row.text}", "text"),)

    def cursor_at(self, index: int) -> bool:
        """True on the cursor's row."""
        return self.count() > 0 and index == self._place(self._row)

    # Moving.

    def go_to_row(self, row: int) -> None:
        """Puts the cursor on a row of the diff and scrolls it into sight."""
        if not self.diff.rows:
            return
        before, hunk = self._place(self._row), self.hunk
        self._row = max(0, min(len(self.diff.rows) - 1, row))
        place, height, top = self._place(self._row), max(1, self.scrollable_content_region.height), round(self.scroll_y)
        if place < top:
            self.scroll_to(y=place, animate=False, immediate=True)
        elif place >= top + height:
            self.scroll_to(y=place - height + 1, animate=False, immediate=True)
        if self.hunk == hunk:
            self.refresh_line(before)
            self.refresh_line(place)
        else:
            self.refresh()
        self.post_message(self.Moved())

    def go_to_hunk(self, index: int) -> None:
        """Puts the cursor on the first changed line of a hunk, with the whole hunk in sight where it fits."""
        if not self.diff.hunks:
            return
        index = max(0, min(len(self.diff.hunks) - 1, index))
        hunk = self.diff.hunks[index]
        height, top = max(1, self.scrollable_content_region.height), round(self.scroll_y)
        first, last = self._place(hunk.row), self._place(hunk.row + hunk.rows - 1)
        if first < top or min(last, first + height - 1) >= top + height:
            self.scroll_to(y=max(0, first - 1), animate=False, immediate=True)
        self.go_to_row(self._first_change(index))

    def go_to_file(self, index: int) -> None:
        """Puts the cursor into the first hunk of a file; a file without hunks is passed over."""
        if self.diff.hunks:
            self.go_to_hunk(self.diff.files[max(0, min(len(self.diff.files) - 1, index))].first)

    def go_to_end(self, side: int) -> None:
        """Puts the cursor on the first row (-1) or the last (1)."""
        self.go_to_row(0 if side < 0 else len(self.diff.rows) - 1)

    def _first_change(self, index: int) -> int:
        hunk = self.diff.hunks[index]
        return next(iter(self.choosing.changed(hunk)), hunk.row)

    def action_move(self, by: int) -> None:
        """Moves the cursor by some screen rows."""
        if self.count():
            self.go_to_row(self._at(max(0, min(self.count() - 1, self._place(self._row) + by))))

    def action_page(self, by: int) -> None:
        """Moves the cursor by a screen."""
        self.action_move(by * max(1, self.scrollable_content_region.height - 1))

    def action_end(self, side: int) -> None:
        """Moves the cursor to the first or the last row."""
        self.go_to_end(side)

    def on_click(self, event: events.Click) -> None:
        """A click moves the cursor."""
        offset = event.get_content_offset(self)
        if offset and (place := offset.y + round(self.scroll_y)) < self.count():
            self.go_to_row(self._at(place))

    # Keeping and dropping.

    def turn_hunk(self) -> None:
        """Keeps or drops the hunk under the cursor."""
        if self.diff.hunks:
            self.choosing.turn_hunks([self.hunk])
            self.refresh()
            self.post_message(self.Chosen())

    def turn_files(self, files: Sequence[int]) -> None:
        """Keeps or drops whole files."""
        chosen = [self.diff.files[index] for index in files]
        self.choosing.turn_hunks(hunk for file in chosen for hunk in range(file.first, file.last))
        self.refresh()
        self.post_message(self.Chosen())

    def turn_line(self, *, pair: bool) -> bool:
        """Keeps or drops the line under the cursor; with ``pair``, or side by side, with what it replaces.

        False when the cursor is on no changed line.
        """
        if not self.diff.hunks or self.diff.rows[self._row].mark not in "+-":
            return False
        other = self._partner(self._row)
        both = other is not None and (pair or bool(self._pairs))
        rows = [self._row, other] if both and other is not None else [self._row]
        self.choosing.turn(rows)
        for row in (self.diff.hunks[self.hunk].row, *rows):
            self.refresh_line(self._place(row))
        self.post_message(self.Chosen())
        return True

    # Drawing.

    @property
    def _gutter(self) -> int:
        return self._digits + 5

    def render_line(self, y: int) -> Strip:
        """One screen row: in each column the edge, line number, + or − mark, coloured source."""
        scroll_x, scroll_y = self.scroll_offset
        place, width, base = y + scroll_y, self.size.width, self._base
        if place >= self.count():
            return Strip.blank(width, base)
        here = self._place(self._row) == place
        if not self._pairs:
            row = self.diff.rows[place]
            return self._head(row, width, base, here) if row.mark == "@" else self._code(place, width, scroll_x, here)
        old, new = self._pairs[place]
        if old is not None and old == new and self.diff.rows[old].mark == "@":
            return self._head(self.diff.rows[old], width, base, here)
        left = (width - 1) // 2
        middle = Strip([Segment("│", base + self.style_of("dim"))])
        columns = [
            self._code(row, room, scroll_x, here, old=old_side) if row is not None else Strip.blank(room, base)
            for row, room, old_side in ((old, left, True), (new, width - 1 - left, False))
        ]
        return Strip.join([columns[0], middle, columns[1]])

    def _edge(self, hunk: int, here: bool, base: Style) -> Segment:
        """The first cell: where the cursor is, and how far its hunk reaches."""
        return Segment("▶" if here else "▌" if hunk == self.hunk else " ", base + self._part("diff--here"))

    def _code(self, index: int, width: int, scroll_x: int, here: bool, *, old: bool = False) -> Strip:
        row, base = self.diff.rows[index], self._base
        dropped = index in self.choosing.dropped
        if row.mark in "+-" and not dropped:
            base = base + self._part("diff--added" if row.mark == "+" else "diff--removed")
        if here:
            base = base + self.get_component_rich_style("lines--cursor", partial=True)
        sign = self.style_of("good" if row.mark == "+" else "bad" if row.mark == "-" else "dim")
        quiet = base + self.style_of("dim")
        number = row.before if old else row.number
        shown = f"{'' if number is None else number:>{self._digits}}"
        gutter = Strip(
            [
                self._edge(row.hunk, here, base),
                Segment(shown, quiet),
                Segment("✗" if dropped else " ", base + self.style_of("wait")),
                Segment(f" {_MARKS.get(row.mark, ' ')} ", quiet if dropped else base + sign),
            ]
        )
        room = max(0, width - gutter.cell_length)
        return Strip.join([gutter, self._source(index, base, dropped).crop_extend(scroll_x, scroll_x + room, base)])

    def _source(self, index: int, base: Style, dropped: bool) -> Strip:
        """The coloured source of a row, as long as it is. It is kept: most frames show most rows as they were."""
        key = (index, base, dropped, self.words)
        known = self._drawn.get(key)
        if known is None:
            if dropped:
                code = [Segment(harmless(self.diff.rows[index].text), base + self._part("diff--dropped"))]
            else:
                marked = self._part("diff--word")
                code = [
                    Segment(
                        harmless(text), base + self._part(f"code--{colour}") + (marked if changed else Style.null())
                    )
                    for text, colour, changed in cut(self._pieces(index), self._changed_words(index))
                ]
            if len(self._drawn) >= _KEPT:
                self._drawn.clear()
            known = self._drawn[key] = Strip(code)
        return known

    def notify_style_update(self) -> None:
        """Another theme: nothing that was drawn holds."""
        super().notify_style_update()
        self._drawn.clear()

    def _head(self, row: DiffLine, width: int, base: Style, here: bool) -> Strip:
        hunk, path = self.diff.hunks[row.hunk], self.diff.files[row.file].path
        base = base + self._part("diff--head")
        state = self.choosing.state([row.hunk])
        mark = f"{MARKS[state]} {state}"
        left = f"{path}  hunk {row.hunk + 1} of {len(self.diff.hunks)}"
        right = f"+{hunk.added} −{hunk.removed}  "
        section = f"  {row.text}" if row.text else ""
        used = 1 + cell_len(left) + cell_len(right) + len(mark) + 1
        section = harmless(section)[: max(0, width - used - 1)]
        gap = " " * max(1, width - used - cell_len(section))
        return Strip(
            [
                self._edge(row.hunk, here, base),
                Segment(left, base + self.style_of("strong")),
                Segment(section + gap, base + self.style_of("dim")),
                Segment(right, base + self.style_of("dim")),
                Segment(f"{mark} ", base + self.style_of("good" if state == "kept" else "wait")),
            ]
        ).adjust_cell_length(width, base)

    def _partner(self, index: int) -> int | None:
        """The row that a changed row replaces, or that replaces it."""
        hunk = self.diff.rows[index].hunk
        if hunk not in self._partners:
            self._partners[hunk] = partners(self.diff, self.diff.hunks[hunk])
        return self._partners[hunk].get(index)

    def _changed_words(self, index: int) -> Sequence[Span]:
        """The spans of a row that its partner does not have."""
        if not self.words or not self.diff.hunks or self.diff.rows[index].mark not in "+-":
            return ()
        other = self._partner(index)
        if other is None:
            return ()
        added = self.diff.rows[index].mark == "+"
        old, new = (other, index) if added else (index, other)
        return changed_words(self.diff.rows[old].text, self.diff.rows[new].text)[added]

    def _pieces(self, index: int) -> list[Piece]:
        """The coloured source of a row, lexed with its own side of its hunk around it."""
        row = self.diff.rows[index]
        if not self.diff.hunks:
            return [(row.text, "plain")]
        side = "old" if row.mark == "-" else "new"
        key = (row.hunk, side)
        if key not in self._colours:
            hunk = self.diff.hunks[row.hunk]
            skip = "+" if side == "old" else "-"
            own = [
                at for at in range(hunk.row + 1, hunk.row + hunk.rows) if self.diff.rows[at].mark not in (skip, "\\")
            ]
            path = self.diff.files[row.file].path
            lexed = Highlighter(path, [self.diff.rows[at].text for at in own])
            self._colours[key] = (lexed, {at: place for place, at in enumerate(own)})
        highlighter, places = self._colours[key]
        place = places.get(index)
        return [(row.text, "comment")] if place is None else highlighter.line(place)

    def _part(self, name: str) -> Style:
        return self.get_component_rich_style(name, partial=True)
