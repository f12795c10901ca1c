"""Runs as the trainer leaves them on disk, read without torch."""

from __future__ import annotations

import json
import os
from math import log
from pathlib import Path
from typing import Any

import pytest

from engine.errors import TrainingError
from engine.train import folder, runs
from engine.train.folder import Started, held, under_way
from engine.train.settings import Settings, settings_of
from tests.runs_on_disk import write_run

AT = "2026-01-01T00:00:00.000Z"


def told(**settings: Any) -> Started:
    return Started("E0", vars(Settings(**settings)) | {"stage": "E0"}, "/data", AT)


def test_a_run_is_seen_from_its_journal_and_checkpoints(tmp_path: Path) -> None:
    run = runs.look(write_run(tmp_path / "first", steps=40, of=40, save_every=20))
    assert (run.name, run.state, run.step, run.steps, run.checkpoints) == ("first", "finished", 40, 40, 2)
    assert run.last["loss"] == pytest.approx(3.0)
    assert run.last["held_out/loss"] == pytest.approx(3.5)
    assert not run.can_go_on


def test_a_curve_counts_a_step_once_that_was_done_again_and_drops_what_was_not_yet(tmp_path: Path) -> None:
    path = write_run(tmp_path / "again", steps=30, of=60)
    with (path / "events.jsonl").open("a") as journal:
        for step in (21, 22):
            journal.write(json.dumps({"step": step, "kind": "step", "loss": 9 * log(2)}) + "\n")
        journal.write('{"step": 23, "kind": "st')
    loss = runs.curves(path)["loss"]
    assert [step for step, _ in loss] == list(range(1, 23))
    assert [value for _, value in loss[-3:]] == pytest.approx([3.5, 9.0, 9.0])
    assert runs.look(path).step == 22


def test_a_long_curve_is_thinned_to_means_and_keeps_its_end(tmp_path: Path) -> None:
    loss = runs.curves(write_run(tmp_path / "long", steps=100, of=100), points=10)["loss"]
    assert len(loss) == 10
    assert loss[-1] == (100, pytest.approx(3.0 + 4.5 / 20))


def test_a_loss_that_is_no_number_is_said_and_not_drawn(tmp_path: Path) -> None:
    path = write_run(tmp_path / "burst", steps=3, of=9)
    with (path / "events.jsonl").open("a") as journal:
        for step in (4, 5):
            journal.write(json.dumps({"step": step, "kind": "step", "loss": float("nan")}) + "\n")
    assert runs.look(path).trouble == "its loss is no number since step 4"
    assert [step for step, _ in runs.curves(path)["loss"]] == [1, 2, 3]


