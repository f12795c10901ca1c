"""Commits land by moving one ref, and are taken back without touching anybody else's work."""

import pytest

from engine.errors import LandingError
from engine.sandbox.landing import Landing, carry_out, commit_objects, landed_state, plan, undo
from engine.sandbox.patches import make_patch, patch_to
from engine.sandbox.snapshot import take
from engine.sandbox.worktree import Sandbox
from engine.schema.event import CommitMade
from engine.schema.patch import Edit, Patch


def patch_of(sandbox: Sandbox, path: str, before: str, after: str) -> Patch:
    at = (sandbox.read(path) or b"").index(before.encode())
    edit = Edit(path=path, byte_start=at, byte_end=at + len(before), before=before, after=after)
    return make_patch(sandbox.read, [edit], intent="change", move="test")


def series(user, sandbox: Sandbox, include_dirty: bool = False) -> list[CommitMade]:
    """Two patches on two files, applied and committed as objects."""
    repository = user.open()
    base = take(repository, include_dirty).base
    sandbox.reset(base)
    items = []
    for path, before, after in (("src/lib.rs", "1\n", "100\n"), ("src/two.rs", "2\n", "200\n")):
        patch = patch_of(sandbox, path, before, after)
        sandbox.apply(patch)
        items.append((patch, f"Change {path}\n\nWhy: a test.\n"))
    return commit_objects(repository, sandbox, base, items)


def land(user, sandbox: Sandbox, mode: str = "branch") -> tuple[Landing, list[CommitMade]]:
    made = series(user, sandbox)
    landing = plan(user.open(), made, slug="e0502-lib", mode=mode)
    carry_out(user.open(), landing)
    return landing, made


def test_commits_are_objects_only_until_they_land(user, sandbox: Sandbox) -> None:
    before = user.photograph()
    made = series(user, sandbox)
    landing = plan(user.open(), made, slug="e0502-lib", mode="branch")
    assert user.photograph() == before
    assert landed_state(user.open(), landing) == "before"
    assert [commit.subject for commit in made] == ["Change src/lib.rs", "Change src/two.rs"]
    assert user.git("rev-parse", f"{made[1].sha}^") == made[0].sha
    assert user.git("rev-parse", f"{made[0].sha}^") == user.git("rev-parse", "HEAD")
    assert user.git("diff", "--name-only", made[0].sha, made[1].sha) == "src/two.rs"
    assert user.git("show", f"{made[1].sha}:src/two.rs") == (sandbox.path / "src/two.rs").read_text().rstrip("\n")


def test_a_branch_lands_beside_the_work_and_undo_removes_it_again(user, sandbox: Sandbox) -> None:
    before = user.photograph()
    landing, made = land(user, sandbox)
    assert landing.ref == "refs/heads/rusta/e0502-lib"
    assert user.git("rev-parse", landing.ref) == made[-1].sha
    assert user.git("status", "--porcelain") == ""
    assert landed_state(user.open(), landing) == "after"
    undone = undo(user.open(), landing, made)
    assert (undone.how, undone.new) == ("restore-ref", None)
    assert landed_state(user.open(), landing) == "before"
    after = user.photograph()
    assert {path for path in before.keys() | after.keys() if before.get(path) != after.get(path)} <= {
        "./.git/logs/refs/heads/rusta",
        ".git/logs/refs/heads/rusta",
        ".git/refs/heads/rusta",
    }


def test_the_current_branch_is_moved_when_its_files_are_clean(user, sandbox: Sandbox) -> None:
    user.write("notes.txt", "mine\n")
    head = user.git("rev-parse", "HEAD")
    landing, made = land(user, sandbox, "current")
    assert (landing.landed, landing.ref) == ("current", "refs/heads/main")
    assert user.git("rev-parse", "HEAD") == made[-1].sha
    assert "100" in (user.root / "src/lib.rs").read_text()
    assert user.git("status", "--porcelain") == "?? notes.txt"
    undone = undo(user.open(), landing, made)
    assert (undone.how, undone.new) == ("restore-ref", head)
    assert user.git("rev-parse", "HEAD") == head
    assert user.git("status", "--porcelain") == "?? notes.txt"
    assert "100" not in (user.root / "src/lib.rs").read_text()


