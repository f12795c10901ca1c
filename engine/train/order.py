"""The order of samples: a pure function of seed, epoch and index, so that nothing has to be remembered to go on.

Within an epoch the indices are permuted by a Feistel network, walked along its cycle until it lands within the range
(Black and Rogaway 2002): constant memory, and any place of any epoch in microseconds. Mixtures are dealt in blocks
that hold exact shares, each block shuffled, so that the place within a source follows from the block's number alone.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache

_WORD = (1 << 64) - 1
_ROUNDS = 6
BLOCK = 1000  # samples in which a mixture's shares come out exactly


def _mix(x: int) -> int:
    """SplitMix64's finaliser (Steele et al. 2014)."""
    x = (x + 0x9E3779B97F4A7C15) & _WORD
    x = ((x ^ (x >> 30)) * 0xBF58476D1CE4E5B9) & _WORD
    x = ((x ^ (x >> 27)) * 0x94D049BB133111EB) & _WORD
    return x ^ (x >> 31)


@lru_cache(maxsize=256)  # an epoch's and a block's: drawn once, not for every sample
def _rounds(key: int) -> tuple[int, ...]:
    return tuple(_mix(key ^ _mix(number)) for number in range(_ROUNDS))


def permuted(index: int, size: int, key: int) -> int:
    """Where ``index`` goes in the permutation of ``range(size)`` that ``key`` names. `IndexError` outside the range."""
    if not 0 <= index < size:
        raise IndexError(index)
    bits = max(1, ((size - 1).bit_length() + 1) // 2)
    mask = (1 << bits) - 1
    keys = _rounds(key)
    place = index
    while True:
        left, right = place >> bits, place & mask
        for one in keys:  # `_mix`, written out: half of the time went into calling it
            x = ((right ^ one) + 0x9E3779B97F4A7C15) & _WORD
            x = ((x ^ (x >> 30)) * 0xBF58476D1CE4E5B9) & _WORD
            x = ((x ^ (x >> 27)) * 0x94D049BB133111EB) & _WORD
            left, right = right, left ^ ((x ^ (x >> 31)) & mask)
        place = left << bits | right
        if place < size:
            return place


def sample_at(seed: int, size: int, number: int) -> int:
    """Which of ``size`` samples is the ``number``-th of all that are ever taken, counted over the epochs."""
    epoch, index = divmod(number, size)
    return permuted(index, size, _mix(seed) ^ _mix(epoch + 1))


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
        """Source and index within it of the ``number``-th sample."""
        block, slot = divmod(number, BLOCK)
        place = permuted(slot, BLOCK, _mix(seed + 1) ^ _mix(block))
        for source, quota in enumerate(self.quotas):
            if place < quota:
                return source, sample_at(seed + 2 + source, self.sizes[source], block * quota + place)
            place -= quota
        raise AssertionError("the quotas of a block add up to it")
