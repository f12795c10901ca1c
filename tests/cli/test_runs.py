"""`rusta runs` from the shell, where torch need not be installed; `rusta train` where it is not."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from importlib.util import find_spec
from pathlib import Path
from typing import Any

import pytest

from tests.runs_on_disk import write_run


def rusta(home: Path, *words: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-m", "rusta_cli", *words],
        cwd=home,
        env={**os.environ, "RUSTA_HOME": str(home)},
        capture_output=True,
        text=True,
        check=False,
    )


def objects(done: subprocess.CompletedProcess[str]) -> list[dict[str, Any]]:
    return [json.loads(line) for line in done.stdout.splitlines()]


def test_runs_in_rustas_home_are_listed_with_the_stages(tmp_path: Path) -> None:
    write_run(tmp_path / "runs" / "E0-one", steps=20, of=40, save_every=20, ended="stopped")
    place, run = objects(rusta(tmp_path, "runs", "list", "--json"))
    assert (place["kind"], place["path"]) == ("folder", str(tmp_path / "runs"))
    assert [one["id"] for one in place["stages"]] == ["E0", "E1", "E2", "E3", "E4", "E5"]
    assert place["missing"] == next(
        (name for name in ("torch", "accelerate", "safetensors", "zstandard") if find_spec(name) is None), None
    )
    assert (run["name"], run["state"], run["step"], run["can_go_on"]) == ("E0-one", "stopped", 20, True)
    told = rusta(tmp_path, "runs", "list").stdout
    assert "E0-one" in told
    assert "step 20 of 40, held out 3.5 bits   stopped" in told


def test_where_there_are_none_it_says_how_to_start_one(tmp_path: Path) -> None:
    assert "`rusta train E0 --data DIR` starts one" in rusta(tmp_path, "runs", "list").stdout


def test_a_run_is_shown_with_checkpoints_and_curves(tmp_path: Path) -> None:
    write_run(tmp_path / "one", steps=20, of=40, save_every=10)
    said = objects(rusta(tmp_path, "runs", "show", "one", "--in", str(tmp_path), "--points", "5", "--json"))
    curves = {one["name"]: one for one in said if one["kind"] == "curve"}
    assert [point[0] for point in curves["loss"]["points"]] == [4, 8, 12, 16, 20]
    assert curves["held_out/bits_per_byte"]["unit"] == "bits"
    assert [one["step"] for one in said if one["kind"] == "checkpoint"] == [10, 20]
    told = rusta(tmp_path, "runs", "show", "one", "--in", str(tmp_path))
    assert told.returncode == 0
    assert "held_out/bits_per_byte  3.5 bits" in told.stdout
    assert "a84a5af00d  best" in told.stdout


def test_a_damaged_checkpoint_is_marked_and_the_exit_code_says_so(tmp_path: Path) -> None:
    place = write_run(tmp_path / "one", steps=10, of=40, save_every=10) / "checkpoints" / "step-000000010"
    (place / "model.safetensors").unlink()
    told = rusta(tmp_path, "runs", "show", str(tmp_path / "one"))
    assert told.returncode == 1
    assert "✗ model.safetensors is cut short" in told.stdout


def test_two_runs_are_compared(tmp_path: Path) -> None:
    write_run(tmp_path / "one", steps=20, of=40, save_every=20)
    write_run(tmp_path / "other", steps=10, of=40, save_every=10, rate=0.01)
    words = ("runs", "compare", "one", "other", "--in", str(tmp_path))
    said = objects(rusta(tmp_path, *words, "--json"))
    assert {"kind": "difference", "name": "rate", "left": 0.002, "right": 0.01} in said
    assert {one["run"] for one in said if one["kind"] == "curve"} == {"left", "right"}
    assert "rate                       0.002                        0.01" in rusta(tmp_path, *words).stdout


@pytest.mark.parametrize("words", [("show", "none"), ("compare", "none", "neither")])
def test_a_run_that_is_not_there_is_one_line(tmp_path: Path, words: tuple[str, ...]) -> None:
    done = rusta(tmp_path, "runs", *words)
    assert done.returncode == 1
    assert done.stderr.startswith(f"rusta: there is no run none in {tmp_path / 'runs'}\n")


@pytest.mark.skipif(find_spec("torch") is not None, reason="torch is installed")
def test_without_torch_training_is_refused_with_one_line(tmp_path: Path) -> None:
    done = rusta(tmp_path, "train", "E0")
    assert (done.returncode, done.stderr.splitlines()[0]) == (1, "rusta: torch is not installed")
    assert not (tmp_path / "runs").exists()
