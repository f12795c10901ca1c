"""DevLogs, and what the mentor leaves on them: grades, comments, marks."""

import pytest

from engine.errors import StoreError
from engine.schema.devlog import DevLog, Entry, Outcome
from engine.store.rows import DevLogRow
from engine.store.store import Store


def devlog(
    id_: str, *, at: str = "2026-01-01T00:00:00.000Z", outcome: Outcome = Outcome.FIXED, **fields: object
) -> DevLog:
    head = {"id": id_, "session": f"of-{id_}", "at": at, "repository": "crab", "base": "0", "brain": "search"}
    return DevLog.read({"summary": "Straße", **head, "outcome": outcome, **fields})


ENTRY = Entry(
    diagnostic="d",
    code="E0106",
    message="missing lifetime specifier",
    where="src/lib.rs:1",
    gear="deep",
    attempts=1,
    intent="Name the lifetime",
    move="name-lifetime",
    confidence=0.8,
    outcome=Outcome.FIXED,
)


def test_a_devlog_needs_no_session_and_saving_it_again_replaces_it(store: Store) -> None:
    store.save_devlog(devlog("a", tags=("old",)))
    store.add_grade("a", "clarity", 3)
    later = devlog("a", summary="Better", tags=("new",), entries=(ENTRY,))
    store.save_devlog(later)
    assert store.devlog("a") == later
    assert store.devlogs() == [later]
    assert store.grades("a")["clarity"].value == 3


def test_an_unknown_devlog_is_a_clear_error(store: Store) -> None:
    with pytest.raises(StoreError, match="no DevLog x"):
        store.devlog("x")
    with pytest.raises(StoreError, match="no DevLog x"):
        store.add_grade("x", "clarity", 3)


def test_devlogs_are_searched(store: Store) -> None:
    store.save_devlog(devlog("a", at="2026-01-01T00:00:00.000Z", entries=(ENTRY,)))
    store.save_devlog(devlog("b", at="2026-01-02T00:00:00.000Z", outcome=Outcome.ABSTAINED, tags=("error/E0308",)))
    store.add_grade("b", "clarity", 4)

    def ids(**wanted: object) -> list[str]:
        return [found.id for found in store.devlogs(**wanted)]  # type: ignore[arg-type]

    assert ids() == ["b", "a"]
    assert ids(limit=1) == ["b"]
    assert ids(code="E0106") == ["a"]  # the entry's own code, though no tag was written
    assert ids(code="E0308") == ["b"]
    assert ids(move="name-lifetime") == ["a"]
    assert ids(outcome=Outcome.ABSTAINED) == ["b"]
    assert ids(session="of-a") == ["a"]
    assert ids(text="STRASSE") == ["b", "a"]
    assert ids(text="lifetime SPECIFIER") == ["a"]
    assert ids(text="_%") == ids(text="a/b") == []  # no wildcards here
    store.save_devlog(devlog("c", at="2025-01-01T00:00:00.000Z", summary="100_% a/b"))
    assert ids(text="_%") == ids(text="A/B") == ["c"]
    assert ids(graded=True) == ["b"]
    assert ids(graded=False) == ["a", "c"]


def test_the_newest_grade_of_an_axis_counts_and_undo_brings_the_one_before_back(store: Store) -> None:
    store.save_devlog(devlog("a"))
    store.add_grade("a", "clarity", 2, at="t1")
    store.add_grade("a", "minimality", 4, at="t2")
    store.add_grade("a", "clarity", 3, at="t3")

    def values() -> dict[str, int]:
        return {axis: grade.value for axis, grade in store.grades("a").items()}

    assert values() == {"clarity": 3, "minimality": 4}
    taken = store.undo_grade("a")
    assert taken is not None
    assert (taken.axis, taken.value, taken.at) == ("clarity", 3, "t3")
    assert values() == {"clarity": 2, "minimality": 4}
    store.undo_grade("a")
    store.undo_grade("a")
    assert values() == {}
    assert store.undo_grade("a") is None


@pytest.mark.parametrize("value", [0, 5, -1])
def test_a_grade_is_one_to_four(store: Store, value: int) -> None:
    store.save_devlog(devlog("a"))
    with pytest.raises(StoreError, match="1 to 4"):
        store.add_grade("a", "clarity", value)


