"""A model beside the default brain, in the real loop: what it gets right is committed, what it gets wrong is not."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path

import pytest

from engine.brain.minds.mind import MindError
from engine.schema.devlog import Outcome
from tests.model_server import Server, Turn

MISSING = "pub fn count() -> HashMap<u8, u8> {\n    HashMap::new()\n}\n"
# Two conversions compile; only the test, which says seconds, tells a model that reads it which one is meant.
UNKNOWN = """\
/// How long it takes, in whole seconds.
pub fn seconds(minutes: u64) -> u64 {
    in_seconds(minutes)
}

#[cfg(test)]
mod tests {
    #[test]
    fn two_minutes() {
        assert_eq!(super::seconds(2), 120);
    }
}
"""


@pytest.fixture
def brains(server: Server, tmp_path: Path, desk: Callable) -> Server:
    home = tmp_path / "home"
    home.mkdir(exist_ok=True)
    (home / "brains.yaml").write_text(
        f"server:\n  url: {server.url}\n  model: tiny\n  samples: 1\n  tries: 1\n  prices: {{million_in: 1.0}}\n"
    )
    return server


def answer(find: str, replace: str, path: str = "src/lib.rs") -> Turn:
    edit = {"path": path, "find": find, "replace": replace}
    return Turn(json.dumps({"cause": "a cause", "intent": "Do it.", "confidence": 0.99, "edits": [edit]}))


async def test_a_proposal_that_holds_is_committed_under_the_models_name(desk: Callable, brains: Server) -> None:
    brains.turns = [answer("    in_seconds(minutes)\n", "    minutes * 60\n")]
    subject = desk({"src/lib.rs": UNKNOWN})
    log, mentor = await subject.fix(brain="server")
    assert log.outcome is Outcome.FIXED
    assert "minutes * 60" in subject.git("show", f"{log.branch}:src/lib.rs")
    assert {event.move for event in mentor.of("reflection") if event.outcome == "green"} == {"server:tiny"}
    spent = {event.name: event.value for event in mentor.of("meter")}
    assert spent["tokens in"] == 100 * len(brains.asked)
    assert spent["model cost"] == pytest.approx(1e-4 * len(brains.asked))
    assert "in_seconds" in brains.asked[0]["messages"][1]["content"]


@pytest.mark.parametrize(
    "turn",
    [
        Turn("Sure! Here is how I would do it."),
        Turn(status=500),
        answer("HashMap<u8, u8> {", "", path="../../etc/passwd"),
        answer("pub fn count", "fn count"),
        answer(MISSING, "\n"),
        answer("    HashMap::new()\n", "    todo!()\n"),
        answer("pub fn count", "use std::collections::BTreeMap as HashMap;\n\npub fn count"),
    ],
    ids=["talk", "down", "outside", "not public", "deleted", "todo", "another meaning"],
)
async def test_garbage_costs_time_and_never_a_bad_commit(desk: Callable, brains: Server, turn: Turn) -> None:
    brains.turns = [turn]
    subject = desk({"src/lib.rs": MISSING, "tests/use.rs": USE})
    log, _ = await subject.fix(brain="server")
    assert log.outcome is Outcome.FIXED, "the default brain goes on"
    fixed = subject.git("show", f"{log.branch}:src/lib.rs")
    assert fixed.startswith("use std::collections::HashMap;")
    assert fixed.endswith(MISSING.strip())


USE = """\
#[test]
fn counts() {
    let count: std::collections::HashMap<u8, u8> = subject::count();
    assert!(count.is_empty());
}
"""


async def test_a_silent_server_is_said_in_the_session(desk: Callable, brains: Server) -> None:
    brains.turns = [Turn(status=500)]
    _, mentor = await desk({"src/lib.rs": MISSING}).fix(brain="server")
    assert any("does not answer: status 500" in event.text for event in mentor.of("say"))


async def test_without_settings_the_brain_says_what_to_write(desk: Callable) -> None:
    with pytest.raises(MindError, match="no settings"):
        await desk({"src/lib.rs": MISSING}).fix(brain="server")
