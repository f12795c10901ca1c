"""Commits: made as objects first, then landed by moving one ref, and undone by moving it back."""

from __future__ import annotations

import os
import tempfile
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

from engine.errors import LandingError
from engine.sandbox.git import GitError, git, git_bytes
from engine.sandbox.patches import Read, result_of
from engine.sandbox.repository import Repository
from engine.sandbox.worktree import Sandbox
from engine.schema.event import CommitMade
from engine.schema.patch import Patch

_NOTHING = "0" * 40


@dataclass(frozen=True)
class Landing:
    """One move of a ref: from ``old`` (None: it does not exist) to ``new``. ``note`` says what did not go as asked."""

    ref: str
    old: str | None
    new: str
    landed: Literal["branch", "current"]
    note: str = ""


@dataclass(frozen=True)
class Undone:
    """How a landing was taken back: ``ref`` went from ``old`` to ``new`` (None: it is gone)."""

    how: Literal["restore-ref", "revert"]
    ref: str
    old: str
    new: str | None
    note: str


def commit_objects(
    repository: Repository, sandbox: Sandbox, base: str, items: Sequence[tuple[Patch, str]]
) -> list[CommitMade]:
    """Writes one commit a patch, each on the one before, the first on ``base``; no ref moves.

    ``items`` are patches in the order they were applied, with their commit messages. The author is the
    user's git identity, or Rusta herself where there is none. Raises `PatchError` when a patch does not fit.
    """
    identity = _identity(repository)
    made: list[CommitMade] = []
    parent = base
    with tempfile.TemporaryDirectory(prefix="index-", dir=sandbox.folder) as folder:
        env = {"GIT_INDEX_FILE": str(Path(folder) / "index")}
        git(repository.root, "read-tree", parent, env=env)
        for patch, message in items:
            for path, content in result_of(patch, _reader(repository, parent)).items():
                _stage(repository, parent, path, content, env)
            tree = git(repository.root, "write-tree", env=env)
            parent = git(
                repository.root, "commit-tree", tree, "-p", parent, env={**env, **identity}, stdin=message.encode()
            )
            made.append(CommitMade(sha=parent, patch=patch.id, subject=message.split("\n", 1)[0]))
    return made


def plan(
    repository: Repository,
    commits: Sequence[CommitMade],
    *,
    slug: str,
    mode: Literal["branch", "current"],
    onto: str | None = None,
) -> Landing:
    """Decides where commits land, and moves nothing.

    ``onto`` names the ref that an earlier series of the same session made; it goes on there, unless somebody has
    committed to that branch or checked it out since. With mode "current" the checked-out branch is
    fast-forwarded, but only if it still stands where the first commit starts and the files to be touched are
    clean there; otherwise the commits stay on a branch of their own and the note says why.
    """
    new = commits[-1].sha
    note = ""
    if mode == "current":
        note = _why_not_current(repository, commits)
        if not note:
            ref = f"refs/heads/{repository.branch}"
            return Landing(ref, _tip(repository, ref), new, "current")
    if onto and onto.startswith("refs/heads/rusta/"):
        tip = _tip(repository, onto)
        if tip == _parent(repository, commits) and _checked_out_at(repository, onto) is None:
            return Landing(onto, tip, new, "branch", note)
    ref = _free_ref(repository, slug)
    return Landing(ref, None, new, "branch", note)


def carry_out(repository: Repository, landing: Landing) -> None:
    """Moves the ref, if it still stands where the plan saw it; `LandingError`, with nothing moved, otherwise."""
    name = _short(landing.ref)
    if _tip(repository, landing.ref) != landing.old:
        raise LandingError(f"{name} has moved meanwhile", fix="start a new session")
    if landing.old is not None and not _contains(repository, landing.new, landing.old):
        raise LandingError(f"{name} holds work that the new commits do not", fix="start a new session")
    place = _checked_out_at(repository, landing.ref)
    if landing.landed == "current" and place != repository.root:
        raise LandingError(f"{name} is not checked out any more", fix="check it out, then resume")
    try:
        if place is not None:
            git(place, "merge", "--quiet", "--ff-only", "--no-autostash", landing.new)
        else:
            git(repository.root, "update-ref", "-m", "rusta", landing.ref, landing.new, landing.old or _NOTHING)
    except GitError as error:
        raise LandingError(f"{name} cannot be moved: {error}", fix="start a new session") from error


