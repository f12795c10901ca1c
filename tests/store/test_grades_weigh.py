"""What the mentor thinks of a fix weighs what the judge learns of it."""

from dataclasses import replace

import pytest

from engine.brain.judge import Judge
from engine.schema.devlog import DevLog, Outcome
from engine.store.outcomes import OutcomeRecord
from engine.store.store import Store

GREEN = OutcomeRecord(
    session="s1",
    at="2026-01-01T00:00:00.000Z",
    repository="crab",
    code="E0382",
    move="clone-where-it-moves",
    applicability=None,
    shape="insert",
    signature="x",
    predicted=0.9,
    green=True,
)


@pytest.fixture
def tried(store: Store) -> Store:
    """Two sessions with a DevLog each; in the first one attempt was red and one green, in the second one green."""
    for session in ("s1", "s2"):
        store.save_devlog(
            DevLog(
                id=f"devlog-{session}",
                session=session,
                at=GREEN.at,
                repository="crab",
                base="0",
                brain="search",
                outcome=Outcome.FIXED,
                summary="",
            )
        )
        store.record_outcome(replace(GREEN, session=session))
    store.record_outcome(replace(GREEN, green=False))
    return store


def tally(store: Store, repository: str | None = None) -> tuple[int, int]:
    (count,) = store.outcome_counts(repository)
    return count.green, count.total


@pytest.mark.parametrize(("value", "green"), [(1, 1), (2, 1), (3, 2), (4, 2)])
def test_an_incorrect_fix_does_not_count_as_green(tried: Store, value: int, green: int) -> None:
    tried.add_grade("devlog-s1", "correctness", value)
    assert tally(tried) == tally(tried, "crab") == (green, 3)
    assert tried.outcome_counts("elsewhere") == []


def test_no_grade_makes_green_what_the_compiler_refuted(tried: Store) -> None:
    tried.add_grade("devlog-s1", "correctness", 4)
    tried.add_grade("devlog-s2", "correctness", 4)
    assert tally(tried) == (2, 3)


def test_the_newest_grade_on_correctness_counts_and_no_other_axis_does(tried: Store) -> None:
    tried.add_grade("devlog-s1", "clarity", 1)
    assert tally(tried) == (2, 3)
    tried.add_grade("devlog-s1", "correctness", 4)
    tried.add_grade("devlog-s1", "correctness", 1)
    assert tally(tried) == (1, 3)
    tried.undo_grade("devlog-s1")
    assert tally(tried) == (2, 3)


def test_the_judge_trusts_a_move_less_once_its_fix_was_found_wrong(tried: Store) -> None:
    def trust() -> float:
        kind = {"move": GREEN.move, "code": GREEN.code, "applicability": None, "shape": GREEN.shape}
        return Judge(tried.outcome_counts()).probability(0.7, repository="crab", **kind)

    before = trust()
    tried.add_grade("devlog-s2", "correctness", 2)
    assert trust() < before
    tried.undo_grade("devlog-s2")
    assert trust() == before


def test_what_was_tried_stays_as_it_was_recorded(tried: Store) -> None:
    tried.add_grade("devlog-s1", "correctness", 1)
    assert [outcome.green for outcome in tried.outcomes("s1")] == [True, False]
