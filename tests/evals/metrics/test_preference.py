"""Preference: votes between voices become strengths, with an interval that knows how few votes there were."""

import math

import numpy as np
import pytest
from sklearn.linear_model import LogisticRegression

from engine.evals.metrics.preference import Ballot, strengths, voices


def cast(first, second, wins, losses, ties=0):
    winners = ["first"] * wins + ["second"] * losses + ["tie"] * ties
    return [Ballot(first, second, winner) for winner in winners]


def test_two_voices_by_hand():
    # 7 of 10 and the one tie each pair starts with: odds 7.5 to 3.5, so a is liked better in 7.5 of 11.
    best, other = voices(cast("a", "b", 7, 3))
    assert (best.name, best.n, best.wins) == ("a", 10, 7)
    assert best.preference == pytest.approx(7.5 / 11)
    assert other.preference == pytest.approx(3.5 / 11)
    assert best.low < 0.5 < best.high, "ten votes do not tell"
    held = strengths(["a", "b"], cast("a", "b", 7, 3))
    assert held["a"] / held["b"] == pytest.approx(7.5 / 3.5)


def test_a_tie_is_half_a_vote_for_each_and_order_makes_no_difference():
    assert voices(cast("a", "b", 0, 0, 8))[0].preference == pytest.approx(0.5)
    turned = [Ballot("b", "a", "second") for _ in range(7)] + [Ballot("b", "a", "first") for _ in range(3)]
    assert voices(turned)[0].preference == pytest.approx(7.5 / 11)


def test_who_wins_every_vote_is_not_infinitely_good():
    best = voices(cast("a", "b", 20, 0))[0]
    assert best.preference == pytest.approx(20.5 / 21)
    assert math.isfinite(strengths(["a", "b"], cast("a", "b", 20, 0))["a"])


def test_three_voices_are_those_of_a_logistic_regression():
    ballots = cast("a", "b", 30, 10) + cast("b", "c", 25, 15) + cast("a", "c", 33, 7)
    # Each pair's first tie, as two half votes; then an unpenalised logistic regression is the same model.
    place, rows, won, weight = {"a": 0, "b": 1, "c": 2}, [], [], []
    for one in ballots:
        row = [0, 0, 0]
        row[place[one.first]], row[place[one.second]] = 1, -1
        rows.append(row)
        won.append(one.winner == "first")
        weight.append(1.0)
    for first, second in (("a", "b"), ("b", "c"), ("a", "c")):
        for outcome in (True, False):
            row = [0, 0, 0]
            row[place[first]], row[place[second]] = 1, -1
            rows.append(row)
            won.append(outcome)
            weight.append(0.5)
    model = LogisticRegression(C=np.inf, fit_intercept=False, tol=1e-10).fit(rows, won, sample_weight=weight)
    theirs = model.coef_[0] - model.coef_[0].mean()
    ours = [math.log(value) for value in strengths(["a", "b", "c"], ballots).values()]
    assert ours == pytest.approx(theirs, abs=1e-3)
    assert [one.name for one in voices(ballots)] == ["a", "b", "c"]


def test_many_votes_on_one_subject_are_one_opinion():
    ballots = cast("a", "b", 30, 10)
    told = [Ballot(one.first, one.second, one.winner, str(at % 3)) for at, one in enumerate(ballots)]
    alone, together = voices(ballots)[0], voices(told)[0]
    assert alone.preference == together.preference
    assert alone.low > 0.5


def test_nothing_was_voted_on():
    assert voices([]) == ()
