"""One reusable worktree a repository, with its own warm target folder, where everything is tried."""

from __future__ import annotations

import fcntl
import os
import shutil
import tempfile
from dataclasses import dataclass
from pathlib import Path
from typing import IO

from engine.errors import PatchError, SandboxError
from engine.home import sandboxes
from engine.sandbox.git import GitError, git
from engine.sandbox.patches import check_path, result_of
from engine.sandbox.repository import Repository
from engine.schema.patch import Patch


@dataclass
class Sandbox:
    """A locked sandbox. ``path`` is the worktree, ``target`` cargo's target folder, ``tmp`` a private scratch folder.

    The lock is the kernel's, so it ends with the process however that ends.
    """

    repository: Repository
    folder: Path
    _lock: IO[str]

    @classmethod
    def acquire(cls, repository: Repository) -> Sandbox:
        """Locks and opens the repository's sandbox, making it where it is missing; the tree is not reset.

        Raises `SandboxError` when another session holds it, naming that process.
        """
        folder = sandboxes() / repository.key
        folder.mkdir(parents=True, exist_ok=True)
        lock = (folder / "lock").open("a+", encoding="utf-8")
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError as error:
            lock.seek(0)
            holder = lock.read().strip() or "unknown"
            lock.close()
            raise SandboxError(
                f"another session (process {holder}) is working on {repository.root}",
                fix="wait for it, or stop it, then try again",
            ) from error
        lock.truncate(0)
        lock.write(str(os.getpid()))
        lock.flush()
        sandbox = cls(repository, folder, lock)
        sandbox.target.mkdir(exist_ok=True)
        shutil.rmtree(sandbox.tmp, ignore_errors=True)
        sandbox.tmp.mkdir()
        return sandbox

    @property
    def path(self) -> Path:
        """The worktree."""
        return self.folder / "tree"

    @property
    def target(self) -> Path:
        """Cargo's target folder, outside the worktree so that a reset leaves it warm."""
        return self.folder / "target"

    @property
    def tmp(self) -> Path:
        """Scratch space, emptied at every acquisition."""
        return self.folder / "tmp"

    def reset(self, commit: str) -> None:
        """Makes the worktree hold exactly the files of ``commit``; files that are the same keep their times.

        Raises `SandboxError` when the commit is not in the repository.
        """
        try:
            if not self._is_attached():
                self._attach(commit)
            else:
                git(self.path, "checkout", "--quiet", "--force", "--detach", "--no-recurse-submodules", commit)
            git(self.path, "clean", "-ffdxq")
        except GitError as error:
            raise SandboxError(
                f"the sandbox cannot be set to {commit[:10]}: {error}",
                fix=f"remove {self.folder} and try again; your repository is as it was",
            ) from error

    def read(self, path: str) -> bytes | None:
        """The bytes of a file of the worktree, None when there is none. `PatchError` on a path that leads out."""
        try:
            return self._inside(path).read_bytes()
        except (FileNotFoundError, NotADirectoryError, IsADirectoryError):
            return None

    def apply(self, patch: Patch) -> None:
        """Applies a patch; `PatchError` when it does not fit, and then nothing has changed."""
        self._write(result_of(patch, self.read))

    def undo(self, patch: Patch) -> None:
        """Takes a patch back, byte for byte; `PatchError` when the files have changed since."""
        self._write(result_of(patch, self.read, undo=True))

    def prove(self, patch: Patch) -> bool:
        """Whether an applied patch is reversible: it is undone, compared byte for byte, and redone.

        True when undoing restores what was there and redoing restores what is there now, for the whole tree.
        """
        applied = self.tree()
        times = {path: self._times(path) for path in patch.paths}
        try:
            self.undo(patch)
            undone = self.tree()
            self.apply(patch)
        except PatchError:
            return False
        for path, known in times.items():
            if known is not None:  # the bytes are the same again, so cargo need not build them again
                os.utime(self.path / path, ns=known)
        before = {image.path: image.before for image in patch.files}
        changed = set(git(self.path, "diff-tree", "-r", "--name-only", "-z", undone, applied).rstrip("\0").split("\0"))
        return changed == set(before) and self.tree() == applied

    def tree(self) -> str:
        """The git tree of what lies in the worktree now, ignored files aside."""
        with tempfile.TemporaryDirectory(prefix="index-", dir=self.tmp) as folder:
            index = Path(folder) / "index"
            own = self._admin() / "index"
            if own.exists():
                shutil.copy2(own, index)
            env = {"GIT_INDEX_FILE": str(index)}
            git(self.path, "add", "--all", env=env)
            return git(self.path, "write-tree", env=env)

    def release(self) -> None:
        """Gives the lock back; the worktree and its target stay for the next session."""
        self._lock.close()

    def _is_attached(self) -> bool:
        """Whether the folder is a worktree that the repository still knows."""
        if not (self.path / ".git").is_file():
            return False
        admin = self._admin()
        return admin.is_dir() and admin.parent.parent == self.repository.common_dir.resolve()

    def _admin(self) -> Path:
        """The folder in which the repository keeps this worktree's HEAD and index."""
        return Path((self.path / ".git").read_text(encoding="utf-8").removeprefix("gitdir:").strip())

    def _attach(self, commit: str) -> None:
        shutil.rmtree(self.path, ignore_errors=True)
        git(
            self.repository.root,
            "worktree",
            "add",
            "--quiet",
            "--force",
            "--force",
            "--detach",
            str(self.path),
            commit,
        )

    def _inside(self, path: str) -> Path:
        check_path(path)
        file = self.path / path
        if file.is_symlink() or not file.parent.resolve().is_relative_to(self.path.resolve()):
            raise PatchError(f"{path} is a symbolic link or leads through one", fix="name the file it points to")
        return file

    def _times(self, path: str) -> tuple[int, int] | None:
        try:
            known = (self.path / path).stat()
        except FileNotFoundError:
            return None
        return known.st_atime_ns, known.st_mtime_ns

    def _write(self, contents: dict[str, bytes | None]) -> None:
        for path, content in contents.items():
            file = self._inside(path)
            if content is None:
                file.unlink()
            else:
                file.parent.mkdir(parents=True, exist_ok=True)
                file.write_bytes(content)
