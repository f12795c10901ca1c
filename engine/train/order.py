"""The order of samples: a pure function of seed, epoch and index, so that nothing has to be remembered to go on.

Within an epoch the indices are permuted by a Feistel network, walked along its cycle until it lands within the range
(Black and Rogaway 2002): constant memory, and any place of any epoch at once. Mixtures are dealt in blocks that hold
exact shares, each block shuffled, so that the place within a source follows from the block's number alone.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache

import numpy as np
from numpy.typing import NDArray

Words = NDArray[np.uint64]

BLOCK = 1000  # samples in which a mixture's shares come out exactly
_WORD = (1 << 64) - 1


def _mix(x: Words) -> Words:
    """SplitMix64's finaliser (Steele et al. 2014); products and sums of arrays wrap at 64 bits."""
    x = x + np.uint64(0x9E3779B97F4A7C15)
    x = (x ^ (x >> np.uint64(30))) * np.uint64(0xBF58476D1CE4E5B9)
    x = (x ^ (x >> np.uint64(27))) * np.uint64(0x94D049BB133111EB)
    return x ^ (x >> np.uint64(31))


_ROUNDS = [_mix(np.array([number], np.uint64)) for number in range(6)]


def permuted(places: Words, sizes: Words, keys: Words) -> Words:
    """Where each place goes in the permutation of ``range(size)`` that its key names; all (n,).

    Raises `IndexError` where a place is outside of its range.
    """
    if np.any(places >= sizes):
        raise IndexError("a place is outside of its range")
    bits = np.frexp((sizes - 1).astype(np.float64))[1]  # as many as the largest place has
    half = np.maximum(1, (bits + 1) // 2).astype(np.uint64)
    mask = (np.uint64(1) << half) - np.uint64(1)
    rounds = [_mix(keys ^ one) for one in _ROUNDS]
    found = places.copy()
    at = np.arange(len(places))  # those that walk on
    while len(at):
        left, right = found[at] >> half[at], found[at] & mask[at]
        for key in rounds:
            left, right = right, left ^ (_mix(right ^ key[at]) & mask[at])
        found[at] = left << half[at] | right
        at = at[found[at] >= sizes[at]]
    return found


@dataclass(frozen=True)
class Mixture:
    """Sources by their sizes and weights; a weight is a share of the samples, whatever the sizes.

    A small source with a large weight is simply gone through more often. Replay of older data is one more source.
    """

    sizes: tuple[int, ...]
    quotas: tuple[int, ...]  # of every BLOCK samples

    @staticmethod
    def of(sizes: Sequence[int], weights: Sequence[float]) -> Mixture:
        """Shares by largest remainder. `ValueError` when nothing is left to take."""
        usable = [weight if size else 0.0 for size, weight in zip(sizes, weights, strict=True)]
        if sum(usable) <= 0 or min(usable) < 0:
            raise ValueError("a mixture needs a source that is not empty and weighs something")
        exact = [weight / sum(usable) * BLOCK for weight in usable]
        quotas = [int(share) for share in exact]
        by_rest = sorted(range(len(exact)), key=lambda at: (quotas[at] - exact[at], at))
        for at in by_rest[: BLOCK - sum(quotas)]:
            quotas[at] += 1
        return Mixture(tuple(sizes), tuple(quotas))

    def at(self, seed: int, number: int) -> tuple[int, int]:
        """Source and index within it of the ``number``-th sample of all that are ever taken."""
        block, slot = divmod(number, BLOCK)
        return _dealt(self, seed, block)[slot]


@lru_cache(maxsize=8)  # a block is dealt once, not for each of its samples
def _dealt(mixture: Mixture, seed: int, block: int) -> list[tuple[int, int]]:
    """Source and index of each sample of a block. The epoch of a source is how often all of it was taken before."""

    def words(*values: int) -> Words:
        return np.array([value & _WORD for value in values], np.uint64)

    whole = np.full(BLOCK, BLOCK, np.uint64)
    key = _mix(words(seed + 1)) ^ _mix(words(block))
    places = permuted(np.arange(BLOCK, dtype=np.uint64), whole, np.repeat(key, BLOCK))
    quotas, sizes = words(*mixture.quotas), words(*mixture.sizes)
    sources = np.repeat(np.arange(len(quotas)), mixture.quotas)[places]
    numbers = words(block) * quotas[sources] + places - (np.cumsum(quotas) - quotas)[sources]
    epochs, indices = np.divmod(numbers, sizes[sources])
    keys = _mix(words(*range(seed + 2, seed + 2 + len(quotas))))[sources] ^ _mix(epochs + np.uint64(1))
    return list(zip(sources.tolist(), permuted(indices, sizes[sources], keys).tolist(), strict=True))