@pytest.mark.parametrize("why", ["dirty", "staged", "moved", "detached", "switched", "snapshot"])
def test_commits_stay_on_a_branch_of_their_own_when_the_current_one_cannot_take_them(
    user, sandbox: Sandbox, why: str
) -> None:
    if why == "snapshot":
        user.write("notes.txt", "mine\n")
    made = series(user, sandbox, include_dirty=why == "snapshot")
    repository = user.open()
    match why:
        case "dirty":
            user.write("src/two.rs", "// mine\n")
        case "staged":
            user.write("src/two.rs", "// mine\n")
            user.git("add", "--all")
        case "moved":
            user.commit("mine", **{"other.rs": "fn o() {}\n"})
        case "detached":
            user.git("checkout", "--quiet", "--detach")
        case "switched":
            user.git("checkout", "--quiet", "-b", "other")
    before = user.photograph()
    landing = plan(repository, made, slug="e0502-lib", mode="current")
    assert landing.landed == "branch"
    assert landing.note
    assert user.photograph() == before
    carry_out(repository, landing)
    assert user.git("rev-parse", "rusta/e0502-lib") == made[-1].sha
    after = user.photograph()
    assert {path for path in before if before[path] != after[path]} <= {"refs"}


def test_a_detached_head_lands_on_a_branch(user, sandbox: Sandbox) -> None:
    user.git("checkout", "--quiet", "--detach")
    landing, _ = land(user, sandbox, "current")
    assert (landing.landed, landing.note) == ("branch", "HEAD is detached, so the commit is on its own branch")


def test_a_current_branch_whose_files_became_dirty_after_the_plan_is_left_alone(user, sandbox: Sandbox) -> None:
    made = series(user, sandbox)
    landing = plan(user.open(), made, slug="x", mode="current")
    user.write("src/two.rs", "// mine\n")
    before = user.photograph()
    with pytest.raises(LandingError, match="cannot be moved") as caught:
        carry_out(user.open(), landing)
    assert "\n" not in str(caught.value)
    assert user.photograph()["refs"] == before["refs"]
    assert (user.root / "src/two.rs").read_text() == "// mine\n"


def test_a_ref_that_moved_after_the_plan_is_left_alone(user, sandbox: Sandbox) -> None:
    made = series(user, sandbox)
    landing = plan(user.open(), made, slug="x", mode="branch")
    user.git("branch", "rusta/x", "HEAD")
    with pytest.raises(LandingError, match="has moved meanwhile"):
        carry_out(user.open(), landing)
    assert landed_state(user.open(), landing) == "moved"
    assert user.git("rev-parse", "rusta/x") == user.git("rev-parse", "HEAD")


def test_a_name_that_is_taken_is_numbered_and_a_branch_in_the_way_is_named(user, sandbox: Sandbox) -> None:
    made = series(user, sandbox)
    user.git("branch", "rusta/x")
    assert plan(user.open(), made, slug="x", mode="branch").ref == "refs/heads/rusta/x-2"
    user.git("branch", "--delete", "--force", "rusta/x")
    user.git("branch", "rusta")
    with pytest.raises(LandingError, match="branch named `rusta`"):
        plan(user.open(), made, slug="x", mode="branch")


def test_a_second_series_goes_on_where_the_first_landed(user, sandbox: Sandbox) -> None:
    landing, made = land(user, sandbox)
    sandbox.reset(landing.new)
    patch = patch_of(sandbox, "src/lib.rs", "100\n", "1000\n")
    sandbox.apply(patch)
    more = commit_objects(user.open(), sandbox, landing.new, [(patch, "More")])
    second = plan(user.open(), more, slug="y", mode="branch", onto=landing.ref)
    assert (second.ref, second.old) == (landing.ref, made[-1].sha)
    carry_out(user.open(), second)
    whole = Landing(landing.ref, landing.old, second.new, "branch")
    assert undo(user.open(), whole, [*made, *more]).how == "restore-ref"


