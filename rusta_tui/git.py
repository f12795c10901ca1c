"""What the header says of the repository: read by git itself, without ever taking its locks."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass
from pathlib import Path

from rusta_tui.children import output_of

_QUIET = ("git", "-c", "core.fsmonitor=false", "-c", "core.hooksPath=/dev/null")


@dataclass(frozen=True)
class TreeState:
    """Root of the working tree, what is checked out, and how many paths differ from HEAD."""

    root: Path
    branch: str
    dirty: int


async def read_tree(path: Path) -> TreeState | None:
    """The state of the tree that ``path`` lies in; None when it lies in none (the engine says why)."""
    directory = await asyncio.to_thread(lambda: path if path.is_dir() else path.parent)
    status = await _git(directory, "status", "--porcelain=v2", "--branch", "--untracked-files=normal")
    root = await _git(directory, "rev-parse", "--show-toplevel")
    if status is None or root is None:
        return None
    head = oid = ""
    dirty = 0
    for line in status.splitlines():
        if line.startswith("# branch.head "):
            head = line.removeprefix("# branch.head ")
        elif line.startswith("# branch.oid "):
            oid = line.removeprefix("# branch.oid ")[:7]
        elif not line.startswith("#"):
            dirty += 1
    branch = f"detached at {oid}" if head == "(detached)" else head
    return TreeState(Path(root.strip()), branch, dirty)


async def show_file(root: Path, commit: str, path: str) -> bytes | None:
    """The bytes of ``path`` (relative to ``root``) in ``commit``; None when it is not there."""
    return await _git_bytes(root, "cat-file", "blob", f"{commit}:{path}")


async def _git(directory: Path, *arguments: str) -> str | None:
    out = await _git_bytes(directory, *arguments)
    return None if out is None else out.decode(errors="replace")


async def _git_bytes(directory: Path, *arguments: str) -> bytes | None:
    try:
        found = await output_of((*_QUIET, *arguments), cwd=directory, env={"GIT_OPTIONAL_LOCKS": "0"})
    except OSError:
        return None
    return found.stdout if found.returncode == 0 else None
