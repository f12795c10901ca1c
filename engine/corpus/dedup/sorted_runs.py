"""Sorting more than fits into memory: sorted runs on disk, merged block by block (Knuth, TAOCP 3, section 5.4)."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from pathlib import Path
from types import TracebackType
from typing import Any

import numpy as np
from numpy.typing import NDArray

MEMORY = 16 << 20  # bytes of one run
BLOCK = 1 << 17  # values given back at once: whoever works on them makes arrays of that size, not of a run's


class SortedRuns:
    """Takes values in any order and gives them back in ascending order, with never more than ``memory`` bytes of them.

    ``dtype`` is uint64, or "S" of a fixed width for records as big-endian bytes. ``distinct`` drops repeats.
    Files lie in ``folder`` until it is closed; what fits into one run makes none.
    """

    def __init__(
        self, folder: Path, name: str, dtype: Any = np.uint64, *, distinct: bool = False, memory: int = MEMORY
    ) -> None:
        self._folder, self._name, self._distinct = folder, name, distinct
        self._dtype = np.dtype(dtype)
        self._room = max(memory // self._dtype.itemsize, 16)
        self._held: NDArray[Any] | None = None
        self._size = 0
        self._runs: list[Path] = []

    def __enter__(self) -> SortedRuns:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        for run in self._runs:
            run.unlink(missing_ok=True)

    def add(self, values: NDArray[Any]) -> None:
        """Takes values in. They may be any number."""
        while len(values):
            if self._size == self._room:
                self._spill()
            if self._held is None:
                self._held = np.empty(self._room, self._dtype)
            part = values[: self._room - self._size]
            self._held[self._size : self._size + len(part)] = part
            self._size += len(part)
            values = values[len(part) :]

    def blocks(self) -> Iterator[NDArray[Any]]:
        """All values in ascending order, in blocks of at most `BLOCK`, none of them empty. To be asked once."""
        return self._cut(self._ordered())

    def _cut(self, parts: Iterable[NDArray[Any]]) -> Iterator[NDArray[Any]]:
        last: Any = None
        for values in parts:
            for start in range(0, len(values), BLOCK):
                block = values[start : start + BLOCK]
                if self._distinct:
                    block = _without_repeats(block, last)
                    last = block[-1] if len(block) else last
                if len(block):
                    yield block

    def _ordered(self) -> Iterator[NDArray[Any]]:
        if not self._runs:
            yield self._sorted()
            return
        self._spill()
        self._held = None
        yield from self._merged()

    def _sorted(self) -> NDArray[Any]:
        values = np.empty(0, self._dtype) if self._held is None else self._held[: self._size]
        self._size = 0
        values.sort()
        return values

    def _spill(self) -> None:
        values = self._sorted()
        if len(values):
            run = self._folder / f"{self._name}.run{len(self._runs)}"
            with run.open("wb") as file:
                for block in self._cut([values]):
                    file.write(block.tobytes())
            self._runs.append(run)

    def _merged(self) -> Iterator[NDArray[Any]]:
        share = max(self._room // len(self._runs), 16)
        runs = [_Run(run, self._dtype, share) for run in self._runs]
        while runs := [run for run in runs if len(run.head)]:
            # Everything up to the smallest last value is here: what a run has not shown yet is not smaller.
            limit = min((run.head[-1] for run in runs if run.more), default=None)
            block = np.concatenate([run.take(limit) for run in runs])
            block.sort()
            yield block


class _Run:
    def __init__(self, path: Path, dtype: np.dtype[Any], share: int) -> None:
        self._path, self._dtype, self._share = path, dtype, share
        self._at, self._end = 0, path.stat().st_size // dtype.itemsize
        self.head = np.empty(0, dtype)
        self._fill()

    @property
    def more(self) -> bool:
        return self._at < self._end

    def take(self, limit: Any) -> NDArray[Any]:
        count = len(self.head) if limit is None else int(np.searchsorted(self.head, limit, "right"))
        taken, self.head = self.head[:count], self.head[count:]
        if not len(self.head):
            self._fill()
        return taken

    def _fill(self) -> None:
        count = min(self._share, self._end - self._at)
        self.head = np.fromfile(self._path, self._dtype, count, offset=self._at * self._dtype.itemsize)
        self._at += count


def _without_repeats(ordered: NDArray[Any], last: Any) -> NDArray[Any]:
    if not len(ordered):
        return ordered
    first = np.empty(len(ordered), np.bool_)
    first[0] = last is None or ordered[0] != last
    np.not_equal(ordered[1:], ordered[:-1], out=first[1:])
    return ordered[first]