@pytest.mark.parametrize("what", ["committed", "checked out"])
def test_a_second_series_leaves_a_branch_alone_that_somebody_took_over(user, sandbox: Sandbox, what: str) -> None:
    landing, _ = land(user, sandbox)
    user.git("checkout", "--quiet", "rusta/e0502-lib")
    if what == "committed":
        user.commit("theirs", **{"other.rs": "fn o() {}\n"})
        user.git("checkout", "--quiet", "main")
    tip = user.git("rev-parse", "rusta/e0502-lib")
    sandbox.reset(landing.new)
    patch = patch_of(sandbox, "src/lib.rs", "100\n", "1000\n")
    sandbox.apply(patch)
    more = commit_objects(user.open(), sandbox, landing.new, [(patch, "More")])
    second = plan(user.open(), more, slug="y", mode="branch", onto=landing.ref)
    carry_out(user.open(), second)
    assert second.ref == "refs/heads/rusta/y"
    assert user.git("rev-parse", "rusta/e0502-lib") == tip


def test_undo_reverts_when_somebody_built_on_it(user, sandbox: Sandbox) -> None:
    landing, made = land(user, sandbox, "current")
    theirs = user.commit("theirs", **{"other.rs": "fn o() {}\n"})
    undone = undo(user.open(), landing, made)
    assert undone.how == "revert"
    assert user.git("rev-parse", "HEAD^") == theirs
    assert user.git("diff", "--name-only", landing.old, "HEAD") == "other.rs"
    assert user.git("status", "--porcelain") == ""
    with pytest.raises(LandingError, match=r"nothing of these commits left|same lines"):
        undo(user.open(), landing, made)


def test_undo_reverts_when_another_branch_has_the_commits(user, sandbox: Sandbox) -> None:
    landing, made = land(user, sandbox)
    user.git("branch", "keeper", landing.ref)
    undone = undo(user.open(), landing, made)
    assert undone.how == "revert"
    assert "keeper" in undone.note
    assert user.git("rev-parse", "keeper") == landing.new
    assert user.git("diff", "--name-only", "main", landing.ref) == ""


def test_undo_reverts_across_later_changes_to_other_lines_of_the_same_file(user, sandbox: Sandbox) -> None:
    user.commit("long", **{"src/lib.rs": "fn a() {\n    1\n}\n" + "\n" * 12 + "fn z() {}\n"})
    landing, made = land(user, sandbox, "current")
    text = (user.root / "src/lib.rs").read_text()
    user.commit("theirs", **{"src/lib.rs": text.replace("fn z() {}", "fn z() { theirs() }")})
    assert undo(user.open(), landing, made).how == "revert"
    assert (user.root / "src/lib.rs").read_text() == text.replace("fn z() {}", "fn z() { theirs() }").replace(
        "100", "1"
    )


def test_undo_gives_up_with_one_line_when_the_same_lines_were_changed(user, sandbox: Sandbox) -> None:
    landing, made = land(user, sandbox, "current")
    user.commit("theirs", **{"src/lib.rs": "pub fn one() -> i32 {\n    theirs()\n}\n"})
    before = user.photograph()
    with pytest.raises(LandingError, match="same lines") as caught:
        undo(user.open(), landing, made)
    assert "git revert" in caught.value.fix
    assert user.photograph() == before


def test_undo_leaves_uncommitted_changes_to_the_same_files_alone(user, sandbox: Sandbox) -> None:
    landing, made = land(user, sandbox, "current")
    user.write("src/lib.rs", "// mine, uncommitted\n")
    with pytest.raises(LandingError, match="cannot go back") as caught:
        undo(user.open(), landing, made)
    assert caught.value.fix
    assert (user.root / "src/lib.rs").read_text() == "// mine, uncommitted\n"
    assert user.git("rev-parse", "HEAD") == landing.new


def test_undo_of_a_branch_that_is_checked_out_says_where(user, sandbox: Sandbox) -> None:
    landing, made = land(user, sandbox)
    user.git("checkout", "--quiet", "rusta/e0502-lib")
    with pytest.raises(LandingError, match="is checked out at"):
        undo(user.open(), landing, made)
    assert user.git("rev-parse", "HEAD") == landing.new


