import itertools
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
from engine.model.stored import load_model  # noqa: E402
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
    monkeypatch.setitem(CONFIGS, "seed", replace(shape, layers=1))


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


def test_the_averaged_weights_are_what_their_definition_says(sources: Sources, tmp_path: Path) -> None:
    kept = [train(sources, replace(SETTINGS, steps=3, save_every=1, decay=0.0), tmp_path)]
    steps = [checkpoint.load(one).tensors for one in checkpoint.checkpoints(tmp_path / "checkpoints")]
    assert len(steps) == 3
    assert kept[0].finished
    for before, after in itertools.pairwise(steps):
        for name, average in after["ema"].items():
            torch.testing.assert_close(average, 0.9 * before["ema"][name] + 0.1 * after["model"][name])


def test_it_stops_early_when_it_gets_no_better(sources: Sources, tmp_path: Path) -> None:
    settings = replace(SETTINGS, steps=40, rate=1e-9, evaluate_every=2, patience=3, weight_decay=0.0)
    stopped = train(Sources(sources.train, Rows.pack([Text([300] * 30)], 32)), settings, tmp_path)
    assert stopped.finished
    assert stopped.step < 40
    assert stopped.checkpoint is not None
    assert stopped.checkpoint.name == f"step-{stopped.step:09d}"


def test_gradients_are_clipped_and_their_norm_is_told(sources: Sources, tmp_path: Path) -> None:
    settings = replace(SETTINGS, steps=2, weight_decay=0.0)
    train(sources, replace(settings, clip=1e9), tmp_path / "free")
    train(sources, replace(settings, clip=1e-3), tmp_path / "clipped")
    norms = [
        json.loads((tmp_path / one / "events.jsonl").read_text().splitlines()[0])["norm"] for one in ("free", "clipped")
    ]
    assert norms[0] == norms[1]  # before the clipping
    assert norms[0] > 1e-3


def test_a_run_goes_on_from_older_weights_and_warms_up_again(sources: Sources, tmp_path: Path) -> None:
    first = train(sources, replace(SETTINGS, steps=12, rate=1e-2), tmp_path / "first")
    again = replace(SETTINGS, steps=4, warm_up=4, start_from=str(first.checkpoint))
    train(sources, again, tmp_path / "second")
    lines = [json.loads(line) for line in (tmp_path / "second" / "events.jsonl").read_text().splitlines()]
    steps = [one for one in lines if one["kind"] == "step"]
    assert [one["rate"] for one in steps[:3]] == pytest.approx([2e-3 * share for share in (1 / 4, 2 / 4, 3 / 4)])
    assert steps[0]["loss"] < 0.8 * _lines(tmp_path / "first")[1][0]


def test_half_precision_learns_the_same_with_whole_weights(sources: Sources, tmp_path: Path) -> None:
    settings = replace(SETTINGS, steps=20, rate=1e-2, save_every=20)
    train(sources, settings, tmp_path / "float")
    half = train(sources, replace(settings, precision="bf16"), tmp_path / "half")
    one, two = _lines(tmp_path / "float"), _lines(tmp_path / "half")
    assert [loss for loss, _ in two.values()] == pytest.approx([loss for loss, _ in one.values()], rel=0.03)
    assert one != two
    assert {weight.dtype for weight in _weights(half).values()} == {torch.float32}


@pytest.mark.skipif(shutil.which("c++") is None, reason="torch.compile needs a C++ compiler")
def test_a_compiled_run_is_an_eager_one_and_each_goes_on_from_the_other(sources: Sources, tmp_path: Path) -> None:
    settings = replace(SETTINGS, model="seed", steps=2, ema=0.0, evaluate_every=9)
    eager = train(sources, settings, tmp_path / "eager")
    compiled = train(sources, replace(settings, compile=True), tmp_path / "compiled")
    one, two = _lines(tmp_path / "eager"), _lines(tmp_path / "compiled")
    assert [loss for loss, _ in two.values()] == pytest.approx([loss for loss, _ in one.values()], abs=1e-4)
    assert _weights(eager).keys() == _weights(compiled).keys()
    train(sources, replace(settings, steps=1, start_from=str(compiled.checkpoint)), tmp_path / "after")
    assert _lines(tmp_path / "after")[1][0] < one[1][0]
    assert load_model(compiled.checkpoint).config == settings.shape
