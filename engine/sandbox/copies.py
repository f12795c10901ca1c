"""A second place for a sandbox's tree: what is checked there leaves the sandbox alone, and both go on at once."""

from __future__ import annotations

import os
import shutil
import stat
from collections.abc import Iterator, Mapping
from pathlib import Path

from engine.sandbox.patches import check_path
from engine.sandbox.worktree import Sandbox

LARGEST_TARGET = 1 << 30  # bytes of a target folder beyond which a copy costs more than it can save


class TreeCopy:
    """A copy of a worktree's files, without its `.git`, and a target folder of its own, warm from session to session.

    ``path`` is the tree, ``target`` cargo's folder. Files keep their times, so cargo builds only what differs.
    """

    def __init__(self, sandbox: Sandbox, number: int) -> None:
        self._sandbox = sandbox
        self._folder = sandbox.folder / f"copy-{number}"
        self._held: set[str] = set()

    @property
    def path(self) -> Path:
        """The copied tree."""
        return self._folder / "tree"

    @property
    def target(self) -> Path:
        """Cargo's target folder of the copy."""
        return self._folder / "target"

    def make(self) -> None:
        """Makes the tree what the sandbox's is now; the target folder is taken over where there is none yet."""
        self.path.mkdir(parents=True, exist_ok=True)
        source = dict(_files(self._sandbox.path))
        for name, file in _files(self.path):
            if name not in source:
                file.unlink()
        for name, file in source.items():
            self._copy(file, self.path / name)
        if not self.target.exists():
            unfinished = self.target.with_name("target.new")
            shutil.rmtree(unfinished, ignore_errors=True)
            shutil.copytree(self._sandbox.target, unfinished, symlinks=True)
            unfinished.replace(self.target)
        self._held.clear()

    def hold(self, contents: Mapping[str, bytes | None]) -> None:
        """Puts these files into the copy (None: no such file); those of the last call that are not named come back."""
        back = {path: self._sandbox.read(path) for path in self._held - contents.keys()}
        for path, content in {**back, **contents}.items():
            check_path(path)
            file = self.path / path
            if content is None:
                file.unlink(missing_ok=True)
            elif not file.is_file() or file.read_bytes() != content:
                file.parent.mkdir(parents=True, exist_ok=True)
                file.write_bytes(content)
        self._held = set(contents)

    @staticmethod
    def _copy(file: Path, place: Path) -> None:
        if os.path.lexists(place):
            if _stamp(place) == _stamp(file):
                return
            place.unlink()
        place.parent.mkdir(parents=True, exist_ok=True)
        shutil.copy2(file, place, follow_symlinks=False)


def is_worth_it(sandbox: Sandbox) -> bool:
    """Whether the sandbox's target folder is small enough to be copied."""
    total = 0
    for parent, _, names in os.walk(sandbox.target):
        for name in names:
            total += (Path(parent) / name).lstat().st_size
            if total > LARGEST_TARGET:
                return False
    return True


def _stamp(file: Path) -> tuple[int, int, int]:
    """What changes when a file does."""
    seen = file.lstat()
    return seen.st_mode, seen.st_size, seen.st_mtime_ns


def _files(root: Path) -> Iterator[tuple[str, Path]]:
    """Files and links below a folder by their path in it; pipes and the like, and git's own, are left out."""
    for parent, folders, names in os.walk(root):
        folders[:] = [name for name in folders if name != ".git" and not (Path(parent) / name).is_symlink()]
        for name in names:
            file = Path(parent) / name
            mode = file.lstat().st_mode
            if name != ".git" and (stat.S_ISREG(mode) or stat.S_ISLNK(mode)):
                yield file.relative_to(root).as_posix(), file
