"""The ground a case is played on: a throw-away repository whose only commit is ``before``, in a home of its own."""

from __future__ import annotations

import shutil
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from engine.sandbox.git import git

# Fixed, so that the same case has the same commit, and with it the same session, whenever it is laid out.
_NOBODY = {
    "GIT_AUTHOR_NAME": "Evaluation",
    "GIT_AUTHOR_EMAIL": "evaluation@localhost",
    "GIT_AUTHOR_DATE": "2024-01-01T00:00:00+0000",
    "GIT_COMMITTER_NAME": "Evaluation",
    "GIT_COMMITTER_EMAIL": "evaluation@localhost",
    "GIT_COMMITTER_DATE": "2024-01-01T00:00:00+0000",
}


@dataclass(frozen=True)
class Ground:
    """One case's folder. ``home`` is Rusta's home while she is at it, ``package`` the repository she is given."""

    folder: Path

    @property
    def package(self) -> Path:
        """The repository."""
        return self.folder / "package"

    @property
    def home(self) -> Path:
        """Her home: a store, a sandbox, and nothing of the mentor's."""
        return self.folder / "home"

    @property
    def database(self) -> Path:
        """Her store."""
        return self.home / "rusta.db"

    def clear(self) -> None:
        """Removes everything, what an interrupted attempt left included."""
        shutil.rmtree(self.folder, ignore_errors=True)


def lay_out(ground: Ground, before: Mapping[str, bytes]) -> None:
    """Writes ``before`` and commits it, in place of whatever lay there.

    No other file of the case comes near: not the checks, not the golden.
    """
    ground.clear()
    ground.home.mkdir(parents=True)
    for path, content in before.items():
        file = ground.package / path
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_bytes(content)
    git(ground.package, "init", "--quiet", "--initial-branch=main")
    git(ground.package, "add", "--all", "--force")
    git(ground.package, "commit", "--quiet", "--message=The case as it is", env=_NOBODY)