def test_a_long_journal_is_read_from_its_end_unless_nothing_held_out_stands_there(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = write_run(tmp_path / "long", steps=100, of=200, evaluate_every=100)
    monkeypatch.setattr(runs, "_TAIL", 500)
    assert runs.look(path).last["held_out/loss"] == pytest.approx(3.5)
    with (path / "events.jsonl").open("a") as journal:
        for step in range(101, 121):
            journal.write(json.dumps({"step": step, "kind": "step", "loss": 1.0}) + "\n")
    run = runs.look(path)
    assert (run.step, run.last["held_out/loss"]) == (120, pytest.approx(3.5))


def test_a_checkpoint_cut_short_shows_at_once_and_one_with_other_bytes_when_it_is_verified(tmp_path: Path) -> None:
    path = write_run(tmp_path / "kept", steps=60, of=60, save_every=20)
    first, second, third = (kept.path for kept in runs.checkpoints(path))
    with (first / "model.safetensors").open("r+b") as file:
        file.truncate(20)
    content = bytearray((second / "model.safetensors").read_bytes())
    content[-1] ^= 1
    (second / "model.safetensors").write_bytes(content)
    assert [kept.trouble for kept in runs.checkpoints(path)] == ["model.safetensors is cut short", "", ""]
    assert [bool(kept.trouble) for kept in runs.checkpoints(path, verify=True)] == [True, True, False]
    (third / "manifest.json").write_text("{}")
    assert runs.checkpoints(path)[2].trouble == "it is a checkpoint of something else"
    (third / "manifest.json").unlink()
    assert runs.checkpoints(path)[2].trouble == "it has no manifest"


def test_a_checkpoint_tells_its_held_out_loss_size_and_commit(tmp_path: Path) -> None:
    kept = runs.checkpoints(write_run(tmp_path / "kept", steps=20, of=20, save_every=20))[0]
    assert (kept.step, kept.held_out, kept.commit) == (20, pytest.approx(3.5), "a84a5af00d")
    assert kept.size == sum(file.stat().st_size for file in kept.path.iterdir())


def test_two_runs_differ_in_settings_data_and_commit(tmp_path: Path) -> None:
    one = write_run(tmp_path / "one", steps=20, of=20, save_every=20)
    other = write_run(tmp_path / "other", steps=20, of=20, save_every=20, rate=0.01, commit="beef", data="f00d")
    assert [(found.name, found.left, found.right) for found in runs.differences(one, other)] == [
        ("rate", 0.002, 0.01),
        ("data: E0", "d", "f00d"),
        ("commit", "a84a5af00d", "beef"),
    ]
    assert runs.differences(one, one) == []


def test_a_run_is_found_by_name_by_its_start_and_by_path(tmp_path: Path) -> None:
    first, second = write_run(tmp_path / "E0-first"), write_run(tmp_path / "E0-second")
    assert runs.find("E0-first", tmp_path) == first
    assert runs.find("E0-s", tmp_path) == second
    assert runs.find(str(second), tmp_path / "elsewhere") == second
    for name, said in (("E0", "2 runs begin with E0"), ("E7", "there is no run E7"), ("", "there is no run")):
        with pytest.raises(TrainingError, match=said):
            runs.find(name, tmp_path)


def test_what_wrote_last_comes_first_and_a_run_may_be_its_own_folder(tmp_path: Path) -> None:
    old, new = write_run(tmp_path / "old"), write_run(tmp_path / "new")
    os.utime(old / "events.jsonl", (1, 1))
    (tmp_path / "notes").mkdir()
    assert [run.name for run in runs.runs(tmp_path)] == ["new", "old"]
    assert [run.path for run in runs.runs(new)] == [new]
    assert runs.runs(tmp_path / "none") == []


def test_a_run_is_under_way_while_its_process_holds_it(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(folder, "_PAUSE", 0.0)
    out = tmp_path / "run"
    assert not under_way(out)
    with held(out, told(steps=10), resume=False) as ended:
        assert under_way(out)
        assert runs.look(out).state == "running"
        with pytest.raises(TrainingError, match="a run is under way"), held(out, told(), resume=True):
            pass
        ended(False)
    assert not under_way(out)
    assert runs.look(out).state == "stopped"


def test_a_run_that_goes_on_keeps_what_it_was_told_and_a_new_one_does_not_write_over_it(tmp_path: Path) -> None:
    path = write_run(tmp_path / "first", steps=20, of=40, save_every=20)
    assert runs.look(path).can_go_on
    with pytest.raises(TrainingError, match="holds a run already"), held(path, told(steps=9), resume=False):
        pass
    with held(path, told(steps=9), resume=True) as ended:
        ended(True)
    run = runs.look(path)
    assert (run.steps, run.state) == (40, "finished")
    assert settings_of(runs.settings_of(path)).steps == 40


def test_a_run_that_nobody_ended_was_cut_off(tmp_path: Path) -> None:
    assert runs.look(write_run(tmp_path / "killed", steps=5, of=40)).state == "cut off"


def test_only_the_first_of_several_processes_holds_the_run(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("RANK", "1")
    with held(tmp_path / "run", told(), resume=False) as ended:
        ended(True)
    assert not (tmp_path / "run").exists()


def test_runs_without_a_place_of_their_own_are_in_rustas_home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("RUSTA_HOME", str(tmp_path))
    with pytest.raises(TrainingError, match="no run of E0"):
        folder.last_run("E0")
    first = folder.new_run("E0")
    with held(first, told(), resume=False):
        pass
    assert first.parent == tmp_path / "runs"
    assert folder.new_run("E0") != first
    assert folder.last_run("E0") == first
    with pytest.raises(TrainingError, match="no run of E1"):
        folder.last_run("E1")


def test_a_run_whose_own_words_cannot_be_read_says_so(tmp_path: Path) -> None:
    path = write_run(tmp_path / "odd", steps=5, of=40, save_every=5)
    (path / "run.json").write_text("[")
    run = runs.look(path)
    assert (run.trouble, run.steps) == ("run.json cannot be read", 40)
