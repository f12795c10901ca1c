"""Experiences and mined moves: kept, counted, taken back, and put back with a good state."""

from dataclasses import replace

from engine.store.experience import Experience, IdeaCount, MinedMove
from engine.store.store import Store

AT = "2026-01-02T03:04:05.678Z"
MINED = Experience(
    session="s1", at=AT, repository="shop", code="E0308", message="mismatched types", types="expected usize",
    item="function", place="src/lib.rs::total", context="c", signature="sig", idea="idea", deed="deed", verdict="green",
    move="convert", intent="Convert it.", candidate="k1", template="{}", ground="{}",
)  # fmt: skip
MOVE = MinedMove("mined-x", "E0308", AT, "Convert it.", 0.7, "{}", ("s1", "s2", "s3"), {"fits": 3, "mended": 3})


def test_ideas_are_counted_by_context_without_the_session_that_asks(store: Store) -> None:
    for session, verdict in (("s1", "red"), ("s2", "red"), ("s3", "green")):
        store.record_experience(replace(MINED, session=session, verdict=verdict))
    store.record_experience(replace(MINED, session="s4", context="d"))
    found = store.idea_counts("sig", but="s3")
    assert sorted(found, key=lambda each: each.context) == [
        IdeaCount("idea", "shop", "c", "red", 2),
        IdeaCount("idea", "shop", "d", "green", 1),
    ]
    assert store.idea_counts("other") == []


def test_fixes_come_from_the_signature_here_first_and_from_the_code_elsewhere_last(store: Store) -> None:
    kept = [
        replace(MINED, session="far", repository="other", signature="x"),
        replace(MINED, session="code", signature="x"),
        replace(MINED, session="elsewhere", repository="other"),
        replace(MINED, session="here"),
        replace(MINED, session="red", verdict="red"),
        replace(MINED, session="empty", template=""),
        replace(MINED, session="another code", code="E0001", signature="y"),
    ]
    for each in kept:
        store.record_experience(each)
    found = store.fixes(code="E0308", signature="sig", repository="shop")
    assert [each.session for each in found] == ["here", "elsewhere", "code", "far"]
    assert not any(each.ground for each in found)
    newest = store.fixes(code="E0308", signature="sig", repository="shop", limit=1)
    assert [each.session for each in newest] == ["here"]


def test_what_is_taken_back_is_no_example_and_stays_on_record(store: Store) -> None:
    store.record_experience(MINED)
    store.record_experience(replace(MINED, candidate="k2", verdict="red", template="", ground=""))
    store.take_back_session("s1", at=AT)
    assert [(each.candidate, each.verdict, each.template) for each in store.experiences(session="s1")] == [
        ("k1", "green", ""),
        ("k2", "red", ""),
        ("k1", "undone", ""),
    ]
    assert store.fixes(code="E0308", signature="sig", repository="shop") == []
    assert store.barred_deeds("shop") == {"deed"}
    assert store.barred_deeds("shop", but="s1") == store.barred_deeds("other") == frozenset()


def test_what_is_proven_takes_the_place_of_what_was_noted_before(store: Store) -> None:
    store.record_experience(replace(MINED, verdict="progress"))
    store.record_experience(replace(MINED, verdict="red"))
    store.prove(MINED)
    assert store.experiences() == [MINED]


def test_mined_moves_are_found_by_code_or_all(store: Store) -> None:
    store.save_mined(MOVE)
    store.save_mined(replace(MOVE, prior=0.8))
    store.save_mined(replace(MOVE, name="mined-y", code=""))
    assert store.mined_moves("E0308") == [replace(MOVE, prior=0.8)]
    assert [move.name for move in store.mined_moves()] == ["mined-x", "mined-y"]


def test_a_good_state_puts_back_what_was_remembered_then(store: Store) -> None:
    store.record_experience(MINED)
    store.save_mined(MOVE)
    state = store.keep_state("search", "h", None, "r1", "c")
    store.record_experience(replace(MINED, session="later"))
    store.save_mined(replace(MOVE, name="mined-later"))
    store.restore_state(state)
    assert store.experiences() == [MINED]
    assert store.mined_moves() == [MOVE]
