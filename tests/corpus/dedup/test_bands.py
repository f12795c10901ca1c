"""Signatures and bands find pairs as often as the theory says, and as datasketch does."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from datasketch import MinHash, MinHashLSH

from engine.corpus.dedup.bands import BANDS, PERMUTATIONS, ROWS, band_keys, found, signatures
from engine.corpus.dedup.candidates import LEADERS, pairs_of_groups, split
from engine.corpus.dedup.shingles import Shingles, shingles
from engine.corpus.dedup.signature_file import BYTES_PER_DOCUMENT
from tests.corpus.dedup.corpora import deduplicated, family, row, similarity, text


def _pairs(jaccard: float, count: int, size: int = 400) -> Shingles:
    """Sets of random hashes; each two that follow one another share what makes them this much alike."""
    rng = np.random.default_rng(int(jaccard * 1000))
    shared = round(2 * size * jaccard / (1 + jaccard))
    rows = []
    for _ in range(count):
        common = rng.integers(0, 1 << 63, shared, np.uint64)
        rows += [np.concatenate([common, rng.integers(0, 1 << 63, size - shared, np.uint64)]) for _ in range(2)]
    return Shingles(np.concatenate(rows), np.arange(0, 2 * count * size + 1, size))


@pytest.mark.parametrize("jaccard", [0.3, 0.5, 0.7, 0.8, 0.95])
def test_signatures_agree_as_often_as_the_sets_are_alike(jaccard: float) -> None:
    made = signatures(_pairs(jaccard, 200))
    agree = (made[::2] == made[1::2]).mean()
    assert abs(agree - jaccard) < 0.02
    keys = band_keys(made)
    hit = (keys[::2] == keys[1::2]).any(axis=1).mean()
    assert abs(hit - found(jaccard)) < 0.12  # 200 pairs


def test_the_bands_fit_the_signature_and_the_index_its_budget() -> None:
    assert BANDS * ROWS <= PERMUTATIONS
    assert BYTES_PER_DOCUMENT <= 600
    assert found(0.8) > 0.995


def test_groups_become_pairs_however_they_are_cut_into_blocks() -> None:
    bits = np.uint64(10)
    members = {1: 3, 2: 1, 3: LEADERS + 40, 5: 2}
    words = np.array([key << 10 | number for key, size in members.items() for number in range(size)], np.uint64)
    expected = {
        (one, other) for size in members.values() for other in range(size) for one in range(min(other, LEADERS))
    }
    for cut in (1, 7, 33, 1000):
        blocks = [words[at : at + cut] for at in range(0, len(words), cut)]
        found = [pair for part in pairs_of_groups(blocks, bits) for pair in zip(*map(np.ndarray.tolist, split(part)))]  # noqa: B905
        assert set(found) == expected
        assert len(found) == sum(min(other, LEADERS) for size in members.values() for other in range(size))


def test_what_datasketch_finds_is_found(tmp_path: Path) -> None:
    texts = [one for group in range(12) for one in family(group, 5)]
    texts += [b" ".join(text(900 + one, 120)) for one in range(40)]
    index = MinHashLSH(threshold=0.8, num_perm=128)
    pairs = set()
    for at, one in enumerate(texts):
        made = MinHash(num_perm=128)
        made.update_batch([value.tobytes() for value in shingles([one]).of(0)])
        pairs |= {(int(other), at) for other in index.query(made) if similarity(texts[int(other)], one) >= 0.8}
        index.insert(str(at), made)
    assert len(pairs) > 50
    rows = [row(f"t{at}", one) for at, one in enumerate(texts)]
    resolution, removals = deduplicated(rows, tmp_path)
    alike = sum(similarity(one, two) >= 0.8 for at, one in enumerate(texts) for two in texts[:at] if one != two)
    assert len({document.content for document, _ in rows}) == len(texts)
    assert len(pairs) <= resolution.report.verified <= alike
    assert resolution.report.verified >= 0.97 * alike
    # Whatever datasketch joins, at most one of the two is left.
    gone = {removal.document for removal in removals}
    left = [at for at, (document, _) in enumerate(rows) if document.id not in gone]
    assert not [pair for pair in pairs if set(pair) <= set(left)]
