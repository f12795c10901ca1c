"""An adapter is learnt, kept, put on, merged; and a run that was cut off goes on bit for bit."""

from __future__ import annotations

import json
import shutil
from dataclasses import replace
from pathlib import Path

import pytest

torch = pytest.importorskip("torch", reason="torch is not installed: pip install 'rusta-tui[hf]'")
for _name in ("transformers", "peft", "accelerate", "llguidance", "zstandard"):
    pytest.importorskip(_name, reason=f"{_name} is not installed: pip install 'rusta-tui[hf]'")

from engine.brain.minds.answer import parse_answer  # noqa: E402
from engine.brain.minds.hf import HfMind  # noqa: E402
from engine.brain.minds.mind import Prompt  # noqa: E402
from engine.brain.minds.settings import LocalSettings  # noqa: E402
from engine.errors import TrainingError  # noqa: E402
from engine.model.adapters import merge  # noqa: E402
from engine.model.causal import load_tokenizer  # noqa: E402
from engine.schema.samples import read_sample  # noqa: E402
from engine.train import checkpoint  # noqa: E402
from engine.train.material import Material  # noqa: E402
from engine.train.packing import IGNORE  # noqa: E402
from engine.train.sft.examples import Example, asked, examples, replacements  # noqa: E402
from engine.train.sft.rows import Data, Row, rows_of  # noqa: E402
from engine.train.sft.settings import Tuning, read_tuning, tuning_of  # noqa: E402
from engine.train.sft.trainer import stacked, tune  # noqa: E402
from engine.train.trainer import Result  # noqa: E402
from tests.sft_corpus import AFTER, BEFORE, sample, sft_corpus  # noqa: E402
from tests.tiny_causal import tiny_model  # noqa: E402

pytestmark = pytest.mark.filterwarnings("ignore::DeprecationWarning", "ignore::FutureWarning", "ignore::UserWarning")


@pytest.fixture(name="model", scope="module")
def _model(tmp_path_factory: pytest.TempPathFactory) -> Path:
    torch.set_num_threads(1)
    return tiny_model(tmp_path_factory.mktemp("model") / "tiny")


@pytest.fixture(name="data", scope="module")
def _data(model: Path) -> Data:
    corpus = sft_corpus(model.parent / "corpus")
    return rows_of(load_tokenizer(model), examples(Material(corpus)), 2500)


def tuning(where: Path, **fields: object) -> Tuning:
    told: dict[str, object] = {
        "model": str(where),
        "steps": 6,
        "batch": 2,
        "rate": 0.01,
        "warm_up": 1,
        "r": 4,
        "dropout": 0.1,
    }
    return tuning_of(told | {"save_every": 2, "evaluate_every": 3, "keep": 9, "weights": {"diag_fix": 0.0}} | fields)


def _adapter(result: Result) -> dict[str, torch.Tensor]:
    assert result.checkpoint is not None
    kept = checkpoint.load(result.checkpoint).tensors
    return kept["adapter"] | kept["optimizer"]


def _losses(out: Path) -> dict[int, float]:
    read = map(json.loads, (out / "events.jsonl").read_text().splitlines())
    return {one["step"]: one["loss"] for one in read if one["kind"] == "step"}


def test_a_fix_is_answered_in_the_form_that_the_brains_ask_for() -> None:
    ((_, system, question, answer), (family, _, _, words)) = asked(read_sample(sample("diag_fix")))
    told = parse_answer(answer)
    assert [(edit.find, edit.replace) for edit in told.edits] == [("    coumt\n", "    count\n")]
    assert (told.cause, told.intent, told.confidence) == (
        "The name is misspelt",
        "Spell it as it was declared.",
        0.9,
    )
    assert "Answer with one JSON object" in system
    assert "## Code: src/lib.rs\n" + BEFORE in question
    assert (family, words) == ("explain_fix", "The name is misspelt. Spell it as it was declared.")


def test_a_change_that_stands_there_twice_is_shown_with_what_is_around_it() -> None:
    old, new = "a\nx\nb\nx\nc\n", "a\nx\nb\ny\nc\n"
    ((find, put),) = replacements(old, new)
    assert old.count(find) == 1
    assert old.replace(find, put) == new
    ((find, put),) = replacements(BEFORE, "use std::fmt;\n" + BEFORE)
    assert BEFORE.replace(find, put) == "use std::fmt;\n" + BEFORE


def test_only_the_answer_is_learnt_and_what_is_too_long_is_counted(model: Path) -> None:
    tokenizer = load_tokenizer(model)
    told = [Example("teach", "S", "Q", "Answer", held_out, 2) for held_out in (False, True)]
    long = Example("teach", "S", "Q", "x" * 500, False, 1)
    data = rows_of(tokenizer, [*told, long], 200)
    assert (len(data.train["teach"]), len(data.held_out), data.too_long) == (2, 1, 1)
    tokens, mask, targets = stacked([data.held_out[0], Row((1, 2), 1)], 256, torch.device("cpu"))
    learnt = targets[0][targets[0] != IGNORE].tolist()
    assert tokenizer.decode(learnt) == "Answer<|end|>"
    assert (
        tokenizer.decode(tokens[0])
        == "<|start|>system\nS<|end|><|start|>user\nQ<|end|><|start|>assistant\nAnswer<|end|>"
    )
    assert mask[1].sum() == 2
    with pytest.raises(TrainingError, match="nothing held out"):
        rows_of(tokenizer, told[:1], 200)