@pytest.mark.parametrize(("how", "said"), [("deleted", "does not exist"), ("rewritten", "no longer holds")])
def test_undo_of_what_is_gone_says_so(user, sandbox: Sandbox, how: str, said: str) -> None:
    landing, made = land(user, sandbox)
    if how == "deleted":
        user.git("branch", "--delete", "--force", "rusta/e0502-lib")
    else:
        user.git("branch", "--force", "rusta/e0502-lib", "main")
    with pytest.raises(LandingError, match=said):
        undo(user.open(), landing, made)


def test_uncommitted_work_is_a_commit_of_its_own_below_the_patches(user, sandbox: Sandbox) -> None:
    user.write("notes.txt", "mine\n")
    before = user.photograph()
    made = series(user, sandbox, include_dirty=True)
    assert user.git("rev-parse", f"{made[0].sha}~2") == user.git("rev-parse", "HEAD")
    assert user.git("diff", "--name-only", f"{made[0].sha}~2", f"{made[0].sha}~1") == "notes.txt"
    assert user.photograph() == before


def test_modes_line_ends_new_and_deleted_files_reach_the_commit(user, sandbox: Sandbox) -> None:
    user.write(".gitattributes", "*.bat text eol=crlf\n")
    user.write("run.bat", b"echo 1\r\n")
    user.write("tool.sh", "#!/bin/sh\necho 1\n").chmod(0o755)
    user.write("sp ace/ünï.rs", "fn u() {}\n")
    base = user.commit("more files")
    sandbox.reset(base)
    contents = {
        "run.bat": b"echo 2\r\n",
        "tool.sh": b"#!/bin/sh\necho 2\n",
        "sp ace/ünï.rs": b"fn v() {}\n",
        "src/new.rs": b"fn n() {}",
        "src/two.rs": None,
    }
    patch = patch_to(sandbox.read, contents, intent="change", move="test")
    sandbox.apply(patch)
    assert sandbox.prove(patch)
    (made,) = commit_objects(user.open(), sandbox, base, [(patch, "Mend 😀\n")])
    assert user.git("rev-parse", f"{made.sha}^{{tree}}") == sandbox.tree()
    listing = dict(reversed(line.split("\t")) for line in user.git("ls-tree", "-r", made.sha, "tool.sh").split("\n"))
    assert listing["tool.sh"].startswith("100755")
    assert user.git("log", "-1", "--format=%s", made.sha) == "Mend 😀"


def test_the_author_is_the_user_or_rusta_where_git_knows_nobody(user, sandbox: Sandbox, monkeypatch, tmp_path) -> None:
    user.git("config", "user.name", "Grace")
    user.git("config", "user.email", "grace@localhost")
    made = series(user, sandbox)
    assert user.git("log", "-1", "--format=%an <%ae> %cn", made[0].sha) == "Grace <grace@localhost> Grace"
    user.git("config", "--remove-section", "user")
    (tmp_path / "empty").write_text("")
    monkeypatch.setenv("GIT_CONFIG_GLOBAL", str(tmp_path / "empty"))
    made = series(user, sandbox)
    assert user.git("log", "-1", "--format=%an <%ae> %cn", made[0].sha) == "Rusta <rusta@localhost> Rusta"


def test_hooks_of_the_repository_do_not_run_on_landing_or_undo(user, sandbox: Sandbox, tmp_path) -> None:
    witness = tmp_path / "witness"
    for name in (
        "pre-commit",
        "post-merge",
        "post-checkout",
        "reference-transaction",
        "commit-msg",
        "post-index-change",
    ):
        user.write(f".git/hooks/{name}", f"#!/bin/sh\ntouch '{witness}'\n").chmod(0o755)
    landing, made = land(user, sandbox, "current")
    undo(user.open(), landing, made)
    landing, made = land(user, sandbox)
    undo(user.open(), landing, made)
    assert not witness.exists()
