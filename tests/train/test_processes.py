"""Several processes, started as a person starts them: by torchrun, on the CPU, over gloo."""

import json
import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

pytest.importorskip("torch", reason="torch is not installed: pip install 'rusta-tui[train]'")
pytest.importorskip("accelerate", reason="accelerate is not installed: pip install 'rusta-tui[train]'")
pytest.importorskip("zstandard", reason="zstandard is not installed: pip install 'rusta-tui[train]'")

SETTINGS = """
stage: E0
model: nano
context: 32
steps: 4
batch: 4
warm_up: 2
ema: 0.9
evaluate_every: 4
evaluate_rows: 2
save_every: 2
keep: 9
"""


@pytest.fixture(name="place", scope="module")
def _place(tmp_path_factory: pytest.TempPathFactory) -> Path:
    place = tmp_path_factory.mktemp("processes")
    for number in range(30):
        source = place / "data" / f"crate{number}-0.1.0" / "lib.rs"
        source.parent.mkdir(parents=True)
        source.write_text("".join(f"pub fn f{n}(x: u8) -> u32 {{ x as u32 + {n * number} }}\n" for n in range(4)))
    (place / "run.yaml").write_text(SETTINGS)
    return place


def _train(place: Path, name: str, processes: int, *more: str, sharded: bool = False) -> Path:
    launch = [sys.executable]
    if processes > 1:
        launch += ["-m", "torch.distributed.run", "--standalone", "--nproc-per-node", str(processes)]
    told = ["-m", "rusta_cli", "train", "E0", "--config", str(place / "run.yaml"), "--data", str(place / "data")]
    environment = os.environ | {"OMP_NUM_THREADS": "1", "RUSTA_HOME": str(place / "home"), "CUDA_VISIBLE_DEVICES": ""}
    environment["ACCELERATE_USE_FSDP"] = str(sharded).lower()
    out = place / name
    done = subprocess.run(
        [*launch, *told, "--out", str(out), *more], env=environment, capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stderr[-2000:]
    assert done.stdout.count("4 of 4 steps") == 1  # one process speaks for all
    return out


def _steps(out: Path) -> dict[int, tuple[float, float]]:
    lines = map(json.loads, (out / "events.jsonl").read_text().splitlines())
    return {one["step"]: (one["loss"], one["batch"]) for one in lines if one["kind"] == "step"}


def _files(out: Path) -> dict[str, str]:
    told = json.loads((out / "checkpoints" / "step-000000004" / "manifest.json").read_text())
    return {name: told["files"][f"{name}.safetensors"] for name in ("model", "ema", "optimizer")}


@pytest.mark.parametrize("sharded", [False, True], ids=["replicated", "sharded"])
def test_two_processes_read_the_rows_of_one_and_go_on_bit_for_bit(place: Path, sharded: bool) -> None:
    alone = place / "alone" if (place / "alone").exists() else _train(place, "alone", 1)
    both = _train(place, f"both-{sharded}", 2, sharded=sharded)
    one, two = _steps(alone), _steps(both)
    assert [batch for _, batch in one.values()] == [batch for _, batch in two.values()]
    assert [loss for loss, _ in one.values()] == pytest.approx([loss for loss, _ in two.values()], abs=1e-4)
    cut = place / f"cut-{sharded}"
    shutil.copytree(both, cut)
    shutil.rmtree(cut / "checkpoints" / "step-000000004")
    _train(place, cut.name, 2, "--resume", sharded=sharded)
    assert _steps(cut) == two
    assert _files(cut) == _files(both)


def test_a_checkpoint_of_shards_holds_the_whole_model(place: Path) -> None:
    from engine.model.configuration import CONFIGS
    from engine.model.stored import load_model

    if not (place / "both-True").exists():
        _train(place, "both-True", 2, sharded=True)
    model = load_model(place / "both-True" / "checkpoints" / "step-000000004")
    assert sum(one.numel() for one in model.parameters()) == CONFIGS["nano"].parameters()
