"""Gates: what opens one, what closes it again, and what the mentor may say to it."""

from dataclasses import replace

import pytest

from curriculum.gates import exam_plan, record_exam, result_of, seal_of, shortfall, standings
from curriculum.stages import Gate, ladder, stage_numbered, stages
from engine.errors import RustaError, StoreError
from engine.evals.caseset import load_cases
from engine.evals.log import RunLog
from engine.evals.record import CaseResult, ProbeRecord, Run, RunHead, log_file
from engine.evals.sealed import WORN_AFTER, Sealed, keep_seal, make_seal, record_exams
from engine.evals.tasks import task_of
from engine.store.gates import GateResult

MINE, OTHER = "a" * 64, "b" * 64
PASSED = GateResult(
    stage=3, at="t", brain="search", brain_hash=MINE, run="r1", seal="s", case_set="c",
    metric="compile_fix", value=0.80, low=0.71, high=0.87, n=120,
)  # fmt: skip
AT_LEAST_70 = stage_numbered(3).gate
BELOW_10 = stage_numbered(5).gate
RISING = stage_numbered(0).gate


def head(run="r1", brain="search", ids=("a",)):
    return RunHead(
        run=run, at="2026-01-01T00:00:00.000Z", task="t", cases="t", brain=brain, policy="p" * 64,
        case_set="c" * 64, ids=ids, commit=None, toolchain="rustc 1.90.0", total=len(ids),
    )  # fmt: skip


def case(name, status="fixed", run="r1", **more):
    return CaseResult(run=run, case=name, family="f", expect="fixed", status=status, **more)


def of(found, number):
    return next(one for one in found if one.stage.number == number)


def test_the_gates_are_those_of_the_vision():
    told = [(one.gate.metric, one.gate.bound, one.gate.threshold) for one in stages()]
    assert told == [
        ("compile_ability", "rises", None),
        ("explanation_accuracy", "at_least", 0.80),
        ("probe_success", "at_least", 0.95),
        ("compile_fix", "at_least", 0.70),
        ("conformity", "at_least", 0.8),
        ("repeat_rate", "below", 0.10),
    ]
    assert [one.id for one in ladder()] == ["E0", "E1", "E2", "E3", "E4", "E5"]
    assert next(one for one in ladder() if one.id == "E4").threshold == 0.08


def test_a_gate_without_a_threshold_must_rise():
    with pytest.raises(ValueError, match="a gate has a threshold"):
        Gate(metric="compile_fix", bound="at_least", task="golden")


@pytest.mark.parametrize(
    ("gate", "change", "told"),
    [
        (AT_LEAST_70, {"low": 0.70}, None),
        (AT_LEAST_70, {"low": 0.699}, "lower end 69.9 %"),
        (AT_LEAST_70, {"value": 0.6, "low": 0.5}, "misses 70.0 %"),
        (AT_LEAST_70, {"low": None, "high": None}, "too small"),
        (AT_LEAST_70, {"value": None, "low": None, "high": None}, "no figure"),
        (BELOW_10, {"value": 0.02, "low": 0.0, "high": 0.099}, None),
        (BELOW_10, {"value": 0.02, "low": 0.0, "high": 0.10}, "upper end 10.0 %"),
        (RISING, {"baseline": "r0", "rise": 0.03, "rise_low": 0.001}, None),
        (RISING, {"baseline": "r0", "rise": 0.03, "rise_low": 0.0}, "not shown to rise"),
        (RISING, {}, "nothing to rise from"),
    ],
)
def test_the_unfavourable_end_decides(gate, change, told):
    found = shortfall(gate, replace(PASSED, **change))
    assert found is None if told is None else told in (found or "")


def test_a_calibration_error_of_few_predictions_decides_nothing():
    gate = Gate(metric="ece", bound="at_most", threshold=0.08, task="golden")
    few = replace(PASSED, metric="ece", value=0.01, low=0.0, high=0.02, n=1999)
    assert "decides nothing" in (shortfall(gate, few) or "")
    assert shortfall(gate, replace(few, n=2000)) is None


def test_an_exam_opens_a_gate_for_the_brain_that_sat_it_and_no_other(store):
    fluent = replace(PASSED, stage=0, run="r0", metric="compile_ability", baseline="x", rise=0.1, rise_low=0.05)
    explains = replace(PASSED, stage=1, run="r2", metric="explanation_accuracy", low=0.81)
    for one in (fluent, explains):
        store.record_gate(one)
    now = standings(store, "search", MINE)
    assert (of(now, 0).state, of(now, 1).state, of(now, 2).state) == ("open", "open", "unmeasured")
    changed = standings(store, "search", OTHER)
    assert (of(changed, 0).state, of(changed, 1).state) == ("expired", "locked")
    assert any("changed since" in line for line in of(changed, 0).missing)
    assert of(standings(store, "another", MINE), 0).state == "unmeasured"


def test_a_gate_stays_locked_until_those_before_it_open_whatever_its_own_exam_says(store):
    store.record_gate(PASSED)
    locked = of(standings(store, "search", MINE), 3)
    assert locked.state == "locked"
    assert not locked.open
    assert [line for line in locked.missing if "locked by stage" in line] == [
        "locked by stage 1 (Diagnostics)",
        "locked by stage 2 (Tools)",
    ]
    for number in (0, 1, 2):
        store.override_gate(number, "search", MINE, "she showed it to me")
    assert of(standings(store, "search", MINE), 3).state == "open"


