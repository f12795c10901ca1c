"""The byte brain in the real loop, with a model that has learnt nothing: it costs time, and the loop goes on."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path

import pytest

pytest.importorskip("torch", reason="torch is not installed: pip install 'rusta-tui[train]'")
pytest.importorskip("safetensors", reason="safetensors is not installed: pip install 'rusta-tui[train]'")

from engine.brain.minds.mind import MindError
from engine.loop.policy import Policy
from engine.model import generation
from engine.schema.devlog import Outcome
from tests.byte_run import written

MISSING = "pub fn count() -> HashMap<u8, u8> {\n    HashMap::new()\n}\n"
# Only the test, which says seconds, tells which conversion is meant.
UNKNOWN = """\
/// How long it takes, in whole seconds.
pub fn seconds(minutes: u64) -> u64 {
    in_seconds(minutes)
}

#[test]
fn two_minutes() {
    assert_eq!(seconds(2), 120);
}
"""
USE = """\
#[test]
fn counts() {
    let count: std::collections::HashMap<u8, u8> = subject::count();
    assert!(count.is_empty());
}
"""


@pytest.fixture
def run(tmp_path: Path) -> Path:
    return written(tmp_path / "run")


@pytest.fixture
def settle(tmp_path: Path) -> Callable[..., None]:
    """Writes the mentor's settings of the brain."""
    home = tmp_path / "home"
    home.mkdir(exist_ok=True)

    def write(**settings: object) -> None:
        (home / "brains.yaml").write_text(json.dumps({"byte": settings}))

    return write


async def test_a_model_that_knows_nothing_costs_time_and_never_a_bad_commit(
    desk: Callable, run: Path, settle: Callable[..., None]
) -> None:
    settle(checkpoint=str(run), seconds=5.0, weight=10.0)
    subject = desk({"src/lib.rs": MISSING, "tests/use.rs": USE})
    log, mentor = await subject.fix(brain="byte")
    assert log.outcome is Outcome.FIXED
    fixed = subject.git("show", f"{log.branch}:src/lib.rs")
    assert fixed.startswith("use std::collections::HashMap;")
    assert fixed.endswith(MISSING.strip())
    spent = {event.name: event.value for event in mentor.of("meter")}
    assert spent["model seconds"] > 0
    assert spent["bytes read"] > len(MISSING)


@pytest.fixture
def writes(monkeypatch: pytest.MonkeyPatch) -> Callable[[bytes], None]:
    """Makes the model write this and nothing else into every hole, and be sure of it."""

    def make(text: bytes) -> None:
        monkeypatch.setattr(generation, "beam", lambda *_: [generation.Written(text, -0.01)])

    return make


async def test_a_filling_that_holds_is_committed_under_the_models_name(
    desk: Callable, run: Path, settle: Callable[..., None], writes: Callable[[bytes], None]
) -> None:
    settle(checkpoint=str(run), weight=0.0)
    writes(b"60 * ")
    subject = desk({"src/lib.rs": UNKNOWN})
    log, mentor = await subject.fix(brain="byte")
    assert log.outcome is Outcome.FIXED
    assert "60 * (minutes)" in subject.git("show", f"{log.branch}:src/lib.rs")
    assert {event.move for event in mentor.of("reflection") if event.outcome == "green"} == {"byte:grain-01234567"}


@pytest.mark.parametrize(
    "text", [b"", b"todo!()", b"u64", b"std::collections::BTreeMap", b"HashMap<u8, u8", b"\xff", b"\0"], ids=repr
)
async def test_a_filling_that_does_not_hold_is_never_committed(
    desk: Callable, run: Path, settle: Callable[..., None], writes: Callable[[bytes], None], text: bytes
) -> None:
    settle(checkpoint=str(run), weight=0.0)
    writes(text)
    subject = desk({"src/lib.rs": MISSING, "tests/use.rs": USE})
    log, _ = await subject.fix(brain="byte")
    assert log.outcome is Outcome.FIXED
    fixed = subject.git("show", f"{log.branch}:src/lib.rs")
    assert fixed.startswith("use std::collections::HashMap;")
    assert fixed.endswith(MISSING.strip())


