"""What was fitted for the judge: read, corrected, moved by evidence, and true of simulated outcomes."""

import json
import math
import random
import timeit

import pytest
from hypothesis import given
from hypothesis import strategies as st

from engine.brain import judge_features
from engine.brain.judge import Judge
from engine.brain.judge_weights import Correction, Learnt, Stage, Weight, load_stages, logit, read_stages, sigmoid
from engine.brain.protocol import Candidate, Standing
from engine.brain.search import SearchBrain
from engine.resources import shipped
from engine.schema.diagnostic import Applicability, Diagnostic, Level, Span, Tool
from engine.schema.patch import Edit

EDIT = Edit(path="src/lib.rs", byte_start=10, byte_end=13, before="foo", after="bar")


def candidate(confidence=0.6, **changes):
    facts = {"key": "k", "move": "m", "statement": "s", "intent": "i", "edits": (EDIT,), "shape": "replace"}
    return Candidate(applicability=None, confidence=confidence, **(facts | changes))


def finding(tool=Tool.RUSTC):
    span = Span(
        file="src/lib.rs",
        byte_start=10,
        byte_end=13,
        line_start=1,
        line_end=1,
        column_start=11,
        column_end=14,
        primary=True,
    )
    return Diagnostic(tool=tool, id="x", code="E0425", level=Level.ERROR, message="no foo", package="p", spans=(span,))


def content():
    return json.loads(shipped("data", "judge.json").read_text(encoding="utf-8"))


def test_what_is_shipped_can_be_read_and_says_how_it_was_made():
    learnt = load_stages()
    assert not learnt.problem
    assert {*learnt.stages} == {"before", "decided"}
    made = content()["made"]
    assert made["crates"]
    assert made["on"]
    assert "fit_judge.py" in made["by"]


def test_what_is_shipped_does_not_turn_the_order_of_beliefs():
    weights = load_stages().stages["before"].weights
    assert weights["belief"].weight >= 0
    assert "rank" not in weights or weights["rank"].weight <= 0


@given(st.floats(0.01, 0.99), st.floats(0.01, 0.99))
def test_a_stronger_belief_is_never_judged_less(one, other):
    low, high = sorted((one, other))
    stage = load_stages().stages["before"]
    listing = judge_features.Listing(choices=2, others=0, coded=True)
    said = [stage.probability(judge_features.before(each, 0.0, 0, listing)) for each in (low, high)]
    assert said[0] <= said[1] + 1e-12


def test_a_check_that_leaves_nothing_says_more_than_one_that_leaves_as_much_as_there_was():
    judge, found = Judge(), finding()
    clean, fewer, masked = (judge.decided(found, candidate(), Standing(errors=2, left=left)) for left in (0, 1, 2))
    assert clean > fewer > masked


@given(st.floats(-4, 4), st.floats(-4, 4))
def test_more_green_outcomes_never_lower_what_is_said(one, other):
    low, high = sorted((one, other))
    stage = load_stages().stages["decided"]
    assert stage.probability({}, low) <= stage.probability({}, high)


def test_outcomes_of_its_like_move_a_candidate_by_their_log_odds_in_full():
    stage = Stage(0.0, {"belief": Weight(0.5, 0.0, 1.0)})
    judge = Judge(learnt=Learnt({"decided": stage}))
    bare = judge.decided(finding(), candidate(0.6), Standing(errors=1, left=0))
    known = judge.decided(finding(), candidate(sigmoid(logit(0.6) + 1.5), evidence=1.5), Standing(errors=1, left=0))
    assert logit(known) - logit(bare) == pytest.approx(1.5)


def test_it_says_nothing_of_failing_tests_nor_of_what_no_check_spoke_for():
    judge = Judge()
    assert judge.decided(finding(Tool.TEST), candidate(), Standing(errors=0, left=0)) is None
    assert judge.decided(finding(), candidate(), Standing(errors=1)) is None


