import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from engine.train.packing import Rows, Text, best_fit


@settings(deadline=None, max_examples=50)
@given(lengths=st.lists(st.integers(1, 64), max_size=80))
def test_best_fit_loses_nothing_and_overfills_no_row(lengths: list[int]) -> None:
    bins = best_fit(lengths, 64)
    assert sorted(one for row in bins for one in row) == list(range(len(lengths)))
    assert all(sum(lengths[one] for one in row) <= 64 for row in bins)


@settings(deadline=None, max_examples=50)
@given(texts=st.lists(st.binary(min_size=2, max_size=90), min_size=1, max_size=8))
def test_every_symbol_but_the_first_of_a_text_is_learnt_exactly_once(texts: list[bytes]) -> None:
    rows = Rows.pack([Text(list(text)) for text in texts], 16)
    learnt = np.concatenate([rows.row(index).lm[0] for index in range(len(rows))])
    assert sorted(learnt[learnt >= 0].tolist()) == sorted(byte for text in texts for byte in text[1:])


def test_a_prompt_is_read_and_not_learnt() -> None:
    row = Rows.pack([Text([1, 2, 3, 4, 5], given=3)], 8).row(0)
    assert row.lm[0].tolist() == [-100, -100, 4, 5, -100, -100, -100, -100]
    assert row.documents[0].tolist() == [1, 1, 1, 1, 1, 0, 0, 0]


def test_labels_stand_at_the_last_symbol() -> None:
    row = Rows.pack([Text([1, 2, 3], given=3, action=4, green=1)], 4).row(0)
    assert row.action[0].tolist() == [-100, -100, 4, -100]
    assert row.green[0].tolist() == [-100, -100, 1, -100]
    assert (row.lm < 0).all()
