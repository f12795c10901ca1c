"""The desks: one repository each, one of them in front. Sessions run on all of them at once, one on each."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from pathlib import Path

from rusta_tui.desk import Desk


class Desks:
    """All open desks in the order they were opened, and which of them is in front."""

    def __init__(self, paths: Sequence[Path], engine: Sequence[str]) -> None:
        self.engine = tuple(engine)
        self._desks = [Desk(path, engine) for path in dict.fromkeys(paths)]
        self._front = 0

    def __iter__(self) -> Iterator[Desk]:
        return iter(self._desks)

    def __len__(self) -> int:
        return len(self._desks)

    @property
    def front(self) -> Desk:
        """The desk in front."""
        return self._desks[self._front]

    def open(self, path: Path) -> Desk:
        """Brings the desk of a path to the front; makes it when there is none yet."""
        for number, desk in enumerate(self._desks):
            if desk.path == path or (desk.tree is not None and desk.tree.root == path):
                self._front = number
                return desk
        self._desks.append(Desk(path, self.engine))
        self._front = len(self._desks) - 1
        return self.front

    def bring(self, desk: Desk) -> None:
        """Brings a desk to the front."""
        self._front = self._desks.index(desk)

    @property
    def busy(self) -> list[Desk]:
        """Those on which a session runs."""
        return [desk for desk in self._desks if desk.busy]

    @property
    def waiting(self) -> list[Desk]:
        """Those on which she waits for the mentor, the one in front first."""
        found = [desk for desk in self._desks if desk.phase == "waiting"]
        return sorted(found, key=lambda desk: desk is not self.front)

    @property
    def call(self) -> str:
        """What she waits for, in words for the header; empty when nothing waits."""
        waiting = self.waiting
        if not waiting:
            return ""
        if waiting[0] is self.front:
            more = f", {len(waiting) - 1} more" if len(waiting) > 1 else ""
            return f"waiting for you{more}"
        return f"waiting for you in {waiting[0].name}" + (f", {len(waiting) - 1} more" if len(waiting) > 1 else "")
