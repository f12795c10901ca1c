"""One reusable worktree a repository, with its own warm target folder, where everything is tried.

Code of strangers writes into the worktree, so nothing that lies in it is believed: git is told where its folder is
instead of reading `.git` there, links and pipes are not followed, and nested repositories are thrown away unread.
"""

from __future__ import annotations

import fcntl
import os
import shutil
import stat
import tempfile
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import IO

from engine.errors import PatchError, SandboxError
from engine.home import sandboxes
from engine.sandbox.git import GitError, git, git_bytes
from engine.sandbox.patches import check_path, result_of
from engine.sandbox.repository import Repository
from engine.schema.patch import Patch

_LINK_MODE = (0o160000).to_bytes(4, "big")  # how the index marks a submodule


@dataclass
class Sandbox:
    """A locked sandbox. ``path`` is the worktree, ``target`` cargo's target folder, ``tmp`` a private scratch folder.

    The lock is the kernel's, so it ends with the process however that ends.
    """

    repository: Repository
    folder: Path
    _lock: IO[str]
    _modes: dict[str, int] = field(default_factory=dict)

    @classmethod
    def acquire(cls, repository: Repository) -> Sandbox:
        """Locks and opens the repository's sandbox, making it where it is missing; the tree is not reset.

        Raises `SandboxError` when another session holds it, naming that process, or it cannot be written.
        """
        folder = sandboxes() / repository.key
        try:
            folder.mkdir(parents=True, exist_ok=True)
            lock = (folder / "lock").open("a+", encoding="utf-8")
        except OSError as error:
            raise _unwritable(folder, error) from error
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
        sandbox = cls(repository, folder, lock)
        try:
            lock.truncate(0)
            lock.write(str(os.getpid()))
            lock.flush()
            for left_over in (sandbox.tmp, *folder.glob("index-*")):
                _remove(left_over)
            sandbox.tmp.mkdir()
            sandbox.target.mkdir(exist_ok=True)
        except OSError as error:
            lock.close()
            raise _unwritable(folder, error) from error
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
        self._modes.clear()
        try:
            if self._is_attached():
                self._git("checkout", "--quiet", "--force", "--detach", "--no-recurse-submodules", commit)
            else:
                self._attach(commit)
            self._clean()
        except (GitError, OSError) as error:
            raise SandboxError(
                f"the sandbox cannot be set to {commit[:10]}: {error}",
                fix=f"remove {self.folder} and try again; your repository is as it was",
            ) from error

    def read(self, path: str) -> bytes | None:
        """The bytes of a file of the worktree, None when there is none. `PatchError` on a path that leads out.

        An absolute path is one of no file here: diagnostics name the sources of std and of dependencies so.
        """
        if path.startswith("/"):
            return None
        check_path(path)
        file = (self.path / path).resolve()
        if not file.is_relative_to(self.path.resolve()):
            raise PatchError(f"{path} leads out of the repository", fix="nothing was changed")
        try:
            handle = os.open(file, os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK)
        except (FileNotFoundError, NotADirectoryError):
            return None
        if not stat.S_ISREG(os.fstat(handle).st_mode):
            os.close(handle)
            return None
        with os.fdopen(handle, "rb") as stream:
            return stream.read()

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
        changed = set(self._git("diff-tree", "-r", "--name-only", "-z", undone, applied).rstrip("\0").split("\0"))
        return changed == set(patch.paths) and self.tree() == applied

    def tree(self) -> str:
        """The git tree of what lies in the worktree now, ignored files and submodules aside."""
        with tempfile.TemporaryDirectory(prefix="index-", dir=self.folder) as folder:
            index = Path(folder) / "index"
            shutil.copy2(self._admin() / "index", index)  # its cached stat data spares git from reading every file
            env = {"GIT_INDEX_FILE": str(index)}
            kept_out = [f":(exclude,top,literal){path}" for path in self._submodules()]
            # Status 1: a nested repository that a test has left there and that cannot be added.
            self._git("add", "--all", "--ignore-errors", "--", ":/", *kept_out, env=env, good=(0, 1))
            return self._git("write-tree", env=env)

    def release(self) -> None:
        """Gives the lock back; the worktree and its target stay for the next session."""
        self._lock.close()

    def _git(self, *words: str, env: Mapping[str, str] | None = None, good: tuple[int, ...] = (0,)) -> str:
        """git on the worktree, told where things are: `.git` in the worktree could be a stranger's by now."""
        return git(self.path, f"--git-dir={self._admin()}", f"--work-tree={self.path}", *words, env=env, good=good)

    def _admin(self) -> Path:
        """The folder in which the repository keeps this worktree's HEAD and index, as noted when it was made."""
        return Path(os.fsdecode((self.folder / "admin").read_bytes()))

    def _is_attached(self) -> bool:
        """Whether the folder is a worktree that the repository still knows."""
        try:
            admin = self._admin()
            place = Path(os.fsdecode((admin / "gitdir").read_bytes()).rstrip("\n"))
        except (FileNotFoundError, NotADirectoryError):
            return False
        known = admin.parent.parent == self.repository.common_dir.resolve() and (admin / "index").is_file()
        return known and place == self.path / ".git" and self.path.is_dir()

    def _attach(self, commit: str) -> None:
        _remove(self.path)
        words = ("--quiet", "--force", "--force", "--detach", "--lock", "--reason", "Rusta's sandbox")
        git(self.repository.root, "worktree", "add", *words, str(self.path), commit)
        pointer = (self.path / ".git").read_bytes().removeprefix(b"gitdir: ").rstrip(b"\n")
        (self.folder / "admin").write_bytes(os.fsencode(Path(os.fsdecode(pointer)).resolve()))

    def _clean(self) -> None:
        """Removes all that the commit does not have, and puts back the `.git` that leads home."""
        try:
            self._git("clean", "-ffdxq")
        except GitError:  # folders that a test has made unreadable
            _open_up(self.path)
            self._git("clean", "-ffdxq")
        for path in self._submodules():  # their content is not ours to check out, and never a stranger's to keep
            _remove(self.path / path)
            (self.path / path).mkdir(parents=True)
        pointer, content = self.path / ".git", b"gitdir: " + os.fsencode(self._admin()) + b"\n"
        if pointer.is_symlink() or not pointer.is_file() or pointer.read_bytes() != content:
            _remove(pointer)
            pointer.write_bytes(content)

    def _submodules(self) -> list[str]:
        """The submodules of the commit; git is asked only if the index can hold one."""
        index = (self._admin() / "index").read_bytes()
        if _LINK_MODE not in index:
            return []
        words = (f"--git-dir={self._admin()}", f"--work-tree={self.path}", "ls-files", "--stage", "-z")
        entries = git_bytes(self.path, *words).split(b"\0")
        return [os.fsdecode(entry.split(b"\t", 1)[1]) for entry in entries if entry.startswith(b"160000 ")]

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
        """Writes files, all or none: what is written already goes back when one fails."""
        files = {path: self._inside(path) for path in contents}
        before = {path: self.read(path) for path in contents}
        try:
            for path, content in contents.items():
                self._put(path, files[path], content)
        except OSError as error:
            for path, content in before.items():
                self._put(path, files[path], content)
            raise SandboxError(f"the sandbox cannot be written: {error}", fix="free some space, then resume") from error

    def _put(self, path: str, file: Path, content: bytes | None) -> None:
        if content is None:
            if file.exists():
                self._modes[path] = stat.S_IMODE(file.stat().st_mode)
                file.unlink()
            return
        is_new = not file.exists()
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_bytes(content)
        if is_new and path in self._modes:  # undoing a deletion brings the executable bit back too
            file.chmod(self._modes[path])


def _unwritable(folder: Path, error: OSError) -> SandboxError:
    return SandboxError(f"the sandbox {folder} cannot be written: {error.strerror}", fix="set RUSTA_HOME elsewhere")


def _remove(path: Path) -> None:
    """Removes a file, a link or a folder with all that is in it, however its permissions stand."""
    if path.is_symlink() or path.is_file():
        path.unlink()
    elif path.exists():
        try:
            shutil.rmtree(path)
        except PermissionError:
            _open_up(path)
            shutil.rmtree(path)


def _open_up(folder: Path) -> None:
    """Gives the owner back every folder below ``folder``."""
    folder.chmod(0o700)
    for parent, names, _ in os.walk(folder):
        for name in names:
            child = Path(parent) / name
            if not child.is_symlink():
                child.chmod(0o700)
