"""The sandbox: one a repository, locked, warm, exact, and on its guard against what ran in it."""

import os
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from engine.errors import PatchError, SandboxError
from engine.sandbox.patches import make_patch, patch_to
from engine.sandbox.worktree import Sandbox
from engine.schema.patch import Edit, Patch

HOLD = """
import sys
from pathlib import Path
from engine.sandbox.repository import open_repository
from engine.sandbox.worktree import Sandbox
sandbox = Sandbox.acquire(open_repository(Path(sys.argv[1])))
print("held", flush=True)
sys.stdin.read()
"""


def change(sandbox: Sandbox, path: str = "src/lib.rs", before: str = "1\n", after: str = "one()\n") -> Patch:
    at = (sandbox.read(path) or b"").index(before.encode())
    edit = Edit(path=path, byte_start=at, byte_end=at + len(before), before=before, after=after)
    return make_patch(sandbox.read, [edit], intent="change", move="test")


def times(folder: Path) -> dict[str, int]:
    return {
        str(path.relative_to(folder)): path.stat().st_mtime_ns
        for path in folder.rglob("*")
        if path.is_file() and path.name != ".git"
    }


def test_a_second_session_is_refused_and_told_who_is_there(user, sandbox: Sandbox) -> None:
    with pytest.raises(SandboxError, match=f"process {os.getpid()}") as caught:
        Sandbox.acquire(user.open())
    assert caught.value.fix
    sandbox.release()
    Sandbox.acquire(user.open()).release()


def test_the_lock_of_a_killed_process_is_free_again(user) -> None:
    holder = subprocess.Popen(
        [sys.executable, "-c", HOLD, str(user.root)], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    )
    assert holder.stdin is not None
    assert holder.stdout is not None
    with holder, holder.stdin, holder.stdout:
        assert holder.stdout.readline() == "held\n"
        with pytest.raises(SandboxError, match=f"process {holder.pid}"):
            Sandbox.acquire(user.open())
        holder.send_signal(signal.SIGKILL)
        holder.wait()
        Sandbox.acquire(user.open()).release()


def test_a_home_that_cannot_be_written_is_said_in_one_line(user, tmp_path: Path, monkeypatch) -> None:
    (tmp_path / "file").write_text("")
    monkeypatch.setenv("RUSTA_HOME", str(tmp_path / "file"))
    with pytest.raises(SandboxError, match="cannot be written"):
        Sandbox.acquire(user.open())


def test_a_reset_keeps_the_times_of_files_that_are_the_same(user, sandbox: Sandbox) -> None:
    (sandbox.target / "warm").write_text("kept")
    before = times(sandbox.path)
    second = user.commit("second", **{"src/lib.rs": "pub fn changed() {}\n"})
    sandbox.reset(second)
    after = times(sandbox.path)
    assert after["src/two.rs"] == before["src/two.rs"]
    assert after["src/lib.rs"] != before["src/lib.rs"]
    assert (sandbox.target / "warm").read_text() == "kept"


def test_a_reset_is_exact_whatever_was_done_in_the_tree(user, sandbox: Sandbox) -> None:
    clean = sandbox.tree()
    head = user.git("rev-parse", "HEAD")
    (sandbox.path / "src/lib.rs").write_text("garbage")
    (sandbox.path / "src/two.rs").unlink()
    (sandbox.path / "new/deep").mkdir(parents=True)
    (sandbox.path / "new/deep/file.rs").write_text("fn f() {}")
    (sandbox.path / "ignored.log").write_text("ignored")
    (sandbox.path / "target").mkdir()
    (sandbox.path / "sealed").mkdir()
    (sandbox.path / "sealed/file").write_text("x")
    (sandbox.path / "sealed").chmod(0)
    (sandbox.path / "src/pipe").parent.mkdir(exist_ok=True)
    os.mkfifo(sandbox.path / "src/pipe")
    subprocess.run(["git", "init", "--quiet", "nested"], cwd=sandbox.path, check=True)
    sandbox.reset(head)
    assert sandbox.tree() == clean == user.git("rev-parse", "HEAD^{tree}")
    assert sorted(path.name for path in sandbox.path.iterdir()) == [".git", ".gitignore", "src"]


def test_a_change_with_forged_size_and_time_is_reset_too(user, sandbox: Sandbox) -> None:
    file = sandbox.path / "src/lib.rs"
    known = file.stat()
    file.write_bytes(file.read_bytes().replace(b"1", b"7"))
    os.utime(file, ns=(known.st_atime_ns, known.st_mtime_ns))
    sandbox.reset(user.git("rev-parse", "HEAD"))
    assert b"7" not in file.read_bytes()


def test_a_commit_that_does_not_exist_is_said_in_one_line(sandbox: Sandbox) -> None:
    with pytest.raises(SandboxError, match="cannot be set to deadbeef") as caught:
        sandbox.reset("deadbeef" * 5)
    assert "\n" not in str(caught.value)


