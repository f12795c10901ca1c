"""Every stage of the ladder, end to end, with a model that is a grain of one."""

import json
from dataclasses import replace
from pathlib import Path

import pytest

torch = pytest.importorskip("torch", reason="torch is not installed: pip install 'rusta-tui[train]'")
pytest.importorskip("accelerate", reason="accelerate is not installed: pip install 'rusta-tui[train]'")
np = pytest.importorskip("numpy")

from engine.errors import TrainingError  # noqa: E402
from engine.model.configuration import CONFIGS, ModelConfig  # noqa: E402
from engine.model.stored import load_model  # noqa: E402
from engine.model.transformer import new_model  # noqa: E402
from engine.train import calibration, checkpoint  # noqa: E402
from engine.train.completions import Completions, bodies, completed  # noqa: E402
from engine.train.lessons import FILE  # noqa: E402
from engine.train.settings import Settings  # noqa: E402
from engine.train.stage import Wish, account, prepare  # noqa: E402
from engine.train.trainer import Result, train  # noqa: E402

pytestmark = pytest.mark.filterwarnings("ignore::DeprecationWarning", "ignore::FutureWarning", "ignore::UserWarning")
SETTINGS = Settings(model="grain", context=192, steps=4, batch=4, warm_up=1, save_every=4, evaluate_every=2)


@pytest.fixture(autouse=True)
def _grain(monkeypatch: pytest.MonkeyPatch) -> None:
    torch.set_num_threads(1)
    shape = ModelConfig(layers=2, width=32, heads=4, kv_heads=2, context=192, window=16, hidden=48, global_every=2)
    monkeypatch.setitem(CONFIGS, "grain", shape)
    monkeypatch.setitem(CONFIGS, "pebble", replace(shape, width=64))


def _trained(settings: Settings, out: Path, wish: Wish) -> tuple[Result, dict]:
    prepared = prepare(settings, out, wish)
    result = train(prepared.sources, settings, out, at_end=prepared.at_end, told=prepared.told)
    return result, account(settings, out, prepared, result)


def _manifest(result: Result) -> dict:
    assert result.checkpoint is not None
    return checkpoint.load(result.checkpoint).manifest


@pytest.mark.usefixtures("played")
@pytest.mark.parametrize("stage", ["E1", "E3", "E5"])
def test_a_stage_that_writes_is_trained_from_self_play(stage: str, tmp_path: Path) -> None:
    settings = replace(SETTINGS, stage=stage, steps=40, save_every=40, evaluate_every=20, rate=1e-2)
    result, made = _trained(settings, tmp_path / "run", Wish())
    assert result.finished
    assert 0 < made["held_out_bits"] < 4  # of eight: it learnt something of a text that it did not see
    assert json.loads((tmp_path / "run" / "result.json").read_text()) == made
    assert _manifest(result)["objectives"] == [stage]


@pytest.mark.usefixtures("played")
def test_tool_use_is_learnt_by_the_action_head(tmp_path: Path) -> None:
    settings = replace(SETTINGS, stage="E2", steps=40, save_every=40, evaluate_every=20, rate=1e-2)
    result, made = _trained(settings, tmp_path / "run", Wish())
    assert made["measured"]["action_right"] == 1.0  # the sessions of all crates are alike
    assert _manifest(result)["moves"] == ["mend-the-name"]


@pytest.mark.usefixtures("played")
def test_confidence_is_scaled_on_repositories_of_its_own(tmp_path: Path) -> None:
    settings = replace(SETTINGS, stage="E4", steps=30, save_every=30, evaluate_every=10, rate=3e-3)
    result, made = _trained(settings, tmp_path / "run", Wish())
    found = made["calibration"]
    assert (found["fitted_on"], found["measured_on"]) == ({"of": 8, "green": 4}, {"of": 8, "green": 4})
    assert found["balance"] == {"green": 12, "of": 24}
    assert not found["enough"]
    assert _manifest(result)["temperature"] == found["temperature"] > 0
    assert result.checkpoint is not None
    assert json.loads((result.checkpoint / calibration.FILE).read_text()) == found
    load_model(result.checkpoint)  # the checkpoint is as whole as before


