"""Real repositories, each awkward in its own way, and a photograph of everything a session may not touch."""

import hashlib
import os
import subprocess
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

from engine.sandbox.repository import Repository, open_repository
from engine.sandbox.worktree import Sandbox

WHO = {"GIT_AUTHOR_NAME": "Ada", "GIT_AUTHOR_EMAIL": "ada@localhost"} | {
    "GIT_COMMITTER_NAME": "Ada",
    "GIT_COMMITTER_EMAIL": "ada@localhost",
}


@dataclass(frozen=True)
class User:
    """Somebody's working tree, and what they do in it."""

    root: Path

    def git(self, *words: str, check: bool = True) -> str:
        done = subprocess.run(
            ["git", *words], cwd=self.root, env={**os.environ, **WHO}, capture_output=True, check=False
        )
        if check and done.returncode != 0:
            raise AssertionError(f"git {words}: {done.stderr.decode()}")
        return done.stdout.decode("utf-8", "surrogateescape").rstrip("\n")

    def write(self, path: str, content: str | bytes) -> Path:
        file = self.root / path
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_bytes(content.encode() if isinstance(content, str) else content)
        return file

    def commit(self, message: str = "change", **files: str | bytes) -> str:
        for path, content in files.items():
            self.write(path, content)
        self.git("add", "--all")
        self.git("commit", "--quiet", "--allow-empty", "--message", message)
        return self.git("rev-parse", "HEAD")

    def open(self) -> Repository:
        return open_repository(self.root)

    def photograph(self) -> dict[str, object]:
        """Every byte, mode and time of the files; index, refs, reflogs, HEAD, stash and configuration byte for byte."""
        kept: dict[str, object] = {}
        for parent, folders, names in os.walk(os.fsencode(self.root)):
            shown = os.path.relpath(parent, os.fsencode(self.root))
            if shown == b".git":
                folders[:] = [name for name in folders if name not in (b"objects", b"worktrees")]
            for name in [*names, *folders]:
                kept[os.fsdecode(os.path.join(shown, name))] = _portrait(os.path.join(parent, name))  # noqa: PTH118
        kept["stash"] = self.git("stash", "list")
        kept["refs"] = self.git("for-each-ref")
        return kept


def _portrait(path: bytes) -> object:
    known = os.lstat(path)
    if os.path.islink(path):  # noqa: PTH114
        return os.readlink(path)  # noqa: PTH115
    if os.path.isdir(path):  # noqa: PTH112
        return "folder"
    with open(path, "rb") as stream:  # noqa: PTH123
        digest = hashlib.sha256(stream.read()).hexdigest()
    # git touches the time of its own shared parts of an index on every reading.
    return digest, known.st_mode, None if b"/.git/" in path else known.st_mtime_ns


@pytest.fixture(autouse=True)
def own_home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    home = tmp_path / "rusta home"
    monkeypatch.setenv("RUSTA_HOME", str(home))
    return home


@pytest.fixture
def user(tmp_path: Path) -> User:
    """A repository with one commit."""
    root = tmp_path / "user"
    root.mkdir()
    user = User(root)
    user.git("init", "--quiet", "--initial-branch=main")
    user.write("src/lib.rs", "pub fn one() -> i32 {\n    1\n}\n")
    user.write("src/two.rs", "pub fn two() -> i32 {\n    2\n}\n")
    user.write(".gitignore", "/target\n*.log\n")
    user.commit("first")
    return user


@pytest.fixture
def awkward(user: User) -> User:
    """The same with every kind of file and every kind of uncommitted change that git knows."""
    user.write("crlf.rs", b"fn a() {}\r\nfn b() {}\r\n")
    user.write("latin1.rs", b"// caf\xe9\n")
    user.write("no newline.rs", "fn end() {}")
    user.write("sp ace/ünï 😀.rs", "fn u() {}\n")
    user.write("run.sh", "#!/bin/sh\n").chmod(0o755)
    user.write("gone.rs", "fn gone() {}\n")
    user.write("staged.rs", "fn staged() {}\n")
    user.write("renamed.rs", "fn renamed() {}\n" * 20)
    (user.root / "link.rs").symlink_to("src/lib.rs")
    user.write("stashed.rs", "fn s() {}\n")
    user.commit("awkward files")
    user.write("stashed.rs", "fn s() { /* stashed */ }\n")
    user.git("stash")
    user.git("tag", "v1")
    user.git("branch", "other")
    user.write("src/lib.rs", "pub fn one() -> i32 {\n    11\n}\n")
    user.write("staged.rs", "fn staged() { 1 }\n")
    user.git("add", "staged.rs")
    user.write("staged.rs", "fn staged() { 2 }\n")
    user.git("mv", "renamed.rs", "new name.rs")
    (user.root / "gone.rs").unlink()
    user.write("untracked.rs", "fn untracked() {}\n")
    user.write(os.fsdecode(b"n\xe4me.rs"), "fn odd() {}\n")
    user.write("debug.log", "ignored\n")
    user.write("target/debug/thing", "ignored\n")
    user.write("empty.rs", "")
    (user.root / "dangling").symlink_to("nowhere")
    user.git("add", "--intent-to-add", "empty.rs")
    return user


@pytest.fixture
def sandbox(user: User) -> Iterator[Sandbox]:
    """The sandbox of `user`, reset to its first commit."""
    repository = user.open()
    sandbox = Sandbox.acquire(repository)
    sandbox.reset(str(repository.head))
    yield sandbox
    sandbox.release()
