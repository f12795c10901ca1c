"""A session starts from the user's tree and leaves no trace in it."""

import os
import subprocess
from pathlib import Path

import pytest

from engine.errors import RepositoryError, SandboxError, ToolMissingError
from engine.sandbox.patches import make_patch
from engine.sandbox.repository import open_repository
from engine.sandbox.snapshot import take
from engine.sandbox.worktree import Sandbox
from engine.schema.patch import Edit


def work(user, include_dirty: bool = True) -> Sandbox:
    """A whole session's worth of sandbox work."""
    repository = user.open()
    snapshot = take(repository, include_dirty)
    sandbox = Sandbox.acquire(repository)
    sandbox.reset(snapshot.base)
    source = sandbox.read("src/two.rs") or b""
    at = source.index(b"2\n")
    edit = Edit(path="src/two.rs", byte_start=at, byte_end=at + 1, before="2", after="22")
    patch = make_patch(sandbox.read, [edit], intent="change", move="test")
    sandbox.apply(patch)
    assert sandbox.prove(patch)
    sandbox.undo(patch)
    sandbox.reset(snapshot.base)
    sandbox.release()
    return sandbox


def files_of(folder: Path) -> dict[str, object]:
    """What lies in a tree, ignored and git's own files aside."""
    found: dict[str, object] = {}
    for parent, folders, names in os.walk(folder):
        folders[:] = [name for name in folders if name not in (".git", "target")]
        for name in names:
            path = Path(parent) / name
            if name == ".git" or name.endswith(".log"):
                continue
            mode = path.lstat().st_mode & 0o100
            found[str(path.relative_to(folder))] = path.readlink() if path.is_symlink() else (path.read_bytes(), mode)
    return found


def test_a_session_with_uncommitted_work_leaves_every_byte_of_the_repository_alone(awkward) -> None:
    before = awkward.photograph()
    work(awkward)
    assert awkward.photograph() == before


def test_a_session_without_uncommitted_work_leaves_every_byte_of_the_repository_alone(awkward) -> None:
    before = awkward.photograph()
    work(awkward, include_dirty=False)
    assert awkward.photograph() == before


def test_the_sandbox_holds_the_uncommitted_work_exactly_as_it_lies_there(awkward) -> None:
    sandbox = work(awkward)
    assert files_of(sandbox.path) == files_of(awkward.root)


def test_without_uncommitted_work_the_sandbox_holds_the_commit(awkward) -> None:
    sandbox = work(awkward, include_dirty=False)
    assert b"11" not in (sandbox.path / "src/lib.rs").read_bytes()
    assert (sandbox.path / "gone.rs").exists()
    assert not (sandbox.path / "untracked.rs").exists()
    assert (sandbox.path / "crlf.rs").read_bytes() == b"fn a() {}\r\nfn b() {}\r\n"
    assert (sandbox.path / "latin1.rs").read_bytes() == b"// caf\xe9\n"


def test_the_dirty_paths_are_named_and_can_be_recorded(awkward) -> None:
    dirty = take(awkward.open(), include_dirty=True).dirty
    expected = {
        "src/lib.rs",
        "staged.rs",
        "gone.rs",
        "untracked.rs",
        "renamed.rs",
        "new name.rs",
        "dangling",
        "empty.rs",
    }
    assert set(dirty) == {*expected, "n\ufffdme.rs"}
    assert "".join(dirty).encode()


def test_the_snapshot_is_a_commit_that_no_ref_points_to(awkward) -> None:
    snapshot = take(awkward.open(), include_dirty=True)
    assert snapshot.synthetic
    assert awkward.git("rev-parse", f"{snapshot.base}^") == awkward.git("rev-parse", "HEAD")
    assert awkward.git("for-each-ref", "--contains", snapshot.base) == ""


def test_the_same_work_is_the_same_snapshot(awkward) -> None:
    assert take(awkward.open(), include_dirty=True) == take(awkward.open(), include_dirty=True)


def test_a_clean_tree_starts_from_head(user) -> None:
    snapshot = take(user.open(), include_dirty=True)
    assert (snapshot.base, snapshot.dirty, snapshot.synthetic) == (user.git("rev-parse", "HEAD"), (), False)


def test_a_detached_head_works_and_stays_where_it_is(awkward) -> None:
    awkward.git("reset", "--quiet")
    awkward.git("stash", "push", "--include-untracked")
    awkward.git("checkout", "--quiet", "--detach", "HEAD~1")
    awkward.write("untracked.rs", "fn u() {}\n")
    assert awkward.open().branch is None
    before = awkward.photograph()
    work(awkward)
    assert awkward.photograph() == before


def test_a_repository_without_commits_works_with_its_uncommitted_files(user, tmp_path: Path) -> None:
    fresh = type(user)(tmp_path / "fresh")
    fresh.root.mkdir()
    fresh.git("init", "--quiet", "--initial-branch=main")
    fresh.write("src/two.rs", "pub fn two() -> i32 {\n    2\n}\n")
    repository = fresh.open()
    assert repository.unborn
    assert repository.branch == "main"
    with pytest.raises(RepositoryError, match="has no commit yet") as caught:
        take(repository, include_dirty=False)
    assert "--include-dirty" in caught.value.fix
    before = fresh.photograph()
    sandbox = work(fresh)
    assert fresh.photograph() == before
    assert files_of(sandbox.path) == files_of(fresh.root)