def test_an_override_needs_a_reason_is_kept_and_ends_with_the_brain(store):
    with pytest.raises(StoreError, match="written reason"):
        store.override_gate(0, "search", MINE, "  \n ")
    store.override_gate(0, "search", MINE, "a look at\nstage 1")
    found = of(standings(store, "search", MINE), 0)
    assert (found.state, found.open) == ("overridden", True)
    assert found.override is not None
    assert found.override.reason == "a look at stage 1"
    assert of(standings(store, "search", OTHER), 0).state == "unmeasured"
    assert len(store.gate_overrides(0)) == 1


def test_the_same_run_is_one_exam_and_the_newest_counts(store):
    store.override_gate(1, "search", MINE, "r")
    store.override_gate(2, "search", MINE, "r")
    store.record_gate(PASSED)
    store.record_gate(PASSED)
    assert len(store.gate_results(3)) == 1
    store.record_gate(replace(PASSED, run="r9", low=0.5))
    assert of(standings(store, "search", MINE), 3).state == "closed"


def test_grades_of_the_mentor_are_evidence_too(store):
    store.override_gate(1, "search", MINE, "r")
    store.record_gate(replace(PASSED, stage=4, metric="conformity", low=0.9))
    found = of(standings(store, "search", MINE), 4)
    assert found.state == "closed"
    assert found.missing == ("needs 40 DevLogs graded on voice (40 to go)",)


def test_a_rise_is_told_against_the_newest_exam_of_another_brain_on_the_same_cases(store):
    names = tuple(f"c{number}" for number in range(40))
    before = [case(name, run="r0", compiles=number < 10) for number, name in enumerate(names)]
    with RunLog(log_file("r0"), head("r0", ids=names)) as log:
        for one in before:
            log.append(one)
    store.record_gate(replace(PASSED, stage=0, run="r0", brain_hash=OTHER, case_set="c" * 64, metric="compile_ability"))
    after = tuple(case(name, compiles=number < 30) for number, name in enumerate(names))
    found = result_of(stage_numbered(0), Run(head(ids=names), after), "s", MINE, store)
    assert (found.baseline, found.value, found.rise) == ("r0", 0.75, 0.5)
    assert found.rise_low is not None
    assert 0.3 < found.rise_low < 0.5
    assert shortfall(RISING, found) is None
    again = result_of(stage_numbered(0), Run(head(ids=names), after), "s", OTHER, store)
    assert again.baseline is None, "she does not rise above herself"


def test_an_exam_that_the_harness_lost_a_case_of_decides_nothing(store):
    results = (case("a"), case("b", status="error"))
    with pytest.raises(RustaError, match="failed on 1 of 2"):
        result_of(stage_numbered(3), Run(head(ids=("a", "b")), results), "s", MINE, store)


def test_one_exam_is_kept_for_every_stage_on_the_same_terms(store):
    names = tuple(f"c{number}" for number in range(30))
    run = Run(head(ids=names), tuple(case(name, named=("fact",), compiles=True) for name in names))
    record_exam(store, stage_numbered(3), run, "s", MINE)
    assert [(one.stage, one.metric, one.value) for one in store.gate_results()] == [
        (3, "compile_fix", 1.0),
        (0, "compile_ability", 1.0),
        (1, "explanation_accuracy", 1.0),
    ], "no probe was on record, so nothing is known of stage 2"


def test_probes_are_counted_with_those_of_their_case(store):
    probe = ProbeRecord(task="t", kind="check", seconds=0.1, cost=1, verdict="supports")
    results = tuple(case(f"c{number}", probes=(probe,) * 4) for number in range(20))
    found = result_of(stage_numbered(2), Run(head(), results), "s", MINE, store)
    assert (found.value, found.n) == (1.0, 80)
    assert found.low == pytest.approx(20 / (20 + 1.96**2), abs=1e-3), "twenty cases, not eighty probes"


CASE = "v: 1\nid: {name}\nfamily: names\nexpect: fixed\nlicense: MIT\nprovenance: {{v: 1, source: test}}\n"


@pytest.fixture
def cases(tmp_path):
    for name, function in (("one", "total"), ("two", "mean")):
        folder = tmp_path / "cases" / name
        (folder / "before" / "src").mkdir(parents=True)
        (folder / "case.yaml").write_text(CASE.format(name=name))
        (folder / "before" / "Cargo.toml").write_text('[package]\nname = "p"\nversion = "0.1.0"\n')
        text = f"pub fn {function}(prices: &[u32]) -> u32 {{\n    let sum = prices.iter().sum();\n    sun\n}}\n" * 4
        (folder / "before" / "src" / "lib.rs").write_text(text)
    return tmp_path / "cases"


def test_an_exam_is_sat_on_a_set_that_is_sealed_whole(store, cases):
    stage = stage_numbered(5)
    with pytest.raises(RustaError, match="not sealed: 0 of its 2"):
        exam_plan(stage, "search", store, cases=cases)
    keep_seal(make_seal("half", load_cases(cases / "one")))
    with pytest.raises(RustaError, match="not sealed: 1 of its 2"):
        exam_plan(stage, "search", store, cases=cases)
    keep_seal(make_seal("whole", load_cases(cases)))
    plan = exam_plan(stage, "search", store, cases=cases)
    assert (plan.memory, plan.epochs, seal_of(plan.cases)) == ("carried", 2, "whole")


def test_a_worn_out_set_decides_nothing_any_more(store, cases):
    keep_seal(make_seal("whole", load_cases(cases)))
    found, sealed = task_of(cases).load(), Sealed.load()
    for number in range(WORN_AFTER):
        exam_plan(stage_numbered(3), "search", store, cases=cases)
        record_exams(head(f"r{number}"), found, sealed)
    with pytest.raises(RustaError, match="worn out"):
        exam_plan(stage_numbered(3), "search", store, cases=cases)
