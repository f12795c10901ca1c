"""`rusta eval` as a person and as a program use it."""

import json
import os
import subprocess
import sys

import pytest

from engine.errors import RecordError
from engine.evals.tasks import TASKS, canaries, task_named


@pytest.fixture
def rusta(tmp_path):
    """Runs `rusta eval` in a home of its own."""
    environment = {**os.environ, "RUSTA_HOME": str(tmp_path / "home"), "COLUMNS": "120"}

    def run(*words, stdin="", code=0):
        done = subprocess.run(
            [sys.executable, "-m", "rusta_cli", "eval", *words],
            input=stdin,
            capture_output=True,
            text=True,
            check=False,
            env=environment,
            cwd=tmp_path,
        )
        assert done.returncode == code, done.stderr
        return done.stdout if code == 0 else done.stdout + done.stderr

    return run


BRAIN = """
from dataclasses import replace

from engine.brain.search import SearchBrain


class Boaster(SearchBrain):
    name = "boaster"

    async def think(self, context):
        return tuple(replace(candidate, confidence=0.98) for candidate in await super().think(context))


def boaster(store):
    return Boaster()
"""


def test_a_run_from_its_start_to_its_reports(rusta, shelf, jailed, tmp_path):
    shelf.put("mendable", checks={"tests/t.rs": shelf.check}, tags=["easy"])
    shelf.put("hopeless", "pub fn gold() -> u32 {\n    unimaginable!()\n}\n", expect="abstain", tags=["hard"])
    said = rusta("run", "--cases", str(shelf.root), "--jobs", "2")
    assert "2 of 2 as they should be" in said
    (run,) = [json.loads(line) for line in rusta("list", "--json").splitlines()]
    assert (run["finished"], run["counts"]) == (True, {"fixed": 1, "abstained": 1})
    assert "Compile-fix" in rusta("show")
    assert "easy" in rusta("show", run["run"][:8], "--by", "difficulty")
    assert json.loads(rusta("show", "--case", "mendable"))["status"] == "fixed"
    assert f"# Evaluation {run['run']}" in rusta("report")
    rusta("report", "--html", "page.html", "--markdown", "page.md", "--inspect", "log.json")
    assert (tmp_path / "page.html").read_text().startswith("<!doctype html>")
    assert json.loads((tmp_path / "log.json").read_text())["eval"]["model"] == "rusta/search"
    (tmp_path / "brain.py").write_text(BRAIN)
    rusta("run", "--cases", str(shelf.root), "--brain", "brain.py:boaster")
    assert "2 cases" in rusta("compare", run["run"], "--by", "correct")
    newest = json.loads(rusta("list", "--json").splitlines()[0])
    assert newest["brain"].endswith("brain.py:boaster")
    assert len(newest["weights"]) == 64
    assert "too few" in rusta("calibrate", code=1)


def test_a_program_hears_of_progress_and_can_stop(rusta, shelf, jailed):
    for number in range(3):
        shelf.put(f"case-{number}")
    events = [
        json.loads(line) for line in rusta("run", "--cases", str(shelf.root), "--jobs", "1", "--events").splitlines()
    ]
    assert [event["seq"] for event in events] == list(range(1, len(events) + 1))
    assert {event["session"] for event in events} == {""}
    steps = [event for event in events if event["kind"] == "progress" and event["job"] == "eval"]
    assert [(event["done"], event["total"], event["status"]) for event in steps] == [
        *((done, 3, "running") for done in range(4)),
        (3, 3, "done"),
    ]
    assert {event["name"] for event in events if event["kind"] == "meter"} >= {
        "eval/fixed",
        "eval/wrong",
        "eval/correct",
    }
    stopped = rusta("run", "--cases", str(shelf.root), "--events", stdin='{"kind":"stop"}\n', code=130)
    assert json.loads(stopped.splitlines()[-1])["text"].endswith("stopped")


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (["run", "--task", "nonsense"], "there is no task nonsense"),
        (["run", "--cases", "nowhere"], "no cases at"),
        (["run", "--only", "nobody"], "cases has no case nobody"),
        (["run", "--chaos", "calm"], "there is no chaos calm"),
        (["run", "--only", "tide-gauge-misspelt-sum", "--brain", "nothing.py:x"], "there is no file of a brain"),
        (["run", "--only", "tide-gauge-misspelt-sum", "--brain", "nobody"], "there is no brain `nobody`"),
        (["run", "--resume", "last"], "nothing was evaluated yet"),
        (["show"], "nothing was evaluated yet"),
        (["compare", "r1"], "there is no run r1"),
        (["report", "r1"], "there is no run r1"),
    ],
)
def test_what_cannot_be_is_said_in_one_line(rusta, words, said):
    complaint = rusta(*words, code=1)
    assert said in complaint
    assert "Traceback" not in complaint
    assert len(complaint.splitlines()) <= 2


def test_the_canaries_are_what_was_pinned():
    held = canaries()
    assert {found.case.id for found in held.cases} <= {found.case.id for found in task_named("cases").load().cases}
    assert {str(found.case.expect) for found in held.cases} == {"fixed", "abstain"}
    assert 8 <= len(held.cases) <= 20
    assert held.source == "canaries"


def test_a_canary_that_has_changed_is_refused(monkeypatch):
    cases = task_named("cases").load()
    changed = [
        found
        if found.case.id != "tide-gauge-misspelt-sum"
        else type(found)(found.case, {**found.before, "x.rs": b""}, {}, {})
        for found in cases.cases
    ]
    monkeypatch.setattr("engine.evals.tasks.curated", lambda: type(cases)("cases", tuple(changed)))
    with pytest.raises(RecordError, match="canary tide-gauge-misspelt-sum is not what was pinned"):
        TASKS["canaries"].load()
