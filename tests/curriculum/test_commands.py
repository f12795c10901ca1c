"""`rusta curriculum` as a person and as a program meet it, on a real exam."""

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from engine.sandbox.jail import find_isolation

CASE = "v: 1\nid: {name}\nfamily: names\nexpect: fixed\nlicense: MIT\nprovenance: {{v: 1, source: test}}\n"
MISSPELT = "pub fn total(prices: &[u32]) -> u32 {\n    let sum = prices.iter().sum();\n    sun\n}\n"


@pytest.fixture
def rusta(tmp_path: Path):
    kept = {name: value for name, value in os.environ.items() if not name.startswith("RUSTA_")}

    def call(*arguments: str) -> subprocess.CompletedProcess[str]:
        return subprocess.run(
            [sys.executable, "-m", "rusta_cli", *arguments],
            capture_output=True,
            text=True,
            check=False,
            input="",
            timeout=300,
            cwd=tmp_path,
            env=kept | {"RUSTA_HOME": str(tmp_path / "home")},
        )

    return call


@pytest.fixture
def cases(tmp_path: Path) -> Path:
    folder = tmp_path / "cases" / "one"
    (folder / "before" / "src").mkdir(parents=True)
    (folder / "case.yaml").write_text(CASE.format(name="one"))
    (folder / "before" / "Cargo.toml").write_text('[package]\nname = "till"\nversion = "0.1.0"\nedition = "2021"\n')
    (folder / "before" / "src" / "lib.rs").write_text(MISSPELT)
    return tmp_path / "cases"


def objects(done):
    assert done.returncode == 0, done.stderr
    return [json.loads(line) for line in done.stdout.splitlines()]


def test_an_exam_is_a_job_that_says_at_its_end_how_the_gate_stands(rusta, cases):
    if find_isolation().kind != "bubblewrap":
        pytest.skip("no bubblewrap")
    refused = rusta("curriculum", "gate", "3", "--cases", str(cases))
    assert refused.returncode == 1
    assert "not sealed" in refused.stderr
    assert rusta("eval", "seal", "whole", "--cases", str(cases)).returncode == 0
    events = objects(rusta("curriculum", "gate", "3", "--cases", str(cases), "--events"))
    assert [event["seq"] for event in events] == list(range(1, len(events) + 1))
    assert {event["kind"] for event in events} == {"progress", "meter"}
    assert events[-1]["status"] == "done"
    assert "stage 3 Patching: gate locked; locked by stage 1" in events[-1]["text"]
    stages = objects(rusta("curriculum", "status", "--json"))[:6]
    found = {one["stage"]: one for one in stages}
    assert (found[3]["value"], found[3]["n"], found[3]["exams"], found[3]["seal"]) == (1.0, 1, 1, "whole")
    assert found[3]["low"] < 0.7
    assert any("lower end" in line for line in found[3]["missing"])
    assert len(found[3]["evidence"]) == 1
    listed = objects(rusta("eval", "list", "--exams", "--json"))
    assert [one["run"] for one in listed] == found[3]["evidence"]


def test_status_of_nothing_says_what_to_do_for_every_stage(rusta):
    found = objects(rusta("curriculum", "status", "--json"))
    assert [one["state"] for one in found if one["kind"] == "stage"] == ["unmeasured", *["locked"] * 5]
    assert [one["id"] for one in found if one["kind"] == "experiment"] == ["E0", "E1", "E2", "E3", "E4", "E5"]
    shown = rusta("curriculum", "status").stdout
    assert "rusta curriculum gate 0" in shown
    assert "needs 40 DevLogs graded on voice (40 to go)" in shown


def test_an_override_without_a_reason_is_refused_and_with_one_is_shown(rusta):
    refused = rusta("curriculum", "override", "0")
    assert (refused.returncode, refused.stdout) == (1, "")
    assert "written reason" in refused.stderr
    made = objects(rusta("curriculum", "override", "0", "--reason", "seen it myself", "--json"))
    assert made[0]["reason"] == "seen it myself"
    stage = objects(rusta("curriculum", "status", "--json"))[0]
    assert (stage["state"], stage["open"], stage["override"]["reason"]) == ("overridden", True, "seen it myself")


@pytest.mark.parametrize(
    ("number", "said"), [("0", "rusta-tui[train]|--data DIR"), ("3", "locked by stages 1, 2"), ("9", "no stage 9")]
)
def test_training_that_cannot_be_is_never_pretended(rusta, number, said):
    done = rusta("curriculum", "start", number)
    assert (done.returncode, done.stdout) == (1, "")
    assert any(one in done.stderr for one in said.split("|"))  # with torch or without it
