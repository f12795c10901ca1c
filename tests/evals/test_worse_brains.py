"""A deliberately worsened brain is caught by the measure that is meant for it, through the real loop and judge."""

from pathlib import Path

import pytest

from engine.evals.metrics.card import figure_of
from engine.evals.plan import shipped_policy
from engine.evals.record import Status

BRAINS = Path(__file__).with_name("worse_brains.py")
RED = "#[test]\nfn one_more() {\n    assert_eq!(till::total(&[1]), 2);\n}\n"


def worse(vice):
    return f"{BRAINS}:{vice}"


@pytest.fixture
def cases(shelf):
    """Two that can be mended, and two in which the obvious patch makes a test red."""
    for name in ("a", "b"):
        shelf.put(name, checks={"tests/t.rs": shelf.check})
        shelf.put(f"{name}-red", more={"tests/t.rs": RED})
    return shelf.load()


async def test_one_who_deletes_mends_nothing_and_is_named(cases, evaluate):
    run = await evaluate(cases, brain=worse("deleter"), parallel=2)
    assert figure_of(run, "deletion").value == 1.0
    assert figure_of(run, "compile_fix").value == 0.0
    held = [[*result.tries, *result.probes] for result in run.results]
    assert all(any("todo!" in " ".join(found.deletions) for found in each) for each in held)


async def test_where_the_loop_lets_deletions_pass_the_judge_does_not(cases, evaluate):
    policy = shipped_policy().model_copy(update={"allow": ("deletion", "todo")})
    run = await evaluate(cases.only(lambda found: found.case.id == "a"), brain=worse("deleter"), policy=policy)
    (result,) = run.results
    assert result.status is Status.WRONG
    assert result.deletions
    assert figure_of(run, "false_green").value == 1.0


async def test_one_who_lies_about_her_confidence_is_worse_calibrated(cases, evaluate):
    honest, boasting = [await evaluate(cases, brain=brain, parallel=2) for brain in ("search", worse("boaster"))]
    assert figure_of(boasting, "brier").value > figure_of(honest, "brier").value
    assert figure_of(boasting, "ece").value > figure_of(boasting, "ece_null").value


async def test_one_who_repeats_herself_is_counted(cases, evaluate):
    red = cases.only(lambda found: found.case.id.endswith("-red"))
    honest, again = [await evaluate(red, brain=brain, parallel=2) for brain in ("search", worse("repeater"))]
    assert figure_of(again, "repeat_rate").value >= 0.5
    assert not figure_of(honest, "repeat_rate").value
