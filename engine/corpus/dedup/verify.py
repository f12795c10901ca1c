"""The proof: the exact Jaccard similarity of the sets of shingles of each pair. What MinHash says is never enough.

Only documents of a pair are read again. Their sets go to disk, a file a shard, and pairs are then compared in ranges;
shards and ranges are independent, so any number of processes may do one each.
"""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

from engine.corpus.dedup.candidates import read_words, split
from engine.corpus.dedup.disk_array import STEP, disk_array, gathered, release
from engine.corpus.dedup.numbering import Numbering
from engine.corpus.dedup.shingles import BLOCK, Shingles, shingles
from engine.corpus.dedup.signature_file import SignatureFile
from engine.errors import CorpusError

EDGE = np.dtype([("better", "<u4"), ("other", "<u4"), ("shared", "<u4"), ("all", "<u4")])
RANGE = 1 << 13  # pairs compared by one call
_CACHE = 64 << 20  # bytes of shingles kept by one call
_PLACE = np.dtype([("start", "<u8"), ("count", "<u4"), ("shard", "<u4")])


class ShardReader(Protocol):
    """Reads documents of a shard again. It is sent to other processes, so it must pickle."""

    def __call__(self, shard: int, rows: Sequence[int]) -> Iterator[bytes]:
        """The contents of these rows of the shard with this place among the signature files. ``rows`` ascend."""
        ...


def mark(pairs: Path, numbering: Numbering) -> None:
    """Notes which documents stand in a pair, for `store_shingles`."""
    needed = _needed(numbering)
    for block in read_words(pairs, block=STEP):
        for numbers in split(block):
            needed[numbers] = 1
        release(needed)


def store_shingles(one: tuple[int, SignatureFile], read: ShardReader, numbering: Numbering) -> int:
    """Writes the sets of shingles of those documents of a shard that are marked. Returns the shard.

    ``one`` is the shard's place and its signatures. Raises `CorpusError` when a document is not what its signature was
    made of.
    """
    shard, signatures = one
    rows, _ = _marked(shard, numbering)
    counts = signatures.shingle_counts()[rows]
    path, sizes = _store(numbering.folder, shard), np.zeros(len(rows), np.uint32)
    new, done = path.with_name(path.name + ".new"), 0
    with new.open("wb") as file:
        for texts in _blocks(read(shard, rows.tolist())):
            found = np.diff(texts.offsets)
            if not np.array_equal(found, counts[done : done + len(found)]):
                raise CorpusError(
                    f"a document of shard {shard} changed since its signature was made", fix="make the signature again"
                )
            for text in range(len(found)):
                kept = texts.of(text)
                file.write(kept.data)
                sizes[done + text] = len(kept)
            done += len(found)
    if done != len(rows):
        raise CorpusError(f"shard {shard} lacks documents that it had", fix="make the shard and its signatures again")
    sizes.tofile(path.with_suffix(".sizes"))
    new.replace(path)
    return shard


def place(shard: int, numbering: Numbering) -> None:
    """Enters where the sets of a shard's documents lie, for `verify`."""
    _, numbers = _marked(shard, numbering)
    sizes = np.fromfile(_store(numbering.folder, shard).with_suffix(".sizes"), np.uint32)
    table = disk_array(numbering.folder / "places.rec", _PLACE, numbering.kept)
    entries = np.zeros(len(sizes), _PLACE)
    entries["count"], entries["shard"] = sizes, shard
    entries["start"][1:] = np.cumsum(sizes[:-1], dtype=np.uint64)
    table[numbers] = entries
    release(table)


def verify(start: int, pairs: Path, folder: Path, kept: int, threshold: float) -> Path:
    """Compares the `RANGE` pairs from ``start`` and writes those that are alike enough, as `EDGE`, ascending."""
    out = folder / f"edges-{start:012d}.rec"
    if out.exists():
        return out
    sets = _Sets(folder, kept)
    count = min(RANGE, pairs.stat().st_size // 8 - start)
    edges = np.concatenate(
        [np.empty(0, EDGE), *(_edges(block, sets, threshold) for block in read_words(pairs, start=start, count=count))]
    )
    sets.close()
    new = out.with_name(out.name + ".new")
    edges.tofile(new)
    new.replace(out)
    return out


def _edges(pairs: NDArray[np.uint64], sets: _Sets, threshold: float) -> NDArray[np.void]:
    better, other = split(pairs)
    sizes = sets.sizes(better), sets.sizes(other)
    # The similarity is at most the ratio of the sizes.
    possible = np.flatnonzero(np.minimum(*sizes) >= threshold * np.maximum(*sizes))
    edges = np.zeros(len(possible), EDGE)
    edges["better"], edges["other"] = better[possible], other[possible]
    total = (sizes[0] + sizes[1])[possible]
    shared = np.fromiter(
        (shared_count(sets.of(one), sets.of(two)) for one, two in zip(better[possible], other[possible], strict=True)),
        np.int64,
        len(possible),
    )
    edges["shared"], edges["all"] = shared, total - shared
    alike: NDArray[np.void] = edges[shared / np.maximum(total - shared, 1) >= threshold]
    return alike


def shared_count(one: NDArray[np.uint64], other: NDArray[np.uint64]) -> int:
    """How many values two ascending sets have in common."""
    both = np.concatenate([one, other])
    both.sort(kind="stable")  # it merges two ascending runs, many times as fast as a sort
    return int(np.count_nonzero(both[1:] == both[:-1]))


class _Sets:
    """The stored sets by number, with the last used ones in memory."""

    def __init__(self, folder: Path, kept: int) -> None:
        self._folder = folder
        self._table = disk_array(folder / "places.rec", _PLACE, kept)
        self._held: OrderedDict[int, NDArray[np.uint64]] = OrderedDict()
        self._size = 0

    def sizes(self, numbers: NDArray[np.int64]) -> NDArray[np.int64]:
        return gathered(self._table, numbers)["count"].astype(np.int64)

    def of(self, number: int) -> NDArray[np.uint64]:
        found = self._held.get(number)
        if found is not None:
            self._held.move_to_end(number)
            return found
        start, count, shard = self._table[number].item()
        found = np.fromfile(_store(self._folder, shard), np.uint64, count, offset=8 * start)
        self._held[number] = found
        self._size += found.nbytes
        while self._size > _CACHE and len(self._held) > 2:
            self._size -= self._held.popitem(last=False)[1].nbytes
        return found

    def close(self) -> None:
        release(self._table)


def _store(folder: Path, shard: int) -> Path:
    return folder / f"shingles-{shard:06d}.u64"


def _needed(numbering: Numbering) -> NDArray[np.uint8]:
    return disk_array(numbering.folder / "needed.u8", np.uint8, numbering.kept)


def _marked(shard: int, numbering: Numbering) -> tuple[NDArray[np.int64], NDArray[np.uint32]]:
    """The rows of a shard's marked documents, and their numbers."""
    numbers, copy = numbering.of_shard(shard)
    needed = _needed(numbering)
    rows = np.flatnonzero(~copy & (gathered(needed, numbers) == 1))
    return rows, numbers[rows]


def _blocks(contents: Iterator[bytes]) -> Iterator[Shingles]:
    held: list[bytes] = []
    size = 0
    for content in contents:
        held.append(content)
        size += len(content)
        if size >= BLOCK:
            yield shingles(held)
            held, size = [], 0
    if held:
        yield shingles(held)
