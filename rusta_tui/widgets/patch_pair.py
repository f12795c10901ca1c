"""Her patch beside the golden one, or above it where there is no room: virtual, drawn a row at a time."""

from __future__ import annotations

from typing import cast

from textual import events

from rusta_tui.diff import parse
from rusta_tui.lines import BLANK, Line, Role, fit, width_of
from rusta_tui.pairing import Cell, PairRow, aligned, first_change
from rusta_tui.syntax import Highlighter
from rusta_tui.widgets.lines_view import LinesView

_BESIDE = 96  # cells below which the two stand one above the other
_MARKS: dict[str, tuple[str, Role]] = {"+": ("+", "good"), "-": ("−", "bad"), " ": (" ", "dim")}
_SAME: dict[str, Role] = {"=": "good", "≠": "wait", "": "dim"}


class PatchPair(LinesView):
    """Two patches of the same tree. Beside each other, ``=`` and ``≠`` say where they agree."""

    def __init__(self, *, id: str | None = None) -> None:  # noqa: A002
        super().__init__(id=id)
        self._texts = ("", "")
        self._names = ("hers", "the golden patch")
        self._pairs: tuple[PairRow, ...] = ()
        self._stacked: list[tuple[str, PairRow]] = []

    def show(self, hers: str, golden: str) -> None:
        """Takes two unified diffs; the first change is in sight."""
        if (hers, golden) == self._texts:
            return
        self._texts = hers, golden
        self._pairs = aligned(parse(hers), parse(golden)) if golden or hers else ()
        self._stacked = _one_above_the_other(self._names, hers, golden)
        self.update_lines()
        top = 0 if self._narrow else max(0, first_change(self._pairs) - 3)
        self.scroll_to(y=top, animate=False, immediate=True)

    @property
    def _narrow(self) -> bool:
        return self.scrollable_content_region.width < _BESIDE

    def count(self) -> int:
        """Rows, a head of names included."""
        if not self._pairs:
            return 0
        return len(self._stacked) if self._narrow else len(self._pairs) + 1

    def line_at(self, index: int) -> Line:
        """One row for the width there is."""
        width = self.scrollable_content_region.width
        if self._narrow:
            name, row = self._stacked[index]
            return ((name, "strong"),) if name else _cell(row, row.left, width)
        room = (width - 3) // 2
        if index == 0:
            return _columns(((self._names[0], "strong"),), ((self._names[1], "strong"),), "", room)
        row = self._pairs[index - 1]
        if row.head:
            return ((row.head, "dim" if row.head == "…" else "strong"),)
        return _columns(_cell(row, row.left, room), _cell(row, row.right, room), row.same, room)

    def on_resize(self, event: events.Resize) -> None:
        """Another width may be one column or two."""
        super().on_resize(event)
        self.update_lines()


def _columns(left: Line, right: Line, same: str, room: int) -> Line:
    gap = " " * max(0, room - width_of(left))
    return (*left, (gap, "text"), (f" {same or '│'} ", _SAME[same]), *right)


def _cell(row: PairRow, cell: Cell | None, width: int) -> Line:
    if row.head:
        return ((row.head, "dim" if row.head == "…" else "strong"),)
    if cell is None:
        return BLANK
    sign, role = _MARKS[cell.mark]
    number = "" if cell.number is None else str(cell.number)
    head: Line = ((f"{number:>4} ", "dim"), (f"{sign} ", role))
    if cell.mark == "-":
        return fit((*head, (cell.text, "bad")), width)
    pieces = Highlighter(row.path, [cell.text]).line(0)
    code = [(text, cast("Role", f"code-{colour}")) for text, colour in pieces]
    return fit((*head, *code), width)


def _one_above_the_other(names: tuple[str, str], *texts: str) -> list[tuple[str, PairRow]]:
    rows: list[tuple[str, PairRow]] = []
    for name, text in zip(names, texts, strict=True):
        rows.append((name, PairRow("")))
        shown = aligned(parse(text), parse("")) if text else (PairRow("", head="… nothing was committed"),)
        rows += [("", pair) for pair in shown]
        rows.append((" ", PairRow("")))
    return rows