@pytest.mark.parametrize("how", ["prune", "remove", "move", "delete admin", "delete tree", "delete all"])
def test_the_sandbox_comes_back_after_the_user_took_it_away(user, sandbox: Sandbox, tmp_path: Path, how: str) -> None:
    head = user.git("rev-parse", "HEAD")
    match how:
        case "prune":
            subprocess.run(["rm", "-rf", str(sandbox.path)], check=True)
            user.git("worktree", "unlock", str(sandbox.path))
            user.git("worktree", "prune")
        case "remove":
            user.git("worktree", "remove", "--force", "--force", str(sandbox.path))
        case "move":
            user.git("worktree", "move", "--force", "--force", str(sandbox.path), str(tmp_path / "moved"))
        case "delete admin":
            subprocess.run(["rm", "-rf", str(user.root / ".git/worktrees")], check=True)
        case "delete tree":
            subprocess.run(["rm", "-rf", str(sandbox.path)], check=True)
        case _:
            subprocess.run(["rm", "-rf", str(sandbox.folder / "tree"), str(sandbox.folder / "admin")], check=True)
    sandbox.reset(head)
    assert sandbox.tree() == user.git("rev-parse", "HEAD^{tree}")
    change(sandbox)
    sandbox.reset(head)


def test_a_repository_that_was_cloned_anew_gets_a_new_sandbox(user, sandbox: Sandbox, tmp_path: Path) -> None:
    user.root.rename(tmp_path / "old")
    subprocess.run(["git", "clone", "--quiet", str(tmp_path / "old"), str(user.root)], check=True)
    sandbox.release()
    again = Sandbox.acquire(user.open())
    again.reset(user.git("rev-parse", "HEAD"))
    assert again.tree() == user.git("rev-parse", "HEAD^{tree}")
    again.release()


def test_the_worktree_is_locked_against_pruning(user, sandbox: Sandbox) -> None:
    user.git("worktree", "prune", "--expire", "now")
    assert "locked Rusta's sandbox" in user.git("worktree", "list", "--porcelain")


def test_a_patch_is_applied_proven_and_undone_byte_for_byte(sandbox: Sandbox) -> None:
    clean = sandbox.tree()
    patch = change(sandbox)
    sandbox.apply(patch)
    applied = sandbox.tree()
    at = times(sandbox.path)
    assert applied != clean
    assert sandbox.prove(patch)
    assert sandbox.tree() == applied
    assert times(sandbox.path) == at
    sandbox.undo(patch)
    assert sandbox.tree() == clean


def test_a_patch_on_top_of_others_is_proven_too(sandbox: Sandbox) -> None:
    first = change(sandbox)
    sandbox.apply(first)
    second = change(sandbox, "src/two.rs", "2\n", "two()\n")
    sandbox.apply(second)
    assert sandbox.prove(second)
    assert sandbox.prove(first)


def test_a_patch_whose_inverse_does_not_lead_back_is_not_proven(sandbox: Sandbox) -> None:
    patch = change(sandbox)
    sandbox.apply(patch)
    forged = patch.model_copy(update={"inverse": (patch.inverse[0].model_copy(update={"after": "9\n"}),)})
    applied = sandbox.tree()
    assert not sandbox.prove(forged)
    assert sandbox.tree() == applied


def test_a_patch_that_does_not_fit_changes_nothing(sandbox: Sandbox) -> None:
    patch = patch_to(
        sandbox.read,
        {"src/lib.rs": b"// new\n", "src/two.rs": b"// new\n"},
        intent="change",
        move="test",
    )
    (sandbox.path / "src/two.rs").write_text("// somebody was here\n")
    before = sandbox.tree()
    with pytest.raises(PatchError):
        sandbox.apply(patch)
    assert sandbox.tree() == before


def test_files_are_created_and_deleted_and_come_back_with_their_mode(user, sandbox: Sandbox) -> None:
    user.write("tool.sh", "#!/bin/sh\n").chmod(0o755)
    sandbox.reset(user.commit("tool"))
    clean = sandbox.tree()
    patch = patch_to(sandbox.read, {"tool.sh": None, "src/deep/new.rs": b"fn n() {}\n"}, intent="replace", move="test")
    sandbox.apply(patch)
    assert not (sandbox.path / "tool.sh").exists()
    assert sandbox.prove(patch)
    sandbox.undo(patch)
    assert sandbox.tree() == clean
    assert os.access(sandbox.path / "tool.sh", os.X_OK)


def test_changing_an_executable_file_keeps_it_executable(user, sandbox: Sandbox) -> None:
    user.write("tool.sh", "#!/bin/sh\necho 1\n").chmod(0o755)
    sandbox.reset(user.commit("tool"))
    sandbox.apply(change(sandbox, "tool.sh", "1\n", "2\n"))
    assert os.access(sandbox.path / "tool.sh", os.X_OK)


