"""A small index in memory, for documents that come one by one: the same bands and proof, held by datasketch."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from engine.corpus.dedup.bands import BANDS, PERMUTATIONS, ROWS, THRESHOLD, signatures
from engine.corpus.dedup.shingles import Shingles, shingles
from engine.corpus.dedup.verify import shared_count


class SmallIndex:
    """Some ten thousand documents at most: it takes about 12 kB for each, and their shingles."""

    def __init__(self, threshold: float = THRESHOLD) -> None:
        from datasketch import MinHashLSH  # type: ignore[import-untyped]

        self._threshold = threshold
        self._bands = MinHashLSH(num_perm=PERMUTATIONS, params=(BANDS, ROWS))
        self._sets: dict[str, NDArray[np.uint64]] = {}

    def __len__(self) -> int:
        return len(self._sets)

    def add(self, name: str, content: bytes) -> tuple[str, float] | None:
        """Takes a document in, unless one is there that it is alike enough to: then that one and the similarity.

        Of several the most alike is named, and of equals the one with the smaller name. A document without a token is
        like no other.
        """
        from datasketch import MinHash

        own = shingles([content]).of(0)
        if not len(own):
            return None
        row = signatures(Shingles(own, np.array([0, len(own)])))[0]
        made = MinHash(num_perm=PERMUTATIONS, hashvalues=row, scheme="affine32")
        near = [(self._similarity(own, other), other) for other in map(str, self._bands.query(made))]
        best = min(((-alike, other) for alike, other in near if alike >= self._threshold), default=None)
        if best is not None:
            return best[1], -best[0]
        self._bands.insert(name, made)
        self._sets[name] = own
        return None

    def _similarity(self, own: NDArray[np.uint64], other: str) -> float:
        shared = shared_count(own, self._sets[other])
        return shared / (len(own) + len(self._sets[other]) - shared)
