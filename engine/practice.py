"""The practice workspace: three small crates in a git repository of their own, with mistakes to mend.

`data/practice/` holds the green tree, the later changes as patches and `history.yaml`, which puts them in order.
Every copy has the same commits: authors, dates, modes and line ends are fixed, and the person's own git
configuration, hooks and templates have no say.
"""

from __future__ import annotations

import os
import shutil
import subprocess
from collections.abc import Mapping
from email.utils import parseaddr
from pathlib import Path
from typing import Any

import yaml

from engine.errors import RustaError, ToolMissingError
from engine.resources import shipped

_SETTINGS = (
    "core.hooksPath=/dev/null",
    "core.autocrlf=false",
    "core.fileMode=false",
    "core.fsmonitor=false",
    "core.excludesFile=/dev/null",
    "core.attributesFile=/dev/null",
    "commit.gpgSign=false",
    "gc.auto=0",
)


def make_practice(directory: Path) -> Path:
    """Makes a fresh copy of the practice workspace in ``directory`` and returns its absolute path.

    The directory is created when it does not exist, and left empty when the copy fails. Raises `RustaError` when it
    is not an empty folder or cannot be written, `ToolMissingError` when git is not installed.
    """
    place = directory.expanduser().absolute()
    _claim(place)
    source = shipped("data", "practice")
    history = yaml.safe_load((source / "history.yaml").read_text(encoding="utf-8"))
    try:
        _Copy(source, place, history).make()
    except BaseException as error:
        _clear(place)
        if isinstance(error, OSError):
            raise RustaError(
                f"{place} cannot be written: {error.strerror or error}", fix="name a folder on a disk with room for it"
            ) from error
        raise
    return place


def _claim(place: Path) -> None:
    try:
        place.mkdir(parents=True, exist_ok=True)
        taken = any(place.iterdir())
    except OSError as error:
        raise RustaError(
            f"{place} cannot be used: {error.strerror}", fix="name a folder that you may write to"
        ) from error
    if taken:
        raise RustaError(f"{place} is not empty", fix="name a new folder: rusta practice DIR")


def _clear(place: Path) -> None:
    for path in place.iterdir():
        if path.is_dir() and not path.is_symlink():
            shutil.rmtree(path, ignore_errors=True)
        else:
            path.unlink(missing_ok=True)


class _Copy:
    """One copy in the making."""

    def __init__(self, source: Path, place: Path, history: Mapping[str, Any]) -> None:
        self.source = source
        self.place = place
        self.history = history
        self.author, self.email = parseaddr(history["author"])

    def make(self) -> None:
        """Replays the history, one commit after the other."""
        self._git("init", "--quiet", "--template=", "--object-format=sha1")
        self._git("symbolic-ref", "HEAD", f"refs/heads/{self.history['branch']}")
        for commit in self.history["commits"]:
            for path in commit.get("add", ()):
                self._add(path)
            if "change" in commit:
                self._git("apply", "--index", str(self.source / "changes" / commit["change"]))
            self._git("commit", "--quiet", "--no-verify", "-m", commit["message"], date=str(commit["date"]))

    def _add(self, path: str) -> None:
        origin = self.source / "green" / path
        files = [origin] if origin.is_file() else sorted(file for file in origin.rglob("*") if file.is_file())
        for file in files:
            copy = self.place / file.relative_to(self.source / "green")
            copy.parent.mkdir(parents=True, exist_ok=True)
            shutil.copyfile(file, copy)
        self._git("add", "--", path)

    def _git(self, *arguments: str, date: str = "") -> None:
        settings = [part for setting in _SETTINGS for part in ("-c", setting)]
        try:
            done = subprocess.run(
                ["git", *settings, *arguments],
                cwd=self.place,
                env=self._environment(date),
                stdin=subprocess.DEVNULL,
                capture_output=True,
                text=True,
                errors="replace",
                check=False,
            )
        except FileNotFoundError as error:
            raise ToolMissingError("git is not installed", fix="install git: https://git-scm.com/downloads") from error
        if done.returncode != 0:
            reason = (done.stderr.strip() or f"exit code {done.returncode}").splitlines()[-1]
            raise RustaError(
                f"git {arguments[0]} failed in the practice copy: {reason}", fix="check `git --version`: 2.31 or later"
            )

    def _environment(self, date: str) -> dict[str, str]:
        kept = {name: value for name, value in os.environ.items() if not name.startswith("GIT_")}
        return kept | {
            "GIT_CONFIG_GLOBAL": os.devnull,
            "GIT_CONFIG_NOSYSTEM": "1",
            "GIT_AUTHOR_NAME": self.author,
            "GIT_AUTHOR_EMAIL": self.email,
            "GIT_AUTHOR_DATE": date,
            "GIT_COMMITTER_NAME": self.author,
            "GIT_COMMITTER_EMAIL": self.email,
            "GIT_COMMITTER_DATE": date,
        }