def test_a_devlog_is_named_by_its_id_its_session_or_the_start_of_either(store: Store) -> None:
    for name in ("a1", "a2", "b"):
        store.save_devlog(devlog(name))
    store.save_devlog(devlog("a", session="of-b-too"))
    assert [store.devlog_id(name) for name in ("a", "a1", "b", "of-a1", "of-b-")] == ["a", "a1", "b", "a1", "a"]
    assert store.devlog_id("of-b") == "b"  # the whole name of a session beats the start of another
    with pytest.raises(StoreError, match="more than one"):
        store.devlog_id("of-a")
    for nothing in ("x", ""):
        with pytest.raises(StoreError, match="no DevLog"):
            store.devlog_id(nothing)


def test_comments_stay_in_order_and_say_something(store: Store) -> None:
    store.save_devlog(devlog("a"))
    store.add_comment("a", "Good eye.", at="t1")
    store.add_comment("a", "But say why.\nIn a line.", at="t1")
    store.save_devlog(devlog("a", summary="Better"))
    assert [(comment.text, comment.at) for comment in store.comments("a")] == [
        ("Good eye.", "t1"),
        ("But say why.\nIn a line.", "t1"),
    ]
    with pytest.raises(StoreError, match="say something"):
        store.add_comment("a", " \n")
    with pytest.raises(StoreError, match="no DevLog x"):
        store.add_comment("x", "Lost.")
    taken = store.undo_comment("a")
    assert taken is not None
    assert taken.text == "But say why.\nIn a line."
    assert [comment.text for comment in store.comments("a")] == ["Good eye."]
    store.undo_comment("a")
    assert store.undo_comment("a") is None


def test_a_mark_is_set_once_and_taken_off_once(store: Store) -> None:
    store.save_devlog(devlog("a"))
    assert store.add_mark("a", "golden", at="t1")
    assert not store.add_mark("a", "golden", at="t2")
    assert [(mark.mark, mark.at) for mark in store.marks("a")] == [("golden", "t1")]
    assert store.remove_mark("a", "golden")
    assert not store.remove_mark("a", "golden")
    assert store.marks("a") == []
    for leave in (store.add_mark, store.remove_mark):
        with pytest.raises(StoreError, match="no DevLog x"):
            leave("x", "golden")


def test_rows_tell_what_a_list_shows_and_heed_the_same_conditions(store: Store) -> None:
    store.save_devlog(devlog("a", at="2026-01-01T00:00:00.000Z", entries=(ENTRY,), seconds=2.5))
    store.save_devlog(devlog("b", at="2026-01-02T00:00:00.000Z", tags=("error/E0308", "error/E0277", "move/m")))
    for axis, value in (("clarity", 1), ("voice", 4), ("clarity", 3)):
        store.add_grade("a", axis, value)
    store.add_comment("a", "one")
    store.add_comment("a", "two")
    store.add_mark("a", "training-worthy")
    store.add_mark("a", "golden")
    newest, oldest = store.devlog_rows()
    assert oldest == DevLogRow(
        id="a",
        session="of-a",
        at="2026-01-01T00:00:00.000Z",
        repository="crab",
        brain="search",
        outcome=Outcome.FIXED,
        summary="Straße",
        seconds=2.5,
        codes=("E0106",),
        moves=("name-lifetime",),
        grades={"clarity": 3, "voice": 4},
        comments=2,
        marks=("golden", "training-worthy"),
        given=(("clarity", 1), ("voice", 4), ("clarity", 3)),
    )
    assert (newest.codes, newest.moves, newest.grades, newest.comments) == (("E0277", "E0308"), ("m",), {}, 0)
    assert [row.id for row in store.devlog_rows(1)] == ["b"]
    assert (
        [row.id for row in store.devlog_rows(1, skip=1)] == [row.id for row in store.devlog_rows(None, skip=1)] == ["a"]
    )
    assert store.devlog_rows(None, skip=1)[0].given == oldest.given
    assert [row.id for row in store.devlog_rows(graded=True)] == ["a"]
    assert [row.id for row in store.devlog_rows(code="E0308", text="strasse")] == ["b"]


def test_sqlite_lists_devlogs_without_reading_their_records(sqlite_url: str) -> None:
    with Store.open(sqlite_url) as store:
        which = "id, session, at, repository, brain, outcome, summary, seconds"
        (plan,) = store._db.read(f"EXPLAIN QUERY PLAN SELECT {which} FROM devlogs ORDER BY at DESC, id DESC")
    assert plan[-1] == "SCAN devlogs USING COVERING INDEX ix_devlogs_listed"
