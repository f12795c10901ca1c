from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest


class Rusta:
    """Runs `rusta` as a child process with pipes, as a program would."""

    def __init__(self, environment: dict[str, str], folder: Path) -> None:
        self.environment = environment
        self.folder = folder

    def __call__(
        self, *arguments: str, stdin: str = "", cwd: Path | None = None, **more: str
    ) -> subprocess.CompletedProcess[str]:
        return subprocess.run(
            [sys.executable, "-m", "rusta_cli", *arguments],
            input=stdin,
            capture_output=True,
            text=True,
            check=False,
            timeout=300,
            cwd=cwd or self.folder,
            env=self.environment | more,
        )


@pytest.fixture
def environment(tmp_path: Path) -> dict[str, str]:
    """A home of its own, and a terminal of known size and colours."""
    kept = {name: value for name, value in os.environ.items() if not name.startswith(("RUSTA_", "COLOR", "NO_COLOR"))}
    return kept | {"RUSTA_HOME": str(tmp_path / "home"), "TERM": "xterm-256color", "COLUMNS": "120", "LINES": "40"}


@pytest.fixture
def rusta(environment: dict[str, str], tmp_path: Path) -> Rusta:
    return Rusta(environment, tmp_path)
