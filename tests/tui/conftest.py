"""A small repository, the fake engine, and ways to wait for what a child process will say."""

from __future__ import annotations

import json
import re
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from textual.pilot import Pilot

from rusta_tui.app import RustaApp

from .picture import strips_of

# What a terminal obeys and does not show.
ESCAPES = re.compile(rb"\x1b(?:\[[0-?]*[ -/]*[@-~]|\][^\x07\x1b]*(?:\x07|\x1b\\)|[PX^_].*?\x1b\\|.)", re.S)
FAKE = Path(__file__).with_name("fake_engine.py")
PARSE = """impl Parser {
    /// The next token; the lookahead is consumed.
    fn next(&mut self) -> Option<Token> {
        let t = &self.toks[self.pos];
        self.pos += 1;
        self.seen.push(t.kind);
        Some(t.clone())
    }
}
"""


class Scene:
    """One repository with the fake engine beside it. ``play`` says what the engine will do."""

    def __init__(self, root: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        self.root = root
        self.engine = (sys.executable, str(FAKE))
        self._monkeypatch = monkeypatch
        self._heard = root.parent / "heard.jsonl"
        monkeypatch.setenv("FAKE_ENGINE_HEARD", str(self._heard))
        monkeypatch.setenv("FAKE_ENGINE_BASE", self.git("rev-parse", "HEAD").strip())
        monkeypatch.chdir(root)

    def play(self, *modes: str) -> None:
        self._monkeypatch.setenv("FAKE_ENGINE", " ".join(modes))

    def git(self, *arguments: str) -> str:
        return subprocess.run(["git", *arguments], cwd=self.root, check=True, capture_output=True, text=True).stdout

    @property
    def heard(self) -> list[dict[str, Any]]:
        if not self._heard.exists():
            return []
        return [json.loads(line) for line in self._heard.read_text().splitlines()]

    def app(self, guard_seconds: float = 0.0, theme: str = "dark") -> RustaApp:
        return RustaApp(self.root, engine=self.engine, guard_seconds=guard_seconds, theme=theme)


@pytest.fixture
def scene(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Scene:
    root = tmp_path / "inkwell"
    (root / "src").mkdir(parents=True)
    (root / "src/parse.rs").write_text(PARSE)
    for arguments in (
        ("init", "-q", "-b", "main"),
        ("add", "."),
        ("-c", "user.name=T", "-c", "user.email=t@localhost", "commit", "-qm", "Start"),
    ):
        subprocess.run(["git", *arguments], cwd=root, check=True)
    for name in ("NO_COLOR", "RUSTA_THEME", "COLORFGBG", "RUSTA_TUI_ENGINE"):
        monkeypatch.delenv(name, raising=False)
    return Scene(root, monkeypatch)


async def until(pilot: Pilot[Any], holds: Callable[[], bool], seconds: float = 30.0) -> None:
    """Lets the app run until something holds; fails with the screen's text when it never does."""
    deadline = time.monotonic() + seconds
    while not holds():
        if time.monotonic() > deadline:
            pytest.fail(f"never came true; the screen says:\n{text_of(pilot.app)}")
        await pilot.pause()


def text_of(app: Any) -> str:
    """What is on the screen, as text."""
    return "\n".join("".join(segment.text for segment in strip) for strip in strips_of(app))


def shows(pilot: Pilot[Any], *texts: str) -> Callable[[], bool]:
    """A condition for `until`: all the texts are on the screen."""
    return lambda: all(text in text_of(pilot.app) for text in texts)
