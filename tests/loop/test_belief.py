"""Beliefs move by Bayes' rule, stay probabilities, and their entropy is Shannon's."""

import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from engine.loop.belief import Belief

probability = st.floats(0.0, 1.0)


def test_evidence_multiplies_the_odds() -> None:
    belief = Belief({"a": 0.5, "b": 0.2})
    belief.update(3.0, ["a"])
    assert belief.probability("a") == pytest.approx(0.75)
    assert belief.probability("b") == pytest.approx(0.2)


def test_a_refuted_favourite_gives_way_to_the_next() -> None:
    belief = Belief({"a": 0.8, "b": 0.5})
    belief.update(0.02, ["a"])
    assert belief.best == "b"
    assert belief.confidence == pytest.approx(0.5)


def test_entropy_of_an_even_choice_between_two_and_nothing_else_is_one_bit() -> None:
    assert Belief({"a": 0.5, "b": 0.5}).entropy == pytest.approx(1.0)


def test_without_hypotheses_there_is_no_confidence() -> None:
    belief = Belief()
    assert belief.best is None
    assert belief.confidence == 0.0
    assert belief.entropy == 0.0


@given(st.dictionaries(st.text(min_size=1), probability, min_size=1, max_size=6), st.lists(st.floats(1e-6, 1e6)))
def test_whatever_the_evidence_beliefs_stay_probabilities(priors: dict[str, float], factors: list[float]) -> None:
    belief = Belief(priors)
    for factor in factors:
        belief.update(factor)
    assert all(0.0 < value < 1.0 for value in belief.probabilities.values())
    assert 0.0 <= belief.entropy <= math.log2(len(priors) + 1) + 1e-9
    assert belief.best in priors
