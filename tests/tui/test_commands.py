"""The queue of short commands: in order, taken back when they fail, finished before the app is gone."""

from __future__ import annotations

import asyncio
import json
import os
import signal
import sys
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from rusta_tui.commands import CommandQueue, Reply

# Stands for `rusta`: a shelf of lines in a file. What happens is in the first word of a command.
ENGINE = """
import json, os, sys, time
shelf = sys.argv[1]
assert sys.argv[2] == "batch"
if os.path.exists(shelf + ".broken"):
    sys.exit("ModuleNotFoundError: no module named engine")
for line in sys.stdin:
    word, *rest = json.loads(line)
    if word == "die":
        os._exit(3)
    if word == "hang":
        while not os.path.exists(shelf + ".go"):
            time.sleep(0.005)
    if word == "babble":
        print("hello", flush=True)
        continue
    code, out = 0, ""
    if word in ("write", "hang"):
        open(shelf, "a").write(" ".join(rest) + "\\n")
    elif word == "read":
        out = open(shelf).read() if os.path.exists(shelf) else ""
    elif word == "refuse":
        code = 1
    print(json.dumps({"code": code, "out": out, "err": "rusta: no\\n  try yes\\n" if code else ""}), flush=True)
"""


class Desk:
    """A queue over a shelf of lines, and what a screen over it would show."""

    def __init__(self, folder: Path, longest_seconds: float = 20.0) -> None:
        script = folder / "engine.py"
        script.write_text(ENGINE)
        self.shelf = folder / "shelf"
        self.said: list[str] = []
        self.shown: list[str] = []
        self.queue = CommandQueue(
            (sys.executable, str(script), str(self.shelf)), say=self.said.append, longest_seconds=longest_seconds
        )

    def write(self, word: str, text: str) -> None:
        self.shown.append(text)
        self.queue.put(word, text, rollback=lambda: self.shown.remove(text))

    def sign(self, name: str, *, there: bool = True) -> None:
        """Tells the engine something by a file beside the shelf."""
        path = Path(f"{self.shelf}.{name}")
        path.touch() if there else path.unlink()

    @property
    def stored(self) -> list[str]:
        return self.shelf.read_text().splitlines() if self.shelf.exists() else []


async def test_commands_are_stored_in_order_by_one_child(tmp_path: Path) -> None:
    desk = Desk(tmp_path)
    for number in range(50):
        desk.write("write", str(number))
    assert desk.queue.waiting == 50
    assert await desk.queue.drain(20)
    assert desk.stored == [str(number) for number in range(50)]
    assert desk.queue.waiting == 0
    assert await desk.queue.close() == 0


async def test_a_question_comes_after_what_was_put_in_before_it(tmp_path: Path) -> None:
    desk = Desk(tmp_path)
    desk.write("write", "a")
    reply = await desk.queue.ask("read")
    assert reply == Reply(0, "a\n", "")
    await desk.queue.close()


async def test_a_refused_command_is_taken_back_and_said_in_one_line(tmp_path: Path) -> None:
    desk = Desk(tmp_path)
    for word, text in (("write", "a"), ("refuse", "b"), ("write", "c")):
        desk.write(word, text)
    assert desk.shown == ["a", "b", "c"]
    assert await desk.queue.drain(20)
    assert desk.shown == desk.stored == ["a", "c"]
    assert desk.said == ["no"]
    await desk.queue.close()


async def test_a_child_that_dies_costs_one_command(tmp_path: Path) -> None:
    desk = Desk(tmp_path)
    for word, text in (("write", "a"), ("die", "b"), ("write", "c")):
        desk.write(word, text)
    assert await desk.queue.drain(20)
    assert desk.shown == desk.stored == ["a", "c"]
    assert desk.said == ["the engine ended with code 3"]
    await desk.queue.close()


async def test_an_engine_that_cannot_work_is_complained_about_once(tmp_path: Path) -> None:
    desk = Desk(tmp_path)
    desk.sign("broken")
    for text in "abcdef":
        desk.write("write", text)
    assert await desk.queue.drain(20)
    assert desk.shown == []
    assert set(desk.said) == {"ModuleNotFoundError: no module named engine"}
    assert len(desk.said) <= 2  # those that came while the first one was tried, and that one
    desk.sign("broken", there=False)
    desk.write("write", "g")
    assert await desk.queue.drain(20)
    assert desk.shown == desk.stored == ["g"]
    await desk.queue.close()


