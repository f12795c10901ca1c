"""Every figure against numbers worked by hand, or against scikit-learn and scipy."""

import math

import numpy as np
import pytest
from scipy.stats import binomtest
from sklearn.calibration import calibration_curve
from sklearn.metrics import brier_score_loss

from engine.evals.metrics.abstention import abstention_figures
from engine.evals.metrics.calibration import (
    Prediction,
    aurc,
    brier,
    calibration,
    calibration_figures,
    predictions,
    risk_coverage,
)
from engine.evals.metrics.explanations import explanation_figures
from engine.evals.metrics.fixes import fix_figures
from engine.evals.metrics.intervals import clustered_share, effective_count, mean_figure
from engine.evals.metrics.latency import latency_figures, quantile
from engine.evals.metrics.probes import probe_figures
from engine.evals.metrics.repeats import chances_to_repeat, repeat_figures
from engine.evals.record import CaseResult, ProbeRecord, TryRecord


def result(case, status="fixed", **more):
    return CaseResult(run="r", case=case, family="f", status=status, **{"expect": "fixed", **more})


def tried(verdict="green", confidence=0.9, signature="E0308|clone", **more):
    fields = {"task": "t", "code": "E0308", "move": "clone", "edit": "e", **more}
    return TryRecord(verdict=verdict, confidence=confidence, signature=signature, **fields)


def probe(verdict="supports", seconds=0.5, changed=False, before=1.0, after=0.5):
    return ProbeRecord(
        task="t",
        kind="check",
        seconds=seconds,
        cost=1,
        verdict=verdict,
        entropy_before=before,
        entropy_after=after,
        decision_changed=changed,
    )


def named(figures):
    return {figure.name: figure for figure in figures}


# Intervals


@pytest.mark.parametrize(("hits", "n"), [(0, 7), (3, 7), (8, 10), (81, 263)])
def test_a_share_of_things_alone_has_wilsons_interval(hits, n):
    figure = clustered_share("g", "n", "t", [(int(at < hits), 1) for at in range(n)])
    scipys = binomtest(hits, n).proportion_ci(method="wilson")
    assert (figure.low, figure.high) == pytest.approx((scipys.low, scipys.high))


def test_things_of_one_case_that_agree_count_for_one():
    # Ten cases of four probes each, all of a case alike: spread 10 · (4/2)² = 40, variance 10/9 · 40/40² = 1/36;
    # forty independent ones would have 1/160: a design effect of 160/36, and 40 · 36/160 = 9 observations.
    clusters = [(4 * (at % 2), 4) for at in range(10)]
    assert effective_count(clusters) == pytest.approx(9)
    assert clustered_share("g", "n", "t", clusters).n == 40
    assert effective_count([(4, 4)] * 10) == 10, "all agree, so nothing is known of how alike they are"
    assert effective_count([(2, 4)] * 10) == 40, "never worth more than there are"


def test_the_mean_has_the_bootstrap_interval_and_one_without_spread_is_no_certainty():
    rng = np.random.default_rng(1)
    values = rng.normal(0.5, 0.1, 400).clip(0, 1).tolist()
    figure = mean_figure("g", "n", "t", values)
    reach = 1.96 * np.std(values, ddof=1) / math.sqrt(400)
    assert figure.low == pytest.approx(np.mean(values) - reach, abs=2e-3)
    assert figure.high == pytest.approx(np.mean(values) + reach, abs=2e-3)
    same = mean_figure("g", "n", "t", [1.0] * 10)
    assert same.low == pytest.approx(binomtest(10, 10).proportion_ci(method="wilson").low)


# Mending, explaining, leaving alone


