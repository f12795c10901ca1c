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
TWO = """\
compute_environment: LOCAL_MACHINE
distributed_type: FSDP
fsdp_config: {fsdp_version: 2}
num_machines: 1
num_processes: 2
use_cpu: true
"""


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


@pytest.mark.slow
def test_a_model_that_is_sharded_over_two_processes_learns_the_same(tmp_path: Path) -> None:
    for name in NEEDED:
        pytest.importorskip(name, reason=f"{name} is not installed: pip install 'rusta-tui[hf]'")
    from tests.sft_corpus import sft_corpus
    from tests.tiny_causal import tiny_model

    model, corpus = tiny_model(tmp_path / "tiny"), sft_corpus(tmp_path / "corpus")
    config = tmp_path / "tune.yaml"
    config.write_text(SETTINGS)
    words = ("run", "--config", str(config), "--data", str(corpus), "--model", str(model), "--out")
    alone = rusta(tmp_path / "home", *words, str(tmp_path / "alone"))
    assert alone.returncode == 0, alone.stderr
    (tmp_path / "two.yaml").write_text(TWO)
    launch = [sys.executable, "-m", "accelerate.commands.launch", "--config_file", str(tmp_path / "two.yaml")]
    environment = {**os.environ, "RUSTA_HOME": str(tmp_path / "home"), "OMP_NUM_THREADS": "1"}
    done = subprocess.run(
        [*launch, "-m", "rusta_cli", "tune", *words, str(tmp_path / "two")],
        cwd=ROOT,
        env=environment,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    assert json.loads((tmp_path / "two/checkpoints/step-000000002/manifest.json").read_text())["sharded"]
    assert losses(tmp_path / "two") == pytest.approx(losses(tmp_path / "alone"), rel=1e-5)


def losses(out: Path) -> list[float]:
    return [json.loads(line)["loss"] for line in (out / "events.jsonl").read_text().splitlines()]


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
