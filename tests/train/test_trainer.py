import json
import random
import shutil
from dataclasses import replace
from pathlib import Path

import pytest

torch = pytest.importorskip("torch", reason="torch is not installed: pip install 'rusta-tui[train]'")
pytest.importorskip("accelerate", reason="accelerate is not installed: pip install 'rusta-tui[train]'")

from engine.errors import TrainingError  # noqa: E402
from engine.model.configuration import CONFIGS, ModelConfig  # noqa: E402
from engine.train import checkpoint  # noqa: E402
from engine.train.packing import Rows, Text  # noqa: E402
from engine.train.settings import Settings  # noqa: E402
from engine.train.trainer import Result, Sources, train  # noqa: E402

pytestmark = pytest.mark.filterwarnings("ignore::DeprecationWarning", "ignore::FutureWarning", "ignore::UserWarning")
SETTINGS = Settings(
    model="grain", context=32, steps=10, batch=4, warm_up=2, save_every=3, evaluate_every=5, ema=0.9, keep=9
)


@pytest.fixture(autouse=True)
def _grain(monkeypatch: pytest.MonkeyPatch) -> None:
    torch.set_num_threads(1)
    shape = ModelConfig(layers=2, width=32, heads=4, kv_heads=2, context=32, window=8, hidden=48, global_every=2)
    monkeypatch.setitem(CONFIGS, "grain", shape)


@pytest.fixture(name="sources")
def _sources() -> Sources:
    draw = random.Random(4)
    texts = [Text(draw.choices(b"fn main() { let x = 1; }", k=draw.randrange(4, 60))) for _ in range(16)]
    texts.append(Text([1, 2, 3], given=3, action=2, green=1))
    rows = Rows.pack(texts, 32)
    assert len(rows) < 40  # ten steps of four go across the end of an epoch
    return Sources({"code": rows}, rows)


def _lines(out: Path) -> dict[int, tuple[float, float]]:
    read = map(json.loads, (out / "events.jsonl").read_text().splitlines())
    return {one["step"]: (one["loss"], one["batch"]) for one in read if one["kind"] == "step"}


def _weights(result: Result, part: str = "model") -> dict[str, "torch.Tensor"]:
    assert result.checkpoint is not None
    return checkpoint.load(result.checkpoint).tensors[part]


def _same(one: dict[str, "torch.Tensor"], other: dict[str, "torch.Tensor"]) -> bool:
    return one.keys() == other.keys() and all(torch.equal(one[name], other[name]) for name in one)


@pytest.mark.parametrize("workers", [0, 2])
def test_a_run_that_was_cut_off_goes_on_bit_for_bit(sources: Sources, tmp_path: Path, workers: int) -> None:
    settings = replace(SETTINGS, workers=workers)
    whole = train(sources, SETTINGS, tmp_path / "whole")
    train(sources, settings, tmp_path / "cut")
    for late in checkpoint.checkpoints(tmp_path / "cut" / "checkpoints")[1:]:
        shutil.rmtree(late)  # as if killed after step 3 and before the next one was saved
    (tmp_path / "cut" / "events.jsonl").unlink()
    torch.manual_seed(999)
    again = train(sources, settings, tmp_path / "cut", resume=True)
    expected = _lines(tmp_path / "whole")
    assert _lines(tmp_path / "cut") == {step: expected[step] for step in range(4, 11)}
    for part in ("model", "optimizer", "ema"):
        assert _same(_weights(whole, part), _weights(again, part))


def test_a_stopped_run_saves_first(sources: Sources, tmp_path: Path) -> None:
    answers = iter([True] * 4 + [False])
    stopped = train(sources, SETTINGS, tmp_path, wanted=lambda: next(answers))
    assert (stopped.step, stopped.finished) == (4, False)
    assert train(sources, SETTINGS, tmp_path, resume=True).finished
    assert sorted(_lines(tmp_path)) == list(range(1, 11))


def test_eight_small_batches_are_one_large_one(sources: Sources, tmp_path: Path) -> None:
    one = train(sources, replace(SETTINGS, steps=3, batch=8), tmp_path / "8x1")
    many = train(sources, replace(SETTINGS, steps=3, batch=1, accumulate=8), tmp_path / "1x8")
    first, second = _lines(tmp_path / "8x1"), _lines(tmp_path / "1x8")
    assert [first[step][0] for step in first] == pytest.approx([second[step][0] for step in second], abs=1e-5)
    for name, weight in _weights(one).items():
        torch.testing.assert_close(weight, _weights(many)[name], atol=2e-4, rtol=1e-3)


def test_it_learns(sources: Sources, tmp_path: Path) -> None:
    train(sources, replace(SETTINGS, steps=30, rate=1e-2, save_every=30), tmp_path)
    losses = [loss for loss, _ in _lines(tmp_path).values()]
    assert losses[-1] < 0.75 * losses[0]


def test_a_damaged_or_foreign_checkpoint_is_refused_in_one_line(sources: Sources, tmp_path: Path) -> None:
    result = train(sources, replace(SETTINGS, steps=3), tmp_path)
    assert result.checkpoint is not None
    with pytest.raises(TrainingError, match="another settings"):
        train(sources, replace(SETTINGS, steps=3, rate=1.0), tmp_path, resume=True)
    file = result.checkpoint / "model.safetensors"
    file.write_bytes(file.read_bytes()[:-7])
    with pytest.raises(TrainingError, match=r"damaged: model\.safetensors"):
        checkpoint.load(result.checkpoint)
    (result.checkpoint / "manifest.json").write_text('{"format": "pt"}')
    with pytest.raises(TrainingError, match="something else"):
        checkpoint.load(result.checkpoint)
    with pytest.raises(TrainingError, match="no checkpoint to go on from"):
        train(sources, SETTINGS, tmp_path / "empty", resume=True)