def test_mending_is_counted_by_hand():
    results = (
        result("a", compiles=True, exact=True, tries=(tried(),)),
        result("b", "wrong", compiles=True, tries=(tried(deletions=("empties `f`",)),)),
        result("c", "failed", compiles=False, tries=(tried("red"),)),
        result("d", "abstained", compiles=False),
        result("e", "abstained", expect="abstain"),
        result("x", "error"),
    )
    found = named(fix_figures(results))
    told = {name: (figure.value, figure.n) for name, figure in found.items()}
    assert told == {
        "compile_fix": (0.25, 4),
        "compile_ability": (0.5, 4),
        "false_green": (0.5, 2),
        "deletion": (pytest.approx(1 / 3), 3),
        "exact": (1.0, 1),
    }


def test_an_explanation_is_right_when_it_names_every_fact_and_no_false_one():
    results = (
        result("a", named=("x", "y")),
        result("b", named=("x",), missed=("y",)),
        result("c", named=("x", "y"), false_claims=("z",)),
        result("d"),
    )
    found = named(explanation_figures(results))
    assert (found["explanation_accuracy"].value, found["explanation_accuracy"].n) == (pytest.approx(1 / 3), 3)
    assert (found["facts"].value, found["facts"].n) == (pytest.approx(5 / 6), 6)
    assert found["false_claims"].value == pytest.approx(1 / 3)


def test_leaving_alone_is_counted_by_hand():
    results = (
        result("a", "abstained", expect="abstain"),
        result("b", "fixed", expect="abstain"),
        result("c", "abstained"),
        result("d", "fixed"),
        result("e", "error", expect="abstain"),
    )
    found = named(abstention_figures(results))
    assert [(one.value, one.n) for one in found.values()] == [(0.5, 2), (0.5, 2), (0.5, 2)]


# Calibration


def draw(n, rng, truth=lambda sure: sure):
    sure = rng.uniform(0.3, 1.0, n)
    return [Prediction(float(one), bool(rng.random() < truth(one))) for one in sure]


def test_the_error_of_hand_worked_bins():
    # Forty predictions, two bins of twenty: 0.5 with 15 right is 0.25 off, 0.9 with 16 right is 0.10 off.
    said = [Prediction(0.5, at < 15) for at in range(20)] + [Prediction(0.9, at < 16) for at in range(20)]
    found = calibration(said)
    assert found is not None
    assert (found.bins, found.n) == (2, 40)
    assert found.ece == pytest.approx((0.25 + 0.10) / 2)
    assert not found.gates


def test_the_error_is_that_of_scikit_learns_bins_of_equal_mass():
    said = draw(1500, np.random.default_rng(3), lambda sure: sure**2)
    found = calibration(said)
    right, sure = calibration_curve(
        [one.right for one in said], [one.confidence for one in said], n_bins=15, strategy="quantile"
    )
    assert found is not None
    assert found.ece == pytest.approx(np.abs(right - sure).mean(), abs=2e-3)
    assert found.low < found.ece < found.high


def test_a_perfect_predictor_is_not_told_apart_and_a_liar_is():
    rng = np.random.default_rng(5)
    honest = calibration(draw(600, rng))
    liar = calibration(draw(600, rng, lambda sure: sure - 0.3))
    assert honest is not None
    assert liar is not None
    assert 0 < honest.null < honest.null_high < 0.12
    assert honest.ece < honest.null_high
    assert liar.low > liar.null_high
    assert calibration(draw(2000, rng)).gates


def test_the_null_shrinks_with_the_root_of_n():
    few = calibration(draw(300, np.random.default_rng(7)))
    many = calibration(draw(30_000, np.random.default_rng(7)))
    assert few.null / many.null == pytest.approx(10, rel=0.25)


def test_the_brier_score_is_scikit_learns():
    said = draw(500, np.random.default_rng(9))
    theirs = brier_score_loss([one.right for one in said], [one.confidence for one in said])
    assert brier(said) == pytest.approx(theirs)
    assert brier([]) is None


