"""The commit a session starts from: HEAD, or HEAD with the uncommitted work on top, made without touching either."""

from __future__ import annotations

import shutil
import tempfile
from dataclasses import dataclass
from pathlib import Path

from engine.errors import RepositoryError, SandboxError
from engine.home import home
from engine.sandbox.git import GitError, git
from engine.sandbox.repository import Repository

# A snapshot is nobody's commit, so it has nobody's name and a fixed date: the same work is the same commit.
_NOBODY = {
    "GIT_AUTHOR_NAME": "Rusta",
    "GIT_AUTHOR_EMAIL": "rusta@localhost",
    "GIT_COMMITTER_NAME": "Rusta",
    "GIT_COMMITTER_EMAIL": "rusta@localhost",
    "GIT_AUTHOR_DATE": "2000-01-01T00:00:00Z",
    "GIT_COMMITTER_DATE": "2000-01-01T00:00:00Z",
}


@dataclass(frozen=True)
class Snapshot:
    """``base`` is the commit; ``synthetic`` says that it holds uncommitted work, listed in ``dirty``."""

    base: str
    dirty: tuple[str, ...]
    synthetic: bool


def take(repository: Repository, include_dirty: bool) -> Snapshot:
    """Names the commit to work from.

    With ``include_dirty`` the uncommitted and untracked files are written to a commit that no ref points to,
    through a temporary index: the user's index, refs and files stay as they are. Raises `RepositoryError`
    when there is no commit and uncommitted work is not to be included.
    """
    if include_dirty and repository.dirty:
        return Snapshot(_commit_dirty(repository), repository.dirty, synthetic=True)
    if repository.head is None:
        raise RepositoryError(
            f"{repository.root} has no commit yet", fix="commit once, or run again with --include-dirty"
        )
    return Snapshot(repository.head, repository.dirty, synthetic=False)


def _commit_dirty(repository: Repository) -> str:
    try:
        home().mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise SandboxError(f"{home()} cannot be written: {error.strerror}", fix="set RUSTA_HOME elsewhere") from error
    with tempfile.TemporaryDirectory(prefix="index-", dir=home()) as folder:
        index = Path(folder) / "index"
        users = repository.git_dir / "index"
        if users.exists():
            shutil.copy2(users, index)  # its cached stat data spares git from reading every file again
        own_index = {"GIT_INDEX_FILE": str(index)}
        try:
            git(repository.root, "add", "--all", "--", ":/", env=own_index)
        except GitError as error:
            raise RepositoryError(
                f"uncommitted work cannot be included: {error}", fix="ignore that file, or go without --include-dirty"
            ) from error
        tree = git(repository.root, "write-tree", env=own_index)
    parents = ("-p", repository.head) if repository.head else ()
    return git(repository.root, "commit-tree", tree, *parents, "-m", "Uncommitted work, as Rusta found it", env=_NOBODY)
