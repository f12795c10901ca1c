"""Sorting on disk gives what sorting in memory gives, however little memory there is."""

from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from engine.corpus.dedup.sorted_runs import SortedRuns


@given(st.lists(st.lists(st.integers(0, 40)), max_size=12), st.booleans(), st.sampled_from([128, 256, 1 << 20]))
def test_numbers_come_back_in_order(
    tmp_path_factory: pytest.TempPathFactory, parts: list[list[int]], distinct: bool, memory: int
) -> None:
    folder = tmp_path_factory.mktemp("runs")
    with SortedRuns(folder, "numbers", distinct=distinct, memory=memory) as runs:
        for part in parts:
            runs.add(np.array(part, np.uint64))
        found = [value for block in runs.blocks() for value in block.tolist()]
    values = [value for part in parts for value in part]
    assert found == sorted(set(values) if distinct else values)
    assert list(folder.iterdir()) == []


def test_records_come_back_in_the_order_of_their_bytes(tmp_path: Path) -> None:
    rng = np.random.default_rng(1)
    rows = rng.integers(0, 3, (5000, 12), np.uint8)
    with SortedRuns(tmp_path, "records", "S12", memory=4096) as runs:
        for at in range(0, 5000, 700):
            runs.add(np.ascontiguousarray(rows[at : at + 700]).view("S12")[:, 0])
        found = np.concatenate([block.view(np.uint8).reshape(-1, 12) for block in runs.blocks()])
    assert [row.tobytes() for row in found] == sorted(row.tobytes() for row in rows)


def test_a_block_never_holds_more_than_the_memory_allows(tmp_path: Path) -> None:
    with SortedRuns(tmp_path, "numbers", memory=8000) as runs:
        for at in range(50):
            runs.add(np.arange(at, 100_000, 50, dtype=np.uint64))
        sizes = [len(block) for block in runs.blocks()]
    assert sum(sizes) == 100_000
    assert max(sizes) <= 2 * 1000