@pytest.mark.usefixtures("played")
def test_a_stage_begins_with_the_weights_of_another(tmp_path: Path) -> None:
    first, _ = _trained(replace(SETTINGS, stage="E2"), tmp_path / "first", Wish())
    onwards = replace(SETTINGS, stage="E3", start_from=str(tmp_path / "first"), rate=0.0, weight_decay=0.0)
    second, _ = _trained(onwards, tmp_path / "second", Wish())
    assert _manifest(second)["objectives"] == ["E2", "E3"]
    assert _manifest(second)["moves"] == ["mend-the-name"]
    assert first.checkpoint is not None
    assert second.checkpoint is not None
    weights = checkpoint.load(first.checkpoint).tensors["model"]
    assert all(torch.equal(one, weights[name]) for name, one in load_model(second.checkpoint).state_dict().items())
    with pytest.raises(TrainingError, match="another shape: width is 32 there, and 64 here"):
        prepare(replace(onwards, model="pebble"), tmp_path / "third", Wish())


@pytest.mark.usefixtures("played")
def test_a_run_goes_on_with_the_lessons_that_it_began_with(tmp_path: Path, played: Path) -> None:
    settings = replace(SETTINGS, stage="E3")
    prepared = prepare(settings, tmp_path, Wish())
    stopped = train(prepared.sources, settings, tmp_path, told=prepared.told, wanted=lambda: False)
    assert not stopped.finished
    for file in played.iterdir():
        file.unlink()
    again = prepare(settings, tmp_path, Wish(), resume=True)
    assert train(again.sources, settings, tmp_path, resume=True, told=again.told).finished
    (tmp_path / FILE).unlink()
    with pytest.raises(TrainingError, match="not there any more"):
        prepare(settings, tmp_path, Wish(), resume=True)


@pytest.mark.slow
def test_what_the_byte_model_writes_is_compiled_at_the_end(tmp_path: Path) -> None:
    for number in range(60):
        (tmp_path / "crates" / f"c{number}").mkdir(parents=True)
        (tmp_path / "crates" / f"c{number}" / "lib.rs").write_text("fn double(x: u32) -> u32 {\n    2 * x\n}\n" * 3)
    settings = replace(SETTINGS, stage="E0", completions=1)
    result, made = _trained(settings, tmp_path / "run", Wish(tmp_path / "crates"))
    assert made["measured"]["completions"] == 1.0
    assert 0 <= made["measured"]["compile_ability"] <= made["measured"]["parse_ability"] <= 1
    told = [json.loads(line) for line in (tmp_path / "run" / "events.jsonl").read_text().splitlines()]
    assert ["compile_ability" in line for line in told if line["kind"] == "held_out"] == [False, True]
    assert result.finished


def test_data_that_is_neither_is_refused_in_one_line(tmp_path: Path) -> None:
    with pytest.raises(TrainingError, match="neither a corpus nor a folder of crates"):
        prepare(replace(SETTINGS, stage="E3"), tmp_path / "run", Wish(tmp_path))
    with pytest.raises(TrainingError, match="no stage E9"):
        prepare(replace(SETTINGS, stage="E9"), tmp_path / "run", Wish())


def test_a_temperature_undoes_overconfidence() -> None:
    draw = np.random.default_rng(3)
    odds = draw.normal(0, 1.5, 4000)
    green = (draw.random(4000) < 1 / (1 + np.exp(-odds))).astype(float)
    assert calibration.fitted(4 * odds, green) == pytest.approx(4.0, rel=0.1)
    said = [1 / (1 + np.exp(-one)) for one in (4 * odds, odds)]
    assert calibration.ece(said[0], green) > 0.1 > 0.05 > calibration.ece(said[1], green)


@pytest.mark.slow
def test_completions_are_compiled(monkeypatch: pytest.MonkeyPatch) -> None:
    model = new_model(CONFIGS["grain"])
    asked = Completions(2)
    first = asked.bodies[0]
    content = first.ground.sound[first.path]
    assert len(list(bodies(first.ground))) > 5
    assert len(completed(model, content, first.start, first.end)) <= first.end - first.start + 32
    monkeypatch.setattr("engine.train.completions.completed", lambda model, content, start, end: content[start:end])
    assert asked.measure(model) == {"parse_ability": 1.0, "compile_ability": 1.0, "completions": 2.0}
    monkeypatch.setattr("engine.train.completions.completed", lambda model, content, start, end: b" no_such_thing() ")
    assert asked.measure(model) == {"parse_ability": 1.0, "compile_ability": 0.0, "completions": 2.0}
    monkeypatch.setattr("engine.train.completions.completed", lambda model, content, start, end: b" let = {{ ")
    assert asked.measure(model)["parse_ability"] == 0.0
