from collections import Counter

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from engine.train.order import BLOCK, Mixture, permuted, sample_at


@settings(deadline=None, max_examples=40)
@given(size=st.integers(1, 200), key=st.integers(0, 2**64 - 1))
def test_every_sample_comes_exactly_once_an_epoch(size: int, key: int) -> None:
    assert sorted(permuted(index, size, key) for index in range(size)) == list(range(size))


@settings(deadline=None)
@given(seed=st.integers(0, 2**32), number=st.integers(0, 10**12))
def test_any_place_is_found_among_a_milliard_samples(seed: int, number: int) -> None:
    found = sample_at(seed, 10**9, number)
    assert 0 <= found < 10**9
    assert found == sample_at(seed, 10**9, number)


def test_epochs_and_seeds_differ_in_their_order() -> None:
    def epoch(seed: int, which: int) -> list[int]:
        return [sample_at(seed, 50, which * 50 + index) for index in range(50)]

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
