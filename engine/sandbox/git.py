"""One call of git: quiet, in English, and deaf to what the repository would like to run.

Sessions call git a dozen times on the quick path. A plain subprocess costs 3 ms; importing GitPython alone costs
120 ms, so it is not used here.
"""

from __future__ import annotations

import os
import subprocess
from collections.abc import Mapping
from pathlib import Path

from engine.errors import RepositoryError, ToolMissingError
from engine.process import counted

_SETTINGS = {
    "core.hooksPath": "/dev/null",
    "core.fsmonitor": "false",
    "core.untrackedCache": "false",
    "core.splitIndex": "false",  # a split index would leave shared parts in the user's git folder
    "core.quotePath": "false",
    "core.trustCtime": "true",  # a change that forges its times must not go unseen
    "core.checkStat": "default",
    "core.ignoreStat": "false",
    "gc.auto": "0",
    "maintenance.auto": "false",
    "commit.gpgSign": "false",
    "submodule.recurse": "false",
    "advice.detachedHead": "false",
    "advice.addEmbeddedRepo": "false",
    "i18n.commitEncoding": "UTF-8",
}
_DEAF = tuple(word for name, value in _SETTINGS.items() for word in ("-c", f"{name}={value}"))
# Variables with which git tells its hooks where they are; inherited, they would point git at another repository.
_FOREIGN = (
    "GIT_DIR",
    "GIT_WORK_TREE",
    "GIT_INDEX_FILE",
    "GIT_OBJECT_DIRECTORY",
    "GIT_ALTERNATE_OBJECT_DIRECTORIES",
    "GIT_COMMON_DIR",
    "GIT_NAMESPACE",
    "GIT_PREFIX",
    "GIT_EXTERNAL_DIFF",
    "GIT_GLOB_PATHSPECS",
    "GIT_ICASE_PATHSPECS",
)


class GitError(RepositoryError):
    """git said no; the message is its first complaint."""


def git_bytes(
    folder: Path,
    *words: str,
    env: Mapping[str, str] | None = None,
    stdin: bytes | None = None,
    good: tuple[int, ...] = (0,),
) -> bytes:
    """Runs git in ``folder`` and returns its standard output as it is.

    Hooks, fsmonitor, signing and automatic maintenance are off, and no lock is taken that is not needed, so
    that reading a repository never writes to it. Raises `GitError` when git ends with a status that is not
    ``good``, `ToolMissingError` without git.
    """
    surroundings = {name: value for name, value in os.environ.items() if name not in _FOREIGN}
    surroundings.update(GIT_OPTIONAL_LOCKS="0", LC_ALL="C", GIT_TERMINAL_PROMPT="0", **(env or {}))
    try:
        with counted():
            done = subprocess.run(
                ["git", *_DEAF, *words],
                cwd=folder,
                env=surroundings,
                input=stdin or b"",
                capture_output=True,
                check=False,
            )
    except (FileNotFoundError, NotADirectoryError) as error:
        if not folder.is_dir():
            raise GitError(f"{folder} does not exist any more", fix="see `git worktree list`") from error
        raise ToolMissingError("git is not on the PATH", fix="install git") from error
    if done.returncode not in good:
        lines = [line for line in done.stderr.decode("utf-8", "replace").splitlines() if line.strip()]
        problem = next((line for line in lines if line.startswith(("fatal:", "error:"))), lines[-1] if lines else "")
        raise GitError(f"git {_verb(words)}: {problem or f'exit status {done.returncode}'}", fix="see `git status`")
    return done.stdout


def git(
    folder: Path,
    *words: str,
    env: Mapping[str, str] | None = None,
    stdin: bytes | None = None,
    good: tuple[int, ...] = (0,),
) -> str:
    """`git_bytes` as text without the final line end; bytes that are not UTF-8 survive as surrogates."""
    return git_bytes(folder, *words, env=env, stdin=stdin, good=good).decode("utf-8", "surrogateescape").rstrip("\n")


def _verb(words: tuple[str, ...]) -> str:
    return next((word for word in words if not word.startswith("-")), "")
