"""`rusta batch`: many commands, one process, an answer each."""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import pytest


@pytest.fixture
def batch(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setenv("RUSTA_HOME", str(tmp_path / "home"))
    monkeypatch.delenv("RUSTA_DATABASE_URL", raising=False)

    def run(*lines: Sequence[str] | str) -> list[dict[str, Any]]:
        text = "".join((line if isinstance(line, str) else json.dumps(line)) + "\n" for line in lines)
        ended = subprocess.run(
            [sys.executable, "-m", "rusta_cli", "batch"], input=text, capture_output=True, text=True, check=True
        )
        assert ended.stderr == ""
        return [json.loads(line) for line in ended.stdout.splitlines()]

    return run


def test_each_command_sees_what_the_one_before_has_stored(batch) -> None:
    imported, graded, again, shown = batch(
        ["devlogs", "import"],
        ["devlogs", "grade", "seed-02", "voice", "3"],
        ["devlogs", "grade", "seed-02", "voice", "4"],
        ["devlogs", "list", "--graded", "--json"],
    )
    assert [answer["code"] for answer in (imported, graded, again, shown)] == [0, 0, 0, 0]
    assert imported["out"].count("imported") == 10
    assert [json.loads(line)["grades"] for line in shown["out"].splitlines()] == [{"voice": 4}]


def test_a_command_that_fails_says_why_and_the_next_one_runs(batch) -> None:
    unknown, wrong, usage, fine = batch(
        ["devlogs", "grade", "nothing-like-this", "voice", "3"],
        ["devlogs", "grade", "seed", "voice", "9"],
        ["no-such-command"],
        ["--version"],
    )
    assert (unknown["code"], wrong["code"], usage["code"], fine["code"]) == (1, 2, 2, 0)
    assert unknown["err"].startswith("rusta: there is no DevLog nothing-like-this\n")
    assert fine["out"].startswith("rusta ")


def test_what_is_no_command_is_answered_too(batch) -> None:
    answers = batch("what is this", '{"argv": []}', ["batch"], "", ["--version"])
    assert [answer["code"] for answer in answers] == [2, 2, 2, 0]


def test_a_command_cannot_swallow_the_lines_that_follow(batch, tmp_path: Path) -> None:
    first, second = batch(["resume", "--events", "nobody"], ["--version"])
    assert first["code"] != 0
    assert second["code"] == 0
