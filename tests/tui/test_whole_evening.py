"""An evening at the desk on a real terminal, with the real engine, cargo and jail, on a crate that is really broken."""

from __future__ import annotations

import os
import select
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from engine.store.store import Store

from .test_terminal import Terminal

pytestmark = [
    pytest.mark.slow,
    pytest.mark.skipif(shutil.which("cargo") is None, reason="cargo is not installed"),
    pytest.mark.skipif(shutil.which("bwrap") is None, reason="bubblewrap is not installed"),
]
# One mistake, and far below it a place where the mentor's own version says too much.
BROKEN = """\
/// The numbers up to and with `last`.
pub fn up_to(last: u32) -> Vec<u32> {
    let found = Vec::new();
    for number in 1..=last {
        found.push(number);
    }
    found
}

/// Whether there is nothing in it.
pub fn nothing(numbers: &[u32]) -> bool {
    let empty = true;
    numbers.iter().all(|_| !empty)
}

/// Their sum.
pub fn sum(numbers: &[u32]) -> u32 {
    numbers.iter().sum()
}

#[cfg(test)]
mod tests {
    #[test]
    fn counts() {
        assert_eq!(super::sum(&super::up_to(3)), 6);
    }
}
"""
EDITOR = """\
import pathlib, sys
for name in sys.argv[1:]:
    file = pathlib.Path(name)
    said = file.read_text().replace("    numbers.iter().sum", "    // Adds them up.\\n    numbers.iter().sum")
    file.write_text(said)
"""
PATIENCE = 60.0


def git(repository: Path, *arguments: str) -> str:
    return subprocess.run(["git", *arguments], cwd=repository, check=True, capture_output=True, text=True).stdout


@pytest.fixture
def crate(tmp_path: Path) -> Path:
    place = tmp_path / "inkwell"
    (place / "src").mkdir(parents=True)
    (place / "Cargo.toml").write_text('[package]\nname = "inkwell"\nversion = "0.1.0"\nedition = "2021"\n')
    (place / ".gitignore").write_text("/target\n")
    (place / "src/lib.rs").write_text(BROKEN)
    git(place, "init", "-q", "-b", "main")
    git(place, "add", ".")
    git(place, "commit", "-qm", "Begin")
    return place


@pytest.fixture
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    place = tmp_path / "home"
    place.mkdir()
    (place / "app.json").write_text('{"toured": true}')
    monkeypatch.setenv("RUSTA_HOME", str(place))
    monkeypatch.setenv("RUSTA_TUI_ENGINE", f"{sys.executable} -m rusta_cli")
    return place


class Evening:
    """The app on the crate, again and again on one home."""

    def __init__(self, crate: Path) -> None:
        self.crate = crate
        self.terminals: list[Terminal] = []

    def open(self) -> Terminal:
        self.terminals.append(Terminal([str(self.crate)]))
        return self.terminals[-1]

    def hers(self) -> list[str]:
        """Her branches."""
        return git(self.crate, "for-each-ref", "--format=%(refname)", "refs/heads/rusta").split()


@pytest.fixture
def evening(crate: Path, home: Path, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Iterator[Evening]:
    (tmp_path / "editor.py").write_text(EDITOR)
    monkeypatch.setenv("EDITOR", f"{sys.executable} {tmp_path / 'editor.py'}")
    monkeypatch.delenv("VISUAL", raising=False)
    one = Evening(crate)
    yield one
    for terminal in one.terminals:
        terminal.close()


def test_a_part_is_approved_with_a_reason_graded_undone_and_found_again(evening: Evening, home: Path) -> None:
    before = (git(evening.crate, "for-each-ref"), (evening.crate / "src/lib.rs").read_text())
    app = evening.open()
    app.see("Queue · 1", seconds=PATIENCE)
    app.press("\r")
    app.see("hunk 1 of 1", seconds=PATIENCE)
    app.see("version", keys="E", seconds=PATIENCE)
    app.see("Why", keys="a", seconds=PATIENCE)
    app.press("say what it adds up\r")
    app.see("hunk 1 of 2", seconds=PATIENCE)
    app.press("]")
    app.see("hunk 2 of 2", seconds=PATIENCE)
    app.see("✗ dropped", keys=" ", seconds=PATIENCE)
    app.see("dropped. Why?", keys="a", seconds=PATIENCE)
    app.press("the name says it\r")
    app.see("hunk 1 of 1", seconds=PATIENCE)
    app.see("git merge rusta/", keys="a", seconds=PATIENCE)

    [branch] = evening.hers()
    mended = git(evening.crate, "show", f"{branch}:src/lib.rs")
    assert "let mut found" in mended
    assert "Adds them up" not in mended
    store = Store.open(f"sqlite:///{home / 'rusta.db'}")
    [log] = store.devlogs()
    app.press("2")
    app.see("1 to grade", seconds=PATIENCE)
    app.press("4")
    wait_for(lambda: {axis: grade.value for axis, grade in store.grades(log.id).items()} == {"correctness": 4}, app)
    assert any("the name says it" in line for entry in log.entries for line in entry.mentor)

    app.press("g")
    app.see("go to:", seconds=PATIENCE)
    app.press("1")
    app.see("git merge rusta/", seconds=PATIENCE)
    app.press("u")
    app.see("commit taken back", seconds=PATIENCE)
    assert evening.hers() == []
    assert (git(evening.crate, "for-each-ref"), (evening.crate / "src/lib.rs").read_text()) == before
    wait_for(lambda: left(app), app, keys="q")  # twice, if the undo has not quite ended: then she asks

    again = evening.open()
    again.see("Queue · 1", seconds=PATIENCE)
    again.press("9")
    again.see(log.session[:6], seconds=PATIENCE)
    again.press("q")
    assert again.leave() == 0


def test_an_app_that_is_killed_offers_its_session_back(evening: Evening) -> None:
    app = evening.open()
    app.see("Queue · 1", seconds=PATIENCE)
    app.press("\r")
    app.see("hunk 1 of 1", seconds=PATIENCE)
    os.kill(app.pid, signal.SIGKILL)
    assert app.leave() == -signal.SIGKILL
    assert evening.hers() == []

    again = evening.open()
    again.see("Resume", seconds=PATIENCE)
    again.see("hunk 1 of 1", keys="R", seconds=PATIENCE)
    again.see("git merge rusta/", keys="a", seconds=PATIENCE)
    [branch] = evening.hers()
    assert "let mut found" in git(evening.crate, "show", f"{branch}:src/lib.rs")
    again.press("q")
    assert again.leave() == 0


def left(app: Terminal) -> bool:
    """Whether the app has ended, and well."""
    done, status = os.waitpid(app.pid, os.WNOHANG)
    if done:
        app.code = os.waitstatus_to_exitcode(status)
        assert app.code == 0
    return bool(done)


def wait_for(holds: Callable[[], bool], app: Terminal, keys: str = "") -> None:
    """Reads what the app draws until something holds; presses ``keys`` whenever nothing comes."""
    deadline = time.monotonic() + PATIENCE
    while not holds():
        assert time.monotonic() < deadline, f"never came true: {app.drawn[-4000:]!r}"
        if select.select([app.handle], [], [], 0.2)[0]:
            app._read()
        elif keys:
            app.press(keys)