@pytest.mark.parametrize(
    "text",
    [
        "",
        "[]",
        "{}",
        '{"v": 2}',
        "null",
        json.dumps({"v": 1, "before": {"start": "nan", "weights": {}, "correction": {"kind": "none", "points": []}}}),
    ],
)
def test_a_file_that_is_broken_leaves_the_prior_and_one_line_that_says_so(tmp_path, text):
    file = tmp_path / "judge.json"
    file.write_text(text)
    learnt = load_stages(file)
    assert not learnt.stages
    assert "judge.json cannot be read" in learnt.problem
    assert "\n" not in learnt.problem
    judge = Judge(learnt=learnt)
    assert judge.decided(finding(), candidate(), Standing(errors=1, left=0)) is None
    assert judge.problem == learnt.problem


def test_a_file_that_is_missing_is_said_once_by_the_brain(tmp_path):
    brain = SearchBrain(learnt=load_stages(tmp_path / "judge.json"))
    (line,) = brain.take_remarks()
    assert "FileNotFoundError" in line
    assert brain.take_remarks() == ()
    assert SearchBrain().take_remarks() == ()


@pytest.mark.parametrize(
    ("change", "word"),
    [
        (lambda c: c["decided"]["correction"].update(kind="magic", points=[[0, 0]]), "magic"),
        (lambda c: c["decided"]["correction"].update(kind="isotonic", points=[[1, 1], [0, 0]]), "rise"),
        (lambda c: c["before"]["weights"].update(belief=[1.0, 0.0, 0.0]), "spread"),
    ],
)
def test_weights_that_make_no_sense_are_refused(change, word):
    changed = content()
    change(changed)
    with pytest.raises(ValueError, match=word):
        read_stages(changed)


def test_isotonic_steps_are_joined_by_lines_and_level_beyond_their_ends():
    steps = Correction("isotonic", ((0.2, 0.1), (0.6, 0.5), (0.8, 0.9)))
    assert [steps(p) for p in (0.0, 0.2, 0.4, 0.6, 0.7, 0.8, 1.0)] == pytest.approx([0.1, 0.1, 0.3, 0.5, 0.7, 0.9, 0.9])


def test_it_says_the_same_of_the_same_and_in_less_than_a_millisecond():
    judge, found, standing = Judge(), finding(), Standing(errors=1, left=0)
    said = {judge.decided(found, candidate(), standing) for _ in range(20)}
    assert len(said) == 1
    assert min(timeit.repeat(lambda: judge.decided(found, candidate(), standing), number=20, repeat=5)) / 20 < 0.001


def test_evidence_makes_a_wrong_start_true_of_simulated_outcomes():
    """Candidates whose like is green in three of ten: what is said comes near that, whatever the start said."""
    draw = random.Random(7)
    judge = Judge()
    kind = {"move": "m", "code": "E0425", "applicability": None, "shape": "replace", "repository": "r"}
    from engine.brain.judge import gained
    from engine.store.outcomes import OutcomeRecord

    for number in range(400):
        judge.learn(
            OutcomeRecord(**kind, session=str(number), at="t", signature="", predicted=0.5, green=draw.random() < 0.3)
        )
    belief = judge.probability(0.8, **kind)
    shift = gained(0.8, belief)
    assert shift < -1.5
    stage = Stage(0.0, {"belief": Weight(1.0, 0.0, 1.0)})
    listing = judge_features.Listing(1, 0, True)
    said = stage.probability(judge_features.before(belief, shift, 0, listing), shift)
    assert said == pytest.approx(0.3, abs=0.06)


def test_no_outcomes_are_no_evidence():
    from engine.brain.judge import gained

    kind = {"move": "m", "code": None, "applicability": Applicability.MAYBE_INCORRECT, "shape": "insert"}
    for prior in (0.02, 0.5, 0.97):
        assert gained(prior, Judge().probability(prior, repository="r", **kind)) == pytest.approx(0.0)
    assert math.isclose(sigmoid(logit(0.3)), 0.3)