async def test_an_engine_that_is_not_there_is_named() -> None:
    said: list[str] = []
    queue = CommandQueue(("/nowhere/rusta",), say=said.append)
    assert (await queue.ask("read")).trouble == "/nowhere/rusta does not start: No such file or directory"
    queue.put("write", "a")
    assert await queue.drain(20)
    assert said == ["/nowhere/rusta does not start: No such file or directory"]
    await queue.close()


async def test_an_answer_that_is_none_fails_its_command(tmp_path: Path) -> None:
    desk = Desk(tmp_path)
    assert (await desk.queue.ask("babble")).trouble == "the engine gave no answer but: hello"
    assert (await desk.queue.ask("read")).code == 0
    await desk.queue.close()


async def test_a_child_that_was_killed_meanwhile_is_started_again(tmp_path: Path) -> None:
    desk = Desk(tmp_path)
    await desk.queue.ask("read")
    child = desk.queue._child
    assert child is not None
    os.kill(child.pid, signal.SIGKILL)
    child.wait()
    desk.write("write", "a")
    assert await desk.queue.drain(20)
    assert (desk.stored, desk.said) == (["a"], [])
    await desk.queue.close()


async def test_a_silent_child_is_given_up(tmp_path: Path) -> None:
    desk = Desk(tmp_path, longest_seconds=0.2)
    await desk.queue.ask("read")  # the start of Python does not count
    reply = await desk.queue.ask("hang", "x")
    assert reply.trouble == "rusta hang x did not answer in 0 s"
    await desk.queue.close()


async def test_what_is_put_in_last_is_finished_before_the_end(tmp_path: Path) -> None:
    desk = Desk(tmp_path)
    for number in range(200):
        desk.write("write", str(number))
    assert await desk.queue.close() == 0
    assert len(desk.stored) == 200


async def test_after_a_bounded_wait_the_child_finishes_alone(tmp_path: Path) -> None:
    desk = Desk(tmp_path)
    await desk.queue.ask("read")
    desk.write("hang", "0")
    for number in range(1, 100):
        desk.write("write", str(number))
    assert await desk.queue.close(seconds=0.05) == 0
    child = desk.queue._child
    assert child is not None
    desk.sign("go")
    assert child.stdin is not None
    child.stdin.close()
    await asyncio.to_thread(child.wait, 20)
    assert desk.stored == [str(number) for number in range(100)]


async def test_nothing_is_taken_after_the_end(tmp_path: Path) -> None:
    desk = Desk(tmp_path)
    await desk.queue.close()
    desk.write("write", "a")
    assert desk.shown == desk.stored == []
    assert desk.said == ["it was not stored: the app is closing"]


async def test_a_question_nobody_waits_for_any_more_is_not_asked(tmp_path: Path) -> None:
    desk = Desk(tmp_path)
    await desk.queue.ask("read")
    desk.write("hang", "first")
    question = asyncio.create_task(desk.queue.ask("write", "never"))
    await asyncio.sleep(0)
    question.cancel()
    desk.sign("go")
    assert await desk.queue.drain(20)
    assert desk.stored == ["first"]
    await desk.queue.close()


@pytest.mark.parametrize("deaths", [0, 3])
@given(words=st.lists(st.sampled_from(["write", "refuse", "die", "write"]), max_size=12))
@settings(max_examples=12, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_what_is_shown_is_what_is_stored_whatever_fails(tmp_path: Path, words: list[str], deaths: int) -> None:
    words = [word if word != "die" or deaths else "refuse" for word in words]

    async def play() -> None:
        desk = Desk(tmp_path)
        desk.shelf.unlink(missing_ok=True)
        await desk.queue.ask("read")
        for number, word in enumerate(words):
            desk.write(word, f"{number}")
        assert await desk.queue.drain(30)
        assert desk.shown == desk.stored
        await desk.queue.close()

    asyncio.run(play())


def test_a_reply_reads_its_records() -> None:
    reply = Reply(0, 'imported\n{"id": "a"}\n[1]\n' + json.dumps({"id": "b"}) + "\n")
    assert [record["id"] for record in reply.records] == ["a", "b"]
    assert Reply(1).trouble == "the engine ended with code 1"
