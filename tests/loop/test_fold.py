"""The state of a session is what its events say, wherever the list is cut."""

from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from engine.loop.fold import SessionState, fold, outcome_of
from engine.schema.devlog import Outcome
from engine.schema.diagnostic import Diagnostic, Level, Tool
from engine.schema.event import (
    CommitEvent,
    CommitMade,
    DecisionEvent,
    DiagnosticEvent,
    Event,
    IntakeEvent,
    PatchEvent,
    UndoEvent,
)
from engine.schema.patch import Patch

FOUND = Diagnostic(id="d1", tool=Tool.RUSTC, level=Level.ERROR, code="E0308", message="mismatched types")


def head(seq: int) -> dict[str, Any]:
    return {"seq": seq, "at": "2026-01-01T00:00:00.000Z", "session": "s"}


def patch(name: str) -> Patch:
    return Patch(id=name, intent="mend", move="m", edits=(), inverse=(), files=(), diff="", inverse_diff="")


STORY: list[Event] = [
    IntakeEvent(**head(1), repository="r", path="r", head="c0", branch="main", base="c0"),
    DiagnosticEvent(**head(2), diagnostic=FOUND, status="queued", order=1),
    PatchEvent(**head(3), task="d1", patch=patch("p1"), status="applied", hypothesis="h1"),
    UndoEvent(**head(4), what="patch", how="inverse", patch="p1", task="d1"),
    PatchEvent(**head(5), task="d1", patch=patch("p2"), status="applied", hypothesis="h2"),
    PatchEvent(**head(6), task="d1", patch=patch("p2"), status="green", hypothesis="h2", proven=True),
    DiagnosticEvent(**head(7), diagnostic=FOUND, status="gone", order=1),
    DecisionEvent(**head(8), by="mentor", action="approve", task="d1", patch="p2"),
    CommitEvent(
        **head(9),
        status="intent",
        ref="refs/heads/rusta/x",
        old=None,
        new="c1",
        commits=(CommitMade(sha="c1", patch="p2", subject="mend"),),
    ),
    CommitEvent(
        **head(10),
        status="done",
        ref="refs/heads/rusta/x",
        old=None,
        new="c1",
        commits=(CommitMade(sha="c1", patch="p2", subject="mend"),),
    ),
]


def test_an_undone_patch_no_longer_stands() -> None:
    assert [item.patch.id for item in fold(STORY[:4]).stacked] == []
    assert [item.patch.id for item in fold(STORY[:6]).stacked] == ["p2"]


def test_a_commit_without_its_end_is_known_as_unfinished() -> None:
    state = fold(STORY[:9])
    assert state.unfinished_commit is not None
    assert state.base == "c0"
    assert fold(STORY).unfinished_commit is None
    assert fold(STORY).base == "c1"


def test_the_outcome_is_fixed_only_once_it_is_committed() -> None:
    assert outcome_of(SessionState()) is Outcome.CLEAN
    assert outcome_of(fold(STORY[:8])) is Outcome.ABSTAINED
    assert outcome_of(fold(STORY)) is Outcome.FIXED


@given(st.integers(0, len(STORY)))
def test_a_resumed_fold_is_the_live_one(cut: int) -> None:
    live = SessionState()
    for event in STORY[:cut]:
        live.apply(event)
    for event in STORY[cut:]:
        live.apply(event)
    assert live == fold(STORY)
