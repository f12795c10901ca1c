"""A run that is killed again and again ends with the same log as one that is not."""

import json
import os
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from engine.evals.plan import code_commit
from engine.evals.record import read_run

TIMES = {"seconds", "child_seconds", "first_patch_seconds", "judge_seconds", "session", "run"}
KILLS = 10
UNFIXABLE = "pub fn total(prices: &[u32]) -> u32 {\n    prices.iter().turn_into_gold()\n}\n"


class Command:
    """`rusta eval` in a home of its own, and a way to kill it."""

    def __init__(self, home: Path) -> None:
        self.home = home
        self.environment = {**os.environ, "RUSTA_HOME": str(home)}
        self.commit = code_commit()

    def start(self, *words: str) -> subprocess.Popen[str]:
        return subprocess.Popen(
            [sys.executable, "-m", "rusta_cli", "eval", "run", "--events", *words],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
            env=self.environment,
        )

    def finish(self, *words: str) -> None:
        done = self.start(*words)
        out, _ = done.communicate("")
        if code_commit() != self.commit:
            pytest.skip("the checkout was committed to meanwhile, and runs do not go on with other code")
        assert done.returncode == 0, out

    def log(self) -> Path:
        (path,) = (self.home / "evals").glob("*.jsonl")
        return path

    def results(self) -> list[dict]:
        return [
            without_times(result.model_dump(mode="json"))
            for result in sorted(read_run(self.log()).results, key=lambda result: result.key)
        ]


def without_times(result: dict) -> dict:
    kept = {name: value for name, value in result.items() if name not in TIMES}
    kept["probes"] = [{name: value for name, value in probe.items() if name != "seconds"} for probe in kept["probes"]]
    return kept


def kill_after_events(process: subprocess.Popen[str], count: int) -> None:
    """Kills a run once it has sent so many lines, or when it is over."""
    assert process.stdout is not None
    for number, _ in enumerate(process.stdout):
        if number == count:
            process.send_signal(signal.SIGKILL)
    process.wait()
    process.stdout.close()
    process.stdin.close()


@pytest.mark.slow
def test_a_run_killed_ten_times_ends_with_the_same_log(shelf, tmp_path, jailed):
    for number in range(6):
        shelf.put(f"case-{number}", shelf.misspelt if number % 3 else UNFIXABLE, checks={"tests/t.rs": shelf.check})
    whole, killed = Command(tmp_path / "whole"), Command(tmp_path / "killed")
    words = ("--cases", str(shelf.root), "--epochs", "2", "--jobs", "2")
    whole.finish(*words)
    kill_after_events(killed.start(*words), 0)
    seen: list[int] = []
    for kill in range(1, KILLS):
        with killed.log().open("ab") as torn:  # what a kill in the middle of a line leaves
            torn.write(b'{"v":1,"kind":"result","run":"x","ca' if kill % 2 else b"")
        kill_after_events(killed.start("--resume", "last"), kill % 3 * 6)
        seen.append(len(read_run(killed.log()).results))
    killed.finish("--resume", "last")
    assert seen == sorted(seen), "no result is ever lost"
    run = read_run(killed.log())
    assert run.finished
    lines = [json.loads(line) for line in killed.log().read_text().splitlines()]
    assert [line["kind"] for line in lines].count("head") == 1
    assert len([line for line in lines if line["kind"] == "result"]) == 12, "no case is done twice"
    assert killed.results() == whole.results()
    for side in (whole, killed):
        assert not list((side.home / "evals" / "work").iterdir())


def test_two_processes_cannot_write_the_same_log(shelf, tmp_path, jailed):
    shelf.put("slow", more={"build.rs": "fn main() { std::thread::sleep(std::time::Duration::from_secs(3)); }\n"})
    command = Command(tmp_path / "home")
    first = command.start("--cases", str(shelf.root))
    assert first.stdout is not None
    first.stdout.readline()
    second = subprocess.run(
        [sys.executable, "-m", "rusta_cli", "eval", "run", "--resume", "last"],
        env=command.environment,
        capture_output=True,
        text=True,
        check=False,
    )
    assert second.returncode == 1
    assert "is under way in another process" in second.stderr
    first.communicate('{"kind":"stop"}\n')
    assert first.returncode == 130
    assert not read_run(command.log()).finished