async def test_a_model_that_was_only_shown_text_fills_and_reads(
    desk: Callable, tmp_path: Path, settle: Callable[..., None]
) -> None:
    settle(checkpoint=str(written(tmp_path / "run", likes="test", stages=("E0",))), seconds=5.0)
    log, mentor = await desk({"src/lib.rs": MISSING, "tests/use.rs": USE}).fix(brain="byte")
    assert log.outcome is Outcome.FIXED
    assert next(event.value for event in mentor.of("meter") if event.name == "model seconds") > 0


@pytest.mark.parametrize(
    ("likes", "stages", "then"),
    [
        ("test", ("E0", "E2"), {"test"}),
        ("structure", ("E0", "E2"), {"analyzer", "structure"}),
        ("trial", ("E0", "E2"), {"trial"}),
        ("apply", ("E0", "E2"), {"analyzer", "structure", "test", "trial"}),
        ("test", ("E0", "E4"), {"analyzer", "structure"}),
    ],
    ids=["test", "structure", "another trial", "no probe", "never trained"],
)
async def test_a_model_that_has_learnt_it_says_which_probe_comes_next(
    desk: Callable, tmp_path: Path, settle: Callable[..., None], likes: str, stages: tuple[str, ...], then: set[str]
) -> None:
    settle(checkpoint=str(written(tmp_path / "run", likes=likes, stages=stages)), proposals=0, weight=0.0, seconds=30.0)
    never_sure = Policy.model_validate({"confidence": {"apply_quick": 1.0, "apply_refactor": 1.0}})
    _, mentor = await desk({"src/lib.rs": MISSING, "tests/use.rs": USE}).fix(brain="byte", policy=never_sure)
    probes = [event for event in mentor.of("probe") if event.status == "done"]
    held = next(at for at, event in enumerate(probes) if event.probe == "trial" and event.verdict == "supports")
    assert probes[held + 1].probe in then
    assert len(probes) <= never_sure.probes.deep.count


@pytest.mark.parametrize(
    ("harm", "said"),
    [
        (lambda place: (place / "manifest.json").unlink(), "no manifest"),
        (lambda place: (place / "model.safetensors").write_bytes(b"cut"), "damaged"),
        (lambda place: (place / "manifest.json").write_text('{"format": "other"}'), "something else"),
    ],
    ids=["no manifest", "cut short", "foreign"],
)
async def test_a_checkpoint_that_is_not_sound_is_refused_in_one_line(
    desk: Callable, run: Path, settle: Callable[..., None], harm: Callable[[Path], None], said: str
) -> None:
    settle(checkpoint=str(run))
    harm(run / "checkpoints" / "step-000000003")
    with pytest.raises(MindError, match=said) as refused:
        await desk({"src/lib.rs": MISSING}).fix(brain="byte")
    assert "\n" not in str(refused.value)


async def test_weights_that_do_not_fit_leave_the_default_brain_and_are_said(
    desk: Callable, run: Path, settle: Callable[..., None]
) -> None:
    file = run / "checkpoints" / "step-000000003" / "manifest.json"
    manifest = json.loads(file.read_text())
    manifest["shape"]["width"] = 64
    file.write_text(json.dumps(manifest))
    settle(checkpoint=str(run))
    log, mentor = await desk({"src/lib.rs": MISSING}).fix(brain="byte")
    assert log.outcome is Outcome.FIXED
    told = [event.text for event in mentor.of("say") if "do not fit" in event.text]
    assert len(told) == 1


async def test_no_checkpoint_and_no_settings_are_said(desk: Callable, settle: Callable[..., None]) -> None:
    subject = desk({"src/lib.rs": MISSING})
    with pytest.raises(MindError, match="no settings"):
        await subject.fix(brain="byte")
    settle(checkpoint="/nowhere/at/all")
    with pytest.raises(MindError, match="no checkpoint"):
        await subject.fix(brain="byte")
