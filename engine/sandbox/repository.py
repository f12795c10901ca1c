"""The user's repository, looked at and never touched."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from pathlib import Path

from engine.errors import RepositoryError
from engine.sandbox.git import GitError, git, git_bytes


@dataclass(frozen=True)
class Repository:
    """A working tree of a git repository.

    ``head`` is the commit checked out (None before the first one), ``branch`` the branch (None when HEAD is
    detached), ``dirty`` the paths with uncommitted changes, untracked files included.
    """

    root: Path
    git_dir: Path
    common_dir: Path
    head: str | None
    branch: str | None
    dirty: tuple[str, ...]

    @property
    def unborn(self) -> bool:
        """True before the first commit."""
        return self.head is None

    @property
    def key(self) -> str:
        """A name for this working tree that is stable and safe as a folder name."""
        digest = hashlib.sha256(str(self.root).encode("utf-8", "surrogateescape")).hexdigest()
        name = "".join(sign if sign.isalnum() or sign in "-_" else "-" for sign in self.root.name) or "root"
        return f"{name[:40]}-{digest[:8]}"


def open_repository(path: Path) -> Repository:
    """Finds the repository that ``path`` lies in.

    Raises `RepositoryError` when the path does not exist or lies in no working tree.
    """
    path = path.expanduser()
    if not path.exists():
        raise RepositoryError(f"no such path: {path}", fix="name a folder or file in a git repository")
    folder = path.resolve() if path.is_dir() else path.resolve().parent
    try:
        answer = git(
            folder,
            "rev-parse",
            "--path-format=absolute",
            "--is-inside-work-tree",
            "--show-toplevel",
            "--absolute-git-dir",
            "--git-common-dir",
        ).split("\n")
    except GitError as error:
        raise _no_repository(folder, error) from error
    root, git_dir, common_dir = (Path(line) for line in answer[1:4])
    if any("\udc80" <= sign <= "\udcff" for sign in str(root)):
        raise RepositoryError(f"the path of {root!r} is not UTF-8", fix="move the repository to a path that is")
    branch, head, dirty = _status(root)
    return Repository(root=root, git_dir=git_dir, common_dir=common_dir, head=head, branch=branch, dirty=dirty)


def _no_repository(folder: Path, error: GitError) -> RepositoryError:
    if "dubious ownership" in str(error):
        return RepositoryError(
            f"git does not trust {folder}: it belongs to another user",
            fix=f"git config --global --add safe.directory {folder}",
        )
    if "work tree" in str(error):
        return RepositoryError(f"{folder} is a bare repository or the inside of one", fix="name a working tree of it")
    return RepositoryError(
        f"{folder} is not in a git repository", fix="run `git init && git add -A && git commit` there first"
    )


def _status(root: Path) -> tuple[str | None, str | None, tuple[str, ...]]:
    """Branch, commit and changed paths, from one call of git."""
    # What is dirty inside a submodule is no part of a snapshot, and looking would start a git in each of them.
    words = ("--porcelain=v2", "--branch", "-z", "--untracked-files=all", "--ignore-submodules=dirty", "--no-renames")
    fields = git_bytes(root, "status", *words).split(b"\0")
    branch: str | None = None
    head: str | None = None
    dirty: list[str] = []
    for raw in fields:
        entry = raw.decode("utf-8", "replace")  # names for people and records to read, which are UTF-8
        match entry[:2]:
            case "# ":
                name, _, value = entry[2:].partition(" ")
                if name == "branch.head" and value != "(detached)":
                    branch = value
                elif name == "branch.oid" and value != "(initial)":
                    head = value
            case "1 ":
                dirty.append(entry.split(" ", 8)[8])
            case "u ":
                dirty.append(entry.split(" ", 10)[10])
            case "? ":
                dirty.append(entry[2:])
            case _:
                pass
    return branch, head, tuple(dirty)
