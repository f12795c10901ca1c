"""A unified diff as the review screen walks it: files, hunks, lines. Parsed by unidiff, drawn elsewhere."""

from __future__ import annotations

import io
from dataclasses import dataclass
from functools import lru_cache
from itertools import zip_longest


@dataclass(frozen=True, slots=True)
class DiffLine:
    """One row of the diff: ``mark`` is ``+``, ``-``, a space, ``@`` for a hunk's head or ``\\`` for git's own note.

    ``number`` is the line's own on its side (the new one, where it is on both), ``before`` that on the old side.
    ``index`` counts the rows below the hunk's head from 0.
    """

    mark: str
    text: str
    number: int | None
    hunk: int
    file: int
    index: int = 0
    before: int | None = None


@dataclass(frozen=True, slots=True)
class Hunk:
    """A hunk, counted from 0 over the whole diff. ``row`` is the row of its head.

    ``start`` and ``count`` are the lines that it has in the new file, as its head names them.
    """

    index: int
    file: int
    row: int
    rows: int
    added: int
    removed: int
    section: str
    start: int
    count: int


@dataclass(frozen=True, slots=True)
class DiffFile:
    """A file of the diff and its hunks, ``first`` up to but not including ``last``."""

    path: str
    first: int
    last: int
    added: int
    removed: int


@dataclass(frozen=True, slots=True)
class Diff:
    """A whole diff, flat: ``rows`` are what a view shows, one a screen line."""

    files: tuple[DiffFile, ...]
    hunks: tuple[Hunk, ...]
    rows: tuple[DiffLine, ...]

    @property
    def added(self) -> int:
        """Lines added, over all files."""
        return sum(file.added for file in self.files)

    @property
    def removed(self) -> int:
        """Lines removed, over all files."""
        return sum(file.removed for file in self.files)


@lru_cache(maxsize=32)
def parse(text: str) -> Diff:
    """Reads a unified diff. A carriage return at a line's end is kept off the rows.

    A text that is no diff comes back as rows without hunks, so that it can still be read.
    """
    from unidiff.errors import UnidiffParseError
    from unidiff.patch import PatchSet

    try:
        patched_files = PatchSet(io.StringIO(text, newline="\n"))
    except UnidiffParseError:
        raw = (DiffLine(" ", line, None, 0, 0, place) for place, line in enumerate(text.splitlines()))
        return Diff((), (), tuple(raw))
    files: list[DiffFile] = []
    hunks: list[Hunk] = []
    rows: list[DiffLine] = []
    for file_index, patched in enumerate(patched_files):
        first = len(hunks)
        for parsed in patched:
            index, row = len(hunks), len(rows)
            rows.append(DiffLine("@", parsed.section_header.strip(), None, index, file_index))
            for position, line in enumerate(parsed):
                number = line.source_line_no if line.line_type == "-" else line.target_line_no
                value = line.value.rstrip("\n").removesuffix("\r")
                before = line.source_line_no
                rows.append(DiffLine(line.line_type, value, number, index, file_index, position, before))
            section, size = parsed.section_header.strip(), len(rows) - row
            new_side = parsed.target_start, parsed.target_length
            hunks.append(Hunk(index, file_index, row, size, parsed.added, parsed.removed, section, *new_side))
        files.append(DiffFile(patched.path, first, len(hunks), patched.added, patched.removed))
    return Diff(tuple(files), tuple(hunks), tuple(rows))


def side_by_side(diff: Diff, hunk: Hunk) -> list[tuple[int | None, int | None]]:
    """The rows of a hunk's body in two columns, old and new; a row that is on both sides stands in both.

    The first removed line of a run stands beside the first added one, and so on: the engine pairs them alike.
    """
    out: list[tuple[int | None, int | None]] = []
    old: list[int] = []
    new: list[int] = []

    def settle() -> None:
        out.extend(zip_longest(old, new))
        old.clear()
        new.clear()

    last = old
    for row in range(hunk.row + 1, hunk.row + hunk.rows):
        match diff.rows[row].mark:
            case "-":
                if new:
                    settle()
                last = old
                old.append(row)
            case "+":
                last = new
                new.append(row)
            case "\\" if old or new:
                last.append(row)
            case _:
                settle()
                out.append((row, row))
    settle()
    return out


def partners(diff: Diff, hunk: Hunk) -> dict[int, int]:
    """For each changed row of a hunk the one that it replaces, or that replaces it, where there is one."""
    found: dict[int, int] = {}
    for old, new in side_by_side(diff, hunk):
        if old is not None and new is not None and diff.rows[old].mark == "-" and diff.rows[new].mark == "+":
            found[old], found[new] = new, old
    return found
