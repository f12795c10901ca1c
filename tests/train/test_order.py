from collections import Counter

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from engine.train.order import BLOCK, Mixture, permuted

ONE = Mixture.of([50], [1.0])


def _words(values: list[int]) -> np.ndarray:
    return np.array(values, np.uint64)


@settings(deadline=None, max_examples=40)
@given(cases=st.lists(st.tuples(st.integers(1, 200), st.integers(0, 2**64 - 1)), min_size=1, max_size=4))
def test_every_place_of_a_range_is_taken_exactly_once(cases: list[tuple[int, int]]) -> None:
    """Ranges of several sizes are permuted side by side, each for itself."""
    places = [(index, size, key) for size, key in cases for index in range(size)]
    found = permuted(*(_words(list(column)) for column in zip(*places, strict=True))).tolist()
    for size, _ in cases:
        assert sorted(found[:size]) == list(range(size))
        del found[:size]


def test_a_place_outside_of_its_range_is_refused() -> None:
    with pytest.raises(IndexError):
        permuted(_words([1, 5]), _words([5, 5]), _words([0, 0]))


@settings(deadline=None)
@given(seed=st.integers(0, 2**64 - 1), number=st.integers(0, 10**12))
def test_any_place_is_found_among_a_milliard_samples(seed: int, number: int) -> None:
    source, found = Mixture.of([10**9], [1.0]).at(seed, number)
    assert source == 0
    assert 0 <= found < 10**9


def test_the_order_is_what_checkpoints_go_on_with() -> None:
    """A run that was begun with an older version is gone on with in the same order, or not exactly."""
    two = Mixture.of([10**9, 7], [3.0, 1.0])
    expected = [(0, 792370672), (0, 531175566), (0, 7329668), (1, 3), (0, 562043680)]
    assert [two.at(11, number) for number in (0, 1, 999, 1000, 10**12)] == expected
    assert [Mixture.of([5] * 40, [1.0] * 40).at(5, number) for number in (0, 999, 12345678)] == [
        (11, 4),
        (35, 4),
        (16, 4),
    ]


def test_epochs_and_seeds_differ_in_their_order() -> None:
    def epoch(seed: int, which: int) -> list[int]:
        return [ONE.at(seed, which * 50 + index)[1] for index in range(50)]

    assert epoch(0, 0) != epoch(0, 1)
    assert epoch(0, 0) != epoch(1, 0)
    assert epoch(0, 0) != list(range(50))


@settings(deadline=None, max_examples=10)
@given(sizes=st.lists(st.integers(1, 2000), min_size=1, max_size=4), data=st.data())
def test_a_mixture_deals_its_shares_exactly_and_repeats_a_small_source_evenly(
    sizes: list[int], data: st.DataObject
) -> None:
    weights = data.draw(st.lists(st.integers(1, 9), min_size=len(sizes), max_size=len(sizes)))
    mixture = Mixture.of(sizes, [float(one) for one in weights])
    taken = [mixture.at(7, number) for number in range(2 * BLOCK)]
    for source, quota in enumerate(mixture.quotas):
        of_it = [index for where, index in taken if where == source]
        assert len(of_it) == 2 * quota
        assert abs(quota - BLOCK * weights[source] / sum(weights)) < 1
        counts = list(Counter(of_it).values())
        assert max(counts) - (min(counts) if len(counts) == sizes[source] else 0) <= 1


def test_a_mixture_of_nothing_is_refused() -> None:
    with pytest.raises(ValueError, match="not empty"):
        Mixture.of([0, 5], [1.0, 0.0])