def landed_state(repository: Repository, landing: Landing) -> Literal["before", "after", "moved"]:
    """Where the ref stands: as before the landing, as after it, or somewhere else."""
    tip = _tip(repository, landing.ref)
    if tip == landing.new:
        return "after"
    return "before" if tip == landing.old else "moved"


def undo(repository: Repository, landing: Landing, commits: Sequence[CommitMade]) -> Undone:
    """Takes a landing back.

    While the ref's tip is ours and nobody built on it, the ref goes back to where it was; else our commits are
    reverted by a new commit on top. Raises `LandingError`, with nothing moved, where either would touch work
    that is not Rusta's.
    """
    tip = _tip(repository, landing.ref)
    if tip is None:
        raise LandingError(f"{_short(landing.ref)} does not exist any more", fix="there is nothing left to undo")
    if not _contains(repository, tip, landing.new):
        raise LandingError(
            f"{_short(landing.ref)} no longer holds commit {landing.new[:10]}", fix="it was rewritten; undo it by hand"
        )
    if tip != landing.new:
        return _revert(repository, landing, tip, commits, "others built on it")
    holders = _other_holders(repository, landing)
    if holders:
        return _revert(repository, landing, tip, commits, f"{', '.join(holders[:3])} has the commits too")
    return _restore(repository, landing, tip)


def _restore(repository: Repository, landing: Landing, tip: str) -> Undone:
    place = _checked_out_at(repository, landing.ref)
    name = _short(landing.ref)
    try:
        if place is not None and landing.old is None:
            raise LandingError(f"{name} is checked out at {place}", fix="switch to another branch there first")
        if place is not None:
            git(place, "reset", "--quiet", "--keep", str(landing.old))
        elif landing.old is None:
            git(repository.root, "update-ref", "-d", landing.ref, tip)
        else:
            git(repository.root, "update-ref", "-m", "rusta undo", landing.ref, landing.old, tip)
    except GitError as error:
        raise LandingError(
            f"{name} cannot go back: {error}", fix="commit or set aside your changes, then try again"
        ) from error
    note = f"{name} is as it was" if landing.old else f"{name} is gone, as it was not there before"
    return Undone("restore-ref", landing.ref, tip, landing.old, note)


def _revert(repository: Repository, landing: Landing, tip: str, commits: Sequence[CommitMade], why: str) -> Undone:
    """One commit on top that takes our changes back, made in an index of its own."""
    name = _short(landing.ref)
    tree = _tree_without(repository, tip, commits, name)
    subjects = "\n".join(f"- {commit.sha[:10]} {commit.subject}" for commit in commits)
    message = f"Undo {len(commits)} commit{'s' * (len(commits) != 1)} of Rusta's\n\n{subjects}\n"
    new = git(repository.root, "commit-tree", tree, "-p", tip, env=_identity(repository), stdin=message.encode())
    place = _checked_out_at(repository, landing.ref)
    try:
        if place is not None:
            git(place, "merge", "--quiet", "--ff-only", "--no-autostash", new)
        else:
            git(repository.root, "update-ref", "-m", "rusta undo", landing.ref, new, tip)
    except GitError as error:
        raise LandingError(
            f"{name} is checked out with changes in the way: {error}",
            fix="commit or set aside your changes, then try again",
        ) from error
    return Undone("revert", landing.ref, tip, new, f"reverted on top of {name}: {why}")


def _tree_without(repository: Repository, tip: str, commits: Sequence[CommitMade], name: str) -> str:
    """The tree of ``tip`` with the commits' changes taken out by a three-way merge; `LandingError` on conflicts."""
    root = repository.root
    with tempfile.TemporaryDirectory(prefix="index-") as folder:
        env = {"GIT_INDEX_FILE": str(Path(folder) / "index")}
        git(root, "read-tree", tip, env=env)
        try:
            for commit in reversed(commits):
                look = ("diff-tree", "-p", "--binary", "--full-index", "--no-renames", "--no-ext-diff", "--no-textconv")
                diff = git_bytes(root, *look, f"{commit.sha}^", commit.sha)
                back = ("apply", "--cached", "--reverse", "--3way", "--whitespace=nowarn", "-")
                git(root, *back, env=env, stdin=diff)
        except GitError as error:
            raise LandingError(
                f"later commits on {name} changed the same lines, so nothing was taken back",
                fix="revert by hand: " + " ".join(["git revert", *(commit.sha[:10] for commit in reversed(commits))]),
            ) from error
        tree = git(root, "write-tree", env=env)
    if tree == git(root, "rev-parse", f"{tip}^{{tree}}"):
        raise LandingError(f"{name} has nothing of these commits left in it", fix="there is nothing left to undo")
    return tree


