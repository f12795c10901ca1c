"""Two patches of the same tree side by side: what each does to the same line stands in the same row."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass, field
from itertools import zip_longest

from rusta_tui.diff import Diff


@dataclass(frozen=True, slots=True)
class Cell:
    """One line of one side: ``mark`` is ``+``, ``-`` or a space; ``number`` that of the old file for what was there."""

    mark: str
    number: int | None
    text: str


@dataclass(frozen=True, slots=True)
class PairRow:
    """One row. ``head`` is a file's path on its first row, "…" where lines are left out, else "".

    ``same`` is "=" where both patches change alike, "≠" where they do not, "" where neither changes anything.
    """

    path: str
    left: Cell | None = None
    right: Cell | None = None
    same: str = ""
    head: str = ""


@dataclass
class _Side:
    """What one patch does to one file: lines that were there, by number, and lines it adds after a number."""

    base: dict[int, Cell] = field(default_factory=dict)
    added: defaultdict[int, list[Cell]] = field(default_factory=lambda: defaultdict(list))


def aligned(left: Diff, right: Diff) -> tuple[PairRow, ...]:
    """Both patches by the lines of the tree that they share. A line that one patch does not show is context there."""
    sides = _sides(left), _sides(right)
    rows: list[PairRow] = []
    for path in dict.fromkeys([*sides[0], *sides[1]]):
        rows.append(PairRow(path, head=path))
        rows += _file(path, sides[0].get(path, _Side()), sides[1].get(path, _Side()))
    return tuple(rows)


def first_change(rows: tuple[PairRow, ...]) -> int:
    """The first row on which a patch changes something; 0 where none does."""
    return next((place for place, row in enumerate(rows) if row.same), 0)


def _file(path: str, left: _Side, right: _Side) -> Iterator[PairRow]:
    before: int | None = None
    for number in sorted({*left.base, *right.base, *left.added, *right.added}):
        if before is not None and number > before + 1:
            yield PairRow(path, head="…")
        before = number
        old, new = left.base.get(number), right.base.get(number)
        known = old or new
        if known is not None:
            unchanged = Cell(" ", known.number, known.text)
            old, new = old or unchanged, new or unchanged
            changed = "-" in (old.mark, new.mark)
            yield PairRow(path, old, new, ("=" if old.mark == new.mark else "≠") if changed else "")
        for one, other in zip_longest(left.added.get(number, ()), right.added.get(number, ())):
            alike = one is not None and other is not None and one.text.strip() == other.text.strip()
            yield PairRow(path, one, other, "=" if alike else "≠")


def _sides(diff: Diff) -> dict[str, _Side]:
    found: dict[str, _Side] = {}
    for hunk in diff.hunks:
        side = found.setdefault(diff.files[hunk.file].path, _Side())
        rows = diff.rows[hunk.row + 1 : hunk.row + hunk.rows]
        anchor = next((row.before - 1 for row in rows if row.before is not None), 0)
        for row in rows:
            if row.mark == "+":
                side.added[anchor].append(Cell("+", row.number, row.text))
            elif row.before is not None:
                anchor = row.before
                side.base[anchor] = Cell(row.mark, row.before, row.text)
    return found
