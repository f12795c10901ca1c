import json
import math
from dataclasses import replace
from pathlib import Path

import pytest

from engine.errors import TrainingError
from engine.train.settings import Settings, settings_of

STABLE = Settings(steps=100, rate=1.0, warm_up=10, decay=0.3)


def test_the_rate_warms_up_stays_level_and_falls_to_what_is_lowest() -> None:
    rates = [STABLE.rate_at(step) for step in range(100)]
    assert rates[:10] == pytest.approx([(step + 1) / 10 for step in range(10)])
    assert set(rates[10:70]) == {1.0}
    assert rates[70:] == pytest.approx([(100 - step) / 30 for step in range(70, 100)])
    assert replace(STABLE, lowest=0.1).rate_at(99) == pytest.approx(0.1 + 0.9 / 30)


def test_a_cosine_falls_all_along() -> None:
    cosine = replace(STABLE, schedule="cosine", lowest=0.1)
    rates = [cosine.rate_at(step) for step in range(9, 100)]
    assert rates == sorted(rates, reverse=True)
    assert rates[0] == pytest.approx(1.0)
    assert rates[45] == pytest.approx(0.1 + 0.9 * (1 + math.cos(math.pi / 2)) / 2)
    assert rates[-1] == pytest.approx(0.1)


def test_a_run_as_short_as_its_warm_up_has_a_rate() -> None:
    for schedule in ("stable", "cosine"):
        short = Settings(steps=2, warm_up=20, schedule=schedule)
        assert all(0 < short.rate_at(step) <= short.rate for step in range(2))


def test_what_draws_and_keeps_decides_nothing_and_the_schedule_does() -> None:
    assert replace(STABLE, tensorboard=True, workers=3, keep=9).hash() == STABLE.hash()
    assert replace(STABLE, schedule="cosine").hash() != STABLE.hash()
    with pytest.raises(TrainingError, match="schedule is stable or cosine, not linear"):
        settings_of({"schedule": "linear"})


def test_curves_go_beside_the_journal_and_a_resume_draws_over_what_is_done_again(tmp_path: Path) -> None:
    pytest.importorskip("tensorboard", reason="tensorboard is not installed: pip install tensorboard")
    torch = pytest.importorskip("torch", reason="torch is not installed: pip install 'rusta-tui[train]'")
    from tensorboard.backend.event_processing.event_accumulator import EventAccumulator

    from engine.train.journal import CURVES, Journal

    for first, loss in ((0, 2.0), (1, 1.0)):
        journal = Journal(tmp_path, writes=True, meter=None, curves=True, first=first)
        for step in (first + 1, first + 2):
            journal.write(step, "step", {"loss": loss, "batch": 7.0})
        journal.write(first + 2, "held_out", {"loss": loss})
        journal.close()
    drawn = EventAccumulator(str(tmp_path / CURVES))
    drawn.Reload()
    assert [(one.step, one.value) for one in drawn.Scalars("loss")] == [(1, 2.0), (2, 1.0), (3, 1.0)]
    assert sorted(drawn.Tags()["scalars"]) == ["held_out/loss", "loss"]
    lines = [json.loads(line) for line in (tmp_path / "events.jsonl").read_text().splitlines()]
    assert len(lines) == 6
    assert torch is not None


def test_only_the_first_process_writes(tmp_path: Path) -> None:
    pytest.importorskip("torch", reason="torch is not installed: pip install 'rusta-tui[train]'")
    from engine.train.journal import Journal

    journal = Journal(tmp_path / "run", writes=False, meter=lambda *_: pytest.fail("said"), curves=True, first=0)
    journal.write(1, "step", {"loss": 1.0})
    journal.close()
    assert not (tmp_path / "run").exists()
