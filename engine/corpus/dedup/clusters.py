"""Who stays: from verified pairs to one survivor for each document that goes, and to clusters for the report.

Pairs come from the best document to the worst. A document goes when it is alike enough to one that stays; so each that
goes has a verified pair of its own with its survivor, and of two documents that only a chain of likenesses joins, both
may stay. That is the greedy maximal independent set in the order of the numbers, which is the same however the
pairs were found.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from engine.corpus.dedup.disk_array import STEP, disk_array, release

FATE = np.dtype([("survivor", "<u4"), ("shared", "<u4"), ("all", "<u4")])  # all 0: it stays
_SCAN = 1 << 12  # documents looked at in order, few of which are linked to one elsewhere


@dataclass(frozen=True, slots=True)
class Cluster:
    """Documents joined by verified pairs, over any number of steps. ``best`` is the number of the best of them."""

    best: int
    documents: int
    stay: int


def settle(edges: Iterable[NDArray[np.void]], kept: int, folder: Path) -> None:
    """Decides about each document. ``edges`` are blocks of `EDGE`, ascending. Writes `FATE` by number to ``folder``."""
    new, links = folder / "fates.rec.new", folder / "links.u32"
    for path in (new, links):
        path.unlink(missing_ok=True)
    fates, parents = disk_array(new, FATE, kept), disk_array(links, np.uint32, kept)
    fate, parent = fates.view("<u4").data, parents.data
    for block in edges:
        for start in range(0, len(block), STEP):
            for better, other, shared, union in block[start : start + STEP].tolist():
                _join(parent, better, other)
                if not fate[3 * better + 2] and not fate[3 * other + 2]:
                    fate[3 * other], fate[3 * other + 1], fate[3 * other + 2] = better, shared, union
            release(fates)
            release(parents)
    new.replace(folder / "fates.rec")


def fates(folder: Path, kept: int) -> NDArray[np.void]:
    """What `settle` wrote, by number; to be let go by `release`."""
    return disk_array(folder / "fates.rec", FATE, kept)


def giants(folder: Path, kept: int, least: int) -> Iterator[Cluster]:
    """The clusters of at least ``least`` documents, best first, after `settle`. Exact copies do not count."""
    parents, decided = disk_array(folder / "links.u32", np.uint32, kept), fates(folder, kept)
    counts = folder / "counts.rec"
    counts.unlink(missing_ok=True)
    table = disk_array(counts, np.dtype([("documents", "<u4"), ("stay", "<u4")]), kept)
    for start in range(0, kept, _SCAN):
        end = min(start + _SCAN, kept)
        roots = _roots(parents, np.arange(start, end, dtype=np.int64))
        np.add.at(table["documents"], roots, 1)
        np.add.at(table["stay"], roots, (decided["all"][start:end] == 0).astype(np.uint32))
        for array in (parents, decided, table):
            release(array)
    for start in range(0, kept, _SCAN):
        sizes = table["documents"][start : start + _SCAN]
        for at in np.flatnonzero(sizes >= least).tolist():
            yield Cluster(start + at, int(sizes[at]), int(table["stay"][start + at]))
        release(table)


def _join(parent: memoryview, one: int, other: int) -> None:
    """Union by the smaller number. An entry holds its parent's number plus one; 0 is a root."""
    one, other = _root(parent, one), _root(parent, other)
    if one != other:
        parent[max(one, other)] = min(one, other) + 1


def _root(parent: memoryview, number: int) -> int:
    while up := parent[number]:
        if further := parent[up - 1]:
            parent[number] = further  # halves the path for those who come later
        number = up - 1
    return number


def _roots(parents: NDArray[np.uint32], numbers: NDArray[np.int64]) -> NDArray[np.int64]:
    while True:
        up = parents[numbers].astype(np.int64) - 1
        if not (up >= 0).any():
            return numbers
        numbers = np.where(up >= 0, up, numbers)