def test_a_submodule_that_is_not_there_is_no_obstacle(awkward, tmp_path: Path) -> None:
    library = type(awkward)(tmp_path / "library")
    library.root.mkdir()
    library.git("init", "--quiet")
    library.commit("library", **{"lib.rs": "fn l() {}\n"})
    awkward.git("-c", "protocol.file.allow=always", "submodule", "--quiet", "add", str(library.root), "vendor/library")
    awkward.git("commit", "--quiet", "--message", "submodule", "--", "vendor/library", ".gitmodules")
    awkward.git("submodule", "--quiet", "deinit", "--force", "vendor/library")
    before = awkward.photograph()
    sandbox = work(awkward)
    assert awkward.photograph() == before
    assert list((sandbox.path / "vendor/library").iterdir()) == []


def test_a_split_index_and_a_conflict_survive(awkward) -> None:
    awkward.git("reset", "--quiet")
    awkward.git("stash", "push", "--include-untracked")
    awkward.git("checkout", "--quiet", "-b", "theirs")
    awkward.commit("theirs", **{"src/lib.rs": "pub fn theirs() {}\n"})
    awkward.git("checkout", "--quiet", "main")
    awkward.commit("ours", **{"src/lib.rs": "pub fn ours() {}\n"})
    awkward.git("merge", "theirs", check=False)
    awkward.git("update-index", "--split-index")
    before = awkward.photograph()
    sandbox = work(awkward)
    assert awkward.photograph() == before
    assert b"<<<<<<<" in (sandbox.path / "src/lib.rs").read_bytes()


def test_a_linked_worktree_of_the_user_is_a_repository_of_its_own(user, tmp_path: Path) -> None:
    user.git("worktree", "add", "--quiet", "-b", "side", str(tmp_path / "side"))
    side, main = open_repository(tmp_path / "side"), user.open()
    assert side.branch == "side"
    assert side.common_dir == main.common_dir
    assert side.key != main.key
    before = user.photograph()
    work(type(user)(tmp_path / "side"))
    assert user.photograph() == before


def test_hooks_fsmonitor_and_signing_of_the_repository_never_run(user, tmp_path: Path) -> None:
    witness = tmp_path / "witness"
    script = f"#!/bin/sh\necho $0 >> '{witness}'\nexit 1\n"
    names = ("post-checkout", "post-index-change", "pre-commit", "reference-transaction", "post-merge", "fsmonitor")
    for name in names:
        user.write(f".git/hooks/{name}", script).chmod(0o755)
    user.git("config", "core.fsmonitor", ".git/hooks/fsmonitor")
    user.git("config", "commit.gpgSign", "true")
    user.git("config", "gpg.program", str(user.root / ".git/hooks/fsmonitor"))
    user.write("untracked.rs", "fn u() {}\n")
    work(user)
    assert not witness.exists()
    user.git("status")
    assert witness.exists(), "the trap works"


def test_variables_of_another_repository_are_not_inherited(user, tmp_path: Path, monkeypatch) -> None:
    monkeypatch.setenv("GIT_DIR", str(tmp_path / "elsewhere"))
    monkeypatch.setenv("GIT_INDEX_FILE", str(tmp_path / "elsewhere/index"))
    repository = open_repository(user.root / "src")
    assert repository.root == user.root
    assert repository.branch == "main"


def test_an_unreadable_repository_in_the_tree_is_named(user) -> None:
    (user.root / "nested").mkdir()
    subprocess.run(["git", "init", "--quiet"], cwd=user.root / "nested", check=True)
    user.write("nested/a.rs", "fn a() {}\n")
    before = user.photograph()
    with pytest.raises(RepositoryError, match="nested") as caught:
        take(user.open(), include_dirty=True)
    assert caught.value.fix
    assert user.photograph() == before


def test_a_home_that_cannot_be_written_is_said_in_one_line(awkward, tmp_path: Path, monkeypatch) -> None:
    (tmp_path / "file").write_text("")
    monkeypatch.setenv("RUSTA_HOME", str(tmp_path / "file" / "home"))
    with pytest.raises(SandboxError, match="cannot be written"):
        take(awkward.open(), include_dirty=True)


def test_what_is_no_repository_is_said_in_one_line(tmp_path: Path, user) -> None:
    with pytest.raises(RepositoryError, match="no such path"):
        open_repository(tmp_path / "missing")
    with pytest.raises(RepositoryError, match="not in a git repository"):
        open_repository(tmp_path)
    user.git("clone", "--quiet", "--bare", ".", str(tmp_path / "bare"))
    for path in (tmp_path / "bare", user.root / ".git"):
        with pytest.raises(RepositoryError, match="bare") as caught:
            open_repository(path)
        assert "\n" not in str(caught.value)
        assert caught.value.fix


def test_a_missing_git_is_said_plainly(user, monkeypatch) -> None:
    monkeypatch.setenv("PATH", "/nowhere")
    with pytest.raises(ToolMissingError, match="git is not on the PATH"):
        open_repository(user.root)


def test_odd_folder_names_keep_distinct_and_safe_keys(user, tmp_path: Path) -> None:
    odd = tmp_path / "a b\u2028ü;rm -rf"
    user.root.rename(odd)
    repository = open_repository(odd)
    assert repository.root == odd
    assert "/" not in repository.key
    assert " " not in repository.key
    work(type(user)(odd))
