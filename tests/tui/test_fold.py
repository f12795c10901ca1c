"""What each event changes in the view, without a screen."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import count
from typing import Any

import pytest

from engine.schema import event as wire
from engine.schema.devlog import DevLog, Outcome
from engine.schema.diagnostic import Diagnostic, Level, Span, Tool
from engine.schema.patch import FileImage, Patch
from rusta_tui.fold import fold, fold_all
from rusta_tui.lines import plain
from rusta_tui.panes import citation, headline, queue_row, voice
from rusta_tui.short_form import short_lines
from rusta_tui.story import Story
from rusta_tui.view import TAIL_LINES, View

DIFF = "--- a/src/a.rs\n+++ b/src/a.rs\n@@ -1 +1 @@\n-a\n+b\n"


def diagnostic(key: str = "d1", level: Level = Level.ERROR) -> Diagnostic:
    span = Span(
        file="src/a.rs",
        byte_start=0,
        byte_end=1,
        line_start=3,
        line_end=3,
        column_start=1,
        column_end=2,
        primary=True,
    )
    return Diagnostic(id=key, tool=Tool.RUSTC, level=level, code="E0502", message="cannot borrow", spans=(span,))


def patch(key: str = "p1") -> Patch:
    image = FileImage(path="src/a.rs", before="00", after="11")
    return Patch(id=key, intent="End it", move="end", edits=(), inverse=(), files=(image,), diff=DIFF, inverse_diff="")


@pytest.fixture
def make() -> Iterator[Any]:
    seq = count(1)

    def event(kind: type, **fields: Any) -> Any:
        return kind(**{"seq": next(seq), "at": "2026-01-01T00:00:00Z", "session": "s1", **fields})

    return event


def told(view: View, width: int = 90) -> str:
    return "\n".join(plain(line) for line in Story(view).lines(width, 0.0))


def test_an_event_that_is_already_there_is_ignored(make: Any) -> None:
    say = make(wire.SayEvent, text="once")
    view = fold_all([say, say])
    assert len(view.says) == 1


def test_an_error_beside_the_list_is_not_lost(make: Any) -> None:
    view = fold_all([make(wire.SayEvent, text="x"), make(wire.ErrorEvent, seq=0, text="not a decision")])
    assert [error.text for error in view.errors] == ["not a decision"]
    assert view.last_seq == 1


def test_findings_keep_their_place_and_their_cause_while_they_change(make: Any) -> None:
    view = fold_all(
        [
            make(wire.DiagnosticEvent, diagnostic=diagnostic("w", Level.WARNING)),
            make(wire.DiagnosticEvent, diagnostic=diagnostic("b")),
            make(wire.DiagnosticEvent, diagnostic=diagnostic("a")),
        ]
    )
    assert [finding.diagnostic.id for finding in view.queue()] == ["b", "a", "w"]
    fold(view, make(wire.DiagnosticEvent, diagnostic=diagnostic("a"), status="queued", order=1))
    fold(view, make(wire.DiagnosticEvent, diagnostic=diagnostic("b"), status="queued", order=2, follows="a"))
    fold(view, make(wire.DiagnosticEvent, diagnostic=diagnostic("b"), status="gone"))
    assert [finding.diagnostic.id for finding in view.queue()] == ["a", "b", "w"]
    assert view.findings["b"].follows == "a"
    assert view.findings["b"].status == "gone"


def test_belief_moves_every_hypothesis_and_draws_a_curve(make: Any) -> None:
    view = fold_all(
        [
            make(wire.StateEvent, state="think", task="d1"),
            make(wire.HypothesisEvent, id="h1", task="d1", statement="borrow", move="end", confidence=0.5),
            make(wire.BeliefEvent, task="d1", beliefs={"h1": 0.7}, confidence=0.7, entropy=1.0),
            make(wire.BeliefEvent, task="d1", beliefs={"h1": 0.9}, confidence=0.9, entropy=0.4),
        ]
    )
    assert view.tasks["d1"].confidence == [0.7, 0.9]
    assert view.tasks["d1"].hypotheses["h1"].confidence == 0.9
    assert "0.70 → 0.90" in told(view)


def test_a_probe_that_ends_takes_the_place_of_its_start(make: Any) -> None:
    start = {"id": "b", "task": "d1", "probe": "check", "command": "cargo check"}
    view = fold_all(
        [
            make(wire.StateEvent, state="probe", task="d1"),
            make(wire.ProbeEvent, status="running", **start),
            make(wire.ProbeEvent, status="done", seconds=0.2, verdict="supports", finding="same span", **start),
        ]
    )
    assert told(view).count("cargo check") == 1
    assert "supports" in told(view)


def test_an_ask_stands_until_it_is_decided(make: Any) -> None:
    view = fold_all([make(wire.AskEvent, id="a1", wants="verdict", questions=("Commit?",), patch="p1")])
    assert view.ask is not None
    fold(view, make(wire.DecisionEvent, by="mentor", action="approve", patch="p1"))
    assert view.ask is None


def test_a_pause_holds_until_it_is_resumed(make: Any) -> None:
    view = fold_all([make(wire.DecisionEvent, by="mentor", action="pause")])
    assert view.paused
    fold(view, make(wire.DecisionEvent, by="mentor", action="resume"))
    assert not view.paused


def test_a_patch_knows_its_validation_and_its_undo(make: Any) -> None:
    view = fold_all(
        [
            make(wire.PatchEvent, task="d1", patch=patch(), status="applied"),
            make(wire.ValidationEvent, task="d1", patch="p1", steps=(), green=True, progress=True),
            make(wire.PatchEvent, task="d1", patch=patch(), status="green", proven=True),
        ]
    )
    assert view.patches["p1"].validation is not None
    assert view.patches["p1"].event.proven
    fold(view, make(wire.UndoEvent, what="patch", how="inverse", patch="p1"))
    assert view.patches["p1"].undone


def test_the_tail_of_a_job_is_bounded(make: Any) -> None:
    view = View()
    for _ in range(50):
        fold(view, make(wire.ProgressEvent, job="j", command="cargo test", lines=("x",) * 1000))
    assert view.job is not None
    assert view.job.seen == 50_000
    assert len(view.job.lines) <= 2 * TAIL_LINES


def test_a_state_that_its_event_announced_is_not_told_twice(make: Any) -> None:
    view = fold_all(
        [
            make(wire.IntakeEvent, repository="/r", path="/r", head="a", branch="main", base="abcdefg12"),
            make(wire.StateEvent, state="intake"),
            make(wire.StateEvent, state="intake", status="done", seconds=1.0, text="6 errors"),
        ]
    )
    assert [step.state for step in view.steps] == ["intake"]
    assert "main at abcdefg" in told(view)


def test_the_end_closes_everything(make: Any) -> None:
    log = DevLog(
        id="l", session="s1", at="x", repository="/r", base="a", brain="search", outcome=Outcome.FIXED, summary="done"
    )
    view = fold_all(
        [
            make(wire.AskEvent, id="a1", wants="answer", questions=("Why?",)),
            make(wire.LogEvent, outcome=Outcome.FIXED, devlog=log, branch="rusta/x", commit="1234567890"),
        ]
    )
    assert view.over
    assert view.ask is None
    assert "fixed  on rusta/x  123456789" in told(view)
    assert "○" not in told(view)


def test_a_timeline_fits_any_width_and_loses_no_word_of_hers(make: Any) -> None:
    words = "a borrow that outlives its last read keeps everybody else from writing " * 3
    view = fold_all(
        [
            make(wire.DiagnosticEvent, diagnostic=diagnostic()),
            make(wire.StateEvent, state="communicate", task="d1"),
            make(wire.SayEvent, task="d1", tone="intent", text=words),
        ]
    )
    for width in (40, 64, 120):
        assert all(len(line) <= width for line in told(view, width).splitlines())
        assert told(view, width).count("borrow that") >= 1
        assert " ".join(told(view, width).split()).count("writing") == 3
    assert any("Say" in plain(line) for line in short_lines(view, 60))


def test_the_small_panes_speak_plainly(make: Any) -> None:
    view = fold_all(
        [
            make(wire.StateEvent, state="probe", task="d1"),
            make(wire.MeterEvent, name="probes", value=1, limit=3, unit="probes"),
            make(wire.SayEvent, text="End it.", citations=("book/ch04-02-references.html#x", "error_codes/E0502.html")),
            make(wire.DiagnosticEvent, diagnostic=diagnostic(), status="queued", order=1),
        ]
    )
    assert headline(view) == "Session s1 · gear A quick · probes 1 / 3"
    assert plain(voice(view.says, 80)[0]) == " “End it.”  Book ch. 4.2  Error codes E0502"
    assert plain(queue_row(view.findings["d1"], 40)).split() == ["○", "E0502", "a.rs:3", "root"]
    assert citation("nomicon/aliasing.html") == "Nomicon aliasing"
