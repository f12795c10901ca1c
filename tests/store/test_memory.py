"""What she remembers: outcomes, mistakes, moves."""

from dataclasses import replace

import pytest

from engine.errors import StoreError
from engine.store.outcomes import OutcomeCount, OutcomeRecord
from engine.store.rows import Mistake, MoveRow
from engine.store.store import Store

TRIED = OutcomeRecord(
    session="s1",
    at="2026-01-01T00:00:00.000Z",
    repository="crab",
    code="E0502",
    move="hoist-read",
    applicability=None,
    shape="replace",
    signature="E0502|let",
    predicted=0.8,
    green=True,
)


def test_outcomes_are_counted_by_kind_and_repository(store: Store) -> None:
    lint = replace(TRIED, code=None, applicability="MachineApplicable", repository="lobster", green=False)
    for outcome in (TRIED, TRIED, replace(TRIED, green=False), lint):
        store.record_outcome(outcome)
    in_crab = OutcomeCount("E0502", "hoist-read", None, "replace", "crab", green=2, total=3)
    in_lobster = OutcomeCount(None, "hoist-read", "MachineApplicable", "replace", "lobster", green=0, total=1)
    assert store.outcome_counts("crab") == [in_crab]
    assert sorted(store.outcome_counts(), key=lambda count: count.repository) == [in_crab, in_lobster]
    assert store.outcome_counts("nowhere") == []
    assert store.outcomes("s1") == [TRIED, TRIED, replace(TRIED, green=False), lint]


def test_a_mistake_made_again_is_counted(store: Store) -> None:
    store.record_mistake("E0502|let", "clone", session="s1", at="t1")
    store.record_mistake("E0502|let", "borrow", session="s1", at="t1")
    store.record_mistake("E0502|let", "clone", session="s2", at="t2")
    assert store.mistakes("E0502|let") == [
        Mistake("E0502|let", "clone", "s2", "t2", 2),
        Mistake("E0502|let", "borrow", "s1", "t1", 1),
    ]
    assert store.mistakes("E0308") == []


def test_a_revoked_move_stays_revoked_until_it_is_given_back(store: Store) -> None:
    move = MoveRow("clone", "ownership", "builtin", "t1")
    store.save_move(move)
    store.revoke_move("clone", reason="hides the real owner")
    store.save_move(replace(move, source="learnt", at="t2"))
    assert store.moves() == [MoveRow("clone", "ownership", "learnt", "t2", True, "hides the real owner")]
    assert store.moves(revoked=False) == []
    store.revoke_move("clone", revoked=False)
    assert store.moves(revoked=False) == [MoveRow("clone", "ownership", "learnt", "t2")]
    with pytest.raises(StoreError, match="no move transmute"):
        store.revoke_move("transmute")
