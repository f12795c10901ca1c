"""The training page, over real run folders read by the real `rusta runs`, and a trainer that is played."""

from __future__ import annotations

import json
import sys
from math import log
from pathlib import Path

import pytest

from engine.schema.event import MeterEvent
from rusta_tui import training_view
from rusta_tui.app import RustaApp
from rusta_tui.job import Job
from rusta_tui.lines import plain
from rusta_tui.screens import training as page
from rusta_tui.screens.training import TrainingScreen
from rusta_tui.training import CHARTS, GATE, live, parse_compared, parse_detail, parse_list
from rusta_tui.training_view import amount, size
from tests.runs_on_disk import write_run

from .conftest import Scene, shows, until

TRAINER = Path(__file__).with_name("fake_trainer.py")
AT = "2026-01-01T00:00:00.000Z"
WIDE, SMALL = (120, 40), (80, 24)


@pytest.fixture
def runs(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The folder of runs in a home of their own."""
    monkeypatch.setenv("RUSTA_HOME", str(tmp_path / "home"))
    return tmp_path / "home" / "runs"


@pytest.fixture
def app(scene: Scene, runs: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> RustaApp:
    monkeypatch.setattr(page, "POLL_SECONDS", 0.1)
    monkeypatch.setenv("FAKE_TRAINER_HEARD", str(tmp_path / "heard.txt"))
    return RustaApp(scene.root, engine=(sys.executable, str(TRAINER)), guard_seconds=0, theme="dark")


def heard(tmp_path: Path) -> list[str]:
    return (tmp_path / "heard.txt").read_text().splitlines()


def screen_of(app: RustaApp) -> TrainingScreen:
    assert isinstance(app.screen, TrainingScreen)
    return app.screen


@pytest.mark.parametrize("size", [WIDE, SMALL])
async def test_a_run_shows_its_figures_its_curves_and_its_checkpoints(
    app: RustaApp, runs: Path, size: tuple[int, int]
) -> None:
    write_run(runs / "E0-first", steps=40, of=40, save_every=20, ended="finished")
    async with app.run_test(size=size) as pilot:
        await pilot.press("7")
        await until(pilot, shows(pilot, "E0-first", "finished", "40/40", "3.5 bits"))
        if size == SMALL:
            await pilot.press("tab")
        await until(pilot, shows(pilot, "loss, held out", "step 40 of 40", "gate: compile ability rising"))
        await until(pilot, shows(pilot, "Checkpoints", "a84a5af0", "best", "batch 8"))
        if size == SMALL:
            await pilot.press("tab")
        await until(pilot, shows(pilot, "train", "held out", "bits a symbol", "r goes on"))


async def test_the_curve_turns_from_loss_to_bits_throughput_and_the_gate(app: RustaApp, runs: Path) -> None:
    write_run(runs / "E0-first", steps=40, of=40)
    async with app.run_test(size=WIDE) as pilot:
        await pilot.press("7")
        await until(pilot, shows(pilot, "bits a symbol", "No checkpoint yet"))
        for title in ("bits per byte, held out", "throughput", "right of what was asked"):
            await pilot.press("m")
            await until(pilot, shows(pilot, title))
        await pilot.press("m", "m", "m")
        await until(pilot, shows(pilot, "gate compile ability rising", "evaluation, oldest first", "compile_ability"))
        assert screen_of(app).chart is GATE
        await pilot.press("m")
        assert screen_of(app).chart is CHARTS[0]


async def test_a_damaged_checkpoint_is_marked_at_once_and_other_bytes_when_it_is_verified(
    app: RustaApp, runs: Path
) -> None:
    path = write_run(runs / "E0-first", steps=40, of=40, save_every=20)
    first, second = sorted((path / "checkpoints").iterdir())
    (first / "model.safetensors").write_bytes(b"short")
    content = (second / "model.safetensors").read_bytes()
    (second / "model.safetensors").write_bytes(content[:-1] + b"!")
    async with app.run_test(size=WIDE) as pilot:
        await pilot.press("7")
        await until(pilot, shows(pilot, "damaged: model.safetensors is cut short", "v reads every byte"))
        assert not shows(pilot, "is not what")()
        await pilot.press("v")
        await until(pilot, shows(pilot, "every byte read", "damaged: model.safetensors is not what was written"))


async def test_two_runs_are_laid_side_by_side(app: RustaApp, runs: Path) -> None:
    write_run(runs / "E0-a", steps=40, of=40, save_every=20)
    write_run(runs / "E0-b", steps=40, of=40, save_every=20, rate=0.01)
    async with app.run_test(size=WIDE) as pilot:
        await pilot.press("7")
        await until(pilot, shows(pilot, "Runs · 2", "Checkpoints"))
        await pilot.press("d")
        assert screen_of(app).compared is None
        await pilot.press("space", "down", "d")
        await until(pilot, shows(pilot, "Told otherwise", "0.002", "0.01", "⢕⢕ E0-"))
        await pilot.press("d")
        await until(pilot, shows(pilot, "Checkpoints"))
        assert not shows(pilot, "Told otherwise")()


async def test_a_run_is_started_with_a_stage_data_and_settings_and_drawn_while_it_goes(
    app: RustaApp, runs: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("FAKE_TRAINER", "hold")
    write_run(runs / "E0-old", steps=20, of=20, save_every=20, ended="finished")
    async with app.run_test(size=WIDE) as pilot:
        await pilot.press("7")
        await until(pilot, shows(pilot, "E0-old"))
        await pilot.press("n")
        await until(pilot, shows(pilot, "Train which stage?", "E3 Reversible patch demo: compile_fix"))
        await pilot.press("0")
        await until(pilot, shows(pilot, "E0: learn from what?"))
        await pilot.press(*"crates", "enter")
        await until(pilot, shows(pilot, "With which settings?"))
        await pilot.press(*"nano.yaml", "enter")
        await until(pilot, shows(pilot, "Begin with whose weights?"))
        await pilot.press(*"E0-old", "enter")
        await until(pilot, shows(pilot, "5/30", "1,234", "step 5 of 30"))
        (command,) = [line for line in heard(tmp_path) if line.startswith("train")]
        assert command.startswith(f"train E0 --out {tmp_path}/home/runs/E0-")
        assert command.endswith(f"--data crates --config nano.yaml --init {runs}/E0-old --events")
        await pilot.press("p")
        await until(pilot, shows(pilot, "paused   ", "◆ paused"))
        await pilot.press("p")
        await until(pilot, lambda: heard(tmp_path)[-2:] == ["decision pause", "decision resume"])
        await pilot.press("x")
        await until(pilot, shows(pilot, ": stopped"))
        assert screen_of(app).job.trouble == ""  # type: ignore[union-attr]  # it has a job


async def test_a_stop_lets_the_run_save_and_a_second_one_ends_it(
    app: RustaApp, runs: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("FAKE_TRAINER", "hold")
    write_run(runs / "E0-first", steps=20, of=30, save_every=20, ended="stopped")
    async with app.run_test(size=WIDE) as pilot:
        await pilot.press("7")
        await until(pilot, shows(pilot, "stopped", "r Go on"))
        await pilot.press("r")
        await until(pilot, shows(pilot, "25/30"))
        job = screen_of(app).job
        assert job is not None
        sent: list[str] = []
        monkeypatch.setattr(job.client, "send", lambda decision: sent.append(decision.kind) or True)
        await pilot.press("x")
        await until(pilot, shows(pilot, "saves and ends"))
        assert screen_of(app).running
        await pilot.press("x")
        await until(pilot, lambda: not screen_of(app).running)
        assert sent == ["stop", "stop"]


async def test_a_stopped_run_goes_on_by_its_folder_and_its_curve_with_it(
    app: RustaApp, runs: Path, tmp_path: Path
) -> None:
    path = write_run(runs / "E0-first", steps=20, of=30, save_every=20, ended="stopped")
    async with app.run_test(size=WIDE) as pilot:
        await pilot.press("7")
        await until(pilot, shows(pilot, "stopped", "Checkpoints"))
        await pilot.press("r")
        await until(pilot, shows(pilot, "training E0-first: done"))
        assert f"train E0 --out {path} --resume --events" in heard(tmp_path)
        screen = screen_of(app)
        loss = screen._curves(screen.details[str(path)])["loss"]
        assert [at for at, _ in loss][-6:] == [20, 21, 22, 23, 24, 25]
        assert loss[-1][1] == pytest.approx(4.0)


async def test_without_torch_it_says_so_and_starts_nothing(
    app: RustaApp, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("FAKE_TRAINER", "bare")
    async with app.run_test(size=WIDE) as pilot:
        await pilot.press("7")
        await until(pilot, shows(pilot, "Nothing can be trained here: torch is not installed. pip install"))
        await pilot.press("n")
        await until(pilot, lambda: bool(app._notifications))
        assert isinstance(app.screen, TrainingScreen)
        assert not [line for line in heard(tmp_path) if line.startswith("train")]


async def test_a_run_of_somebody_else_is_read_again_while_it_goes(
    app: RustaApp, runs: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = write_run(runs / "E0-first", steps=20, of=900)
    (path / "run.json").unlink()  # a journal that was written a moment ago, and nobody says how the run ended
    async with app.run_test(size=WIDE) as pilot:
        await pilot.press("7")
        await until(pilot, shows(pilot, "running", "20"))
        with (path / "events.jsonl").open("a") as journal:
            journal.write(json.dumps({"step": 777, "kind": "step", "loss": log(2)}) + "\n")
        await until(pilot, shows(pilot, "777"))


async def test_another_folder_of_runs_is_opened(app: RustaApp, tmp_path: Path) -> None:
    write_run(tmp_path / "x" / "far", steps=5, of=9)
    async with app.run_test(size=WIDE) as pilot:
        await pilot.press("7")
        await until(pilot, shows(pilot, "No run is in"))
        await pilot.press("o")
        await until(pilot, shows(pilot, "Runs of which folder?"))
        await pilot.press(*str(tmp_path / "x"), "enter")
        await until(pilot, shows(pilot, "far", "cut off", "No checkpoint yet."))
        assert f"runs list --json --in {tmp_path / 'x'}" in heard(tmp_path)


async def test_what_breaks_is_said_and_can_be_tried_again(app: RustaApp, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("FAKE_TRAINER", "broken")
    async with app.run_test(size=SMALL) as pilot:
        await pilot.press("7")
        await until(pilot, shows(pilot, "! the disk is on fire", "c reads again"))
        app.engine = ("/no/such/engine",)
        await pilot.press("c")
        await until(pilot, shows(pilot, "/no/such/engine does not start"))


def test_lines_that_are_no_records_are_left_out() -> None:
    assert parse_list("oops\n[1]\n{}\n")[1] == []
    assert parse_detail('{"kind":"curve","name":"loss","points":[[1,2]]}') is None
    assert parse_compared('{"kind":"difference","name":"rate","left":1,"right":2}') is None


def test_a_job_takes_a_curve_on_from_where_it_began_again() -> None:
    job = Job("training", ("true",))
    for step in (3, 4):
        job.take(MeterEvent(seq=1, at=AT, session="", name="train/loss", value=log(2), step=step))
    assert live({"loss": [(1, 9.0), (2, 8.0), (3, 7.0)], "rate": [(1, 0.1)]}, job) == {
        "loss": [(1, 9.0), (2, 8.0), (3.0, pytest.approx(1.0)), (4.0, pytest.approx(1.0))],
        "rate": [(1, 0.1)],
    }


def test_how_long_a_run_takes_yet_follows_the_pace_of_its_steps() -> None:
    run = {"kind": "run", "state": "running", "step": 20, "steps": 30, "last": {"symbols": 500.0}}
    detail = parse_detail(json.dumps(run))
    assert detail is not None
    curves = {"symbols_per_second": [(19.0, 100.0), (20.0, 400.0)], "loss": [(20.0, 2.0)]}
    told = "\n".join(map(plain, training_view.page(detail, None, curves, 56)))
    assert "step 20 of 30 · 31.2 s left" in told  # ten steps of 3.125 s


def test_figures_are_told_as_people_read_them() -> None:
    assert [amount(value, "bits") for value in (None, 12345.6, 0.12345)] == ["–", "12,346 bits", "0.1235 bits"]
    assert [size(count) for count in (120, 4_500_000, 7_000_000_000)] == ["120 B", "4.5 MB", "7.0 GB"]