@pytest.mark.parametrize("method", ["lora", "dora", "rslora"])
def test_what_was_learnt_is_said_by_the_adapter_and_by_the_merged_model(
    model: Path, tmp_path: Path, method: str
) -> None:
    question = Example("teach", "S", "Who owns it?", "Ferris.", False, 1)
    rows = rows_of(load_tokenizer(model), [question, replace(question, held_out=True)], 200)
    told = tuning(model, method=method, steps=60, dropout=0.0, evaluate_every=20, save_every=60, r=8, weights={})
    result = tune(rows, told, tmp_path, pad=256)
    assert result.finished
    losses = _losses(tmp_path)
    assert losses[60] < losses[1] / 2
    merge(model, tmp_path / "adapter", tmp_path / "merged")
    said = []
    for fields in ({"model": model, "adapter": tmp_path / "adapter"}, {"model": tmp_path / "merged"}):
        mind = HfMind(
            LocalSettings.model_validate(
                {name: str(path) for name, path in fields.items()} | {"max_tokens": 16, "constrain": "none"}
            )
        )
        said.append(_reply(mind))
    assert said[0] == said[1]
    assert said[0] == "Ferris.", f"{result.best:.2f} bits"


def _reply(mind: HfMind) -> str:
    import asyncio

    return asyncio.run(mind.reply(Prompt("S", "Who owns it?"), sample=0)).text


def test_a_run_that_was_cut_off_goes_on_bit_for_bit(model: Path, data: Data, tmp_path: Path) -> None:
    whole = tune(data, tuning(model), tmp_path / "whole", pad=256)
    tune(data, tuning(model), tmp_path / "cut", pad=256)
    for late in checkpoint.checkpoints(tmp_path / "cut" / "checkpoints")[1:]:
        shutil.rmtree(late)  # as if killed after step 2
    (tmp_path / "cut" / "events.jsonl").unlink()
    torch.manual_seed(999)
    again = tune(data, tuning(model), tmp_path / "cut", pad=256, resume=True)
    expected = _losses(tmp_path / "whole")
    assert _losses(tmp_path / "cut") == {step: expected[step] for step in range(3, 7)}
    one, other = _adapter(whole), _adapter(again)
    assert one.keys() == other.keys()
    assert all(torch.equal(one[name], other[name]) for name in one)


def test_a_stopped_run_saves_its_adapter_and_another_setting_is_refused(
    model: Path, data: Data, tmp_path: Path
) -> None:
    wanted = iter([True, True, False])
    stopped = tune(data, tuning(model), tmp_path, pad=256, wanted=lambda: next(wanted))
    assert (stopped.step, stopped.finished) == (2, False)
    assert (tmp_path / "adapter" / "adapter_model.safetensors").exists()
    with pytest.raises(TrainingError, match="made with another settings"):
        tune(data, tuning(model, r=8), tmp_path, pad=256, resume=True)
    assert tune(data, tuning(model), tmp_path, pad=256, resume=True).finished


def test_recomputing_activations_changes_no_figure(model: Path, data: Data, tmp_path: Path) -> None:
    for recompute in (False, True):
        settings = tuning(model, recompute=recompute, dropout=0.0, steps=2)
        tune(data, settings, tmp_path / str(recompute), pad=256)
    kept, anew = _losses(tmp_path / "False"), _losses(tmp_path / "True")
    assert kept == pytest.approx(anew, rel=1e-5)


def test_a_model_in_four_bits_learns_too(tmp_path: Path) -> None:
    pytest.importorskip("bitsandbytes", reason="bitsandbytes is not installed: pip install 'rusta-tui[qlora]'")
    model = tiny_model(tmp_path / "tiny", width=64)
    question = Example("teach", "S", "Who owns it?", "Ferris.", False, 1)
    rows = rows_of(load_tokenizer(model), [question, replace(question, held_out=True)], 200)
    settings = tuning(model, quantize="nf4", recompute=True, steps=8, weights={})
    assert tune(rows, settings, tmp_path / "run", pad=256).finished
    losses = _losses(tmp_path / "run")
    assert losses[8] < losses[1]


@pytest.mark.parametrize("name", ["rusta-v0-32b.yaml", "rusta-v0-32b-eight.yaml"])
def test_the_settings_that_are_shipped_are_valid(name: str) -> None:
    told = read_tuning(Path(__file__).resolve().parents[2] / "configs" / name)
    assert told.loop.batch * told.loop.accumulate == 32


@pytest.mark.parametrize(
    ("fields", "line"),
    [
        ({"ema": 0.9}, "a tuning run has no setting ema"),
        ({"r": 0}, "r:"),
        ({"targets": ["nothing_like_it"]}, "cannot be put on this model"),
        ({"model": "/nowhere"}, "/nowhere is not there"),
    ],
)
def test_what_cannot_be_is_said_in_one_line(
    model: Path, data: Data, tmp_path: Path, fields: dict[str, object], line: str
) -> None:
    with pytest.raises(TrainingError, match=line) as told:
        tune(data, tuning(model, **fields), tmp_path, pad=256)
    assert "\n" not in str(told.value)


def test_a_fix_that_cannot_be_said_exactly_is_left_out() -> None:
    told = {**sample("diag_fix"), "code_before": AFTER}
    assert [family for family, *_ in asked(read_sample(told))] == ["explain_fix"]
