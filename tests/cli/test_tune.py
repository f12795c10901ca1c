"""`rusta tune` as a program: an adapter is learnt from a packaged corpus, gone on with, and merged."""

from __future__ import annotations

import importlib.util
import json
import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

NEEDED = ("torch", "transformers", "peft", "accelerate", "llguidance", "zstandard")
ROOT = Path(__file__).resolve().parents[2]
SETTINGS = "model: nowhere\nsteps: 2\nbatch: 2\nr: 4\nlength: 2500\nevaluate_every: 2\nsave_every: 1\n"


def rusta(home: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    words = [sys.executable, "-m", "rusta_cli", "tune", *arguments]
    environment = {**os.environ, "RUSTA_HOME": str(home), "OMP_NUM_THREADS": "1"}
    return subprocess.run(words, cwd=ROOT, env=environment, capture_output=True, text=True, check=False)


@pytest.mark.slow
def test_an_adapter_is_learnt_gone_on_with_and_merged(tmp_path: Path) -> None:
    for name in NEEDED:
        pytest.importorskip(name, reason=f"{name} is not installed: pip install 'rusta-tui[hf]'")
    from tests.sft_corpus import sft_corpus
    from tests.tiny_causal import tiny_model

    model, corpus, out = tiny_model(tmp_path / "tiny"), sft_corpus(tmp_path / "corpus"), tmp_path / "out"
    config = tmp_path / "tune.yaml"
    config.write_text(SETTINGS)
    words = ("run", "--config", str(config), "--data", str(corpus), "--model", str(model), "--out", str(out))
    first = rusta(tmp_path / "home", *words)
    assert first.returncode == 0, first.stderr
    assert "3 of diag_fix" in first.stdout
    shutil.rmtree(out / "checkpoints" / "step-000000002")  # as if killed after the first step
    again = rusta(tmp_path / "home", "run", "--resume", "--out", str(out), "--events")
    assert again.returncode == 0, again.stderr
    events = [json.loads(line) for line in again.stdout.splitlines()]
    assert (events[-1]["kind"], events[-1]["done"], events[-1]["total"]) == ("progress", 2, 2)
    assert "train/held_out/loss" in {event.get("name") for event in events}
    told = json.loads((out / "run.json").read_text())
    assert (told["stage"], told["ended"]) == ("SFT", "finished")
    merged = rusta(tmp_path / "home", "merge", str(out), "--out", str(tmp_path / "merged"))
    assert merged.returncode == 0, merged.stderr
    assert (tmp_path / "merged" / "model.safetensors").exists()
    assert not (tmp_path / "merged" / "adapter_config.json").exists()


@pytest.mark.parametrize(
    ("words", "line"),
    [(("run",), "a tuning run needs settings"), (("merge", "nothing", "--out", "there"), "nothing is no adapter")],
)
def test_what_is_missing_is_said_in_one_line(tmp_path: Path, words: tuple[str, ...], line: str) -> None:
    done = rusta(tmp_path, *words)
    if importlib.util.find_spec("torch") is None:
        line = "torch is not installed"
    assert done.returncode == 1
    assert line in done.stderr
    assert "Traceback" not in done.stderr
