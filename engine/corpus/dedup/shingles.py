"""The shingles of texts: runs of five tokens, each a 64-bit hash, for many texts at once and without a Python loop.

A token is a run of letters, digits, underscores and bytes beyond ASCII, or any other byte that is no white space. Its
hash takes in eight bytes at a time, of all tokens of a buffer at once; nothing is cut out, looked up or kept in a
dictionary.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from hashlib import blake2b

import numpy as np
from numpy.typing import NDArray

SHINGLE = 5  # tokens
VERSION = 1  # of the hashes; a change makes all signatures new
BLOCK = 1 << 17  # bytes of text hashed in one go: larger arrays would come from the system anew each time, page by page

_SPACE, _SIGN, _WORD = 0, 1, 2
_KINDS = bytes(
    _SPACE if byte in b" \t\n\r\f\v\0" else _WORD if byte >= 128 or chr(byte).isalnum() or byte == ord("_") else _SIGN
    for byte in range(256)
)
_LONGEST = 33 * 8  # bytes of a token that are hashed in step with the others; what is longer is no word
_FIRST = np.array([(1 << 8 * length) - 1 for length in range(9)], np.uint64)  # masks for so many bytes
_FACTOR = np.uint64(0x9E3779B97F4A7C15)
_PLACES = np.array([pow(int(_FACTOR), 3 + 2 * place, 1 << 64) for place in range(32)], np.uint64)
_Hashes = NDArray[np.uint64]


@dataclass(frozen=True, slots=True)
class Shingles:
    """The shingles of texts, in order and with repeats: those of text ``i`` are ``hashes[offsets[i]:offsets[i + 1]]``.

    A text of one to four tokens has one shingle, all of it; a text without tokens has none.
    """

    hashes: _Hashes
    offsets: NDArray[np.int64]

    def of(self, text: int) -> _Hashes:
        """The set of one text's shingles, in ascending order."""
        return distinct(self.hashes[self.offsets[text] : self.offsets[text + 1]])


def shingles(texts: Sequence[bytes]) -> Shingles:
    """The shingles of all texts. They take 60 bytes of memory for a byte of text: give a few hundred kB at once."""
    tokens = token_hashes(texts)
    return runs(tokens.hashes, tokens.ends, SHINGLE)


@dataclass(frozen=True, slots=True)
class Tokens:
    """The tokens of texts: the hash and the first byte of each; ``ends`` counts them up to the end of each text."""

    hashes: _Hashes
    first: NDArray[np.uint8]
    ends: NDArray[np.intp]


def token_hashes(texts: Sequence[bytes]) -> Tokens:
    """The tokens of all texts, in order."""
    buffer = b"\n".join([*texts, bytes(8)])  # the last eight so that a word of 64 bits can be read anywhere
    lengths = np.fromiter((len(text) + 1 for text in texts), np.int64, len(texts))
    starts, hashes = _tokens(buffer)
    return Tokens(hashes, np.frombuffer(buffer, np.uint8)[starts], np.searchsorted(starts, np.cumsum(lengths)))


def distinct(hashes: _Hashes) -> _Hashes:
    """The values without repeats, ascending."""
    # Hashes are even, so a radix sort by their upper 16 bits leaves little to be done: four times as fast as np.sort.
    ordered = hashes[np.argsort((hashes >> np.uint64(48)).astype(np.uint16), kind="stable")]
    ordered.sort(kind="stable")
    if len(ordered) < 2:
        return ordered
    first = np.empty(len(ordered), np.bool_)
    first[0] = True
    np.not_equal(ordered[1:], ordered[:-1], out=first[1:])
    return ordered[first]


def _tokens(buffer: bytes) -> tuple[NDArray[np.intp], _Hashes]:
    """Where each token starts, and its hash. The buffer ends in eight zeros."""
    kinds = np.frombuffer(buffer.translate(_KINDS), np.uint8)
    word, sign = (kinds == _WORD).view(np.uint8), kinds & 1
    edge = np.empty(len(word) + 1, np.uint8)
    edge[0] = edge[-1] = 0
    np.bitwise_xor(word[1:], word[:-1], out=edge[1:-1])
    edge[0] = word[0]
    starts = np.flatnonzero((edge[:-1] & word | sign).view(np.bool_))
    lengths = np.flatnonzero((edge[1:] & word | sign).view(np.bool_)) - starts + 1
    eights = np.ndarray((len(buffer) - 7,), "<u8", buffer, strides=(1,))
    hashes = eights[starts]
    hashes &= _FIRST[np.minimum(lengths, 8)]
    hashes *= _FACTOR
    hashes += lengths.astype(np.uint64)
    long = np.flatnonzero(lengths > 8)
    for done in range(8, _LONGEST, 8):
        if not len(long):
            break
        more = eights[starts[long] + done] & _FIRST[np.minimum(lengths[long] - done, 8)]
        hashes[long] = (_mixed(hashes[long]) + more) * _FACTOR
        long = long[lengths[long] > done + 8]
    for token in long.tolist():
        text = buffer[starts[token] : starts[token] + lengths[token]]
        hashes[token] = int.from_bytes(blake2b(text, digest_size=8).digest(), "little")
    return starts, _mixed(hashes)


def runs(tokens: _Hashes, ends: NDArray[np.intp], length: int) -> Shingles:
    """The runs of ``length`` tokens, at most 32, that lie within one text; ``ends`` are the texts' ends, in tokens."""
    begins = np.concatenate([np.zeros(1, ends.dtype), ends[:-1]]) if len(ends) else ends
    counts = ends - begins
    whole = max(len(tokens) - length + 1, 0)
    sums = np.zeros(whole, np.uint64)
    inside = np.ones(whole, np.bool_)
    for at, place in enumerate(_PLACES[:length]):
        sums += tokens[at : at + whole] * place
        if at:  # a run that starts this near to the end of a text goes on into the next
            over = ends - at
            inside[over[(over >= 0) & (over < whole)]] = False
    short = np.flatnonzero((counts > 0) & (counts < length))
    kept = sums[inside]
    sizes = np.maximum(counts - length + 1, 0)
    if len(short):
        before = np.cumsum(sizes)[short]  # a short text has no run yet, so its own sum is that of the texts before
        alone = [np.sum(tokens[begins[text] : ends[text]] * _PLACES[: counts[text]]) for text in short]
        kept = np.insert(kept, before, np.array(alone, np.uint64) + counts[short].astype(np.uint64))
        sizes[short] = 1
    return Shingles(_mixed(kept), np.concatenate([np.zeros(1, np.int64), np.cumsum(sizes, dtype=np.int64)]))


def _mixed(hashes: _Hashes) -> _Hashes:
    """Every bit of the result hangs on every bit of the value (the end of MurmurHash3, Appleby, 2011); one to one."""
    for shift, factor in ((33, 0xFF51AFD7ED558CCD), (33, 0xC4CEB9FE1A85EC53)):
        hashes ^= hashes >> np.uint64(shift)
        hashes *= np.uint64(factor)
    hashes ^= hashes >> np.uint64(33)
    return hashes
