"""What a mentor's reason says for and against, and how far it moves what she proposes next."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from engine.brain.counsel import Counsel, counsel, weigh
from engine.brain.protocol import Candidate
from engine.brain.search import SearchBrain
from engine.schema.patch import Edit


def candidate(after: str, *, move: str = "follow-the-compiler", confidence: float = 0.8) -> Candidate:
    edit = Edit(path="lib.rs", byte_start=0, byte_end=5, before="names", after=after)
    return Candidate(
        key=after,
        move=move,
        statement="",
        intent="",
        edits=(edit,),
        applicability=None,
        shape="replace",
        confidence=confidence,
    )


@pytest.mark.parametrize(
    ("reason", "wanted", "minded"),
    [
        ("it clones in the hot loop", set(), {"clones", "hot", "loop"}),
        ("don't clone here", set(), {"clone"}),
        ("use iter", {"iter"}, set()),
        ("borrow instead of clone", {"borrow"}, {"clone"}),
        ("the clone hides the borrow. Please use as_ref", {"as_ref"}, {"clone", "borrow"}),
        ("", set(), set()),
    ],
)
def test_a_reason_is_read_for_what_it_asks_and_what_it_minds(reason: str, wanted: set[str], minded: set[str]) -> None:
    assert counsel([reason]) == Counsel(frozenset(wanted), frozenset(minded))


def test_a_later_reason_counts_over_an_earlier_one() -> None:
    assert counsel(["no clone", "use clone"]) == Counsel(frozenset({"clone"}), frozenset())


def test_what_is_minded_falls_and_what_is_asked_for_rises() -> None:
    given_ = counsel(["as_ref instead of clone"])
    assert (
        weigh(candidate("names.clone()"), given_).confidence
        < 0.8
        < weigh(candidate("names.as_ref()"), given_).confidence
    )
    assert weigh(candidate("names.iter()"), given_) == candidate("names.iter()")


def test_a_word_that_was_there_before_is_not_held_against_a_candidate() -> None:
    assert weigh(candidate("names"), counsel(["no names"])).confidence == 0.8


@given(reasons=st.lists(st.text(), max_size=4), confidence=st.floats(0.0, 1.0))
def test_no_reason_whatever_makes_her_certain_or_rules_anything_out(reasons: list[str], confidence: float) -> None:
    moved = weigh(candidate("names.clone()", confidence=confidence), counsel(reasons)).confidence
    assert 0.0 <= moved <= 1.0
    assert (moved in (0.0, 1.0)) == (confidence in (0.0, 1.0)) or abs(moved - confidence) < 1e-9


async def test_a_reason_lowers_what_it_minds_and_lets_another_come_first(crate) -> None:
    crate.write('pub fn name() -> String {\n    "ink"\n}\n')
    [found] = crate.check()
    brain = SearchBrain()
    before = await brain.think(crate.context(found))
    first = before[0]
    assert "to_string" in first.edits[0].after
    after = {other.key: other for other in await brain.think(crate.context(found, reasons=("no to_string here",)))}
    assert after[first.key].confidence < first.confidence
    assert set(after) == {other.key for other in before}
