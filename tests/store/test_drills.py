"""The drill's book: sessions, answers given once, and a log that is only added to."""

from __future__ import annotations

import pytest

from engine.errors import StoreError
from engine.store.drills import DrillCard, DrillSession
from engine.store.store import Store

AT = "2026-01-05T09:00:00.000Z"


def card(id_: str, kind: str = "explain", origin: str = "canon") -> DrillCard:
    return DrillCard(id_, kind, "Ownership", "E0382", "error_codes/E0382.html", 0, "digest", origin)


@pytest.fixture
def drilled(store: Store) -> Store:
    store.deal_in([card("aa1"), card("aa2"), card("bb3")], "1.0")
    store.open_drill(DrillSession("w.1", AT, "2026-W02", "w.1", "search", "1.0"), ["aa2", "aa1"])
    return store


def test_a_session_keeps_the_order_it_was_dealt_in(drilled: Store) -> None:
    assert [(place.id, place.card, place.at) for place in drilled.drill_answers("w.1")] == [
        ("w.1.01", "aa2", None),
        ("w.1.02", "aa1", None),
    ]
    assert drilled.drill_sessions()[0].ended is None
    drilled.end_drill("w.1")
    ended = drilled.drill_sessions()[0].ended
    assert ended is not None
    drilled.end_drill("w.1")
    assert drilled.drill_sessions()[0].ended == ended


def test_an_answer_is_given_once(drilled: Store) -> None:
    assert drilled.save_drill_answer("w.1.01", {"text": "because"}, at=AT) == AT
    assert drilled.drill_answers("w.1")[0].body == {"text": "because"}
    with pytest.raises(StoreError, match="answered already"):
        drilled.save_drill_answer("w.1.01", {"text": "or else"})
    assert drilled.drill_answers()[0].body == {"text": "because"}


def test_a_review_needs_an_answer_and_a_grade_of_1_to_4(drilled: Store) -> None:
    with pytest.raises(StoreError, match="no answer"):
        drilled.add_drill_review("w.1.01", "mentor", 3)
    drilled.save_drill_answer("w.1.01", {})
    for wrong in (0, 5):
        with pytest.raises(StoreError, match="1 to 4"):
            drilled.add_drill_review("w.1.01", "mentor", wrong)
    assert drilled.drill_reviews() == []


def test_taking_a_grade_back_is_another_line_of_the_log(drilled: Store) -> None:
    drilled.save_drill_answer("w.1.01", {})
    given = drilled.add_drill_review("w.1.01", "mentor", 3, at=AT)
    taken = drilled.revoke_drill_review(given)
    assert drilled.drill_reviews() == [given, taken]
    assert (given.card, given.revokes, taken.revokes) == ("aa2", None, given.id)


def test_a_place_that_is_answered_keeps_its_card(drilled: Store) -> None:
    drilled.redeal_drill("w.1.01", "bb3")
    drilled.save_drill_answer("w.1.01", {})
    drilled.redeal_drill("w.1.01", "aa1")
    drilled.redeal_drill("w.1.01", None)
    drilled.redeal_drill("w.1.02", None)
    assert [(place.id, place.card) for place in drilled.drill_answers()] == [("w.1.01", "bb3")]


def test_dealing_in_again_adds_nothing_and_brings_back_what_a_new_version_has_again(drilled: Store) -> None:
    assert drilled.deal_in([card("aa1"), card("aa2"), card("bb3")], "1.0") == 0
    assert drilled.deal_in([card("aa1")], "1.1") == 0
    assert [each.id for each in drilled.drill_cards()] == ["aa1"]
    assert drilled.drill_docs() == "1.1"
    assert [each.id for each in drilled.drill_cards(["bb3"])] == ["bb3"]
    assert drilled.deal_in([card("aa1"), card("bb3"), card("cc4")], "1.2") == 1
    assert [each.id for each in drilled.drill_cards()] == ["aa1", "bb3", "cc4"]


def test_a_card_that_was_found_unfit_stays_set_aside(drilled: Store) -> None:
    drilled.set_card_aside("aa1", "it needs a crate")
    drilled.deal_in([card("aa1"), card("aa2")], "1.1")
    assert [each.id for each in drilled.drill_cards()] == ["aa2"]


def test_a_mistake_outlives_the_version_of_the_docs(drilled: Store) -> None:
    drilled.deal_in([card("mm5", origin="mistake")], "1.0")
    drilled.deal_in([card("aa1")], "1.1")
    assert [each.id for each in drilled.drill_cards()] == ["aa1", "mm5"]


def test_a_card_is_named_by_the_start_of_its_id(drilled: Store) -> None:
    assert drilled.drill_card("bb").id == "bb3"
    for wrong in ("aa", "", "zz"):
        with pytest.raises(StoreError):
            drilled.drill_card(wrong)


def test_a_deal_is_kept_whole_or_not_at_all(drilled: Store) -> None:
    with pytest.raises(StoreError):
        drilled.open_drill(DrillSession("w.2", AT, "2026-W02", "s", "search", "1.0"), ["aa1", "no such card"])
    assert [session.id for session in drilled.drill_sessions()] == ["w.1"]
    assert drilled.drill_answers("w.2") == []
