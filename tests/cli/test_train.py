"""`rusta train` and `rusta curriculum start` as programs."""

import importlib.util
import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

TORCH = all(importlib.util.find_spec(name) for name in ("torch", "accelerate", "safetensors", "zstandard"))
ROOT = Path(__file__).resolve().parents[2]
SETTINGS = (
    "stage: {stage}\nmodel: nano\ncontext: 64\nsteps: 2\nbatch: 2\nwarm_up: 1\nevaluate_every: 2\nsave_every: 2\n"
)


def _rusta(home: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    words = [sys.executable, "-m", "rusta_cli", *arguments]
    environment = {**os.environ, "RUSTA_HOME": str(home), "OMP_NUM_THREADS": "1"}
    return subprocess.run(words, cwd=ROOT, env=environment, capture_output=True, text=True, check=False)


def _corpus(place: Path) -> Path:
    """A packaged corpus of two repositories."""
    import zstandard

    for number, split in enumerate(("train", "validation")):
        sample = {
            "v": 1,
            "type": "explain_diff",
            "license": "MIT",
            "provenance": {"v": 1, "source": "test"},
            "patch_diff": "-let a = 1;\n+let mut a = 1;\n",
            "context": "E0384: cannot assign twice to immutable variable",
            "explanation": "A name that is assigned again must be declared with `mut`.",
            "split": split,
            "repository": f"r{number}",
        }
        folder = place / "data" / "explain_diff"
        folder.mkdir(parents=True, exist_ok=True)
        line = json.dumps(sample).encode() + b"\n"
        (folder / f"{split}-00000.jsonl.zst").write_bytes(zstandard.ZstdCompressor().compress(line * 4))
    return place


@pytest.mark.slow
@pytest.mark.skipif(not TORCH, reason="torch is not installed: pip install 'rusta-tui[train]'")
def test_a_stage_is_trained_from_a_corpus_and_the_next_begins_with_its_weights(tmp_path: Path) -> None:
    config = tmp_path / "e1.yaml"
    config.write_text(SETTINGS.format(stage="E1"))
    words = ("train", "E1", "--config", str(config), "--data", str(_corpus(tmp_path / "corpus")))
    first = _rusta(tmp_path / "home", *words, "--out", str(tmp_path / "first"))
    assert first.returncode == 0, first.stderr
    assert json.loads((tmp_path / "first" / "result.json").read_text())["steps"] == 2
    second = _rusta(tmp_path / "home", *words, "--out", str(tmp_path / "second"), "--init", str(tmp_path / "first"))
    assert second.returncode == 0, second.stderr
    manifest = json.loads((tmp_path / "second" / "checkpoints" / "step-000000002" / "manifest.json").read_text())
    assert manifest["objectives"] == ["E1", "E1"]


@pytest.mark.slow
@pytest.mark.skipif(not TORCH, reason="torch is not installed: pip install 'rusta-tui[train]'")
def test_data_that_is_not_there_leaves_no_run_behind(tmp_path: Path) -> None:
    (tmp_path / "nothing").mkdir()
    done = _rusta(tmp_path / "home", "train", "E3", "--data", str(tmp_path / "nothing"))
    assert done.returncode == 1
    assert done.stderr.count("\n") <= 2
    assert "neither a corpus nor a folder of crates" in done.stderr
    assert list((tmp_path / "home" / "runs").glob("*")) == []
    done = _rusta(tmp_path / "home", "curriculum", "start", "0")
    assert "E0 learns from files" in done.stderr