def test_risk_and_coverage_by_hand():
    said = [Prediction(0.9, True), Prediction(0.8, False), Prediction(0.7, True), Prediction(0.6, False)]
    assert risk_coverage(said) == ((0.25, 0.0), (0.5, 0.5), (0.75, pytest.approx(1 / 3)), (1.0, 0.5))
    assert aurc(said) == pytest.approx((0 + 1 / 2 + 1 / 3 + 1 / 2) / 4)


def test_ties_are_worth_their_mean_in_whatever_order_they_came():
    said = [Prediction(0.9, True), Prediction(0.5, False), Prediction(0.5, True)]
    assert aurc(said) == aurc([said[0], said[2], said[1]]) == pytest.approx((0 + 0.25 + 1 / 3) / 3)


def test_a_prediction_comes_true_when_it_is_green_and_was_not_found_wrong():
    results = (
        result("a", tries=(tried("red", 0.8), tried("green", 0.7, stands=True))),
        result("b", "wrong", tries=(tried("green", 0.9, stands=True),)),
        result("c", tries=(tried("progress", 0.6), tried("", 0.5), tried("green", None))),
        result("d", "error", tries=(tried(),)),
    )
    said = [(one.confidence, one.right) for one in predictions(results)]
    assert said == [(0.8, False), (0.7, True), (0.9, False), (0.6, True)]
    note = named(calibration_figures(results))["ece"].note
    assert "gates nothing below n = 2000" in note


# Probes, mistakes, latency


def test_probes_are_worth_what_they_change():
    results = (
        result("a", probes=(probe(changed=True), probe("failed"), probe("neutral", after=1.0))),
        result("b", probes=(probe("refutes", seconds=1.0, changed=True),)),
    )
    found = named(probe_figures(results))
    assert (found["probe_success"].value, found["probe_success"].n) == (0.75, 4)
    assert found["probe_efficiency"].value == 0.5
    assert found["changes_per_second"].value == pytest.approx(2 / 2.5)
    assert found["bits_per_probe"].value == pytest.approx((0.5 + 0.5 + 0 + 0.5) / 4)


def test_a_mistake_is_repeated_only_where_there_was_a_lesson():
    red, other, elsewhere = tried("red"), tried("red", signature="E0308|cast"), tried("red", signature="E0502|clone")
    lessons: set[str] = set()
    assert chances_to_repeat((red, other, elsewhere), lessons) == (0, 1), "the second met the label again, otherwise"
    assert chances_to_repeat((red, tried("green"), elsewhere), lessons) == (2, 3)


def test_a_lesson_of_another_case_counts_where_memory_was_carried():
    results = (result("a", tries=(tried("red"),)), result("b", tries=(tried("red"), tried("green"))))
    alone = named(repeat_figures(results))["repeat_rate"]
    carried = named(repeat_figures(results, carried=True))["repeat_rate"]
    assert (alone.value, alone.n) == (0.0, 1)
    assert (carried.value, carried.n) == (0.5, 2)
    assert named(repeat_figures((result("a"),)))["repeat_rate"].value is None


def test_quantiles_are_numpys_and_their_intervals_cover():
    rng = np.random.default_rng(11)
    values = rng.exponential(size=101).tolist()
    figure = quantile("g", "n", "t", values, 0.5)
    assert figure.value == pytest.approx(np.median(values))
    covered = 0
    for _ in range(400):
        drawn = quantile("g", "n", "t", rng.exponential(size=60).tolist(), 0.5)
        covered += drawn.low <= math.log(2) <= drawn.high
    assert covered / 400 >= 0.93
    assert quantile("g", "n", "t", [1.0, 2.0], 0.95).low is None


def test_a_quickfix_is_a_mended_case_that_never_left_the_quick_gear():
    results = (
        result("a", gears=("quick",), seconds=2.0),
        result("b", gears=("quick", "deep"), seconds=9.0),
        result("c", "failed", gears=("quick",), seconds=5.0),
    )
    found = named(latency_figures(results))
    assert (found["quickfix_p50"].value, found["quickfix_p50"].n) == (2.0, 1)
    assert found["seconds_p50"].value == 5.0
