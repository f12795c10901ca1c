"""Files that are broken: settings, memory, store. Each leaves the app standing, with a word on what is wrong."""

from __future__ import annotations

import asyncio
import fcntl
import json
import os
import select
import struct
import sys
import termios
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from rusta_tui.client import EngineClient

from .conftest import FAKE, Scene
from .test_terminal import Terminal

Starts = Callable[..., Terminal]


@pytest.fixture
def start(scene: Scene, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Iterator[Starts]:
    home = tmp_path / "home"
    home.mkdir()
    (home / "app.json").write_text('{"toured": true}')
    monkeypatch.setenv("RUSTA_HOME", str(home))
    monkeypatch.setenv("RUSTA_TUI_ENGINE", f"{sys.executable} {FAKE}")
    open_ones: list[Terminal] = []

    def begin(*arguments: str) -> Terminal:
        open_ones.append(Terminal([str(scene.root), *arguments]))
        return open_ones[-1]

    yield begin
    for terminal in open_ones:
        terminal.close()


def drain(terminal: Terminal, seconds: float = 0.0) -> None:
    """Takes what has been drawn, so that the app never waits for its terminal."""
    if select.select([terminal.handle], [], [], seconds)[0]:
        terminal._read()


def leave(terminal: Terminal) -> None:
    """Presses q until the app has ended: right after an escape, a terminal reads it as alt+q."""
    deadline = time.monotonic() + 30
    while terminal.code is None:
        assert time.monotonic() < deadline, "the app did not end"
        terminal.press("q")
        drain(terminal, 0.3)
        done, status = os.waitpid(terminal.pid, os.WNOHANG)
        if done:
            terminal.code = os.waitstatus_to_exitcode(status)
    assert terminal.code == 0


@pytest.mark.parametrize("text", ["keys: [", "colour: red\n", "\x00\x01"])
def test_broken_settings_leave_it_standing_and_are_said(start: Starts, tmp_path: Path, text: str) -> None:
    (tmp_path / "home" / "app.yaml").write_text(text)
    terminal = start()
    terminal.see("app.yaml")
    terminal.press("q")
    assert terminal.leave() == 0


@pytest.mark.parametrize("text", ["{", '["toured"]', "\x00"])
def test_a_broken_memory_is_made_anew(start: Starts, tmp_path: Path, text: str) -> None:
    file = tmp_path / "home" / "app.json"
    file.write_text(text)
    terminal = start()
    terminal.see("esc")  # the tour, as nothing says that it was seen
    terminal.see("Queue · 4", keys="\x1b")
    leave(terminal)
    assert json.loads(file.read_text())["toured"] is True


def test_a_store_that_is_none_is_said_and_the_queue_still_works(start: Starts, tmp_path: Path) -> None:
    store = tmp_path / "home" / "rusta.db"
    store.write_bytes(os.urandom(8192))
    broken = store.read_bytes()
    terminal = start()
    terminal.see("Queue · 4")
    terminal.press("2")
    terminal.see("store", seconds=60)
    terminal.press("1")
    terminal.see("Queue · 4")
    terminal.press("q")
    assert terminal.leave() == 0
    assert store.read_bytes() == broken, "what cannot be read may still be mended, so it is left alone"


def test_a_storm_of_resizes_leaves_it_answering_keys(start: Starts) -> None:
    terminal = start()
    terminal.see("Queue · 4")
    for number in range(400):
        rows, columns = 5 + number * 7 % 96, 20 + number * 13 % 281
        fcntl.ioctl(terminal.handle, termios.TIOCSWINSZ, struct.pack("HHHH", rows, columns, 0, 0))
        drain(terminal)
    fcntl.ioctl(terminal.handle, termios.TIOCSWINSZ, struct.pack("HHHH", 40, 120, 0, 0))
    terminal.press("?")
    terminal.see("Rusta finds an error, forms hypotheses", seconds=60)
    terminal.press("?")
    leave(terminal)


async def test_a_line_of_many_megabytes_is_read_in_time_that_grows_with_it() -> None:
    size = 64 << 20
    text = f"import sys; sys.stdout.write('x' * {size}); sys.stdout.write(chr(10)); sys.stdout.flush()"
    client = EngineClient((sys.executable, "-c", text))
    await client.start()
    while not client.finished:
        client.take()
        await asyncio.sleep(0)
    assert len(client.problems) == 1
    assert "not JSON" in client.problems[0]