def _why_not_current(repository: Repository, commits: Sequence[CommitMade]) -> str:
    if repository.branch is None:
        return "HEAD is detached, so the commit is on its own branch"
    ref = f"refs/heads/{repository.branch}"
    if _checked_out_at(repository, ref) != repository.root:
        return "another branch was checked out meanwhile, so the commit is on its own branch"
    first_parent = _parent(repository, commits)
    if _tip(repository, ref) != first_parent:
        return f"{repository.branch} does not stand where the session started, so the commit is on its own branch"
    touched = git(repository.root, "diff-tree", "-r", "--name-only", "-z", first_parent, commits[-1].sha)
    paths = [path for path in touched.split("\0") if path]
    words = ("--literal-pathspecs", "status", "--porcelain", "--untracked-files=all", "--ignored=matching")
    if git(repository.root, *words, "--", *paths):
        return "the files it touches have uncommitted changes here, so the commit is on its own branch"
    return ""


def _other_holders(repository: Repository, landing: Landing) -> list[str]:
    """The refs besides the landing's own that contain its commit, by their short names."""
    words = ("for-each-ref", "--format=%(refname)%00%(refname:short)", "--contains", landing.new)
    holders = (line.split("\0") for line in git(repository.root, *words).split("\n") if line)
    return [short for ref, short in holders if ref != landing.ref]


def _parent(repository: Repository, commits: Sequence[CommitMade]) -> str:
    """The commit that the first of a series stands on."""
    return git(repository.root, "rev-parse", f"{commits[0].sha}^")


def _contains(repository: Repository, tip: str, commit: str) -> bool:
    try:
        git(repository.root, "merge-base", "--is-ancestor", commit, tip)
    except GitError:
        return False
    return True


def _checked_out_at(repository: Repository, ref: str) -> Path | None:
    """The working tree that has ``ref`` checked out, if one has."""
    place: Path | None = None
    for line in git(repository.root, "worktree", "list", "--porcelain").split("\n"):
        if line.startswith("worktree "):
            place = Path(line.removeprefix("worktree "))
        elif line == f"branch {ref}":
            return place
    return None


def _tip(repository: Repository, ref: str) -> str | None:
    try:
        return git(repository.root, "show-ref", "--verify", "--hash", ref)
    except GitError:
        return None


def _free_ref(repository: Repository, slug: str) -> str:
    """`refs/heads/rusta/<slug>`, numbered when that is taken."""
    taken = set(git(repository.root, "for-each-ref", "--format=%(refname)", "refs/heads/rusta/").splitlines())
    if _tip(repository, "refs/heads/rusta"):
        raise LandingError("a branch named `rusta` is in the way of rusta/… branches", fix="rename it, then resume")
    names = (f"refs/heads/rusta/{slug}{suffix}" for suffix in ("", *(f"-{number}" for number in range(2, 1000))))
    return next(name for name in names if name not in taken)


def _reader(repository: Repository, commit: str) -> Read:
    def read(path: str) -> bytes | None:
        try:
            return git_bytes(repository.root, "cat-file", "--filters", f"{commit}:{path}")
        except GitError:
            return None

    return read


def _stage(repository: Repository, parent: str, path: str, content: bytes | None, env: dict[str, str]) -> None:
    if content is None:
        git(repository.root, "update-index", "--force-remove", "--", path, env=env)
        return
    known = git(repository.root, "ls-tree", parent, "--", path)
    mode = known.split(" ", 1)[0] if known else "100644"
    blob = git(repository.root, "hash-object", "-w", "--stdin", f"--path={path}", stdin=content)
    git(repository.root, "update-index", "--add", "--cacheinfo", f"{mode},{blob},{path}", env=env)


def _identity(repository: Repository) -> dict[str, str]:
    """The user's name and address for both roles, or Rusta's where git knows neither."""
    if os.environ.get("GIT_AUTHOR_EMAIL") and os.environ.get("GIT_COMMITTER_EMAIL"):
        return {}
    try:
        git(repository.root, "config", "--get", "user.email")
        git(repository.root, "config", "--get", "user.name")
        return {}
    except GitError:
        pass
    return {
        f"GIT_{role}_{part}": value
        for role in ("AUTHOR", "COMMITTER")
        for part, value in (("NAME", "Rusta"), ("EMAIL", "rusta@localhost"))
    }


def _short(ref: str) -> str:
    return ref.removeprefix("refs/heads/")
