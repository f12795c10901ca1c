"""MinHash signatures and their bands.

A signature is the smallest value of the shingles under each of `PERMUTATIONS` hash functions (Broder, "On the
resemblance and containment of documents", 1997); two texts agree in a place with the probability of their Jaccard
similarity J. Its places are cut into bands; a pair is looked at when one band agrees whole, which it does with the
probability 1 - (1 - J^r)^b (Indyk and Motwani, "Approximate nearest neighbors", 1998).

21 bands of 6 places: at the threshold of 0.8 a pair is found with 99.8 %, and one of 0.5 is looked at for nothing with
28 %. 16 bands of 8, the usual choice, would miss 5 % at the threshold. As every pair is verified, a pair looked at for
nothing costs some microseconds, and a missed one is a duplicate in the corpus.
"""

from __future__ import annotations

from functools import cache

import numpy as np
from numpy.typing import NDArray

from engine.corpus.dedup.shingles import Shingles

PERMUTATIONS = 128
BANDS = 21
ROWS = 6
THRESHOLD = 0.8
_SEED = 42
_KEYS = np.random.default_rng(_SEED).integers(1, 1 << 63, (BANDS, ROWS), np.uint64) * np.uint64(2) + np.uint64(1)


def signatures(texts: Shingles) -> NDArray[np.uint32]:
    """The MinHash signature of each text, (texts, `PERMUTATIONS`); of a text without shingles it means nothing."""
    from rensa import RMinHash  # type: ignore[import-untyped]

    # Its full path; the "rho" path finds less than a fifth of the near duplicates.
    matrix = RMinHash.digest_matrix_from_flat_token_hashes(texts.hashes, texts.offsets.tolist(), PERMUTATIONS, _SEED)
    return np.array(matrix.to_rows(), np.uint32).reshape(-1, PERMUTATIONS)


def band_keys(signatures: NDArray[np.uint32]) -> NDArray[np.uint64]:
    """One 64-bit key for each band of each signature, (texts, `BANDS`): equal where the band is equal."""
    places = signatures[:, : BANDS * ROWS].reshape(-1, BANDS, ROWS).astype(np.uint64)
    keys: NDArray[np.uint64] = (places * _KEYS).sum(axis=2, dtype=np.uint64)
    keys ^= keys >> np.uint64(29)
    keys *= np.uint64(0xBF58476D1CE4E5B9)
    keys ^= keys >> np.uint64(32)
    return keys


def found(jaccard: float, *, bands: int = BANDS, rows: int = ROWS) -> float:
    """The probability that a pair of this similarity is looked at."""
    return float(1 - (1 - jaccard**rows) ** bands)


@cache
def algorithm() -> str:
    """What decides a signature beside the text, for the address of what is made of it."""
    from importlib.metadata import version

    from rensa import RMinHash

    from engine.corpus.dedup.shingles import SHINGLE, VERSION

    kind = f"rensa {version('rensa')} v{RMinHash.ALGORITHM_VERSION} seed {_SEED}"
    return f"{SHINGLE}-grams v{VERSION}, {kind}, {PERMUTATIONS} permutations, {BANDS}x{ROWS}"
