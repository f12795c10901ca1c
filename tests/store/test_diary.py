"""DevLogs and grades."""

import pytest

from engine.errors import StoreError
from engine.schema.devlog import DevLog, Entry, Outcome
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
    assert ids(graded=True) == ["b"]
    assert ids(graded=False) == ["a"]


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
