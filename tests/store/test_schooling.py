"""Her schooling in the store: exams, overrides, votes, good states and alarms, on every database."""

from dataclasses import replace

import pytest

from engine.errors import StoreError
from engine.store.gates import GateResult
from engine.store.outcomes import OutcomeRecord
from engine.store.rows import MoveRow
from engine.store.store import Store

PASSED = GateResult(
    stage=3, at="t1", brain="search", brain_hash="h", run="r1", seal="s", case_set="c",
    metric="compile_fix", value=0.8, low=0.71, high=None, n=120, baseline="r0", rise=0.1, rise_low=-0.01,
)  # fmt: skip
TRIED = OutcomeRecord(
    session="s1", at="t", repository="crab", code=None, move="clone", applicability=None,
    shape="replace", signature="s", predicted=0.8, green=True,
)  # fmt: skip


def test_an_exam_is_read_as_it_was_kept_and_kept_once(store: Store) -> None:
    store.record_gate(PASSED)
    store.record_gate(PASSED)
    store.record_gate(replace(PASSED, stage=0, value=None, low=None, baseline=None, rise=None, rise_low=None))
    assert [replace(one, id=None) for one in store.gate_results(3)] == [PASSED]
    assert [one.stage for one in store.gate_results()] == [3, 0]


def test_an_override_is_kept_with_its_reason_and_never_without(store: Store) -> None:
    made = store.override_gate(1, "search", "h", " seen \n it ")
    assert [replace(one, id=None) for one in store.gate_overrides()] == [made]
    assert made.reason == "seen it"
    with pytest.raises(StoreError):
        store.override_gate(1, "search", "h", "\t")
    assert len(store.gate_overrides(1)) == 1
    assert store.gate_overrides(2) == []


def test_a_vote_replaces_the_one_before_on_the_same_paper(store: Store) -> None:
    store.cast_vote("a", "x", "y", "r1", "r2", "first")
    kept = store.cast_vote("b", "x", "y", "r1", "r2", "second")
    again = store.cast_vote("a", "x", "y", "r1", "r2", "tie")
    assert sorted(store.votes(), key=lambda one: one.subject) == [again, kept]


def test_a_good_state_brings_back_what_she_remembered_to_the_last_value(store: Store) -> None:
    store.record_outcome(TRIED)
    store.save_move(MoveRow(name="clone", family="borrow", source="taught", at="t"))
    store.record_mistake("E0502|let", "clone", session="s1", at="t")
    before = (store.outcome_counts(), store.moves(), store.mistakes("E0502|let"))
    state = store.keep_state("search", "h", "weights.bin", "r1", "c")
    assert store.good_state("search") == state
    assert store.good_state("another") is None
    for number in range(3):
        store.record_outcome(replace(TRIED, session=f"late-{number}", green=False))
    store.record_mistake("E0502|let", "clone", session="s2", at="t2")
    store.revoke_move("clone", reason="it does harm")
    assert store.restore_state(state) == 3
    assert (store.outcome_counts(), store.moves(), store.mistakes("E0502|let")) == before
    store.record_outcome(replace(TRIED, session="new"))
    assert store.outcomes("new")


def test_an_alarm_stands_until_it_is_ended_with_a_reason(store: Store) -> None:
    state = store.keep_state("search", "h", None, "r1", "c")
    made = store.ring(state, "h2", "r2", (0.05, 0.01, 0.09), 200, ("a", "b"), restored=True)
    assert (made.drop, made.flipped, made.restored, made.cleared) == (0.05, ("a", "b"), state.id, None)
    assert store.alarms("search", standing=True) == [made]
    with pytest.raises(StoreError):
        store.clear_alarm(made.id, "")
    ended = store.clear_alarm(made.id, "known")
    assert ended.cleared is not None
    assert store.alarms("search", standing=True) == []
    assert store.alarms() == [ended]


def test_graded_devlogs_are_counted_by_axis(store: Store) -> None:
    assert store.graded_devlogs("voice") == 0
