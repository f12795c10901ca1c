"""The app on a real pseudo-terminal: from the shell to the commit and back to the shell."""

from __future__ import annotations

import fcntl
import os
import pty
import select
import signal
import struct
import sys
import termios
import time
from pathlib import Path

import pytest

from .conftest import ESCAPES, FAKE, Scene

APP = "from rusta_tui.entry import main; main()"
_SEARCHED = 1 << 18


class Terminal:
    """A child on a pseudo-terminal, and the text that it has drawn so far."""

    def __init__(self, arguments: list[str], size: tuple[int, int] = (120, 40), behind: tuple[str, ...] = ()) -> None:
        command = [*behind, sys.executable, "-c", APP, *arguments]
        self.pid, self.handle = pty.fork()
        if self.pid == 0:
            os.execvpe(
                command[0],
                command,
                {**os.environ, "TERM": "xterm-256color", "COLORTERM": "truecolor"},
            )
        fcntl.ioctl(self.handle, termios.TIOCSWINSZ, struct.pack("HHHH", size[1], size[0], 0, 0))
        self.drawn = b""
        self.code: int | None = None

    def press(self, keys: str) -> None:
        os.write(self.handle, keys.encode())

    def see(self, text: str, *, keys: str = "", seconds: float = 30.0) -> None:
        """Reads until the text was drawn since the last call; presses ``keys`` whenever nothing comes."""
        deadline = time.monotonic() + seconds
        while text not in ESCAPES.sub(b"", self.drawn).decode(errors="replace"):
            assert time.monotonic() < deadline, f"{text!r} never came: {self.drawn[-2000:]!r}"
            if select.select([self.handle], [], [], 0.3)[0]:
                self._read()
            elif keys:
                self.press(keys)
        self.drawn = b""

    def leave(self, seconds: float = 20.0) -> int:
        """Reads until the child has ended; its exit code."""
        deadline = time.monotonic() + seconds
        while self.code is None and time.monotonic() < deadline:
            if select.select([self.handle], [], [], 0.1)[0]:
                self._read()
            done, status = os.waitpid(self.pid, os.WNOHANG)
            if done:
                self.code = os.waitstatus_to_exitcode(status)
        assert self.code is not None, "the app did not end"
        return self.code

    def close(self) -> None:
        if self.code is None:
            os.kill(self.pid, 9)
            os.waitpid(self.pid, 0)
        os.close(self.handle)

    def _read(self) -> None:
        try:
            # Only the end is searched: after a storm of pictures, all of it again at each read would take minutes.
            self.drawn = (self.drawn + os.read(self.handle, 1 << 16))[-_SEARCHED:]
        except OSError:
            return


@pytest.fixture
def start(scene: Scene, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setenv("RUSTA_TUI_ENGINE", f"{sys.executable} {FAKE}")
    home = scene.root.parent / "home"
    home.mkdir()
    (home / "app.json").write_text('{"toured": true}')
    monkeypatch.setenv("RUSTA_HOME", str(home))
    open_ones: list[Terminal] = []

    def begin(*arguments: str, size: tuple[int, int] = (120, 40), behind: tuple[str, ...] = ()) -> Terminal:
        open_ones.append(Terminal(list(arguments), size, behind))
        return open_ones[-1]

    yield begin
    for terminal in open_ones:
        terminal.close()


def test_a_finding_is_reviewed_and_approved_on_a_real_terminal(scene: Scene, start) -> None:
    terminal = start(str(scene.root))
    terminal.see("Queue · 4")
    terminal.press("\r")
    terminal.see("hunk 1 of 1", keys="")
    terminal.see("git merge rusta/e0502-parse", keys="a")
    terminal.press("q")
    assert terminal.leave() == 0
    assert [decision["verdict"] for decision in scene.heard] == ["approve"]


def test_it_ends_with_its_terminal_behind_a_parent_that_waits(scene: Scene, start) -> None:
    # As behind `make run`: the terminal's hang-up reaches the first process of the session, which only waits.
    said = scene.root.parent / "said.txt"
    waits = f'trap "" HUP; "$@"; echo $? > {said}'
    terminal = start(str(scene.root), behind=("/bin/sh", "-c", waits, "sh"))
    terminal.see("Queue · 4")
    os.close(terminal.handle)
    terminal.handle = os.open(os.devnull, os.O_RDWR)
    assert terminal.leave() == 0
    assert said.read_text() == f"{128 + signal.SIGHUP}\n"


def test_it_starts_small_and_leaves_a_running_session_to_resume(scene: Scene, start) -> None:
    scene.play("hold")
    terminal = start(str(scene.root), "--theme", "light", size=(80, 24))
    terminal.see("Queue · 4")
    terminal.press("\r")
    terminal.see("12/31")
    terminal.press("q")
    terminal.see("A session is running")
    terminal.press("q")
    assert terminal.leave() == 0


def test_wrong_usage_is_said_before_a_screen_is_drawn(tmp_path: Path, start) -> None:
    terminal = start(str(tmp_path / "nowhere"))
    terminal.see("there is no")
    assert terminal.leave() == 2
