"""Exact copies, and numbers for the rest: the smaller a document's number, the more it deserves to be kept.

With such numbers all that follows is sorting and comparing of integers, and whatever order the shards come in, a pair
of documents is always looked at from its better member.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from engine.corpus.dedup.disk_array import STEP, disk_array, gathered, release
from engine.corpus.dedup.signature_file import SignatureFile
from engine.corpus.dedup.sorted_runs import MEMORY, SortedRuns

_Bytes = NDArray[np.uint8]
_Numbers = NDArray[np.uint32]

LIMIT = 1 << 31  # documents; a number and the mark of a copy take 32 bits
_COPY = np.uint32(1 << 31)
_CONTENT, _RANK, _ID, _ORDINAL = 32, 4, 16, 4
_FULL = _CONTENT + _RANK + _ID + _ORDINAL
_BEST = _RANK + _ID + _ORDINAL


@dataclass(frozen=True, slots=True)
class Numbering:
    """Files that say which document has which number. An ordinal counts the documents through all shards.

    ``by-ordinal.u32`` holds a word for each document: its number, or, marked by the highest bit, that of the better
    document with the same bytes. ``by-number.rec`` holds the records of the ``kept`` others: rank, id, ordinal.
    """

    folder: Path
    starts: tuple[int, ...]  # the ordinal of each shard's first document, and the count of all at the end
    kept: int

    @property
    def documents(self) -> int:
        """How many documents there are in all shards."""
        return self.starts[-1]

    def of_shard(self, shard: int) -> tuple[_Numbers, NDArray[np.bool_]]:
        """The number of each of a shard's documents, and whether it is only a copy of the one with that number."""
        return self.of_range(self.starts[shard], self.starts[shard + 1])

    def of_range(self, start: int, end: int) -> tuple[_Numbers, NDArray[np.bool_]]:
        """The same for a range of ordinals."""
        words = np.fromfile(self.folder / "by-ordinal.u32", np.uint32, end - start, offset=4 * start)
        return words & ~_COPY, words >= _COPY

    def ordinals(self, numbers: NDArray[np.integer]) -> NDArray[np.uint32]:
        """The ordinals of the documents with these numbers."""
        records = self._records(numbers)[:, _RANK + _ID :]
        return np.ascontiguousarray(records).view(">u4")[:, 0].astype(np.uint32)

    def ids(self, numbers: NDArray[np.integer]) -> list[str]:
        """The ids of the documents with these numbers, as `Document.id` writes them."""
        return [row.tobytes().hex() for row in self._records(numbers)[:, _RANK : _RANK + _ID]]

    def _records(self, numbers: NDArray[np.integer]) -> _Bytes:
        table = disk_array(self.folder / "by-number.rec", f"S{_BEST}", self.kept)
        return _unpacked(gathered(table, numbers), _BEST)


def number(files: Sequence[SignatureFile], folder: Path, *, memory: int = MEMORY) -> Numbering:
    """Sorts all documents by content, drops copies, and numbers the others from the best to the worst."""
    starts = (0, *(int(one) for one in np.cumsum([file.documents for file in files])))
    if starts[-1] >= LIMIT:
        raise ValueError(f"at most {LIMIT} documents can be resolved at once")
    kept = 0
    with (
        SortedRuns(folder, "content", f"S{_FULL}", memory=memory) as contents,
        SortedRuns(folder, "best", f"S{_BEST}", memory=memory) as best,
        SortedRuns(folder, "ordinal", memory=memory) as ordinals,
        SortedRuns(folder, "copy", memory=memory) as copies,
    ):
        for file, start in zip(files, starts, strict=False):
            contents.add(_packed(_full(file, start)))
        for records, leaders in _grouped(contents.blocks()):
            own = leaders == _ordinal(records)
            best.add(_packed(np.ascontiguousarray(records[own][:, _CONTENT:])))
            copies.add(_pair(leaders[~own], _ordinal(records[~own])))
        with (folder / "by-number.rec").open("wb") as table:
            for block in best.blocks():
                block.tofile(table)
                records = _unpacked(block, _BEST)
                ordinals.add(_pair(_ordinal(records), np.arange(kept, kept + len(records), dtype=np.uint64)))
                kept += len(records)
        _write_by_ordinal(folder / "by-ordinal.u32", starts[-1], ordinals, copies)
    return Numbering(folder, starts, kept)


def _full(file: SignatureFile, start: int) -> _Bytes:
    ordinals = np.arange(start, start + file.documents, dtype=">u4").view(np.uint8).reshape(-1, 4)
    ranks = file.ranks().astype(">u4").view(np.uint8).reshape(-1, 4)
    return np.concatenate([file.contents(), ranks, file.ids(), ordinals], axis=1)


def _grouped(blocks: Iterator[NDArray[np.bytes_]]) -> Iterator[tuple[_Bytes, NDArray[np.uint64]]]:
    """Each block with, for each record, the ordinal of the first record with the same content."""
    content, leader = b"", 0
    for block in blocks:
        records = _unpacked(block, _FULL)
        ordinals = _ordinal(records)
        first = np.ones(len(records), np.bool_)
        first[1:] = (records[1:, :_CONTENT] != records[:-1, :_CONTENT]).any(axis=1)
        first[0] = records[0, :_CONTENT].tobytes() != content
        opening = np.where(first, np.arange(len(records)), -1)
        np.maximum.accumulate(opening, out=opening)
        leaders = np.where(opening >= 0, ordinals[opening], np.uint64(leader))
        content, leader = records[-1, :_CONTENT].tobytes(), int(leaders[-1])
        yield records, leaders


def _write_by_ordinal(path: Path, documents: int, ordinals: SortedRuns, copies: SortedRuns) -> None:
    words = disk_array(path, np.uint32, documents)
    for block in ordinals.blocks():
        words[(block >> np.uint64(32)).astype(np.int64)] = block.astype(np.uint32)
        release(words)
    for block in copies.blocks():
        leaders = gathered(words, (block >> np.uint64(32)).astype(np.int64))
        for start in range(0, len(block), STEP):
            places = (block[start : start + STEP] & np.uint64(0xFFFFFFFF)).astype(np.int64)
            words[places] = leaders[start : start + STEP] | _COPY
            release(words)


def _pair(high: NDArray[np.uint64], low: NDArray[np.uint64]) -> NDArray[np.uint64]:
    return (high << np.uint64(32)) | low


def _ordinal(records: _Bytes) -> NDArray[np.uint64]:
    return np.ascontiguousarray(records[:, -_ORDINAL:]).view(">u4")[:, 0].astype(np.uint64)


def _packed(records: _Bytes) -> NDArray[np.bytes_]:
    return np.ascontiguousarray(records).view(f"S{records.shape[1]}")[:, 0]


def _unpacked(block: NDArray[np.bytes_], width: int) -> _Bytes:
    return np.ascontiguousarray(block).view(np.uint8).reshape(-1, width)
