"""`rusta check --watch` on a real crate: a save is a new round, and a broken manifest ends nothing."""

from __future__ import annotations

import json
import signal
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from engine.sandbox.jail import find_isolation
from tests.children import Child

MANIFEST = '[package]\nname = "quill"\nversion = "0.1.0"\nedition = "2021"\n'
pytestmark = [
    pytest.mark.slow,
    pytest.mark.skipif(find_isolation().kind == "none", reason="no jail here"),
]


@pytest.fixture
def crate(tmp_path: Path) -> Path:
    root = tmp_path / "quill"
    (root / "src").mkdir(parents=True)
    (root / "Cargo.toml").write_text(MANIFEST)
    (root / "src/lib.rs").write_text("pub fn ink() -> u32 {\n    7\n}\n")
    person = ("-c", "user.name=T", "-c", "user.email=t@localhost")
    for arguments in (("init", "-q", "-b", "main"), ("add", "."), (*person, "commit", "-qm", "Start")):
        subprocess.run(["git", *arguments], cwd=root, check=True)
    return root


def rounds(process: subprocess.Popen[str]) -> Iterator[list[dict[str, Any]]]:
    """The events of each round, its two `watch` events left out."""
    assert process.stdout is not None
    events: list[dict[str, Any]] = []
    for line in process.stdout:
        event = json.loads(line)
        if event["kind"] == "progress" and event["job"] == "watch":
            if event["status"] == "done":
                yield events
            events = []
        else:
            events.append(event)


def codes(events: list[dict[str, Any]]) -> list[str]:
    return [event["diagnostic"]["code"] for event in events if event.get("status") == "queued"]


def test_each_save_is_checked_and_what_cannot_be_checked_ends_nothing(crate: Path, environment: dict[str, str]) -> None:
    command = (sys.executable, "-m", "rusta_cli", "check", str(crate), "--watch", "--events", "--include-dirty")
    with Child(command, stdout=subprocess.PIPE, text=True, env=environment) as process:
        seen = rounds(process)
        assert codes(next(seen)) == []
        (crate / "src/lib.rs").write_text("pub fn ink() -> u32 {\n    well\n}\n")
        assert codes(next(seen)) == ["E0425"]
        (crate / "Cargo.toml").write_text("[package\n")
        broken = next(seen)
        assert [event["fatal"] for event in broken if event["kind"] == "error"] == [False]
        (crate / "Cargo.toml").write_text(MANIFEST)
        assert codes(next(seen)) == ["E0425"]
        process.send_signal(signal.SIGINT)
        assert process.wait(timeout=30) == 130
