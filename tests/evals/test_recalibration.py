"""Calibration mode: the correction finds what was wrong, and never reports on what it was fitted on."""

import math
import random

import pytest

from engine.errors import RustaError
from engine.evals.metrics.calibration import Prediction
from engine.evals.recalibration import fit_correction, recalibrate
from engine.evals.record import CaseResult, TryRecord


def logit(p):
    return math.log(p / (1 - p))


def said(count, boast, seed=1):
    """Predictions of one who says σ(boast · logit p) where p would be right."""
    draw = random.Random(seed)
    for _ in range(count):
        truth = draw.uniform(0.05, 0.95)
        yield Prediction(1 / (1 + math.exp(-boast * logit(truth))), draw.random() < truth)


@pytest.mark.parametrize("boast", [0.5, 1.0, 3.0])
def test_a_boast_is_taken_back(boast):
    correction = fit_correction(list(said(6000, boast)))
    assert correction.a == pytest.approx(1 / boast, rel=0.12)
    assert correction.b == pytest.approx(0, abs=0.12)
    assert correction(0.5) == pytest.approx(0.5, abs=0.03)


def test_one_who_is_always_right_is_not_made_certain():
    correction = fit_correction([Prediction(0.9, True)] * 20)
    assert 0.9 < correction(0.9) < 1


def results(count, boast):
    for number, one in enumerate(said(count, boast)):
        tried = TryRecord(
            task="t",
            code=None,
            move="m",
            verdict="green" if one.right else "red",
            confidence=one.confidence,
            signature="",
            edit="",
        )
        yield CaseResult(run="r", case=f"c{number}", family="f", expect="fixed", status="abstained", tries=(tried,))


def test_the_other_half_is_better_off_corrected():
    found = recalibrate(results(3000, boast=3.0))
    assert found.fitted + found.reported == 3000
    assert found.after.ece.ece < found.before.ece.ece / 2
    assert found.after.brier < found.before.brier


def test_epochs_of_a_case_never_fall_into_both_halves():
    twice = [one.model_copy(update={"epoch": epoch}) for one in results(200, 1.0) for epoch in (1, 2)]
    found = recalibrate(twice)
    assert found.fitted % 2 == 0
    assert recalibrate(twice, seed=5).fitted != found.fitted


def test_too_few_are_refused():
    with pytest.raises(RustaError, match="too few"):
        recalibrate(results(12, 1.0))
