import pytest
from hypothesis import given
from hypothesis import strategies as st

from engine.brain.judge import APPLICABILITY_PRIORS, Judge, share
from engine.schema.diagnostic import Applicability
from engine.store.outcomes import OutcomeCount, OutcomeRecord

KIND = {"move": "derive-the-trait", "code": "E0277", "applicability": None, "shape": "insert", "repository": "shop-1"}


def outcome(green, **changes):
    facts = {**KIND, "session": "s", "at": "t", "signature": "", "predicted": 0.5, "green": green, **changes}
    return OutcomeRecord(**facts)


def test_without_experience_the_prior_is_the_answer():
    assert Judge().probability(0.6, **KIND) == pytest.approx(0.6)


def test_a_seed_for_every_applicability_in_the_compilers_own_order():
    assert {*APPLICABILITY_PRIORS} == {*Applicability}
    assert APPLICABILITY_PRIORS[Applicability.MACHINE_APPLICABLE] > APPLICABILITY_PRIORS[Applicability.MAYBE_INCORRECT]
    assert APPLICABILITY_PRIORS[Applicability.HAS_PLACEHOLDERS] < APPLICABILITY_PRIORS[Applicability.UNSPECIFIED]


def test_green_raises_and_red_lowers():
    judge = Judge()
    judge.learn(outcome(True))
    up = judge.probability(0.5, **KIND)
    judge.learn(outcome(False))
    judge.learn(outcome(False))
    assert up > 0.5 > judge.probability(0.5, **KIND)


def test_experience_counts_most_where_it_was_made():
    judge = Judge()
    for _ in range(5):
        judge.learn(outcome(True))
    here = judge.probability(0.5, **KIND)
    elsewhere = judge.probability(0.5, **{**KIND, "repository": "other-2"})
    another_code = judge.probability(0.5, **{**KIND, "code": "E0599"})
    another_move = judge.probability(0.5, **{**KIND, "move": "import-the-name"})
    assert here > elsewhere > another_code > another_move == 0.5


def test_much_experience_outweighs_the_prior():
    judge = Judge([OutcomeCount(**KIND, green=5, total=500)])
    assert judge.probability(0.95, **KIND) < 0.05


def test_counts_of_the_store_and_outcomes_one_by_one_say_the_same():
    by_hand = Judge()
    for green in (True, True, False):
        by_hand.learn(outcome(green))
    stored = Judge([OutcomeCount(**KIND, green=2, total=3)])
    assert stored.probability(0.5, **KIND) == by_hand.probability(0.5, **KIND)


def test_an_empty_applicability_of_the_store_is_none():
    stored = Judge([OutcomeCount(**{**KIND, "applicability": ""}, green=9, total=9)])
    assert stored.probability(0.5, **KIND) > 0.8


@given(st.lists(st.floats(0.01, 0.99), min_size=1, max_size=12))
def test_exclusive_alternatives_never_sum_above_one_and_keep_their_order(probabilities):
    shared = share(probabilities)
    assert sum(shared) < 1
    assert sorted(range(len(shared)), key=lambda i: probabilities[i]) == sorted(
        range(len(shared)), key=lambda i: (shared[i], probabilities[i])
    )


def test_alternatives_that_fit_are_left_as_they_are():
    assert share([0.3, 0.2]) == (0.3, 0.2)
