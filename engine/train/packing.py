"""Pieces of text packed into rows of one length, by best fit, with what is to be learnt of each symbol.

A row holds whole pieces; a text longer than a row is cut, and the next piece begins with the symbol that the last one
ended with, so that every symbol is predicted exactly once. Packing is done once and hangs on the pieces alone; which
row comes when is `order`'s.
"""

from __future__ import annotations

from bisect import bisect_left, insort
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from hashlib import blake2b

import numpy as np
from numpy.typing import NDArray

from engine.model.configuration import PAD

BLOCK = 4096  # pieces that are packed together
IGNORE = -100  # no target: what torch's cross entropy leaves out


@dataclass(frozen=True)
class Text:
    """Symbols to read. The first ``given`` are a prompt and not learnt.

    ``action``: the class that the Action head should name at the last symbol; ``green``: what the Confidence head
    should say there. Negative: nothing to say.
    """

    symbols: Sequence[int]
    given: int = 0
    action: int = -1
    green: int = -1


@dataclass(frozen=True)
class Batch:
    """Rows as arrays (rows, length), all int64; ``lm``, ``action`` and ``green`` are `IGNORE` where nothing is asked.

    ``documents`` numbers the pieces of a row from 1; padding is document 0.
    """

    symbols: NDArray[np.int64]
    documents: NDArray[np.int64]
    lm: NDArray[np.int64]
    action: NDArray[np.int64]
    green: NDArray[np.int64]

    def name(self) -> int:
        """A number for exactly these rows in any order: the names of several processes' rows add up to the whole's."""
        narrow = (np.uint16, np.uint16, np.int16, np.int16, np.int8)  # a fifth of the bytes, and nothing is lost
        arrays = [getattr(self, one).astype(kind) for one, kind in zip(vars(self), narrow, strict=True)]
        told = np.concatenate([one.view(np.uint8) for one in arrays], axis=1)
        return sum(int.from_bytes(blake2b(row, digest_size=5).digest()) for row in told)


def best_fit(lengths: Sequence[int], size: int) -> list[list[int]]:
    """Bins of at most ``size``: the longest first, each into the fullest bin that still takes it."""
    bins: list[list[int]] = []
    room: list[tuple[int, int]] = []  # (space left, bin), sorted
    for item in sorted(range(len(lengths)), key=lambda at: (-lengths[at], at)):
        place = bisect_left(room, (lengths[item], -1))
        if place < len(room):
            space, where = room.pop(place)
        else:
            space, where = size, len(bins)
            bins.append([])
        bins[where].append(item)
        if space > lengths[item]:
            insort(room, (space - lengths[item], where))
    return bins


@dataclass
class Rows:
    """All rows of one source, in the order in which they were packed."""

    length: int
    symbols: NDArray[np.uint16]
    pieces: NDArray[np.int64]  # (pieces, 5): start, length, given, action, green
    rows: list[tuple[int, ...]] = field(default_factory=list)

    def __len__(self) -> int:
        return len(self.rows)

    @staticmethod
    def pack(texts: Iterable[Text], length: int) -> Rows:
        """Cuts and packs texts into rows of ``length`` symbols. Only the last piece of a text carries its labels."""
        flat: list[NDArray[np.uint16]] = []
        pieces: list[tuple[int, int, int, int, int]] = []
        start = 0
        for text in texts:
            symbols = np.asarray(text.symbols, dtype=np.uint16)
            if len(symbols) < 2:
                continue
            flat.append(symbols)
            for at in range(0, len(symbols) - 1, length - 1):
                size = min(length, len(symbols) - at)
                last = at + size == len(symbols)
                given = min(max(text.given - at, 0), size)
                labels = (text.action, text.green) if last else (-1, -1)
                pieces.append((start + at, size, given, *labels))
            start += len(symbols)
        table = np.asarray(pieces, dtype=np.int64).reshape(-1, 5)
        rows: list[tuple[int, ...]] = []
        for begin in range(0, len(table), BLOCK):
            sizes = table[begin : begin + BLOCK, 1].tolist()
            rows.extend(tuple(begin + one for one in row) for row in best_fit(sizes, length))
        return Rows(length, np.concatenate(flat) if flat else np.zeros(0, np.uint16), table, rows)

    def batch(self, indices: Sequence[int]) -> Batch:
        """The rows of these indices."""
        return gathered([(self, index) for index in indices])

    def row(self, index: int) -> Batch:
        """One row, as a batch of one."""
        return self.batch([index])

    def write(self, made: Batch, place: int, index: int) -> None:
        """Puts a row at a place of a batch that is empty there."""
        at = 0
        for number, piece in enumerate(self.rows[index], 1):
            start, size, given, action, green = self.pieces[piece].tolist()
            symbols = self.symbols[start : start + size]
            made.symbols[place, at : at + size] = symbols
            made.documents[place, at : at + size] = number
            first = max(given, 1)
            made.lm[place, at + first - 1 : at + size - 1] = symbols[first:]
            if action >= 0:
                made.action[place, at + size - 1] = action
            if green >= 0:
                made.green[place, at + size - 1] = green
            at += size

    def hash(self) -> str:
        """A name for this data, as packed."""
        told = blake2b(digest_size=16)
        for array in (self.symbols, self.pieces, np.asarray([one for row in self.rows for one in row], np.int64)):
            told.update(array.tobytes())
        return told.hexdigest()


def gathered(taken: Sequence[tuple[Rows, int]]) -> Batch:
    """A batch of rows of one length, each from its source."""
    shape = len(taken), taken[0][0].length
    made = Batch(*(np.full(shape, fill, np.int64) for fill in (PAD, 0, IGNORE, IGNORE, IGNORE)))
    for place, (rows, index) in enumerate(taken):
        rows.write(made, place, index)
    return made
