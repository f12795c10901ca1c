"""Which pairs are worth looking at: those that agree in a whole band. A band is grouped by a sort on disk.

One 64-bit word a document and band is sorted: the upper bits of the band's key over the document's number. Keys that
agree in these bits only by chance make a pair more to verify, and nothing else.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from engine.corpus.dedup.numbering import Numbering
from engine.corpus.dedup.signature_file import SignatureFile
from engine.corpus.dedup.sorted_runs import MEMORY, SortedRuns

LEADERS = 32  # of a group; every other member is looked at beside these, so a giant group costs no square
_Words = NDArray[np.uint64]
_LOW = np.uint64(0xFFFFFFFF)


def band_pairs(
    files: Sequence[SignatureFile], numbering: Numbering, band: int, out: Path, *, memory: int = MEMORY
) -> int:
    """Writes the pairs that one band finds to ``out``, ascending: the better one's number over the other's.

    Returns how many there are. Exact copies and documents without shingles are left out. Bands are independent: any
    number of processes may do one each.
    """
    bits = np.uint64(max(numbering.kept, 2).bit_length())
    count, new = 0, out.with_name(out.name + ".new")
    with (
        SortedRuns(out.parent, out.stem + "-keys", memory=memory) as keys,
        SortedRuns(out.parent, out.stem + "-pairs", distinct=True, memory=memory) as pairs,
        new.open("wb") as file,
    ):
        for shard, signatures in enumerate(files):
            keys.add(_words(signatures, numbering, shard, band, bits))
        for found in pairs_of_groups(keys.blocks(), bits):
            pairs.add(found)
        for block in pairs.blocks():
            block.tofile(file)
            count += len(block)
    new.replace(out)
    return count


def pairs_of_groups(blocks: Iterable[_Words], bits: np.uint64) -> Iterator[_Words]:
    """The pairs within the groups of sorted words that agree above their lowest ``bits``.

    Each member is paired with the `LEADERS` first of its group, so with all others where there are no more than that.
    """
    mask = (np.uint64(1) << bits) - np.uint64(1)
    leaders = np.empty(0, np.uint64)  # of the group that the last block ended in
    for block in blocks:
        words = np.concatenate([leaders, block])
        keys, numbers = words >> bits, words & mask
        first = np.ones(len(words), np.bool_)
        first[1:] = keys[1:] != keys[:-1]
        starts = np.maximum.accumulate(np.where(first, np.arange(len(words)), 0))
        places = np.arange(len(words)) - starts
        places[: len(leaders)] = 0  # their pairs are out already
        for leader in range(LEADERS):
            members = np.flatnonzero(places > leader)
            if not len(members):
                break
            yield (numbers[starts[members] + leader] << np.uint64(32)) | numbers[members]
        leaders = words[starts[-1] : starts[-1] + LEADERS]


def merged(parts: Sequence[Path], out: Path, *, memory: int = MEMORY) -> int:
    """Writes the pairs of all parts to ``out`` once each, ascending. Returns how many there are."""
    count, new = 0, out.with_name(out.name + ".new")
    with SortedRuns(out.parent, out.stem, distinct=True, memory=memory) as pairs, new.open("wb") as file:
        for part in parts:
            for block in read_words(part):
                pairs.add(block)
        for block in pairs.blocks():
            block.tofile(file)
            count += len(block)
    new.replace(out)
    return count


def read_words(path: Path, *, start: int = 0, count: int | None = None, block: int = 1 << 20) -> Iterator[_Words]:
    """The 64-bit words of a file from ``start``, ``count`` of them, in blocks."""
    end = path.stat().st_size // 8 if count is None else start + count
    for at in range(start, end, block):
        yield np.fromfile(path, np.uint64, min(block, end - at), offset=8 * at)


def split(pairs: _Words) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """The better and the other number of each pair."""
    return (pairs >> np.uint64(32)).astype(np.int64), (pairs & _LOW).astype(np.int64)


def _words(signatures: SignatureFile, numbering: Numbering, shard: int, band: int, bits: np.uint64) -> _Words:
    numbers, copy = numbering.of_shard(shard)
    wanted = ~copy & (signatures.shingle_counts() > 0)
    return ((signatures.band(band)[wanted] >> bits) << bits) | numbers[wanted].astype(np.uint64)
