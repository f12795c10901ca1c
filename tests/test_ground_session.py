"""The main job on the practice workspace, as `make run` does it without a terminal."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from engine.practice import make_practice

pytestmark = pytest.mark.slow


def git(place: Path, *arguments: str) -> str:
    return subprocess.run(["git", *arguments], cwd=place, check=True, capture_output=True, text=True).stdout.strip()


def test_the_practice_workspace_is_mended_beside_the_mentors_branch(tmp_path: Path) -> None:
    practice = make_practice(tmp_path / "practice")
    head, index = git(practice, "rev-parse", "HEAD"), (practice / ".git" / "index").read_bytes()
    session = subprocess.run(
        [sys.executable, "-m", "rusta_cli", "fix", str(practice), "--all", "--approve", "auto", "--events"],
        env=os.environ | {"RUSTA_HOME": str(tmp_path / "home")},
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        check=False,
    )
    events = [json.loads(line) for line in session.stdout.splitlines()]
    assert session.returncode == 0, session.stderr
    assert [event["seq"] for event in events] == list(range(1, len(events) + 1))
    last = events[-1]
    assert (last["kind"], last["outcome"]) == ("log", "fixed")
    assert last["branch"].startswith("rusta/")

    assert git(practice, "rev-parse", "main") == head
    assert (practice / ".git" / "index").read_bytes() == index
    assert git(practice, "status", "--porcelain") == ""

    git(practice, "checkout", "--quiet", last["branch"])
    assert git(practice, "rev-parse", "HEAD") == last["commit"]
    for gate in (["clippy", "--all-targets", "--", "-D", "warnings"], ["test"]):
        done = subprocess.run(
            ["cargo", gate[0], "--workspace", *gate[1:]], cwd=practice, capture_output=True, text=True
        )
        assert done.returncode == 0, done.stderr
