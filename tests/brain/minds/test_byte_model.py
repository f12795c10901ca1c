import asyncio
import threading
from pathlib import Path

import pytest

pytest.importorskip("torch", reason="torch is not installed: pip install 'rusta-tui[train]'")
pytest.importorskip("safetensors", reason="safetensors is not installed: pip install 'rusta-tui[train]'")

from engine.brain.minds.byte_model import ByteMachine, newest
from engine.brain.minds.mind import MindError
from engine.brain.minds.settings import ByteSettings
from tests.byte_run import GRAIN, written


@pytest.fixture
def machine(tmp_path: Path) -> ByteMachine:
    return ByteMachine(ByteSettings(checkpoint=str(written(tmp_path / "run"))))


def endless(_model, going) -> int:
    passes = 0
    while going():
        passes += 1
    return passes


async def test_a_question_ends_when_its_time_is_up(machine: ByteMachine) -> None:
    assert await machine.ask(endless, 0.5) > 0
    assert machine.seconds >= 0.5
    assert machine.room == GRAIN.context


async def test_a_question_that_nobody_waits_for_any_more_ends(machine: ByteMachine) -> None:
    began, ended = threading.Event(), threading.Event()

    def question(model, going) -> None:
        began.set()
        endless(model, going)
        ended.set()

    asked = asyncio.create_task(machine.ask(question, 3600.0))
    await asyncio.to_thread(began.wait)
    asked.cancel()
    with pytest.raises(asyncio.CancelledError):
        await asked
    assert await asyncio.to_thread(ended.wait, 60)
    assert await machine.ask(endless, 0.0) == 0, "the thread is free for the next one"


async def test_what_fails_in_the_model_is_one_line(machine: ByteMachine) -> None:
    def question(_model, _going) -> None:
        raise RuntimeError("out of\nmemory")

    with pytest.raises(MindError, match="out of memory"):
        await machine.ask(question, 1.0)


def test_of_a_run_the_newest_checkpoint_is_taken(tmp_path: Path) -> None:
    run = written(tmp_path / "run")
    checkpoint = run / "checkpoints" / "step-000000003"
    assert newest(run) == newest(run / "checkpoints") == newest(checkpoint) == checkpoint
    with pytest.raises(MindError, match="no checkpoint"):
        newest(tmp_path / "nowhere")
