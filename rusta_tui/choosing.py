"""What the mentor takes of a patch: hunks and single lines, kept or dropped. No screen here."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Literal

from rusta_tui.diff import Diff, Hunk

State = Literal["kept", "part", "dropped"]
MARKS: dict[State, str] = {"kept": "✓", "part": "◐", "dropped": "✗"}


class Choosing:
    """The changed rows of a diff that are dropped; every row is kept at first."""

    def __init__(self, diff: Diff) -> None:
        self.diff = diff
        self.dropped: set[int] = set()

    def changed(self, hunk: Hunk) -> list[int]:
        """The changed rows of a hunk."""
        rows = range(hunk.row + 1, hunk.row + hunk.rows)
        return [row for row in rows if self.diff.rows[row].mark in "+-"]

    def turn(self, rows: Iterable[int]) -> None:
        """Drops rows, or keeps them again when all of them are dropped."""
        wanted = {row for row in rows if self.diff.rows[row].mark in "+-"}
        if wanted <= self.dropped:
            self.dropped -= wanted
        else:
            self.dropped |= wanted

    def turn_hunks(self, hunks: Iterable[int]) -> None:
        """Drops hunks that are kept whole; one that is dropped, even in part, is kept again."""
        chosen = [self.diff.hunks[index] for index in hunks]
        rows = {row for hunk in chosen for row in self.changed(hunk)}
        if rows & self.dropped:
            self.dropped -= rows
        else:
            self.dropped |= rows

    def state(self, hunks: Iterable[int]) -> State:
        """How hunks stand together."""
        rows = {row for index in hunks for row in self.changed(self.diff.hunks[index])}
        gone = len(rows & self.dropped)
        return "kept" if not gone else "dropped" if gone == len(rows) else "part"

    @property
    def kept(self) -> tuple[int, ...]:
        """The hunks of which something is kept."""
        return tuple(hunk.index for hunk in self.diff.hunks if self.state([hunk.index]) != "dropped")

    @property
    def whole(self) -> bool:
        """True when nothing is dropped."""
        return not self.dropped

    def hunks(self) -> tuple[int, ...] | None:
        """The hunks to keep, as a verdict names them; None when none is dropped whole."""
        kept = self.kept
        return kept if len(kept) < len(self.diff.hunks) else None

    def lines(self) -> dict[int, tuple[int, ...]] | None:
        """The rows that are dropped of hunks that are not dropped whole, as a verdict names them; None without any."""
        kept = {*self.kept}
        found: dict[int, list[int]] = {}
        for row in sorted(self.dropped):
            line = self.diff.rows[row]
            if line.hunk in kept:
                found.setdefault(line.hunk, []).append(line.index)
        return {hunk: tuple(rows) for hunk, rows in found.items()} or None

    def words(self) -> str:
        """What is dropped, in words; empty when nothing is."""
        hunks = len(self.diff.hunks) - len(self.kept)
        lines = sum(map(len, (self.lines() or {}).values()))
        parts = [f"{hunks} hunk{'s' * (hunks != 1)}"] if hunks else []
        parts += [f"{lines} line{'s' * (lines != 1)}"] if lines else []
        return f"{' and '.join(parts)} dropped" if parts else ""
