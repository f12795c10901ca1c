"""`rusta golden` on the command line: what it lists, what it refuses, and an exam that is killed and gone on with."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from curriculum.golden.edition import SIZE, this_month
from engine.sandbox.jail import find_isolation
from tests.children import Child

NOW = this_month()


class Command:
    """`rusta golden` in a home of its own."""

    def __init__(self, home: Path) -> None:
        home.mkdir()
        self.environment = {**os.environ, "RUSTA_HOME": str(home)}
        self.environment.pop("RUSTA_DATABASE_URL", None)

    def start(self, *words: str) -> subprocess.Popen[str]:
        return Child(
            [sys.executable, "-m", "rusta_cli", "golden", *words],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
            env=self.environment,
        )

    def __call__(self, *words: str, code: int = 0) -> tuple[list[dict[str, Any]], str]:
        done = self.start(*words)
        out, err = done.communicate("")
        assert done.returncode == code, err
        return [json.loads(line) for line in out.splitlines() if line.startswith("{")], err


@pytest.fixture
def golden(tmp_path: Path) -> Command:
    return Command(tmp_path / "home")


def test_the_set_and_the_month_are_told_before_anything_was_taken(golden: Command) -> None:
    listed, _ = golden("list", "--json")
    assert len(listed) == 12
    assert all(one["sealed"] and one["title"] and not one["pinned"] and not one["retired"] for one in listed)
    (month,), _ = golden("show", "--json")
    assert (month["month"], month["taken"], month["total"], len(month["cases"])) == (NOW, False, None, SIZE)
    assert len(month["others"]) == 12 - SIZE
    (case,), _ = golden("show", NOW, month["cases"][0]["id"], "--json")
    assert case["diff"] == ""
    assert case["golden"].startswith("--- a/src/")
    assert golden("trend", "--json") == ([], "")


def test_a_pinned_golden_is_in_and_a_retired_one_is_out(golden: Command) -> None:
    (month,), _ = golden("show", "--json")
    out, within = month["others"][0]["id"], month["cases"][0]["id"]
    assert golden("pin", out, "--reason", "to compare months by", "--json")[0][0]["pinned"] is True
    assert golden("retire", within, "--reason", "known by heart", "--json")[0][0]["retired"] is True
    (after,), _ = golden("show", "--json")
    asked = {case["id"] for case in after["cases"]}
    assert out in asked
    assert within not in asked
    golden("unpin", out, "--reason", "no more")
    golden("restore", within, "--reason", "still asked")
    (again,), _ = golden("show", "--json")
    assert [case["id"] for case in again["cases"]] == [case["id"] for case in month["cases"]]


REFUSED = {
    ("show", "2026-13"): "2026-13 is no month",
    ("show", "2001-01"): "there is no edition of 2001-01",
    ("show", NOW, "no-such"): "there is no golden no-such",
    ("pin", "lru", "--reason", " "): "is not pinned without a reason",
    ("restore", "lru", "--reason", "x"): "is not retired",
    ("retire", "t", "--reason", "x"): "2 goldens begin with t",
}


def test_what_cannot_be_is_refused_in_a_line(golden: Command) -> None:
    lines = "".join(json.dumps(["golden", *words]) + "\n" for words in REFUSED)
    done = subprocess.run(
        [sys.executable, "-m", "rusta_cli", "batch"],
        input=lines,
        capture_output=True,
        text=True,
        env=golden.environment,
    )
    answers = [json.loads(line) for line in done.stdout.splitlines()]
    assert [
        (answer["code"], said in answer["err"]) for answer, said in zip(answers, REFUSED.values(), strict=True)
    ] == [(1, True) for _ in REFUSED]
    assert not any("Traceback" in answer["err"] for answer in answers)
    assert "2001-01 has passed" in golden("run", "--month", "2001-01", code=1)[1]


@pytest.mark.slow
def test_an_exam_that_is_killed_goes_on_and_loses_nothing(golden: Command) -> None:
    if find_isolation().kind != "bubblewrap":
        pytest.skip(f"no bubblewrap: {find_isolation().detail}")
    cut = golden.start("run", "--events")
    assert cut.stdout is not None
    for line in cut.stdout:
        if json.loads(line).get("done") == 2:
            cut.send_signal(signal.SIGKILL)
    cut.communicate()
    (halfway,), _ = golden("show", "--json")
    assert (halfway["taken"], halfway["unfinished"]) == (False, True)
    scored = {case["id"]: case["score"] for case in halfway["cases"] if case["status"]}
    assert len(scored) >= 2

    events, _ = golden("run", "--events")
    assert events[-1]["status"] == "done"
    assert (events[-1]["job"], events[-1]["done"], events[-1]["total"]) == ("golden", SIZE, SIZE)
    assert not any(event["text"].startswith(id_) for id_ in scored for event in events if event["kind"] == "progress")
    (month,), _ = golden("show", "--json")
    assert (month["taken"], month["exams"], month["worn"], month["run"]) == (True, 1, False, halfway["run"])
    assert all(case["score"] is not None for case in month["cases"])
    assert {case["id"]: case["score"] for case in month["cases"]} | scored == {
        case["id"]: case["score"] for case in month["cases"]
    }
    assert "was taken already" in golden("run", code=1)[1]
