"""pass@k against hand-worked numbers and against drawing by brute force."""

from itertools import combinations

import pytest

from engine.evals.metrics.passes import pass_at, pass_figures
from engine.evals.record import CaseResult


def test_by_hand():
    # 5 attempts, 2 of them mended: C(3,1)/C(5,1) = 3/5; C(3,2)/C(5,2) = 3/10; C(3,4) = 0.
    assert pass_at(1, 5, 2) == pytest.approx(0.4)
    assert pass_at(2, 5, 2) == pytest.approx(0.7)
    assert pass_at(4, 5, 2) == 1.0
    assert pass_at(3, 5, 0) == 0.0


@pytest.mark.parametrize("mended", range(7))
def test_by_drawing_every_subset(mended):
    attempts = [True] * mended + [False] * (6 - mended)
    for k in range(1, 7):
        drawn = list(combinations(attempts, k))
        assert pass_at(k, 6, mended) == pytest.approx(sum(map(any, drawn)) / len(drawn))


def test_more_draws_than_attempts_cannot_be_told():
    with pytest.raises(ValueError, match="pass@3"):
        pass_at(3, 2, 1)


def results(*epochs):
    return [
        CaseResult(run="r", case=f"c{place}", family="f", expect="fixed", status=status, epoch=number)
        for place, statuses in enumerate(epochs)
        for number, status in enumerate(statuses, start=1)
    ]


def test_figures_over_cases():
    figures = {one.name: one.value for one in pass_figures(results(["fixed", "wrong"], ["failed", "failed"]))}
    assert figures == {"pass_at_1": pytest.approx(0.25), "pass_at_2": pytest.approx(0.5)}
    assert pass_figures(results(["fixed"], ["failed"])) == ()
    assert pass_figures([]) == ()