def test_a_disk_that_fails_halfway_leaves_the_tree_as_it_was(sandbox: Sandbox, monkeypatch) -> None:
    patch = patch_to(sandbox.read, {"src/lib.rs": b"// new\n", "src/two.rs": b"// new\n"}, intent="change", move="test")
    before = sandbox.tree()
    write = Path.write_bytes

    def fail(self: Path, content: bytes) -> int:
        if self.name == "two.rs" and content == b"// new\n":
            raise OSError(28, "No space left on device")
        return write(self, content)

    monkeypatch.setattr(Path, "write_bytes", fail)
    with pytest.raises(SandboxError, match="No space left"):
        sandbox.apply(patch)
    assert sandbox.tree() == before


def test_links_and_pipes_that_a_stranger_left_are_not_followed(sandbox: Sandbox, tmp_path: Path) -> None:
    secret = tmp_path / "secret"
    secret.write_text("1\n")
    patch = change(sandbox)
    file = sandbox.path / "src/lib.rs"
    file.unlink()
    file.symlink_to(secret)
    with pytest.raises(PatchError, match="leads out"):
        sandbox.read("src/lib.rs")
    with pytest.raises(PatchError):
        sandbox.apply(patch)
    (sandbox.path / "away").symlink_to(tmp_path)
    with pytest.raises(PatchError, match="leads out"):
        sandbox.read("away/secret")
    with pytest.raises(PatchError):
        sandbox.apply(patch_to(lambda _: None, {"away/new.rs": b"x"}, intent="x", move="x"))
    os.mkfifo(sandbox.path / "pipe")
    assert sandbox.read("pipe") is None
    assert sandbox.read("src") is None
    assert sandbox.read("missing/file") is None
    assert secret.read_text() == "1\n"
    assert not (tmp_path / "new.rs").exists()


def test_a_link_inside_the_tree_is_read_and_never_written_through(user, sandbox: Sandbox) -> None:
    (user.root / "link.rs").symlink_to("src/lib.rs")
    sandbox.reset(user.commit("link"))
    assert sandbox.read("link.rs") == sandbox.read("src/lib.rs")
    with pytest.raises(PatchError, match="symbolic link"):
        sandbox.apply(change(sandbox, "link.rs"))


def test_git_settings_that_a_stranger_left_in_the_tree_never_run(user, sandbox: Sandbox, tmp_path: Path) -> None:
    user.git("update-index", "--add", "--cacheinfo", f"160000,{user.git('rev-parse', 'HEAD')},sub")
    user.git("commit", "--quiet", "--message", "a submodule that is not there")
    head = user.git("rev-parse", "HEAD")
    sandbox.reset(head)
    witness = tmp_path / "witness"
    evil = f"#!/bin/sh\ntouch '{witness}'\ncat\n"
    patch = change(sandbox)
    pointer = (sandbox.path / ".git").read_bytes()
    for place in ("stranger", "sub"):
        folder = sandbox.path / place
        folder.mkdir(exist_ok=True)
        subprocess.run(["git", "init", "--quiet"], cwd=folder, check=True)
        script = folder / "evil.sh"
        script.write_text(evil)
        script.chmod(0o755)
        for name in ("core.fsmonitor", "filter.evil.clean", "filter.evil.smudge", "core.sshCommand", "core.pager"):
            subprocess.run(["git", "config", name, str(script)], cwd=folder, check=True)
        (folder / ".gitattributes").write_text("* filter=evil\n")
        (folder / "file").write_text("x")
        harmless = (
            "-c",
            "user.name=x",
            "-c",
            "user.email=x@x",
            "-c",
            "core.fsmonitor=false",
            "-c",
            "filter.evil.clean=cat",
        )
        for words in (("commit", "--quiet", "--allow-empty", "--message", "x"), ("add", "file")):
            subprocess.run(["git", *harmless, *words], cwd=folder, check=True)
        (folder / "file").write_text("y")
    witness.unlink(missing_ok=True)
    (sandbox.path / ".git").unlink()
    (sandbox.path / ".git").write_text(f"gitdir: {sandbox.path / 'stranger' / '.git'}\n")
    sandbox.apply(patch)
    assert sandbox.prove(patch)
    sandbox.tree()
    sandbox.reset(head)
    assert not witness.exists()
    assert (sandbox.path / ".git").read_bytes() == pointer
    assert list((sandbox.path / "sub").iterdir()) == []
    assert not (sandbox.path / "stranger").exists()


def test_what_tests_leave_in_the_scratch_folder_is_gone_next_time(user, sandbox: Sandbox) -> None:
    sealed = sandbox.tmp / "sealed"
    sealed.mkdir()
    (sealed / "file").write_text("x")
    sealed.chmod(0)
    sandbox.release()
    again = Sandbox.acquire(user.open())
    assert list(again.tmp.iterdir()) == []
    again.release()
