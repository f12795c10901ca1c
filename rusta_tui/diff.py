"""A unified diff as the review screen walks it: files, hunks, lines. Parsed by unidiff, drawn elsewhere."""

from __future__ import annotations

import io
from dataclasses import dataclass
from functools import lru_cache


@dataclass(frozen=True, slots=True)
class DiffLine:
    """One row of the diff: ``mark`` is ``+``, ``-``, a space, ``@`` for a hunk's head or ``\\`` for git's own note."""

    mark: str
    text: str
    number: int | None
    hunk: int
    file: int
    index: int = 0


@dataclass(frozen=True, slots=True)
class Hunk:
    """A hunk, counted from 0 over the whole diff. ``row`` is the row of its head."""

    index: int
    file: int
    row: int
    rows: int
    added: int
    removed: int
    section: str


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
                rows.append(DiffLine(line.line_type, value, number, index, file_index, position))
            hunks.append(
                Hunk(
                    index, file_index, row, len(rows) - row, parsed.added, parsed.removed, parsed.section_header.strip()
                )
            )
        files.append(DiffFile(patched.path, first, len(hunks), patched.added, patched.removed))
    return Diff(tuple(files), tuple(hunks), tuple(rows))
